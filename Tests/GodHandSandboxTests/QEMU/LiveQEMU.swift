import Foundation
import Testing

@testable import GodHandSandbox

/// QEMU on this machine, for tests that drive the real thing.
enum LiveQEMU {
    /// Whether tests may be left out where there is no QEMU. `make test` says no, so that nothing is skipped silently.
    static let isRequired = ProcessInfo.processInfo.environment["GODHAND_REQUIRE_QEMU"] != nil

    static var isInstalled: Bool { isRequired || ProgramSearch.path(of: QEMUProgram.system) != nil }
}

extension Trait where Self == ConditionTrait {
    /// Needs the program, and no image.
    static var qemu: Self {
        .enabled("QEMU is not installed: run Scripts/packages.sh vm, or make test.") { LiveQEMU.isInstalled }
    }
}
