import GodHandCore

/// What a step of a set-up means to us. Steps of other kinds, and such that say something else, mean nothing.
enum SetupAction: Sendable, Hashable {
    /// A program is started and stays.
    case launch(GuestCommand)
    /// A command is run to its end. Like theirs, this does not look how it ends.
    case execute(GuestCommand)
    /// Some time passes. What for is never said; it is always for the screen.
    case settle(Duration)
    /// A window comes to the front.
    case activateWindow(String, exactly: Bool)

    init?(_ step: SetupStep) {
        let parameters = step.parameters
        switch step.type {
        case "launch":
            guard let command = GuestCommand(parameters) else { return nil }
            self = .launch(command)
        case "execute", "command":
            // What is kept of its output is for getters that read it, and those are not known here.
            guard let command = GuestCommand(parameters), parameters["stdout"] == nil else { return nil }
            self = .execute(command)
        case "sleep":
            guard let seconds = parameters["seconds"]?.double, (0...600).contains(seconds) else { return nil }
            self = .settle(.seconds(seconds))
        case "activate_window":
            guard let name = parameters["window_name"]?.string else { return nil }
            self = .activateWindow(name, exactly: parameters["strict"]?.bool ?? false)
        default: return nil
        }
    }

    /// The command in it, if it is one.
    var command: GuestCommand? {
        switch self {
        case .launch(let command), .execute(let command): command
        case .settle, .activateWindow: nil
        }
    }
}
