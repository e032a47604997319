import Foundation
import GodHandAgent
import GodHandCore
import Synchronization

/// Makes things go wrong, once in a run.
final class Troublemaker: RunMonitor, InputSubstitution {
    private let trouble: ProofGoal.Trouble?
    private let desktop: Sandbox
    private let wiki: Sandbox
    private let hasHappened = Mutex(false)

    init(_ trouble: ProofGoal.Trouble?, desktop: Sandbox, wiki: Sandbox) {
        self.trouble = trouble
        self.desktop = desktop
        self.wiki = wiki
    }

    /// After the first thing was opened.
    func stepEnded(_ action: Action) async throws {
        guard case .open = action, let trouble, trouble != .missedClick, begin() else { return }
        switch trouble {
        case .dialog:
            try await background(
                ["zenity", "--info", "--title=Notice", "--text=Updates are ready to be installed."], in: desktop)
            try await wait(for: "Notice")
        case .movedWindow:
            // A maximised window can only be moved once it is not.
            try await desktop.display.press("super+Up")
            let script = "xdotool getactivewindow windowsize 1100 640 windowmove 90 60"
            _ = try await desktop.exec(["sh", "-c", script], timeout: .seconds(10))
        case .slowPage:
            let script = """
                each() { for p in /proc/[0-9]*; do case $(cat $p/comm 2>/dev/null) in lighttpd) kill -$1 ${p#/proc/} ;; esac; done; }
                each STOP; sleep 4; each CONT
                """
            try await background(["sh", "-c", script], in: wiki)
        case .missedClick: break
        }
    }

    /// What is really done.
    func perform(_ action: Action) -> Action {
        guard trouble == .missedClick, case .input(.click(let point?, let button, let count, let modifiers)) = action,
            begin()
        else { return action }
        let missed = Point(x: point.x + 10, y: point.y + 75)
        return .input(.click(at: missed, button: button, count: count, modifiers: modifiers))
    }

    func observe(_ step: Step, _ context: PolicyContext) async throws -> String? {
        try await stepEnded(step.action)
        return nil
    }

    func substitute(in action: Action, _ context: PolicyContext) async throws -> Action { perform(action) }

    private func begin() -> Bool {
        hasHappened.withLock { happened in
            defer { happened = true }
            return !happened
        }
    }

    private func background(_ command: [String], in sandbox: Sandbox) async throws {
        _ = try await sandbox.exec(
            ["sh", "-c", #"exec setsid -f "$@" </dev/null >/dev/null 2>&1"#, "sh"] + command, timeout: .seconds(10))
    }

    private func wait(for title: String) async throws {
        _ = try await Assertion.windowTitle(contains: title).eventually(within: .seconds(10)).check(in: desktop)
    }
}
