public import Foundation
import GodHandCore

/// A Python that has other people's readers in it, which our data is handed to.
public struct PythonReader: Sendable {
    /// Its path, if the environment names one.
    public let path: String?
    /// Whether what needs it is to be tried: where it is there, or where nothing may be left out silently, as `make test`
    /// asks.
    public let isWanted: Bool
    private let variable: String

    /// Looks for it.
    ///
    /// - Parameter variable: The variable of the environment that names it.
    public init(_ variable: String) {
        let environment = ProcessInfo.processInfo.environment
        self.variable = variable
        path = environment[variable]
        isWanted = path != nil || environment["GODHAND_REQUIRE_ENGINE"] != nil
    }

    /// What a script of `Scripts/` says of a directory.
    ///
    /// - Throws: `GodHandError` with `not-found` if no Python is named.
    public func run(_ script: String, _ directory: URL) throws -> (status: Int32, output: String) {
        guard let path else {
            throw GodHandError(
                .notFound, "\(variable) is not set.", hint: "make test sets it, by a script of Scripts/.")
        }
        let file = URL(filePath: #filePath).appending(path: "../../../../Scripts/\(script)").standardizedFileURL
        return try ToolRun.output(
            of: path, [file.path(percentEncoded: false), directory.path(percentEncoded: false)])
    }
}
