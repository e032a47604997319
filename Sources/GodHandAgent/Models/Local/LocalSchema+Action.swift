import GodHandCore

extension LocalSchema {
    /// Other words that weak models use for the same actions.
    private static let synonyms: [String: (verb: Verb, changes: [String: JSONValue])] = [
        "left_click": (.click, [:]), "double_click": (.click, ["count": 2]), "triple_click": (.click, ["count": 3]),
        "right_click": (.click, ["button": "right"]), "middle_click": (.click, ["button": "middle"]),
        "hover": (.move, [:]), "press": (.key, [:]), "keypress": (.key, [:]), "hotkey": (.key, [:]),
        "write": (.type, [:]), "screenshot": (.look, [:]), "finish": (.done, [:]), "finished": (.done, [:]),
        "run": (.exec, [:]),
    ]

    /// The actions that an object of the form asks for: more than one where it clicks and types, or acts and is done.
    ///
    /// - Throws: ``MalformedInput`` with what is missing or wrong.
    static func actions(_ object: JSONValue, request: ModelRequest, scaling: ScreenScaling) throws -> [Action] {
        let isDone = object["done"]?.bool == true
        let word = object["action"]?.string?.lowercased() ?? ""
        if isDone, word.isEmpty || word == "none" { return [.done(answer(object))] }
        guard !word.isEmpty else { throw MalformedInput("The object needs action.") }
        var members: [String: JSONValue] = if case .object(let members) = object { members } else { [:] }
        let verb: Verb
        if let known = Verb(rawValue: word) {
            verb = known
        } else if let synonym = synonyms[word] {
            verb = synonym.verb
            members.merge(synonym.changes) { $1 }
        } else {
            let known = verbs(for: request.abilities).map(\.rawValue).joined(separator: ", ")
            throw MalformedInput("There is no action \(word.shortened(to: 60)). There are: \(known).")
        }
        let actions = try actions(verb, Arguments(of: word, .object(members), space: scaling))
        // The last action and the end in one: the end is checked all the same.
        let isOver = [.done, .fail, .ask].contains(verb) || !request.abilities.contains(.finish)
        return isDone && !isOver ? actions + [.done(answer(object))] : actions
    }

    private static func answer(_ object: JSONValue) -> String {
        // With another action the text is what was typed, not what was found.
        let isTyping = ["type", "write", "wait_for"].contains(object["action"]?.string?.lowercased())
        let text = object["answer"]?.string ?? (isTyping ? nil : object["text"]?.string)
        return text ?? object["thought"]?.string ?? ""
    }

    private static func actions(_ verb: Verb, _ arguments: Arguments) throws -> [Action] {
        switch verb {
        case .click, .move, .drag, .scroll, .key, .type: return try input(verb, arguments)
        case .look: return [.look]
        case .zoom: return [.zoom(try arguments.region(("x", "y", "to_x", "to_y")))]
        case .wait: return [.wait(try arguments.seconds("seconds", or: 2))]
        case .waitFor:
            let time = try arguments.seconds("seconds", or: 10)
            if let title = arguments.text(ifAny: "window"), !title.isEmpty {
                return [.waitFor(.window(title), atMost: time)]
            }
            if let text = arguments.text(ifAny: "text"), !text.isEmpty { return [.waitFor(.text(text), atMost: time)] }
            return [.waitFor(.stillScreen, atMost: time)]
        case .open: return [.open(try arguments.text(ifAny: "target") ?? arguments.words("text"))]
        case .exec:
            guard let command = arguments.list(ifAny: "command"), command.first?.isEmpty == false else {
                throw MalformedInput("exec needs command, a list of texts that begins with the program.")
            }
            return [.exec(command)]
        case .done: return [.done(arguments.text(ifAny: "text") ?? arguments.text(ifAny: "answer") ?? "")]
        case .fail: return [.fail(arguments.text(ifAny: "text") ?? "")]
        case .ask: return [.ask(try arguments.words("text"))]
        }
    }

    private static func input(_ verb: Verb, _ arguments: Arguments) throws -> [Action] {
        let element = try element(arguments)
        switch verb {
        case .click:
            let button = try arguments.button()
            let count = try arguments.integer("count", or: 1, in: 1...InputLimits.clicks)
            if let element { return [.element(element, .click(button: button, count: count))] }
            return [.input(.click(at: try arguments.point(), button: button, count: count, modifiers: keys(arguments)))]
        case .move:
            if let element { return [.element(element, .hover)] }
            return [.input(.move(to: try arguments.point()))]
        case .drag:
            let path = [try arguments.point(), try arguments.point("to_x", "to_y")]
            return [.input(.drag(path: path, modifiers: keys(arguments)))]
        case .scroll:
            let clicks = try arguments.integer("amount", or: 5, in: 1...InputLimits.scroll)
            let (dx, dy) = try Wheel.toward(arguments.text(ifAny: "direction") ?? "down", clicks: clicks)
            return [.input(.scroll(at: try arguments.optionalPoint(), dx: dx, dy: dy))]
        case .key:
            let chord = try arguments.text(ifAny: "keys") ?? arguments.words("text")
            let count = try arguments.integer("count", or: 1, in: 1...InputLimits.repeats)
            return [.input(.key(KeyChord(chord), repeat: count))]
        default:
            let text = try arguments.text("text")
            if let element { return [.element(element, .type(text))] }
            let point = try arguments.optionalPoint()
            return (point.map { [.input(.click(at: $0))] } ?? []) + [.input(.type(text))]
        }
    }

    /// The element that is named, if one is. A place wins over a name alone: weak models fill in both.
    private static func element(_ arguments: Arguments) throws -> ElementTarget? {
        if arguments.has("mark") { return .mark(try arguments.integer("mark", or: 0, in: 0...100_000)) }
        guard !arguments.has("x"), let name = arguments.text(ifAny: "name"), !name.isEmpty else { return nil }
        let role = arguments.text(ifAny: "role")
        return .named(role: role?.isEmpty == false ? role : nil, name: name)
    }

    private static func keys(_ arguments: Arguments) -> KeyChord {
        arguments.text(ifAny: "keys").map { KeyChord($0) } ?? .none
    }
}
