/// The pixels of a simulated screen, and what has changed in them.
final class SimulatedScreen: Sendable {
    struct State: Sendable {
        var pixels: [UInt8]
        var serial: UInt64 = 1
        var changes: [(serial: UInt64, rect: Rect)] = []
        var cursor: Point
        var typed = 0
        var hasEnded = false
    }
    let size: Size
    let state: Watched<State>
    private static let history = 64

    init(_ size: Size, as drawn: State? = nil) throws {
        self.size = size
        if var drawn {
            drawn.hasEnded = false
            state = Watched(drawn)
            return
        }
        let frame = try Frame.filled(size, red: 40, green: 44, blue: 52)
        state = Watched(State(pixels: frame.pixels, cursor: Point(x: size.width / 2, y: size.height / 2)))
    }

    func end() { state.update { $0.hasEnded = true } }

    func moveCursor(to point: Point) { state.update { $0.cursor = point } }

    /// Paints a square around a point, in a colour that depends on what was painted there before.
    func mark(_ point: Point) {
        paint(Rect(x: point.x - 4, y: point.y - 4, width: 9, height: 9))
    }

    /// Paints the next character cell.
    func typeCharacter() {
        let columns = max(1, size.width / 8)
        let index = state.update { state in
            state.typed += 1
            return state.typed - 1
        }
        let row = (index / columns) % max(1, size.height / 16)
        paint(Rect(x: (index % columns) * 8, y: row * 16, width: 7, height: 14))
    }

    private func paint(_ wanted: Rect) {
        let rect = wanted.intersection(Rect(size))
        guard !rect.isEmpty else { return }
        state.update { state in
            for y in rect.y..<rect.maxY {
                for x in rect.x..<rect.maxX {
                    let offset = (y * size.width + x) * 4
                    for channel in 0..<3 { state.pixels[offset + channel] = state.pixels[offset + channel] &* 5 &+ 97 }
                }
            }
            state.serial += 1
            state.changes.append((state.serial, rect))
            if state.changes.count > Self.history { state.changes.removeFirst() }
        }
    }
}

extension SimulatedScreen.State {
    /// All that changed after a serial; nil if nothing did.
    func change(after known: UInt64, size: Size) -> DisplayChange? {
        guard serial > known else { return nil }
        let missed = changes.filter { $0.serial > known }
        // What is not in the history any more may have been anywhere.
        let isComplete = UInt64(missed.count) == serial - known
        let box = missed.reduce(Rect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1.rect) }
        return DisplayChange(serial: serial, size: size, damage: [isComplete ? box : Rect(size)])
    }
}
