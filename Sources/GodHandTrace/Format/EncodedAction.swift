import GodHandCore

/// An action, told apart by `kind`; the other members are there if the kind has them. Maps to `Action` and
/// `InputAction`, which are one level here.
struct EncodedAction: Codable {
    var kind: String
    var at: EncodedPoint?
    var path: [EncodedPoint]?
    var button: String?
    var count: Int?
    var dx: Int?
    var dy: Int?
    var keys: [String]?
    var modifiers: [String]?
    var seconds: Double?
    var text: String?
    var arguments: [String]?
    var region: EncodedRect?
    var mark: Int?
    var role: String?
    var name: String?
    var gesture: String?
    var replacing: Bool?
    var condition: String?

    enum CodingKeys: String, CodingKey {
        case kind, at, path, button, count, dx, dy, keys, modifiers, seconds, text, arguments
        case region, mark, role, name, gesture, replacing, condition
    }

    init(_ action: Action) {
        switch action {
        case .input(let input):
            kind = ""
            fill(input)
        case .exec(let arguments):
            kind = "exec"
            self.arguments = arguments
        case .open(let target):
            kind = "open"
            text = target
        case .look: kind = "look"
        case .zoom(let region):
            kind = "zoom"
            self.region = EncodedRect(region)
        case .cursorPosition: kind = "cursor"
        case .element(let target, let gesture):
            kind = "element"
            fill(target)
            fill(gesture)
        case .wait(let duration):
            kind = "wait"
            seconds = Seconds.value(duration)
        case .waitFor(let condition, let duration):
            kind = "wait-for"
            seconds = Seconds.value(duration)
            fill(condition)
        case .done(let answer):
            kind = "done"
            text = answer
        case .fail(let reason):
            kind = "fail"
            text = reason
        case .ask(let question):
            kind = "ask"
            text = question
        }
    }

    private mutating func fill(_ input: InputAction) {
        switch input {
        case .move(let to):
            kind = "move"
            at = EncodedPoint(to)
        case .click(let point, let button, let count, let modifiers):
            kind = "click"
            at = point.map(EncodedPoint.init)
            self.button = button.rawValue
            self.count = count
            self.modifiers = modifiers.keys
        case .press(let button):
            kind = "press"
            self.button = button.rawValue
        case .release(let button):
            kind = "release"
            self.button = button.rawValue
        case .drag(let path, let button, let modifiers):
            kind = "drag"
            self.path = path.map(EncodedPoint.init)
            self.button = button.rawValue
            self.modifiers = modifiers.keys
        case .scroll(let point, let dx, let dy, let modifiers):
            kind = "scroll"
            at = point.map(EncodedPoint.init)
            self.dx = dx
            self.dy = dy
            self.modifiers = modifiers.keys
        case .key(let chord, let count):
            kind = "key"
            keys = chord.keys
            self.count = count
        case .hold(let chord, let duration):
            kind = "hold"
            keys = chord.keys
            seconds = Seconds.value(duration)
        case .type(let text):
            kind = "type"
            self.text = text
        }
    }

    private mutating func fill(_ target: ElementTarget) {
        switch target {
        case .mark(let number): mark = number
        case .named(let role, let name):
            self.role = role
            self.name = name
        }
    }

    private mutating func fill(_ gesture: ElementGesture) {
        switch gesture {
        case .click(let button, let count):
            self.gesture = "click"
            self.button = button.rawValue
            self.count = count
        case .hover: self.gesture = "hover"
        case .type(let text, let replacing):
            self.gesture = "type"
            self.text = text
            self.replacing = replacing
        }
    }

    private mutating func fill(_ condition: WaitCondition) {
        switch condition {
        case .text(let text):
            self.condition = "text"
            self.text = text
        case .window(let title):
            self.condition = "window"
            text = title
        case .element(let role, let name):
            self.condition = "element"
            self.role = role
            self.name = name
        case .stillScreen: self.condition = "still-screen"
        }
    }

    func action() throws -> Action {
        switch kind {
        case "zoom": .zoom(try need(region, "region").rect)
        case "cursor": .cursorPosition
        case "element": .element(try target(), try elementGesture())
        case "wait-for": .waitFor(try waitCondition(), atMost: try Seconds.duration(need(seconds, "seconds")))
        case "exec": .exec(try need(arguments, "arguments"))
        case "open": .open(try need(text, "text"))
        case "look": .look
        case "wait": .wait(try Seconds.duration(need(seconds, "seconds")))
        case "done": .done(try need(text, "text"))
        case "fail": .fail(try need(text, "text"))
        case "ask": .ask(try need(text, "text"))
        default: .input(try input())
        }
    }

    private func input() throws -> InputAction {
        let modifiers = KeyChord(keys: modifiers ?? [])
        switch kind {
        case "move": return .move(to: try need(at, "at").point)
        case "click":
            return .click(
                at: at?.point, button: try mouseButton(), count: try need(count, "count"), modifiers: modifiers)
        case "press": return .press(button: try mouseButton())
        case "release": return .release(button: try mouseButton())
        case "drag":
            return .drag(path: try need(path, "path").map(\.point), button: try mouseButton(), modifiers: modifiers)
        case "scroll":
            return .scroll(at: at?.point, dx: try need(dx, "dx"), dy: try need(dy, "dy"), modifiers: modifiers)
        case "key": return .key(KeyChord(keys: try need(keys, "keys")), repeat: try need(count, "count"))
        case "hold":
            return .hold(
                KeyChord(keys: try need(keys, "keys")), duration: try Seconds.duration(need(seconds, "seconds")))
        case "type": return .type(try need(text, "text"))
        default: throw UnreadableValue("an action of the kind '\(kind.prefix(40))'")
        }
    }

    private func target() throws -> ElementTarget {
        if let mark { return .mark(mark) }
        return .named(role: role, name: try need(name, "name"))
    }

    private func elementGesture() throws -> ElementGesture {
        switch try need(gesture, "gesture") {
        case "click": .click(button: try mouseButton(), count: try need(count, "count"))
        case "hover": .hover
        case "type": .type(try need(text, "text"), replacing: replacing ?? false)
        default: throw UnreadableValue("a gesture")
        }
    }

    private func waitCondition() throws -> WaitCondition {
        switch try need(condition, "condition") {
        case "text": .text(try need(text, "text"))
        case "window": .window(try need(text, "text"))
        case "element": .element(role: role, name: try need(name, "name"))
        case "still-screen": .stillScreen
        default: throw UnreadableValue("a condition")
        }
    }

    private func mouseButton() throws -> MouseButton {
        guard let button = MouseButton(rawValue: try need(button, "button")) else { throw UnreadableValue("a button") }
        return button
    }

    private func need<Value>(_ value: Value?, _ name: String) throws -> Value {
        guard let value else { throw UnreadableValue("an action without '\(name)'") }
        return value
    }
}
