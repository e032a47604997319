/// The programs of QEMU that are used.
enum QEMUProgram {
    /// The one that is a machine like this host.
    static let system: String = {
        #if arch(arm64)
            "qemu-system-aarch64"
        #else
            "qemu-system-x86_64"
        #endif
    }()

    /// The one that makes disks.
    static let image = "qemu-img"
}
