public import Foundation
import GodHandCore

/// What an agent did with a set of tasks: the content of a result file.
public struct BenchResult: Sendable, Hashable, Codable {
    /// The form of the file.
    public var format = Self.currentFormat
    /// Who did it.
    public var agent: String
    /// When it began.
    public var began: Date
    /// How many attempts ran at once.
    public var concurrency: Int
    /// Every attempt.
    public var attempts: [Attempt] = []

    /// The form that this version writes and reads.
    public static let currentFormat = "godhand-tasks-1"

    /// Makes a result without attempts.
    public init(agent: String, began: Date, concurrency: Int = 1) {
        self.agent = agent
        self.began = began
        self.concurrency = concurrency
    }

    /// One try of one task with the values of one seed.
    public struct Attempt: Sendable, Hashable, Codable {
        /// The task.
        public var task: String
        /// What kind of work it is.
        public var category: String
        /// The seed from which the task's values were drawn.
        public var seed: UInt64
        /// How much was done; nil if the attempt broke before that could be told.
        public var score: TaskScore?
        /// How it ended, in words.
        public var outcome: String
        /// What the agent answered; nil if it did not say that it was done.
        public var answer: String?
        /// How many steps it took.
        public var steps = 0
        /// Tokens, read and written.
        public var tokens = 0
        /// The price in US dollars; nil if it is not known.
        public var price: Double?
        /// How long the agent took, without the making and setting up of machines and without the scoring.
        public var seconds: Double = 0
        /// The directory of its trace, seen from the result file; nil if there is none.
        public var trace: String?

        /// Makes an attempt that has not been scored.
        public init(task: String, category: String, seed: UInt64, outcome: String = "") {
            self.task = task
            self.category = category
            self.seed = seed
            self.outcome = outcome
        }

        /// The score as a number. What broke counts as nothing done: an agent that brings machines down is not better
        /// than one that fails.
        public var value: Double { score?.value ?? 0 }
        /// Whether everything was done.
        public var isSuccess: Bool { score?.isFull ?? false }
    }

    /// Writes the file.
    public func write(to file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try encoder.encode(self).write(to: file, options: .atomic)
    }

    /// Reads a file.
    ///
    /// - Throws: `GodHandError` with `not-found`, or `data.damaged` if it is no result of this form.
    public static func read(_ file: URL) throws -> BenchResult {
        let data: Data
        do { data = try Data(contentsOf: file) } catch {
            throw GodHandError(.notFound, "There is no result at \(file.path).")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        guard let result = try? decoder.decode(BenchResult.self, from: data), result.format == currentFormat else {
            throw GodHandError(.dataDamaged, "\(file.path) is no result in the form \(currentFormat).")
        }
        return result
    }
}
