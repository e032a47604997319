import Foundation
import Testing

@testable import GodHandSandbox

@Suite(.timeLimit(.minutes(1))) struct VNCFaultTests {
    static let size = Size(width: 40, height: 30)

    /// A whole first picture of one shade.
    private static func picture(_ seed: UInt8, _ size: Size = size) -> [UInt8] {
        var script = ServerScript()
        script.update(1)
        script.raw(Rect(size), seed: seed)
        return script.bytes
    }

    private static func session(_ seed: UInt8) -> [UInt8] { ServerScript.handshake(size).bytes + picture(seed) }

    private var impatient: VNCOptions {
        var options = VNCOptions()
        options.outage = .milliseconds(300)
        options.patience = .milliseconds(100)
        return options
    }

    @Test func `after a drop the display comes back, and all counts as changed`() async throws {
        let transport = FakeTransport(
            {
                $0.say(Self.session(1)); $0.hear(.requestUpdate(Rect(Self.size), incremental: true)); $0.hangUp()
            },
            { $0.say(Self.session(2)) })
        let display = try VNCDisplay(over: transport)
        var serial: UInt64 = 0
        while try await display.frame().frame.pixels[2] != 2 {
            let change = try #require(try await display.change(after: serial, within: .seconds(10)))
            #expect(change.damage == [Rect(Self.size)])
            serial = change.serial
        }
        #expect(try await display.state().serial == 2)
    }

    @Test func `a display that stays away is lost, and says so`() async throws {
        let transport = FakeTransport { server in
            server.say(Self.session(1))
            server.hear(.requestUpdate(Rect(Self.size), incremental: true))
            server.hangUp()
        }
        let display = try VNCDisplay(over: transport, options: impatient)
        let first = try #require(try await display.change(after: 0, within: .seconds(10)))
        // The loss shows once it is noticed; until then the picture is there.
        var lost: GodHandError?
        while lost == nil {
            do { _ = try await display.frame() } catch let error as GodHandError { lost = error }
        }
        #expect(lost?.code == .displayLost)
        #expect(try await display.change(after: first.serial, within: .milliseconds(10)) == nil)
        await #expect(throws: GodHandError.self) { try await display.input.perform(.key("a")) }
    }

    @Test func `a display that never shows a picture is not available`() async throws {
        let display = try VNCDisplay(over: FakeTransport(), options: impatient)
        let error = await #expect(throws: GodHandError.self) { _ = try await display.frame() }
        #expect(error?.code == .displayUnavailable)
    }

    /// It shows what it has only when it hears of a key, as QEMU's, which falls asleep.
    @Test func `a server that dozes is woken for its first picture, and while somebody waits`() async throws {
        let transport = FakeTransport { server in
            server.say(ServerScript.handshake(Self.size).bytes)
            server.hear(.nudge)
            server.say(Self.picture(1))
            server.hear(.requestUpdate(Rect(Self.size), incremental: true))
            for shade in 2...3 as ClosedRange<UInt8> {
                server.hear(.nudge)
                server.hear(.nudge)
                server.say(Self.picture(shade))
            }
        }
        var options = VNCOptions()
        options.dozes = true
        let display = try VNCDisplay(over: transport, options: options)
        var serial: UInt64 = 0
        for shade in 1...3 as ClosedRange<UInt8> {
            serial = try #require(try await display.change(after: serial, within: .seconds(20))).serial
            #expect(try await display.frame().frame.pixels[2] == shade)
        }
    }

    @Test(arguments: [0, 1, 11, 12, 13, 14, 20, 40, 60, 100]) func `a server that falls silent costs a connection`(
        offset: Int
    ) async throws {
        let transport = FakeTransport({ $0.say(Self.session(1).prefix(offset)) }, { $0.say(Self.session(7)) })
        var options = VNCOptions()
        options.patience = .milliseconds(100)
        let display = try VNCDisplay(over: transport, options: options)
        #expect(try await display.frame().frame.pixels[2] == 7)
    }

    @Test func `a server that falls silent in the middle of a rectangle costs a connection, and never a torn picture`()
        async throws
    {
        let transport = FakeTransport(
            { $0.say(Self.session(1) + Self.picture(9).dropLast(100)) }, { $0.say(Self.session(7)) })
        var options = VNCOptions()
        options.patience = .milliseconds(100)
        let display = try VNCDisplay(over: transport, options: options)
        var seen: Set<Set<UInt8>> = []
        var serial: UInt64 = 0
        while serial < 2 {
            serial = try #require(try await display.change(after: serial, within: .seconds(10))).serial
            let frame = try await display.frame().frame
            seen.insert(Set(stride(from: 2, to: frame.pixels.count, by: 4).map { frame.pixels[$0] }))
        }
        #expect(seen.isSubset(of: [[1], [7]]) && seen.contains([7]))
    }

    @Test(arguments: HostileServer.all.filter { !$0.hasPassword }) func `hostile servers are dropped for ever`(
        server: HostileServer
    ) async throws {
        let transport = FakeTransport({ $0.say(server.bytes) }, { $0.say(Self.session(1)) })
        let display = try VNCDisplay(over: transport)
        let error = await #expect(throws: GodHandError.self) {
            _ = try await display.change(after: .max, within: .seconds(20))
            Issue.record("nothing was wrong")
        }
        #expect(error?.code == .protocolViolation)
        await #expect(throws: GodHandError.self) { _ = try await display.frame() }
    }

    @Test func `a picture one byte at a time is a picture`() async throws {
        let transport = FakeTransport { server in for byte in Self.session(5) { server.say([byte]) } }
        let display = try VNCDisplay(over: transport)
        let frame = try await display.frame().frame
        #expect(frame[Point(x: 39, y: 29)].map { [$0.red, $0.green, $0.blue] } == [39, 29, 5])
        #expect(frame.pixels[3] == 255)
    }

    @Test func `a change of size within an update is one change of all`() async throws {
        let transport = FakeTransport { server in
            server.say(Self.session(1))
            server.hear(.requestUpdate(Rect(Self.size), incremental: true))
            var script = ServerScript()
            script.update(2)
            script.rect(Rect(x: 0, y: 0, width: 50, height: 20), -223)
            script.raw(Rect(x: 0, y: 0, width: 50, height: 20), seed: 3)
            server.say(script.bytes)
        }
        let display = try VNCDisplay(over: transport)
        var change = try #require(try await display.change(after: 0, within: .seconds(10)))
        if change.size == Self.size { change = try #require(try await display.change(after: 1, within: .seconds(10))) }
        #expect(change.size == Size(width: 50, height: 20))
        #expect(change.damage == [Rect(x: 0, y: 0, width: 50, height: 20)])
        #expect(try await display.frame().frame.size == change.size)
    }

    @Test func `a first picture can be asked to be confirmed`() async throws {
        let transport = FakeTransport { server in
            server.say(ServerScript.handshake(Self.size).bytes)
            server.hear(.requestUpdate(Rect(Self.size), incremental: false))
            server.say(Self.picture(0))
            server.hear(.requestUpdate(Rect(Self.size), incremental: false))
            server.say(Self.picture(8))
        }
        var options = VNCOptions()
        options.confirmsFirstFrame = true
        let display = try VNCDisplay(over: transport, options: options)
        let (frame, serial) = try await display.frame()
        #expect(frame.pixels[2] == 8 && serial == 1)
    }

    @Test func `waiting ends with the task, with the time, and with the display`() async throws {
        let display = try VNCDisplay(over: FakeTransport({ $0.say(Self.session(1)) }))
        let serial = try await display.frame().serial
        #expect(try await display.change(after: serial, within: .milliseconds(20)) == nil)
        let cancelled = Task { try await display.change(after: serial, within: .seconds(3600)) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { _ = try await cancelled.value }
        let closed = Task { try await display.change(after: serial, within: .seconds(3600)) }
        display.close()
        let error = await #expect(throws: GodHandError.self) { _ = try await closed.value }
        #expect(error?.code == .displayLost)
    }

    @Test func `a server that takes no input is not waited for without end`() async throws {
        // It announces that it answers fences, and answers none.
        let transport = FakeTransport { $0.say(Self.session(1) + [248, 0, 0, 0, 0x80, 0, 0, 0, 0]) }
        var options = VNCOptions()
        options.inputPatience = .milliseconds(100)
        let display = try VNCDisplay(over: transport, options: options)
        while !display.link.update({ $0.hasFences }) { await Task.yield() }
        let error = await #expect(throws: GodHandError.self) { try await display.input.perform(.key("a")) }
        #expect(error?.code == .guestUnresponsive)
    }
}
