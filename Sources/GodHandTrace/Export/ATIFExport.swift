import Foundation
import GodHandCore

/// Writes a trace as `trajectory.json` in the Agent Trajectory Interchange Format.
///
/// The arguments of a tool call are an action as the trace's own format has it. What ATIF has no place for goes into
/// `extra`, under `godhand`, and comes back when the file is imported.
struct ATIFExport {
    static let version = "ATIF-v1.7"
    static let file = "trajectory.json"

    private var place: ExportDirectory

    static func write(_ trace: Trace, to directory: URL) throws -> URL {
        var export = ATIFExport(place: try ExportDirectory(directory))
        let moments = trace.records.compactMap { record in record.event.map { ($0, record.time) } }
        let trajectory = try export.trajectory(moments, id: trace.header?.sandbox.rawValue ?? "run")
        return try export.place.write(trajectory.written(), as: file)
    }

    /// A run, with its branches as trajectories of their own.
    private mutating func trajectory(_ moments: [(RunEvent, Date)], id: String) throws -> JSONValue {
        var steps: [JSONValue] = []
        var branches: [Int: [(RunEvent, Date)]] = [:]
        var header: RunHeader?
        var total = StepCost()
        var isFirst = true
        var commands: [CommandRun] = []
        for (event, time) in moments {
            switch event {
            case .started(let started): header = started
            case .within(let branch, let inner): branches[branch, default: []].append((inner, time))
            case .step(let step):
                if isFirst { steps.append(try task(header, time, step.before)) }
                isFirst = false
                total = total + (step.cost ?? StepCost()) + (step.judgeCost ?? StepCost())
                steps.append(try self.step(step, header, commands))
                commands = []
            case .exec(let command): commands.append(command)
            default:
                if let note = try note(event, time) { steps.append(note) }
            }
        }
        if isFirst { steps.insert(try task(header, moments.first?.1 ?? Date(), nil), at: 0) }
        for index in steps.indices { steps[index] = steps[index].adding(("step_id", .integer(index + 1))) }
        let subtrajectories = try branches.sorted { $0.key < $1.key }.map { number, moments in
            try trajectory(moments, id: "\(id)/branch-\(number)").adding(
                ("trajectory_id", .string("\(id)/branch-\(number)")))
        }
        return .members([
            ("schema_version", .string(Self.version)), ("session_id", .string(header?.sandbox.rawValue ?? id)),
            ("agent", try agent(header)), ("steps", .array(steps)), ("final_metrics", metrics(total, steps.count)),
            ("subagent_trajectories", subtrajectories.isEmpty ? nil : .array(subtrajectories)),
        ])
    }

    private func agent(_ header: RunHeader?) throws -> JSONValue {
        .members([
            ("name", "godhand"), ("version", .string(header?.versions["godhand"] ?? HostVersions.godhand)),
            ("model_name", header.map { .string($0.model?.name ?? $0.planner) }),
            ("extra", try header.map { ["godhand": try JSONValue(encoding: EncodedHeader($0))] }),
        ])
    }

    /// What the user asks for, with what the screen showed at first.
    private mutating func task(_ header: RunHeader?, _ time: Date, _ first: Observation?) throws -> JSONValue {
        let goal = header?.goal ?? "Not known"
        let picture = try first.flatMap { try part($0.screenshot) }
        return [
            "source": "user", "timestamp": .string(Timestamp.format(time, digits: 3)),
            "message": picture.map { [["type": "text", "text": .string(goal)], $0] } ?? .string(goal),
        ]
    }

    private mutating func step(
        _ step: Step, _ header: RunHeader?, _ commands: [CommandRun]
    ) throws -> JSONValue {
        var call = try JSONValue(encoding: EncodedAction(step.action)).object
        let name = call.removeValue(forKey: "kind")
        let id = "step-\(step.index)"
        var content = commands.map { command -> JSONValue in
            ["type": "text", "text": .string("\(command.status)\n\(command.output)\(command.errorOutput)")]
        }
        if let verdict = step.verdict {
            content.append(["type": "text", "text": .string("\(verdict.claim): \(verdict.evidence)")])
        }
        if let picture = try part(step.after.screenshot) { content.append(picture) }
        // ATIF has no place for these; what it has one for is not said twice.
        var rest = try JSONValue(encoding: EncodedStep(step) { SHA256.hexadecimal($0.png) }).object
        for known in ["action", "intent", "reasoning", "cost"] { rest[known] = nil }
        if !commands.isEmpty {
            rest["commands"] = .array(try commands.map { try JSONValue(encoding: EncodedCommand($0)) })
        }
        _ = try place.store(step.before.screenshot)
        return .members([
            ("source", "agent"), ("timestamp", .string(Timestamp.format(step.startedAt, digits: 3))),
            ("message", .string(step.intent)),
            ("reasoning_content", step.reasoning.map { .string($0) }),
            (
                "tool_calls",
                [["tool_call_id": .string(id), "function_name": name ?? "", "arguments": .object(call)]]
            ),
            ("observation", ["results": [["source_call_id": .string(id), "content": .array(content)]]]),
            ("metrics", step.cost.map { metrics($0) }),
            // A step without cost and reasoning was decided with an earlier one, or without a model.
            ("llm_call_count", step.cost != nil ? 1 : step.reasoning == nil ? 0 : nil),
            ("extra", ["godhand": .object(rest)]),
        ])
    }

    private mutating func part(_ screenshot: Screenshot) throws -> JSONValue? {
        try place.store(screenshot).map {
            ["type": "image", "source": ["media_type": "image/png", "path": .string($0)]]
        }
    }

    private func metrics(_ cost: StepCost) -> JSONValue {
        .members([
            ("prompt_tokens", .integer(cost.prompt)), ("completion_tokens", .integer(cost.output)),
            ("cached_tokens", .integer(cost.cachedInput)), ("cost_usd", cost.price.map { .number($0) }),
            ("extra", ["cache_write_tokens": .integer(cost.cacheWrite), "images": .integer(cost.images)]),
        ])
    }

    private func metrics(_ cost: StepCost, _ steps: Int) -> JSONValue {
        .members([
            ("total_prompt_tokens", .integer(cost.prompt)), ("total_completion_tokens", .integer(cost.output)),
            ("total_cached_tokens", .integer(cost.cachedInput)), ("total_cost_usd", cost.price.map { .number($0) }),
            ("total_steps", .integer(steps)),
        ])
    }

    /// What happened beside the steps: words for people, and the record itself.
    private func note(_ event: RunEvent, _ time: Date) throws -> JSONValue? {
        guard let (kind, body, words) = try Self.noted(event) else { return nil }
        let isPerson =
            if case .intervention(let what) = event { [.hint, .answered].contains(what.kind) } else { false }
        return [
            "source": isPerson ? "user" : "system", "timestamp": .string(Timestamp.format(time, digits: 3)),
            "message": .string(words), "extra": ["godhand": ["kind": .string(kind), "body": body]],
        ]
    }

    private static func noted(_ event: RunEvent) throws -> (kind: String, body: JSONValue, words: String)? {
        switch event {
        case .lifecycle(let event):
            (
                TraceFormat.Kind.lifecycle, try JSONValue(encoding: EncodedLifecycle(event)),
                "Sandbox \(event.sandbox) was \(event.kind.rawValue)."
            )
        case .check(let verdict):
            (
                TraceFormat.Kind.check, try JSONValue(encoding: EncodedVerdict(verdict)),
                "\(verdict.passed ? "So it is" : "Not so"): \(verdict.claim); \(verdict.evidence)"
            )
        case .decision(let decision):
            (
                TraceFormat.Kind.decision, try JSONValue(encoding: EncodedDecision(decision)),
                "\(decision.action.summary) was \(decision.ruling.rawValue): \(decision.reason)"
            )
        case .intervention(let what):
            (
                TraceFormat.Kind.intervention, try JSONValue(encoding: EncodedIntervention(what)),
                what.text.isEmpty ? what.kind.rawValue : what.text
            )
        case .finished(let outcome):
            (
                TraceFormat.Kind.finished, try JSONValue(encoding: EncodedOutcome(outcome)),
                ReportWords.outcome(outcome).title
            )
        default: nil
        }
    }
}

extension StepCost {
    /// All tokens that were read.
    var prompt: Int {
        var read = self
        read.output = 0
        return read.tokens
    }
}

extension JSONValue {
    /// The object with one more member.
    func adding(_ member: (String, JSONValue)) -> JSONValue {
        .object(object.merging([member.0: member.1]) { $1 })
    }
}
