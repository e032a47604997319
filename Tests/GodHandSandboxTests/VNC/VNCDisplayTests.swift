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
        while case .output = try await command.next() {}
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
}
