import Foundation
import Testing

/// The service as a program of its own, which can be killed.
final class Program {
    let client: Client
    private let process = Process()

    /// Starts it, and waits until it says where it is.
    init(in directory: URL, backend: String = "simulated", _ more: String...) async throws {
        process.executableURL = Self.place
        process.arguments = [
            "--directory", directory.path(percentEncoded: false), "--port", "0", "--backend", backend, "--rate",
            "10000",
        ]
        process.arguments? += more
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var text = ""
        while text.firstMatch(of: /#token=(\S+)\n/) == nil {
            let piece = output.fileHandleForReading.availableData
            try #require(!piece.isEmpty, "the program has ended: \(text)")
            text += String(decoding: piece, as: UTF8.self)
        }
        let port = try #require(text.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) })
        let token = try #require(text.firstMatch(of: /#token=(\S+)\n/).map { String($0.1) })
        client = Client(port: port, token: token)
    }

    deinit { if process.isRunning { send(SIGKILL, to: process) } }

    /// Kills it as a power cut would.
    func kill() async { await end(by: SIGKILL) }

    /// Asks it to end, and waits for that.
    ///
    /// - Returns: Its exit status.
    func terminate() async throws -> Int32 {
        await end(by: SIGTERM)
        return process.terminationStatus
    }

    private func end(by signal: Int32) async {
        let process = process
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            process.terminationHandler = { _ in continuation.resume() }
            send(signal, to: process)
        }
    }

    /// The program lies beside the tests.
    private static var place: URL {
        var place = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        // On macOS the tests are in a bundle.
        while place.pathComponents.count > 1,
            !FileManager.default.isExecutableFile(
                atPath: place.appending(path: "task-service").path(percentEncoded: false))
        { place.deleteLastPathComponent() }
        return place.appending(path: "task-service")
    }
}

/// Outside of the class, where a method is called as the system's function is.
private func send(_ signal: Int32, to process: Process) { kill(process.processIdentifier, signal) }
