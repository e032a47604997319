/// What a machine is to be: everything that `create` needs to know.
///
/// Start from ``desktop`` and change what differs:
/// ```swift
/// var spec = SandboxSpec.desktop
/// spec.screen = Size(width: 1024, height: 768)
/// spec.network = .named("lab")
/// ```
public struct SandboxSpec: Sendable, Hashable, Codable {
    /// What the machine is made from, in the words of the backend: for Docker the reference of an image.
    public var image: String
    /// Width and height of the display in pixels, or nil for a machine without one.
    public var screen: Size?
    /// How many processors it may use; fractions allowed.
    public var cpus: Double = 2
    /// Bytes of memory.
    public var memory: Int = 2 << 30
    /// How many processes and threads may exist in it at once.
    public var processLimit = 1024
    /// Environment for everything in it. Visible to whoever may ask the engine, so never put a secret here.
    public var environment: [String: String] = [:]
    /// Directories of the host to show in it.
    public var mounts: [Mount] = []
    /// Who commands run as, by number or name; nil for the image's own user.
    public var user: String?
    /// What it can reach.
    public var network: NetworkAccess = .none
    /// The name by which others on a named network reach it; nil for none.
    public var hostname: String?
    /// Ports of the guest that are shown on the host's loopback address; only with ``NetworkAccess/full``.
    public var ports: [PublishedPort] = []
    /// The machine's own name: 1 to 63 lower-case letters, digits and dashes, the first a letter or digit. Nil for a new one
    /// that nothing else has.
    public var name: String?
    /// Labels of your own. They are kept apart from those by which machines are owned.
    public var labels: [String: String] = [:]
    /// Whether its disk can be written, and so snapshotted.
    public var profile: Profile = .stateful
    /// How long things may take.
    public var timeouts = Timeouts()

    /// Makes a spec with the usual limits: two processors, two gibibytes, no network.
    public init(image: String, screen: Size?) {
        self.image = image
        self.screen = screen
    }

    /// A Linux desktop with Firefox, a terminal, an editor and a file manager at 1280x800.
    public static let desktop = SandboxSpec(image: "godhand/desktop:latest", screen: Size(width: 1280, height: 800))

    /// The same desktop as a whole virtual machine: slower to make, with a system of its own under it, and its running
    /// programs survive in snapshots and forks.
    public static let vm: SandboxSpec = {
        var spec = SandboxSpec(image: "vm", screen: Size(width: 1280, height: 800))
        spec.memory = 1536 << 20
        // Without the help of the processor a system takes tens of seconds to start.
        spec.timeouts.create = .seconds(180)
        return spec
    }()

    /// An offline encyclopedia that others on the network reach as `http://wiki/`. It has no display.
    public static func wiki(on network: String) -> SandboxSpec {
        var spec = SandboxSpec(image: "godhand/wiki:latest", screen: nil)
        spec.network = .named(network)
        spec.hostname = "wiki"
        spec.memory = 512 << 20
        return spec
    }

    /// A directory of the host that a guest sees.
    public struct Mount: Sendable, Hashable, Codable {
        /// The absolute path on the host.
        public var source: String
        /// The absolute path in the guest.
        public var target: String
        /// Whether the guest may only read.
        public var readOnly: Bool

        /// Makes a mount, read-only unless said otherwise.
        public init(source: String, target: String, readOnly: Bool = true) {
            self.source = source
            self.target = target
            self.readOnly = readOnly
        }
    }

    /// A port of the guest that programs of the host reach at 127.0.0.1.
    public struct PublishedPort: Sendable, Hashable, Codable {
        /// The port in the guest, from 1 to 65535.
        public var guest: Int
        /// The port on the host, from 1 to 65535.
        public var host: Int

        /// Makes a pair of ports.
        public init(guest: Int, host: Int) {
            self.guest = guest
            self.host = host
        }
    }

    /// Whether a machine's disk can be written.
    public enum Profile: String, Sendable, Hashable, Codable {
        /// Writable, so that snapshots and forks can be made of it.
        case stateful
        /// Read-only but for memory-backed places; it cannot be snapshotted, and nothing that is written stays.
        case sealed
    }

    /// How long the steps of a machine's life may take.
    public struct Timeouts: Sendable, Hashable, Codable {
        /// From the call of `create` until the machine is ready.
        public var create: Duration = .seconds(60)
        /// A command that does not say otherwise.
        public var exec: Duration = .seconds(60)
        /// Taking a snapshot.
        public var snapshot: Duration = .seconds(120)
        /// Destroying, force included.
        public var destroy: Duration = .seconds(15)

        /// Makes the usual timeouts.
        public init() {}
    }
}

/// What a machine can reach.
public enum NetworkAccess: Sendable, Hashable, Codable {
    /// Nothing: only its own loopback.
    case none
    /// A private network of this name: the others on it, by host name, and nothing outside. It is made when the first
    /// machine joins and goes with the last.
    case named(String)
    /// Whatever the engine's default network reaches.
    case full
}
