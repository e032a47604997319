import Foundation
import GRDB
import GodHandAgent
import GodHandCore

/// Something that happened to a task, as it was written down.
struct StoredEvent: Sendable {
    /// Counts up over all tasks.
    let number: Int
    let task: String
    let time: Date
    let kind: String
    /// JSON on one line.
    let data: String

    /// It as a piece of a stream of events. Made once, since many may watch.
    let text: String

    init(number: Int, task: String, time: Date, kind: String, data: String) {
        self.number = number
        self.task = task
        self.time = time
        self.kind = kind
        self.data = data
        // The data is an object in JSON, made by us, so its members can be put behind others as they are.
        let rest = data.dropFirst()
        text =
            "id: \(number)\nevent: \(kind)\ndata: {\"number\":\(number),\"task\":\"\(task)\",\"time\":\"\(time.written)\","
            + "\"kind\":\"\(kind)\"\(rest == "}" ? "" : ",")\(rest)\n\n"
    }

    init(_ row: Row) {
        self.init(
            number: row["number"], task: row["task"], time: Date(timeIntervalSince1970: row["time"]), kind: row["kind"],
            data: row["data"])
    }
}

extension TaskStore {
    /// Writes an event of a task down.
    func add(_ event: TaskEvent, to task: GoalID) async throws {
        let feed = feed
        try await pool.write { db in
            // What is told of a task that was deleted meanwhile is told to nobody.
            guard
                try Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM tasks WHERE id = ?)", arguments: [task.rawValue]) == true
            else { return }
            try Self.append(event, to: task, at: Date(), in: db, feed)
        }
    }

    /// Events after a number, in order.
    ///
    /// - Parameters:
    ///   - task: Whose; nil for all.
    ///   - isCertain: Whether the database itself is asked: what is just being written is in it a moment earlier.
    func events(of task: GoalID?, after number: Int, limit: Int, isCertain: Bool = false) async throws -> [StoredEvent]
    {
        if !isCertain, let recent = feed.recent(after: number) {
            return Array(recent.lazy.filter { task == nil || $0.task == task?.rawValue }.prefix(limit))
        }
        return try await pool.read { db in
            let only = task == nil ? "" : "AND task = :task"
            return try Row.fetchAll(
                db, sql: "SELECT * FROM events WHERE number > :number \(only) ORDER BY number LIMIT :limit",
                arguments: StatementArguments(
                    ["number": number, "limit": limit] as [String: any DatabaseValueConvertible])
                    + (task.map { StatementArguments(["task": $0.rawValue]) } ?? StatementArguments())
            ).map(StoredEvent.init)
        }
    }

    static func append(_ event: TaskEvent, to task: GoalID, at time: Date, in db: Database, _ feed: EventFeed) throws {
        let data = String(decoding: try encode(JSONValue.object(event.data)), as: UTF8.self)
        try db.execute(
            sql: "INSERT INTO events (task, time, kind, data) VALUES (?, ?, ?, ?)",
            arguments: [task.rawValue, time.timeIntervalSince1970, event.kind.rawValue, data])
        let stored = StoredEvent(
            number: Int(db.lastInsertedRowID), task: task.rawValue, time: time, kind: event.kind.rawValue, data: data)
        // On the writer's queue, so that they arrive in the order of their numbers.
        db.afterNextTransaction { _ in feed.add(stored) }
    }
}
