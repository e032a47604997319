import Foundation

/// What is said about one request: lines as they come, and word of the last one.
struct Reply: Sendable {
    let lines: AsyncStream<Data>
    private let over: AsyncStream<Never>
    private let sink: AsyncStream<Data>.Continuation
    private let end: AsyncStream<Never>.Continuation

    /// How long an answer may take to be given whole, instead of as events. Many clients take a picture or a file of any
    /// size as a whole, but bound the size of an event.
    static let patience: Duration = .seconds(2)

    init() {
        (lines, sink) = AsyncStream.makeStream()
        (over, end) = AsyncStream.makeStream()
    }

    func add(_ line: Data, isLast: Bool) {
        sink.yield(line)
        if isLast { finish() }
    }

    /// Nothing more is said.
    func finish() {
        sink.finish()
        end.finish()
    }

    /// The answer, if it comes soon; nil if it takes longer, or if nothing is answered at all.
    func early() async -> Data? {
        let isOver = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in over {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        // What was told of its progress is of no use any more.
        return isOver ? await last() : nil
    }

    /// The last line, when there are no more.
    func last() async -> Data? { await lines.reduce(nil) { $1 } }
}
