import Foundation
import Testing

@testable import GodHandSandbox

/// All tests on a real engine, one after the other: many machines at once on a small host take so long to start that
/// what is tested is the host.
@Suite(.serialized) enum Live {}

/// The engine and the images on this machine, for tests that drive the real thing.
enum LiveEngine {
    /// Whether tests may be left out where there is no engine. `make test` says no, so that nothing is skipped silently.
    static let isRequired = ProcessInfo.processInfo.environment["GODHAND_REQUIRE_ENGINE"] != nil

    static func has(_ image: String) async -> Bool {
        if isRequired { return true }
        do { return try await DockerBackend().engine().hasImage(image) } catch { return false }
    }
}

extension Trait where Self == ConditionTrait {
    /// Needs an engine with the desktop image.
    static var liveDesktop: Self {
        .enabled("No engine with the image godhand/desktop answers: run make image, or make test.") {
            await LiveEngine.has(SandboxSpec.desktop.image)
        }
    }

    /// Needs an engine with both images.
    static var liveWiki: Self {
        .enabled("No engine with the images godhand/desktop and godhand/wiki answers: run make image, or make test.") {
            guard await LiveEngine.has(SandboxSpec.desktop.image) else { return false }
            return await LiveEngine.has(SandboxSpec.wiki(on: "x").image)
        }
    }
}
