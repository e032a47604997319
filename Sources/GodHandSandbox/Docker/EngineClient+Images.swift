/// Images and networks: `/images`, `/networks`.
extension EngineClient {
    /// Images that carry a label.
    func listImages(label: String) async throws -> [ImageSummary] {
        try await fetch(
            [ImageSummary].self, "GET", "/images/json", query: ["filters": #"{"label":["\#(label)"]}"#], "list images")
    }

    /// Whether the engine has an image of this name or id.
    func hasImage(_ reference: String) async throws -> Bool {
        let answer = try await call(
            "GET", "/images/\(reference)/json", accepting: [404], "inspect image \(reference)")
        return answer.status != 404
    }

    /// Removes an image. Harmless if it is gone. One on which containers run only loses its name: see
    /// ``removeNameless(_:)``.
    func removeImage(_ reference: String) async throws {
        _ = try await call(
            "DELETE", "/images/\(reference)", query: ["force": "true"], timeout: .seconds(30), accepting: [404],
            "remove image \(reference)")
    }

    /// Removes the image of a stored disk that has lost its name, unless containers still run on it.
    func removeNameless(_ snapshot: SandboxID) async throws {
        let filters = #"{"label":["\#(DockerLabel.snapshot)=\#(snapshot)"],"dangling":["true"]}"#
        let images = try await fetch(
            [ImageSummary].self, "GET", "/images/json", query: ["filters": filters], "list images")
        for image in images {
            _ = try await call(
                "DELETE", "/images/\(image.id)", timeout: .seconds(30), accepting: [404, 409],
                "remove image \(image.id)")
        }
    }

    /// Makes a private network if there is none of this name.
    func ensureNetwork(_ name: String, labels: [String: String], _ locks: NetworkLocks) async throws {
        let making = try await locks.making(name)
        defer { withExtendedLifetime(making) {} }
        let found = try await call("GET", "/networks/\(name)", accepting: [404], "look for network \(name)")
        guard found.status == 404 else { return }
        _ = try await call(
            "POST", "/networks/create", body: NetworkCreation(name: name, labels: labels), timeout: .seconds(30),
            "create network \(name)")
    }

    /// Removes a network, unless machines are on it or about to join: the last one does it.
    func leaveNetwork(_ name: String, _ locks: NetworkLocks) async throws {
        guard let removing = try locks.removing(name) else { return }
        defer { withExtendedLifetime(removing) {} }
        // 403: machines are on it.
        _ = try await call(
            "DELETE", "/networks/\(name)", timeout: .seconds(30), accepting: [403, 404], "remove network \(name)")
    }

    /// Networks that carry a label.
    func listNetworks(label: String) async throws -> [NetworkSummary] {
        try await fetch(
            [NetworkSummary].self, "GET", "/networks", query: ["filters": #"{"label":["\#(label)"]}"#], "list networks")
    }
}
