/// Bytes that wait to be taken from the front.
struct ByteQueue: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ more: some Collection<UInt8>) {
        if isEmpty {
            bytes = Array(more)
            start = 0
            return
        }
        // Now and then, so that bytes move once on average and what was taken does not pile up.
        if start > bytes.count / 2 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes += more
    }

    mutating func take(upTo limit: Int) -> [UInt8] {
        let taken = Array(bytes[start..<(start + min(limit, count))])
        start += taken.count
        if isEmpty { self = ByteQueue() }
        return taken
    }
}
