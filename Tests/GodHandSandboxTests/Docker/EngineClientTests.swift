import Foundation
import Synchronization
import Testing

@testable import GodHandSandbox

/// The engine's good and bad days, over a real socket.
@Suite struct EngineClientTests {
    private func client(_ respond: @escaping @Sendable (StubEngine.Request) -> StubEngine.Answer) async throws -> (
        EngineClient, StubEngine
    ) {
        let engine = try StubEngine { $0.path == "/_ping" ? StubEngine.ping : respond($0) }
        return (try await EngineClient.connect(candidates: [EngineAddress(socket: engine.socket)]), engine)
    }

    private func code(_ body: () async throws -> Void) async throws -> GodHandError.Code? {
        do {
            try await body()
            return nil
        } catch let error as GodHandError { return error.code }
    }

    @Test func `the older of both versions is spoken`() async throws {
        let paths = Mutex<[String]>([])
        let (engine, stub) = try await client { request in
            paths.withLock { $0.append(request.path) }
            return .json(200, "[]")
        }
        #expect(engine.version == APIVersion(major: 1, minor: 41))
        _ = try await engine.listContainers(label: "a b")
        #expect(
            paths.withLock { $0 } == [#"/v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22a%20b%22%5D%7D"#]
        )
        _ = stub
    }

    @Test func `an engine that is too old is refused with a reason`() async throws {
        let stub = try StubEngine { _ in
            .raw(Array("HTTP/1.1 200 OK\r\nApi-Version: 1.24\r\nContent-Length: 0\r\n\r\n".utf8))
        }
        let error = await #expect(throws: GodHandError.self) {
            try await EngineClient.connect(candidates: [EngineAddress(socket: stub.socket)])
        }
        #expect(error?.code == .engineIncompatible)
        #expect(error?.hint?.contains("20.10") == true)
    }

    @Test func `Podman is refused with a reason`() async throws {
        let stub = try StubEngine { _ in
            .raw(
                Array(
                    "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: 4.3.1\r\nContent-Length: 2\r\n\r\nOK"
                        .utf8))
        }
        let error = await #expect(throws: GodHandError.self) {
            try await EngineClient.connect(candidates: [EngineAddress(socket: stub.socket)])
        }
        #expect(error?.code == .engineIncompatible)
        #expect(error?.message.contains("Podman") == true)
    }

    @Test func `where no engine is, the places that were tried are named`() async throws {
        let error = await #expect(throws: GodHandError.self) {
            try await EngineClient.connect(candidates: [
                EngineAddress(socket: "/nowhere/a.sock"), EngineAddress(socket: "/nowhere/b.sock"),
            ])
        }
        #expect(error?.code == .engineUnavailable)
        #expect(error?.message.contains("/nowhere/a.sock, /nowhere/b.sock") == true)
        #expect(error?.hint != nil)
    }

    @Test func `a socket that may not be opened is told apart from none`() async throws {
        let stub = try StubEngine { _ in StubEngine.ping }
        chmod(stub.directory.path, 0o755)
        chmod(stub.socket, 0o600)
        // In a process of its own, which gives up the rights of root if it has them.
        await #expect(processExitsWith: .success) { [socket = stub.socket as String] in
            if getuid() == 0 { seteuid(65534) } else { chmod(socket, 0) }
            let error = await failure {
                _ = try await EngineClient.connect(candidates: [EngineAddress(socket: socket)])
            }
            #expect(error?.code == .engineDenied)
            #expect(error?.hint?.contains("group") == true)
        }
    }

    @Test(arguments: [
        (404, "No such image: nowhere:latest", GodHandError.Code.imageMissing),
        (409, "Conflict. The container name \\\"/gh-a\\\" is already in use by container \\\"f00\\\".", .nameTaken),
        (500, "driver failed: Bind for 127.0.0.1:80 failed: port is already allocated", .portInUse),
        (500, "write /var/lib/docker/x: no space left on device", .diskFull),
        (404, "No such container: gh-a", .notFound),
        (400, "invalid mount", .invalidRequest),
        (500, "surprise", .engineFailed),
    ])
    func `each kind of failure has its code and keeps the engine's words`(
        status: Int, message: String, expected: GodHandError.Code
    ) async throws {
        let (engine, stub) = try await client { _ in .json(status, #"{"message":"\#(message)"}"#) }
        let error = await #expect(throws: GodHandError.self) { try await engine.startContainer("gh-a") }
        #expect(error?.code == expected)
        #expect(error?.message.contains("start container gh-a") == true)
        #expect(error?.message.contains(message.replacingOccurrences(of: "\\", with: "")) == true)
        _ = stub
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[", "HTTP/1.1 200 OK\r\nContent-Le", "", "garbage\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n[",
    ])
    func `an answer that breaks off is an error, not a hang`(answer: String) async throws {
        let (engine, stub) = try await client { _ in .raw(Array(answer.utf8)) }
        let error = await #expect(throws: GodHandError.self) { _ = try await engine.listContainers(label: "x") }
        #expect(error?.code == .engineFailed || error?.code == .protocolViolation)
        _ = stub
    }

    @Test(arguments: ["", "{", "null", #"{"a":1}"#, #"[{"Id":1}]"#, String(repeating: "[", count: 2_000)])
    func `an answer that is not what was asked for is a broken protocol`(body: String) async throws {
        let (engine, stub) = try await client { _ in .json(200, body) }
        let error = await #expect(throws: GodHandError.self) { _ = try await engine.listContainers(label: "x") }
        #expect(error?.code == .protocolViolation)
        _ = stub
    }

    @Test func `an answer without end is cut off`() async throws {
        let (engine, stub) = try await client { _ in
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(33 << 20)\r\n\r\n"
            return .raw(Array(head.utf8) + [UInt8](repeating: 0x20, count: 33 << 20))
        }
        let error = await #expect(throws: GodHandError.self) { _ = try await engine.listContainers(label: "x") }
        #expect(error?.code == .limitExceeded)
        _ = stub
    }

    @Test func `silence ends at the deadline, and a cancelled call at once`() async throws {
        let (engine, stub) = try await client { _ in .silence }
        let error = await #expect(throws: GodHandError.self) {
            try await engine.call("GET", "/x", timeout: .milliseconds(50), "do a thing")
        }
        #expect(error?.code == .deadlineExceeded)

        let task = Task { try await engine.call("GET", "/x", timeout: .seconds(600), "do a thing") }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        _ = stub
    }

    @Test func `only unix sockets are taken from DOCKER_HOST`() throws {
        #expect(
            try EngineAddress.candidates(environment: ["DOCKER_HOST": "unix:///a/b.sock"])
                == [EngineAddress(socket: "/a/b.sock")])
        for host in ["tcp://10.0.0.1:2375", "ssh://host", "unix://", "/a/b.sock"] {
            let error = #expect(throws: GodHandError.self) {
                try EngineAddress.candidates(environment: ["DOCKER_HOST": host])
            }
            #expect(error?.code == .engineIncompatible)
        }
        #expect(try EngineAddress.candidates(environment: ["DOCKER_HOST": ""]).count > 1)
    }

    @Test func `mixed output is taken apart however it is cut`() throws {
        let frames: [UInt8] =
            [1, 0, 0, 0, 0, 0, 0, 3] + Array("out".utf8) + [2, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 2]
            + Array("er".utf8)
        for size in 1...frames.count {
            var decoder = RawStreamDecoder()
            var output: [UInt8] = []
            var errors: [UInt8] = []
            for start in stride(from: 0, to: frames.count, by: size) {
                for piece in try decoder.feed(Array(frames[start..<min(start + size, frames.count)])) {
                    if piece.stream == 1 { output += piece.bytes } else { errors += piece.bytes }
                }
            }
            #expect(output == Array("out".utf8))
            #expect(errors == Array("er".utf8))
        }
        var decoder = RawStreamDecoder()
        #expect(throws: GodHandError.self) { try decoder.feed([7, 0, 0, 0, 0, 0, 0, 1, 0]) }
    }
}
