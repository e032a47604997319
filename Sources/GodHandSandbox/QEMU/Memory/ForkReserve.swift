import Logging
import Synchronization

/// QEMUs that were started for the forks of a machine before those were asked for. They wait for its state.
///
/// Each is a machine like any other, in the ledger and in the list of the watchdog, only that it does not run yet. It can
/// serve the next fork only: after that the origin has another disk. One that is not needed is ended.
final class ForkReserve: Sendable {
    /// Some that wait for the same moment.
    struct Stock: Sendable {
        /// The state at the moment of the fork.
        let image: Promise<MachineImage>
        fileprivate let origin: MachineOrigin
        fileprivate let owner: String
        fileprivate let machines: [Task<QEMUMachine, any Error>]
        fileprivate let standing: [Promise<Void>]

        /// Waits until all stand ready. One that cannot is made up for in the fork.
        func waitUntilReady() async throws {
            for standing in standing {
                do { try await standing.value() } catch { try Task.checkCancellation() }
            }
        }

        /// Waits for one to be through, once the state is there. A cancelled task ends it.
        ///
        /// - Returns: nil if there are not so many, or it has failed; then another has to be made.
        func machine(_ index: Int) async throws -> QEMUMachine? {
            guard machines.indices.contains(index) else { return nil }
            do {
                return try await withTaskCancellationHandler {
                    try await machines[index].value
                } onCancel: {
                    machines[index].cancel()
                }
            } catch {
                try Task.checkCancellation()
                Logger.current.info(
                    "A machine that stood ready for a fork has failed", metadata: ["godhand.error": "\(error)"])
                return nil
            }
        }

        /// Ends all from that one on, which must not have their state yet, and waits until they are gone.
        func end(from index: Int = 0) async {
            let rest = machines.dropFirst(index)
            for machine in rest { machine.cancel() }
            for machine in rest {
                // It may have become a machine in the last moment.
                if let machine = try? await machine.value { try? await machine.destroy() }
            }
        }
    }

    private enum State {
        case empty
        case filled(Stock)
        case closed
    }

    private let state = Mutex(State.empty)

    /// Starts some.
    ///
    /// - Returns: nil if there are some, or the machine is gone.
    func fill(_ count: Int, of origin: MachineOrigin, ownership: Ownership, by backend: QEMUBackend) async -> Stock? {
        let image = Promise<MachineImage>()
        let standing = (0..<count).map { _ in Promise<Void>() }
        let stock = Stock(
            image: image, origin: origin, owner: ownership.owner,
            machines: standing.map { stands in
                Task {
                    do {
                        return try await backend.receive(origin, ownership: ownership) { _ in
                            stands.finish(.success(()))
                            return try await image.value()
                        }
                    } catch {
                        stands.finish(.failure(error))
                        throw error
                    }
                }
            }, standing: standing)
        let isIn = state.withLock { state in
            guard case .empty = state else { return false }
            state = .filled(stock)
            return true
        }
        if isIn { return stock }
        await stock.end()
        return nil
    }

    /// Whether some wait that were started over this memory and this disk.
    func isFor(_ memory: FrozenMemory, _ files: MachineFiles, _ owner: String) -> Bool {
        state.withLock { state in
            guard case .filled(let stock) = state else { return false }
            return stock.origin.memory.path == memory.path && stock.origin.files.layers == files.layers
                && stock.owner == owner
        }
    }

    /// Takes out what is there.
    func take() -> Stock? {
        state.withLock { state in
            guard case .filled(let stock) = state else { return nil }
            state = .empty
            return stock
        }
    }

    /// Ends all that wait.
    func clear() async { await take()?.end() }

    /// Ends all that wait, and lets no others in.
    func close() async {
        let stock = state.withLock { state -> Stock? in
            defer { state = .closed }
            guard case .filled(let stock) = state else { return nil }
            return stock
        }
        await stock?.end()
    }
}
