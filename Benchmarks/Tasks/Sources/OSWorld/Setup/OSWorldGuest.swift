import GodHandCore

/// A machine of our image, as a task's file talks of it.
struct OSWorldGuest: Sendable {
    let machine: Sandbox

    static let home = "/home/user"
    static let chromeProfile = home + "/.config/google-chrome/Default"

    /// How long a command of a task may take: as long as in their machines.
    static let patience: Duration = .seconds(120)

    /// What stands for what in commands.
    private var placeholders: [String: String] {
        let size = machine.spec.screen ?? Size(width: 1280, height: 800)
        return [
            "CLIENT_PASSWORD": "password", "SCREEN_WIDTH": "\(size.width)", "SCREEN_HEIGHT": "\(size.height)",
            "SCREEN_WIDTH_HALF": "\(size.width / 2)", "SCREEN_HEIGHT_HALF": "\(size.height / 2)",
        ]
    }

    /// Runs a command of a task to its end.
    @discardableResult
    func run(_ command: GuestCommand) async throws -> ExecResult {
        try await machine.exec(command.arguments(filling: placeholders), timeout: Self.patience)
    }

    /// Does a step.
    func perform(_ action: SetupAction) async throws {
        switch action {
        case .launch(let command): try await launch(command)
        case .execute(let command):
            try await run(command)
            try await settle(within: .seconds(5))
        case .settle(let time): try await settle(within: time)
        case .activateWindow(let name, let exactly): try await activate(name, exactly: exactly)
        }
    }

    /// Their harness waits a fixed time instead. Here a program counts as started once it shows its window.
    private func launch(_ command: GuestCommand) async throws {
        switch command.program {
        case "socat":
            // It leads to the browser from outside of their machine. We ask the browser from within.
            return
        case "pkill":
            try await run(command)
            // One that is about to end would take the start of the next for its own, or write its settings over it.
            if let name = command.words.last { try await waitForEnd(of: name) }
            return
        default: break
        }
        let script = #"exec setsid -f "$@" </dev/null >/dev/null 2>&1"#
        _ = try await machine.exec(["/bin/sh", "-c", script, "sh"] + command.arguments(filling: placeholders))
        if let name = command.program, let program = GuestProgram(rawValue: name) {
            let found = try await machine.exec(
                ["timeout", "120", "/bin/sh", "-c", GuestProgram.windowSearch, "sh"] + program.window,
                timeout: .seconds(150))
            guard found.isSuccess else {
                throw GodHandError(.execFailed, "\(name) was started and showed no window.")
            }
        }
        try await settle(within: .seconds(10))
    }

    /// Waits until no process of a name is left, for a while: one that asks whether to save stays.
    func waitForEnd(of process: String) async throws {
        let script = "name=$1; " + GuestProgram.untilGone(within: 10)
        _ = try await machine.exec(["/bin/sh", "-c", script, "sh", process], timeout: .seconds(30))
    }

    /// Waits until nothing moves. A screen that does not come to rest, such as a film's, is no error.
    func settle(within time: Duration) async throws {
        _ = try await machine.display.settledFrame(
            quiet: .milliseconds(300), deadline: time, reaction: min(time, .milliseconds(300)))
    }

    private func activate(_ name: String, exactly: Bool) async throws {
        // Debian's browser says its own name.
        let shown = name == "Google Chrome" ? "Chromium" : name
        let literal = shown.replacing(/[^A-Za-z0-9 ]/) { "\\\($0.output)" }
        _ = try await machine.exec([
            "timeout", "10", "xdotool", "search", "--sync", "--onlyvisible", "--name",
            exactly ? "^\(literal)$" : literal,
            "windowactivate", "--sync",
        ])
    }
}
