import Foundation
import GodHandTesting
import Testing

@testable import GodHandSandbox

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension LiveMachines {
    /// Machines that begin where another one is.
    @Suite(.liveVM, .timeLimit(.minutes(5))) struct QEMUForkTests {
        @Test func `forks go on from the same moment, each its own way, and nobody shares an identity`() async throws {
            try await QEMUBackend().withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                // On no disk: in the memory of a program, and in a file system of memory.
                let counter = """
                    mkdir -p /dev/shm/t; cd /dev/shm/t; echo before > ask; n=0
                    while :; do
                        if [ -e ask ]; then n=$((n+1)); echo $n $(cat ask) > new; rm ask; mv new answer; fi
                        sleep 0.05
                    done
                    """
                try await origin.shell("setsid sh -c '\(counter)' > /dev/null 2>&1 &")
                let answer = "cd /dev/shm/t; until [ -e answer ]; do sleep 0.05; done; cat answer; rm answer"
                try await origin.shell("until [ -d /dev/shm/t ]; do sleep 0.05; done; \(answer)")
                let forks = try await scope.fork(origin, into: 2, preserving: .memory)
                let machines = [origin] + forks
                var identities: [[String]] = []
                for (index, machine) in machines.enumerated() {
                    let answer = try await machine.shell("cd /dev/shm/t; echo m\(index) > ask; \(answer)")
                    #expect(answer == "2 m\(index)\n")
                    identities.append(
                        try await machine.shell(
                            "cat /etc/machine-id; head -c 16 /dev/urandom | od -An -tx1; cat /proc/sys/kernel/random/uuid"
                        )
                        .split(separator: "\n").map(String.init))
                    let now = try #require(Double(try await machine.shell("date +%s.%N").dropLast()))
                    #expect(abs(now - Date().timeIntervalSince1970) < 5)
                }
                for index in 0..<3 { #expect(Set(identities.map { $0[index] }).count == machines.count) }
            }
        }

        @Test func `a file that was just written is whole in a fork, although nobody stored it`() async throws {
            try await QEMUBackend().withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                let sum = try await origin.shell(
                    "cd; head -c 40000000 /dev/urandom > big; sync big; head -c 9000000 /dev/urandom >> big; md5sum < big"
                )
                // More is written while the moment comes.
                try await origin.shell(
                    "cd; setsid sh -c 'while :; do head -c 3000000 /dev/urandom > noise; sync noise; done' > /dev/null 2>&1 &"
                )
                let fork = try await scope.fork(origin, into: 1, preserving: .memory)[0]
                for machine in [fork, origin] {
                    try await machine.shell(
                        "pkill -f '[n]oise'; sudo -n sh -c 'sync; echo 3 > /proc/sys/vm/drop_caches'")
                    #expect(try await machine.shell("cd; md5sum < big") == sum)
                }
                // Each has a disk of its own.
                try await fork.shell("cd; echo fork > big")
                #expect(try await origin.shell("cd; md5sum < big") == sum)
                let second = try await scope.fork(fork, into: 1, preserving: .memory)[0]
                #expect(try await second.shell("cd; cat big") == "fork\n")
            }
        }

        @Test func `much that was written since the last moment is shared by the forks, and by the machine itself`()
            async throws
        {
            let backend = QEMUBackend()
            let places = try backend.places()
            try await backend.withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                let sum = try await origin.shell("head -c 150000000 /dev/urandom > /dev/shm/big; md5sum < /dev/shm/big")
                let forks = try await scope.fork(origin, into: 2, preserving: .memory)
                for machine in [origin] + forks {
                    #expect(try await machine.shell("md5sum < /dev/shm/big") == sum)
                }
                // The file goes with the last that uses it.
                let names = try FileManager.default.contentsOfDirectory(atPath: places.memory(of: origin.id))
                #expect(!names.contains { $0.hasPrefix("frozen") })
                // It goes on over that file itself, and has the old one no more.
                #expect(names.count { $0.hasPrefix("ram-") } == 1 && !names.contains("ram"))
                for fork in forks { try await scope.destroy(fork) }
                #expect(try await origin.shell("md5sum < /dev/shm/big") == sum)
                // From there, too, both ways of forking lead to the same memory.
                for size in [1_000_000, 150_000_000] {
                    let sum = try await origin.shell(
                        "head -c \(size) /dev/urandom > /dev/shm/big; md5sum < /dev/shm/big")
                    let fork = try await scope.fork(origin, into: 1, preserving: .memory)[0]
                    for machine in [origin, fork] {
                        #expect(try await machine.shell("md5sum < /dev/shm/big") == sum)
                    }
                    try await scope.destroy(fork)
                }
            }
        }

        @Test func `a stored machine goes on another day, and a damaged one is refused`() async throws {
            let first = QEMUBackend()
            let (stored, boot) = try await first.withSandbox(.vm) { origin in
                let boot = try await origin.shell("echo kept > /dev/shm/kept; cat /proc/sys/kernel/random/boot_id")
                let stored = try await origin.snapshot(.memory)
                try await origin.shell("echo later > /dev/shm/kept")
                return (stored, boot)
            }
            let backend = QEMUBackend()
            let directory = try backend.places().snapshot(stored.id)
            try await backend.withSandboxScope { scope in
                for _ in 0..<2 {
                    let restored = try await scope.restore(stored)
                    #expect(try await restored.shell("cat /dev/shm/kept") == "kept\n")
                    #expect(try await restored.shell("cat /proc/sys/kernel/random/boot_id") == boot)
                    try await scope.destroy(restored)
                }
                for name in ["memory", "devices", "disk-1.qcow2", "record.json", "manifest.json"] {
                    let undamaged = try flip("\(directory)/\(name)")
                    let error = await failure { _ = try await scope.restore(stored) }
                    #expect(error?.code == .dataDamaged, "\(name)")
                    try undamaged()
                }
                // Whole again, although no longer of the time at which it was stored.
                _ = try await scope.restore(stored)
                #expect(rename("\(directory)/devices", "\(directory)/gone") == 0)
                let error = await failure { _ = try await scope.restore(stored) }
                #expect(error?.code == .dataDamaged)
            }
            try await backend.memoryRestoring?.delete(stored)
            #expect(!FileManager.default.fileExists(atPath: directory))
            let gone = await failure {
                try await backend.withSandboxScope { scope in _ = try await scope.restore(stored) }
            }
            #expect(gone?.code == .notFound)
        }

        @Test(arguments: [1, 40, 80, 120, 200, 300])
        func `a process that is killed in the middle of a fork leaves nothing`(
            milliseconds: Int
        ) async throws {
            let directory = try TemporaryDirectory()
            let root = directory.file("owners")
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, milliseconds = milliseconds as Int] in
                try await QEMUBackend().withSandboxScope(ledger: OwnerLedger(in: root)) { scope in
                    let origin = try await scope.create(.vm)
                    let watchdog = try await Watchdog.shared.process()
                    watchdog.kill()
                    try await watchdog.waitForEnd()
                    Task {
                        try await Task.sleep(for: .milliseconds(milliseconds))
                        kill(getpid(), SIGKILL)
                    }
                    while true { _ = try await scope.fork(origin, into: 2, preserving: .memory) }
                }
            }
            let backend = QEMUBackend()
            let places = try backend.places()
            let report = try await backend.sweep(in: root)
            #expect(report.failed.isEmpty)
            #expect(!report.reaped.isEmpty)
            for entry in report.reaped {
                #expect(!FileManager.default.fileExists(atPath: places.machine(entry.id)))
                #expect(!FileManager.default.fileExists(atPath: places.memory(of: entry.id)))
                #expect(HostProcess.all(whoseArgumentsContain: "/\(entry.id)/").isEmpty)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
        }

        /// Changes one byte in the middle of a file's data; what is returned changes it back.
        private func flip(_ path: String) throws -> () throws -> Void {
            let file = try FileHandle(forUpdating: URL(filePath: path))
            defer { try? file.close() }
            let size = try file.seekToEnd()
            // A hole would be no damage that matters.
            var offset = size / 2
            repeat {
                offset = offset * 9 / 10
                try file.seek(toOffset: offset)
            } while try offset > 0 && (file.read(upToCount: 1)?.first ?? 0) == 0
            try file.seek(toOffset: offset)
            let byte = try #require(try file.read(upToCount: 1)?.first)
            func write(_ byte: UInt8) throws {
                let file = try FileHandle(forUpdating: URL(filePath: path))
                try file.seek(toOffset: offset)
                try file.write(contentsOf: [byte])
                try file.close()
            }
            try write(byte ^ 0x10)
            return { try write(byte) }
        }
    }
}

extension Sandbox {
    /// What a line for the guest's shell writes.
    @discardableResult
    fileprivate func shell(_ line: String) async throws -> String {
        let result = try await exec(["sh", "-c", line])
        if !result.isSuccess { Issue.record("'\(line)' ended with \(result.status): \(result.errorOutput)") }
        return result.output
    }
}
