import Foundation
import Testing

@testable import GodHandSandbox

@Suite(.enabled(if: XvncServer.has("xsetroot", "xterm"), "needs Xvnc, xsetroot and xterm"), .timeLimit(.minutes(1)))
struct VNCDisplayTests {
    @Test func `the picture is what the X server shows`() async throws {
        let server = try XvncServer()
        let display = try VNCDisplay(over: server.transport)
        let first = try await display.frame()
        #expect(first.frame.size == Size(width: 640, height: 480))
        try server.start(["xsetroot", "-solid", "#1280fe"])
        var seen = first.serial
        while let pixel = try await display.frame().frame[Point(x: 320, y: 240)], pixel != (0x12, 0x80, 0xfe) {
            let change = try #require(try await display.change(after: seen, within: .seconds(10)))
            #expect(change.serial > seen)
            seen = change.serial
        }
        let (frame, serial) = try await display.frame()
        #expect(serial >= seen)
        #expect(frame.pixels == (try Frame.filled(frame.size, red: 0x12, green: 0x80, blue: 0xfe)).pixels)
        #expect(try await display.change(after: serial, within: .milliseconds(50)) == nil)
    }

    @Test func `a password opens a server that wants one`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("ghp-\(UInt32.random(in: 0 ... .max))")
        let shell = LocalShell()
        let command = try await shell.start(Command(["sh", "-c", "echo secret12 | vncpasswd -f > \(file.path)"]))
        defer { try? FileManager.default.removeItem(at: file) }
        try #require(try await command.next() == .ended(.exited(0)), "vncpasswd is of tigervnc-tools")
        let server = try XvncServer(arguments: ["-SecurityTypes", "VncAuth", "-PasswordFile", file.path])
        var options = VNCOptions()
        options.password = "secret12"
        let display = try VNCDisplay(over: server.transport, options: options)
        #expect(try await display.state().size == Size(width: 640, height: 480))
        let stranger = try VNCDisplay(over: server.transport)
        await #expect(throws: GodHandError.self) { _ = try await stranger.frame() }
        options.password = "wrong"
        let liar = try VNCDisplay(over: server.transport, options: options)
        let error = await #expect(throws: GodHandError.self) { _ = try await liar.frame() }
        #expect(error?.code == .protocolViolation)
    }

    @Test(.enabled(if: XvncServer.has("xrandr"), "needs xrandr")) func `a screen that changes its size is followed`()
        async throws
    {
        let server = try XvncServer(Size(width: 1024, height: 768))
        let display = try VNCDisplay(over: server.transport)
        var serial = try await display.frame().serial
        try await server.shell.run(["xrandr", "--size", "800x600"])
        while true {
            let change = try #require(try await display.change(after: serial, within: .seconds(10)))
            serial = change.serial
            if change.size == Size(width: 800, height: 600) { break }
        }
        #expect(try await display.frame().frame.size == Size(width: 800, height: 600))
    }

    @Test func `a guest that dials us is shown, and again after its server has died`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("ghl-\(UInt32.random(in: 0 ... .max))")
            .path
        let display = try VNCDisplay(over: ListeningTransport(path: path))
        var serial: UInt64 = 0
        for colour in ["#ff0000", "#00ff00"] {
            let server = try XvncServer()
            try await server.shell.run(["xsetroot", "-solid", colour])
            let relay = Relay(from: server.socket, to: path)
            let change = try #require(try await display.change(after: serial, within: .seconds(20)))
            #expect(change.damage == [Rect(x: 0, y: 0, width: 640, height: 480)])
            let (frame, newest) = try await display.frame()
            #expect(frame[Point(x: 1, y: 1)].map { $0.red > $0.green } == (colour == "#ff0000"))
            serial = newest
            server.kill()
            relay.wait()
        }
        display.close()
    }

    @Test func `input is seen as soon as the screen changes`() async throws {
        let server = try XvncServer()
        let display = try VNCDisplay(over: server.transport)
        try server.start(["xterm", "-geometry", "40x10+0+0", "-e", "cat"])
        try await server.shell.run(["xdotool", "search", "--sync", "--onlyvisible", "--class", "xterm"])
        try await display.input.perform(.move(to: Point(x: 60, y: 60)))
        var serial = try await display.frame().serial
        // Until the terminal echoes, and by nothing but changes.
        for letter in ["a", "b", "c"] {
            try await display.input.perform(.type(letter))
            serial = try #require(try await display.change(after: serial, within: .seconds(10))).serial
        }
        #expect(try await display.state().cursor == Point(x: 60, y: 60))
    }

    @Test func `a port of this host works as well`() async throws {
        let port = UInt16.random(in: 20_000...29_999)
        let server = try XvncServer(
            arguments: ["-SecurityTypes", "None", "-rfbport", "\(port)", "-interface", "127.0.0.1"])
        let display = try VNCDisplay(over: LoopbackTransport(port: port))
        #expect(try await display.frame().frame.size == Size(width: 640, height: 480))
        withExtendedLifetime(server) {}
    }

    /// The C library's own wait would corrupt memory here.
    @Test func `a socket with a number above 1023 works as well`() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur > 2000 else { return }
        let server = try XvncServer()
        let others = (0..<1100).map { _ in OwnedDescriptor(fcntl(0, F_DUPFD_CLOEXEC, 0)) }
        let display = try VNCDisplay(over: server.transport)
        try await display.input.perform(.move(to: Point(x: 1, y: 1)))
        #expect(try await display.frame().frame.size == Size(width: 640, height: 480))
        #expect(others.contains { $0.rawValue > 1023 })
    }
}

/// Joins two sockets, as a guest's init does.
private final class Relay: Sendable {
    private let ended = DispatchGroup()

    init(from source: String, to target: String) {
        ended.enter()
        Thread { [ended] in
            defer { ended.leave() }
            guard let ends = try? (dial(source), dial(target)) else { return }
            defer { withExtendedLifetime(ends) {} }
            var polled = [ends.0, ends.1].map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
            var buffer = [UInt8](repeating: 0, count: 65536)
            while poll(&polled, 2, -1) > 0 {
                for index in 0..<2 where polled[index].revents != 0 {
                    let count = read(polled[index].fd, &buffer, buffer.count)
                    guard count > 0 else { return }
                    var sent = 0
                    while sent < count {
                        // The other side may be gone, which must not end the tests by a signal.
                        let rest = Array(buffer[sent..<count])
                        let written = send(polled[1 - index].fd, rest, rest.count, Int32(MSG_NOSIGNAL))
                        guard written > 0 else { return }
                        sent += written
                    }
                }
            }
        }.start()
    }

    func wait() { ended.wait() }
}

/// A blocking connection.
private func dial(_ path: String) throws -> OwnedDescriptor {
    let descriptor = OwnedDescriptor(try Descriptor.unixSocket())
    guard try Descriptor.withUnixAddress(path, { Descriptor.connect(descriptor.rawValue, $0, $1) }) == 0 else {
        throw GodHandError(.hostFailed, "Cannot dial.")
    }
    _ = fcntl(descriptor.rawValue, F_SETFL, fcntl(descriptor.rawValue, F_GETFL) & ~O_NONBLOCK)
    return descriptor
}
