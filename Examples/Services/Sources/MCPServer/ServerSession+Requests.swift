import GodHandCore

extension ServerSession {
    static let versionKey = "io.modelcontextprotocol/protocolVersion"
    static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"

    /// How long a client may keep what it was told of the tools: they never change while the server runs.
    private static let keeps: [String: JSONValue] = ["ttlMs": 3_600_000, "cacheScope": "public"]

    mutating func answer(
        _ id: MessageID, _ method: String, _ parameters: JSONValue
    ) throws(RPCError) -> [Effect] {
        if calls[id] != nil {
            // With its id this answer would be taken for that of the call.
            let error = RPCError.invalidRequest("A request with this id is not answered yet.")
            return [.send(error.response(to: nil), about: nil, isLast: true)]
        }
        if let named = parameters["_meta"]?[Self.versionKey] {
            return try answerAlone(id, method, parameters, version: named)
        }
        return try answerInSession(id, method, parameters)
    }

    /// A request that says all by itself.
    private mutating func answerAlone(
        _ id: MessageID, _ method: String, _ parameters: JSONValue, version named: JSONValue
    ) throws(RPCError) -> [Effect] {
        guard let text = named.string else { throw .invalidParameters("'\(Self.versionKey)' is not a text.") }
        guard let version = ProtocolVersion(rawValue: text), !version.hasSessions else {
            throw .unsupportedVersion(text)
        }
        guard case .object? = parameters["_meta"]?[Self.capabilitiesKey] else {
            throw .invalidParameters("'_meta' has no '\(Self.capabilitiesKey)'.")
        }
        switch method {
        case "server/discover":
            var result = Self.keeps
            result["supportedVersions"] = .array(ProtocolVersion.all.map { .string($0.rawValue) })
            result["capabilities"] = ["tools": [:]]
            result["serverInfo"] = server.json
            result["instructions"] = .string(server.instructions)
            return reply(.object(result), to: id, version)
        case "tools/list":
            var result = Self.keeps
            result["tools"] = .array(tools.map(\.json))
            return reply(.object(result), to: id, version)
        case "tools/call": return try call(id, parameters, version)
        default: throw .noMethod(method)
        }
    }

    /// A request in the session that `initialize` opened.
    private mutating func answerInSession(
        _ id: MessageID, _ method: String, _ parameters: JSONValue
    ) throws(RPCError) -> [Effect] {
        switch method {
        case "ping": return reply([:], to: id, version ?? .newestWithSessions)
        case "initialize":
            guard version == nil else { throw .invalidRequest("The session is open already.") }
            guard let asked = parameters["protocolVersion"]?.string else {
                throw .invalidParameters("'protocolVersion' is missing.")
            }
            let known = ProtocolVersion(rawValue: asked).flatMap { $0.hasSessions ? $0 : nil }
            let settled = known ?? .newestWithSessions
            version = settled
            let result: JSONValue = [
                "protocolVersion": .string(settled.rawValue), "capabilities": ["tools": [:]], "serverInfo": server.json,
                "instructions": .string(server.instructions),
            ]
            return reply(result, to: id, settled)
        case "tools/list", "tools/call":
            guard let version else { throw .invalidRequest("Open the session by 'initialize' first.") }
            if method == "tools/call" { return try call(id, parameters, version) }
            return reply(["tools": .array(tools.map(\.json))], to: id, version)
        default: throw .noMethod(method)
        }
    }

    private mutating func call(
        _ id: MessageID, _ parameters: JSONValue, _ version: ProtocolVersion
    ) throws(RPCError) -> [Effect] {
        guard let name = parameters["name"]?.string else { throw .invalidParameters("'name' is missing.") }
        guard tools.contains(where: { $0.name == name }) else {
            throw .invalidParameters("There is no tool '\(name.prefix(64))' here.")
        }
        let arguments = parameters["arguments"] ?? [:]
        guard case .object = arguments else { throw .invalidParameters("'arguments' is not an object.") }
        let token = parameters["_meta"]?["progressToken"]
        if let token, MessageID(token) == nil {
            throw .invalidParameters("'progressToken' is neither a whole number nor a short text.")
        }
        guard calls.count < limits.calls else {
            let failure = ToolResult.failure("\(limits.calls) calls are at work already. Wait for one of them to end.")
            return reply(failure.json, to: id, version)
        }
        calls[id] = Call(progressToken: token, version: version)
        return [.begin(ToolCall(id: id, name: name, arguments: arguments, wantsProgress: token != nil))]
    }

    private func reply(_ result: JSONValue, to id: MessageID, _ version: ProtocolVersion) -> [Effect] {
        [.send(success(result, to: id, version), about: id, isLast: true)]
    }

    /// A whole answer. Without sessions it says by itself that it is complete, and whose it is.
    func success(_ result: JSONValue, to id: MessageID, _ version: ProtocolVersion) -> JSONValue {
        var result = result
        if !version.hasSessions, case .object(var members) = result {
            members["resultType"] = "complete"
            members["_meta"] = ["io.modelcontextprotocol/serverInfo": server.json]
            result = .object(members)
        }
        return ["jsonrpc": "2.0", "id": id.json, "result": result]
    }
}
