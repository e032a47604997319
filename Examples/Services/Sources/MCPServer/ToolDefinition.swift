public import GodHandCore

/// What a client is told of a tool.
public struct ToolDefinition: Sendable, Hashable {
    /// Its name: letters, digits and underscores.
    public var name: String
    /// Its name for people.
    public var title: String
    /// What it does, for the model that decides whether to use it.
    public var description: String
    /// The JSON Schema of its arguments. They are checked against it before the tool sees them: see ``SchemaCheck``.
    public var input: JSONValue
    /// The JSON Schema of its structured result; nil for a tool that answers with pictures, see ``ToolResult``.
    public var output: JSONValue?
    /// What it may do.
    public var effect: Effect

    /// What a tool may do, so that a client knows which calls a person should see first.
    public enum Effect: Sendable, Hashable {
        /// It looks only.
        case reads
        /// It makes something new.
        case adds
        /// It changes something, or takes it away.
        case changes
        /// It takes something away, and the second time that changes nothing more.
        case removes
    }

    /// Makes a definition.
    public init(
        _ name: String, title: String, description: String, effect: Effect, input: JSONValue, output: JSONValue? = nil
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.effect = effect
        self.input = input
        self.output = output
    }

    /// As `tools/list` gives it.
    public var json: JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "title": .string(title), "description": .string(description), "inputSchema": input,
            "annotations": [
                "title": .string(title),
                "readOnlyHint": .bool(effect == .reads),
                "destructiveHint": .bool(effect == .changes || effect == .removes),
                "idempotentHint": .bool(effect == .reads || effect == .removes),
                // Whatever is in a desktop may have come from anywhere.
                "openWorldHint": true,
            ],
        ]
        if let output { members["outputSchema"] = output }
        return .object(members)
    }
}
