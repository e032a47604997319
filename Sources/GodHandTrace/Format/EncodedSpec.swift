import GodHandCore

/// What a machine was made to be. Maps to `SandboxSpec`. Members that an older writer did not know keep their usual
/// values.
struct EncodedSpec: Codable {
    var image: String
    var screen: EncodedSize?
    var cpus: Double?
    var memory: Int?
    var processLimit: Int?
    var environment: [String: String]?
    var mounts: [EncodedMount]?
    var user: String?
    var network: String?
    var networkName: String?
    var hostname: String?
    var ports: [EncodedPort]?
    var name: String?
    var labels: [String: String]?
    var profile: String?
    var timeouts: EncodedTimeouts?

    enum CodingKeys: String, CodingKey {
        case image, screen, cpus, memory, processLimit, environment, mounts, user, network, networkName, hostname
        case ports, name, labels, profile, timeouts
    }

    init(_ spec: SandboxSpec) {
        image = spec.image
        screen = spec.screen.map(EncodedSize.init)
        cpus = spec.cpus.isFinite ? spec.cpus : nil
        memory = spec.memory
        processLimit = spec.processLimit
        environment = spec.environment
        mounts = spec.mounts.map(EncodedMount.init)
        user = spec.user
        switch spec.network {
        case .none: network = "none"
        case .named(let name):
            network = "named"
            networkName = name
        case .full: network = "full"
        }
        hostname = spec.hostname
        ports = spec.ports.isEmpty ? nil : spec.ports.map(EncodedPort.init)
        name = spec.name
        labels = spec.labels
        profile = spec.profile.rawValue
        timeouts = EncodedTimeouts(spec.timeouts)
    }

    func spec() throws -> SandboxSpec {
        var spec = SandboxSpec(image: image, screen: screen?.size)
        spec.cpus = cpus ?? spec.cpus
        spec.memory = memory ?? spec.memory
        spec.processLimit = processLimit ?? spec.processLimit
        spec.environment = environment ?? [:]
        spec.mounts = (mounts ?? []).map(\.mount)
        spec.user = user
        switch (network, networkName) {
        case ("none", _), (nil, _): spec.network = .none
        case ("full", _): spec.network = .full
        case ("named", let name?): spec.network = .named(name)
        default: throw UnreadableValue("a network")
        }
        spec.hostname = hostname
        spec.ports = (ports ?? []).map { SandboxSpec.PublishedPort(guest: $0.guest, host: $0.host) }
        spec.name = name
        spec.labels = labels ?? [:]
        if let profile {
            guard let known = SandboxSpec.Profile(rawValue: profile) else { throw UnreadableValue("a profile") }
            spec.profile = known
        }
        if let timeouts { spec.timeouts = try timeouts.timeouts() }
        return spec
    }
}

/// A directory of the host that a guest sees. Maps to `SandboxSpec.Mount`.
struct EncodedMount: Codable {
    var source: String
    var target: String
    var readOnly: Bool

    enum CodingKeys: String, CodingKey {
        case source, target, readOnly
    }

    init(_ mount: SandboxSpec.Mount) {
        source = mount.source
        target = mount.target
        readOnly = mount.readOnly
    }

    var mount: SandboxSpec.Mount { SandboxSpec.Mount(source: source, target: target, readOnly: readOnly) }
}

/// A port of the guest that is shown on the host. Maps to `SandboxSpec.PublishedPort`.
struct EncodedPort: Codable {
    var guest: Int
    var host: Int

    enum CodingKeys: String, CodingKey {
        case guest, host
    }

    init(_ port: SandboxSpec.PublishedPort) {
        guest = port.guest
        host = port.host
    }
}

/// Seconds that the steps of a machine's life may take. Maps to `SandboxSpec.Timeouts`.
struct EncodedTimeouts: Codable {
    var create: Double
    var exec: Double
    var snapshot: Double
    var destroy: Double

    enum CodingKeys: String, CodingKey {
        case create, exec, snapshot, destroy
    }

    init(_ timeouts: SandboxSpec.Timeouts) {
        create = Seconds.value(timeouts.create)
        exec = Seconds.value(timeouts.exec)
        snapshot = Seconds.value(timeouts.snapshot)
        destroy = Seconds.value(timeouts.destroy)
    }

    func timeouts() throws -> SandboxSpec.Timeouts {
        var timeouts = SandboxSpec.Timeouts()
        timeouts.create = try Seconds.duration(create)
        timeouts.exec = try Seconds.duration(exec)
        timeouts.snapshot = try Seconds.duration(snapshot)
        timeouts.destroy = try Seconds.duration(destroy)
        return timeouts
    }
}
