/// All that one QEMU is started with. The command line follows from it and from nothing else.
struct QEMULaunch: Sendable, Hashable {
    /// Shown in the list of processes.
    var id: SandboxID
    /// What stands in the guest's firmware, and never changes in its life.
    var board: Board
    /// A file as large as the memory, in which the memory begins. It stays as it is: what the guest writes is kept in
    /// pages of its QEMU's own.
    var memory: String
    /// The layers of the disk, the lowest first. The last is written; all others are only read, maybe by several QEMUs.
    var disk: [String]
    /// Whether the machine waits for its state to be loaded instead of starting its kernel.
    var isIncoming = false
    var acceleration = QEMUAcceleration.best

    /// What a guest sees of its machine. A stored state can only be loaded into a machine with the same board.
    struct Board: Sendable, Hashable, Codable {
        /// QEMU's word for the kind of machine.
        var machine: String
        var processors: Int
        /// Bytes.
        var memory: Int
        /// Width and height of the screen; nil for a machine without one.
        var screen: Size?
        var kernel: String
        var initrd: String
        var commandLine: String
        var network: Network = .none
    }

    /// What the guest's network interface is connected to.
    enum Network: Sendable, Hashable, Codable {
        /// There is none.
        case none
        /// Whatever this host reaches, and the ports of the guest that are shown on the host's loopback address.
        case user(address: String, ports: [SandboxSpec.PublishedPort])
    }
}
