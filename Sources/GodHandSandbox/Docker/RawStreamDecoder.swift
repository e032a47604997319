/// Takes apart the stream in which the engine mixes a command's outputs: frames of `stream: u8`, three zero bytes,
/// `length: u32 big-endian` and the bytes.
///
/// Bytes may come in pieces of any size; pieces of a frame's payload are handed on as they come, so no frame is ever
/// held whole.
struct RawStreamDecoder: Sendable {
    struct Piece: Equatable {
        /// 1 for standard output, 2 for standard error.
        var stream: UInt8
        var bytes: [UInt8]
    }

    private var header: [UInt8] = []
    private var stream: UInt8 = 0
    private var remaining = 0

    /// Takes bytes and returns what they hold.
    ///
    /// - Throws: `GodHandError` with `protocol.violation` for a stream that is neither output nor error.
    mutating func feed(_ bytes: [UInt8]) throws -> [Piece] {
        var pieces: [Piece] = []
        var index = 0
        while index < bytes.count {
            if remaining > 0 {
                let count = min(remaining, bytes.count - index)
                pieces.append(Piece(stream: stream, bytes: Array(bytes[index..<index + count])))
                remaining -= count
                index += count
                continue
            }
            header.append(bytes[index])
            index += 1
            guard header.count == 8 else { continue }
            guard header[0] == 1 || header[0] == 2, header[1] == 0, header[2] == 0, header[3] == 0 else {
                throw GodHandError(.protocolViolation, "The engine sent output of an unknown stream (\(header[0])).")
            }
            stream = header[0]
            remaining = header[4...].reduce(0) { $0 << 8 | Int($1) }
            header.removeAll(keepingCapacity: true)
        }
        return pieces
    }
}
