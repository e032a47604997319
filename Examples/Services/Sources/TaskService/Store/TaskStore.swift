import Foundation
import GRDB
import GodHandAgent
import GodHandCore

/// What the service remembers: the tasks that were handed in, what happened to them, and stored machines.
///
/// The orchestrator's journal decides what runs and how often; this holds what people asked for, and a copy of how it
/// stands that outlives the journal's memory. A task is written here before the orchestrator hears of it, and here it is
/// found again if the process dies in between.
final class TaskStore: Sendable {
    let pool: DatabasePool
    /// What was written last, for whoever follows along.
    let feed = EventFeed()

    /// Opens the database, and makes it if there is none.
    ///
    /// - Throws: `DatabaseError`.
    init(at file: URL) throws {
        var configuration = Configuration()
        configuration.label = "tasks"
        configuration.maximumReaderCount = 4
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            // A task that was taken must survive a power cut.
            try db.execute(sql: "PRAGMA synchronous = FULL")
        }
        pool = try DatabasePool(path: file.path(percentEncoded: false), configuration: configuration)
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE tasks (
                        place INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        idempotency TEXT UNIQUE,
                        submission BLOB NOT NULL,
                        submittedAt REAL NOT NULL,
                        state TEXT NOT NULL,
                        cancelling INTEGER NOT NULL DEFAULT 0,
                        status BLOB
                    );
                    CREATE INDEX tasksByState ON tasks (state, place);
                    CREATE TABLE events (
                        number INTEGER PRIMARY KEY AUTOINCREMENT,
                        task TEXT NOT NULL,
                        time REAL NOT NULL,
                        kind TEXT NOT NULL,
                        data TEXT NOT NULL
                    );
                    CREATE INDEX eventsByTask ON events (task, number);
                    CREATE TABLE snapshots (
                        id TEXT PRIMARY KEY,
                        stored INTEGER NOT NULL,
                        record BLOB NOT NULL
                    );
                    """)
        }
        try migrator.migrate(pool)
        feed.begin(after: try pool.read { try Int.fetchOne($0, sql: "SELECT max(number) FROM events") ?? 0 })
    }

    /// Closes the database.
    func close() { try? pool.close() }
}

/// A task as it is remembered.
struct StoredTask: Sendable {
    /// Counts up with each task.
    var place: Int
    var id: GoalID
    var idempotencyKey: String?
    var submission: TaskSubmission
    var submittedAt: Date
    /// Somebody asked to cancel it.
    var isCancelling: Bool
    /// How it stood when that was last written; nil if the orchestrator was never seen to know it.
    var status: GoalStatus?

    init(_ row: Row) throws {
        place = row["place"]
        let name: String = row["id"]
        guard let id = GoalID(rawValue: name) else {
            throw GodHandError(.dataDamaged, "The database has a task without a proper name.")
        }
        self.id = id
        idempotencyKey = row["idempotency"]
        submission = try JSONDecoder().decode(TaskSubmission.self, from: row["submission"] as Data)
        submittedAt = Date(timeIntervalSince1970: row["submittedAt"])
        isCancelling = row["cancelling"]
        let status: Data? = row["status"]
        self.status = try status.map { try JSONDecoder().decode(GoalStatus.self, from: $0) }
    }

    /// Whether it is over.
    var isFinished: Bool { status?.state == .finished }
}
