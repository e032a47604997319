/// One message between a guest's init and us: a letter and bytes. `Documentation/GuestProtocol.md` says what they mean.
struct GuestFrame: Sendable, Equatable {
    var type: UInt8
    var payload: [UInt8]

    init(_ type: Character, _ payload: [UInt8] = []) {
        self.type = type.asciiValue ?? 0
        self.payload = payload
    }

    init(type: UInt8, payload: [UInt8]) {
        self.type = type
        self.payload = payload
    }

    /// `type: u8`, `length: u32 big-endian`, payload.
    var bytes: [UInt8] {
        var bytes: [UInt8] = [type]
        bytes.reserveCapacity(payload.count + 5)
        bytes.append(bigEndian: UInt32(truncatingIfNeeded: payload.count))
        bytes += payload
        return bytes
    }
}

/// Cuts what a guest sends into frames. A guest is not trusted: a longer payload than agreed ends the connection before
/// any of it is kept.
struct GuestFrameDecoder: Sendable {
    static let payloadLimit = 65_536
    private var buffer: [UInt8] = []
    private var start = 0

    mutating func feed(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
            start = 0
        } else {
            buffer.removeFirst(start)
            start = 0
            buffer += bytes
        }
    }

    /// The next whole frame, or nil until more bytes are fed.
    ///
    /// - Throws: `GodHandError` with `protocol.violation` if it claims to be too long.
    mutating func next() throws -> GuestFrame? {
        guard buffer.count - start >= 5 else { return nil }
        let length = Int(UInt32(bigEndian: buffer[(start + 1)..<(start + 5)]))
        guard length <= Self.payloadLimit else {
            throw GodHandError(
                .protocolViolation, "A guest announced a message of \(length) bytes; its connection was dropped.")
        }
        guard buffer.count - start >= 5 + length else { return nil }
        defer { start += 5 + length }
        return GuestFrame(type: buffer[start], payload: Array(buffer[(start + 5)..<(start + 5 + length)]))
    }
}

extension GuestFrame {
    /// The request to run a command.
    ///
    /// - Throws: `GodHandError` with `request.invalid` for a command that does not fit into a message.
    static func execute(_ command: Command) throws -> GuestFrame {
        var payload: [UInt8] = [command.takesInput ? 1 : 0]
        payload.append(string: command.workingDirectory ?? "")
        let environment = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        for list in [environment, command.arguments] {
            guard let count = UInt16(exactly: list.count) else {
                throw GodHandError(.invalidRequest, "A command of \(list.count) words is too long.")
            }
            payload.append(UInt8(count >> 8))
            payload.append(UInt8(count & 0xFF))
            for text in list { payload.append(string: text) }
        }
        guard payload.count <= 1 << 20 else {
            throw GodHandError(
                .invalidRequest, "A command of \(payload.count) bytes is too long; 1 MiB is the limit.",
                hint: "Hand data over by standard input.")
        }
        return GuestFrame("X", payload)
    }
}

extension [UInt8] {
    mutating func append(bigEndian number: UInt32) {
        append(contentsOf: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) })
    }

    mutating func append(string: String) {
        append(bigEndian: UInt32(truncatingIfNeeded: string.utf8.count))
        append(contentsOf: string.utf8)
    }
}

extension UInt32 {
    /// Reads four bytes, the most significant first; fewer bytes give a smaller number.
    init(bigEndian bytes: some Sequence<UInt8>) { self = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }
}
