import Foundation
import GodHandCore
import GodHandSandbox
import Logging
import Synchronization

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
    func prepared(into count: Int, of times: Int) async throws -> Double {
        try await median(
            of: times,
            preparing: {
                try await destroyForks()
                await scope.prepareForks(of: origin, into: count)
            }
        ) { try await fork(into: count) }
    }
    note("virtual machines: fork")
    // All that the machine has written since it was made is laid out once; later forks have only what came since.
    let start = ContinuousClock.now
    try await fork(into: 1)
    report("fork_memory_first_ms", (ContinuousClock.now - start) / .milliseconds(1), "ms")
    try await destroyForks()
    // As much again, but laid out beforehand.
    _ = try await origin.exec(["sh", "-c", "head -c 300000000 /dev/urandom > /dev/shm/noise; rm /dev/shm/noise"])
    await scope.prepareForks(of: origin, into: 1)
    let again = ContinuousClock.now
    try await fork(into: 1)
    report("fork_prepared_first_ms", (ContinuousClock.now - again) / .milliseconds(1), "ms")
    let one = try await median(of: 7, preparing: destroyForks) { try await fork(into: 1) }
    report("fork_memory_ms", one, "ms")
    try await destroyForks()
    let preparedOne = try await prepared(into: 1, of: 7)
    report("fork_prepared_ms", preparedOne, "ms")
    try await destroyForks()
    let eight = try await median(of: 3, preparing: destroyForks) { try await fork(into: 8) }
    report("fork_memory_per_child_ms", (eight - one) / 7, "ms")
    let preparedEight = try await prepared(into: 8, of: 3)
    report("fork_prepared_per_child_ms", (preparedEight - preparedOne) / 7, "ms")
    report("fork_child_rss_mb", try privateMiB(of: forks[0]), "MiB")
    try await destroyForks()

    let standstills = Standstills()
    try await withLogger(Logger(label: "benchmarks") { _ in standstills }) { _ in
        for _ in 0..<7 {
            for fork in try await scope.fork(origin, into: 1, preserving: .memory) { try await scope.destroy(fork) }
        }
    }
    report("parent_pause_ms", standstills.median, "ms")

    note("virtual machines: store and restore")
    var stored: MemorySnapshot?
    let store = try await median(of: 1) { stored = try await origin.snapshot(.memory) }
    report("snapshot_memory_ms", store, "ms")
    if let stored {
        report("restore_memory_ms", try await median(of: 5) { try restoreElsewhere(stored) }, "ms")
        forks = [try await scope.restore(stored)]
        note("virtual machines: fork by QEMU's ordinary means")
        let plain = try plainFork(like: forks[0], of: stored)
        report("plain_fork_ms", plain, "ms")
        report("fork_speedup_x", plain / one, "x")
        report("fork_prepared_speedup_x", plain / preparedOne, "x")
        try await destroyForks()
    }
}

/// What the backend's log says about how long machines stood still.
private final class Standstills: LogHandler, Sendable {
    private let times = Mutex<[Double]>([])

    var median: Double { times.withLock { $0.sorted()[$0.count / 2] } }

    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    func log(event: LogEvent) {
        guard let text = event.metadata?["godhand.standstill_ms"], let time = Double("\(text)") else { return }
        times.withLock { $0.append(time) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
}

/// Memory that the QEMU of a machine shares with nobody, in MiB.
private func privateMiB(of sandbox: Sandbox) throws -> Double {
    let process = try process(of: sandbox).id
    let lines = try String(contentsOfFile: "/proc/\(process)/smaps_rollup", encoding: .utf8)
    let kibibytes = lines.split(separator: "\n").filter { $0.hasPrefix("Private_") }
        .compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Double($0) } }
    return kibibytes.reduce(0, +) / 1024
}

/// The QEMU of a machine, and its arguments.
private func process(of sandbox: Sandbox) throws -> (id: String, arguments: [String]) {
    for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil {
        guard let bytes = try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline")) else { continue }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\0").map(String.init)
        if words.contains(where: { $0.hasPrefix("gh-\(sandbox.id),") }) { return (process, words) }
    }
    throw GodHandError(.notFound, "There is no QEMU of sandbox \(sandbox.id).")
}

/// Forks a stored machine as one would without this library, by a script that talks to QEMU itself.
///
/// - Parameter sandbox: A machine that was made of the stored one, whose arguments are taken over.
private func plainFork(like sandbox: Sandbox, of stored: MemorySnapshot) throws -> Double {
    let (process, arguments) = try process(of: sandbox)
    // ".../machines/ID/disk-0.qcow2" in the home in which ".../snapshots/ID" is.
    guard let kernel = arguments.firstIndex(of: "-kernel").map({ URL(filePath: arguments[$0 + 1]) }) else {
        throw GodHandError(.notFound, "QEMU's arguments name no kernel.")
    }
    let home = kernel.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../plain-fork.py")
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = [
        "python3", script.standardizedFileURL.path, process, home.appending(path: "snapshots/\(stored.id)").path, "3",
    ]
    let output = Pipe()
    python.standardOutput = output
    try python.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    python.waitUntilExit()
    guard let time = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
        throw GodHandError(.execFailed, "\(script.lastPathComponent) failed.")
    }
    return time
}
