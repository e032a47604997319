import GodHandAgent
import GodHandCore

/// Something that must hold at the end of a task.
struct TaskCheck: Sendable, Hashable, Codable {
    var type: Kind
    /// What is looked for.
    var value: String
    /// In which file; only for its contents.
    var path: String?

    /// What is looked at.
    enum Kind: String, Sendable, Codable, CaseIterable {
        case textVisible, windowTitle, clipboardContains, fileExists, fileContains, processRuns, commandSucceeds,
            addressIs, addressContains
    }

    init(_ value: JSONValue, at place: String) throws {
        let fields = try Fields(value, at: place, allowing: ["type", "value", "path"])
        guard let type = try fields.word("type", as: Kind.self) else {
            throw Problem.invalid("\(place).type is missing.")
        }
        self.type = type
        self.value = try fields.required("value", scalars: 1...1000)
        path = try fields.string("path", scalars: 1...1000)
        guard (type == .fileContains) == (path != nil) else {
            throw Problem.invalid("\(place).path goes with the type fileContains, and only with it.")
        }
    }

    var json: JSONValue {
        var members: [String: JSONValue] = ["type": .string(type.rawValue), "value": .string(value)]
        if let path { members["path"] = .string(path) }
        return .object(members)
    }

    /// What the library checks.
    var assertion: Assertion {
        switch type {
        case .textVisible: .textVisible(value)
        case .windowTitle: .windowTitle(contains: value)
        case .clipboardContains: .clipboardContains(value)
        case .fileExists: .fileExists(value)
        case .fileContains: .fileContains(path: path ?? "", text: value)
        case .processRuns: .processRuns(value)
        case .commandSucceeds: .commandSucceeds(["sh", "-c", value])
        case .addressIs: .addressIs(value)
        case .addressContains: .addressContains(value)
        }
    }
}
