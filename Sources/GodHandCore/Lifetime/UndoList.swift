import Synchronization

/// How to get rid of what was made so far: each acquisition pushes its undo, and one call unwinds them in reverse.
///
/// A backend makes a machine inside ``withUndo(_:)``. If a step fails, all earlier ones are undone; if none does, the
/// machine keeps the list, and its `destroy` unwinds the very same one, so there is no second copy of the clean-up that
/// could forget something.
/// ```swift
/// func create(_ spec: SandboxSpec, ownership: Ownership) async throws -> any Machine {
///     try await withUndo { undo in
///         let entry = LedgerEntry(backend: name, id: .unique(), owner: ownership.owner)
///         undo.push("strike it from the ledger", .ifNothingIsLeft) { try ownership.settle(entry.id) }
///         try ownership.intend(entry)
///         undo.push("remove the container") { try await engine.remove(entry.id) }
///         try await engine.create(entry.id, spec)
///         return AcmeMachine(id: entry.id, undo: undo)        // destroy() { try await undo.unwind() }
///     }
/// }
/// ```
/// Push an undo *before* a step whose failure can leave its effect in doubt, such as a request whose answer is lost, and
/// make the undo harmless when there is nothing to undo.
public final class UndoList: Sendable {
    /// When an undo runs.
    public enum Condition: Sendable {
        /// Always, whatever happened to the others.
        case always
        /// Only if all that were pushed after it succeeded. So the note that something exists outlives the thing.
        case ifNothingIsLeft
    }

    private struct Step: Sendable {
        var what: String
        var condition: Condition
        var action: @Sendable () async throws -> Void
    }
    private struct State {
        var steps: [Step] = []
        var running: Task<[UndoFailure], Never>?
    }
    private let state = Mutex(State())

    /// Makes an empty list.
    public init() {}

    /// Adds an undo; it will run before all that are in the list.
    ///
    /// - Parameters:
    ///   - what: What it does, as an imperative: "remove the container".
    ///   - condition: When it runs.
    ///   - action: Does it. It runs shielded from the caller's cancellation and must end by itself in bounded time.
    public func push(
        _ what: String, _ condition: Condition = .always, _ action: @escaping @Sendable () async throws -> Void
    ) {
        state.withLock { $0.steps.append(Step(what: what, condition: condition, action: action)) }
    }

    /// Undoes everything, last first, and goes on after failures. What failed stays in the list for another try.
    ///
    /// Calling it again is harmless; a call while another is under way waits for that one.
    ///
    /// - Returns: What could not be undone; empty if nothing is left.
    @discardableResult
    public func unwindCollectingFailures() async -> [UndoFailure] {
        let task = state.withLock { state in
            if let running = state.running { return running }
            let task = Task { await self.run() }
            state.running = task
            return task
        }
        return await task.value
    }

    /// Undoes everything, last first, and goes on after failures. What failed stays in the list for another try.
    ///
    /// - Throws: The failure, or a ``GodHandError`` that names all of them if there are several.
    public func unwind() async throws {
        let failures = await unwindCollectingFailures()
        guard let first = failures.first else { return }
        if failures.count == 1 { throw first.error }
        let names = failures.map(\.what).joined(separator: ", ")
        throw GodHandError(
            (first.error as? GodHandError)?.code ?? .hostFailed, "Could not undo everything; failed to: \(names).",
            hint: "Try again; what is left stays in the ledger for the next sweep.", cause: first.error)
    }

    private func run() async -> [UndoFailure] {
        var failures: [UndoFailure] = []
        var kept: [Step] = []
        while let step = state.withLock({ $0.steps.popLast() }) {
            if step.condition == .ifNothingIsLeft, !kept.isEmpty {
                kept.append(step)
                continue
            }
            do { try await step.action() } catch {
                failures.append(UndoFailure(what: step.what, error: error))
                kept.append(step)
            }
        }
        state.withLock { state in
            // What was pushed since the loop ended lies on top of what is kept.
            state.steps.insert(contentsOf: kept.reversed(), at: 0)
            state.running = nil
        }
        return failures
    }
}

/// An undo that failed.
public struct UndoFailure: Sendable {
    /// What it should have done.
    public var what: String
    /// Why it did not.
    public var error: any Error
}

/// Runs steps that each push their undo. If the body throws, all of them are undone before the error is passed on.
///
/// If it returns, the list is whatever the body made of it: usually it is stored in the result, whose end unwinds it.
/// The body's error wins over failures to undo; those stay in the list, and in the ledger if it has such a step.
public func withUndo<Success>(_ body: (UndoList) async throws -> sending Success) async throws -> sending Success {
    let undo = UndoList()
    do { return try await body(undo) } catch {
        await undo.unwindCollectingFailures()
        throw error
    }
}
