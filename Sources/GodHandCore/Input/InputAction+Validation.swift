extension InputAction {
    /// The action itself, once it is sure that it can be done on a screen of this size.
    ///
    /// Drivers call this before they send anything. Its messages are written for models, which can act on them; typed
    /// text is never in them.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` for a point that is not on the screen, an unknown key, a
    ///   control character that no key gives, or a number outside what ``InputLimits`` allows.
    @discardableResult
    public func validated(in screen: Size) throws -> InputAction {
        switch self {
        case .move(let point):
            try Self.check(point, in: screen)
        case .click(let point, _, let count, let modifiers):
            if let point { try Self.check(point, in: screen) }
            try Self.check(count, in: 1...InputLimits.clicks, "clicks")
            _ = try modifiers.keysyms()
        case .press, .release:
            break
        case .drag(let path, _, let modifiers):
            try Self.check(path.count, in: 2...InputLimits.path, "points of a drag")
            for point in path { try Self.check(point, in: screen) }
            _ = try modifiers.keysyms()
        case .scroll(let point, let dx, let dy, let modifiers):
            if let point { try Self.check(point, in: screen) }
            try Self.check(dx, in: -InputLimits.scroll...InputLimits.scroll, "clicks of the wheel to the side")
            try Self.check(dy, in: -InputLimits.scroll...InputLimits.scroll, "clicks of the wheel")
            guard dx != 0 || dy != 0 else {
                throw GodHandError(
                    .invalidRequest, "A scroll of zero in both directions does nothing.",
                    hint: "Give dy, the clicks of the wheel down, or dx, those to the right.")
            }
            _ = try modifiers.keysyms()
        case .key(let chord, let count):
            try Self.checkKeys(of: chord)
            try Self.check(count, in: 1...InputLimits.repeats, "repetitions of a chord")
        case .hold(let chord, let duration):
            try Self.checkKeys(of: chord)
            guard duration >= .zero, duration <= InputLimits.hold else {
                throw GodHandError(
                    .invalidRequest, "Keys cannot be held for \(duration).",
                    hint: "The longest hold takes \(InputLimits.hold).")
            }
        case .type(let text):
            try Self.check(text.unicodeScalars.count, in: 0...InputLimits.text, "characters in one action")
            _ = try Keysym.typing(text)
        }
        return self
    }

    private static func check(_ point: Point, in screen: Size) throws {
        guard screen.contains(point) else {
            throw GodHandError(
                .invalidRequest, "The point \(point.x), \(point.y) is outside the screen of \(screen) pixels.",
                hint: "x must be from 0 to \(max(1, screen.width) - 1) and y from 0 to \(max(1, screen.height) - 1).")
        }
    }

    private static func check(_ number: Int, in range: ClosedRange<Int>, _ what: String) throws {
        guard range.contains(number) else {
            throw GodHandError(
                .invalidRequest, "\(number) is not a possible number of \(what).",
                hint: "It must be from \(range.lowerBound) to \(range.upperBound).")
        }
    }

    private static func checkKeys(of chord: KeyChord) throws {
        guard try !chord.keysyms().isEmpty else {
            throw GodHandError(
                .invalidRequest, "The chord has no keys.", hint: "Name them with plus signs between, such as ctrl+s.")
        }
    }
}
