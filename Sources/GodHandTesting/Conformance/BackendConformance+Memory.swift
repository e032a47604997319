import Foundation

extension BackendConformance {
    func withMemory(_ body: (SandboxScope, Sandbox, any MemorySnapshotting) async throws -> Void) async throws {
        try await withScope { scope in
            let sandbox = try await scope.create(spec)
            guard let memory = sandbox.machine.memorySnapshots else { throw MissingFacet(name: "memorySnapshots") }
            guard sandbox.machine.shell != nil else { throw MissingFacet(name: "shell") }
            try await body(scope, sandbox, memory)
        }
    }

    var diskFile: String { "\(directory)/conformance" }
    var memoryFile: String { "\(memoryDirectory)/conformance" }

    /// Brings a machine into a state that no disk has.
    func live(in sandbox: Sandbox) async throws {
        try await sandbox.writeFile(diskFile, "on disk")
        try await sandbox.writeFile(memoryFile, "in memory")
        let result = try await sandbox.exec(["setsid", "-f", "sleep", "86396"])
        try expect(result.isSuccess, "'setsid' cannot be used in the guest: \(result.errorOutput)")
        try await expectRunning("sleep 86396", in: sandbox)
    }

    func expectLive(_ sandbox: Sandbox, _ who: String) async throws {
        try await expectFile(diskFile, "on disk", in: sandbox, who)
        try await expectFile(memoryFile, "in memory", in: sandbox, who)
        try await expectRunning("sleep 86396", in: sandbox)
    }

    func expectFile(_ path: String, _ wanted: String, in sandbox: Sandbox, _ who: String) async throws {
        let contents: String
        do { contents = String(decoding: try await sandbox.readFile(path), as: UTF8.self) } catch let error
            as GodHandError where error.code == .notFound
        { throw ConformanceFailure("\(who) does not have '\(path)'.") }
        try expect(contents == wanted, "\(who) has '\(contents)' instead of '\(wanted)' in '\(path)'.")
    }

    func only(_ forks: [Sandbox]) throws -> Sandbox {
        guard forks.count == 1, let fork = forks.first else {
            throw ConformanceFailure("A fork into 1 made \(forks.count).")
        }
        return fork
    }

    func expectIdentities(of machines: [Sandbox]) async throws {
        let marks = [
            ("host name", ["cat", "/proc/sys/kernel/hostname"]), ("machine id", ["cat", "/etc/machine-id"]),
            ("random numbers", ["head", "-c", "16", "/dev/urandom"]),
        ]
        for (what, command) in marks {
            var seen: Set<Data> = []
            for machine in machines {
                let result = try await machine.exec(command)
                try expect(result.isSuccess, "The \(what) cannot be read: \(result.errorOutput)")
                seen.insert(Data(result.standardOutput))
            }
            try expect(seen.count == machines.count, "Machines of one origin share their \(what).")
        }
    }
}
