/// Lets one action of a display's hands happen at a time, in the order in which they were asked for.
final class InputTurns: Sendable {
    /// Whether somebody has the turn, and who waits for it.
    private let turn = WaitList<Bool, Void, Void>(false)

    /// Runs `body` when it is its turn.
    func take<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await turn.wait(()) { isTaken in
            if isTaken { return nil }
            isTaken = true
            return .success(())
        }
        defer { release() }
        return try await body()
    }

    /// The turn goes from hand to hand: it is not free in between.
    private func release() {
        turn.update { isTaken, waiters in isTaken = waiters.resumeFirst(with: .success(())) }
    }
}
