@testable import GodHandSandbox

/// The error of ours that a call throws; nil if it succeeds or throws something else.
func failure(of body: () async throws -> Void) async -> GodHandError? {
    do { try await body() } catch { return error as? GodHandError }
    return nil
}
