/// All that a simulated guest is at one moment: a value, so a snapshot is a copy.
struct SimulatedMemory: Sendable {
    var files: SimulatedFiles
    var clipboard = ""
    /// The screen; nil for one that nobody has drawn on yet.
    var screen: SimulatedScreen.State?
    /// The programs that do not depend on whoever started them. The others end with their connection, so no fork has
    /// them.
    var programs: [Int: Program] = [:]
    var nextProcess = 100

    /// What a freshly started machine with this disk is.
    init(disk: SimulatedFiles) { files = disk }

    /// A program that runs. Only `sleep` runs for long, and it has no state, so that it can be begun anew.
    struct Program: Sendable {
        var arguments: [String]
        var environment: [String: String]
        var directory: String
    }
}
