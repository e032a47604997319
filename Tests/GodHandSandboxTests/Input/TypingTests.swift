import Foundation
import Testing

@testable import GodHandSandbox

@Suite(
    .enabled(if: XvncServer.has("xterm", "xdotool", "setxkbmap"), "needs Xvnc, xterm, xdotool and setxkbmap"),
    .timeLimit(.minutes(2)), .serialized)
struct TypingTests {
    static let texts = [
        "The quick brown fox jumps over the lazy dog. 0123456789",
        "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "$(reboot); `id` && echo \"$HOME\" | cat < /dev/null # \\n",
        "Příliš žluťoučký kůň úpěl ďábelské ódy",
        "Äpfel, Öl, Übung, Straße, é è ê ë, ñ, ç, ø, å",
        "Съешь же ещё этих мягких французских булок, да выпей чаю",
        "色は匂へど散りぬるを我が世誰ぞ常ならむ",
        "🙂🚀👍🏽 and e\u{301}",
        "aaaaAAAAaAaAéééÉÉÉéÉéÉ",
        "two\nlines\tand a tab",
    ]

    /// What a terminal program reads of a text.
    private func received(_ text: String, by kind: DriverKind) async throws -> String {
        let bench = try await InputBench(kind)
        let file = bench.server.directory.appendingPathComponent("typed")
        let count = text.utf8.count
        // Raw, since a terminal's own line is limited; the X server's window is all of the screen.
        let terminal = try await bench.server.shell.start(
            Command([
                "xterm", "-u8", "-geometry", "200x60+0+0", "-T", "typing", "-e", "sh", "-c",
                "stty raw -echo; echo ready > \(file.path).ready; head -c \(count) > \(file.path)",
            ]))
        try await bench.server.shell.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "typing"])
        try await bench.server.shell.run([
            "sh", "-c", "until [ -s \(file.path).ready ]; do sleep 0.02; done",
        ])
        try await bench.input.perform(.move(to: Point(x: 100, y: 100)))
        try await bench.input.perform(.type(text))
        while true { if case .ended = try await terminal.next() { break } }
        return try String(contentsOf: file, encoding: .utf8).replacing("\r", with: "\n")
    }

    @Test(arguments: texts) func `text arrives by VNC`(text: String) async throws {
        let seen = try await received(text, by: .vnc)
        #expect(seen == text)
    }

    // Characters that the keymap lacks it writes onto one key, one after another: it loses some now and then, and types
    // small letters for capitals.
    @Test(arguments: texts.prefix(3)) func `text arrives by xdotool`(text: String) async throws {
        let seen = try await received(text, by: .xdotool)
        #expect(seen == text)
    }
}
