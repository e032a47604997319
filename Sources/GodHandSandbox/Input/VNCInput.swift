import GodHandCore
import Synchronization

/// The mouse and the keyboard by VNC events.
///
/// Each part of an action is sent once the server has taken the one before (where it can say so; Xvnc can), so a drag's
/// places are all seen by programs and not joined into one jump.
///
/// Actions without a place happen where this driver left the pointer. Xvnc tells of pointers that programs set, but not of
/// those that other input devices moved, such as that of `xdotool`.
final class VNCInput: InputDriver {
    private let link: VNCLink
    private let options: VNCOptions
    private let clock: any Clock<Duration>
    private let turns = InputTurns()
    private let hands = Mutex(Hands())
    /// Keysyms that were added to the guest's keymap since it was restored.
    private let added = Mutex<Set<Keysym>>([])

    private let replay = Mutex(Replay())

    /// When a button last changed, and which were down since.
    private struct Replay {
        var buttons: UInt8 = 0
        var lastChange: ContinuousClock.Instant?
    }

    /// How long after a button nothing but buttons may be sent.
    ///
    /// A window manager takes the first look at a button and meanwhile holds back what the mouse does, but not the keys:
    /// a key would overtake the click that it was to follow, a modifier be let go before the click that it was to modify,
    /// and a move would show the click at the new place. When it lets go, no server tells. `xdotool` leaves 12 ms.
    private static let replayTime: Duration = .milliseconds(20)

    /// The buttons that `press` actions hold down. A server lets go of everything when its connection ends.
    private struct Hands {
        var buttons: UInt8 = 0
        var epoch: UInt64 = 0
    }

    init(link: VNCLink, options: VNCOptions, clock: any Clock<Duration>) {
        self.link = link
        self.options = options
        self.clock = clock
    }

    func perform(_ action: InputAction) async throws {
        let screen = try await link.whenLive(within: options.outage, clock: clock) { $0.ledger.size }
        try action.validated(in: screen)
        try await turns.take {
            guard try await !leaveToFallback(action) else { return }
            let epoch = link.update { $0.ledger.epoch }
            let held = hands.withLock { hands in
                if hands.epoch != epoch { hands = Hands(epoch: epoch) }
                return hands.buttons
            }
            var stroke = Stroke(buttons: held, position: position(on: screen))
            do {
                try await perform(action, &stroke)
                hands.withLock { $0.buttons = stroke.buttons }
            } catch {
                // What the action held is let go, without waiting: the task may be cancelled. Buttons that were held
                // before it stay down.
                _ = try? link.post(stroke.releases(keeping: held))
                throw error
            }
        }
    }

    private func position(on screen: Size) -> Point {
        // X puts a new pointer into the middle.
        let known = link.update { $0.ledger.cursor } ?? Rect(screen).center
        return Point(x: min(known.x, screen.width - 1), y: min(known.y, screen.height - 1))
    }

    private func perform(_ action: InputAction, _ stroke: inout Stroke) async throws {
        switch action {
        case .move(let point): try await send(stroke.move(to: point), at: stroke)
        case .click(let point, let button, let count, let modifiers):
            try await hold(modifiers, &stroke) { stroke in
                if let point { try await send(stroke.move(to: point), at: stroke) }
                // All at once: a busy host must not stretch a double click into two. Presses are never joined, as moves are.
                var clicks: [RFBClientMessage] = []
                for _ in 0..<count {
                    clicks += stroke.set(button.number, isDown: true) + stroke.set(button.number, isDown: false)
                }
                try await send(clicks, at: stroke)
            }
        case .press(let button): try await send(stroke.set(button.number, isDown: true), at: stroke)
        case .release(let button): try await send(stroke.set(button.number, isDown: false), at: stroke)
        case .drag(let path, let button, let modifiers):
            guard let first = path.first else { return }
            try await hold(modifiers, &stroke) { stroke in
                try await send(stroke.move(to: first), at: stroke)
                try await send(stroke.set(button.number, isDown: true), at: stroke)
                for point in path.dropFirst() {
                    try await send(stroke.move(to: point), at: stroke)
                    try await paceWithoutFences()
                }
                try await send(stroke.set(button.number, isDown: false), at: stroke)
            }
        case .scroll(let point, let dx, let dy, let modifiers):
            try await hold(modifiers, &stroke) { stroke in
                if let point { try await send(stroke.move(to: point), at: stroke) }
                for (count, button) in [(dy, dy < 0 ? 4 : 5), (dx, dx < 0 ? 6 : 7)] {
                    for _ in 0..<abs(count) {
                        let click = stroke.set(button, isDown: true) + stroke.set(button, isDown: false)
                        try await send(click, at: stroke)
                    }
                }
            }
        case .key(let chord, let count):
            for _ in 0..<count { try await hold(chord, &stroke) { _ in } }
        case .hold(let chord, let duration):
            try await hold(chord, &stroke) { _ in try await clock.sleep(for: duration) }
        case .type(let text): try await type(Keysym.typing(text), &stroke)
        }
    }

    /// Presses the keys of a chord, does something, and lets them go in reverse.
    private func hold(
        _ chord: KeyChord, _ stroke: inout Stroke, _ body: (inout Stroke) async throws -> Void
    ) async throws {
        var keysyms = try chord.keysyms()
        if keysyms.contains(where: VNCKeyboard.isShift) { keysyms = keysyms.map(VNCKeyboard.shifted) }
        try await makeCurrent(for: keysyms, &stroke)
        try await makeRoom(for: keysyms)
        for keysym in keysyms { try await send(stroke.set(keysym, isDown: true), at: stroke) }
        try await body(&stroke)
        for keysym in keysyms.reversed() { try await send(stroke.set(keysym, isDown: false), at: stroke) }
    }

    /// Types so many characters at a time that the server's answers do not matter for speed, and no more: a server that
    /// hangs is noticed soon, and a cancelled task types little more.
    private func type(_ keysyms: [Keysym], _ stroke: inout Stroke) async throws {
        try await makeCurrent(for: keysyms, &stroke)
        var batch: [RFBClientMessage] = []
        var count = 0
        for keysym in keysyms {
            if isNew(keysym) || count == 32 {
                if !batch.isEmpty { try await send(batch, at: stroke) }
                (batch, count) = ([], 0)
                try await makeRoom(for: [keysym])
            }
            let isShifted = !options.keyboard.shiftsByItself && VNCKeyboard.needsShift(keysym)
            if isShifted { batch += stroke.set(.shift, isDown: true) }
            batch += stroke.set(keysym, isDown: true) + stroke.set(keysym, isDown: false)
            if isShifted { batch += stroke.set(.shift, isDown: false) }
            count += 1
        }
        if !batch.isEmpty { try await send(batch, at: stroke) }
    }
}

extension VNCInput {
    /// Sends, and waits until the server has taken it.
    private func send(_ messages: [RFBClientMessage], at stroke: Stroke) async throws {
        await letButtonsArrive(before: messages)
        // Sent even by a cancelled task, which finds out while it waits.
        guard let ticket = try link.post(messages) else { throw Self.lost }
        link.update { $0.ledger.moveCursor(to: stroke.position) }
        try await link.wait(
            until: .taken(batch: ticket.batch, epoch: ticket.epoch), within: options.inputPatience, clock: clock)
        try link.throwIfGone()
        let (isTaken, epoch) = link.update { ($0.takenBatch >= ticket.batch, $0.ledger.epoch) }
        guard epoch == ticket.epoch else { throw Self.lost }
        if isTaken { return }
        throw GodHandError(
            .guestUnresponsive, "The screen server did not take input within \(options.inputPatience).",
            hint: "Look whether the machine is paused or its X server hangs. The input may still arrive.")
    }

    private func letButtonsArrive(before messages: [RFBClientMessage]) async {
        let now = ContinuousClock.now
        let rest: Duration = replay.withLock { replay in
            var wait = Duration.zero
            for message in messages {
                if case .pointer(_, let buttons) = message, buttons != replay.buttons {
                    replay.buttons = buttons
                    replay.lastChange = now + wait
                } else if let last = replay.lastChange {
                    wait = max(wait, Self.replayTime - (now - last))
                }
            }
            return wait
        }
        // Also in a cancelled task, which sends what it has begun: a key that goes up here would stay down.
        if rest > .zero { await shielded { [clock] in try? await clock.sleep(for: rest) } }
    }

    private static var lost: GodHandError {
        GodHandError(
            .displayLost, "The connection to the display was lost while input was sent.",
            hint: "Look at the screen before doing it again: the input may have arrived.")
    }

    /// A server that cannot say when it has taken something gets a hand's time between the places of a drag.
    private func paceWithoutFences() async throws {
        if link.update({ !$0.hasFences }) { try await clock.sleep(for: .milliseconds(8)) }
    }

    /// Taps Shift before keysyms that the server will have to add.
    ///
    /// An X server has one keymap for each keyboard, and the one that was used last is everybody's. Xvnc adds to that, but
    /// if it is another keyboard's (that of `xdotool`, or none yet), the very key press puts the server's own in its
    /// place, and the addition is gone before a program can look it up.
    private func makeCurrent(for keysyms: [Keysym], _ stroke: inout Stroke) async throws {
        guard options.keyboard.spareKeys > 0, keysyms.contains(where: { !VNCKeyboard.isInEveryMap($0) }) else { return }
        try await send(stroke.set(.shift, isDown: true), at: stroke)
        try await send(stroke.set(.shift, isDown: false), at: stroke)
    }

    private func isNew(_ keysym: Keysym) -> Bool {
        !VNCKeyboard.isInEveryMap(keysym) && !added.withLock { $0.contains(keysym) }
    }

    /// Sees to it that the keymap can take these keysyms, and counts them.
    private func makeRoom(for keysyms: [Keysym]) async throws {
        let new = keysyms.filter(isNew)
        guard !new.isEmpty else { return }
        if added.withLock({ $0.count }) + new.count > options.keyboard.spareKeys {
            guard let restore = options.keyboard.restoreKeymap, new.count <= options.keyboard.spareKeys else {
                throw GodHandError(
                    .unsupported, "The keymap of this machine has no room for more characters of other alphabets.",
                    hint: "Put the text into the clipboard and paste it.")
            }
            try await waitForQuiet()
            try await restore()
            added.withLock { $0.removeAll() }
        }
        added.withLock { $0.formUnion(new) }
    }

    private func waitForQuiet() async throws {
        var serial = link.update { $0.ledger.serial }
        // A screen that never is still does not stop the typing.
        for _ in 0..<20 {
            try await link.wait(
                until: .newer(than: serial), within: options.keyboard.quietBeforeRestoring, clock: clock)
            let newest = link.update { $0.ledger.serial }
            if newest == serial { return }
            serial = newest
        }
    }

    /// Leaves what the server cannot do to another driver, if there is one.
    private func leaveToFallback(_ action: InputAction) async throws -> Bool {
        switch action {
        case .click(_, let button, _, _), .press(let button), .release(let button), .drag(_, let button, _):
            guard button.number > options.keyboard.buttons || button.number > 8 else { return false }
        case .type(let text):
            let foreign = Set(try Keysym.typing(text).filter { !VNCKeyboard.isInEveryMap($0) })
            let isRestorable = options.keyboard.restoreKeymap != nil && options.keyboard.spareKeys > 0
            let needed = added.withLock { $0.union(foreign).count }
            guard !isRestorable, needed > options.keyboard.spareKeys else { return false }
        default: return false
        }
        guard let fallback = options.fallback else {
            throw GodHandError(
                .unsupported,
                "This machine's screen server has no way to do that (a thumb button, or characters that its keymap lacks).",
                hint: "Use keys such as alt+Left, or put the text into the clipboard and paste it.")
        }
        try await fallback.perform(action)
        // The server does not tell where others have moved the pointer.
        if case .click(let point?, _, _, _) = action { link.update { $0.ledger.moveCursor(to: point) } }
        if case .drag(let path, _, _) = action, let end = path.last { link.update { $0.ledger.moveCursor(to: end) } }
        return true
    }
}
