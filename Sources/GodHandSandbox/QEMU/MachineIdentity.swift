import Foundation

/// What no two machines may share, although one may be a copy of the other.
enum MachineIdentity {
    /// A new hardware address of the kind that nobody is given for good.
    static func address() -> String {
        let rest = (0..<5).map { _ in UInt8.random(in: .min ... .max) }
        return ([0x52] + rest).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }.joined(separator: ":")
    }

    /// Sets the guest's host name, machine id, hardware address and clock, and gives it fresh randomness.
    ///
    /// - Throws: `GodHandError` with `guest.unresponsive` if the guest says that it could not.
    static func renew(hostname: String, network: QEMULaunch.Network, through port: GuestPort) async throws {
        let id = (0..<16).map { _ in UInt8.random(in: .min ... .max) }.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        var hardware = "-"
        if case .user(let address, _) = network { hardware = address }
        let now = Int(Date().timeIntervalSince1970 * 1e9)
        let random = (0..<64).map { _ in UInt8.random(in: .min ... .max) }
        try await port.identify(Array("\(hostname) \(id) \(hardware) \(now)\n".utf8) + random)
    }
}
