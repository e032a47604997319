/// What has to be known of the programs of our image, which a task's file calls by these names, to wait for them.
enum GuestProgram: String, Sendable {
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

    /// How `pgrep` finds its processes.
    var process: String {
        self == .chrome ? "chrome" : rawValue
    }

    /// What a shell runs to wait for a window, told as ``window`` does. One that goes while xdotool looks at it ends xdotool, and
    /// splash screens and menus go often.
    static let windowSearch = #"until xdotool search --sync --onlyvisible "$@"; do :; done"#

    /// The command that ends it as a user does, once it shows its window: one that is ended while it starts may leave its
    /// settings half-written.
    var ending: [String] {
        let script = #"""
            name=$1 && shift
            pgrep "$name" >/dev/null || exit 0
            timeout 60 sh -c '\#(Self.windowSearch)' sh "$@" >/dev/null
            pkill "$name" || exit 0
            \#(Self.untilGone(within: 20)) || pkill -9 "$name" || :
            """#
        return ["/bin/sh", "-c", script, "sh", process] + window
    }

    /// What a shell runs to wait until no process called `$name` is left. Not `pidwait` alone: it counts one that ends twice,
    /// when it ends and when its end is noticed, and so comes back while others run.
    static func untilGone(within seconds: Int) -> String {
        #"timeout \#(seconds) sh -c 'while pgrep "$1"; do pidwait "$1" || :; done' sh "$name" >/dev/null"#
    }
}
