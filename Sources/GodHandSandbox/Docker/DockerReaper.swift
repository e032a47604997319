/// Finds containers of ours, and removes those whose owner is gone.
struct DockerReaper: Reaper {
    let backend: DockerBackend

    func list() async throws -> [OwnedMachine] {
        let containers = try await backend.engine().listContainers(label: DockerLabel.id)
        return containers.compactMap { container in
            guard let labels = container.labels, let id = labels[DockerLabel.id], let owner = labels[DockerLabel.owner],
                container.names.contains("/" + DockerName.container(SandboxID(rawValue: id)))
            else { return nil }
            let own = labels.compactMap { label -> (String, String)? in
                guard label.key.hasPrefix(DockerLabel.user) else { return nil }
                return (String(label.key.dropFirst(DockerLabel.user.count)), label.value)
            }
            return OwnedMachine(
                id: SandboxID(rawValue: id), owner: owner, state: container.state, image: container.image,
                labels: Dictionary(own, uniquingKeysWith: { first, _ in first }))
        }
    }

    func remove(_ entry: LedgerEntry) async throws -> Bool {
        let engine = try await backend.engine()
        if entry.kind == .filesystemSnapshot {
            let image = DockerName.snapshot(entry.id)
            guard try await engine.hasImage(image) else { return false }
            try await engine.removeImage(image)
            return true
        }
        let runtime = try backend.runtimeDirectory()
        let container = DockerName.container(entry.id)
        var isFound = false
        if let inspection = try await engine.inspectContainer(container) {
            // The name alone proves nothing, nor do labels, which images can carry on: all three must agree.
            guard inspection.name == "/\(container)", inspection.config.labels?[DockerLabel.id] == entry.id.rawValue,
                inspection.config.labels?[DockerLabel.owner] == entry.owner
            else {
                throw GodHandError(
                    .nameTaken, "Container \(container) exists and belongs to somebody else; it was left alone.")
            }
            isFound = try await engine.removeContainer(container)
            if let disk = DockerName.snapshot(in: inspection.config.image) { try await engine.removeNameless(disk) }
        }
        if let network = entry.details["network"], network.hasPrefix("gh-net-") {
            try await engine.leaveNetwork(network, NetworkLocks(runtime))
        }
        // Only our own directory, whatever the entry says.
        if entry.details["directory"] == runtime.path(of: entry.id) { try runtime.remove(entry.id) }
        return isFound
    }
}
