import Foundation
import GodHandCore
import Logging

/// Letting goals begin when it is their turn and there is room.
extension Orchestrator {
    /// How often the host is measured while something waits for room.
    private static let measuring = Duration.seconds(1)
    /// How long to wait after the journal could not be written.
    private static let journalPause = Duration.seconds(5)

    /// Works until a shutdown. Everything that it began has ended when it returns.
    func run() async {
        await withDiscardingTaskGroup { group in
            for goal in goals.values where goal.discarding != nil {
                group.addTask { await self.discardStored(goal.id) }
            }
            while true {
                let seen = signal.count
                let wait = dispatch(into: &group)
                if isOver { break }
                await signal.wait(after: seen, atMost: wait, clock: time.clock)
            }
            // What is left are machines that are being prepared.
            group.cancelAll()
        }
        phase = .over
        log.close()
        let open = goals.values.filter { $0.state != .finished }.map(\.id)
        endings.update { _, waiters in
            for id in open { waiters.resume(with: .failure(left(id))) { $1 == id } }
        }
        signal.give()
    }

    private var isOver: Bool {
        switch phase {
        case .open: false
        case .draining: running.isEmpty && queue.count == 0
        case .finishing, .over: running.isEmpty
        }
    }

    /// Lets begin what can, and fills the pools.
    ///
    /// - Returns: How long to wait for a change, at most.
    private func dispatch(into group: inout DiscardingTaskGroup) -> Duration? {
        obstacle = nil
        guard phase == .open || phase == .draining else { return nil }
        do {
            let reading = try measured()
            while let reading, settings.concurrency.map({ running.count < $0 }) ?? true {
                guard let id = nextGoal(reading, &group) else { break }
                begin(id, &group)
            }
            if let reading, obstacle == nil { fillShelves(reading, &group) }
        } catch {
            obstacle = "The host could not be measured: \(error)"
        }
        let next = [queue.nextTime(after: time.now), shelves.values.compactMap { $0.nextTime(after: time.now) }.min()]
            .compactMap(\.self).min().map { $0 - time.now }
        let needsRoom = obstacle != nil || shelves.values.contains { $0.isShort && phase == .open }
        return needsRoom ? min(Self.measuring, next ?? Self.measuring) : next
    }

    /// Nil if nothing would come of it.
    private func measured() throws -> HostReading? {
        guard queue.count > 0 || shelves.values.contains(where: \.isShort) else { return nil }
        let reading = try settings.measure()
        budget.observe(reading)
        return reading
    }

    private func nextGoal(_ reading: HostReading, _ group: inout DiscardingTaskGroup) -> GoalID? {
        while true {
            var impossible: (GoalID, String)?
            var blocked: (SandboxSpec, String)?
            let next = queue.next(now: time.now) { id in
                guard impossible == nil, let goal = goals[id] else { return false }
                let spec = goal.request.spec
                var demand = demand(of: spec)
                // Its memory is claimed already.
                if isReady(for: goal) { demand.memory = 0 }
                switch budget.answer(to: demand, reading) {
                case .fits: return true
                case .never(let why): impossible = (id, why)
                case .waits(let why): blocked = blocked ?? (spec, why)
                }
                return false
            }
            if let (id, why) = impossible {
                // The host was larger when it was submitted.
                _ = queue.remove(id)
                finish(id, .failed(code: .limitExceeded, message: "It can never begin. \(why)"))
                continue
            }
            obstacle = next == nil ? blocked?.1 : obstacle
            if next == nil, let (spec, _) = blocked { makeRoom(for: spec, &group) }
            return next
        }
    }

    private func isReady(for goal: GoalStatus) -> Bool {
        goal.checkpoint == nil && !(shelves[goal.request.spec]?.ready.isEmpty ?? true)
    }

    /// Begins an attempt: it is in the journal before anything is made.
    private func begin(_ id: GoalID, _ group: inout DiscardingTaskGroup) {
        guard var goal = goals[id] else { return }
        if let limit = goal.spent.reached(goal.request.limits) ?? goal.timeIsUp { return finish(id, .stopped(limit)) }
        goal.state = .running
        let number = freeNumber(after: goal.attempts.last?.number ?? 0, of: id)
        goal.attempts.append(
            GoalAttempt(number: number, startedAt: Date(), isResumption: goal.checkpoint != nil))
        do { try record("started", goal) } catch {
            Logger.current.info(
                "A goal waits, since the journal could not be written", metadata: ["godhand.error": "\(error)"])
            queue.add(id, goal.request, notBefore: time.now + Self.journalPause)
            return
        }
        let spec = goal.request.spec
        let warm = isReady(for: goal) ? shelves[spec]?.ready.removeFirst() : nil
        let claim = warm?.claim ?? budget.claim(demand(of: spec))
        budget.setProcessors(spec.cpus, of: claim)
        running[id] = RunningAttempt(
            number: number, control: goal.checkpoint?.hold.map { RunControl($0) } ?? RunControl(), claim: claim,
            before: goal.spent, checkpoint: goal.checkpoint)
        group.addTask { await self.attempt(id, on: warm) }
    }
}

extension Orchestrator {
    /// What lies in the directory of an attempt is never touched again, even if nothing is known of that attempt.
    private func freeNumber(after last: Int, of id: GoalID) -> Int {
        var number = last + 1
        guard let root = settings.directory else { return number }
        func isTaken() -> Bool {
            let place = Attempt.directory(of: number, at: id, in: root)
            return FileManager.default.fileExists(atPath: place.path(percentEncoded: false))
        }
        while isTaken() { number += 1 }
        return number
    }
}

extension GoalStatus {
    fileprivate var timeIsUp: String? {
        guard let limit = request.limits.time, spent.time >= limit else { return nil }
        return "The limit of \(limit.formattedSeconds)."
    }
}
