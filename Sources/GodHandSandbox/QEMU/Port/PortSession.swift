/// What is open on a virtual machine's port and what is to be said on it: all rules of the protocol, and no input or
/// output.
///
/// Memory is bounded whatever the guest does: ``streamLimit`` streams, on each of which ``window`` bytes may be unread.
struct PortSession: Sendable {
    /// A stream; its number alone would come back after a reset.
    struct Key: Hashable, Sendable {
        var generation: Int
        var number: UInt32
    }

    private enum Identity: Sendable {
        case none
        case asked([UInt8])
        case answered([UInt8])
    }

    /// What somebody may be waiting for.
    enum Interest: Hashable, Sendable {
        case answer, arrival, output, identity, hold
        case readable(Key)
        case writable(Key)
    }

    static let window = 256 << 10
    static let streamLimit = 64
    /// About how much is written at once.
    private static let outputSize = 64 << 10

    private var generation = 0
    /// Whether the guest has answered the last reset.
    private(set) var isJoined = false
    private var streams: [Key: PortStreamState] = [:]
    private var lastNumber: UInt32 = 0
    private var arrivals: [Key] = []
    /// Streams that have something to say, each once, in the order of their turns.
    private var speakers: [Key] = []
    /// What has to be said before all that streams have to say: a reset, and what follows it.
    private var demands: [UInt8] = []
    /// Who the guest is to become, until it has answered; then its answer.
    private var identity = Identity.none
    /// Whether the guest has said that its programs stand still, since it was last asked.
    private(set) var isHeld = false
    private var changes: Set<Interest> = []

    /// What has changed since the last call.
    mutating func takeChanges() -> Set<Interest> {
        defer { changes = [] }
        return changes
    }

    /// Forgets all streams and asks the guest to do so too.
    mutating func reset(_ nonce: [UInt8]) {
        end()
        generation += 1
        lastNumber = 0
        demands = PortFrame.fresh(nonce)
        if case .asked(let message) = identity { demand(PortFrame(kind: .identity, payload: message)) }
        changes.insert(.output)
    }

    /// Tells the guest who it is, now and after each reset until it has answered.
    ///
    /// - Parameter message: What its program for that takes.
    mutating func identify(_ message: [UInt8]) {
        identity = .asked(message)
        demand(PortFrame(kind: .identity, payload: message))
    }

    /// What the guest's program has answered; nil if it has not.
    var identityAnswer: [UInt8]? {
        if case .answered(let answer) = identity { answer } else { nil }
    }

    /// Asks the guest to let its programs stand still.
    mutating func hold() {
        isHeld = false
        demand(PortFrame(kind: .hold))
    }

    /// Lets them go on. Harmless if they do.
    mutating func go() {
        isHeld = false
        demand(PortFrame(kind: .go))
    }

    private mutating func demand(_ frame: PortFrame) {
        frame.append(to: &demands)
        changes.insert(.output)
    }

    /// All streams are over, as if the guest had closed them; what they have brought can be read.
    mutating func end() {
        isJoined = false
        for key in streams.keys {
            streams[key]?.guestClosed()
            changes.formUnion([.readable(key), .writable(key)])
        }
        // Those that belong to somebody stay until he closes them.
        streams = streams.filter { $0.value.isAccepted && !$0.value.isClosed }
        arrivals = []
        speakers = []
        demands = []
        changes.insert(.arrival)
    }

    // MARK: The guest's side

    /// - Throws: `GodHandError` with `protocol.violation` for what no guest of ours says.
    mutating func receive(_ frame: PortFrame) throws {
        if !isJoined {
            // The decoder gives out nothing else before it.
            isJoined = frame.kind == .answer
            changes.insert(.answer)
            return
        }
        let key = Key(generation: generation, number: frame.stream)
        switch frame.kind {
        case .open:
            let open = streams.keys.count { $0.generation == generation }
            guard frame.stream == lastNumber &+ 1, frame.payload.isEmpty, open < Self.streamLimit else {
                throw Self.violation(frame)
            }
            lastNumber = frame.stream
            streams[key] = PortStreamState()
            arrivals.append(key)
            changes.insert(.arrival)
        case .data:
            guard streams[key]?.receive(frame.payload) == true else { throw Self.violation(frame) }
            changes.insert(.readable(key))
        case .window:
            guard frame.payload.count == 4, streams[key]?.grant(UInt32(bigEndian: frame.payload)) == true else {
                throw Self.violation(frame)
            }
            changes.insert(.writable(key))
            queueIfSpeaking(key)
        case .close:
            guard frame.payload.isEmpty, streams[key]?.guestClosed() == true else { throw Self.violation(frame) }
            changes.formUnion([.readable(key), .writable(key)])
            if let waiting = arrivals.firstIndex(of: key) {
                arrivals.remove(at: waiting)
                close(key)
            }
            removeIfOver(key)
        case .identity:
            // One that was asked twice may answer twice.
            if case .asked = identity { identity = .answered(frame.payload) }
            changes.insert(.identity)
        case .hold:
            isHeld = true
            changes.insert(.hold)
        case .reset, .answer, .renewal, .go: throw Self.violation(frame)
        }
    }

    /// What to write next; nil if there is nothing to say.
    mutating func takeOutput() -> [UInt8]? {
        var output = demands
        demands = []
        while output.count < Self.outputSize, !speakers.isEmpty {
            let key = speakers.removeFirst()
            streams[key]?.isQueued = false
            if streams[key]?.speak(as: key.number, into: &output) == true { changes.insert(.writable(key)) }
            queueIfSpeaking(key)
            removeIfOver(key)
        }
        return output.isEmpty ? nil : output
    }

    // MARK: Our side

    /// The oldest connection that nobody has taken.
    mutating func accept() -> Key? {
        guard !arrivals.isEmpty else { return nil }
        let key = arrivals.removeFirst()
        streams[key]?.isAccepted = true
        return key
    }

    /// What has come; empty at the end, nil if one must wait.
    mutating func read(_ key: Key, upTo count: Int) -> [UInt8]? {
        guard let isOver = streams[key]?.isOver else { return [] }
        let bytes = streams[key]?.read(upTo: count) ?? []
        queueIfSpeaking(key)
        return bytes.isEmpty && !isOver ? nil : bytes
    }

    /// How much was taken; nil if one must wait, or 0 if the guest has closed it.
    mutating func write(_ key: Key, _ bytes: ArraySlice<UInt8>) -> Int? {
        guard let isOver = streams[key]?.isOver, !isOver else { return 0 }
        let count = streams[key]?.write(bytes) ?? 0
        queueIfSpeaking(key)
        return count == 0 ? nil : count
    }

    func hasNews(_ key: Key) -> Bool { streams[key]?.hasNews ?? true }

    /// Ends a stream at once; what is not read or sent is lost.
    mutating func close(_ key: Key) {
        streams[key]?.close()
        changes.formUnion([.readable(key), .writable(key)])
        if key.generation != generation { streams[key] = nil }
        queueIfSpeaking(key)
        removeIfOver(key)
    }

    private mutating func queueIfSpeaking(_ key: Key) {
        guard key.generation == generation, streams[key]?.isSpeaking == true, streams[key]?.isQueued == false else {
            return
        }
        streams[key]?.isQueued = true
        speakers.append(key)
        changes.insert(.output)
    }

    private mutating func removeIfOver(_ key: Key) {
        if streams[key]?.isForgotten == true { streams[key] = nil }
    }

    private static func violation(_ frame: PortFrame) -> GodHandError {
        GodHandError(.protocolViolation, "A guest's port carried a message that makes no sense: \(frame.kind).")
    }
}
