import Foundation
import GodHandCore

/// Reads a stream of server-sent events, in whatever pieces it arrives.
///
/// Any split of the same bytes gives the same events. Each byte is looked at once, and what is kept is bounded. Only
/// what model providers use is read: the event's name and its data.
public struct ServerSentEvents: Sendable {
    /// One event.
    public struct Event: Sendable, Hashable {
        /// Its name; empty if it has none.
        public var name: String
        /// Its data, lines joined by line feeds: UTF-8, if the sender keeps the rules.
        public var data: [UInt8]

        /// Makes an event.
        public init(name: String = "", data: [UInt8]) {
            self.name = name
            self.data = data
        }
    }

    private let limit: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    /// The last byte was a carriage return: a line feed that follows belongs to it.
    private var isAfterReturn = false
    private var isFirstLine = true

    /// Makes a reader.
    ///
    /// - Parameter maximumEventBytes: The longest event, and the longest line, that is accepted.
    public init(maximumEventBytes: Int = 16 << 20) { limit = maximumEventBytes }

    /// Whether the stream could end here without anything being lost.
    public var isBetweenEvents: Bool { line.isEmpty && !hasData }

    /// Takes the next bytes and gives the events that they complete.
    ///
    /// - Throws: `GodHandError` with `limit` if an event is longer than allowed.
    public mutating func append(_ bytes: [UInt8]) throws -> [Event] {
        var events: [Event] = []
        try bytes.withUnsafeBufferPointer { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                if isAfterReturn {
                    isAfterReturn = false
                    if rest.first == 0x0a {
                        rest = rest.dropFirst()
                        continue
                    }
                }
                guard let end = Self.lineEnd(in: rest) else {
                    try checkLength(adding: rest.count)
                    line += rest
                    return
                }
                isAfterReturn = rest[end] == 0x0d
                if line.isEmpty {
                    try take(rest[..<end], &events)
                } else {
                    try checkLength(adding: end - rest.startIndex)
                    line += rest[..<end]
                    let whole = line
                    line.removeAll(keepingCapacity: true)
                    try whole.withUnsafeBufferPointer { try take($0[...], &events) }
                }
                rest = rest[(end + 1)...]
            }
        }
        return events
    }

    private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

    /// Where the line ends, by the C library's search: byte by byte in Swift takes many times as long.
    private static func lineEnd(in bytes: Bytes) -> Int? {
        guard let start = UnsafeBufferPointer(rebasing: bytes).baseAddress else { return nil }
        func find(_ byte: Int32, within count: Int) -> Int? {
            memchr(start, byte, count).map { UnsafeRawPointer(start).distance(to: UnsafeRawPointer($0)) }
        }
        let feed = find(0x0a, within: bytes.count)
        return (find(0x0d, within: feed ?? bytes.count) ?? feed).map { bytes.startIndex + $0 }
    }

    private func checkLength(adding count: Int) throws {
        guard count <= limit - line.count - data.count else {
            throw GodHandError(.limitExceeded, "An event of more than \(limit) bytes was refused.")
        }
    }

    private mutating func take(_ whole: Bytes, _ events: inout [Event]) throws {
        var line = whole
        if isFirstLine {
            isFirstLine = false
            // Some servers begin with a byte order mark.
            if line.starts(with: [0xef, 0xbb, 0xbf]) { line = line.dropFirst(3) }
        }
        guard let first = line.first else {
            if hasData { events.append(Event(name: name, data: data)) }
            name = ""
            data = []
            hasData = false
            return
        }
        // A line that begins with a colon is a comment; providers send them to keep the connection open.
        guard first != 0x3a else { return }
        let colon = line.firstIndex(of: 0x3a)
        let field = line[..<(colon ?? line.endIndex)]
        var value = colon.map { line[($0 + 1)...] } ?? line[line.endIndex...]
        if value.first == 0x20 { value = value.dropFirst() }
        if field.elementsEqual("data".utf8) {
            try checkLength(adding: value.count + 1)
            if hasData { data.append(0x0a) }
            data += value
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            try checkLength(adding: value.count)
            name = String(decoding: value, as: UTF8.self)
        }
    }
}
