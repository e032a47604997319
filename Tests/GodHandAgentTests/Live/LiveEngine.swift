import Foundation
import GodHandCore
import Testing

@testable import GodHandSandbox

/// All tests on a real engine, one after the other: many machines at once on a small host take so long to start that
/// what is tested is the host.
@Suite(.serialized) enum Live {}

/// The engine and the images on this machine, for tests that drive the real thing.
enum LiveEngine {
    /// Whether tests may be left out where there is no engine. `make test` says no, so that nothing is skipped silently.
    static let isRequired = ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil

    static func hasImages() async -> Bool {
        if isRequired { return true }
        do {
            for spec in [SandboxSpec.desktop, .wiki(on: "x")] {
                if try await !DockerBackend().engine().hasImage(spec.image) { return false }
            }
            return true
        } catch { return false }
    }

    /// Lends a desktop with the encyclopedia beside it, at `http://wiki`.
    static func withWiki<Result: Sendable>(
        screen: Size? = nil, _ body: @Sendable (Sandbox) async throws -> Result
    ) async throws -> Result {
        let network = "test-\(SandboxID.unique())"
        var spec = SandboxSpec.desktop
        spec.network = .named(network)
        if let screen { spec.screen = screen }
        let desktop = spec
        return try await DockerBackend().withSandboxScope { scope in
            async let wiki = scope.create(.wiki(on: network))
            async let sandbox = scope.create(desktop)
            _ = try await wiki
            return try await body(sandbox)
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs an engine with both images.
    static var liveWiki: Self {
        .enabled("No engine with the images godhand/desktop and godhand/wiki answers: run make image, or make test.") {
            await LiveEngine.hasImages()
        }
    }

    /// Needs QEMU and the image of virtual machines.
    static var liveVM: Self {
        .enabled("QEMU with the image 'vm' is not there: run make vm.") {
            if ProcessInfo.processInfo.environment["GODHAND_REQUIRE_QEMU"] != nil { return true }
            guard ProgramSearch.path(of: QEMUProgram.system) != nil, let places = try? QEMUBackend().places() else {
                return false
            }
            return (try? VMImage(at: places.image(SandboxSpec.vm.image), name: "vm")) != nil
        }
    }
}
