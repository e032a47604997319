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
            guard let address = try await sandbox.pageAddress() else { return verdict(false, "no address came") }
            return verdict(address == wanted, "the address is \(address.shortened(to: 300))")
        case .addressContains(let part):
            guard let address = try await sandbox.pageAddress() else { return verdict(false, "no address came") }
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
            ["xdotool", "getactivewindow", "getwindowname"], timeout: GuestPatience.question, outputLimit: 4096)
        let title = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return result.isSuccess && !title.isEmpty ? title : nil
    }

    /// What lies in the clipboard as text; nil if nothing does.
    func clipboard() async throws -> String? {
        let result = try await exec(
            ["xclip", "-selection", "clipboard", "-o"], timeout: GuestPatience.question, outputLimit: 1 << 20)
        return result.isSuccess ? result.output : nil
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
