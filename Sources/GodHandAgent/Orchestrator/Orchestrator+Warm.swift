import GodHandCore
import Logging

/// A machine that is ready and that nobody has used.
struct WarmMachine {
    let sandbox: Sandbox
    /// The room that it takes.
    let claim: Int
}

/// The machines of one pool.
struct WarmShelf {
    let pool: WarmPool
    var ready: [WarmMachine] = []
    var making = 0
    /// How often in a row none could be made.
    var failures = 0
    /// When the next try may be, by the orchestrator's clock.
    var notBefore = Duration.zero

    init(pool: WarmPool) { self.pool = pool }

    var isShort: Bool { ready.count + making < pool.count }

    func nextTime(after now: Duration) -> Duration? { isShort && notBefore > now ? notBefore : nil }
}

extension WarmPool {
    func validated() throws -> WarmPool {
        guard (1...1_000).contains(count), spec.name == nil else {
            throw GodHandError(
                .invalidRequest, "A pool cannot have \(count) machines, or machines with a name.",
                hint: "Keep 1 to 1000, and leave the spec's name away.")
        }
        _ = try spec.validated()
        return self
    }
}

/// Keeping machines ready.
extension Orchestrator {
    private static let longestPause = Duration.seconds(60)

    /// Makes what is missing, as far as there is room.
    func fillShelves(_ reading: HostReading, _ group: inout DiscardingTaskGroup) {
        guard phase == .open else { return }
        for (spec, shelf) in shelves where shelf.notBefore <= time.now {
            var missing = shelf.pool.count - shelf.ready.count - shelf.making
            while missing > 0, budget.answer(to: demand(of: spec), reading) == .fits {
                let claim = budget.claim(demand(of: spec))
                shelves[spec]?.making += 1
                missing -= 1
                group.addTask { await self.prepare(shelf.pool, claim) }
            }
        }
    }

    private func prepare(_ pool: WarmPool, _ claim: Int) async {
        var made: Sandbox?
        do {
            let sandbox = try await scope.create(pool.spec)
            made = sandbox
            try await pool.prepare(sandbox)
            if let pausing = sandbox.machine.pausing {
                try await pausing.pause()
                budget.setProcessors(0, of: claim)
            }
            try Task.checkCancellation()
            shelves[pool.spec]?.ready.append(WarmMachine(sandbox: sandbox, claim: claim))
            shelves[pool.spec]?.failures = 0
        } catch {
            if let made { await discard(made) }
            budget.release(claim)
            // The end of all is no failure.
            if !Task.isCancelled { note(error, in: pool) }
        }
        shelves[pool.spec]?.making -= 1
        signal.give()
    }

    /// Waits longer after each failure before the next try.
    private func note(_ error: any Error, in pool: WarmPool) {
        let failures = (shelves[pool.spec]?.failures ?? 0) + 1
        shelves[pool.spec]?.failures = failures
        shelves[pool.spec]?.notBefore = time.now + min(Self.longestPause, .seconds(1 << min(failures, 6)))
        Logger.current.info("A machine could not be kept ready", metadata: ["godhand.error": "\(error)"])
    }

    /// Lets a machine go on that was kept ready.
    ///
    /// - Returns: False if it is not usable any more.
    func awaken(_ warm: WarmMachine) async -> Bool {
        do {
            try await warm.sandbox.machine.pausing?.resume()
            // Whatever was alive when it was put there may have died since.
            if warm.sandbox.machine.shell != nil { _ = try await warm.sandbox.exec(["true"]) }
            return true
        } catch {
            Logger.current.info("A machine that was kept ready is gone", metadata: ["godhand.error": "\(error)"])
            return false
        }
    }

    /// Gives the room of a machine that is kept ready for others to a goal that needs it.
    func makeRoom(for spec: SandboxSpec, _ group: inout DiscardingTaskGroup) {
        guard let (other, shelf) = shelves.first(where: { $0.key != spec && !$0.value.ready.isEmpty }) else { return }
        shelves[other]?.ready.removeLast()
        guard let warm = shelf.ready.last else { return }
        group.addTask {
            await self.discard(warm.sandbox)
            await self.release(warm.claim)
        }
    }

    private func release(_ claim: Int) {
        budget.release(claim)
        signal.give()
    }

    /// Destroys a machine of the pools. One that cannot be destroyed goes with the scope.
    func discard(_ sandbox: Sandbox) async { try? await scope.destroy(sandbox) }
}
