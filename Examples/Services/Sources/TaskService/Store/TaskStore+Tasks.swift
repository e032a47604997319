import Foundation
import GodHandAgent
import GodHandCore
import GRDB
import HTTPTypes

extension TaskStore {
    /// The most tasks that are remembered.
    static let capacity = 100_000

    /// What came of handing in a task.
    enum Insertion: Sendable {
        case new
        /// The same request came before under the same key.
        case known(StoredTask)
    }

    /// Writes a new task down.
    ///
    /// - Throws: ``Problem`` if the key belongs to another request, or too many tasks are remembered.
    func insert(_ submission: TaskSubmission, as id: GoalID, key: String?) async throws -> Insertion {
        let bytes = try Self.encode(submission)
        let feed = feed
        return try await pool.write { db in
            if let key,
                let row = try Row.fetchOne(db, sql: "SELECT * FROM tasks WHERE idempotency = ?", arguments: [key])
            {
                let known = try StoredTask(row)
                guard known.submission == submission else {
                    throw Problem.conflict(
                        "Another request was made under this Idempotency-Key.", hint: "Use a new key for a new task.")
                }
                return .known(known)
            }
            let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM tasks") ?? 0
            guard count < Self.capacity else {
                throw Problem.busy(
                    "\(count) tasks are remembered already; delete some that have ended.", after: 60,
                    status: .serviceUnavailable)
            }
            let now = Date()
            try db.execute(
                sql:
                    "INSERT INTO tasks (id, idempotency, submission, submittedAt, state) VALUES (?, ?, ?, ?, 'queued')",
                arguments: [id.rawValue, key, bytes, now.timeIntervalSince1970])
            try Self.append(TaskEvent(.submitted, ["goal": .string(submission.goal)]), to: id, at: now, in: db, feed)
            return .new
        }
    }

    /// Takes a task back that the orchestrator did not take.
    func withdraw(_ id: GoalID) async throws {
        try await pool.write { db in
            try db.execute(sql: "DELETE FROM events WHERE task = ?", arguments: [id.rawValue])
            try db.execute(sql: "DELETE FROM tasks WHERE id = ?", arguments: [id.rawValue])
        }
    }

    /// Takes over how the orchestrator says that a task stands, and writes down what that means happened.
    ///
    /// It may be called at any time and any number of times: what is known already is not told again.
    ///
    /// - Parameter isNews: Whether a task that is not known here is taken in, as after the loss of the database.
    func take(_ status: GoalStatus, isNews: Bool = false) async throws {
        let feed = feed
        try await pool.write { db in
            let query = "SELECT * FROM tasks WHERE id = ?"
            var row = try Row.fetchOne(db, sql: query, arguments: [status.id.rawValue])
            if row == nil, isNews, status.state != .finished {
                try db.execute(
                    sql: "INSERT INTO tasks (id, submission, submittedAt, state) VALUES (?, ?, ?, 'queued')",
                    arguments: [
                        status.id.rawValue, try Self.encode(TaskSubmission(of: status.request)),
                        status.submittedAt.timeIntervalSince1970,
                    ])
                row = try Row.fetchOne(db, sql: query, arguments: [status.id.rawValue])
            }
            guard let row else { return }
            let known = try StoredTask(row)
            guard !known.isFinished else { return }
            let events = TaskEvent.events(from: known.status, to: status)
            guard !events.isEmpty || known.status?.state != status.state else { return }
            try db.execute(
                sql: "UPDATE tasks SET state = ?, status = ? WHERE id = ?",
                arguments: [status.state.rawValue, try Self.encode(status), status.id.rawValue])
            for event in events { try Self.append(event, to: status.id, at: Date(), in: db, feed) }
        }
    }

    /// Notes that somebody asked to cancel a task, so that it is not begun again after a crash.
    func noteCancellation(of id: GoalID) async throws {
        let feed = feed
        try await pool.write { db in
            try db.execute(
                sql: "UPDATE tasks SET cancelling = 1 WHERE id = ? AND cancelling = 0", arguments: [id.rawValue])
            guard db.changesCount > 0 else { return }
            try Self.append(TaskEvent(.cancelling), to: id, at: Date(), in: db, feed)
        }
    }

    func task(_ id: GoalID) async throws -> StoredTask? {
        try await pool.read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM tasks WHERE id = ?", arguments: [id.rawValue]).map(StoredTask.init)
        }
    }

    /// Tasks, the newest first.
    ///
    /// - Parameter place: Only those before this one.
    func tasks(state: String?, before place: Int?, limit: Int) async throws -> [StoredTask] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM tasks WHERE (:state IS NULL OR state = :state) AND place < :place
                    ORDER BY place DESC LIMIT :limit
                    """, arguments: ["state": state, "place": place ?? Int.max, "limit": limit]
            ).map(StoredTask.init)
        }
    }

    /// All that are not over, the oldest first.
    func unfinished() async throws -> [StoredTask] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM tasks WHERE state <> 'finished' ORDER BY place").map(
                StoredTask.init)
        }
    }

    /// How many there are of each state.
    func counts() async throws -> [String: Int] {
        try await pool.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT state, count(*) AS n FROM tasks GROUP BY state")
            return Dictionary(rows.map { ($0["state"], $0["n"]) }, uniquingKeysWith: { $1 })
        }
    }

    /// Forgets a task that is over.
    ///
    /// - Returns: False if it is not over, or not known.
    func delete(_ id: GoalID) async throws -> Bool {
        try await pool.write { db in
            try db.execute(sql: "DELETE FROM tasks WHERE id = ? AND state = 'finished'", arguments: [id.rawValue])
            guard db.changesCount > 0 else { return false }
            try db.execute(sql: "DELETE FROM events WHERE task = ?", arguments: [id.rawValue])
            return true
        }
    }

    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return try encoder.encode(value)
    }
}
