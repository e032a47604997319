/// One message on a virtual machine's port: what it is about, which stream, and bytes.
/// `Documentation/GuestProtocol.md` says what they mean.
struct PortFrame: Sendable, Equatable {
    enum Kind: UInt8, Sendable {
        case open = 0x4F  // O
        case data = 0x44  // D
        case window = 0x57  // W
        case close = 0x43  // C
        case reset = 0x52  // R
        case answer = 0x41  // A
        case renewal = 0x4E  // N
        case identity = 0x49  // I
        case hold = 0x48  // H
        case go = 0x47  // G
    }

    static let payloadLimit = 16_384
    static let headSize = 7
    /// The last byte of a frame: one that was cut short and filled up with zeros does not have it.
    static let end: UInt8 = 0xA5
    static let sizeLimit = headSize + payloadLimit + 1
    static let nonceSize = 16

    var kind: Kind
    var stream: UInt32 = 0
    var payload: [UInt8] = []

    /// `type: u8`, `stream: u32`, `length: u16`, payload, ``end``; big-endian.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.append(bigEndian: stream)
        bytes.append(UInt8(truncatingIfNeeded: payload.count >> 8))
        bytes.append(UInt8(truncatingIfNeeded: payload.count))
        bytes += payload
        bytes.append(Self.end)
    }

    /// What makes the guest forget all that was said before, even half a frame: zeros enough to fill up any, and the
    /// demand for an answer with this number.
    static func fresh(_ nonce: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: sizeLimit)
        PortFrame(kind: .reset, payload: nonce).append(to: &bytes)
        return bytes
    }
}
