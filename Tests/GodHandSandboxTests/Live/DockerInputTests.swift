import Foundation
import Testing

@testable import GodHandSandbox

extension Live {
    /// What programs in a container receive of both drivers.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct DockerInputTests {
        private func withInput(
            _ kind: DriverKind, _ body: (Sandbox, any Shell, any InputDriver) async throws -> Void
        ) async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let shell = try #require(sandbox.machine.shell)
                let display = try sandbox.display
                // The panel comes up after the window manager, and windows then move out of its way.
                _ = try await display.settledFrame(quiet: .milliseconds(700))
                let xdotool = XdotoolInput(shell: shell) { try await display.state().size }
                try await body(sandbox, shell, kind == .vnc ? display.input : xdotool)
            }
        }

        @Test(arguments: DriverKind.allCases)
        func `mouse and keys arrive`(kind: DriverKind) async throws {
            try await withInput(kind) { sandbox, shell, input in
                let receiver = try await EventReceiver(on: shell)
                try await input.perform(.move(to: Point(x: 300, y: 200)))
                // The window manager takes the first click in a window to itself, before it passes it on.
                try await input.perform(.click(at: nil))
                try await input.perform(.key("F11"))
                _ = try await receiver.events(until: 0xffc8)
                // Points are counted from the window's corner, which may still be on its way.
                _ = try await sandbox.display.settledFrame(quiet: .milliseconds(700))
                try await input.perform(.click(at: Point(x: 123, y: 234), count: 2))
                try await input.perform(.click(at: Point(x: 50, y: 60), button: .right, modifiers: "ctrl"))
                try await input.perform(.click(at: nil, button: .back))
                try await input.perform(.scroll(at: Point(x: 70, y: 80), dx: -1, dy: 2))
                try await input.perform(.drag(path: [Point(x: 90, y: 90), Point(x: 150, y: 120)]))
                try await input.perform(.key("shift+Page_Up"))
                try await input.perform(.key("F12"))
                let events = try await receiver.events()
                await receiver.stop()
                let presses = events.filter { $0.kind == "ButtonPress" }
                #expect(presses.filter { $0.detail == 1 && $0.point == Point(x: 123, y: 234) }.count == 2)
                #expect(presses.contains { $0.detail == 3 && $0.point == Point(x: 50, y: 60) && $0.state & 4 != 0 })
                #expect(presses.contains { $0.detail == 8 })
                #expect(presses.filter { $0.detail == 5 && $0.point == Point(x: 70, y: 80) }.count == 2)
                #expect(presses.filter { $0.detail == 6 }.count == 1)
                #expect(presses.contains { $0.detail == 1 && $0.point == Point(x: 90, y: 90) })
                #expect(events.contains { $0.kind == "ButtonRelease" && $0.point == Point(x: 150, y: 120) })
                #expect(events.contains { $0.kind == "KeyPress" && $0.detail == 0xff55 && $0.state & 1 != 0 })
            }
        }

        @Test(arguments: [
            (DriverKind.vnc, "Plain; $(reboot) `id` 'quotes' \"double\" \\ and\ttab\nline"),
            (.vnc, "Žluťoučký kůň, Äpfel, Съешь, 色は匂へど, 한국어, 🙂🚀"), (.xdotool, "Plain; $(reboot) 'quotes' \\ 123"),
        ])
        func `text arrives`(kind: DriverKind, text: String) async throws {
            try await withInput(kind) { sandbox, shell, input in
                let count = text.utf8.count
                let script = "stty raw -echo; echo ready > /tmp/ready; head -c \(count) > /tmp/typed; echo > /tmp/done"
                try await sandbox.writeFile("/tmp/reader", "#!/bin/sh\n\(script)\n", mode: 0o755)
                let terminal = try await shell.start(
                    Command(["lxterminal", "--no-remote", "--geometry=100x30", "-e", "/tmp/reader"]))
                _ = try await sandbox.exec(["sh", "-c", "until [ -s /tmp/ready ]; do sleep 0.02; done"])
                _ = try await sandbox.display.settledFrame(quiet: .milliseconds(200))
                try await input.perform(.type(text))
                _ = try await sandbox.exec(["sh", "-c", "until [ -e /tmp/done ]; do sleep 0.02; done"])
                await terminal.abandon()
                let typed = try await sandbox.readFile("/tmp/typed")
                #expect(String(decoding: typed, as: UTF8.self).replacing("\r", with: "\n") == text)
            }
        }

        @Test func `the clipboard goes both ways, in any language`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                for text in ["plain", "Žluť 色 🙂\nline", String(repeating: "long ", count: 20_000)] {
                    try await sandbox.setClipboard(text)
                    let found = try await sandbox.clipboard()
                    #expect(found == text)
                }
            }
        }
    }
}
