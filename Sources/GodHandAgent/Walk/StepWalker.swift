import Foundation
import GodHandCore

/// Looks, acts, waits until the screen is still, verifies, and looks again: what a plan and a model's turns share.
///
/// It remembers what it saw last, which often is what comes next.
struct StepWalker: Sendable {
    let sandbox: Sandbox
    let display: any Display
    let pace: Walkthrough.Pace
    var elements: (any ElementActor)?
    private var latest: Sight?

    init(
        sandbox: Sandbox, display: any Display, pace: Walkthrough.Pace, elements: (any ElementActor)? = nil
    ) {
        self.sandbox = sandbox
        self.display = display
        self.pace = pace
        self.elements = elements
    }

    /// Finds out whether an action did what it should, from what was seen before and after it; nil if nobody said what
    /// that is.
    typealias Check = @Sendable (Sandbox, _ before: Sight, _ after: Sight) async throws -> Verdict?

    /// Told of a command as soon as it has ended: whatever happens next, that it ran is known.
    typealias Witness = @Sendable (CommandRun) async throws -> Void

    /// What came of an action.
    struct Attempt: Sendable {
        var reply: ActionReply
        var verdict: Verdict?
        var after: Sight
        var timings: StepTimings
    }

    /// The screen at rest, and how long it took to come to rest. If nothing has changed since the last look, that is
    /// what is seen still.
    mutating func look() async throws -> (sight: Sight, waited: Duration) {
        if var latest, try await display.state().serial == latest.serial {
            latest.observation.changes = []
            return (latest, .zero)
        }
        let settled = try await display.settledFrame(quiet: pace.quiet, deadline: pace.deadline)
        let sight = try await sight(of: settled)
        latest = sight
        return (sight, settled.waited)
    }

    /// Forgets what was seen, so that the next look is a fresh one.
    mutating func forget() { latest = nil }

    /// Keeps what was seen after an action as the newest that is known.
    mutating func remember(_ sight: Sight) { latest = sight }

    /// Does something and finds out what came of it.
    ///
    /// - Parameters:
    ///   - action: What to do.
    ///   - seen: What whoever decided had seen; numbers of marks are those of this.
    ///   - before: The screen just before.
    ///   - check: Whether it worked.
    ///   - witness: Told of the command, if the action is one.
    func carryOut(
        _ action: Action, seen: Sight, before: Sight, checking check: Check,
        telling witness: Witness = { _ in }
    ) async throws -> Attempt {
        var timings = StepTimings()
        var lap = Lap()
        let done = try await act(action, seen, witness)
        lap.end(&timings.act)
        if action.waitsForTheMachine { timings.application += timings.act }
        var after = before
        if action.changesTheScreen {
            let settled = try await display.settledFrame(
                quiet: pace.quiet, deadline: pace.deadline, after: before.serial, reaction: pace.reaction)
            after = try await whole(settled, unlike: before, &timings)
        } else if try await display.state().serial != before.serial {
            let settled = try await display.settledFrame(quiet: pace.quiet, deadline: pace.deadline)
            after = try await whole(settled, unlike: before, &timings)
        }
        lap.end(&timings.perceive)
        var verdict = done.reply.isError ? nil : try await check(sandbox, before, after)
        if verdict == nil || done.verdict?.passed == false { verdict = done.verdict ?? verdict }
        lap.end(&timings.verify)
        // The check may have taken its time, and looking at an address bar changes the screen.
        if try await display.state().serial != after.serial {
            let settled = try await display.settledFrame(quiet: pace.quiet, deadline: pace.deadline)
            after = try await whole(settled, unlike: after, &timings)
        }
        after.observation.changes = before.frame.difference(to: after.frame).boxes
        lap.end(&timings.perceive)
        return Attempt(reply: done.reply, verdict: verdict, after: after, timings: timings)
    }

    /// What is seen once what comes is there. The title of a page or program is new before the rest is drawn, so then the
    /// screen has to rest for longer: what was seen half-way is not seen again.
    private func whole(
        _ settled: SettledFrame, unlike earlier: Sight, _ timings: inout StepTimings
    ) async throws -> Sight {
        timings.application += settled.waited
        let sight = try await sight(of: settled)
        guard sight.observation.windowTitle != earlier.observation.windowTitle, pace.arrival > pace.quiet else {
            return sight
        }
        let later = try await display.settledFrame(quiet: pace.arrival, deadline: pace.deadline)
        timings.application += later.waited
        return later.serial == sight.serial ? sight : try await self.sight(of: later)
    }

    /// - Returns: What came of it; for commands, whether they succeeded.
    private func act(
        _ action: Action, _ seen: Sight, _ witness: Witness
    ) async throws -> (reply: ActionReply, verdict: Verdict?) {
        switch action {
        case .input(let input): try await display.input.perform(input)
        case .exec(let arguments):
            let verdict = try await run(arguments, witness)
            return (ActionReply(content: [.untrusted(verdict.evidence)]), verdict)
        case .open(let target): try await sandbox.open(target)
        case .wait(let duration): try await ContinuousClock().sleep(for: max(.zero, duration))
        case .element, .waitFor, .zoom:
            guard let elements else { return (.failed("This cannot be done here: \(action.summary)."), nil) }
            return (try await elements.perform(action, in: sandbox, seeing: seen), nil)
        case .cursorPosition:
            let cursor = try await display.state().cursor
            let words = cursor.map { "X=\($0.x),Y=\($0.y)" } ?? "It is not known where the cursor is."
            return (ActionReply(content: [.text(words)]), nil)
        case .look, .done, .fail, .ask: break
        }
        return (ActionReply(), nil)
    }

    private func run(_ arguments: [String], _ witness: Witness) async throws -> Verdict {
        let clock = ContinuousClock()
        let began = clock.now
        let result = try await sandbox.exec(arguments)
        try await witness(CommandRun(result, of: arguments, in: sandbox.id, took: clock.now - began))
        return Assertion.commandSucceeds(arguments).verdict(result.isSuccess, result.evidence)
    }

    private func sight(of settled: SettledFrame) async throws -> Sight {
        async let title = windowTitle()
        let screenshot = try await Self.encode(settled)
        let observation = Observation(
            screenshot: screenshot, isSettled: settled.isSettled, windowTitle: try await title,
            cursor: try await display.state().cursor,
            hidden: (display as? MaskedDisplay)?.hidden(in: settled.serial) ?? [])
        return Sight(observation: observation, frame: settled.frame, serial: settled.serial)
    }

    /// An observation is worth having without a title: not every guest has the tool that tells it.
    private func windowTitle() async throws -> String? {
        guard sandbox.machine.shell != nil else { return nil }
        do { return try await sandbox.windowTitle() } catch let error as GodHandError where error.code == .execFailed {
            return nil
        }
    }

    @concurrent
    private static func encode(_ settled: SettledFrame) async throws -> Screenshot {
        try Screenshot(of: settled.frame, takenAt: settled.takenAt, serial: settled.serial)
    }
}

/// Adds up the time between calls.
struct Lap {
    private let clock = ContinuousClock()
    private var mark = ContinuousClock.now

    /// Adds what passed since the last call.
    mutating func end(_ phase: inout Duration) {
        let now = clock.now
        phase += now - mark
        mark = now
    }
}

extension Action {
    /// Whether the screen may be expected to move after it.
    var changesTheScreen: Bool {
        switch self {
        case .input, .element, .exec, .open: true
        case .look, .zoom, .cursorPosition, .wait, .waitFor, .done, .fail, .ask: false
        }
    }

    /// Whether the time that it takes is the machine's own, not the loop's.
    fileprivate var waitsForTheMachine: Bool {
        switch self {
        case .exec, .open, .wait, .waitFor, .input(.hold): true
        default: false
        }
    }
}
