import Foundation
import GodHandTesting
import Testing

/// The backend of the article keeps its promises, so the article can be followed.
struct DirectoryBackendTests {
    @Test(arguments: BackendConformance.Clause.allCases)
    func `the article's backend honours`(_ clause: BackendConformance.Clause) async throws {
        try await withBackend { backend in
            let spec = SandboxSpec(image: "template", screen: nil)
            let verdict = try await BackendConformance(backend, spec: spec).check(clause)
            // It has neither commands nor a screen nor a memory; all that is about life must be kept.
            let facets: Set<String> = ["shell", "display", "pausing", "memorySnapshots", "memoryRestoring"]
            if case .notApplicable(let facet) = verdict { #expect(facets.contains(facet)) }
        }
    }

    @Test func `a fork has the files that its origin had`() async throws {
        try await withBackend { backend in
            try await withTemporaryDirectory { ledger in
                try await backend.withSandboxScope(ledger: OwnerLedger(in: ledger)) { scope in
                    let origin = try await scope.create(SandboxSpec(image: "template", screen: nil))
                    let note = backend.place("machines", origin.id).appending(path: "note")
                    try Data("before".utf8).write(to: note)
                    let fork = try await scope.fork(origin, into: 1, preserving: .filesystem)[0]
                    try Data("after".utf8).write(to: note)
                    let copy = backend.place("machines", fork.id).appending(path: "note")
                    #expect(try String(contentsOf: copy, encoding: .utf8) == "before")
                }
            }
            for kind in ["machines", "labels", "snapshots"] {
                let left = try FileManager.default.contentsOfDirectory(atPath: backend.root.appending(path: kind).path)
                #expect(left.isEmpty, "\(kind)")
            }
        }
    }

    private func withBackend(_ body: (DirectoryBackend) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let root = URL(filePath: directory, directoryHint: .isDirectory)
            for name in ["images/template", "machines", "labels", "snapshots"] {
                try FileManager.default.createDirectory(
                    at: root.appending(path: name), withIntermediateDirectories: true)
            }
            try await body(DirectoryBackend(root: root))
        }
    }
}
