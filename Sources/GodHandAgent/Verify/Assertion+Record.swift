import GodHandCore

/// Assertions as JSON, so that what a trace says was checked can be checked again.
extension Assertion {
    /// The assertion as JSON; nil if it holds a picture, which is too much for every record that names it.
    var recorded: JSONValue? {
        switch self {
        case .textVisible(let text, let rect): Self.form("text", ["text": .string(text)], rect)
        case .windowTitle(let text): Self.form("window-title", ["text": .string(text)])
        case .clipboardContains(let text): Self.form("clipboard", ["text": .string(text)])
        case .fileExists(let path): Self.form("file", ["path": .string(path)])
        case .fileContains(let path, let text): Self.form("file", ["path": .string(path), "text": .string(text)])
        case .processRuns(let name): Self.form("process", ["name": .string(name)])
        case .commandSucceeds(let arguments):
            Self.form("command", ["arguments": .array(arguments.map { .string($0) })])
        case .addressIs(let address): Self.form("address-is", ["text": .string(address)])
        case .addressContains(let text): Self.form("address", ["text": .string(text)])
        case .screenChanged(let rect): Self.form("screen-changed", [:], rect)
        case .regionMatches: nil
        case .all(let parts): Self.form("all", parts.map(\.recorded))
        case .any(let parts): Self.form("any", parts.map(\.recorded))
        case .not(let inner): Self.form("not", [inner.recorded])
        case .within(let duration, let inner):
            inner.recorded.map {
                Self.form("within", ["milliseconds": .integer(Self.milliseconds(duration)), "part": $0])
            }
        }
    }

    /// Reads an assertion back; nil if this is none.
    init?(recorded: JSONValue) {
        let rect = recorded["in"].flatMap(Self.rect)
        func text(_ name: String = "text") -> String? { recorded[name]?.string }
        func parts() -> [Assertion]? { Self.parts(of: recorded, Assertion.init(recorded:)) }
        let found: Assertion? =
            switch text("kind") {
            case "text": text().map { .textVisible($0, in: rect) }
            case "window-title": text().map { .windowTitle(contains: $0) }
            case "clipboard": text().map { .clipboardContains($0) }
            case "file":
                text("path").map { path in text().map { .fileContains(path: path, text: $0) } ?? .fileExists(path) }
            case "process": text("name").map { .processRuns($0) }
            case "command":
                (recorded["arguments"]?.array).map { .commandSucceeds($0.compactMap(\.string)) }
            case "address-is": text().map { .addressIs($0) }
            case "address": text().map { .addressContains($0) }
            case "screen-changed": .screenChanged(in: rect)
            case "all": parts().map { .all($0) }
            case "any": parts().map { .any($0) }
            case "not": parts()?.first.map { .not($0) }
            case "within":
                if let time = recorded["milliseconds"]?.integer, (0...86_400_000).contains(time),
                    let part = recorded["part"]
                {
                    Assertion(recorded: part).map { .within(.milliseconds(time), $0) }
                } else {
                    nil
                }
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    static func form(_ kind: String, _ members: [String: JSONValue], _ rect: Rect? = nil) -> JSONValue {
        var members = members
        members["kind"] = .string(kind)
        if let rect { members["in"] = .array([rect.x, rect.y, rect.width, rect.height].map { .integer($0) }) }
        return .object(members)
    }

    /// A combination; nil if a part of it is.
    static func form(_ kind: String, _ parts: [JSONValue?]) -> JSONValue? {
        let known = parts.compactMap(\.self)
        guard known.count == parts.count else { return nil }
        return form(kind, ["parts": .array(known)])
    }

    /// All parts of a combination; nil if one is not known.
    static func parts<Part>(of recorded: JSONValue, _ read: (JSONValue) -> Part?) -> [Part]? {
        guard let parts = recorded["parts"]?.array else { return nil }
        let known = parts.compactMap(read)
        return known.count == parts.count ? known : nil
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        Int(min(max(0, duration / .milliseconds(1)), 86_400_000).rounded())
    }

    private static func rect(_ value: JSONValue) -> Rect? {
        let numbers = (value.array ?? []).compactMap(\.integer).filter((-1_000_000...1_000_000).contains)
        return numbers.count == 4 ? Rect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3]) : nil
    }
}

extension Expectation {
    /// The expectation as JSON, as far as assertions can be; see ``Assertion``.
    var recorded: JSONValue? {
        switch self {
        case .assertion(let assertion): assertion.recorded
        case .judged(let claim): Assertion.form("judged", ["text": .string(claim)])
        case .all(let parts): Assertion.form("all", parts.map(\.recorded))
        case .any(let parts): Assertion.form("any", parts.map(\.recorded))
        case .not(let inner): Assertion.form("not", [inner.recorded])
        }
    }

    /// Reads an expectation back; nil if this is none.
    init?(recorded: JSONValue) {
        if let assertion = Assertion(recorded: recorded) {
            self = .assertion(assertion)
            return
        }
        func parts() -> [Expectation]? { Assertion.parts(of: recorded, Expectation.init(recorded:)) }
        let found: Expectation? =
            switch recorded["kind"]?.string {
            case "judged": (recorded["text"]?.string).map { .judged($0) }
            case "all": parts().map { .all($0) }
            case "any": parts().map { .any($0) }
            case "not": parts()?.first.map { .not($0) }
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    /// Whether a model has to be asked.
    var needsJudge: Bool {
        switch self {
        case .assertion: false
        case .judged: true
        case .all(let parts), .any(let parts): parts.contains(where: \.needsJudge)
        case .not(let inner): inner.needsJudge
        }
    }
}
