import Foundation
import GodHandCore
import GodHandSandbox

/// Whole systems: booting, going on from memory, and forking while programs run.
func measureForks(_ backend: QEMUBackend) async throws {
    note("virtual machines: boot, and create from prepared memory")
    try await QEMUBackend(alwaysBoots: true).withSandboxScope { scope in
        var last: Sandbox?
        let boot = try await median(
            of: 3,
            preparing: { if let last { try await scope.destroy(last) } }
        ) { last = try await scope.create(.vm) }
        report("vm_boot_cold_ms", boot, "ms")
    }
    try await backend.withSandboxScope { scope in
        // Boots, if no machine of this kind was ever booted here.
        let first = try await scope.create(.vm)
        try await scope.destroy(first)

        var last: Sandbox?
        let create = try await median(
            of: 9,
            preparing: {
                if let last { try await scope.destroy(last) }
            }
        ) {
            let sandbox = try await scope.create(.vm)
            _ = try await sandbox.display.frame()
            last = sandbox
        }
        report("create_prepared_ms", create, "ms")
        if let last { try await scope.destroy(last) }

        note("virtual machines: a live Firefox")
        let browser = try await scope.create(.vm)
        _ = try await browser.exec(["sh", "-c", "setsid firefox about:license >/dev/null 2>&1 &"])
        _ = try await browser.display.settledScreenshot(quiet: .seconds(10), deadline: .seconds(180))
        try await measureForks(of: browser, in: scope)
    }
}

private func measureForks(of origin: Sandbox, in scope: SandboxScope) async throws {
    var forks: [Sandbox] = []
    func fork(into count: Int) async throws {
        forks = try await scope.fork(origin, into: count, preserving: .memory)
        for fork in forks { _ = try await fork.display.frame() }
    }
    func destroyForks() async throws {
        for fork in forks { try await scope.destroy(fork) }
        forks = []
    }
    note("virtual machines: fork")
    let one = try await median(of: 7, preparing: destroyForks) { try await fork(into: 1) }
    report("fork_memory_ms", one, "ms")
    try await destroyForks()
    let eight = try await median(of: 3, preparing: destroyForks) { try await fork(into: 8) }
    report("fork_memory_per_child_ms", (eight - one) / 7, "ms")
    report("fork_child_rss_mb", try privateMiB(of: forks[0]), "MiB")
    try await destroyForks()

    let ticks = try await longestSilence(of: origin) {
        try await fork(into: 1)
        try await destroyForks()
    }
    report("parent_pause_ms", ticks, "ms")

    note("virtual machines: store and restore")
    var stored: MemorySnapshot?
    let store = try await median(of: 1) { stored = try await origin.snapshot(.memory) }
    report("snapshot_memory_ms", store, "ms")
    if let stored {
        let restore = try await median(of: 5, preparing: destroyForks) {
            forks = [try await scope.restore(stored)]
            _ = try await forks[0].display.frame()
        }
        report("restore_memory_ms", restore, "ms")
        try await destroyForks()
    }
}

/// The longest time for which a guest that speaks all the time said nothing while `body` ran, in milliseconds.
private func longestSilence(of sandbox: Sandbox, during body: () async throws -> Void) async throws -> Double {
    try await sandbox.withExec(["perl", "-e", "$|=1; for (;;) { print 'x'; select undef, undef, undef, 0.002 }"]) {
        command in
        let listening = Task {
            let clock = ContinuousClock()
            var (longest, last) = (Duration.zero, clock.now)
            do {
                for try await _ in command.output {
                    longest = max(longest, last.duration(to: clock.now))
                    last = clock.now
                }
            } catch is CancellationError {
                // That is how it is told that enough was heard.
            }
            return longest
        }
        try await body()
        listening.cancel()
        return try await listening.value / .milliseconds(1)
    }
}

/// Memory that the QEMU of a machine shares with nobody, in MiB.
private func privateMiB(of sandbox: Sandbox) throws -> Double {
    #if os(Linux)
        for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil {
            guard let words = try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline")),
                String(decoding: words, as: UTF8.self).contains("gh-\(sandbox.id)"),
                let lines = try? String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
            else { continue }
            let kibibytes = lines.split(separator: "\n").filter { $0.hasPrefix("Private_") }
                .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Double($0) } }
            return kibibytes.reduce(0, +) / 1024
        }
    #endif
    return 0
}
