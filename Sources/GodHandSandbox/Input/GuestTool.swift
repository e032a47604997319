/// Runs small programs in a guest that say nothing unless they fail.
struct GuestTool: Sendable {
    let shell: any Shell

    /// The most that is kept of a program's output, in bytes.
    static let longestOutput = 16 << 20

    init(_ shell: any Shell) { self.shell = shell }

    /// Runs a program to its end.
    ///
    /// - Returns: What it wrote to standard output.
    /// - Throws: `GodHandError` with `exec.failed` if it cannot be started or fails.
    @discardableResult
    func run(_ arguments: [String], input: [UInt8]? = nil) async throws -> [UInt8] {
        var command = Command(arguments)
        // Programs that take text must not guess how it is written.
        command.environment["LC_ALL"] = "C.UTF-8"
        command.takesInput = input != nil
        let running = try await shell.start(command)
        do {
            if let input {
                try await running.write(input)
                try await running.closeInput()
            }
            return try await collect(running, arguments)
        } catch {
            await running.abandon()
            throw error
        }
    }

    private func collect(_ running: any RunningCommand, _ arguments: [String]) async throws -> [UInt8] {
        var output: [UInt8] = []
        while true {
            switch try await running.next() {
            case .output(let bytes):
                guard output.count + bytes.count <= Self.longestOutput else {
                    throw GodHandError(.limitExceeded, "\(arguments[0]) wrote more than \(Self.longestOutput) bytes.")
                }
                output += bytes
            case .error: break
            case .ended(let status):
                guard status.isSuccess else {
                    throw GodHandError(
                        .execFailed, "\(arguments[0]) in the guest ended with \(status).",
                        hint: "The image must have \(arguments[0]), and its X server must be up.")
                }
                return output
            }
        }
    }
}
