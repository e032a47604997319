import Foundation
import GodHandCore

/// Writes a trace as the runner of OSWorld leaves the result of one task, with actions of its space `computer_13`.
///
/// A step of ours that needs several of those is several lines with the same `step_num`. What cannot be said in them is
/// `WAIT`, and every line has the action itself in `info`, under `godhand`.
struct OSWorldExport {
    static let file = "traj.jsonl"
    static let first = "initial_state.png"

    private let place: ExportDirectory

    static func write(_ trace: Trace, to directory: URL) throws -> URL {
        let export = OSWorldExport(place: try ExportDirectory(directory))
        let steps = trace.steps
        let id = trace.header?.sandbox.rawValue ?? "run"
        if let before = steps.first?.before.screenshot, !before.png.isEmpty {
            try export.place.write(before.png, as: first)
        }
        let task: JSONValue = ["id": .string(id), "instruction": .string(trace.header?.goal ?? "Not known")]
        try export.place.write(task.written(), as: "task.json")
        let isAchieved = if case .achieved = trace.outcome { true } else { false }
        try export.place.write(Data("\(isAchieved ? "1.0" : "0.0")\n".utf8), as: "result.txt")
        return try export.place.write(lines: steps.flatMap { try export.lines($0) }, as: file)
    }

    private func lines(_ step: Step) throws -> [JSONValue] {
        let stamp = Self.stamp(step.startedAt)
        let picture = "step_\(step.index)_\(stamp).png"
        if !step.after.screenshot.png.isEmpty { try place.write(step.after.screenshot.png, as: picture) }
        let words = [step.reasoning, step.intent].compactMap(\.self).joined(separator: "\n")
        var own = try JSONValue(encoding: EncodedAction(step.action))
        if let verdict = step.verdict {
            own = own.adding(("verdict", try JSONValue(encoding: EncodedVerdict(verdict))))
        }
        return OSWorldAction.actions(for: step.action).enumerated().map { index, action in
            let isEnd = action == .string("DONE") || action == .string("FAIL")
            return [
                "step_num": .integer(step.index), "action_timestamp": .string(stamp), "action": action,
                "response": .string(words), "reward": 0, "done": .bool(isEnd),
                // Of several lines of a step only the first has it, so that nothing is done twice.
                "info": index == 0 ? ["godhand": own] : ["godhand": .null], "screenshot_file": .string(picture),
            ]
        }
    }

    /// `20260131@123456789012`, in UTC: what OSWorld names pictures by.
    static func stamp(_ date: Date) -> String {
        let text = Timestamp.format(date, digits: 9).filter(\.isNumber)
        return "\(text.prefix(8))@\(text.dropFirst(8).prefix(12))"
    }

    /// Reads ``stamp(_:)``, with or without its decimals.
    static func moment(_ stamp: String) -> Date? {
        let digits = Array(stamp.filter { $0 != "@" })
        guard digits.count >= 14, digits.count <= 20, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return nil
        }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        let decimals = digits.count > 14 ? "." + String(digits[14...]) : ""
        return Timestamp.parse(
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))\(decimals)Z"
        )
    }
}
