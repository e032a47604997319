import Foundation
import GodHandCore
import Testing

@testable import GodHandSandbox

@Suite(.timeLimit(.minutes(2))) struct QEMUProcessTests {
    /// A QEMU without a machine: the real program, and the real protocol.
    private func withBareQEMU(_ body: (QEMUProcess, QMPClient) async throws -> Void) async throws {
        let (process, stream) = try await QEMUProcess.startConnected(
            QEMUUser.current.prefix + [
                try #require(ProgramSearch.path(of: QEMUProgram.system)), "-nodefaults", "-no-user-config", "-S", "-M",
                "none",
                "-display", "none", "-chardev", "socket,id=qmp,fd=0", "-mon", "chardev=qmp,mode=control",
            ])
        do {
            let qmp = try await QMPClient.connect(stream)
            try await body(process, qmp)
            qmp.close()
            await process.kill()
        } catch {
            await process.kill()
            throw error
        }
    }

    @Test(.qemu) func `a real QEMU answers, takes a descriptor, and ends when asked`() async throws {
        try await withBareQEMU { process, qmp in
            let status = try await qmp.execute("query-status")
            #expect(status["running"] == false)
            let pipe = try OwnedDescriptor.pipe()
            try await qmp.execute("getfd", ["fdname": "it"], passing: pipe.writing)
            try await qmp.execute("closefd", ["fdname": "it"])
            let twice = await failure { try await qmp.execute("closefd", ["fdname": "it"]) }
            #expect(twice?.code == .qemuFailed)
            let shutdown = qmp.expect("SHUTDOWN")
            try await qmp.execute("quit")
            let event = try await shutdown.event()
            #expect(event.data["guest"] == false)
            let end = try await process.waitForEnd()
            #expect(end == .exited(0))
            #expect(!process.process.isRunning)
        }
    }

    @Test(.qemu) func `a killed QEMU is gone, and its connection tells so`() async throws {
        try await withBareQEMU { process, qmp in
            #expect(process.process.isRunning)
            #expect(HostProcess.all(whoseArgumentsContain: "chardev=qmp,mode=control").contains(process.process))
            await process.kill()
            let end = try await process.waitForEnd()
            #expect(end == .signalled(9))
            #expect(!process.process.isRunning)
            let error = await failure { try await qmp.execute("query-status") }
            #expect(error?.code == .guestExited)
        }
    }

    @Test(.qemu) func `it runs as nobody, without rights, in a session and with an environment of its own`()
        async throws
    {
        try await withBareQEMU { process, _ in
            let id = process.process.id
            let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
            func field(_ name: String) -> String? {
                status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
                    .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
            }
            #expect(field("NoNewPrivs") == "1")
            #expect(field("CapEff") == "0000000000000000")
            #expect(field("Uid")?.hasPrefix("0") == false)
            #expect(getsid(id) == id)
            let environment = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(id)/environ"))
            #expect(environment.isEmpty)
        }
    }

    @Test func `a program that is not there is named`() async throws {
        let error = await failure { _ = try await QEMUProcess.start(["no-such-qemu"]) }
        #expect(error?.code == .qemuUnavailable)
        #expect(error?.hint != nil)
    }

    @Test func `the log is the end of what was written`() async throws {
        let process = try await QEMUProcess.start([
            "sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; read x; exit 3",
        ])
        let end = try await process.waitForEnd()
        #expect(end == .exited(3))
        #expect(process.lastWords.hasSuffix("line 2999"))
        #expect(process.lastWords.utf8.count <= 1000)
    }

    @Test func `waiting for an end can be cancelled`() async throws {
        let process = try await QEMUProcess.start(["sleep", "1000"])
        let waiting = Task { try await process.waitForEnd() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        await process.kill()
    }

    @Test func `a process number alone does not name a process`() throws {
        let me = try #require(HostProcess(getpid()))
        #expect(me.isRunning)
        #expect(HostProcess(-1) == nil)
        let other = try #require(HostProcess(1))
        #expect(other != me)
    }
}
