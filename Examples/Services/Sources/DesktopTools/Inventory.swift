import GodHandCore

/// Things of one kind that a client has, up to a number. It only counts; whoever owns it makes and removes them.
struct Inventory<Item: Sendable>: Sendable {
    /// What one is called in messages.
    let kind: String
    /// How many there may be at once, those included that are being made.
    let limit: Int
    private var entries: [String: Entry] = [:]
    private var awaited = 0

    private struct Entry: Sendable {
        var item: Item
        var users = 0
        var lastUsed: ContinuousClock.Instant
    }

    init(of kind: String, limit: Int) {
        self.kind = kind
        self.limit = limit
    }

    /// Their names, in order.
    var names: [String] { entries.keys.sorted() }

    /// Them, in the order of their names.
    var items: [Item] { names.compactMap { entries[$0]?.item } }

    /// Makes room for some that are about to be made.
    ///
    /// - Throws: `GodHandError` with `limit` if there is not enough.
    mutating func reserve(_ count: Int = 1) throws {
        guard count >= 1, count <= limit - entries.count - awaited else {
            throw GodHandError(
                .limitExceeded, "There can be \(limit) \(kind)s at once; \(entries.count + awaited) are there already.",
                hint: "Destroy one that is not needed any more.")
        }
        awaited += count
    }

    /// Gives room back for those that could not be made.
    mutating func release(_ count: Int = 1) { awaited = max(0, awaited - count) }

    /// Takes one in for which room was made.
    mutating func admit(_ item: Item, as name: String, at now: ContinuousClock.Instant) {
        release()
        entries[name] = Entry(item: item, lastUsed: now)
    }

    /// Begins to use one; ``leave(_:at:)`` ends that.
    ///
    /// - Throws: `GodHandError` with `not-found` if there is none of this name, or none any more.
    mutating func enter(_ name: String) throws -> Item {
        guard let entry = entries[name] else {
            throw GodHandError(
                .notFound, "There is no \(kind) '\(name.prefix(64))', or none any more.",
                hint: "desktop_list names those that are there.")
        }
        entries[name]?.users += 1
        return entry.item
    }

    /// Ends a use.
    mutating func leave(_ name: String, at now: ContinuousClock.Instant) {
        entries[name]?.users -= 1
        entries[name]?.lastUsed = now
    }

    /// Forgets one that is gone.
    mutating func remove(_ name: String) { entries[name] = nil }

    /// Those that nobody uses and nobody has used for a time.
    func idle(for time: Duration, at now: ContinuousClock.Instant) -> [(name: String, item: Item)] {
        names.compactMap { name in
            guard let entry = entries[name], entry.users == 0, now - entry.lastUsed >= time else { return nil }
            return (name, entry.item)
        }
    }
}
