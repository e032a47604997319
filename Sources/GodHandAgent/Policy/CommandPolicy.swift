public import GodHandCore

/// Lets a model run only certain commands, and start only certain programs.
///
/// Without any rule no command runs at all. An argument vector is compared as it is: no shell is in between, so there is
/// nothing to quote and nothing to expand, unless a rule lets a shell itself run.
public struct CommandPolicy: ActionPolicy {
    private let rules: [CommandRule]
    private let programs: Set<String>?

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - rules: The commands that may run.
    ///   - programs: The programs that may be opened; nil for all but those by which a model could run commands.
    public init(allowing rules: [CommandRule] = [], opening programs: Set<String>? = nil) {
        self.rules = rules
        self.programs = programs
    }

    /// Checks what is run or opened.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        switch action {
        case .exec(let arguments):
            if rules.contains(where: { $0.matches(arguments) }) { return .allow }
            return .deny(rules.isEmpty ? "No commands may be run." : "This command is not one that may be run.")
        case .open(let target):
            // An address goes to the browser; which may be opened is for a policy on domains.
            if target.lowercased().hasPrefix("http://") || target.lowercased().hasPrefix("https://") { return .allow }
            return isAllowed(program: target) ? .allow : .deny("This program is not one that may be opened.")
        default: return .allow
        }
    }

    private func isAllowed(program: String) -> Bool {
        if let programs { return programs.contains(program) }
        let isPlain = program.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "-_.+".contains(character))
        }
        guard isPlain, !program.isEmpty, !program.hasPrefix("-"), !program.hasPrefix(".") else { return false }
        let stem = program.lowercased().prefix { $0.isLetter }
        return !Self.powerful.contains(program.lowercased()) && !Self.powerful.contains(String(stem))
    }

    /// Shells, terminals, interpreters, and what reaches the network or runs others.
    private static let powerful: Set<String> = [
        "sh", "bash", "dash", "zsh", "fish", "ksh", "csh", "tcsh", "busybox", "xterm", "uxterm", "lxterminal",
        "terminal", "konsole", "gnome-terminal", "xfce4-terminal", "x-terminal-emulator", "rxvt", "urxvt", "st",
        "kitty",
        "alacritty", "python", "perl", "ruby", "node", "php", "lua", "awk", "gawk", "mawk", "env", "xargs", "nohup",
        "setsid", "sudo", "su", "doas", "pkexec", "curl", "wget", "nc", "ncat", "netcat", "socat", "ssh", "scp", "sftp",
        "rsync", "telnet", "ftp", "xdotool", "ydotool", "tmux", "screen", "script", "expect", "gdb", "at", "crontab",
    ]
}

/// A command that may run.
public struct CommandRule: Sendable, Hashable {
    private let arguments: [Argument]
    private let rest: Bool

    /// What an argument may be.
    public enum Argument: Sendable, Hashable, ExpressibleByStringLiteral {
        /// Exactly this.
        case exactly(String)
        /// One of these.
        case oneOf(Set<String>)
        /// Anything that is no option: it does not begin with a dash.
        case anyValue

        /// Exactly this.
        public init(stringLiteral value: String) { self = .exactly(value) }

        func matches(_ argument: String) -> Bool {
            switch self {
            case .exactly(let text): argument == text
            case .oneOf(let texts): texts.contains(argument)
            case .anyValue: !argument.hasPrefix("-")
            }
        }
    }

    /// Makes a rule: `CommandRule(["ls", "-l", .anyValue])`.
    ///
    /// - Parameters:
    ///   - arguments: The program and its arguments, in order. Without a program nothing matches.
    ///   - rest: Whether any further arguments may follow, options too.
    public init(_ arguments: [Argument], andAnythingAfter rest: Bool = false) {
        self.arguments = arguments
        self.rest = rest
    }

    func matches(_ command: [String]) -> Bool {
        guard !arguments.isEmpty, command.count >= arguments.count else { return false }
        guard rest || command.count == arguments.count else { return false }
        return zip(arguments, command).allSatisfy { $0.matches($1) }
    }
}
