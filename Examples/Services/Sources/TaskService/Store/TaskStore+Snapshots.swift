import Foundation
import GRDB
import GodHandCore

extension TaskStore {
    /// Writes a stored machine down; before it is stored, so that it is not left over after a crash.
    func save(_ snapshot: Snapshot, isStored: Bool) async throws {
        let record = try Self.encode(snapshot)
        try await pool.write { db in
            try db.execute(
                sql: """
                    INSERT INTO snapshots (id, stored, record) VALUES (?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET stored = excluded.stored, record = excluded.record
                    """, arguments: [snapshot.id.rawValue, isStored, record])
        }
    }

    /// Forgets a stored machine.
    func removeSnapshot(_ id: SandboxID) async throws {
        try await pool.write { try $0.execute(sql: "DELETE FROM snapshots WHERE id = ?", arguments: [id.rawValue]) }
    }

    /// Stored machines, the oldest first.
    ///
    /// - Parameter isStored: Whether they are whole.
    func snapshots(isStored: Bool = true) async throws -> [Snapshot] {
        let records = try await pool.read { db in
            try Data.fetchAll(
                db, sql: "SELECT record FROM snapshots WHERE stored = ? ORDER BY rowid", arguments: [isStored])
        }
        return try records.map { try JSONDecoder().decode(Snapshot.self, from: $0) }
    }
}
