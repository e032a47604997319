public import GodHandCore

/// The server's side of the protocol: what is said decides what is answered and done next.
///
/// It has no socket, no clock and no tasks. Whoever owns it hands it what comes in, and carries out the effects that it
/// gives back.
///
/// Requests of both kinds of versions may be mixed: one that names its version in itself is answered by itself, and all
/// others belong to the session that `initialize` opens.
public struct ServerSession: Sendable {
    /// What is to be done.
    public enum Effect: Sendable, Hashable {
        /// Send this; it belongs to the named request, and for that request it is the last word or not.
        case send(JSONValue, about: MessageID?, isLast: Bool)
        /// Begin this call, and tell its end by ``finished(_:_:)``.
        case begin(ToolCall)
        /// Stop the call of this request, and tell its end as well.
        case cancel(MessageID)
    }

    /// Bounds on what a client may do.
    public struct Limits: Sendable, Hashable {
        /// How many calls may be at work at once, those included that were cancelled and are not over yet.
        public var calls = 16

        /// Makes the usual bounds.
        public init() {}
    }

    let server: ServerDescription
    let tools: [ToolDefinition]
    let limits: Limits
    /// The version that `initialize` settled; nil until then.
    public internal(set) var version: ProtocolVersion?
    var calls: [MessageID: Call] = [:]
    private var isOpen = true

    /// A call that is at work.
    struct Call: Sendable {
        /// By what its progress is reported.
        var progressToken: JSONValue?
        /// What the client reads its answer as.
        var version: ProtocolVersion
        /// Whether nobody wants its answer any more.
        var isCancelled = false
    }

    /// Makes a session that nobody has spoken in.
    public init(server: ServerDescription, tools: [ToolDefinition], limits: Limits = Limits()) {
        self.server = server
        self.tools = tools
        self.limits = limits
    }

    /// Takes what a client said.
    public mutating func receive(_ message: Message) -> [Effect] {
        guard isOpen else { return [] }
        switch message {
        case .request(let id, let method, let parameters):
            do throws(RPCError) { return try answer(id, method, parameters) } catch {
                return [.send(error.response(to: id), about: id, isLast: true)]
            }
        case .notification("notifications/cancelled", let parameters):
            return MessageID(parameters["requestId"]).map { cancel($0) } ?? []
        // Nothing hangs on `notifications/initialized`, since nothing is sent here unasked. Others are none of ours.
        case .notification, .response: return []
        }
    }

    /// Takes what was no message.
    public mutating func receive(_ refusal: Message.Refusal) -> [Effect] {
        guard isOpen else { return [] }
        return [.send(refusal.error.response(to: refusal.id), about: refusal.id, isLast: true)]
    }

    /// Takes the end of a call.
    ///
    /// - Parameter result: Nil if it was cancelled, which is answered by nothing.
    public mutating func finished(_ id: MessageID, _ result: ToolResult?) -> [Effect] {
        guard let call = calls.removeValue(forKey: id), !call.isCancelled, let result, isOpen else { return [] }
        return [.send(success(result.json, to: id, call.version), about: id, isLast: true)]
    }

    /// Takes word of how a call goes on.
    ///
    /// - Parameters:
    ///   - id: The call's request.
    ///   - progress: How far it is; more than the last time.
    ///   - message: That in words.
    public mutating func progressed(_ id: MessageID, _ progress: Double, _ message: String) -> [Effect] {
        guard isOpen, let call = calls[id], !call.isCancelled, let token = call.progressToken else { return [] }
        let parameters: JSONValue = [
            "progressToken": token, "progress": .number(progress), "message": .string(message),
        ]
        return [
            .send(
                ["jsonrpc": "2.0", "method": "notifications/progress", "params": parameters], about: id, isLast: false)
        ]
    }

    /// Stops a call whose answer nobody wants any more; harmless if there is none.
    public mutating func cancel(_ id: MessageID) -> [Effect] {
        guard calls[id]?.isCancelled == false else { return [] }
        calls[id]?.isCancelled = true
        return [.cancel(id)]
    }

    /// Ends the session: nothing is answered any more, and all calls are stopped.
    public mutating func close() -> [Effect] {
        isOpen = false
        return calls.keys.flatMap { cancel($0) }
    }
}
