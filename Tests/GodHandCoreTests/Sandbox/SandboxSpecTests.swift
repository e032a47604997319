import Testing

@testable import GodHandCore

struct SandboxSpecTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var apply: @Sendable (inout SandboxSpec) -> Void

        init(_ name: String, _ apply: @escaping @Sendable (inout SandboxSpec) -> Void) {
            testDescription = name
            self.apply = apply
        }
    }

    static let nonsense: [Change] = [
        Change("no image") { $0.image = "" },
        Change("NUL in image") { $0.image = "a\u{0}b" },
        Change("no processor") { $0.cpus = 0 },
        Change("not a number of processors") { $0.cpus = .nan },
        Change("endless processors") { $0.cpus = .infinity },
        Change("memory in megabytes") { $0.memory = 2048 },
        Change("tiny screen") { $0.screen = Size(width: 63, height: 600) },
        Change("huge screen") { $0.screen = Size(width: 800, height: 4097) },
        Change("negative screen") { $0.screen = Size(width: -800, height: 600) },
        Change("no processes") { $0.processLimit = 0 },
        Change("empty variable name") { $0.environment[""] = "x" },
        Change("equals in variable name") { $0.environment["A=B"] = "x" },
        Change("digit first in variable name") { $0.environment["1A"] = "x" },
        Change("NUL in variable") { $0.environment["A"] = "\u{0}" },
        Change("reserved label") { $0.labels["dev.godhand.owner"] = "me" },
        Change("empty label") { $0.labels[""] = "x" },
        Change("host name with dot") { $0.hostname = "a.b" },
        Change("host name with dash first") { $0.hostname = "-a" },
        Change("empty host name") { $0.hostname = "" },
        Change("long host name") { $0.hostname = String(repeating: "a", count: 64) },
        Change("network with slash") { $0.network = .named("a/b") },
        Change("network with dot first") { $0.network = .named(".a") },
        Change("empty network") { $0.network = .named("") },
        Change("relative source") { $0.mounts = [.init(source: "x", target: "/x")] },
        Change("relative target") { $0.mounts = [.init(source: "/x", target: "x")] },
        Change("mount at the root") { $0.mounts = [.init(source: "/x", target: "/")] },
        Change("dots in a mount") { $0.mounts = [.init(source: "/x/../y", target: "/x")] },
        Change("two mounts at one place") {
            $0.mounts = [.init(source: "/x", target: "/x"), .init(source: "/y", target: "/x")]
        },
        Change("user like an option") { $0.user = "-root" },
        Change("empty name") { $0.name = "" },
        Change("name with a capital") { $0.name = "Wiki" },
        Change("name with dot") { $0.name = "wiki.1" },
        Change("name with slash") { $0.name = "a/b" },
        Change("name that leads upwards") { $0.name = ".." },
        Change("name with dash first") { $0.name = "-a" },
        Change("name with NUL") { $0.name = "a\u{0}" },
        Change("name beyond ASCII") { $0.name = "büro" },
        Change("long name") { $0.name = String(repeating: "a", count: 64) },
        Change("port zero") { $0.publish(guest: 80, host: 0) },
        Change("port too high") { $0.publish(guest: 65_536, host: 8080) },
        Change("negative port") { $0.publish(guest: -1, host: 8080) },
        Change("one port of the host for two") {
            $0.publish(guest: 80, host: 8080)
            $0.publish(guest: 81, host: 8080)
        },
        Change("ports without a network") {
            $0.publish(guest: 80, host: 8080)
            $0.network = .none
        },
        Change("ports from a private network") {
            $0.publish(guest: 80, host: 8080)
            $0.network = .named("lab")
        },
        Change("no time to create") { $0.timeouts.create = .zero },
    ]

    @Test("Nonsense is refused", arguments: nonsense)
    func refuses(_ change: Change) {
        var spec = SandboxSpec.desktop
        change.apply(&spec)
        let error = #expect(throws: GodHandError.self) { try spec.validated() }
        #expect(error?.code == .invalidRequest)
    }

    @Test("Sense is left as it is")
    func accepts() throws {
        var spec = SandboxSpec.wiki(on: "lab_1.x")
        spec.environment = ["_A1": "ü = 1"]
        spec.mounts = [.init(source: "/data", target: "/mnt/data")]
        spec.labels = ["team": "a"]
        spec.cpus = 0.1
        spec.memory = 64 << 20
        spec.name = "wiki-1"
        #expect(try spec.validated() == spec)
        spec.name = String(repeating: "a", count: 63)
        spec.publish(guest: 80, host: 1)
        spec.publish(guest: 80, host: 65_535)
        #expect(try spec.validated() == spec)
        #expect(try SandboxSpec.desktop.validated() == .desktop)
    }
}

extension SandboxSpec {
    /// Shows a port of the guest, on the network that allows it.
    fileprivate mutating func publish(guest: Int, host: Int) {
        network = .full
        ports.append(PublishedPort(guest: guest, host: host))
    }
}
