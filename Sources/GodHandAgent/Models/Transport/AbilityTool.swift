import GodHandCore

/// A function of ours that a model may call for what a provider's own computer tool cannot do.
///
/// The adapters translate ``name``, ``summary`` and ``schema`` into their provider's way of declaring functions, and
/// calls back by ``action(named:input:abilities:)``.
struct AbilityTool: Sendable {
    /// The function's name.
    let name: String
    /// What it does, for the model.
    let summary: String
    /// What it takes, as a JSON schema of an object.
    let schema: JSONValue

    /// The functions for some abilities, always in the same order, which caches need.
    static func offered(for abilities: Set<ModelRequest.Ability>) -> [AbilityTool] {
        all.filter { abilities.contains($0.ability) }.map(\.tool)
    }

    /// The action that a call of one of the functions means, with what the model expects of it; nil if there is no
    /// function of this name.
    ///
    /// - Throws: ``MalformedInput`` if the arguments make no sense or the ability is not given.
    static func action(
        named name: String, input json: JSONValue, abilities: Set<ModelRequest.Ability>
    ) throws -> (action: Action, expectation: String?)? {
        guard let found = all.first(where: { $0.tool.name == name }) else { return nil }
        guard abilities.contains(found.ability) else { throw MalformedInput("\(name) is not available here.") }
        guard case .object = json else { throw MalformedInput("\(name) needs an object of arguments.") }
        let input = ToolInput(name, json)
        return (try found.read(input), try input.optionalText("expect"))
    }

    private struct Entry: Sendable {
        var ability: ModelRequest.Ability
        var tool: AbilityTool
        var read: @Sendable (ToolInput) throws -> Action

        init(
            _ name: String, _ ability: ModelRequest.Ability, _ summary: String, _ properties: [String: JSONValue],
            required: [String], expects: Bool = true, read: @escaping @Sendable (ToolInput) throws -> Action
        ) {
            self.ability = ability
            self.read = read
            var properties = properties
            if expects { properties["expect"] = text("What the screen should show afterwards; it is checked.") }
            tool = AbilityTool(
                name: name, summary: summary,
                schema: [
                    "type": "object", "properties": .object(properties),
                    "required": .array(required.map(JSONValue.string)), "additionalProperties": false,
                ])
        }
    }

    private static func text(_ description: String) -> JSONValue {
        ["type": "string", "description": .string(description)]
    }

    private static let target: [String: JSONValue] = [
        "mark": ["type": "integer", "description": "The element's number in the marked picture."],
        "name": text("The element's name, if it has no number."),
        "role": text("The element's role, such as \"push button\", if the name is not enough."),
    ]

    private static let all: [Entry] = [
        Entry(
            "open", .open, "Open a program by its name, or a web address.",
            ["target": text("The program's name, or the address with https://.")], required: ["target"]
        ) { .open(try $0.needed("target")) },
        Entry(
            "exec", .exec, "Run a command without a shell and get its output.",
            [
                "command": [
                    "type": "array", "items": ["type": "string"], "description": "The program, then its arguments.",
                ]
            ], required: ["command"]
        ) { input in
            guard let list = input.json["command"]?.array, !list.isEmpty, list.count <= 1000 else {
                throw MalformedInput("exec needs command, a list of strings that begins with the program.")
            }
            let arguments = list.compactMap(\.string)
            guard arguments.count == list.count, arguments.first?.isEmpty == false else {
                throw MalformedInput("exec: command must be a list of strings that begins with the program.")
            }
            return .exec(arguments)
        },
        Entry(
            "click_element", .elements, "Click an element by its number, or by its name and role, instead of a point.",
            target.merging(
                [
                    "button": ["type": "string", "enum": ["left", "middle", "right"]],
                    "count": ["type": "integer", "description": "2 for a double click."],
                ], uniquingKeysWith: { $1 }), required: []
        ) { input in
            guard let button = MouseButton(rawValue: try input.optionalText("button") ?? "left") else {
                throw MalformedInput("click_element: button must be left, middle or right.")
            }
            let count = try input.optionalInteger("count", in: 1...InputLimits.clicks) ?? 1
            return .element(try input.element(), .click(button: button, count: count))
        },
        Entry("hover_element", .elements, "Move the pointer onto an element.", target, required: []) {
            .element(try $0.element(), .hover)
        },
        Entry(
            "type_into_element", .elements, "Click an element and type into it.",
            target.merging(
                [
                    "text": text("What to type."),
                    "replace": ["type": "boolean", "description": "Whether what is there now is replaced."],
                ], uniquingKeysWith: { $1 }), required: ["text"]
        ) { input in
            let text = try input.text("text")
            guard text.unicodeScalars.count <= InputLimits.text else {
                throw MalformedInput("type_into_element: text must have at most \(InputLimits.text) characters.")
            }
            return .element(try input.element(), .type(text, replacing: try input.flag("replace")))
        },
        Entry(
            "wait_for", .wait,
            "Wait until the screen shows a text, a window, or an element, or until nothing moves any more.",
            [
                "text": text("A text that the screen should show."),
                "window": text("A part of the title of the window that should be in front."),
                "element": text("The name of an element that should be there."),
                "role": text("The role of that element."),
                "seconds": ["type": "number", "description": "How long to wait at most; 10 if not given."],
            ], required: [], expects: false
        ) { input in
            let limit = try input.duration("seconds", default: .seconds(10), atMost: .seconds(120))
            let condition: WaitCondition
            if let text = try input.optionalText("text") {
                condition = .text(text)
            } else if let window = try input.optionalText("window") {
                condition = .window(window)
            } else if let element = try input.optionalText("element") {
                condition = .element(role: try input.optionalText("role"), name: element)
            } else {
                condition = .stillScreen
            }
            return .waitFor(condition, atMost: limit)
        },
        Entry(
            "done", .finish, "Say that the goal is reached. It is checked.",
            ["answer": text("The answer, if the goal asks a question.")], required: [], expects: false
        ) { .done(try $0.optionalText("answer") ?? "") },
        Entry(
            "fail", .finish, "Say that the goal cannot be reached.", ["reason": text("Why.")], required: ["reason"],
            expects: false
        ) { .fail(try $0.needed("reason")) },
        Entry(
            "ask", .ask, "Ask the user something that only a person can answer or do.",
            ["question": text("The question.")], required: ["question"], expects: false
        ) { .ask(try $0.needed("question")) },
    ]
}

extension ToolInput {
    /// A text that must be there and not be empty.
    fileprivate func needed(_ key: String) throws -> String {
        guard let text = try optionalText(key) else { throw MalformedInput("\(name) needs \(key), a string.") }
        return text
    }

    fileprivate func element() throws -> ElementTarget {
        if let mark = try optionalInteger("mark", in: 0...100_000) { return .mark(mark) }
        guard let name = try optionalText("name") else {
            throw MalformedInput("\(self.name) needs mark, the element's number, or its name.")
        }
        return .named(role: try optionalText("role"), name: name)
    }
}
