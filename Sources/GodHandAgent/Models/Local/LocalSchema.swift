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
            case .waitFor: "wait_for: until text is visible; seconds at most"
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

    /// The schema. All but the thought and the action may be left out.
    static func schema(for abilities: Set<ModelRequest.Ability>) -> JSONValue {
        var properties: [String: JSONValue] = [
            "thought": text, "action": choice(verbs(for: abilities).map(\.rawValue)), "x": number, "y": number,
            "to_x": number, "to_y": number, "button": choice(["left", "middle", "right"]), "count": integer,
            "direction": choice(["up", "down", "left", "right"]), "amount": integer, "keys": text, "text": text,
            "seconds": number, "expect": text, "done": ["type": "boolean"],
        ]
        if abilities.contains(.elements) {
            properties["mark"] = integer
            properties["role"] = text
            properties["name"] = text
        }
        if abilities.contains(.open) { properties["target"] = text }
        if abilities.contains(.exec) { properties["command"] = ["type": "array", "items": text] }
        return [
            "type": "object", "properties": .object(properties), "required": ["thought", "action"],
            "additionalProperties": false,
        ]
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

    private static let text: JSONValue = ["type": "string"]
    private static let number: JSONValue = ["type": "number"]
    private static let integer: JSONValue = ["type": "integer"]

    private static func choice(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }
}
