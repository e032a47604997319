/// Cuts what comes out of a virtual machine's port into frames. The guest is not trusted.
///
/// After ``discard(until:)`` it may be in the middle of anything, of a frame that another host was sent, for one: all
/// bytes up to the answer with the right number go unread.
struct PortDecoder: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    /// The answer that is waited for, as bytes.
    private var awaited: [UInt8]?
    /// Whether what ``next()`` threw at was cut short and filled up with zeros: whoever said it is gone.
    private(set) var isCutShort = false
    private static let renewal = PortFrame(kind: .renewal).bytes

    mutating func discard(until nonce: [UInt8]) {
        awaited = PortFrame(kind: .answer, payload: nonce).bytes
        isCutShort = false
    }

    mutating func feed(_ bytes: [UInt8]) {
        if start == buffer.count {
            buffer = bytes
        } else {
            buffer.removeFirst(start)
            buffer += bytes
        }
        start = 0
    }

    /// The next whole frame, or nil until more bytes are fed.
    ///
    /// - Throws: `GodHandError` with `protocol.violation` if it is none that we know.
    mutating func next() throws -> PortFrame? {
        if let awaited { return search(for: awaited) }
        while start < buffer.count, buffer[start] == 0 { start += 1 }
        guard buffer.count - start >= PortFrame.headSize else { return nil }
        let length = Int(buffer[start + 5]) << 8 | Int(buffer[start + 6])
        guard let kind = PortFrame.Kind(rawValue: buffer[start]), length <= PortFrame.payloadLimit else {
            throw Self.violation("type \(buffer[start]) of \(length) bytes")
        }
        let end = start + PortFrame.headSize + length
        guard end < buffer.count else { return nil }
        guard buffer[end] == PortFrame.end else {
            isCutShort = buffer[end] == 0
            throw Self.violation("without an end")
        }
        let stream = UInt32(bigEndian: buffer[(start + 1)..<(start + 5)])
        defer { start = end + 1 }
        return PortFrame(kind: kind, stream: stream, payload: Array(buffer[(end - length)..<end]))
    }

    /// Looks for the answer at every byte, and for a guest's program that was started anew.
    private mutating func search(for answer: [UInt8]) -> PortFrame? {
        while start < buffer.count {
            let isRenewal = buffer[start] == PortFrame.Kind.renewal.rawValue
            if isRenewal || buffer[start] == PortFrame.Kind.answer.rawValue {
                let wanted = isRenewal ? Self.renewal : answer
                let there = min(wanted.count, buffer.count - start)
                if buffer[start..<(start + there)] == wanted[..<there] {
                    guard there == wanted.count else { return nil }
                    start += there
                    if isRenewal { return PortFrame(kind: .renewal) }
                    awaited = nil
                    return PortFrame(
                        kind: .answer, payload: Array(answer.dropFirst(PortFrame.headSize).dropLast()))
                }
            }
            start += 1
        }
        return nil
    }

    private static func violation(_ what: String) -> GodHandError {
        GodHandError(.protocolViolation, "A guest's port carried a message \(what).")
    }
}
