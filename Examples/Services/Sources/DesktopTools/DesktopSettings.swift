public import GodHandCore

/// What a client may have, as the owner of the server decides.
public struct DesktopSettings: Sendable {
    /// What a desktop is made to be where the client does not say otherwise.
    public var spec: SandboxSpec
    /// The images that may be asked for; the first is taken where none is.
    public var images: [String]
    /// Whether a desktop may be asked for that reaches whatever this machine reaches.
    public var allowsNetwork = false
    /// How many desktops may exist at once.
    public var desktops = 4
    /// How many snapshots may be kept at once.
    public var snapshots = 4
    /// The largest file that is read or written, in bytes.
    public var fileBytes = 8 << 20
    /// The longest time that a command may take.
    public var commandTime: Duration = .seconds(600)
    /// How many tools may be used at once, and how many each second in the long run.
    public var rate = (burst: 60, perSecond: 10.0)
    /// After how long a desktop or snapshot that nobody used goes; nil for never before the end.
    public var idleTime: Duration?

    /// Makes the usual bounds.
    public init(spec: SandboxSpec) {
        self.spec = spec
        self.images = [spec.image]
    }
}
