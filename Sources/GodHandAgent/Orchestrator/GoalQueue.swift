/// Which goal is next.
///
/// The rule: the group that has had least goes next, and in it the goal of the highest priority, where every eight goals
/// of its group that began since it came raise a waiting goal by one; who does not fit when its turn comes lets eight
/// others pass, then all wait for it.
///
/// So no goal waits for ever: after at most 160 starts of its group nothing that comes later stands before it.
struct GoalQueue {
    /// How many others may pass one that does not fit.
    static let patience = 8
    /// How many starts raise a waiting goal by one priority.
    static let step = 8

    private struct Entry {
        var id: GoalID
        var priority: Int
        /// Counts arrivals: the older one wins a tie.
        var arrival: Int
        /// How many goals of the group had begun when it came.
        var arrivedAt: Int
        var passed = 0
        /// Not before this time of the orchestrator's clock.
        var notBefore: Duration
    }
    private struct Group {
        var entries: [Entry] = []
        /// How much it has had. A group that comes back does not have more to come for the time that it was away.
        var served = 0
        var starts = 0
    }
    private var groups: [String: Group] = [:]
    private var arrivals = 0
    /// How much the group had that was served last.
    private var level = 0

    /// How many wait.
    var count: Int { groups.values.reduce(0) { $0 + $1.entries.count } }

    /// The next time at which one may begin that may not yet.
    func nextTime(after now: Duration) -> Duration? {
        groups.values.lazy.flatMap(\.entries).map(\.notBefore).filter { $0 > now }.min()
    }

    mutating func add(_ id: GoalID, _ request: GoalRequest, notBefore: Duration = .zero) {
        arrivals += 1
        var group = groups[request.group] ?? Group()
        if group.entries.isEmpty { group.served = max(group.served, level) }
        group.entries.append(
            Entry(
                id: id, priority: request.priority, arrival: arrivals, arrivedAt: group.starts, notBefore: notBefore))
        groups[request.group] = group
    }

    /// Takes one out that is not to begin any more. False if it does not wait.
    mutating func remove(_ id: GoalID) -> Bool {
        for (name, group) in groups {
            guard let place = group.entries.firstIndex(where: { $0.id == id }) else { continue }
            groups[name]?.entries.remove(at: place)
            return true
        }
        return false
    }

    /// Takes the next one out.
    ///
    /// - Parameters:
    ///   - now: The time of the orchestrator's clock.
    ///   - fits: Whether a goal can begin now. The first for which this holds does.
    /// - Returns: Nil if none can, or all must wait for one that was passed too often.
    mutating func next(now: Duration, fits: (GoalID) throws -> Bool) rethrows -> GoalID? {
        let names = groups.filter { !$0.value.entries.isEmpty }.sorted { left, right in
            (left.value.served, left.value.entries[0].arrival) < (right.value.served, right.value.entries[0].arrival)
        }.map(\.key)
        var skipped: [(group: String, arrival: Int)] = []
        for name in names {
            guard let group = groups[name] else { continue }
            for entry in group.entries.sorted(by: { Self.isBefore($0, $1, in: group) }) where entry.notBefore <= now {
                if try fits(entry.id) {
                    start(entry, in: name, passing: skipped)
                    return entry.id
                }
                if entry.passed >= Self.patience { return nil }
                skipped.append((name, entry.arrival))
            }
        }
        return nil
    }

    private static func isBefore(_ left: Entry, _ right: Entry, in group: Group) -> Bool {
        func urgency(_ entry: Entry) -> Int { entry.priority + (group.starts - entry.arrivedAt) / step }
        let (first, second) = (urgency(left), urgency(right))
        return first == second ? left.arrival < right.arrival : first > second
    }

    private mutating func start(_ entry: Entry, in name: String, passing skipped: [(group: String, arrival: Int)]) {
        for (group, arrival) in skipped {
            guard let place = groups[group]?.entries.firstIndex(where: { $0.arrival == arrival }) else { continue }
            groups[group]?.entries[place].passed += 1
        }
        guard var group = groups[name] else { return }
        group.entries.removeAll { $0.arrival == entry.arrival }
        level = max(level, group.served)
        group.served += 1
        group.starts += 1
        groups[name] = group
        // What is at the level anyway need not be remembered.
        if group.entries.isEmpty, groups.count > 1_000 { groups = groups.filter { !$0.value.entries.isEmpty } }
    }
}
