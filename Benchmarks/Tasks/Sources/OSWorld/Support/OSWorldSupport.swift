import GodHandCore

/// Whether a task can run here, and if not, all reasons for it.
public struct OSWorldSupport: Sendable, Hashable {
    /// The reasons, each once; none if it runs.
    public let obstacles: [Obstacle]
    /// Whether the task cannot be done, and what counts is that the agent says so.
    public let isInfeasible: Bool

    /// Whether it runs.
    public var runs: Bool { obstacles.isEmpty }

    /// Looks at a task.
    public init(_ task: OSWorldTask) {
        var found = Findings()
        isInfeasible = task.evaluator.isInfeasible
        found.apps(task.relatedApps)
        for step in (task.config ?? []) + (task.evaluator.postconfig ?? []) { found.step(step) }
        if task.instruction.contains("https://") || Self.wantsNetwork.contains(task.id) { found.add(.network) }
        if !isInfeasible {
            for check in task.evaluator.checks {
                if !Judgement.known.contains(check.function) { found.add(.function(check.function)) }
                for getter in [check.result, check.expected].compactMap(\.self) { found.getter(getter) }
            }
        }
        obstacles = found.obstacles
    }

    /// Tasks that nobody can do without a network, though nothing in their files says so: to install what Debian does
    /// not have.
    private static let wantsNetwork: Set = [
        "94d95f96-9699-4208-98ba-3c3119edf9c2", "48d05431-6cd5-4e76-82eb-12b60d823f7d",
        "f8369178-fafe-40c2-adc4-b9b08a125456",
    ]
}

/// The reasons that were found, in the order in which they were.
private struct Findings {
    var obstacles: [Obstacle] = []

    mutating func add(_ obstacle: Obstacle) {
        if !obstacles.contains(obstacle) { obstacles.append(obstacle) }
    }

    /// Files have several names for the same program.
    mutating func apps(_ names: [String]) {
        for name in names {
            switch name.lowercased() {
            case "chrome", "browser", "vlc", "gimp", "os", "terminal", "image", "pdf": break
            case let name where name.contains("libreoffice") || ["calc", "writer"].contains(name):
                add(.application("LibreOffice"))
            case "vscode", "vs_code": add(.application("VS Code"))
            case "thunderbird": add(.application("Thunderbird"))
            default: add(.application(name))
            }
        }
    }

    mutating func step(_ step: SetupStep) {
        switch step.type {
        case "download": return add(.download)
        case "login", "googledrive": return add(.account)
        case "chrome_open_tabs", "chrome_close_tabs":
            // The pages are others'. There would be nothing in the tabs.
            return add(.network)
        default: break
        }
        guard let action = SetupAction(step) else { return add(.setup(step.type)) }
        if let command = action.command { program(command) }
    }

    mutating func getter(_ getter: JSONValue) {
        let kind = getter["type"]?.string ?? ""
        switch kind {
        case "cloud_file": add(.download)
        case "googledrive_file": add(.account)
        case "pdf_from_url", "page_info", "info_from_website": add(.network)
        case let kind where !StateReader.known.contains(kind): add(.getter(kind))
        case "vm_file" where getter["path"]?.string == nil: add(.getter("vm_file of several"))
        case "vm_command_line", "vm_command_error":
            guard let command = GuestCommand(getter) else { return add(.getter(kind)) }
            if command.text.contains("timedatectl") { add(.service("systemd")) }
            program(command)
        default: break
        }
    }

    /// Programs that our image lacks, where a command starts one.
    private mutating func program(_ command: GuestCommand) {
        let name = command.program.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        switch name {
        case "code": add(.application("VS Code"))
        case "libreoffice", "soffice": add(.application("LibreOffice"))
        case "thunderbird": add(.application("Thunderbird"))
        case "nautilus": add(.application("Nautilus"))
        default: break
        }
    }
}
