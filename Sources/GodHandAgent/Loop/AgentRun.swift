import Foundation
import GodHandCore

/// A run that is under way: ``next()`` is the loop. Used by one task at a time.
final class AgentRun {
    let agent: Agent
    let goal: Goal
    /// Who plans, without secrets in what it is told.
    let model: any LanguageModel
    let recorder: (any RunRecorder)?
    let typedSecrets: TypedSecrets?
    let control: RunControl
    var sandbox: Sandbox { didSet { tellSandbox() } }
    var report: RunReport
    var outcome: Outcome?
    /// Answers what no assertion can, and is paid for.
    let judge: JudgeMeter?
    /// What it cost since the last step.
    var judgeCost: StepCost?

    /// The conversation, whole.
    var turns: [ModelTurn] = []
    /// The model's turn that is being carried out.
    var open: OpenTurn?
    /// What the model saw when it decided.
    var sight: Sight?
    /// What the model is told with the next turn.
    var notices: [ModelContent] = []
    var setbacks: Setbacks
    var store: RestoreState
    var idleTurns = 0
    var pauses = 0
    var falseDones = 0
    var wasPrunedHard = false
    /// The model said something and did nothing, and was told that it must act.
    var wasAskedToAct = false
    /// The number of the last step of the run that is continued.
    var stepsBefore = 0
    var takenUp: [RunEvent] = []
    /// The run that is continued, for the header.
    var continuation: Continuation?

    private var walkers: StepWalker?
    private var hasBegun = false
    private var hasEnded = false
    private let clock = ContinuousClock()
    private var began = ContinuousClock.now
    private var held: Duration = .zero

    init(_ agent: Agent, _ goal: Goal, _ sandbox: Sandbox, _ recorder: (any RunRecorder)?, _ control: RunControl) {
        self.agent = agent
        self.goal = goal
        self.sandbox = sandbox.masked(by: agent.settings.masks)
        let typedSecrets: TypedSecrets?
        if let redactor = agent.settings.redactor {
            model = RedactingModel(agent.model, redactor)
            typedSecrets = recorder.map { TypedSecrets(RedactingRecorder($0, redactor)) }
        } else {
            model = agent.model
            typedSecrets = recorder.map { TypedSecrets($0) }
        }
        self.typedSecrets = typedSecrets
        self.recorder = typedSecrets
        self.control = control
        judge = agent.settings.judge.map(JudgeMeter.init)
        report = RunReport(goal: goal.text)
        let recovery = agent.settings.recovery
        setbacks = Setbacks(replanAfter: recovery.replanAfter, giveUpAfter: recovery.giveUpAfter)
        store = RestoreState(points: recovery.restorePoints)
    }

    var settings: AgentSettings { agent.settings }

    /// Who looks and acts. A machine that was put back needs a new one.
    func walker() throws -> StepWalker {
        if let walkers { return walkers }
        let walker = StepWalker(
            sandbox: sandbox, display: try sandbox.display, pace: settings.pace, elements: settings.elements)
        walkers = walker
        return walker
    }

    /// Looks, and remembers what was seen.
    func look() async throws -> (sight: Sight, waited: Duration) {
        var walker = try walker()
        let seen = try await walker.look()
        walkers = walker
        return seen
    }

    func remember(_ sight: Sight) { walkers?.remember(sight) }
    func forgetScreen() { walkers?.forget() }
    func forgetMachine() { walkers = nil }

    /// Goes on up to the next step.
    ///
    /// - Returns: The step; nil once the run is over.
    func next() async throws -> Step? {
        if hasEnded { return nil }
        do {
            if !hasBegun { try await begin() }
            while true {
                let step = try await advance()
                try await recordNews()
                // Whoever cancels does not wait for a report.
                try Task.checkCancellation()
                if let outcome { try await end(outcome) }
                if step != nil || outcome != nil { return step }
            }
        } catch {
            hasEnded = true
            let error = settings.redactor?.redacted(error) ?? error
            report.outcome = Outcome(endedBy: error)
            report.duration = clock.now - began
            await discardStored(after: report.outcome)
            // The error that ended the run goes to the caller; that it could not be recorded matters less.
            let (recorder, last) = (recorder, report.outcome)
            try? await shielded { try await recorder?.record(.finished(last)) }
            throw error
        }
    }

    private func tellSandbox() { control.take { [sandbox] in $0.sandbox = sandbox } }

    func record(_ event: RunEvent) async throws { try await recorder?.record(event) }

    private func begin() async throws {
        hasBegun = true
        began = clock.now
        tellSandbox()
        var header = RunHeader(goal: goal.text, in: sandbox, planner: model.name)
        header.model = model.identity
        header.limits = settings.limits
        header.continues = continuation
        try await record(.started(header))
        let unpriced = [model.name, settings.judge?.model.name].lazy.compactMap(\.self).first {
            self.settings.prices[$0] == nil
        }
        if settings.limits.price != nil, let unpriced {
            throw GodHandError(
                .invalidRequest, "The price of the run is limited, but that of '\(unpriced)' is not known.",
                hint: "Add the model to the settings' price table, or limit tokens instead.")
        }
        for event in takenUp { try await record(event) }
        try await storeFirst()
    }

    private func end(_ outcome: Outcome) async throws {
        await discardStored(after: outcome)
        // The report goes to journals and people, as the trace does.
        report.outcome = settings.redactor?.redacted(outcome) ?? outcome
        report.duration = clock.now - began
        try await record(.finished(outcome))
        hasEnded = true
    }

    private func recordNews() async throws {
        for intervention in control.take({ state -> [Intervention] in
            defer { state.news = [] }
            return state.news
        }) { try await record(.intervention(intervention)) }
    }

    /// One action of the turn that is open, or a new turn if there is none left.
    private func advance() async throws -> Step? {
        try await hold()
        if let reason = control.read(\.stopReason) {
            outcome = .stopped(reason)
            return nil
        }
        if let limit = limit() {
            outcome = .stopped(limit)
            return nil
        }
        guard let item = open?.take() else {
            try await consult()
            return nil
        }
        switch item {
        case .action(let call): return try await act(call)
        case .malformed(let call):
            open?.answer(call.id, [.text("This was not understood: \(call.reason.shortened(to: 500))")], isError: true)
            return nil
        case .reasoning, .text: return nil
        }
    }

    // MARK: Holding and limits

    /// Waits while a person has paused the run, and between turns also while one drives.
    private func hold() async throws {
        let isBetweenTurns = open?.isOver ?? true
        @Sendable func holds(_ state: RunControl.State) -> Bool {
            state.stopReason == nil && (state.isHalted || (isBetweenTurns && state.isTakenOver))
        }
        guard control.read(holds) else { return }
        try await recordNews()
        let start = clock.now
        try await control.idling {
            try await control.wait { !holds($0) }
        }
        held += clock.now - start
    }

    /// Waits for a person, which does not count as time of the run.
    func waitingForPerson<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        let start = clock.now
        defer { held += clock.now - start }
        return try await control.idling(body)
    }

    /// How much of the time allowed is left; nil if it is not limited.
    var timeLeft: Duration? {
        settings.limits.time.map { $0 - (continuation?.time ?? .zero) - (clock.now - began - held) }
    }

    private func limit() -> String? {
        let limits = settings.limits
        if let steps = limits.steps, report.steps.count + stepsBefore >= steps { return "The limit of \(steps) steps." }
        if let left = timeLeft, left <= .zero { return "The limit of \(limits.time?.formattedSeconds ?? "time")." }
        if let tokens = limits.tokens, report.cost.tokens >= tokens { return "The limit of \(tokens) tokens." }
        if let price = limits.price, report.cost.price ?? .infinity >= price {
            return "The limit of \(price) US dollars."
        }
        return nil
    }
}
