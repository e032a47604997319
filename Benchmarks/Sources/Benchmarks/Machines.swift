import Foundation
import GodHandCore
import GodHandSandbox

/// Making, forking and ending machines, and commands in them.
func measureMachines(_ backend: DockerBackend) async throws {
    note("machines: create, exec, fork, destroy")
    try await backend.withSandboxScope { scope in
        var last: Sandbox?
        let create = try await median(preparing: {
            if let last { try await scope.destroy(last) }
        }) {
            let sandbox = try await scope.create(.desktop)
            _ = try await sandbox.display.frame()
            last = sandbox
        }
        report("create_to_frame_ms", create, "ms")

        let sandbox = try await scope.create(.desktop)
        report("exec_true_ms", try await median { _ = try await sandbox.exec(["true"]) }, "ms")
        // Naming a user leads through the engine's own exec, which is what one would use otherwise.
        report("exec_true_engine_ms", try await median { _ = try await sandbox.exec(["true"], user: "user") }, "ms")
        let megabytes = 256.0
        let output = try await median(of: 5) {
            _ = try await sandbox.exec(["head", "-c", "\(Int(megabytes) << 20)", "/dev/zero"], outputLimit: 0)
        }
        report("exec_output_mb_s", megabytes / output * 1000, "MB/s")

        var forks: [Sandbox] = []
        let fork = try await median(preparing: { for fork in forks { try await scope.destroy(fork) } }) {
            forks = try await scope.fork(sandbox, into: 1, preserving: .filesystem)
            _ = try await forks[0].display.frame()
        }
        report("fork_filesystem_ms", fork, "ms")

        var doomed: Sandbox?
        let destroy = try await median(preparing: { doomed = try await scope.create(.desktop) }) {
            if let doomed { try await scope.destroy(doomed) }
        }
        report("destroy_ms", destroy, "ms")
    }
}

/// What five connected machines cost the process that holds them, and one that nobody touches.
func measureCost(_ backend: DockerBackend) async throws {
    note("cost: an idle display, and five machines")
    try await backend.withSandboxScope { scope in
        let first = try await scope.create(.desktop)
        _ = try await first.display.settledScreenshot(quiet: .milliseconds(500))
        let time = Duration.seconds(5)
        let before = processorTime()
        try await Task.sleep(for: time)
        report("idle_cpu_percent", (processorTime() - before) / time * 100, "%")

        for _ in 0..<4 { _ = try await scope.create(.desktop) }
        report("rss_mb", try residentMiB(), "MiB")
    }
}
