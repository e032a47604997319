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

        @Test func `programs that are held do nothing until they are let go`() async throws {
            try await QEMUBackend().withSandbox(.vm) { sandbox in
                let port = try #require(sandbox.machine as? QEMUMachine).parts.port
                for _ in 0..<2 {
                    try await port.holdPrograms()
                    let error = await failure { _ = try await sandbox.exec(["true"], timeout: .seconds(1)) }
                    #expect(error?.code == .deadlineExceeded)
                    port.letProgramsGo()
                    #expect(try await sandbox.exec(["true"]).status == .exited(0))
                }
            }
        }

        @Test func `an editor comes back with what was not saved where only the disk is kept`() async throws {
            try await QEMUBackend().withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                // Not the question that comes first in the fork, whose title is the program's name alone; and the editor may
                // put another window in the place of its first.
                let editor = """
                    until xdotool search --sync --onlyvisible --name ' - Mousepad$' windowactivate --sync; do :; done
                    """
                let start = "setsid -f mousepad </dev/null >/dev/null 2>&1"
                try await origin.shell("\(start); \(editor)", within: .seconds(150))
                try await origin.display.input.perform(.type("not saved"))
                let fork = try await scope.fork(origin, into: 1, preserving: .filesystem)[0]
                try await fork.shell(editor, within: .seconds(150))
                // The editor shows its window a while before it takes keys, and nothing tells when it does.
                var text = ""
                for _ in 0..<20 where text != "not saved" {
                    for keys in ["ctrl+a", "ctrl+c"] as [KeyChord] { try await fork.display.input.perform(.key(keys)) }
                    _ = try await fork.display.settledFrame(quiet: .milliseconds(500))
                    text = try await fork.clipboard()
                }
                #expect(text == "not saved")
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

        @Test func `what is written after forks were prepared is in them, much of it too, on the disk and in memory`()
            async throws
        {
            let backend = QEMUBackend()
            try await backend.withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                func ready(beside machines: [Sandbox]) async throws -> Set<SandboxID> {
                    let all = try await QEMUReaper(backend: backend).list().filter { $0.owner == scope.owner }
                    return Set(all.map(\.id)).subtracting(machines.map(\.id))
                }
                // So much that it is laid out at once, and again as much as fits beside machines that stand ready.
                try await origin.shell("head -c 150000000 /dev/urandom > /dev/shm/first")
                await scope.prepareForks(of: origin, into: 2)
                let expected = try await ready(beside: [origin])
                #expect(expected.count == 2)
                let sums = try await origin.shell(
                    """
                    cd; head -c 120000000 /dev/urandom > /dev/shm/second; head -c 60000000 /dev/urandom > big; sync big
                    md5sum < /dev/shm/first; md5sum < /dev/shm/second; md5sum < big
                    """)
                let forks = try await scope.fork(origin, into: 2, preserving: .memory)
                #expect(Set(forks.map(\.id)) == expected)
                let all = forks + [origin]
                for machine in all {
                    try await machine.shell("sudo -n sh -c 'sync; echo 3 > /proc/sys/vm/drop_caches'")
                    let now = try await machine.shell(
                        "cd; md5sum < /dev/shm/first; md5sum < /dev/shm/second; md5sum < big")
                    #expect(now == sums)
                }
                // Of the disk as it was before a snapshot nobody goes on.
                await scope.prepareForks(of: forks[0], into: 1)
                #expect(try await ready(beside: all).count == 1)
                try await scope.discard(scope.keep(forks[0], preserving: .filesystem))
                #expect(try await ready(beside: all).isEmpty)
                // Neither does one that has died meanwhile.
                await scope.prepareForks(of: forks[1], into: 1)
                let doomed = try #require(try await ready(beside: all).first)
                for process in HostProcess.all(whoseArgumentsContain: "/\(doomed)/") { process.kill() }
                let last = try await scope.fork(forks[1], into: 1, preserving: .memory)[0]
                #expect(last.id != doomed)
                #expect(try await last.shell("md5sum < /dev/shm/first") == sums.prefix(while: { $0 != "\n" }) + "\n")
            }
        }

        @Test func `a machine that is forked often keeps a short disk, and its copies theirs`() async throws {
            try await QEMUBackend().withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                try await origin.shell("cd; echo early > word; sync")
                let early = try await scope.fork(origin, into: 1, preserving: .memory)[0]
                let machine = try #require(origin.machine as? QEMUMachine)
                var last: Sandbox?
                for round in 1...10 {
                    try await origin.shell("cd; echo \(round) > word; head -c 3000000 /dev/urandom > file; sync")
                    if let last { try await scope.destroy(last) }
                    last = try await scope.fork(origin, into: 1, preserving: .memory)[0]
                    #expect(machine.files.files.layers.count <= DiskFlattening.mostLayers)
                }
                // Every layer that is named is there, and no other.
                let names = try FileManager.default.contentsOfDirectory(atPath: machine.files.files.directory)
                #expect(names.count { $0.hasPrefix("disk-") } == machine.files.files.layers.count)
                for (sandbox, word) in [(origin, "10"), (try #require(last), "10"), (early, "early")] {
                    try await sandbox.shell("sudo -n sh -c 'sync; echo 3 > /proc/sys/vm/drop_caches'")
                    #expect(try await sandbox.shell("cd; cat word") == word + "\n")
                    try await sandbox.shell("sudo -n sh -c '! dmesg | grep -i \"i/o error\"'")
                }
                let sum = try await origin.shell("cd; md5sum < file")
                #expect(try await last?.shell("cd; md5sum < file") == sum)
            }
        }

        @Test func `what a person pauses stays paused, whatever is forked meanwhile`() async throws {
            try await QEMUBackend().withSandboxScope { scope in
                let origin = try await scope.create(.vm)
                let machine = try #require(origin.machine as? QEMUMachine)
                for _ in 0..<5 {
                    async let forks = scope.fork(origin, into: 1, preserving: .memory)
                    try await machine.pause()
                    for fork in try await forks { try await scope.destroy(fork) }
                    #expect(try await machine.parts.slot.current().isRunning() == false)
                    try await machine.resume()
                }
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
            // Once in another process, and here.
            await #expect(processExitsWith: .success) { [stored = stored as MemorySnapshot, boot = boot as String] in
                try await Self.requireKept(stored, boot)
            }
            try await Self.requireKept(stored, boot)
            let backend = QEMUBackend()
            let directory = try backend.places().snapshot(stored.id)
            try await backend.withSandboxScope { scope in
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

        /// Goes on from a stored machine, which must be where it was.
        private static func requireKept(_ stored: MemorySnapshot, _ boot: String) async throws {
            try await QEMUBackend().withSandboxScope { scope in
                let restored = try await scope.restore(stored)
                try #require(try await restored.shell("cat /dev/shm/kept") == "kept\n")
                try #require(try await restored.shell("cat /proc/sys/kernel/random/boot_id") == boot)
            }
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
    fileprivate func shell(_ line: String, within time: Duration? = nil) async throws -> String {
        let result = try await exec(["sh", "-c", line], timeout: time)
        if !result.isSuccess { Issue.record("'\(line)' ended with \(result.status): \(result.errorOutput)") }
        return result.output
    }
}
