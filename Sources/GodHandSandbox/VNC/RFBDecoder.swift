import CVNCClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The C library's part: it keeps the frame buffer and applies updates to it.
///
/// Used by one thread, the display's own. The library never sees a socket: each of its messages is built from checked
/// parts and laid into its read buffer whole, so it cannot block, and if it wanted more than it was given it would find
/// an invalid descriptor and fail. (Its own wait uses `select`, where a descriptor of 1024 or more corrupts memory.)
final class RFBDecoder {
    private let client: UnsafeMutablePointer<rfbClient>
    private(set) var size: Size

    /// The bytes that must be writable in front of pixels that are given to ``draw(_:headroom:)``.
    static let headroom = 16

    /// The library's loggers are global variables, so they are set once.
    private static let silence: Void = godhand_rfb_silence()

    /// A black screen. The size must have passed the gate.
    init(_ size: Size) throws {
        _ = Self.silence
        guard let client = rfbGetClient(8, 3, 4) else { throw Self.outOfMemory }
        self.client = client
        self.size = size
        godhand_rfb_prepare(client)
        client.pointee.width = Int32(size.width)
        client.pointee.height = Int32(size.height)
        guard let allocate = client.pointee.MallocFrameBuffer, allocate(client) != 0 else {
            rfbClientCleanup(client)
            throw Self.outOfMemory
        }
    }

    deinit {
        free(client.pointee.frameBuffer)
        client.pointee.frameBuffer = nil
        rfbClientCleanup(client)
    }

    private static var outOfMemory: GodHandError {
        GodHandError(.hostFailed, "There is no memory for the picture of a display.")
    }

    /// Draws rows of pixels.
    ///
    /// - Parameters:
    ///   - rect: Where; inside the screen.
    ///   - bytes: The pixels, and before them 16 bytes that are overwritten.
    func draw(_ rect: Rect, headroom bytes: UnsafeMutableRawBufferPointer) throws {
        Self.header(rect, .raw, into: bytes)
        try apply(bytes)
    }

    /// Moves pixels within the screen.
    func copy(from source: Point, to rect: Rect) throws {
        try withUnsafeTemporaryAllocation(byteCount: Self.headroom + 4, alignment: 8) { bytes in
            Self.header(rect, .copyRect, into: bytes)
            bytes.storeBytes(of: UInt16(clamping: source.x).bigEndian, toByteOffset: 16, as: UInt16.self)
            bytes.storeBytes(of: UInt16(clamping: source.y).bigEndian, toByteOffset: 18, as: UInt16.self)
            try apply(bytes)
        }
    }

    /// Makes the screen black and of another size.
    func resize(_ size: Size) throws {
        try withUnsafeTemporaryAllocation(byteCount: Self.headroom, alignment: 8) { bytes in
            Self.header(Rect(size), .desktopSize, into: bytes)
            try apply(bytes)
        }
        self.size = size
    }

    /// The pixels: red, green, blue, anything; rows without gaps.
    func withPixels<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: client.pointee.frameBuffer, count: size.area * 4))
    }

    /// The answer to a server's challenge. The password is cut or filled to 8 bytes, as the protocol has it.
    static func answer(to challenge: [UInt8], password: String) -> [UInt8] {
        var answer = challenge
        guard answer.count == 16 else { return answer }
        var key = Array(password.utf8.prefix(8)) + [UInt8](repeating: 0, count: 9)
        key.withUnsafeMutableBytes { key in
            answer.withUnsafeMutableBufferPointer { answer in
                rfbClientEncryptBytes(answer.baseAddress, key.bindMemory(to: CChar.self).baseAddress)
            }
            key.initializeMemory(as: UInt8.self, repeating: 0)
        }
        return answer
    }

    /// An update of one rectangle.
    private static func header(_ rect: Rect, _ encoding: RFBEncoding, into bytes: UnsafeMutableRawBufferPointer) {
        bytes.storeBytes(of: UInt32(1).bigEndian, toByteOffset: 0, as: UInt32.self)
        for (index, number) in [rect.x, rect.y, rect.width, rect.height].enumerated() {
            bytes.storeBytes(of: UInt16(clamping: number).bigEndian, toByteOffset: 4 + index * 2, as: UInt16.self)
        }
        bytes.storeBytes(of: encoding.rawValue.bigEndian, toByteOffset: 12, as: Int32.self)
    }

    private func apply(_ message: UnsafeMutableRawBufferPointer) throws {
        client.pointee.bufoutptr = message.baseAddress?.assumingMemoryBound(to: CChar.self)
        client.pointee.buffered = UInt32(message.count)
        let isDone = HandleRFBServerMessage(client) != 0 && client.pointee.buffered == 0
        // The message's memory is the caller's again.
        client.pointee.buffered = 0
        client.pointee.bufoutptr = nil
        guard isDone else {
            throw GodHandError(
                .protocolViolation, "The display's decoder did not take a part of an update.",
                hint: "The machine may be out of memory.")
        }
    }
}
