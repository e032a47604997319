import Foundation
import GodHandCore

/// Calls of pyautogui with plain arguments, as agents write them for OSWorld. It is no Python: code that does more is not
/// understood, and nothing of it is taken then.
enum PyAutoGUI {
    /// The actions of some code; none if a part of it is more than such calls.
    static func actions(in code: String) -> [Action] {
        switch code.trimmingCharacters(in: .whitespacesAndNewlines) {
        case "WAIT": return [.wait(.seconds(2))]
        case "DONE": return [.done("")]
        case "FAIL": return [.fail("")]
        case let text where text.utf8.count > 1 << 16: return []
        default: break
        }
        var actions: [Action] = []
        for line in code.split(whereSeparator: \.isNewline).flatMap({ statements(String($0)) }) {
            if line.isEmpty || line.hasPrefix("import ") || line.hasPrefix("#") { continue }
            guard let call = Call(line), let action = action(call) else { return [] }
            actions.append(action)
        }
        return actions
    }

    /// The parts between semicolons that are not in quotes.
    private static func statements(_ line: String) -> [String] {
        var parts = [""]
        var quote: Character?
        var isEscaped = false
        for character in line {
            if quote == nil, character == ";" {
                parts.append("")
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            }
            parts[parts.count - 1].append(character)
        }
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func action(_ call: Call) -> Action? {
        let place = call.point
        let button = call.text("button").flatMap(MouseButton.init(rawValue:)) ?? .left
        switch call.name {
        case "pyautogui.click":
            return .input(.click(at: place, button: button, count: min(max(1, call.integer("clicks", 2) ?? 1), 3)))
        case "pyautogui.doubleClick": return .input(.click(at: place, button: button, count: 2))
        case "pyautogui.tripleClick": return .input(.click(at: place, button: button, count: 3))
        case "pyautogui.rightClick": return .input(.click(at: place, button: .right))
        case "pyautogui.middleClick": return .input(.click(at: place, button: .middle))
        case "pyautogui.moveTo": return place.map { .input(.move(to: $0)) }
        case "pyautogui.mouseDown": return .input(.press(button: button))
        case "pyautogui.mouseUp": return .input(.release(button: button))
        case "pyautogui.scroll", "pyautogui.vscroll":
            return call.integer("clicks", 0).map { .input(.scroll(at: nil, dx: 0, dy: -bounded($0))) }
        case "pyautogui.hscroll":
            return call.integer("clicks", 0).map { .input(.scroll(at: nil, dx: bounded($0), dy: 0)) }
        case "pyautogui.write", "pyautogui.typewrite": return call.text("message", 0).map { .input(.type($0)) }
        case "pyautogui.press":
            let keys = call.list("keys", 0)
            return keys.count == 1
                ? .input(.key(chord(keys), repeat: min(max(1, call.integer("presses", 1) ?? 1), 100))) : nil
        case "pyautogui.hotkey":
            let keys = call.positional.compactMap(\.string)
            return keys.isEmpty ? nil : .input(.key(chord(keys)))
        case "time.sleep", "pyautogui.sleep":
            return call.number("secs", 0).flatMap { (0...86_400).contains($0) ? .wait(.seconds($0)) : nil }
        default: return nil
        }
    }

    static func bounded(_ number: Int) -> Int { min(max(-10_000, number), 10_000) }

    private static let names = [
        "enter": "Return", "return": "Return", "esc": "Escape", "escape": "Escape", "pageup": "Page_Up",
        "pgup": "Page_Up", "pagedown": "Page_Down", "pgdn": "Page_Down", "backspace": "BackSpace", "del": "Delete",
        "ctrlleft": "Control_L", "ctrlright": "Control_R", "shiftleft": "Shift_L", "shiftright": "Shift_R",
        "altleft": "Alt_L", "altright": "Alt_R", "win": "super", "winleft": "Super_L", "winright": "Super_R",
        "command": "super", "option": "alt", "capslock": "Caps_Lock", "printscreen": "Print", "apps": "Menu",
        " ": "space", "delete": "Delete", "insert": "Insert", "home": "Home", "end": "End", "tab": "Tab", "up": "Up",
        "down": "Down", "left": "Left", "right": "Right",
    ]

    /// Keys of pyautogui under the names that a chord has.
    static func chord(_ keys: [String]) -> KeyChord {
        KeyChord(
            keys: keys.map { key in
                let lower = key.lowercased()
                if let name = names[lower] { return name }
                return lower.firstMatch(of: /^f[0-9]+$/) != nil ? lower.uppercased() : key
            })
    }
}
