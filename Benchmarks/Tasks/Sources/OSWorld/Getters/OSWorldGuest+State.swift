import Foundation
import GodHandCore

extension OSWorldGuest {
    /// A file of the machine. That there is none is a finding, too.
    func file(_ path: String) async throws -> Evidence {
        do {
            return .file(try await machine.readFile(path))
        } catch let error as GodHandError where error.code == .notFound {
            return .value(.null)
        }
    }

    /// A file of JSON; nil if there is none, or it is something else.
    func json(_ path: String) async throws -> JSONValue? {
        guard case .file(let bytes) = try await file(path) else { return nil }
        return try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    }

    /// What stands in the browser's address bar: the address without what the bar leaves out of the web's; nil if no
    /// browser runs.
    func addressBar() async throws -> String? {
        let answer = try await machine.exec(["curl", "-fsS", "-m", "10", "http://127.0.0.1:1337/json/list"])
        guard answer.isSuccess else { return nil }
        // The one that was used last comes first.
        let targets = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.standardOutput))
        let page = targets?.array?.first { $0["type"]?.string == "page" }
        guard let address = page?["url"]?.string else { return nil }
        for hidden in ["https://www.", "http://www.", "https://", "http://"] where address.hasPrefix(hidden) {
            return String(address.dropFirst(hidden.count))
        }
        return address
    }

    /// The program that opens most kinds of film.
    func videoPlayer() async throws -> String {
        let kinds = ["mp4", "mpeg", "quicktime", "webm", "x-matroska", "x-msvideo", "x-flv", "ogg", "3gpp", "mp2t"]
        let script = #"for kind; do xdg-mime query default "video/$kind"; done"#
        let answer = try await machine.exec(["/bin/sh", "-c", script, "sh"] + kinds)
        var counts: [Substring: Int] = [:]
        for line in answer.output.split(separator: "\n") { counts[line, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { String($0.key) } ?? "unknown"
    }

    /// What the terminal in front shows, as it tells assistive programs; nil if there is none.
    ///
    /// A command that was typed a moment ago may still be at work, while nothing moves: for a while it is waited for until the
    /// shell asks for the next.
    func terminalText() async throws -> String? {
        let patience = ContinuousClock.now + .seconds(10)
        while true {
            let serial = try await machine.display.state().serial
            let text = try await shownByTerminal()
            let left = patience - .now
            if Self.asksForCommand(text ?? "") || left <= .zero { return text }
            _ = try await machine.display.change(after: serial, within: left)
        }
    }

    /// Whether the last line of a terminal that says something is the shell's prompt, and nothing more.
    static func asksForCommand(_ text: String) -> Bool {
        let last = text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }
        return last?.wholeMatch(of: /\S+@\S+:[^$#]*[$#]\s*/) != nil
    }

    private func shownByTerminal() async throws -> String? {
        let answer = try await machine.exec(["/usr/lib/godhand/look", "elements"])
        for line in answer.output.split(separator: "\n") {
            let element = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
            if element?["role"]?.string == "terminal", let text = element?["text"]?.string { return text }
        }
        return nil
    }
}
