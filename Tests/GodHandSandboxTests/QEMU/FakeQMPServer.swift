import Foundation

@testable import GodHandSandbox

/// The other end of a QMP connection, which says what a test tells it to: for the faults that a real QEMU has only on
/// bad days.
final class FakeQMPServer: Sendable {
    static let greeting =
        #"{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": ["oob"]}}"#

    /// What a client connects to.
    let client: SocketStream
    private let stream: SocketStream
    private let lines = Lines()

    init() throws {
        let (client, theirs) = try SocketStream.pair()
        self.client = client
        stream = SocketStream(descriptor: try Descriptor.duplicate(theirs.rawValue))
    }

    deinit { stream.close() }

    /// Greets, and agrees on the protocol.
    func agree() async throws {
        try await say(Self.greeting)
        let id = try await hear("qmp_capabilities")
        try await say(#"{"return": {}, "id": \#(id)}"#)
    }

    /// A client that has agreed.
    func connected() async throws -> QMPClient {
        async let client = QMPClient.connect(client)
        try await agree()
        return try await client
    }

    /// The id of the next command, which must be this one.
    func hear(_ command: String) async throws -> Int {
        let heard = try await next()
        guard heard["execute"]?.string == command, let id = heard["id"]?.integer else {
            throw GodHandError(.protocolViolation, "Heard \(heard) instead of \(command).")
        }
        return id
    }

    func say(_ line: String) async throws { try await stream.write(Array((line + "\r\n").utf8)) }

    func say(raw: [UInt8]) async throws { try await stream.write(raw) }

    func hangUp() { stream.close() }

    private func next() async throws -> JSONValue {
        try await lines.next(from: stream)
    }

    private actor Lines {
        private var reader = QMPLineReader()

        func next(from stream: SocketStream) async throws -> JSONValue {
            while true {
                if let line = try reader.next() { return try JSONDecoder().decode(JSONValue.self, from: Data(line)) }
                let bytes = try await stream.read(upTo: 4096)
                guard !bytes.isEmpty else { throw GodHandError(.notFound, "The client hung up.") }
                reader.append(bytes)
            }
        }
    }
}
