import GodHandCore
import TestSupport
import Testing

@testable import GodHandAgent

@Suite struct GoalQueueTests {
    /// A goal of a generated workload.
    private struct Item {
        var id = GoalID.unique()
        var group: String
        var priority: Int
        var arrival: Int
        /// How many starts of its group there were when it came.
        var startsBefore = 0
        var started = false
    }

    private static func request(_ group: String, _ priority: Int) -> GoalRequest {
        var request = GoalRequest("g")
        request.group = group
        request.priority = priority
        return request
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `in any workload groups take turns, and no goal waits longer than the rule allows`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var queue = GoalQueue()
        var items: [GoalID: Item] = [:]
        var starts: [String: Int] = [:]
        // How often each group began since all of these have had something waiting.
        var turns: [String: Int] = [:]
        let names = ["ada", "bob", "eve"]
        for _ in 0..<600 {
            if Int.random(in: 0..<5, using: &random) < 3 {
                var item = Item(
                    group: names.randomElement(using: &random) ?? "",
                    priority: Int.random(in: -10...10, using: &random), arrival: items.count)
                item.startsBefore = starts[item.group] ?? 0
                if !items.values.contains(where: { !$0.started && $0.group == item.group }) { turns = [:] }
                items[item.id] = item
                queue.add(item.id, Self.request(item.group, item.priority))
                continue
            }
            guard let id = queue.next(now: .zero, fits: { _ in true }), let item = items[id] else {
                #expect(!items.values.contains { !$0.started })
                continue
            }
            items[id]?.started = true
            // Whoever it passes came so shortly before that its lower priority had not risen enough.
            for other in items.values where !other.started && other.group == item.group && other.arrival < item.arrival
            {
                let lead = GoalQueue.step * (item.priority - other.priority)
                #expect(item.startsBefore - other.startsBefore < lead)
            }
            starts[item.group, default: 0] += 1
            turns[item.group, default: 0] += 1
            let busy = names.filter { name in items.values.contains { !$0.started && $0.group == name } }
            if busy.count < names.count { turns = [:] }
            let counts = names.map { turns[$0] ?? 0 }
            if busy.count == names.count, let most = counts.max(), let least = counts.min() {
                #expect(most - least <= 2, "\(turns)")
            }
        }
    }

    @Test func `a low priority is not starved by a stream of high ones`() {
        var queue = GoalQueue()
        let low = GoalID.unique()
        queue.add(low, Self.request("a", -10))
        var began = 0
        while true {
            queue.add(.unique(), Self.request("a", 10))
            began += 1
            if queue.next(now: .zero, fits: { _ in true }) == low { break }
            if began > 1_000 { break }
        }
        #expect(began == 20 * GoalQueue.step + 1)
    }

    @Test func `the higher priority goes first, and of equals the older`() {
        var queue = GoalQueue()
        let ids = (0..<4).map { _ in GoalID.unique() }
        for (id, priority) in zip(ids, [0, 5, 0, 5]) { queue.add(id, Self.request("a", priority)) }
        let order = (0..<4).compactMap { _ in queue.next(now: .zero, fits: { _ in true }) }
        #expect(order == [ids[1], ids[3], ids[0], ids[2]])
    }

    @Test func `a group that was away does not get all turns at once`() {
        var queue = GoalQueue()
        var groups: [GoalID: String] = [:]
        func add(_ group: String) {
            let id = GoalID.unique()
            groups[id] = group
            queue.add(id, Self.request(group, 0))
        }
        for _ in 0..<60 { add("busy") }
        for _ in 0..<40 { _ = queue.next(now: .zero, fits: { _ in true }) }
        for _ in 0..<10 { add("new") }
        let next = (0..<10).compactMap { _ in queue.next(now: .zero, fits: { _ in true }).flatMap { groups[$0] } }
        #expect(next.count { $0 == "new" } == 5)
    }

    @Test func `who does not fit is passed by eight, and then all wait for it`() {
        var queue = GoalQueue()
        let large = GoalID.unique()
        queue.add(large, Self.request("a", 0))
        for _ in 0..<20 { queue.add(.unique(), Self.request("a", 0)) }
        var passed = 0
        while queue.next(now: .zero, fits: { $0 != large }) != nil { passed += 1 }
        #expect(passed == GoalQueue.patience)
        #expect(queue.next(now: .zero, fits: { _ in true }) == large)
        #expect(queue.next(now: .zero, fits: { _ in true }) != nil)
    }

    @Test func `a goal with a time does not begin before, and holds nobody up`() {
        var queue = GoalQueue()
        let (late, early) = (GoalID.unique(), GoalID.unique())
        queue.add(late, Self.request("a", 10), notBefore: .seconds(5))
        queue.add(early, Self.request("a", 0))
        #expect(queue.nextTime(after: .zero) == .seconds(5))
        #expect(queue.next(now: .seconds(4), fits: { _ in true }) == early)
        #expect(queue.next(now: .seconds(4), fits: { _ in true }) == nil)
        #expect(queue.next(now: .seconds(5), fits: { _ in true }) == late)
        #expect(!queue.remove(late) && queue.count == 0)
    }
}
