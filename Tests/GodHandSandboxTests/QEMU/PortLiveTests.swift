import Foundation
import GodHandTesting
import Testing

@testable import GodHandCore
@testable import GodHandSandbox

extension LiveMachines {
    /// Commands of a real guest through the driver, the device and QEMU that a port has.
    @Suite(.liveVM, .timeLimit(.minutes(5))) struct PortLiveTests {
        @Test func `commands share the port`() async throws {
            try await QEMUBackend().withSandbox(.vm) { sandbox in
                let shell = try sandbox.shell(for: Command(["cat"]))
                // Nobody reads this one, so it soon stands still, and alone.
                let stalled = try await shell.start(Command(["cat", "/dev/zero"]))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<12 {
                        group.addTask {
                            let result = try await sandbox.exec(["sh", "-c", "sleep 0.1; echo \(number)"])
                            #expect(result.output == "\(number)\n")
                        }
                    }
                    try await group.waitForAll()
                }
                // Large both ways, and whole.
                var command = Command(["tee", "/tmp/copy"])
                command.takesInput = true
                let running = try await shell.start(command)
                let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 3 ^ $0) }
                async let writing: Void = {
                    try await running.write(bytes)
                    try await running.closeInput()
                }()
                var back: [UInt8] = []
                while case .output(let piece) = try await running.next() { back += piece }
                try await writing
                #expect(back == bytes)
                await stalled.abandon()
                let left = try await sandbox.exec(["sh", "-c", "while pgrep -x cat; do sleep 0.05; done"])
                #expect(left.status == .exited(0))
            }
        }
    }
}
