import GodHandCore

/// One round of a search: everything that is tried from a few places, side by side.
extension SearchRun {
    func round(_ points: [Int]) async throws {
        try await askFor(points)
        var jobs = jobs(at: points)
        isEnding = false
        let deadline = deadline
        let failure: (any Error)? = await withTaskGroup(of: SearchEvent.self) { group in
            if let deadline {
                group.addTask {
                    try? await ContinuousClock().sleep(until: deadline)
                    return .timeIsUp
                }
            }
            var tasks = SearchTasks(group: group)
            defer { tasks.group.cancelAll() }
            var failure: (any Error)?
            while true {
                if Task.isCancelled { isEnding = true }
                if !isEnding { await begin(&jobs, &tasks) }
                guard tasks.count > 0, let event = await tasks.group.next() else { return failure }
                do { try await take(in: event, &tasks) } catch {
                    failure = failure ?? error
                    end(&tasks)
                }
            }
        }
        try Task.checkCancellation()
        if let failure { throw failure }
        guard winner == nil else { return }
        for id in points where nodes[id]?.alternatives?.isEmpty ?? true { frontier.remove(id) }
    }

    /// Begins nothing new in this round, and breaks off what runs.
    func end(_ tasks: inout SearchTasks) {
        isEnding = true
        tasks.group.cancelAll()
    }

    // MARK: What is tried

    /// Asks what can be tried at places where that is not known yet.
    private func askFor(_ points: [Int]) async throws {
        let asked = points.compactMap { nodes[$0] }.filter { $0.alternatives == nil }.map { point($0) }
        guard !asked.isEmpty else { return }
        let (propose, deadline) = (propose, deadline)
        // What is not ready when the answers are there is waited for by the fork.
        let (expected, scope) = (await expectedForks(of: asked.map(\.branch)), scope)
        async let _: Void = Self.prepareForks(expected, in: scope)
        let answers = await withTaskGroup(of: (Int, Result<[Alternative], any Error>)?.self) { group in
            for point in asked {
                group.addTask {
                    do { return (point.branch, .success(try await propose(point))) } catch {
                        return (point.branch, .failure(error))
                    }
                }
            }
            if let deadline {
                group.addTask {
                    try? await ContinuousClock().sleep(until: deadline)
                    return nil
                }
            }
            var answers: [Int: Result<[Alternative], any Error>] = [:]
            while answers.count < asked.count, let answer = await group.next() {
                if let (branch, ways) = answer { answers[branch] = ways } else { break }
            }
            group.cancelAll()
            return answers
        }
        try Task.checkCancellation()
        limit = await journal.limit
        if answers.count < asked.count { limit = timeLimit }
        for id in asked.map(\.branch) {
            switch answers[id] {
            case .success(let ways)?:
                nodes[id]?.alternatives = Array(ways.prefix(search.width))
                if ways.isEmpty { await giveUpForks(of: id) }
                if ways.isEmpty, id != best { try await close(id, .lost, "There was nothing more to try from here.") }
            case .failure(let error)?:
                // Without a first proposal there is no search. Later, it is a place that leads nowhere.
                if id == 0 { throw error }
                nodes[id]?.alternatives = []
                let words = "Nothing was proposed from here. \(BranchTrial.words(for: error))"
                // The best stays the best.
                if id == best { nodes[id]?.deadEnd = words } else { try await close(id, .lost, words) }
            case nil: break
            }
        }
    }

    /// For people.
    var timeLimit: String { "The limit of \(search.limits.time?.formattedSeconds ?? "time")." }

    /// The alternatives at these places that are to be tried in this round.
    private func jobs(at points: [Int]) -> [SearchJob] {
        guard limit == nil else { return [] }
        var jobs: [SearchJob] = []
        for id in points {
            guard let node = nodes[id], let ways = node.alternatives else { continue }
            let rest = ways.dropFirst(node.begun).prefix(frontier.stride ?? .max)
            jobs += rest.map { SearchJob(branch: newBranch(), parent: id, alternative: $0) }
            nodes[id]?.begun += rest.count
        }
        return jobs
    }

    /// Forks the next place, if its alternatives may run now.
    private func begin(_ jobs: inout [SearchJob], _ tasks: inout SearchTasks) async {
        guard let first = jobs.first, !tasks.isForking, tasks.running < search.concurrency,
            let origin = nodes[first.parent]?.sandbox
        else { return }
        var count = jobs.prefix { $0.parent == first.parent }.prefix(search.concurrency - tasks.running).count
        if let most = search.limits.forks {
            count = min(count, most - (await journal.total.forks))
            guard count > 0 else {
                limit = "The limit of \(most) forks."
                jobs = []
                return
            }
        }
        let batch = Array(jobs.prefix(count))
        jobs.removeFirst(count)
        await journal.countForks(count)
        tasks.isForking = true
        tasks.running += count
        tasks.count += 1
        let (scope, preservation) = (scope, preservation)
        tasks.group.addTask {
            let clock = ContinuousClock()
            let began = clock.now
            do {
                let forks = try await scope.fork(origin, into: count, preserving: preservation)
                return .forked(batch, .success(forks), took: clock.now - began)
            } catch { return .forked(batch, .failure(error), took: clock.now - began) }
        }
    }
}
