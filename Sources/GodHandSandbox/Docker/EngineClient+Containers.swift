import Foundation

/// Containers: `/containers`.
extension EngineClient {
    /// Creates a container of this name.
    ///
    /// - Throws: Besides what every call does, `engine.incompatible` if the engine drops a limit that was asked for.
    func createContainer(_ creation: ContainerCreation, named name: String) async throws {
        let created = try await fetch(
            CreatedObject.self, "POST", "/containers/create", query: ["name": name], body: creation,
            timeout: .seconds(30), "create container \(name)")
        // Where the kernel cannot limit something, the engine only warns. Without swap there is nothing to limit.
        let dropped = (created.warnings ?? []).filter { $0.contains("discarded") && !$0.contains("swap") }
        guard dropped.isEmpty else {
            throw GodHandError(
                .engineIncompatible, "The engine cannot limit a sandbox: \(dropped.joined(separator: " "))",
                hint: "Enable the memory, cpu and pids control groups of the kernel.")
        }
    }

    func startContainer(_ name: String) async throws {
        // 304: it runs already.
        _ = try await call(
            "POST", "/containers/\(name)/start", timeout: .seconds(30), accepting: [304], "start container \(name)")
    }

    /// Kills and removes a container with its anonymous volumes. Harmless if it is gone.
    func removeContainer(_ name: String, timeout: Duration = .seconds(15)) async throws -> Bool {
        // 409: another call is removing it already, and will.
        let answer = try await call(
            "DELETE", "/containers/\(name)", query: ["force": "true", "v": "true"], timeout: timeout,
            accepting: [404, 409], "remove container \(name)")
        return answer.status != 404
    }

    /// What the engine knows of a container; nil if there is none of this name.
    func inspectContainer(_ name: String) async throws -> ContainerInspection? {
        do {
            return try await fetch(
                ContainerInspection.self, "GET", "/containers/\(name)/json", "inspect container \(name)")
        } catch let error as GodHandError where error.code == .notFound {
            return nil
        }
    }

    /// Who owns a container, by its label; nil if there is none.
    func owner(of name: String) async throws -> String? {
        try await inspectContainer(name)?.config.labels?[DockerLabel.owner]
    }

    /// Containers in any state that carry a label.
    func listContainers(label: String) async throws -> [ContainerSummary] {
        try await fetch(
            [ContainerSummary].self, "GET", "/containers/json",
            query: ["all": "true", "filters": #"{"label":["\#(label)"]}"#], "list containers")
    }

    func pauseContainer(_ name: String) async throws {
        try await freezing { _ = try await call("POST", "/containers/\(name)/pause", "pause container \(name)") }
    }

    /// On a busy host the engine's runtime gives up freezing a container that starts processes all the time; the next
    /// try usually succeeds.
    private func freezing<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<4 {
            do {
                return try await body()
            } catch let error as GodHandError where error.message.contains("unable to freeze") { continue }
        }
        return try await body()
    }

    func unpauseContainer(_ name: String) async throws {
        _ = try await call("POST", "/containers/\(name)/unpause", "resume container \(name)")
    }

    /// Waits, for as long as it takes, until a container is not running, and returns its exit code.
    func waitForExit(of name: String) async throws -> Int {
        let exit = try await fetch(
            ContainerExit.self, "POST", "/containers/\(name)/wait", query: ["condition": "not-running"],
            timeout: .seconds(86_400), "wait for container \(name)")
        return exit.statusCode
    }

    /// The last lines that a container wrote, as text without the engine's framing.
    func lastLog(of name: String, lines: Int = 5) async throws -> String {
        let answer = try await call(
            "GET", "/containers/\(name)/logs", query: ["stdout": "true", "stderr": "true", "tail": "\(lines)"],
            "read the log of container \(name)")
        var decoder = RawStreamDecoder()
        let text = try decoder.feed(answer.body).map { String(decoding: $0.bytes.suffix(2_000), as: UTF8.self) }
        return text.joined().trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Stores a container's file system as an image, standing still meanwhile, and returns the image's id.
    ///
    /// - Parameter blanking: Labels that the image must not inherit: whatever carries an owner's label may be reaped.
    func commit(
        _ name: String, repository: String, tag: String, labels: [String: String], timeout: Duration
    ) async throws -> String {
        try await freezing {
            try await fetch(
                CreatedObject.self, "POST", "/commit",
                query: ["container": name, "repo": repository, "tag": tag, "pause": "true"],
                body: CommitConfiguration(labels: labels), timeout: timeout, "store container \(name)"
            ).id
        }
    }
}
