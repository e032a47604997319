import Foundation
import GodHandAgent
import GodHandCore
import GodHandTesting
import HTTPTypes
import Testing

@testable import TaskService

/// The document tells of exactly what there is.
struct DocumentTests {
    private static let document = try? JSONDecoder().decode(
        JSONValue.self, from: Data(PackageResources.openapi_json))

    @Test func `each operation is in the document, and each in the document is there`() async throws {
        guard case .object(let paths)? = Self.document?["paths"] else {
            Issue.record("there is no document")
            return
        }
        var told: Set<String> = []
        for (path, methods) in paths {
            guard case .object(let methods) = methods else { continue }
            for (method, operation) in methods {
                told.insert("\(operation["operationId"]?.string ?? "") \(method.uppercased()) \(path)")
            }
        }
        let known = try await Self.operations()
        #expect(Set(known) == told)
        #expect(known.count == told.count)
    }

    /// All but the files of the page, which are for browsers.
    private static func operations() async throws -> [String] {
        let place = temporaryPlace()
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let store = try TaskStore(at: place.appending(path: "tasks.sqlite"))
        defer { store.close() }
        let backend = SimulatedBackend()
        return try await backend.withSandboxScope { scope in
            try await withOrchestrator(on: backend, work: { _ in RunReport(goal: "") }) { orchestrator in
                let core = ServiceCore(
                    orchestrator: orchestrator, store: store, live: LiveTasks(feed: store.feed),
                    metrics: ServiceMetrics(),
                    workplace: Workplace(), bench: Workbench(scope: scope, store: store, capacity: 1), directory: place,
                    queueLimit: 1)
                let api = ServiceAPI(core: core, passes: Passes())
                let pages = Set(api.pageEndpoints.map(\.operation))
                return api.endpoints.filter { !pages.contains($0.operation) }
                    .map { "\($0.operation) \($0.method.rawValue) \($0.path)" }
            }
        }
    }
}
