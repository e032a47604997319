import GodHandTesting
import Synchronization
import Testing

/// Notes what happened, in order.
final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

struct UndoListTests {
    let journal = Journal()

    @Test("A failure undoes the steps before it, last first, and is passed on")
    func failure() async {
        let journal = journal
        await #expect(throws: PlannedFailure.self) {
            try await withUndo { undo in
                for step in 1...3 { undo.push("step \(step)") { journal.add("undo \(step)") } }
                throw PlannedFailure()
            }
        }
        #expect(journal.all == ["undo 3", "undo 2", "undo 1"])
    }

    @Test("Success hands the list on; unwinding it twice undoes once")
    func success() async throws {
        let journal = journal
        let undo = try await withUndo { undo in
            undo.push("step") { journal.add("undone") }
            return undo
        }
        #expect(journal.all.isEmpty)
        try await undo.unwind()
        try await undo.unwind()
        #expect(journal.all == ["undone"])
    }

    @Test("A step that fails stops no other one, keeps the note that it exists, and is tried again")
    func retry() async throws {
        let journal = journal
        let isBroken = Mutex(true)
        let undo = UndoList()
        undo.push("strike", .ifNothingIsLeft) { journal.add("struck") }
        undo.push("directory") { journal.add("directory removed") }
        undo.push("container") {
            if isBroken.withLock({ $0 }) { throw PlannedFailure() }
            journal.add("container removed")
        }
        let failures = await undo.unwindCollectingFailures()
        #expect(failures.map(\.what) == ["container"])
        #expect(journal.all == ["directory removed"])
        isBroken.withLock { $0 = false }
        try await undo.unwind()
        #expect(journal.all == ["directory removed", "container removed", "struck"])
    }

    @Test("Undoing runs even if the caller was cancelled")
    func cancelled() async throws {
        let journal = journal
        let gate = Gate()
        let task = Task {
            try await withUndo { undo in
                undo.push("step") {
                    try Task.checkCancellation()
                    journal.add("undone")
                }
                try await gate.pass()
            }
        }
        try await gate.waitForArrivals()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(journal.all == ["undone"])
    }

    @Test("Calls at the same time share one unwinding")
    func together() async throws {
        let journal = journal
        let undo = UndoList()
        for step in 1...20 { undo.push("step \(step)") { journal.add("\(step)") } }
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...8 { group.addTask { await undo.unwindCollectingFailures() } }
        }
        #expect(journal.all == (1...20).reversed().map { "\($0)" })
    }

    @Test("Several failures are named in one error")
    func severalFailures() async {
        let undo = UndoList()
        undo.push("remove the network") { throw PlannedFailure() }
        undo.push("remove the container") { throw GodHandError(.engineFailed, "No.") }
        let error = await #expect(throws: GodHandError.self) { try await undo.unwind() }
        #expect(error?.code == .engineFailed)
        #expect(error?.message.contains("remove the container, remove the network") == true)
    }
}
