import Foundation
import GodHandAgent
import GodHandCore
import HTTPTypes
import Hummingbird
import NIOCore

/// All operations of the service.
struct ServiceAPI: Sendable {
    let core: ServiceCore
    let passes: Passes
    /// How many streams may be open.
    let streams: Turnstile
    /// How many reports are made at once.
    let reports: Turnstile
    let thumbnails = Thumbnails()

    init(core: ServiceCore, passes: Passes, streams: Int = 256) {
        self.core = core
        self.passes = passes
        self.streams = Turnstile(limit: streams)
        reports = Turnstile(limit: 2)
    }

    /// Them, in the order of the document.
    var endpoints: [Endpoint] {
        metaEndpoints + taskEndpoints + eventEndpoints + traceEndpoints + controlEndpoints + machineEndpoints
            + screenEndpoints + pageEndpoints
    }

    /// The task that a path names.
    func task(_ call: Call) throws -> GoalID {
        guard let id = GoalID(rawValue: try call.part("task")) else {
            throw Problem.notFound("The address names nothing.")
        }
        return id
    }
}

// MARK: What is known of the service itself

extension ServiceAPI {
    var metaEndpoints: [Endpoint] {
        [
            Endpoint("health", .get, "/health", access: .anybody) { _ in .json(["status": "ok"]) },
            Endpoint("ready", .get, "/ready", access: .anybody) { _ in
                guard !core.isDraining else {
                    throw Problem.busy("The service is ending.", after: 10, status: .serviceUnavailable)
                }
                return .json(["status": "ready"])
            },
            Endpoint("document", .get, "/openapi.json", access: .anybody) { _ in
                .bytes(PackageResources.openapi_json, type: "application/json")
            },
            Endpoint("metrics", .get, "/metrics") { _ in
                .bytes(Array(try await metrics().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    private func metrics() async throws -> String {
        let counts = try await core.store.counts()
        let load = await core.orchestrator.load
        let states = ["queued", "running", "finished"].map { ("{state=\"\($0)\"}", counts[$0] ?? 0) }
        let benches = await core.bench.all.count
        return core.metrics.text(gauges: [
            ("godhand_tasks", "Tasks that are remembered, by state.", states),
            ("godhand_machines_warm", "Machines that are kept ready.", [("", load.warm)]),
            ("godhand_attempts_running", "Attempts that are under way.", [("", load.running)]),
            ("godhand_sandboxes", "Sandboxes that people asked for.", [("", benches)]),
            ("godhand_questions_open", "Questions that wait for a person.", [("", core.live.openQuestions)]),
            ("godhand_streams_open", "Streams of events and pictures that are open.", [("", streams.inside)]),
            ("godhand_event_last", "The number of the newest event.", [("", core.store.feed.last)]),
        ])
    }
}
