public import GodHandCore

/// A task of OSWorld, as its file has it. Nothing of the file is dropped, and what is not known is refused.
public struct OSWorldTask: Sendable, Hashable, Codable {
    /// Names the task among all of them.
    public var id: String
    /// The state of their machine that it begins with.
    public var snapshot: String
    /// What is to be done.
    public var instruction: String
    /// Where the idea came from.
    public var source: OneOrMany<String>?
    /// What is done to the machine first; nil where the file has no such list.
    public var config: [SetupStep]?
    /// Where their people's way lies.
    public var trajectory: String
    /// The programs that it is about.
    public var relatedApps: [String]
    /// How it is found out whether it was done.
    public var evaluator: Evaluator
    /// Whether their machine reaches the network through a proxy.
    public var proxy: Bool
    /// Whether it needs an address that stays.
    public var fixedIP: Bool
    /// How likely it is that the world outside of the machine changes under it.
    public var possibilityOfEnvChange: String
    /// An older word for the same.
    public var envMayChange: Bool?
    /// Help for the agent.
    public var hint: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, snapshot, instruction, source, config, trajectory, evaluator, proxy, hint
        case relatedApps = "related_apps"
        case fixedIP = "fixed_ip"
        case possibilityOfEnvChange = "possibility_of_env_change"
        case envMayChange = "env_may_change"
    }

    /// Reads a task.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseNames(besides: CodingKeys.allCases.map(\.rawValue))
        let file = try decoder.container(keyedBy: CodingKeys.self)
        id = try file.decode(String.self, forKey: .id)
        snapshot = try file.decode(String.self, forKey: .snapshot)
        instruction = try file.decode(String.self, forKey: .instruction)
        source = try file.decodeIfPresent(OneOrMany<String>.self, forKey: .source)
        config = try file.decodeIfPresent([SetupStep].self, forKey: .config)
        trajectory = try file.decode(String.self, forKey: .trajectory)
        relatedApps = try file.decode([String].self, forKey: .relatedApps)
        evaluator = try file.decode(Evaluator.self, forKey: .evaluator)
        proxy = try file.decode(Bool.self, forKey: .proxy)
        fixedIP = try file.decode(Bool.self, forKey: .fixedIP)
        possibilityOfEnvChange = try file.decode(String.self, forKey: .possibilityOfEnvChange)
        envMayChange = try file.decodeIfPresent(Bool.self, forKey: .envMayChange)
        hint = try file.decodeIfPresent(String.self, forKey: .hint)
    }
}

/// One step of a set-up: a kind, and what that kind asks for. Kinds that are not known are kept like any other.
public struct SetupStep: Sendable, Hashable, Codable {
    /// The kind.
    public var type: String
    /// What it asks for.
    public var parameters: JSONValue

    enum CodingKeys: String, CodingKey, CaseIterable { case type, parameters }

    /// Makes a step.
    public init(type: String, parameters: JSONValue) {
        self.type = type
        self.parameters = parameters
    }

    /// Reads a step.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseNames(besides: CodingKeys.allCases.map(\.rawValue))
        let step = try decoder.container(keyedBy: CodingKeys.self)
        type = try step.decode(String.self, forKey: .type)
        parameters = try step.decode(JSONValue.self, forKey: .parameters)
    }
}

/// A name of any object in a file.
private struct AnyName: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// What we do not know might decide about a score.
    func refuseNames(besides known: [String]) throws {
        let names = try container(keyedBy: AnyName.self).allKeys.map(\.stringValue)
        guard let strange = names.sorted().first(where: { !known.contains($0) }) else { return }
        throw DecodingError.dataCorrupted(
            .init(codingPath: codingPath, debugDescription: "'\(strange)' is no name that a task of OSWorld has."))
    }
}
