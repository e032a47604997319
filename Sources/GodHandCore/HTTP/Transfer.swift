import Synchronization

/// One request under way: what curl's thread fills and a task empties.
///
/// At most ``limit`` bytes wait in it. When they do, curl is told to pause the connection, and to go on once half of
/// them have been taken, so that a slow reader slows the sender and nothing piles up.
final class Transfer: Sendable {
    static let limit = 1 << 20
    static let headLimit = 64 << 10

    private struct State {
        var head: HTTPHead?
        var headBytes = 0
        var isHeadComplete = false
        var chunks: [[UInt8]] = []
        var waiting = 0
        var isPaused = false
        /// Set once: nil error is a complete response.
        var end: Result<Void, any Error>?
        /// Something arrived since the reader last looked.
        var hasNews = false
        var reader: CheckedContinuation<Void, Never>?

        mutating func announce() -> CheckedContinuation<Void, Never>? {
            hasNews = true
            defer { reader = nil }
            return reader
        }
    }

    let request: HTTPRequest
    private let state = Mutex(State())
    /// Tells curl's thread that the transfer may go on, or should end.
    private let control: @Sendable (Transfer, Control) -> Void

    enum Control: Sendable {
        case resume, cancel
    }

    init(_ request: HTTPRequest, control: @escaping @Sendable (Transfer, Control) -> Void) {
        self.request = request
        self.control = control
    }

    // MARK: curl's side

    /// A header line, line end included; false refuses the response.
    func receiveHeader(_ line: String) -> Bool {
        let (reader, accepted): (CheckedContinuation<Void, Never>?, Bool) = state.withLock { state in
            state.headBytes += line.utf8.count
            guard state.headBytes <= Self.headLimit else { return (nil, false) }
            let text = line.last?.isNewline == true ? String(line.dropLast()) : line
            if text.isEmpty {
                // A 100 Continue has a head of its own; the real one follows.
                if let status = state.head?.status, status >= 200 {
                    state.isHeadComplete = true
                    return (state.announce(), true)
                }
                state.head = nil
            } else if state.head == nil || text.hasPrefix("HTTP/") {
                state.head = HTTPHead(statusLine: text)
                return (nil, state.head != nil)
            } else {
                state.head?.addHeader(line: text)
            }
            return (nil, true)
        }
        reader?.resume()
        return accepted
    }

    /// Bytes of the body; false asks curl to pause and to offer them again later.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (reader, accepted): (CheckedContinuation<Void, Never>?, Bool) = state.withLock { state in
            guard state.waiting < Self.limit else {
                state.isPaused = true
                return (nil, false)
            }
            state.chunks.append(Array(bytes))
            state.waiting += bytes.count
            return (state.announce(), true)
        }
        reader?.resume()
        return accepted
    }

    func finish(_ result: Result<Void, any Error>) {
        let reader = state.withLock { state in
            if state.end == nil { state.end = result }
            return state.announce()
        }
        reader?.resume()
    }

    // MARK: The reader's side

    /// Waits until the head is complete.
    func head() async throws -> HTTPHead {
        while true {
            let found: HTTPHead? = try state.withLock { state in
                state.hasNews = false
                if state.isHeadComplete { return state.head }
                if case .failure(let error) = state.end { throw error }
                if state.end != nil {
                    throw GodHandError(.protocolViolation, "A response ended before its head.")
                }
                return nil
            }
            if let found { return found }
            try await news()
        }
    }

    /// The next piece of the body, nil at its end.
    func nextChunk() async throws -> [UInt8]? {
        while true {
            enum Found { case chunk([UInt8], resume: Bool), end, nothing }
            let found: Found = try state.withLock { state in
                state.hasNews = false
                if !state.chunks.isEmpty {
                    let chunk = state.chunks.removeFirst()
                    state.waiting -= chunk.count
                    let isDue = state.isPaused && state.waiting <= Self.limit / 2
                    if isDue { state.isPaused = false }
                    return .chunk(chunk, resume: isDue)
                }
                switch state.end {
                case .failure(let error): throw error
                case .success: return .end
                case nil: return .nothing
                }
            }
            switch found {
            case .chunk(let chunk, let resume):
                if resume { control(self, .resume) }
                return chunk
            case .end: return nil
            case .nothing: try await news()
            }
        }
    }

    /// Ends the transfer; whoever reads gets a cancellation. Harmless when it is over.
    func cancel() {
        finish(.failure(CancellationError()))
        control(self, .cancel)
    }

    /// Waits until something arrived. A cancelled task drops the connection at once.
    private func news() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isLate = state.withLock { state in
                    if !state.hasNews { state.reader = continuation }
                    return state.hasNews
                }
                if isLate { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
        try Task.checkCancellation()
    }
}
