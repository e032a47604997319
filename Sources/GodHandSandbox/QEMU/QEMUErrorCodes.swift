extension GodHandError.Code {
    /// QEMU is not installed, or not in a version that can be used.
    public static let qemuUnavailable: Self = "qemu.unavailable"
    /// QEMU refused a command or ended when it should not.
    public static let qemuFailed: Self = "qemu.failed"
}
