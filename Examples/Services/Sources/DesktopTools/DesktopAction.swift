import GodHandCore

/// One thing that a client asks a hand to do.
enum DesktopAction: Sendable, Hashable {
    /// Mouse or keyboard.
    case input(InputAction)
    /// A drag in a straight line, which passes the places in between.
    case drag(from: Point, to: Point, button: MouseButton, modifiers: KeyChord)
    /// A wait.
    case wait(Duration)
    /// What is done by name, for which the screen is looked at first.
    case seeing(Action)

    /// How much waiting one call may ask for.
    static let longestWait: Duration = .seconds(120)

    /// Reads a list that fits the schema. None is done if one of them makes no sense.
    ///
    /// - Throws: `GodHandError` with `request.invalid`, which says which one.
    static func list(_ actions: [JSONValue]) throws -> [DesktopAction] {
        var waits = Duration.zero
        return try actions.enumerated().map { number, action in
            do {
                let read = try DesktopAction(action)
                waits += read.patience
                guard waits <= longestWait else {
                    throw Trouble("The waits of one call add up to \(longestWait) at most.")
                }
                return read
            } catch let trouble as Trouble {
                throw GodHandError(
                    .invalidRequest, "Action \(number + 1) cannot be done: \(trouble.words)", hint: "Nothing was done.")
            }
        }
    }

    private struct Trouble: Error {
        let words: String
        init(_ words: String) { self.words = words }
    }

    /// How long it waits by itself.
    private var patience: Duration {
        switch self {
        case .wait(let time), .input(.hold(_, let time)), .seeing(.waitFor(_, atMost: let time)): time
        default: .zero
        }
    }

    private init(_ json: JSONValue) throws {
        let type = json["type"]?.string ?? ""
        if let stranger = Self.members(of: json).subtracting(Self.known[type] ?? []).subtracting(["type"]).sorted()
            .first
        {
            let known = (Self.known[type] ?? []).sorted().joined(separator: ", ")
            throw Trouble("'\(type)' takes no '\(stranger)', only: \(known).")
        }
        let button = MouseButton(rawValue: json["button"]?.string ?? "left") ?? .left
        let modifiers = KeyChord(json["modifiers"]?.string ?? "")
        let seconds = json["seconds"]?.double.map { Duration.seconds($0) }
        switch type {
        case "click":
            let point = try Self.point(json)
            self = .input(.click(at: point, button: button, count: json["count"]?.integer ?? 1, modifiers: modifiers))
        case "move": self = .input(.move(to: try Self.required(try Self.point(json), "'x' and 'y'", type)))
        case "press": self = .input(.press(button: button))
        case "release": self = .input(.release(button: button))
        case "drag":
            let path = try Self.required(json["path"]?.array, "'path'", type).compactMap { try Self.point($0) }
            guard let first = path.first, let last = path.last, path.count >= 2 else {
                throw Trouble("'path' needs two points or more.")
            }
            self =
                path.count == 2
                ? .drag(from: first, to: last, button: button, modifiers: modifiers)
                : .input(.drag(path: path, button: button, modifiers: modifiers))
        case "scroll":
            self = .input(
                .scroll(
                    at: try Self.point(json), dx: json["dx"]?.integer ?? 0, dy: json["dy"]?.integer ?? 0,
                    modifiers: modifiers))
        case "key":
            let keys = try Self.required(json["keys"]?.string, "'keys'", type)
            self = .input(.key(KeyChord(keys), repeat: json["count"]?.integer ?? 1))
        case "hold":
            let keys = try Self.required(json["keys"]?.string, "'keys'", type)
            self = .input(.hold(KeyChord(keys), duration: try Self.required(seconds, "'seconds'", type)))
        case "type": self = .input(.type(try Self.required(json["text"]?.string, "'text'", type)))
        case "wait": self = .wait(try Self.required(seconds, "'seconds'", type))
        case "click_element":
            self = .seeing(.element(try Self.target(json), .click(button: button, count: json["count"]?.integer ?? 1)))
        case "type_into_element":
            let text = try Self.required(json["text"]?.string, "'text'", type)
            self = .seeing(.element(try Self.target(json), .type(text, replacing: json["replacing"]?.bool ?? false)))
        case "wait_for_text":
            let text = try Self.required(json["text"]?.string, "'text'", type)
            self = .seeing(.waitFor(.text(text), atMost: seconds ?? .seconds(10)))
        case "wait_for_element":
            self = .seeing(
                .waitFor(
                    .element(role: json["role"]?.string, name: try Self.required(json["name"]?.string, "'name'", type)),
                    atMost: seconds ?? .seconds(10)))
        default: throw Trouble("There is no action '\(type.prefix(64))'.")
        }
    }

    /// What each kind of action takes.
    static let known: [String: Set<String>] = [
        "click": ["x", "y", "button", "count", "modifiers"], "move": ["x", "y"], "press": ["button"],
        "release": ["button"], "drag": ["path", "button", "modifiers"],
        "scroll": ["x", "y", "dx", "dy", "modifiers"], "key": ["keys", "count"], "hold": ["keys", "seconds"],
        "type": ["text"], "wait": ["seconds"], "click_element": ["name", "role", "button", "count"],
        "type_into_element": ["name", "role", "text", "replacing"], "wait_for_text": ["text", "seconds"],
        "wait_for_element": ["name", "role", "seconds"],
    ]

    private static func members(of json: JSONValue) -> Set<String> {
        guard case .object(let members) = json else { return [] }
        return Set(members.keys)
    }

    private static func required<Value>(_ value: Value?, _ what: String, _ type: String) throws -> Value {
        guard let value else { throw Trouble("'\(type)' needs \(what).") }
        return value
    }

    private static func point(_ json: JSONValue) throws -> Point? {
        switch (json["x"]?.integer, json["y"]?.integer) {
        case (let x?, let y?): Point(x: x, y: y)
        case (nil, nil): nil
        default: throw Trouble("A place needs both 'x' and 'y'.")
        }
    }

    private static func target(_ json: JSONValue) throws -> ElementTarget {
        .named(
            role: json["role"]?.string, name: try required(json["name"]?.string, "'name'", json["type"]?.string ?? ""))
    }
}
