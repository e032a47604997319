import Foundation

/// What runs the guest's instructions.
enum QEMUAcceleration: String, Sendable, Hashable {
    /// The processor itself, by Linux.
    case kvm
    /// The processor itself, by macOS.
    case hvf
    /// Translation by QEMU: works everywhere, and is many times slower.
    case tcg

    /// The best that this host has.
    static let best: QEMUAcceleration = {
        #if os(macOS)
            return .hvf
        #else
            return KVMDevice.isUsable ? .kvm : .tcg
        #endif
    }()

    /// The value of `-accel`.
    var argument: String {
        switch self {
        case .kvm: "kvm"
        case .hvf: "hvf"
        // Room for translated code, in MiB. It is private memory of each machine, so no more than a desktop makes use of.
        case .tcg: "tcg,thread=multi,tb-size=128"
        }
    }

    /// The value of `-cpu`: all that this acceleration can do, save what is slow in translation.
    ///
    /// A processor with ERMS copies and clears fastest byte by byte, so kernels for it do that. Translated, that costs
    /// a loop for each byte: clearing takes eight times as long as by words, and copying more than twice. FSRM, which
    /// newer versions of QEMU have, goes with it: Linux 6.1 comes to a standstill on a processor that has it alone.
    var processor: String {
        guard self == .tcg else { return "host" }
        #if arch(x86_64)
            return "max,erms=off,fsrm=off"
        #else
            return "max"
        #endif
    }
}

/// The device of Linux that lets a guest use the processor itself.
enum KVMDevice {
    private static let path = "/dev/kvm"

    /// Whether QEMU can use it: one that is not of Intel's or AMD's module may not run ordinary guests.
    static let isUsable: Bool = {
        #if arch(x86_64)
            let modules = ["/sys/module/kvm_intel", "/sys/module/kvm_amd"]
            guard modules.contains(where: { access($0, F_OK) == 0 }) else { return false }
        #endif
        guard access(path, R_OK | W_OK) == 0 else { return false }
        // Root can open anything, but QEMU will not be root.
        return getuid() != 0 || group != nil || permissions & 0o006 == 0o006
    }()

    /// The group whose members can use it; nil if there is no such group.
    static let group: UInt32? = {
        var status = stat()
        guard permissions & 0o060 == 0o060, stat(path, &status) == 0, status.st_gid != 0 else { return nil }
        return status.st_gid
    }()

    private static var permissions: mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }
}
