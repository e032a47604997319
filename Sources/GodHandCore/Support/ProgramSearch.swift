import Foundation

/// Where programs of the host lie.
package enum ProgramSearch {
    private static let usual = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin", "/opt/homebrew/bin"]

    /// The absolute path of a program: in the directories of PATH, then in the usual ones; nil if it is in none.
    package static func path(
        of program: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String? {
        if program.hasPrefix("/") { return isProgram(program) ? program : nil }
        let directories = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + usual
        return directories.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(program)" }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
