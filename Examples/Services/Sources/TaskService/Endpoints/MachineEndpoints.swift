import Foundation
import GodHandCore
import HTTPTypes
import Hummingbird

extension ServiceAPI {
    /// Machines beside those of tasks, and what is stored of them.
    var machineEndpoints: [Endpoint] {
        [
            Endpoint("createSandbox", .post, "/v1/sandboxes") { try await create($0) },
            Endpoint("listSandboxes", .get, "/v1/sandboxes") { _ in
                .json(["sandboxes": .array(await core.bench.all.map(shown))])
            },
            Endpoint("getSandbox", .get, "/v1/sandboxes/{sandbox}") { call in
                .json(shown(try await core.bench.place(try sandbox(call))))
            },
            Endpoint("destroySandbox", .delete, "/v1/sandboxes/{sandbox}") { call in
                _ = try await call.body()
                try await core.bench.destroy(try sandbox(call))
                return Response(status: .noContent)
            },
            Endpoint("pauseSandbox", .post, "/v1/sandboxes/{sandbox}/pause") { call in
                _ = try await call.body()
                return .json(shown(try await core.bench.setPaused(true, try sandbox(call))))
            },
            Endpoint("resumeSandbox", .post, "/v1/sandboxes/{sandbox}/resume") { call in
                _ = try await call.body()
                return .json(shown(try await core.bench.setPaused(false, try sandbox(call))))
            },
            Endpoint("getSandboxScreenshot", .get, "/v1/sandboxes/{sandbox}/screenshot") { call in
                let display = try await core.bench.place(try sandbox(call)).sandbox.display
                let picture = try await withTimeLimit(.seconds(20), "The screenshot") { try await display.screenshot() }
                return .bytes(picture.png, type: "image/png")
            },
            Endpoint("createSnapshot", .post, "/v1/sandboxes/{sandbox}/snapshots") { call in
                let fields = try Fields(try await call.json(), allowing: ["preserving"])
                let kind = try fields.word("preserving", as: Preserving.self) ?? .filesystem
                let stored = try await core.bench.snapshot(
                    try sandbox(call), preserving: kind == .memory ? .memory : .filesystem)
                return .json(shown(stored), status: .created)
            },
            Endpoint("listSnapshots", .get, "/v1/snapshots") { _ in
                .json(["snapshots": .array(try await core.store.snapshots().map(shown))])
            },
            Endpoint("deleteSnapshot", .delete, "/v1/snapshots/{snapshot}") { call in
                _ = try await call.body()
                try await core.bench.deleteSnapshot(SandboxID(rawValue: try call.part("snapshot")))
                return Response(status: .noContent)
            },
        ]
    }

    private enum Preserving: String, CaseIterable {
        case filesystem, memory
    }

    private func sandbox(_ call: Call) throws -> SandboxID { SandboxID(rawValue: try call.part("sandbox")) }

    private func create(_ call: Call) async throws -> Response {
        let fields = try Fields(try await call.json(), allowing: ["machine", "snapshot"])
        guard !core.isDraining else {
            throw Problem.busy("The service is ending.", after: 10, status: .serviceUnavailable)
        }
        let machine = try fields.object("machine", allowing: TaskMachine.names).map { try TaskMachine($0) }
        let place: Workbench.Place
        if let snapshot = try fields.string("snapshot", scalars: 1...64) {
            guard machine == nil else { throw Problem.invalid("Give either machine or snapshot.") }
            place = try await core.bench.restore(SandboxID(rawValue: snapshot))
        } else {
            let machine = machine ?? TaskMachine()
            try core.workplace.require(machine)
            place = try await core.bench.create(machine, in: core.workplace)
        }
        var response = Response.json(shown(place), status: .created)
        response.headers[.location] = "/v1/sandboxes/\(place.sandbox.id)"
        return response
    }

    private func shown(_ place: Workbench.Place) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(place.sandbox.id.rawValue), "backend": .string(place.sandbox.backend),
            "machine": place.machine.json, "isPaused": .bool(place.isPaused),
        ]
        if let origin = place.sandbox.origin { members["origin"] = .string(origin.rawValue) }
        return .object(members)
    }

    private func shown(_ snapshot: Snapshot) -> JSONValue {
        .object([
            "id": .string(snapshot.id.rawValue), "preserves": .string(snapshot.preserves.rawValue),
            "sandbox": .string(snapshot.origin.rawValue), "takenAt": .string(snapshot.takenAt.written),
            "machine": TaskMachine(of: snapshot.spec).json,
        ])
    }
}
