import GodHandAgent
import GodHandCore

/// Something that happened to a task.
struct TaskEvent: Sendable, Hashable {
    var kind: Kind
    var data: [String: JSONValue]

    /// What can happen.
    enum Kind: String, Sendable, CaseIterable {
        /// It was handed in.
        case submitted
        /// An attempt begins.
        case started
        /// A step is complete.
        case step
        /// A command ran for the task.
        case command
        /// A check of the goal was made.
        case check
        /// An action was denied, approved, refused or changed.
        case decision
        /// Somebody or something stepped in.
        case intervention
        /// A person is asked.
        case question
        /// A question is closed.
        case answer
        /// Its machine stands still since nobody needs it, or goes on.
        case machine
        /// Somebody asked to cancel it.
        case cancelling
        /// An attempt is over.
        case attemptEnded = "attempt-ended"
        /// The orchestrator did not know it any more, and was given it anew.
        case resubmitted
        /// It is over.
        case finished
    }

    init(_ kind: Kind, _ data: [String: JSONValue] = [:]) {
        self.kind = kind
        self.data = data
    }

    /// What must have happened between two looks at a task.
    static func events(from old: GoalStatus?, to new: GoalStatus) -> [TaskEvent] {
        var events: [TaskEvent] = []
        let known = Dictionary((old?.attempts ?? []).map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        for attempt in new.attempts {
            let number = JSONValue.integer(attempt.number)
            if known[attempt.number] == nil {
                events.append(
                    TaskEvent(.started, ["attempt": number, "isResumption": .bool(attempt.isResumption)]))
            }
            if let end = attempt.end, known[attempt.number]?.end == nil {
                events.append(
                    TaskEvent(.attemptEnded, ["attempt": number].merging(end.members, uniquingKeysWith: { $1 })))
            }
        }
        if let outcome = new.outcome, old?.outcome == nil {
            events.append(TaskEvent(.finished, ["outcome": outcome.json, "spent": new.spent.json]))
        }
        return events
    }
}

extension GoalAttempt.End {
    /// It as it is shown.
    var members: [String: JSONValue] {
        switch self {
        case .finished: ["end": "finished"]
        case .failed(let code, let message):
            ["end": "failed", "code": .string(code.rawValue), "message": .string(message.bounded)]
        case .lost: ["end": "lost"]
        case .interrupted: ["end": "interrupted"]
        case .checkpointed: ["end": "checkpointed"]
        }
    }
}

extension Outcome {
    /// It as it is shown.
    var json: JSONValue {
        switch self {
        case .achieved(let answer): .object(["kind": "achieved", "message": .string((answer ?? "").bounded)])
        case .abandoned(let reason): .object(["kind": "abandoned", "message": .string(reason.bounded)])
        case .stopped(let reason): .object(["kind": "stopped", "message": .string(reason.bounded)])
        case .failed(let code, let message):
            .object(["kind": "failed", "code": .string(code.rawValue), "message": .string(message.bounded)])
        }
    }
}

extension GoalExpense {
    /// It as it is shown.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "steps": .integer(steps), "seconds": .number(max(0, time / .seconds(1))), "tokens": .integer(cost.tokens),
        ]
        if let price = cost.price { members["price"] = .number(price) }
        return .object(members)
    }
}

extension String {
    /// Up to 4000 characters of it: what guests and models say may be long.
    var bounded: String {
        unicodeScalars.count <= 4000 ? self : String(String.UnicodeScalarView(unicodeScalars.prefix(3999))) + "…"
    }
}
