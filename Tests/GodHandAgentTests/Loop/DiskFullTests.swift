import Foundation
import GodHandCore
import GodHandTesting
import GodHandTrace
import Testing

@testable import GodHandAgent

#if canImport(Glibc)
    import Glibc

    /// A real disk of few bytes: a file system in memory that is mounted for the test.
    enum SmallDisk {
        static func mounted<Result>(bytes: Int, _ body: (URL) async throws -> Result) async throws -> Result {
            let path = "/tmp/godhand-small-\(UInt32.random(in: 0...UInt32.max))"
            _ = mkdir(path, 0o700)
            defer { _ = rmdir(path) }
            guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
                throw GodHandError(.hostFailed, "No disk could be mounted: \(String(cString: strerror(errno))).")
            }
            defer { _ = umount2(path, Int32(MNT_DETACH)) }
            return try await body(URL(filePath: path))
        }

        static func isPossible() async -> Bool { (try? await mounted(bytes: 4096) { _ in true }) ?? false }
    }

    @Suite struct DiskFullTests {
        @Test(.enabled("Only root may mount a small disk.") { await SmallDisk.isPossible() })
        func `a run ends cleanly when the disk is full, and what was written is whole`() async throws {
            try await SmallDisk.mounted(bytes: 192 << 10) { disk in
                try await withDisplay { display in
                    let directory = disk.appending(path: "run", directoryHint: .isDirectory)
                    let writer = try TraceWriter(directory: directory)
                    // Each click changes the screen, and each picture is another one.
                    let answers = (0..<500).map { ScriptedModel.Answer.act(click(10 + $0 * 7 % 600, 10 + $0 % 380)) }
                    var agent = quickAgent(ScriptedModel(answers))
                    agent.settings.limits.steps = nil
                    let error = await #expect(throws: GodHandError.self) {
                        try await agent.pursue("g", in: ScriptedGuest(display: display).sandbox, recorder: writer)
                    }
                    #expect(error?.code == .diskFull, "\(String(describing: error))")
                    let trace = try Trace(directory: directory)
                    let steps = trace.events.count { if case .step = $0 { true } else { false } }
                    #expect(trace.tail == nil && steps > 0)
                    #expect(trace.records.allSatisfy { $0.missingBlobs.isEmpty && $0.event != nil })
                    // The end of the run is small and may still have found room.
                    if let outcome = trace.run.outcome {
                        guard case .failed(code: .diskFull, message: _) = outcome else {
                            Issue.record("\(outcome)")
                            return
                        }
                    }
                    let unfinished =
                        FileManager.default.enumerator(atPath: directory.path())?
                        .compactMap { $0 as? String }.filter { $0.contains("/.") } ?? []
                    #expect(unfinished.isEmpty)
                }
            }
        }
    }
#endif
