import Foundation

/// The names and labels by which our containers, images and networks are told from others.
enum DockerName {
    static func container(_ id: SandboxID) -> String { "gh-\(id)" }

    /// The sandbox that a container name stands for.
    static func sandbox(_ container: String) -> SandboxID? {
        let name = container.hasPrefix("/") ? container.dropFirst() : Substring(container)
        return name.hasPrefix("gh-") ? SandboxID(rawValue: String(name.dropFirst(3))) : nil
    }

    /// The engine's name for the network of a spec; nil for the two that are not ours.
    static func network(of spec: SandboxSpec) -> String? {
        if case .named(let name) = spec.network { "gh-net-\(name)" } else { nil }
    }

    static let snapshotRepository = "godhand/snapshot"

    /// The image that holds a stored disk.
    static func snapshot(_ id: SandboxID) -> String { "\(snapshotRepository):\(id)" }

    /// The stored disk that an image holds; nil if it is another image.
    static func snapshot(in image: String) -> SandboxID? {
        let parts = image.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && parts[0] == snapshotRepository ? SandboxID(rawValue: String(parts[1])) : nil
    }
}

/// Labels of ours; those of callers are kept under ``user``.
enum DockerLabel {
    static let id = "dev.godhand.id"
    static let owner = "dev.godhand.owner"
    static let snapshot = "dev.godhand.snapshot"
    static let user = "dev.godhand.user."
}

/// What is asked of the engine for a sandbox: every limit and every restriction in one place.
enum DockerCreation {
    /// The body of the call that creates a container.
    ///
    /// - Parameter sockets: The directory of the host that the guest sees, read-only, at `/run/godhand`.
    static func body(
        _ id: SandboxID, _ spec: SandboxSpec, image: String, owner: String, sockets: String
    ) throws -> ContainerCreation {
        var environment = spec.environment
        if let screen = spec.screen { environment["GODHAND_SCREEN"] = "\(screen)" }
        var labels = Dictionary(uniqueKeysWithValues: spec.labels.map { (DockerLabel.user + $0.key, $0.value) })
        labels[DockerLabel.id] = id.rawValue
        labels[DockerLabel.owner] = owner
        labels[DockerLabel.snapshot] = ""

        let network = DockerName.network(of: spec)
        let name = spec.hostname ?? "desktop"
        return ContainerCreation(
            image: image, user: spec.user, env: environment.map { "\($0.key)=\($0.value)" }.sorted(), labels: labels,
            hostname: name, exposedPorts: ports(spec).map { $0.mapValues { _ in EmptyObject() } },
            hostConfig: host(spec, sockets: sockets, network: network),
            networkingConfig: network.map { NetworkingConfiguration(endpointsConfig: [$0: .init(aliases: [name])]) })
    }

    private static func host(_ spec: SandboxSpec, sockets: String, network: String?) -> HostConfiguration {
        let mounts = [HostConfiguration.MountEntry(source: sockets, target: "/run/godhand", readOnly: true)]
        return HostConfiguration(
            memory: spec.memory, memorySwap: spec.memory, nanoCpus: Int(spec.cpus * 1e9), pidsLimit: spec.processLimit,
            // Browsers share pictures between their processes there; the engine's default of 64 MiB makes them crash.
            shmSize: min(512 << 20, spec.memory / 2),
            securityOpt: ["no-new-privileges:true", "seccomp=\(seccompProfile)"],
            readonlyRootfs: spec.profile == .sealed, tmpfs: spec.profile == .sealed ? sealedPlaces : nil,
            mounts: mounts + spec.mounts.map { .init(source: $0.source, target: $0.target, readOnly: $0.readOnly) },
            networkMode: network ?? (spec.network == .full ? "bridge" : "none"), portBindings: ports(spec),
            ulimits: [
                .init(name: "nofile", soft: 8192, hard: 16384), .init(name: "core", soft: 0, hard: 0),
                .init(name: "memlock", soft: 65_536, hard: 65_536),
            ])
    }

    /// Where a sealed machine can write: in memory, within its limit.
    private static let sealedPlaces = [
        "/tmp": "rw,nosuid,nodev,size=256m,mode=1777",
        "/var/tmp": "rw,nosuid,nodev,size=64m,mode=1777",
        "/run": "rw,nosuid,nodev,noexec,size=16m,mode=0755",
        "/home/user": "rw,nosuid,nodev,size=512m,uid=1000,gid=1000,mode=0700",
    ]

    private static func ports(_ spec: SandboxSpec) -> [String: [HostConfiguration.PortBinding]]? {
        guard !spec.ports.isEmpty else { return nil }
        return Dictionary(
            spec.ports.map { ("\($0.guest)/tcp", [HostConfiguration.PortBinding(hostPort: "\($0.host)")]) },
            uniquingKeysWith: +)
    }

    /// The system call filter. The API takes the text itself, not a path.
    static let seccompProfile = String(decoding: PackageResources.seccomp_json, as: UTF8.self)
}
