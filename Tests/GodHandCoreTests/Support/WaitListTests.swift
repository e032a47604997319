import Testing

@testable import GodHandCore

struct WaitListTests {
    private typealias List = WaitList<Int, String, Int>

    /// Begins to wait, and returns once it does.
    private func waiting(_ note: String, in list: List, addingOnCancel: Int = 0) async -> Task<Int, any Error> {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await list.wait(
                note, unless: { _ in nil }, onWait: { begin.finish() }, onCancel: { $0 += addingOnCancel })
        }
        for await _ in begun {}
        return task
    }

    @Test func `who came first goes on first`() async throws {
        let list = List(0)
        let first = await waiting("first", in: list)
        let second = await waiting("second", in: list)
        let notes = list.update { _, waiters in waiters.notes.map(\.note) }
        #expect(notes == ["first", "second"])
        #expect(list.resumeFirst(with: 1))
        #expect(try await first.value == 1)
        #expect(list.resumeFirst(with: 2))
        #expect(try await second.value == 2)
        #expect(!list.resumeFirst(with: 3))
    }

    @Test func `only those that are meant go on`() async throws {
        let list = List(0)
        let stays = await waiting("stays", in: list)
        let goes = await waiting("goes", in: list)
        list.update { _, waiters in waiters.resume(with: .success(7)) { _, note in note == "goes" } }
        #expect(try await goes.value == 7)
        #expect(list.update { _, waiters in waiters.count } == 1)
        list.update { _, waiters in waiters.resume(with: .failure(GodHandError(.notFound, "gone"))) }
        await #expect(throws: GodHandError.self) { try await stays.value }
    }

    @Test func `who gives up is not in the way of the next`() async throws {
        let list = List(0)
        let first = await waiting("first", in: list, addingOnCancel: 1)
        let second = await waiting("second", in: list)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(list.update { state, _ in state } == 1)
        #expect(list.resumeFirst(with: 2))
        #expect(try await second.value == 2)
    }

    @Test func `what is there already is not waited for, and a cancelled task does not take it`() async throws {
        let list = List(5)
        let taken = try await list.wait("x") { state in
            defer { state -= 1 }
            return .success(state)
        }
        #expect(taken == 5)
        let late = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await list.wait("x") { state in
                defer { state -= 1 }
                return .success(state)
            }
        }
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(list.update { state, _ in state } == 4)
    }

    @Test func `whoever is cancelled at any moment is resumed once, with or without a value`() async throws {
        let list = List(0)
        let given = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2_000 {
                let task = Task { try await list.wait("x", unless: { _ in nil }) }
                group.addTask {
                    task.cancel()
                    return 0
                }
                group.addTask { list.resumeFirst(with: 1) ? 1 : 0 }
                // What was given must have come to somebody.
                group.addTask { await -((try? task.value) ?? 0) }
            }
            return await group.reduce(0, +)
        }
        #expect(given == 0)
        #expect(list.update { _, waiters in waiters.isEmpty })
    }
}

extension WaitList<Int, String, Int> {
    fileprivate func resumeFirst(with value: Int) -> Bool {
        update { _, waiters in waiters.resumeFirst(with: .success(value)) }
    }
}
