import Foundation
import GodHandCore

/// Reads a trajectory: what ``ATIFExport`` put into `extra` comes back; of other tools' files what has a place in a trace.
struct ATIFImport {
    var files: ImportedFiles

    /// - Returns: The run; nil if this is no trajectory.
    mutating func run(_ trajectory: JSONValue) throws -> ImportedRun? {
        guard trajectory["schema_version"]?.string?.hasPrefix("ATIF-v1.") == true,
            let steps = trajectory["steps"]?.array, !steps.isEmpty
        else { return nil }
        var result = try ImportedSteps()
        var goal: String?
        for step in steps {
            let time = (step["timestamp"]?.string).flatMap(Self.moment) ?? Date(timeIntervalSince1970: 0)
            let words = Self.text(step["message"])
            if let own = step["extra"]?["godhand"], let event = try? event(own, of: step) {
                for command in own["commands"]?.array ?? [] {
                    if let run = try? command.decoded(as: EncodedCommand.self).command() { result.add(.exec(run)) }
                }
                result.add(event)
            } else if step["source"] == "agent" {
                act(step, words, time, &result)
            } else if step["source"] == "user", goal == nil {
                goal = words
                if let picture = picture(step["message"], time) { result.screen = Observation(screenshot: picture) }
            } else if step["source"] == "user" {
                result.add(.intervention(Intervention(.hint, words)))
            } else {
                result.lose("Messages of the system are not kept.")
            }
        }
        if trajectory["subagent_trajectories"] != nil { result.lose("Trajectories of sub-agents are not kept.") }
        return result.run(header(trajectory, goal ?? "Not known", result.screen.screenshot.size))
    }

    private func header(_ trajectory: JSONValue, _ goal: String, _ screen: Size) -> RunHeader {
        let agent = trajectory["agent"]
        if let own = try? agent?["extra"]?["godhand"]?.decoded(as: EncodedHeader.self).header() { return own }
        return RunHeader(
            goal: goal, spec: SandboxSpec(image: "unknown", screen: screen),
            sandbox: SandboxID(rawValue: trajectory["session_id"]?.string ?? "unknown"),
            backend: agent?["name"]?.string ?? "unknown", planner: agent?["model_name"]?.string ?? "unknown")
    }

    /// An event as ``ATIFExport`` wrote it.
    private mutating func event(_ own: JSONValue, of step: JSONValue) throws -> RunEvent {
        if let body = own["body"] {
            switch own["kind"]?.string {
            case TraceFormat.Kind.lifecycle: return .lifecycle(try body.decoded(as: EncodedLifecycle.self).event())
            case TraceFormat.Kind.check: return .check(try body.decoded(as: EncodedVerdict.self).verdict)
            case TraceFormat.Kind.decision: return .decision(try body.decoded(as: EncodedDecision.self).decision())
            case TraceFormat.Kind.intervention:
                return .intervention(try body.decoded(as: EncodedIntervention.self).intervention())
            case TraceFormat.Kind.finished: return .finished(try body.decoded(as: EncodedOutcome.self).value())
            default: throw UnreadableValue("a record")
            }
        }
        var members = own.object
        let call = step["tool_calls"]?.array?.first
        members["action"] = call?["arguments"]?.adding(("kind", call?["function_name"] ?? ""))
        members["intent"] = step["message"]
        members["reasoning"] = step["reasoning_content"]
        if let cost = Self.cost(step["metrics"]) { members["cost"] = try JSONValue(encoding: EncodedCost(cost)) }
        var pictures = ImageDirectory(files: files)
        defer { files = pictures.files }
        return .step(try JSONValue.object(members).decoded(as: EncodedStep.self).step(pictures: &pictures))
    }

    /// A turn of another tool's agent: one step for each call, or one that only looks.
    private mutating func act(_ step: JSONValue, _ words: String, _ time: Date, _ result: inout ImportedSteps) {
        let calls = step["tool_calls"]?.array ?? []
        let observed = step["observation"]?["results"]?.array ?? []
        var cost = Self.cost(step["metrics"])
        var reasoning = step["reasoning_content"]?.string
        for call in calls.isEmpty ? [JSONValue.null] : calls {
            let name = call["function_name"]?.string ?? ""
            let arguments = call["arguments"] ?? .null
            let action = call == .null ? .look : ForeignCall.action(name, arguments)
            if action == nil {
                result.lose("Calls of '\(name.prefix(60))' are no actions on a desktop, and are told in words.")
                let told = "\(name) \((try? arguments.written()).map { String(decoding: $0, as: UTF8.self) } ?? "")"
                reasoning = [reasoning, told].compactMap(\.self).joined(separator: "\n")
            }
            let mine = observed.filter { calls.count < 2 || $0["source_call_id"] == call["tool_call_id"] }
            if mine.contains(where: { !Self.text($0["content"]).isEmpty }) {
                result.lose("What tools answered in words is not kept.")
            }
            var screen: Screenshot?
            for result in mine where screen == nil { screen = picture(result["content"], time) }
            result.add(
                action ?? .look, intent: words.isEmpty ? nil : words, reasoning: reasoning, at: time, showing: screen,
                cost: cost)
            (cost, reasoning) = (nil, nil)
        }
    }

    private mutating func picture(_ content: JSONValue?, _ time: Date) -> Screenshot? {
        for part in content?.array ?? [] where part["type"] == "image" {
            if let path = part["source"]?["path"]?.string { return files.picture(path, takenAt: time) }
        }
        return nil
    }

    private static func text(_ content: JSONValue?) -> String {
        if let text = content?.string { return text }
        return (content?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    private static func cost(_ metrics: JSONValue?) -> StepCost? {
        guard let metrics else { return nil }
        func count(_ value: JSONValue?) -> Int { min(max(0, value?.integer ?? 0), 1 << 40) }
        var cost = StepCost()
        cost.cachedInput = count(metrics["cached_tokens"])
        cost.cacheWrite = count(metrics["extra"]?["cache_write_tokens"])
        cost.input = max(0, count(metrics["prompt_tokens"]) - cost.cachedInput - cost.cacheWrite)
        cost.output = count(metrics["completion_tokens"])
        cost.images = count(metrics["extra"]?["images"])
        cost.price = metrics["cost_usd"]?.double
        return cost
    }

    /// ISO 8601, with or without decimals.
    private static func moment(_ text: String) -> Date? {
        Timestamp.parse(text) ?? (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}

/// Pictures under the names that a trace gives them.
private struct ImageDirectory: PictureSource {
    var files: ImportedFiles

    mutating func picture(_ name: String) -> Data {
        guard BlobName.isValid(name), let found = files.picture("images/\(name).png", takenAt: Date()),
            SHA256.hexadecimal(found.png) == name
        else { return Data() }
        return found.png
    }
}
