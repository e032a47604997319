import GodHandCore

/// What is done for forks while nobody knows yet into what.
extension SearchRun {
    /// The machines that are going to be forked soon, with the most forks that come of each at once.
    func expectedForks(of points: [Int]) async -> [(sandbox: Sandbox, count: Int)] {
        guard preparesForks, preservation == .memory else { return [] }
        var room = search.concurrency
        if let most = search.limits.forks { room = min(room, most - (await journal.total.forks)) }
        var expected: [(sandbox: Sandbox, count: Int)] = []
        // They are forked one after the other, as far as there is room.
        for node in points.compactMap({ nodes[$0] }) where node.depth < search.depth && room > 0 {
            let count = min(search.width, frontier.stride ?? .max, room)
            expected.append((node.sandbox, count))
            room -= count
        }
        return expected
    }

    static func prepareForks(_ expected: [(sandbox: Sandbox, count: Int)], in scope: SandboxScope) async {
        await withTaskGroup(of: Void.self) { group in
            for (sandbox, count) in expected { group.addTask { await scope.prepareForks(of: sandbox, into: count) } }
        }
    }

    /// Gives up what was prepared at a place from which nothing goes on, also when the search is cancelled.
    func giveUpForks(of id: Int) async {
        guard preparesForks, let node = nodes[id], node.isLive else { return }
        await shielded { [scope, sandbox = node.sandbox] in await scope.prepareForks(of: sandbox, into: 0) }
    }
}
