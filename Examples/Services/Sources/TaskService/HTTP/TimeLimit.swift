import GodHandCore

/// Does something within a time.
///
/// - Throws: `GodHandError` with `deadline` if it takes longer, after it was cancelled and has ended.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, _ what: String, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard case .some(.some(let value)) = try await group.next() else {
            throw GodHandError(.deadlineExceeded, "\(what) took longer than \(limit).")
        }
        return value
    }
}
