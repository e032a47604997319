import Synchronization

/// The last lines that a process wrote, however much it writes.
final class LogTail: Sendable {
    private static let limit = 8 << 10
    private let bytes = Mutex<[UInt8]>([])

    /// Adds what the process wrote.
    func append(_ more: some Collection<UInt8>) {
        bytes.withLock { bytes in
            bytes += more.suffix(Self.limit)
            if bytes.count > Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
        }
    }

    /// The end of it, as one line of text that can be shown.
    var text: String {
        let text = String(decoding: bytes.withLock { $0.suffix(1000) }, as: UTF8.self)
        return String(text.map { $0.isNewline ? " " : $0 }).trimmingBlanks
    }
}

extension String {
    fileprivate var trimmingBlanks: String {
        let rest = drop(while: \.isWhitespace)
        return String(rest.reversed().drop(while: \.isWhitespace).reversed())
    }
}
