import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One connection to a screen server, from handshake to loss, on one thread.
///
/// The thread owns the socket, the gate and the decoder. It sleeps in `poll` until the server says something or input is
/// to be sent; a still screen costs nothing.
final class VNCSession {
    private let link: VNCLink
    private let socket: OwnedDescriptor
    private let options: VNCOptions
    private let buffer: UnsafeMutableRawBufferPointer
    /// The bytes in `buffer` that were read and not yet used.
    private var pending: Range<Int>
    private var gate: RFBGate
    private var decoder: RFBDecoder?
    /// What this thread itself has to say, before what callers have to say.
    private var replies: [UInt8] = []
    /// What is on its way to the server, and the newest batch of input in it.
    private var outgoing: [UInt8] = []
    private var outgoingBatch: UInt64 = 0
    private var damage = DamageRegion()
    /// Pixels that must still arrive before the picture is complete; zero from then on.
    private var missing = 0
    private var refreshesLeft: Int
    /// When the server must have come to the end of what it began.
    private var deadline: ContinuousClock.Instant?

    private static let capacity = 256 * 1024

    init(link: VNCLink, socket: OwnedDescriptor, options: VNCOptions) {
        self.link = link
        self.socket = socket
        self.options = options
        Descriptor.makeNonBlockingAndPrivate(socket.rawValue)
        gate = RFBGate(hasPassword: options.password != nil)
        // The decoder's header is written over the bytes in front of pixels, so there are always some in front.
        buffer = .allocate(byteCount: RFBDecoder.headroom + Self.capacity, alignment: 16)
        pending = RFBDecoder.headroom..<RFBDecoder.headroom
        refreshesLeft = options.confirmsFirstFrame ? 1 : 0
        deadline = .now + options.patience
    }

    deinit { buffer.deallocate() }

    /// Talks until the connection ends.
    ///
    /// - Returns: Normally if the server hung up, after which another connection can be tried.
    /// - Throws: `GodHandError` if the server broke the protocol or fell silent in the middle of something.
    func run() throws {
        while !link.isGone {
            let hasUnsent = try flush()
            guard try waitForNews(orWriting: hasUnsent) else { return }
        }
    }

    /// Sends what is to be sent, as far as the server takes it.
    ///
    /// - Returns: Whether something is left.
    private func flush() throws -> Bool {
        // Messages are put one behind the other whole before any is sent, so that none is divided by another.
        outgoing += replies
        replies.removeAll(keepingCapacity: true)
        if outgoing.isEmpty, decoder != nil {
            outgoingBatch = link.update { state in
                swap(&outgoing, &state.outbox)
                return state.newestBatch
            }
        }
        guard !outgoing.isEmpty else { return false }
        let sent = send(outgoing)
        outgoing.removeFirst(sent)
        guard outgoing.isEmpty else {
            // Somebody who asks without end and never reads the answers.
            guard outgoing.count <= VNCLink.longestOutbox * 2 else { throw stalled }
            return true
        }
        link.update { state in
            // Without fences, what the kernel took is the best that is known.
            if !state.hasFences { state.takenBatch = max(state.takenBatch, outgoingBatch) }
        }
        return link.update { !$0.outbox.isEmpty }
    }

    private func send(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { all in
            var sent = 0
            while sent < all.count {
                let count = Descriptor.send(socket.rawValue, UnsafeRawBufferPointer(rebasing: all[sent...]))
                // A connection that is broken is found out by reading, which may still have something to tell.
                if count <= 0 { break }
                sent += count
            }
            return sent
        }
    }

    /// Waits, then reads. False if the server hung up.
    private func waitForNews(orWriting hasUnsent: Bool) throws -> Bool {
        var polled = [
            pollfd(fd: socket.rawValue, events: Int16(hasUnsent ? POLLIN | POLLOUT : POLLIN), revents: 0),
            pollfd(fd: link.waking.rawValue, events: Int16(POLLIN), revents: 0),
        ]
        var milliseconds: Int32 = -1
        if let deadline {
            let left = deadline - .now
            guard left > .zero else { throw stalled }
            milliseconds = Int32(
                clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
        }
        guard poll(&polled, 2, milliseconds) > 0 else { return true }
        if polled[1].revents != 0 { link.drainWaking() }
        guard polled[0].revents & Int16(POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0 else { return true }
        return try read()
    }

    private var stalled: GodHandError {
        GodHandError(.displayLost, "The screen server fell silent in the middle of a message.")
    }

    private func read() throws -> Bool {
        if pending.upperBound == buffer.count {
            UnsafeMutableRawBufferPointer(rebasing: buffer[RFBDecoder.headroom...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[pending]))
            pending = RFBDecoder.headroom..<RFBDecoder.headroom + pending.count
        }
        let free = UnsafeMutableRawBufferPointer(rebasing: buffer[pending.upperBound...])
        let count = recv(socket.rawValue, free.baseAddress, free.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return true }
        guard count > 0 else { return false }
        pending = pending.lowerBound..<pending.upperBound + count
        try interpret()
        return true
    }

    /// Takes all whole units out of what was read.
    private func interpret() throws {
        do {
            while let step = try gate.step(UnsafeRawBufferPointer(rebasing: buffer[pending])) {
                let start = pending.lowerBound
                pending = start + step.used..<pending.upperBound
                if let event = step.event { try handle(event, at: start) }
            }
        } catch let violation as RFBViolation {
            throw GodHandError(
                .protocolViolation, "The screen server was dropped: \(violation.reason).",
                hint: "What runs in the guest controls this server; destroy the machine if it was tampered with.")
        }
        if pending.isEmpty { pending = RFBDecoder.headroom..<RFBDecoder.headroom }
        if !gate.isMidMessage, missing == 0, refreshesLeft == 0 {
            deadline = nil
        } else if deadline == nil {
            deadline = .now + options.patience
        }
    }
}

extension VNCSession {
    private func handle(_ event: RFBEvent, at start: Int) throws {
        switch event {
        case .reply(let message): message.append(to: &replies)
        case .challenge(let challenge):
            let answer = RFBDecoder.answer(to: challenge, password: options.password ?? "")
            RFBClientMessage.challengeResponse(answer).append(to: &replies)
        case .opened(let size):
            decoder = try RFBDecoder(size)
            RFBClientMessage.pixelFormat.append(to: &replies)
            RFBClientMessage.encodings(RFBEncoding.allCases).append(to: &replies)
            requestAll(size)
        case .began: break
        case .rows(let rect, let range):
            let first = start + range.lowerBound - RFBDecoder.headroom
            let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[first..<start + range.upperBound])
            try decoder?.draw(rect, headroom: bytes)
            note(rect)
        case .copied(let source, let rect):
            try decoder?.copy(from: source, to: rect)
            note(rect)
        case .resized(let size):
            try decoder?.resize(size)
            damage = DamageRegion()
            requestAll(size)
        case .cursor(let point): link.update { $0.ledger.moveCursor(to: point) }
        case .ended: try show()
        case .fence(let flags, let payload): fence(flags, payload)
        }
    }

    private func requestAll(_ size: Size) {
        missing = size.area
        RFBClientMessage.requestUpdate(Rect(size), incremental: false).append(to: &replies)
        if options.dozes { RFBClientMessage.nudge.append(to: &replies) }
    }

    /// Counts what arrives of a picture of which nothing is known. An honest server sends each pixel once.
    private func note(_ rect: Rect) {
        missing = max(0, missing - rect.size.area)
        damage.add(rect)
    }

    /// Publishes what an update brought, once the picture is complete, and asks for more.
    private func show() throws {
        guard let decoder else { return }
        let all = Rect(decoder.size)
        if missing == 0, refreshesLeft > 0 {
            refreshesLeft -= 1
            requestAll(decoder.size)
            return
        }
        RFBClientMessage.requestUpdate(all, incremental: true).append(to: &replies)
        guard missing == 0 else { return }
        let boxes = damage.boxes
        damage = DamageRegion()
        link.update { state in
            decoder.withPixels { pixels in
                if state.ledger.isLive, state.ledger.size == decoder.size {
                    state.ledger.update(boxes, from: pixels)
                } else {
                    state.ledger.show(decoder.size, from: pixels)
                }
            }
        }
    }

    /// Answers a request, or takes the answer to one of ours: then the server has processed all input before it.
    private func fence(_ flags: UInt32, _ payload: [UInt8]) {
        let request: UInt32 = 1 << 31
        if flags & request != 0 {
            RFBClientMessage.fence(flags: flags & 0b111, payload: payload).append(to: &replies)
            link.update { $0.hasFences = true }
        } else if payload.count == 8 {
            let batch = payload.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            link.update { state in
                // A number that was never given out is the guest's invention.
                if batch <= state.newestBatch { state.takenBatch = max(state.takenBatch, batch) }
            }
        }
    }
}
