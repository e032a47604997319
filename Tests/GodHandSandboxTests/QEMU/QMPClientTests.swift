import Foundation
import Testing

@testable import GodHandSandbox

@Suite(.timeLimit(.minutes(1))) struct QMPClientTests {
    @Test func `answers find their commands whatever comes in between`() async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        defer { qmp.close() }
        #expect(qmp.version.description == "7.2")
        async let first = qmp.execute("one")
        let one = try await server.hear("one")
        async let second = qmp.execute("two")
        let two = try await server.hear("two")
        try await server.say(#"{"event": "RESUME", "timestamp": {"seconds": 1, "microseconds": 2}}"#)
        try await server.say(#"{"return": 2, "id": \#(two)}"#)
        try await server.say(#"{"return": 1, "id": \#(one)}"#)
        let answers = try await (first, second)
        #expect(answers == (1, 2))
    }

    @Test func `a refusal has QEMU's class and words`() async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        defer { qmp.close() }
        async let error = failure { try await qmp.execute("nonsense") }
        let id = try await server.hear("nonsense")
        try await server.say(#"{"error": {"class": "CommandNotFound", "desc": "No such command"}, "id": \#(id)}"#)
        let refusal = await error
        #expect(refusal?.code == .qemuFailed)
        #expect(refusal?.message.contains("No such command") == true)
        #expect((refusal?.cause as? QMPFailure)?.kind == "CommandNotFound")
    }

    @Test func `an event is not missed between the command and the waiting`() async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        defer { qmp.close() }
        let stop = qmp.expect("STOP")
        let other = qmp.expect { $0.name == "MIGRATION" && $0.data["status"] == "completed" }
        async let done = qmp.execute("stop")
        let id = try await server.hear("stop")
        try await server.say(#"{"event": "STOP"}"#)
        try await server.say(#"{"event": "MIGRATION", "data": {"status": "active"}}"#)
        try await server.say(#"{"return": {}, "id": \#(id)}"#)
        try await server.say(#"{"event": "MIGRATION", "data": {"status": "completed"}}"#)
        _ = try await done
        let stopped = try await stop.event()
        let migrated = try await other.event()
        #expect(stopped.name == "STOP")
        #expect(migrated.data["status"] == "completed")
        let never = qmp.expect("NEVER")
        let waiting = Task { try await never.event() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
    }

    @Test func `a cancelled caller leaves the connection as it was`() async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        defer { qmp.close() }
        let slow = Task { try await qmp.execute("slow") }
        let id = try await server.hear("slow")
        slow.cancel()
        await #expect(throws: CancellationError.self) { _ = try await slow.value }
        // Its answer comes all the same, and disturbs nobody.
        try await server.say(#"{"return": {}, "id": \#(id)}"#)
        async let next = qmp.execute("next")
        let other = try await server.hear("next")
        try await server.say(#"{"return": "here", "id": \#(other)}"#)
        let answer = try await next
        #expect(answer == "here")
    }

    @Test(arguments: [
        "not json at all", #"{"return": 1, "id": 4711}"#, "{}", "[]", FakeQMPServer.greeting,
        #"{"error": {"class": "GenericError", "desc": "JSON parse error"}}"#,
    ])
    func `a peer that breaks the protocol is dropped`(_ line: String) async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        async let error = failure { try await qmp.execute("anything") }
        _ = try await server.hear("anything")
        try await server.say(line)
        let code = await error?.code
        #expect(code == .protocolViolation)
        #expect(!qmp.isOpen)
        let later = await failure { try await qmp.execute("more") }
        #expect(later?.code == .protocolViolation)
    }

    @Test func `a line without end is dropped, and not kept`() async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        async let error = failure { try await qmp.execute("anything", timeout: .seconds(60)) }
        _ = try await server.hear("anything")
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        do { for _ in 0..<64 { try await server.say(raw: piece) } } catch is TransportFailure {}
        let code = await error?.code
        #expect(code == .protocolViolation)
    }

    @Test func `a peer that hangs up fails all that wait`() async throws {
        let server = try FakeQMPServer()
        let qmp = try await server.connected()
        let event = qmp.expect("STOP")
        async let error = failure { try await qmp.execute("anything") }
        async let missed = failure { _ = try await event.event() }
        _ = try await server.hear("anything")
        try await server.say(raw: Array(#"{"return": {"#.utf8))
        server.hangUp()
        let codes = await [error?.code, missed?.code]
        #expect(codes == [.guestExited, .guestExited])
    }

    @Test func `a peer that greets with something else is no QEMU`() async throws {
        let server = try FakeQMPServer()
        async let error = failure { _ = try await QMPClient.connect(server.client) }
        try await server.say("220 mail.example.org ESMTP")
        let code = await error?.code
        #expect(code == .protocolViolation)
    }

    @Test func `silence is a deadline`() async throws {
        let server = try FakeQMPServer()
        let greeting = await failure {
            _ = try await QMPClient.connect(server.client, patience: .milliseconds(20))
        }
        #expect(greeting?.code == .deadlineExceeded)
        let other = try FakeQMPServer()
        let qmp = try await other.connected()
        defer { qmp.close() }
        let answer = await failure { try await qmp.execute("anything", timeout: .milliseconds(20)) }
        #expect(answer?.code == .deadlineExceeded)
        #expect(qmp.isOpen)
    }
}
