import Foundation
import GodHandCore
import GodHandSandbox

/// Goes on from a stored machine in another process, as it is on another day.
///
/// - Returns: The milliseconds from the first line of that process's own until it had the first frame.
func restoreElsewhere(_ stored: MemorySnapshot) throws -> Double {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = ["restore"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(stored))
    try input.fileHandleForWriting.close()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
        throw GodHandError(.execFailed, "The process that should go on from a stored machine failed.")
    }
    return time
}

/// What that process does: the snapshot comes in, the time goes out.
func restoreHere() async throws {
    let start = ContinuousClock.now
    let stored = try JSONDecoder().decode(
        MemorySnapshot.self, from: FileHandle.standardInput.readDataToEndOfFile())
    try await QEMUBackend().withSandboxScope { scope in
        let restored = try await scope.restore(stored)
        _ = try await restored.display.frame()
        print((ContinuousClock.now - start) / .milliseconds(1))
    }
}
