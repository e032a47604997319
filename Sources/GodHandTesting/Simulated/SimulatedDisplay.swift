/// The screen of a simulated machine, and the hands on it.
struct SimulatedDisplay: Display, InputDriver {
    let screen: SimulatedScreen
    let guest: SimulatedGuest
    let faults: FaultPoints

    var input: any InputDriver { self }

    func state() async throws -> DisplayState {
        try guest.alive()
        return screen.state.read { DisplayState(size: screen.size, serial: $0.serial, cursor: $0.cursor) }
    }

    func frame() async throws -> (frame: Frame, serial: UInt64) {
        try guest.alive()
        let (pixels, serial) = screen.state.read { ($0.pixels, $0.serial) }
        return (try Frame(size: screen.size, pixels: pixels), serial)
    }

    func change(after serial: UInt64, within duration: Duration) async throws -> DisplayChange? {
        try guest.alive()
        let (screen, size) = (screen, screen.size)
        if let change = screen.state.read({ $0.change(after: serial, size: size) }) { return change }
        do {
            let change = try await withDeadline(duration, "A change of the screen") {
                try await screen.state.wait { state -> DisplayChange?? in
                    if let change = state.change(after: serial, size: size) { return .some(change) }
                    return state.hasEnded ? .some(nil) : nil
                }
            }
            try guest.alive()
            return change
        } catch let error as GodHandError where error.code == .deadlineExceeded { return nil }
    }

    func perform(_ action: InputAction) async throws {
        try check(action)
        try await guest.running()
        try await faults.reach("input")
        switch action {
        case .move(let point): screen.moveCursor(to: point)
        case .click(let point, _, let count, _):
            if let point { screen.moveCursor(to: point) }
            let place = screen.state.read(\.cursor)
            for _ in 0..<count { screen.mark(place) }
        case .press, .release: screen.mark(screen.state.read(\.cursor))
        case .drag(let path, _, _):
            for point in path {
                screen.moveCursor(to: point)
                screen.mark(point)
            }
        case .scroll(let point, _, _, _):
            if let point { screen.moveCursor(to: point) }
            screen.mark(screen.state.read(\.cursor))
        case .key(_, let count): for _ in 0..<count { screen.typeCharacter() }
        case .hold: screen.typeCharacter()
        case .type(let text): for _ in text { screen.typeCharacter() }
        }
    }

    private func check(_ action: InputAction) throws {
        var points: [Point] = []
        var isInBounds = true
        switch action {
        case .move(let point): points = [point]
        case .click(let point, _, let count, _):
            points = [point].compactMap(\.self)
            isInBounds = (1...InputLimits.clicks).contains(count)
        case .drag(let path, _, _):
            points = path
            isInBounds = (1...InputLimits.path).contains(path.count)
        case .scroll(let point, let dx, let dy, _):
            points = [point].compactMap(\.self)
            let range = -InputLimits.scroll...InputLimits.scroll
            isInBounds = range.contains(dx) && range.contains(dy)
        case .key(_, let count): isInBounds = (1...InputLimits.repeats).contains(count)
        case .hold(_, let duration): isInBounds = duration >= .zero && duration <= InputLimits.hold
        case .type(let text): isInBounds = text.unicodeScalars.count <= InputLimits.text
        case .press, .release: break
        }
        guard isInBounds, points.allSatisfy(screen.size.contains) else {
            throw GodHandError(.invalidRequest, "The action is out of bounds: \(action).", hint: "Stay on the screen.")
        }
    }
}
