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

    /// Removes an image. Harmless if it is gone; one that containers use stays and is an error.
    func removeImage(_ reference: String) async throws {
        _ = try await call(
            "DELETE", "/images/\(reference)", query: ["force": "true"], timeout: .seconds(30), accepting: [404],
            "remove image \(reference)")
    }

    /// Makes a private network. Harmless if there is one of this name.
    func ensureNetwork(_ name: String, labels: [String: String]) async throws {
        do {
            _ = try await call(
                "POST", "/networks/create", body: NetworkCreation(name: name, labels: labels), timeout: .seconds(30),
                "create network \(name)")
        } catch let error as GodHandError where error.code == .nameTaken {
            return
        }
    }

    /// Removes a network that nothing is connected to; one that is in use stays. Returns whether it is gone.
    func removeNetworkIfUnused(_ name: String) async throws -> Bool {
        // 403: it has active endpoints. The engine checks this itself, so two machines that leave at once cannot both
        // think that the other one is still there.
        let answer = try await call(
            "DELETE", "/networks/\(name)", timeout: .seconds(30), accepting: [403, 404], "remove network \(name)")
        return answer.status != 403
    }

    /// Networks that carry a label.
    func listNetworks(label: String) async throws -> [NetworkSummary] {
        try await fetch(
            [NetworkSummary].self, "GET", "/networks", query: ["filters": #"{"label":["\#(label)"]}"#], "list networks")
    }
}
