import GodHandCore

/// An action that may happen.
struct Permit {
    var action: Action
    var acknowledged: [SafetyCheck] = []
    /// What the model should know about it.
    var note: String?
    /// Whether a person agreed to it, which takes time.
    var isApproved = false
}

/// Finding out whether an action may happen.
extension AgentRun {
    /// Asks the policies, and a person where one of them or the provider wants it.
    ///
    /// - Returns: What may be done; nil if nothing may, and the model was told.
    func permit(_ call: ActionCall) async throws -> Permit? {
        guard let context = context(call) else { return deny(call, "Nothing was seen yet.") }
        var permit = Permit(action: call.action)
        let chain = PolicyChain(settings.policies, deadline: settings.policyDeadline)
        switch try await chain.evaluate(call.action, context) {
        case .allow: break
        case .deny(let reason):
            try await record(.decision(ActionDecision(.denied, of: call.action, reason: reason)))
            return deny(call, reason)
        case .requireApproval(let reason):
            if let refusal = try await refusal(of: call.action, because: reason, context) {
                return deny(call, refusal)
            }
            permit.isApproved = true
        case .rewrite(let other):
            try await record(
                .decision(ActionDecision(.rewritten, of: call.action, reason: "A policy asks.", replacement: other)))
            permit.action = other
            permit.note = "This was done instead: \(other.summary)."
        }
        for check in call.safetyChecks where !settings.acknowledgedChecks.contains(check.code) {
            let question = "\(check.message) (\(check.code))"
            if let refusal = try await refusal(of: permit.action, because: question, context) {
                return deny(call, "The provider's safety check was not agreed to. \(refusal)")
            }
            permit.isApproved = true
        }
        permit.acknowledged = call.safetyChecks
        return permit
    }

    /// What is really done; nil if it may not be, and the model was told.
    func substituted(_ action: Action, for call: ActionCall) async throws -> Action? {
        guard let substitution = settings.substitution, let context = context(call) else { return action }
        do {
            return try await withDeadline(settings.policyDeadline, "Putting in what a placeholder stands for") {
                try await substitution.substitute(in: action, context)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            let general = "What a placeholder stands for could not be put in."
            let known = error as? GodHandError
            try await record(.decision(ActionDecision(.denied, of: action, reason: known?.message ?? general)))
            if let known, ![.secretMisplaced, .invalidRequest, .notFound].contains(known.code) {
                // Of the asking, and so perhaps in the guest's words.
                _ = refuse(call, general, because: known.message)
            } else {
                _ = refuse(call, known?.message ?? general)
            }
            return nil
        }
    }

    func context(_ call: ActionCall?) -> PolicyContext? {
        sight.map { sight in
            PolicyContext(
                goal: goal.text, sandbox: sandbox, sight: sight, step: report.steps.count + stepsBefore + 1,
                safetyChecks: call?.safetyChecks ?? [])
        }
    }

    private func deny(_ call: ActionCall, _ reason: String) -> Permit? {
        _ = refuse(call, reason)
        open?.broken = "An action before it was not allowed."
        return nil
    }

    /// Asks for approval, and records what came of it.
    ///
    /// - Returns: Why there is none, for the model; nil if there is.
    private func refusal(
        of action: Action, because reason: String, _ context: PolicyContext
    ) async throws -> String? {
        let answer: ApprovalAnswer
        if let approvals = settings.approvals {
            let request = ApprovalRequest(action: action, reason: reason, context: context)
            answer = try await waitForPerson { try await approvals.answer(to: request, context) } ?? .refused(reason)
        } else {
            let said = try await self.answer(.approval(of: action, because: reason))
            answer = said == .approved ? .approved : .refused(reason)
        }
        switch answer {
        case .approved:
            try await record(.decision(ActionDecision(.approved, of: action, reason: reason)))
            return nil
        case .refused:
            try await record(.decision(ActionDecision(.refused, of: action, reason: reason)))
            return "A person did not agree to it: \(reason)"
        case .outdated(let change):
            try await record(.decision(ActionDecision(.approved, of: action, reason: reason)))
            try await record(.decision(ActionDecision(.denied, of: action, reason: change)))
            return change
        }
    }

    /// The person's answer; nil if there is none or nobody is there.
    private func answer(_ question: PersonQuestion) async throws -> PersonAnswer? {
        guard let person = settings.person else { return nil }
        return try await waitForPerson { try await person.answer(question) }
    }

    /// Waits as long as a person is allowed to take; nil if there is no answer then, or the run is stopped meanwhile.
    private func waitForPerson<Answer: Sendable>(
        _ ask: @escaping @Sendable () async throws -> Answer?
    ) async throws -> Answer? {
        let limit = settings.answerLimit
        return try await waitingForPerson {
            do {
                return try await control.perform(unless: { $0.stopReason != nil }) {
                    guard let limit else { return try await ask() }
                    return try await withDeadline(limit, "A person's answer", ask)
                } ?? nil
            } catch {
                // Whoever is asked may give up as they like; only who cancels the run ends it.
                if Task.isCancelled { throw CancellationError() }
                return nil
            }
        }
    }

    /// Puts the model's question to a person.
    func ask(_ call: ActionCall, _ question: String) async throws {
        try await record(.intervention(Intervention(.asked, question)))
        let answer = try await answer(.question(question))
        let words: String
        switch answer {
        case .text(let text): words = text
        case .approved: words = "Yes."
        case .refused: words = "No."
        case nil:
            open?.answer(
                call.id, [.text("Nobody is there to answer. Go on by yourself, or give up and say why.")], isError: true
            )
            return
        }
        try await record(.intervention(Intervention(.answered, words)))
        open?.answer(call.id, [.text("A person answers: \(words)")])
    }

    /// Shows a step to the monitors. One that fails ends the run: nobody would be watching.
    func showMonitors(_ step: Step, after: Sight) async throws {
        guard !settings.monitors.isEmpty, var context = context(nil) else { return }
        context.sight = after
        for monitor in settings.monitors where outcome == nil {
            do {
                let reason = try await withDeadline(settings.policyDeadline, "A monitor") { [context] in
                    try await monitor.observe(step, context)
                }
                if let reason { outcome = .stopped("A monitor stopped the run: \(reason)") }
            } catch let error as CancellationError {
                throw error
            } catch {
                outcome = .stopped("A monitor failed: \((error as? GodHandError)?.message ?? "no reason given").")
            }
        }
    }
}
