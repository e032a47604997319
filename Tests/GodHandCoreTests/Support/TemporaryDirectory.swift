import Foundation
import GodHandCore

/// Lends a fresh directory and removes it afterwards.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> sending Result) async throws -> sending Result {
    let path = FileManager.default.temporaryDirectory.path + "/godhand-tests-\(SandboxID.unique())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
