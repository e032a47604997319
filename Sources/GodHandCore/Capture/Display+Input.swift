extension Display {
    /// Clicks at a place.
    ///
    /// - Parameters:
    ///   - x: Pixels from the left edge.
    ///   - y: Pixels from the top edge.
    ///   - button: Which button.
    ///   - count: 2 for a double click, up to ``InputLimits/clicks``.
    ///   - modifiers: Keys that are held during the click, such as `ctrl`.
    /// - Throws: ``GodHandError`` with `request.invalid` if the place is not on the screen, a key is unknown or the
    ///   count out of bounds.
    public func click(
        x: Int, y: Int, button: MouseButton = .left, count: Int = 1, modifiers: KeyChord = .none
    ) async throws {
        try await click(at: Point(x: x, y: y), button: button, count: count, modifiers: modifiers)
    }

    /// Clicks at a place, or where the pointer is.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid`, as ``click(x:y:button:count:modifiers:)``.
    public func click(
        at point: Point?, button: MouseButton = .left, count: Int = 1, modifiers: KeyChord = .none
    ) async throws {
        try await input.perform(.click(at: point, button: button, count: count, modifiers: modifiers))
    }

    /// Clicks twice at a place with the left button.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if the place is not on the screen.
    public func doubleClick(x: Int, y: Int) async throws { try await click(x: x, y: y, count: 2) }

    /// Moves the pointer.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if the place is not on the screen.
    public func move(x: Int, y: Int) async throws { try await input.perform(.move(to: Point(x: x, y: y))) }

    /// Presses a button at one place, moves to another and lets it go.
    ///
    /// The pointer passes through places in between, as a hand would: many programs take a jump for no drag at all.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if a place is not on the screen or a key is unknown.
    public func drag(
        from start: Point, to end: Point, button: MouseButton = .left, modifiers: KeyChord = .none
    ) async throws {
        let path = InputAction.path(from: start, to: end)
        try await input.perform(.drag(path: path, button: button, modifiers: modifiers))
    }

    /// Turns the wheel at a place, or where the pointer is.
    ///
    /// - Parameters:
    ///   - point: Where; nil for where the pointer is.
    ///   - dx: Clicks of the wheel to the right, negative for left.
    ///   - dy: Clicks of the wheel down, negative for up.
    ///   - modifiers: Keys that are held meanwhile: most programs zoom with `ctrl`.
    /// - Throws: ``GodHandError`` with `request.invalid` if the place is not on the screen, a key is unknown or there
    ///   are more clicks than ``InputLimits/scroll``.
    public func scroll(
        at point: Point? = nil, dx: Int = 0, dy: Int = 0, modifiers: KeyChord = .none
    ) async throws {
        try await input.perform(.scroll(at: point, dx: dx, dy: dy, modifiers: modifiers))
    }

    /// Presses keys together and lets them go: `press("ctrl+s")`.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if a key is unknown or there are more repetitions than
    ///   ``InputLimits/repeats``.
    public func press(_ chord: KeyChord, repeat count: Int = 1) async throws {
        try await input.perform(.key(chord, repeat: count))
    }

    /// Types text as a keyboard would. A line feed is the Return key, a tab the Tab key.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if the text is longer than ``InputLimits/text`` or has control
    ///   characters that no key gives.
    public func type(_ text: String) async throws { try await input.perform(.type(text)) }
}

extension InputAction {
    /// Places on a straight line, both ends included, about every 16 pixels and at most 64 of them.
    package static func path(from start: Point, to end: Point) -> [Point] {
        let screen = Size(width: Frame.maximumSide, height: Frame.maximumSide)
        // Places that no screen has are for the driver to refuse, not for arithmetic here to stumble over.
        guard start != end, screen.contains(start), screen.contains(end) else { return [start, end] }
        let distance = max(abs(end.x - start.x), abs(end.y - start.y))
        let steps = min(max(distance / 16, 2), 63)
        return (0...steps).map { step in
            Point(
                x: start.x + (end.x - start.x) * step / steps,
                y: start.y + (end.y - start.y) * step / steps)
        }
    }
}
