import Foundation
import GodHandCore

/// Reads what the runner of OSWorld leaves: actions of its space `computer_13`, and calls of pyautogui.
struct OSWorldImport {
    var files: ImportedFiles

    mutating func run(_ lines: [JSONValue]) throws -> ImportedRun {
        var result = try ImportedSteps()
        let task = (try? files.file("task.json")).flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0)) }
        if let first = files.picture(OSWorldExport.first, takenAt: Date(timeIntervalSince1970: 0)) {
            result.screen = Observation(screenshot: first)
        } else {
            result.lose("There is no picture of the screen at the beginning.")
        }
        var isFailed = false
        for line in lines {
            guard let action = line["action"] else {
                if let error = line["Error"]?.string {
                    result.add(.finished(.failed(code: .hostFailed, message: error)))
                }
                isFailed = isFailed || line["Error"] != nil
                continue
            }
            // A line that belongs to the one before it, which has all.
            if line["info"]?["godhand"] == .null { continue }
            step(line, action, &result)
        }
        if !isFailed, let outcome { result.add(.finished(outcome)) }
        return result.run(
            RunHeader(
                goal: task?["instruction"]?.string ?? "Not known",
                spec: SandboxSpec(image: "unknown", screen: result.screen.screenshot.size),
                sandbox: SandboxID(rawValue: task?["id"]?.string ?? "unknown"), backend: "osworld", planner: "unknown"))
    }

    private mutating func step(_ line: JSONValue, _ action: JSONValue, _ result: inout ImportedSteps) {
        let time = (line["action_timestamp"]?.string).flatMap(OSWorldExport.moment) ?? Date(timeIntervalSince1970: 0)
        let picture = (line["screenshot_file"]?.string).flatMap { files.picture($0, takenAt: time) }
        let words = line["response"]?.string ?? line["natural_language_action"]?.string
        let own = line["info"]?["godhand"]
        if let own, let action = try? own.decoded(as: EncodedAction.self).action() {
            let verdict = try? own["verdict"]?.decoded(as: EncodedVerdict.self).verdict
            result.add(action, intent: nil, reasoning: words, at: time, showing: picture, verdict: verdict)
            return
        }
        let actions = Self.actions(action)
        if actions.isEmpty {
            result.lose("Some actions are code that is more than calls of pyautogui; it is told in words.")
        }
        let code = actions.isEmpty ? (try? action.written()).map { String(decoding: $0, as: UTF8.self) } : nil
        let reasoning = [words, code].compactMap(\.self).joined(separator: "\n")
        // What was seen between the calls of one line, nobody knows.
        for action in actions.isEmpty ? [.look] : actions {
            result.add(action, intent: nil, reasoning: reasoning.isEmpty ? nil : reasoning, at: time, showing: picture)
        }
    }

    /// What OSWorld's own check came to.
    private var outcome: Outcome? {
        guard let data = try? files.file("result.txt"),
            let value = Double(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        else { return nil }
        return value >= 1 ? .achieved(nil) : .abandoned("OSWorld's check gave \(value) of 1.")
    }

    private static func actions(_ value: JSONValue) -> [Action] {
        if let code = value.string ?? value["command"]?.string { return PyAutoGUI.actions(in: code) }
        guard let type = value["action_type"]?.string else { return [] }
        return computer13(type, value["parameters"] ?? value).map { [$0] } ?? []
    }

    private static func computer13(_ type: String, _ parameters: JSONValue) -> Action? {
        let place = ForeignCall.point([parameters["x"] ?? .null, parameters["y"] ?? .null])
        let button = parameters["button"]?.string.flatMap(MouseButton.init(rawValue:)) ?? .left
        let clicks = min(max(1, parameters["num_clicks"]?.integer ?? 1), 3)
        switch type {
        case "MOVE_TO": return place.map { .input(.move(to: $0)) }
        case "CLICK": return .input(.click(at: place, button: button, count: clicks))
        case "RIGHT_CLICK": return .input(.click(at: place, button: .right))
        case "DOUBLE_CLICK": return .input(.click(at: place, count: 2))
        case "MOUSE_DOWN": return .input(.press(button: button))
        case "MOUSE_UP": return .input(.release(button: button))
        case "SCROLL":
            let (dx, dy) = (parameters["dx"]?.integer ?? 0, parameters["dy"]?.integer ?? 0)
            return .input(.scroll(at: nil, dx: PyAutoGUI.bounded(dx), dy: -PyAutoGUI.bounded(dy)))
        case "TYPING": return parameters["text"]?.string.map { .input(.type($0)) }
        case "PRESS": return parameters["key"]?.string.map { .input(.key(PyAutoGUI.chord([$0]))) }
        case "HOTKEY": return parameters["keys"]?.array.map { .input(.key(PyAutoGUI.chord($0.compactMap(\.string)))) }
        case "WAIT": return .wait(.seconds(2))
        case "DONE": return .done("")
        case "FAIL": return .fail("")
        default: return nil
        }
    }
}
