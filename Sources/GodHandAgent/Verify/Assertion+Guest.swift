import Foundation
import GodHandCore

/// The checks that ask the guest by commands.
extension Assertion {
    private static let patience = Duration.seconds(10)

    func checkGuest(_ sandbox: Sandbox) async throws -> Verdict {
        switch self {
        case .windowTitle(let text):
            guard let title = try await sandbox.windowTitle() else { return verdict(false, "no window is in front") }
            return verdict(
                title.localizedCaseInsensitiveContains(text), "the title is “\(title.shortened(to: 200))”")
        case .clipboardContains(let text):
            let clipboard = try await sandbox.clipboard() ?? ""
            return verdict(clipboard.contains(text), "the clipboard holds “\(clipboard.shortened(to: 200))”")
        case .fileExists(let path):
            let result = try await sandbox.exec(["test", "-e", path], timeout: Self.patience)
            return verdict(result.isSuccess, result.isSuccess ? "it is there" : "it is not there")
        case .fileContains(let path, let text): return try await fileContains(path, text, sandbox)
        case .processRuns(let name):
            let result = try await sandbox.exec(
                ["pgrep", "-x", "--", name.regularExpressionEscaped], timeout: Self.patience)
            let first = result.output.split(separator: "\n").first.map { String($0).shortened(to: 20) }
            return verdict(result.isSuccess, first.map { "it is process \($0)" } ?? "there is none")
        case .commandSucceeds(let arguments):
            let result = try await sandbox.exec(arguments, outputLimit: 64 << 10)
            return verdict(result.isSuccess, result.evidence)
        case .addressIs(let wanted):
            guard let address = try await sandbox.browserAddress() else { return verdict(false, "no address came") }
            return verdict(address == wanted, "the address is \(address.shortened(to: 300))")
        case .addressContains(let part):
            guard let address = try await sandbox.browserAddress() else { return verdict(false, "no address came") }
            return verdict(address.contains(part), "the address is \(address.shortened(to: 300))")
        default: return verdict(false, "this cannot be asked of the guest")
        }
    }

    private func fileContains(_ path: String, _ text: String, _ sandbox: Sandbox) async throws -> Verdict {
        let result = try await sandbox.exec(["head", "-c", "1048576", "--", path], timeout: Self.patience)
        guard result.isSuccess else { return verdict(false, "it could not be read") }
        let content = result.output
        guard content.contains(text) else {
            return verdict(false, "it holds “\(content.shortened(to: 200))”")
        }
        let line = content.split(separator: "\n").first { $0.contains(text) }.map(String.init) ?? text
        return verdict(true, "it says “\(line.shortened(to: 200))”")
    }
}

extension Sandbox {
    /// The title of the window in front; nil if there is none or the guest cannot tell.
    func windowTitle() async throws -> String? {
        let result = try await exec(
            ["xdotool", "getactivewindow", "getwindowname"], timeout: .seconds(5), outputLimit: 4096)
        let title = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return result.isSuccess && !title.isEmpty ? title : nil
    }

    /// What lies in the clipboard as text; nil if nothing does.
    func clipboard() async throws -> String? {
        let result = try await exec(
            ["xclip", "-selection", "clipboard", "-o"], timeout: .seconds(5), outputLimit: 1 << 20)
        return result.isSuccess ? result.output : nil
    }

    /// The address in the address bar of the browser in front, by way of the clipboard; nil if none came in time, or if
    /// the keyboard did not come back to where it was.
    func browserAddress() async throws -> String? {
        // What lay in the clipboard before would look like an answer, so a word of ours goes there first.
        let mark = "godhand-\(SandboxID.unique())"
        let set = try await exec(
            ["sh", "-c", "exec xclip -selection clipboard >/dev/null 2>&1"], input: .bytes(Array(mark.utf8)),
            timeout: .seconds(5))
        guard set.isSuccess else { return nil }
        let display = try display
        let place = try await keyboardPlace()
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(6)
        var address: String?
        // A browser that is busy takes the second key before the first had its effect, and copies nothing.
        while address == nil, clock.now < deadline {
            let serial = try await display.state().serial
            try await display.press("ctrl+l")
            _ = try await display.settledFrame(
                quiet: .milliseconds(60), deadline: .seconds(1), after: serial, reaction: .milliseconds(200))
            try await display.press("ctrl+c")
            address = try await clipboard(otherThan: mark, until: min(deadline, clock.now + .milliseconds(600)))
        }
        // The first closes what the bar may have unfolded; by the second the keyboard goes back to the page.
        try await display.press("Escape", repeat: 2)
        guard let place, try await !keyboardComes(to: place) else { return address }
        // Browsers of old stay in the bar. Newer ones have left it, and this key would lead them back there.
        try await display.press("F6")
        return try await keyboardComes(to: place) ? address : nil
    }

    /// The elements that have the keyboard, without what changes while they have it; nil if the guest cannot tell.
    private func keyboardPlace() async throws -> [String]? {
        do {
            let focused = try await elements(within: .seconds(2)) { $0.contains(where: \.isFocused) }
                .filter(\.isFocused)
            return focused.isEmpty ? nil : focused.map { "\($0.role ?? "") \($0.name) \($0.box)" }
        } catch let error as GodHandError where error.isLackOfMeans { return nil }
    }

    /// Whether the keyboard is there, or comes there soon: a browser moves it between processes.
    private func keyboardComes(to place: [String]) async throws -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(3)
        repeat { if try await keyboardPlace() == place { return true } } while clock.now < deadline
        return false
    }

    /// What lies in the clipboard once it is something else. Nothing tells of its change; asking takes its time, so this
    /// loop does not spin.
    private func clipboard(otherThan mark: String, until deadline: ContinuousClock.Instant) async throws -> String? {
        repeat {
            let text = try await clipboard()?.trimmingCharacters(in: .whitespacesAndNewlines)
            if let text, text != mark, !text.isEmpty { return text }
        } while ContinuousClock.now < deadline
        return nil
    }
}

extension ExecResult {
    /// How it ended, with the end of what it said.
    var evidence: String {
        let said = (isSuccess ? output : errorOutput + output).trimmingCharacters(in: .whitespacesAndNewlines)
        return said.isEmpty ? "\(status)" : "\(status): \(said.shortened(to: 200))"
    }
}

extension String {
    /// On one line, cut off at a length.
    func shortened(to length: Int) -> String {
        let line = split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= length ? line : line.prefix(length) + "…"
    }

    /// For a tool that takes a pattern, a pattern that means these very characters.
    fileprivate var regularExpressionEscaped: String {
        map { #"\.[]{}()*+?^$|"#.contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}

extension Duration {
    /// `340 ms` or `4.2 s`.
    var formatted: String {
        let parts = components
        let milliseconds = parts.attoseconds / 1_000_000_000_000_000
        return parts.seconds == 0 ? "\(milliseconds) ms" : "\(parts.seconds).\(milliseconds / 100) s"
    }
}
