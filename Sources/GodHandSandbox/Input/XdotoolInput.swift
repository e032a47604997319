/// The mouse and the keyboard by `xdotool` in the guest: for machines without a VNC display, and for what VNC lacks.
///
/// One process does a whole action. Text goes through standard input, so that it is in no list of processes. Slower than
/// VNC by the time that a command takes to start.
///
/// Characters that the guest's keymap lacks are not sure to arrive: `xdotool` writes each onto one and the same key, and a
/// program that reads slowly finds the next one there. Capitals among them come as small letters.
package struct XdotoolInput: InputDriver {
    private let tool: GuestTool
    private let screen: @Sendable () async throws -> Size
    private let turns = InputTurns()

    /// The shortest time between the events of one action, in milliseconds: programs read the mouse that often.
    private static let pause = "8"

    /// Makes a driver.
    ///
    /// - Parameters:
    ///   - shell: Commands in the guest, with `DISPLAY` set.
    ///   - screen: The size of the screen, for checking points.
    package init(shell: any Shell, screen: @escaping @Sendable () async throws -> Size) {
        self.tool = GuestTool(shell)
        self.screen = screen
    }

    package func perform(_ action: InputAction) async throws {
        try action.validated(in: try await screen())
        try await turns.take {
            let script = try XdotoolScript(action)
            do {
                try await tool.run(["xdotool"] + script.arguments, input: script.input)
            } catch {
                // The process may have ended between press and release. The caller can be a cancelled task, in which no
                // command can run any more, so another one lets go.
                if !script.releases.isEmpty {
                    try? await shielded(atMost: .seconds(5), "Letting go of the mouse and the keys") { [tool] in
                        try await tool.run(["xdotool"] + script.releases)
                    }
                }
                throw error
            }
        }
    }
}

/// An action as the arguments of one `xdotool` process.
struct XdotoolScript: Equatable {
    /// Commands, chained.
    var arguments: [String] = []
    /// What lets go of all that the commands can leave pressed.
    var releases: [String] = []
    /// Text to be typed.
    var input: [UInt8]?

    init(_ action: InputAction) throws {
        switch action {
        case .move(let point): move(to: point)
        case .click(let point, let button, let count, let modifiers):
            try holding(modifiers) { script in
                if let point { script.move(to: point) }
                script.arguments += ["click", "--repeat", "\(count)", "--delay", "8", "\(button.number)"]
            }
            releases += ["mouseup", "\(button.number)"]
        case .press(let button): arguments = ["mousedown", "\(button.number)"]
        case .release(let button): arguments = ["mouseup", "\(button.number)"]
        case .drag(let path, let button, let modifiers):
            try holding(modifiers) { script in
                for (index, point) in path.enumerated() {
                    script.move(to: point)
                    if index == 0 { script.arguments += ["mousedown", "\(button.number)"] }
                    // X joins moves that come faster than programs read them.
                    script.arguments += ["sleep", "0.008"]
                }
                script.arguments += ["mouseup", "\(button.number)"]
            }
            releases += ["mouseup", "\(button.number)"]
        case .scroll(let point, let dx, let dy, let modifiers):
            try holding(modifiers) { script in
                if let point { script.move(to: point) }
                for (count, button) in [(dy, dy < 0 ? 4 : 5), (dx, dx < 0 ? 6 : 7)] where count != 0 {
                    script.arguments += ["click", "--repeat", "\(abs(count))", "--delay", "2", "\(button)"]
                }
            }
        case .key(let chord, let count):
            for _ in 0..<count { try holding(chord) { _ in } }
        case .hold(let chord, let duration):
            let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
            try holding(chord) { $0.arguments += ["sleep", "\(seconds)"] }
        case .type(let text):
            // Checks the characters; a carriage return before a line feed is no key of its own.
            _ = try Keysym.typing(text)
            let isPlain = text.unicodeScalars.allSatisfy(\.isASCII)
            arguments = ["type", "--clearmodifiers", "--delay", isPlain ? "4" : "25", "--file", "-"]
            input = Array(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").utf8)
        }
    }

    private mutating func move(to point: Point) { arguments += ["mousemove", "\(point.x)", "\(point.y)"] }

    /// Commands with the keys of a chord held.
    private mutating func holding(_ chord: KeyChord, _ body: (inout XdotoolScript) -> Void) throws {
        var keysyms = try chord.keysyms()
        // For a capital, xdotool would press Shift itself, and let it go with the letter.
        if keysyms.contains(where: VNCKeyboard.isShift) { keysyms = keysyms.map(VNCKeyboard.unshifted) }
        let names = keysyms.map(\.description)
        for name in names { arguments += ["keydown", name] }
        body(&self)
        for name in names.reversed() { arguments += ["keyup", name] }
        if releases.isEmpty { for name in names.reversed() { releases += ["keyup", name] } }
    }
}
