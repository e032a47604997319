import Foundation
import GodHandAgent
import GodHandCore
import Synchronization

/// Makes one thing go wrong in a run, at a moment when it hurts, and finds out whether it really did.
///
/// As a policy it stands between the model's look and the action, as a substitution just before the mouse and the
/// keyboard, and as a monitor behind each step.
final class Troublemaker: RunMonitor, ActionPolicy, InputSubstitution {
    private enum Stage {
        case waiting
        /// It has begun, but nobody knows yet whether it hurt.
        case begun(note: String)
        case over
    }
    private struct State {
        var stage = Stage.waiting
        var evidence: String?
    }

    private let trouble: ProofGoal.Trouble?
    private let desktop: Sandbox
    private let wiki: Sandbox
    private let state = Mutex(State())

    init(_ trouble: ProofGoal.Trouble?, desktop: Sandbox, wiki: Sandbox) {
        self.trouble = trouble
        self.desktop = desktop
        self.wiki = wiki
    }

    /// What shows that the run was disturbed; nil if it was not.
    var evidence: String? { state.withLock(\.evidence) }

    func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        switch (trouble, action) {
        case (.movedWindow, .input(.click(.some, _, _, _))):
            // What the model is about to click was there when it looked.
            if begin() { end(proving: try await moveWindow()) }
        case (.slowPage, .input(.type(let text))) where text.hasSuffix("\n"):
            // What is typed asks for a page.
            if begin(noting: context.sight.observation.windowTitle ?? "") { try await stopServer() }
        default: break
        }
        return .allow
    }

    func substitute(in action: Action, _ context: PolicyContext) async throws -> Action {
        guard trouble == .missedClick, case .input(.click(let point?, let button, let count, let modifiers)) = action,
            begin()
        else { return action }
        let missed = Point(x: point.x + 10, y: point.y + 75)
        end(proving: "(\(missed.x), \(missed.y)) was clicked and not (\(point.x), \(point.y))")
        return .input(.click(at: missed, button: button, count: count, modifiers: modifiers))
    }

    func observe(_ step: Step, _ context: PolicyContext) async throws -> String? {
        let title = context.sight.observation.windowTitle ?? ""
        switch trouble {
        case .dialog where !title.isEmpty:
            if begin() { end(proving: try await showDialog()) }
        case .slowPage:
            if case .begun(let before) = state.withLock(\.stage) {
                let requests = try await letServerGoOn()
                end(proving: requests > 0 && title == before ? "\(requests) requests wait, “\(title)” stays" : nil)
            }
        default: break
        }
        return nil
    }

    /// - Returns: Whether it is time.
    private func begin(noting note: String = "") -> Bool {
        state.withLock { state in
            guard case .waiting = state.stage else { return false }
            state.stage = .begun(note: note)
            return true
        }
    }

    private func end(proving evidence: String?) {
        state.withLock { $0 = State(stage: .over, evidence: evidence) }
    }
}

/// What is done to the machines.
extension Troublemaker {
    private func showDialog() async throws -> String? {
        let dialog = ["zenity", "--info", "--title=Notice", "--text=Updates are ready to be installed."]
        try await background(dialog, in: desktop)
        let verdict = try await Assertion.windowTitle(contains: "Notice").eventually(within: .seconds(10))
            .check(in: desktop)
        return verdict.passed ? verdict.evidence : nil
    }

    private func moveWindow() async throws -> String? {
        // A maximised window can only be moved once it is not.
        let before = try await place()
        try await desktop.display.press("super+Up")
        let script = """
            window=$(xdotool getactivewindow) && xdotool windowsize --sync "$window" 1100 640
            xdotool windowmove --sync "$window" 90 60
            """
        _ = try await desktop.exec(["sh", "-c", script], timeout: .seconds(10))
        let after = try await place()
        return before == after ? nil : "the window was at \(before) and is at \(after)"
    }

    /// Where the window in front is, and how large.
    private func place() async throws -> String {
        let script = #"eval "$(xdotool getactivewindow getwindowgeometry --shell)"; echo "$X,$Y ${WIDTH}x$HEIGHT""#
        return try await desktop.exec(["sh", "-c", script], timeout: .seconds(10)).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Stops the server of the pages, for a while that ends by itself whatever becomes of this.
    private func stopServer() async throws {
        try await signalServer("STOP")
        try await background(["sh", "-c", "sleep 25; kill -CONT $(pidof lighttpd)"], in: wiki)
    }

    /// Lets the server go on some seconds from now.
    ///
    /// - Returns: How many requests it has not taken yet.
    private func letServerGoOn() async throws -> Int {
        let count = #"cat /proc/net/tcp* | awk '$2 ~ /:0050$/ && $4 == "01" && $5 !~ /:00000000$/' | wc -l"#
        let waiting = try await wiki.exec(["sh", "-c", count], timeout: .seconds(10)).output
        try await background(["sh", "-c", "sleep 4; kill -CONT $(pidof lighttpd)"], in: wiki)
        return Int(waiting.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    private func signalServer(_ signal: String) async throws {
        let result = try await wiki.exec(["sh", "-c", "kill -\(signal) $(pidof lighttpd)"], timeout: .seconds(10))
        guard result.isSuccess else { throw GodHandError(.execFailed, "The server of the pages gets no signal.") }
    }

    private func background(_ command: [String], in sandbox: Sandbox) async throws {
        _ = try await sandbox.exec(
            ["sh", "-c", #"exec setsid -f "$@" </dev/null >/dev/null 2>&1"#, "sh"] + command, timeout: .seconds(10))
    }
}
