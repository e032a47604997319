public import Foundation
import GodHandCore

/// A directory of task files.
public struct TaskFolder: Sendable {
    /// The names of its tasks, in alphabetical order.
    public let names: [String]

    private let place: URL

    /// Looks what is in a directory.
    ///
    /// - Throws: `GodHandError` with `not-found` if it is not there or has no tasks.
    public init(_ place: URL) throws {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        names = files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        self.place = place
        if names.isEmpty { throw GodHandError(.notFound, "There are no tasks in \(place.path).") }
    }

    /// Reads a task, with the values that a seed decides.
    ///
    /// - Throws: `GodHandError` with `not-found`, or `data.damaged` that names the file and what is wrong with it.
    public func task(_ name: String, seed: UInt64) throws -> FileTask {
        guard names.contains(name) else {
            throw GodHandError(
                .notFound, "There is no task '\(name)'.", hint: "There are: \(names.joined(separator: ", ")).")
        }
        let data: Data
        do { data = try Data(contentsOf: place.appending(path: "\(name).json")) } catch {
            throw GodHandError(.notFound, "The task file \(name).json cannot be read.")
        }
        return FileTask(try TaskFile.read(data, named: name, seed: seed), name: name, seed: seed, folder: place)
    }
}
