/// What has to be known of the programs of our image to wait for them.
enum GuestProgram: String, Sendable, CaseIterable {
    case chrome = "google-chrome"
    case vlc
    case gimp

    /// How xdotool finds its main window. GIMP's splash screen has the same class, so it goes by its name.
    var window: [String] {
        switch self {
        case .chrome: ["--class", "chromium"]
        case .vlc: ["--class", "vlc"]
        case .gimp: ["--name", "GNU Image Manipulation Program"]
        }
    }

    /// How `pidwait` finds its processes.
    var process: String {
        switch self {
        case .chrome: "chrome"
        case .vlc: "vlc"
        case .gimp: "gimp"
        }
    }

    /// The program that a task's file calls by this name.
    init?(called name: String) {
        guard let program = Self.allCases.first(where: { $0.rawValue == name }) else { return nil }
        self = program
    }
}
