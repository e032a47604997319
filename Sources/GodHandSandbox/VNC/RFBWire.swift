/// Reads big-endian numbers from bytes that a guest sent, and never past their end.
struct RFBReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var remaining: Int { bytes.count - offset }

    mutating func byte() -> UInt8? {
        guard offset < bytes.count else { return nil }
        defer { offset += 1 }
        return bytes[offset]
    }

    mutating func uint16() -> UInt16? {
        guard remaining >= 2 else { return nil }
        defer { offset += 2 }
        return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    mutating func uint32() -> UInt32? {
        guard remaining >= 4 else { return nil }
        defer { offset += 4 }
        return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The next bytes as an array; for lengths that were checked before.
    mutating func array(_ count: Int) -> [UInt8]? {
        guard count >= 0, remaining >= count else { return nil }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    mutating func skip(_ count: Int) -> Void? {
        guard count >= 0, remaining >= count else { return nil }
        offset += count
        return ()
    }
}

/// What we say to an RFB server.
enum RFBClientMessage: Equatable {
    case version
    case selectSecurity(UInt8)
    case challengeResponse([UInt8])
    /// Shares the screen with other viewers.
    case initialise
    /// 32 bits a pixel, little-endian, red first in memory.
    case pixelFormat
    case encodings([RFBEncoding])
    case requestUpdate(Rect, incremental: Bool)
    case key(UInt32, isDown: Bool)
    case pointer(Point, buttons: UInt8)
    case fence(flags: UInt32, payload: [UInt8])

    /// Scroll Lock goes up, which nobody holds down: a server does not pass on what changes nothing.
    static let nudge = key(0xff14, isDown: false)

    /// Adds the message as bytes.
    func append(to bytes: inout [UInt8]) {
        switch self {
        case .version: bytes += Array("RFB 003.008\n".utf8)
        case .selectSecurity(let type): bytes.append(type)
        case .challengeResponse(let response): bytes += response
        case .initialise: bytes.append(1)
        case .pixelFormat:
            bytes += [0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0]
        case .encodings(let encodings):
            bytes += [2, 0]
            bytes.appendBigEndian(UInt16(clamping: encodings.count))
            for encoding in encodings { bytes.appendBigEndian(UInt32(bitPattern: encoding.rawValue)) }
        case .requestUpdate(let area, let incremental):
            bytes += [3, incremental ? 1 : 0]
            for number in [area.x, area.y, area.width, area.height] {
                bytes.appendBigEndian(UInt16(clamping: number))
            }
        case .key(let keysym, let isDown):
            bytes += [4, isDown ? 1 : 0, 0, 0]
            bytes.appendBigEndian(keysym)
        case .pointer(let point, let buttons):
            bytes += [5, buttons]
            bytes.appendBigEndian(UInt16(clamping: point.x))
            bytes.appendBigEndian(UInt16(clamping: point.y))
        case .fence(let flags, let payload):
            let payload = payload.prefix(RFBLimits.fence)
            bytes += [248, 0, 0, 0]
            bytes.appendBigEndian(flags)
            bytes.append(UInt8(payload.count))
            bytes += payload
        }
    }
}

/// The kinds of rectangles that pass the gate. Nothing else is announced, and nothing else is let through.
enum RFBEncoding: Int32, CaseIterable {
    case raw = 0
    case copyRect = 1
    /// The shape of the cursor: by announcing it, the cursor is kept out of the picture. The shape itself is dropped.
    case cursor = -239
    case desktopSize = -223
    case lastRect = -224
    case pointerPosition = -232
    /// The same under another number, as newer servers send it.
    case cursorPosition = 0x574d_5666
    /// Whether Caps Lock and the like are on. It is dropped, but must be announced: for clients that do not know it, servers
    /// guess from the letters that they send, and press Caps Lock before a capital that comes without Shift.
    case lockState = -261
    /// Not a rectangle: announces that we answer fences.
    case fence = -312
}

extension [UInt8] {
    /// Adds a number, most significant byte first.
    mutating func appendBigEndian(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }
}
