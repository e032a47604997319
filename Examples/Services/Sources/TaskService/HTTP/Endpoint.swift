import HTTPTypes
import Hummingbird

/// One operation: what is asked for how, who may ask, and what is done.
struct Endpoint: Sendable {
    /// Its name in the OpenAPI document, in metrics and in logs.
    let operation: String
    let method: HTTPRequest.Method
    let path: PathTemplate
    let access: Access
    /// The query parameters that it knows.
    let parameters: Set<String>
    let handler: @Sendable (Call) async throws -> Response

    /// Who may ask.
    enum Access {
        /// Whoever reaches the port: nothing here tells anything about tasks.
        case anybody
        /// Whoever has the token.
        case holder
        /// Whoever has the token or a pass for exactly this address.
        case passHolder
    }

    init(
        _ operation: String, _ method: HTTPRequest.Method, _ path: String, access: Access = .holder,
        parameters: Set<String> = [], _ handler: @escaping @Sendable (Call) async throws -> Response
    ) {
        self.operation = operation
        self.method = method
        self.path = PathTemplate(path)
        self.access = access
        self.parameters = parameters
        self.handler = handler
    }
}

/// A path with names for its variable parts: `/v1/tasks/{task}`.
struct PathTemplate: Sendable, CustomStringConvertible {
    let description: String
    private let parts: [Substring]

    init(_ text: String) {
        description = text
        parts = text.split(separator: "/", omittingEmptySubsequences: false)[...].map { $0 }
    }

    /// The variable parts of a path; nil if it is of another form.
    func match(_ path: String) -> [String: String]? {
        let given = path.split(separator: "/", omittingEmptySubsequences: false)
        guard given.count == parts.count else { return nil }
        var found: [String: String] = [:]
        for (part, value) in zip(parts, given) {
            if part.hasPrefix("{") {
                // Names are plain: whatever needs an escape names nothing.
                guard Self.isPlain(value) else { return nil }
                found[String(part.dropFirst().dropLast())] = String(value)
            } else if part != value {
                return nil
            }
        }
        return found
    }

    private static func isPlain(_ text: Substring) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}

/// One request to an operation.
struct Call: Sendable {
    let request: Request
    /// The variable parts of the path.
    let path: [String: String]
    /// The query, decoded.
    let query: [String: String]

    /// The variable part of a name.
    ///
    /// - Throws: ``Problem`` if the path has none, which names nothing.
    func part(_ name: String) throws -> String {
        guard let value = path[name] else { throw Problem.notFound("The address names nothing.") }
        return value
    }
}
