/// One stream on a virtual machine's port, as the host sees it.
struct PortStreamState: Sendable {
    /// How much may wait to be sent; whoever writes more waits.
    private static let outboxSize = 64 << 10

    private var inbox = ByteQueue()
    private var outbox = ByteQueue()
    /// How much the guest still takes.
    private var credit = PortSession.window
    /// How much the guest may still send.
    private var granted = PortSession.window
    /// What was read since the last grant.
    private var consumed = 0
    /// Whether the guest has closed it.
    private(set) var isOver = false
    /// Whether we have closed it.
    private(set) var isClosed = false
    private var hasSaidClose = false
    var isAccepted = false
    /// Whether it has a turn to speak.
    var isQueued = false

    // MARK: The guest's side; false for what it must not do

    mutating func receive(_ bytes: [UInt8]) -> Bool {
        guard !isOver, !bytes.isEmpty, bytes.count <= granted else { return false }
        granted -= bytes.count
        if !isClosed { inbox.append(bytes) }
        return true
    }

    mutating func grant(_ count: UInt32) -> Bool {
        guard !isOver, Int(count) <= PortSession.window - credit else { return false }
        credit += Int(count)
        return true
    }

    @discardableResult
    mutating func guestClosed() -> Bool {
        defer {
            isOver = true
            outbox = ByteQueue()
        }
        return !isOver
    }

    // MARK: Our side

    mutating func read(upTo count: Int) -> [UInt8] {
        let bytes = inbox.take(upTo: count)
        consumed += bytes.count
        return bytes
    }

    mutating func write(_ bytes: ArraySlice<UInt8>) -> Int {
        let taken = bytes.prefix(Self.outboxSize - outbox.count)
        outbox.append(taken)
        return taken.count
    }

    var hasNews: Bool { !inbox.isEmpty || isOver || isClosed }

    mutating func close() {
        isClosed = true
        inbox = ByteQueue()
        outbox = ByteQueue()
    }

    // MARK: What is to be said

    /// Granting early and in large pieces: the guest never runs dry while we read, and grants cost next to nothing.
    private var isGranting: Bool { consumed >= PortSession.window / 2 && !isOver && !isClosed }

    var isSpeaking: Bool {
        isGranting || (!outbox.isEmpty && credit > 0) || (isClosed && !hasSaidClose)
    }

    /// Both sides have said that they are done.
    var isForgotten: Bool { isOver && hasSaidClose }

    /// Takes its turn: a grant, one piece of data, the end. True if there is room in the outbox again.
    mutating func speak(as number: UInt32, into output: inout [UInt8]) -> Bool {
        if isGranting {
            var count: [UInt8] = []
            count.append(bigEndian: UInt32(consumed))
            PortFrame(kind: .window, stream: number, payload: count).append(to: &output)
            granted += consumed
            consumed = 0
        }
        let data = outbox.take(upTo: min(credit, PortFrame.payloadLimit))
        if !data.isEmpty {
            credit -= data.count
            PortFrame(kind: .data, stream: number, payload: data).append(to: &output)
        }
        if isClosed, !hasSaidClose {
            hasSaidClose = true
            PortFrame(kind: .close, stream: number).append(to: &output)
        }
        return !data.isEmpty
    }
}
