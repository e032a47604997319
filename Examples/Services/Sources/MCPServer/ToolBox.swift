public import GodHandCore

/// The tools of a server, and what does their work.
public protocol ToolBox: Sendable {
    /// What a client is told of them; the same for the life of the server, in the same order.
    var definitions: [ToolDefinition] { get }

    /// Does what a tool is for.
    ///
    /// - Parameters:
    ///   - name: One of those in ``definitions``.
    ///   - arguments: They fit the tool's schema.
    /// - Returns: Also failures that a model can act on.
    /// - Throws: `CancellationError` if the call was cancelled; what else it throws is made a failure.
    func call(_ name: String, _ arguments: JSONValue) async throws -> ToolResult
}

/// A call that a client asks for.
public struct ToolCall: Sendable, Hashable {
    /// The request that it answers.
    public var id: MessageID
    /// The tool's name; there is such a tool.
    public var name: String
    /// Its arguments: an object, not checked yet.
    public var arguments: JSONValue
    /// Whether the client wants to hear how it goes on.
    public var wantsProgress: Bool

    /// Makes a call.
    public init(id: MessageID, name: String, arguments: JSONValue, wantsProgress: Bool = false) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.wantsProgress = wantsProgress
    }
}
