import Foundation
import GodHandCore

/// OSWorld's tasks, out of a file that holds all of them or a single one.
public struct OSWorldCatalog: Sendable {
    /// A task with the part of the benchmark that it belongs to.
    public struct Entry: Sendable, Hashable {
        /// The part, such as `chrome`; for a task in a file of its own, what it begins with.
        public var domain: String
        /// The task.
        public var task: OSWorldTask
    }

    /// The tasks, by part and name.
    public let entries: [Entry]

    /// Reads a file.
    ///
    /// - Parameter path: The collection in which `cua-speedrun` brings all tasks, or a task as OSWorld publishes it.
    /// - Throws: `GodHandError` with `not-found` if it cannot be read, `request.invalid` if it is something else; the
    ///   message names the task and the place.
    public init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw GodHandError(.notFound, "There is no file '\(path)' that can be read.")
        }
        try self.init(data, name: path)
    }

    init(_ data: Data, name: String) throws {
        do {
            let file = try JSONDecoder().decode(JSONValue.self, from: data)
            guard let tasks = file["sources"] else {
                let task = try JSONDecoder().decode(OSWorldTask.self, from: data)
                entries = [Entry(domain: task.snapshot, task: task)]
                return
            }
            guard case .object(let members) = tasks else {
                throw GodHandError(.invalidRequest, "'sources' in '\(name)' is no object of tasks.")
            }
            entries = try members.sorted { $0.key < $1.key }.map { key, value in
                guard let split = key.range(of: "__") else {
                    throw GodHandError(.invalidRequest, "'\(key)' in '\(name)' is not named after a part and a task.")
                }
                do {
                    let task = try JSONDecoder().decode(OSWorldTask.self, from: try JSONEncoder().encode(value))
                    return Entry(domain: String(key[..<split.lowerBound]), task: task)
                } catch let error as DecodingError {
                    throw Self.invalid("'\(key)' in '\(name)'", error)
                }
            }
        } catch let error as DecodingError {
            throw Self.invalid("'\(name)'", error)
        }
    }

    private static func invalid(_ what: String, _ error: DecodingError) -> GodHandError {
        let place: DecodingError.Context
        switch error {
        case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
            .valueNotFound(_, let context):
            place = context
        @unknown default: return GodHandError(.invalidRequest, "\(what) is no task of OSWorld.", cause: error)
        }
        let path = place.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        return GodHandError(
            .invalidRequest, "\(what) is no task of OSWorld: \(place.debugDescription)",
            hint: path.isEmpty ? nil : "Look at '\(path)'.", cause: error)
    }
}
