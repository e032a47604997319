import GodHandCore
import Logging

/// What follows from what the tasks of a round tell.
extension SearchRun {
    func take(in event: SearchEvent, _ tasks: inout SearchTasks) async throws {
        switch event {
        case .timeIsUp:
            // The timer ends early when the round does.
            if !isEnding, !Task.isCancelled {
                limit = timeLimit
                end(&tasks)
            }
            return
        case .destroyed: tasks.count -= 1
        case .forked(let jobs, .success(let forks), let took):
            tasks.count -= 1
            tasks.isForking = false
            try await open(jobs, forks, took, &tasks)
        case .forked(let jobs, .failure(let error), took: _):
            tasks.count -= 1
            tasks.isForking = false
            tasks.running -= jobs.count
            try await giveUp(jobs, error, &tasks)
        case .tried(let id, let trial):
            tasks.count -= 1
            tasks.running -= 1
            try await judge(id, trial, &tasks)
        }
        if let error = await journal.failure { throw error }
        if limit == nil { limit = await journal.limit }
        if await journal.limit != nil || (winner != nil && search.stopsEarly), !isEnding { end(&tasks) }
    }

    private func open(
        _ jobs: [SearchJob], _ forks: [Sandbox], _ took: Duration, _ tasks: inout SearchTasks
    ) async throws {
        // First all of them are known, so that whatever comes, they are removed in the end.
        for (job, fork) in zip(jobs, forks) {
            let parent = nodes[job.parent]
            let title = job.alternative.title.shortened(to: 200)
            nodes[job.branch] = SearchNode(
                id: job.branch, parent: job.parent, depth: (parent?.depth ?? 0) + 1, title: title,
                path: (parent?.path ?? []) + [title], sandbox: fork)
        }
        nodes[jobs[0].parent]?.forked += jobs.count
        for job in jobs {
            guard let node = nodes[job.branch] else { continue }
            try await journal.record(
                .branch(
                    BranchEvent(
                        job.branch,
                        .opened(
                            BranchOpening(
                                parent: job.parent, title: node.title, reasoning: job.alternative.reasoning,
                                sandbox: node.sandbox.id, preservation: preservation, took: took)))))
        }
        for job in jobs {
            guard let node = nodes[job.branch] else { continue }
            tasks.count += 1
            let (scorer, point) = (scorer, point(node))
            tasks.group.addTask {
                .tried(job.branch, await BranchTrial.of(job.alternative, at: point, scorer: scorer))
            }
        }
        try await leave(jobs[0].parent, &tasks)
    }

    /// Gives up a place that cannot be forked.
    private func giveUp(_ jobs: [SearchJob], _ error: any Error, _ tasks: inout SearchTasks) async throws {
        // Without a first fork there is no search. Later, it is a place that leads nowhere.
        if !isEnding, nodes.count == 1 { throw error }
        let place = jobs[0].parent
        let words = "It could not be forked. \(BranchTrial.words(for: error))"
        if place == 0, !isEnding, !Task.isCancelled {
            // It is no branch, so nothing tells what became of it.
            Logger.current.info("Some alternatives were not tried", metadata: ["godhand.error": "\(words)"])
        }
        nodes[place]?.forked += jobs.count
        if !isEnding, !Task.isCancelled { nodes[place]?.deadEnd = words }
        try await leave(place, &tasks, because: words)
    }

    /// Lets a place go from which all alternatives have their fork.
    private func leave(_ id: Int, _ tasks: inout SearchTasks, because reason: String? = nil) async throws {
        guard let node = nodes[id], let ways = node.alternatives, node.forked >= ways.count else { return }
        frontier.remove(id)
        let hasForks = nodes.values.contains { $0.parent == id && $0.id != 0 }
        try await release(
            id, hasForks ? .continued : .lost, reason ?? "It was forked, and what comes of it goes on.", &tasks)
    }

    /// Finds a branch its place.
    private func judge(_ id: Int, _ trial: BranchTrial, _ tasks: inout SearchTasks) async throws {
        nodes[id]?.report = trial.report
        nodes[id]?.sight = trial.sight
        switch trial.result {
        case .failure(let failure):
            if failure.wasBrokenOff {
                var why = limit
                if why == nil { why = await journal.limit }
                if let winner { why = "Branch \(winner) reached the goal before it was through." }
                try await close(id, .cancelled, why ?? "It was broken off.")
            } else {
                try await close(id, .failed, failure.reason)
            }
            destroy(id, &tasks)
        case .success(let score):
            nodes[id]?.score = score
            try await journal.record(
                .branch(BranchEvent(id, .scored(score, screen: trial.sight?.observation.screenshot))))
            try await rank(id, score, &tasks)
        }
    }

    private func rank(_ id: Int, _ score: BranchScore, _ tasks: inout SearchTasks) async throws {
        let former = best
        if score.reachesGoal {
            if winner.map({ isBetter(id, than: $0) }) ?? true {
                winner = id
                best = id
            }
        } else if winner == nil, best.map({ isBetter(id, than: $0) }) ?? true {
            best = id
        }
        if let candidate = nodes[id]?.candidate {
            for loser in frontier.add(candidate) { try await release(loser, .lost, reason(against: loser), &tasks) }
        }
        // The former best may have been kept for no other reason.
        if let former, former != best, let (fate, reason) = nodes[former]?.spare {
            try await release(former, fate, reason, &tasks)
        }
    }

    private func isBetter(_ id: Int, than other: Int) -> Bool {
        guard let one = nodes[id], let other = nodes[other] else { return false }
        return SearchFrontier.isBetter(one.candidate, other.candidate)
    }

    private func reason(against id: Int) -> String {
        if (nodes[id]?.depth ?? 0) >= search.depth { return "It is as deep as the search goes." }
        if case .firstGood = search.strategy { return "It is not good enough to go on from." }
        return "Others were better."
    }

    /// Lets a branch go, unless it is the best so far.
    private func release(
        _ id: Int, _ fate: BranchClosing.Fate, _ reason: String, _ tasks: inout SearchTasks
    ) async throws {
        guard id != best else {
            nodes[id]?.spare = (fate, reason)
            return
        }
        try await close(id, fate, reason)
        destroy(id, &tasks)
    }

    private func destroy(_ id: Int, _ tasks: inout SearchTasks) {
        guard id != 0, let node = nodes[id], node.isLive else { return }
        nodes[id]?.isLive = false
        tasks.count += 1
        let (scope, sandbox) = (scope, node.sandbox)
        tasks.group.addTask {
            await scope.letGo(sandbox)
            return .destroyed
        }
    }
}
