import Foundation
import Testing

@testable import GodHandSandbox

/// What an X program was told: `xev` in a window that fills the upper left of the screen.
final class EventReceiver {
    struct Event: Equatable {
        var kind: String
        var point: Point
        /// Buttons and modifiers that were down before it.
        var state: Int
        /// The number of a button or a keysym; 0 for a motion.
        var detail: Int
        /// The server's clock, in milliseconds.
        var time: Int
    }

    private let command: any RunningCommand
    private var text = ""

    init(on shell: any Shell) async throws {
        command = try await shell.start(
            Command([
                "stdbuf", "-oL", "xev", "-geometry", "600x400+0+0", "-event", "mouse", "-event", "button", "-event",
                "keyboard",
            ]))
        let search = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Event Tester"]
        let waiting = try await shell.start(Command(search))
        while true { if case .ended = try await waiting.next() { break } }
    }

    func stop() async { await command.abandon() }

    /// All events up to the press of a key, without it.
    func events(until keysym: Int = 0xffc9) async throws -> [Event] {
        var events: [Event] = []
        while true {
            while let end = text.range(of: "\n\n") {
                let block = String(text[..<end.lowerBound])
                text.removeSubrange(..<end.upperBound)
                guard let event = Self.parse(block) else { continue }
                if event.kind == "KeyPress", event.detail == keysym { return events }
                events.append(event)
            }
            switch try await command.next() {
            case .output(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .error: break
            case .ended: throw GodHandError(.guestExited, "xev ended.")
            }
        }
    }

    private static func parse(_ block: String) -> Event? {
        guard let kind = block.split(separator: " ").first?.trimmingCharacters(in: .whitespacesAndNewlines),
            ["ButtonPress", "ButtonRelease", "MotionNotify", "KeyPress", "KeyRelease"].contains(kind),
            let point = block.firstMatch(of: /root:\((-?\d+),(-?\d+)\)/), let x = Int(point.1), let y = Int(point.2),
            let time = block.firstMatch(of: /time (\d+)/), let milliseconds = Int(time.1),
            let state = block.firstMatch(of: /state 0x([0-9a-f]+)/), let mask = Int(state.1, radix: 16)
        else { return nil }
        let button = block.firstMatch(of: /button (\d+)/).flatMap { Int($0.1) }
        let keysym = block.firstMatch(of: /keysym 0x([0-9a-f]+)/).flatMap { Int($0.1, radix: 16) }
        return Event(
            kind: kind, point: Point(x: x, y: y), state: mask, detail: button ?? keysym ?? 0, time: milliseconds)
    }
}

/// Which driver is under test.
enum DriverKind: String, CaseIterable, CustomTestStringConvertible {
    case vnc, xdotool
    var testDescription: String { rawValue }
}

/// An X server, its display, and one of the drivers.
struct InputBench {
    let server: XvncServer
    let display: VNCDisplay
    let input: any InputDriver

    init(
        _ kind: DriverKind, size: Size = Size(width: 640, height: 480), clock: any Clock<Duration> = ContinuousClock()
    ) async throws {
        server = try XvncServer(size)
        var options = VNCOptions()
        options.keyboard = .restoring(by: server.shell)
        let xdotool = XdotoolInput(shell: server.shell) { size }
        options.fallback = xdotool
        display = try VNCDisplay(over: server.transport, options: options, clock: clock)
        _ = try await display.frame()
        input = kind == .vnc ? display.input : xdotool
    }
}
