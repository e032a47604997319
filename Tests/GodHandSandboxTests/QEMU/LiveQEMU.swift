import Foundation
import GodHandCore
import Testing

@testable import GodHandSandbox

/// QEMU on this machine, for tests that drive the real thing.
enum LiveQEMU {
    /// Whether tests may be left out where there is no QEMU. `make test` says no, so that nothing is skipped silently.
    static let isRequired = ProcessInfo.processInfo.environment["GODHAND_REQUIRE_QEMU"] != nil

    static var hasImage: Bool {
        if isRequired { return true }
        guard isInstalled, let places = try? QEMUBackend().places() else { return false }
        return (try? VMImage(at: places.image(SandboxSpec.vm.image), name: "vm")) != nil
    }

    static var isInstalled: Bool { isRequired || ProgramSearch.path(of: QEMUProgram.system) != nil }
}

extension Trait where Self == ConditionTrait {
    /// Needs the program, and no image.
    static var qemu: Self {
        .enabled("QEMU is not installed: run Scripts/packages.sh vm, or make vm.") { LiveQEMU.isInstalled }
    }

    /// Needs the program and the image.
    static var liveVM: Self {
        .enabled("QEMU with the image 'vm' is not there: run make vm.") { LiveQEMU.hasImage }
    }
}

/// All tests on real virtual machines, one after the other: several that boot at once on a small host take so long that
/// what is tested is the host.
@Suite(.serialized) enum LiveMachines {}
