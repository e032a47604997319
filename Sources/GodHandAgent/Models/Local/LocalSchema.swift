import GodHandCore

/// Our own form for weak models: one flat JSON object that says what to think, do and expect.
enum LocalSchema {
    /// What may stand in `action`.
    enum Verb: String, CaseIterable {
        case click
        case move
        case drag
        case scroll
        case key
        case type
        case look
        case zoom
        case wait
        case waitFor = "wait_for"
        case open
        case exec
        case done
        case fail
        case ask

        /// Whether a model with these abilities may use it.
        func isOffered(to abilities: Set<ModelRequest.Ability>) -> Bool {
            switch self {
            case .click, .type, .move: abilities.contains(.input) || abilities.contains(.elements)
            case .drag, .scroll, .key: abilities.contains(.input)
            case .look: true
            case .zoom: abilities.contains(.zoom)
            case .wait, .waitFor: abilities.contains(.wait)
            case .open: abilities.contains(.open)
            case .exec: abilities.contains(.exec)
            case .done, .fail: abilities.contains(.finish)
            case .ask: abilities.contains(.ask)
            }
        }

        /// One line for the model.
        var guide: String {
            switch self {
            case .click:
                "click: mark, or name and role, or x and y; button left, middle or right; count 2 is double"
            case .move: "move: mark, or x and y; only points"
            case .drag: "drag: from x, y to to_x, to_y"
            case .scroll: "scroll: direction up, down, left or right; amount in wheel clicks; x and y"
            case .key: "key: keys such as ctrl+s or Return"
            case .type: "type: text, where the cursor is, or into mark or x and y; a line feed presses Return"
            case .look: "look: take a new screenshot and do nothing"
            case .zoom: "zoom: look closer at the rectangle from x, y to to_x, to_y"
            case .wait: "wait: seconds"
            case .waitFor:
                "wait_for: until text is visible, or window is in the title of the window in front; seconds at most"
            case .open: "open: target, a program or an address with https://"
            case .exec: "exec: command, a list of texts that begins with the program"
            case .done: "done: the goal is reached and you have seen it; text is the answer"
            case .fail: "fail: the goal cannot be reached; text says why"
            case .ask: "ask: ask a person the question in text"
            }
        }
    }

    static func verbs(for abilities: Set<ModelRequest.Ability>) -> [Verb] {
        Verb.allCases.filter { $0.isOffered(to: abilities) }
    }

    /// The schema. A server that holds a model to it lets it write the properties in this order, so the thought comes
    /// before what follows from it, and what is named comes before where it is.
    ///
    /// - Parameter isStrict: Whether all properties must be there, as OpenAI's strict rules want it; null stands for what
    ///   is left out. Else all but the thought and the action may be left out, which makes answers shorter.
    static func schema(for abilities: Set<ModelRequest.Ability>, isStrict: Bool) -> JSONValue {
        var properties = [
            Property("thought", "string"), Property("action", "string", of: verbs(for: abilities).map(\.rawValue)),
        ]
        var others: [Property] = []
        if abilities.contains(.elements) {
            others += [Property("mark", "integer"), Property("name", "string"), Property("role", "string")]
        }
        others += [
            Property("x", "number"), Property("y", "number"), Property("to_x", "number"), Property("to_y", "number"),
            Property("button", "string", of: ["left", "middle", "right"]), Property("count", "integer"),
            Property("direction", "string", of: ["up", "down", "left", "right"]), Property("amount", "integer"),
            Property("keys", "string"), Property("text", "string"),
        ]
        if abilities.contains(.wait) { others.append(Property("window", "string")) }
        if abilities.contains(.open) { others.append(Property("target", "string")) }
        if abilities.contains(.exec) { others.append(Property("command", "array")) }
        others += [Property("seconds", "number"), Property("expect", "string"), Property("done", "boolean")]

        let required = properties.map(\.name) + (isStrict ? others.map(\.name) : [])
        properties += others.map { property in
            var property = property
            property.mayBeNull = isStrict
            return property
        }
        return [
            "type": "object", "properties": .ordered(properties.map { .init($0.name, $0.schema) }),
            "required": .array(required.map { .string($0) }), "additionalProperties": false,
        ]
    }

    private struct Property {
        let name: String
        let type: String
        var choices: [String]?
        var mayBeNull = false

        init(_ name: String, _ type: String, of choices: [String]? = nil) {
            self.name = name
            self.type = type
            self.choices = choices
        }

        var schema: JSONValue {
            var schema: [String: JSONValue] = ["type": mayBeNull ? [.string(type), "null"] : .string(type)]
            if let choices {
                schema["enum"] = .array(choices.map { .string($0) } + (mayBeNull ? [.null] : []))
            }
            if type == "array" { schema["items"] = ["type": "string"] }
            return .object(schema)
        }
    }

    /// What the model is told about the form.
    static func guide(for abilities: Set<ModelRequest.Ability>, scaling: ScreenScaling) -> String {
        let size = scaling.size
        let lines = verbs(for: abilities).map { "- " + $0.guide }
        let marks =
            abilities.contains(.elements)
            ? " If the picture has numbered boxes, give mark, the number, instead of x and y." : ""
        return """
            Answer with one JSON object and nothing else. "thought": what you see and why you act, in one or two \
            sentences. "action": one of those below. "expect": what should be visible on the screen afterwards. "done": \
            true only if this reaches the goal.
            \(lines.joined(separator: "\n"))
            x runs from 0 (left) to \(size.width - 1) (right), y from 0 (top) to \(size.height - 1) (bottom).\(marks)
            Example: {"thought": "The search box is at the top.", "action": "click", "x": \(size.width / 2), \
            "y": \(size.height / 8), "expect": "a cursor in the search box"}
            """
    }
}
