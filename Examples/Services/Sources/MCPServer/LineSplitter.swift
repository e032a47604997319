/// Cuts a stream of bytes into lines, and keeps no more of a line than its limit.
public struct LineSplitter: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    private var isSkipping = false

    /// A line that was found.
    public enum Line: Sendable, Hashable {
        /// Its bytes, without the line feed.
        case whole([UInt8])
        /// It was longer than the limit, and is dropped up to its end.
        case tooLong
    }

    /// Makes one that takes lines of up to `limit` bytes.
    public init(limit: Int) { self.limit = limit }

    /// Takes bytes as they come.
    ///
    /// - Returns: The lines that they end. Empty ones are left out, and a line that becomes too long is told of at once.
    public mutating func take(_ bytes: [UInt8]) -> [Line] {
        var found: [Line] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            add(rest[..<end], to: &found)
            rest = rest[(end + 1)...]
            if !isSkipping {
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                if !line.isEmpty { found.append(.whole(line)) }
            }
            line = []
            isSkipping = false
        }
        add(rest, to: &found)
        return found
    }

    private mutating func add(_ piece: ArraySlice<UInt8>, to found: inout [Line]) {
        guard !isSkipping else { return }
        guard piece.count <= limit - line.count else {
            line = []
            isSkipping = true
            found.append(.tooLong)
            return
        }
        line += piece
    }
}
