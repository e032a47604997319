/// Cuts the stream of a QMP server into lines, none longer than a bound.
struct QMPLineReader {
    /// The longest line that is accepted. QEMU's longest answers that we ask for have some kilobytes.
    static let longestLine = 1 << 20

    private var bytes: [UInt8] = []
    /// Before this there is no line feed.
    private var searched = 0

    /// Adds what was read.
    mutating func append(_ more: [UInt8]) { bytes += more }

    /// The next whole line without its end; nil if there is none yet.
    ///
    /// - Throws: `GodHandError` with `protocol.violation` for a line that is too long.
    mutating func next() throws -> [UInt8]? {
        guard let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = bytes.count
            guard bytes.count <= Self.longestLine else { throw Self.tooLong }
            return nil
        }
        guard end <= Self.longestLine else { throw Self.tooLong }
        var line = Array(bytes[..<end])
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        bytes.removeSubrange(...end)
        searched = 0
        return line
    }

    private static var tooLong: GodHandError {
        GodHandError(.protocolViolation, "QEMU sent a line of more than \(longestLine) bytes.")
    }
}
