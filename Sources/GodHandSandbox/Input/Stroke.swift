/// What one action has done to the mouse and the keyboard so far: makes its messages, and those that undo it.
struct Stroke {
    private(set) var buttons: UInt8
    private(set) var position: Point
    private var keys: [Keysym] = []

    init(buttons: UInt8, position: Point) {
        self.buttons = buttons
        self.position = position
    }

    mutating func move(to point: Point) -> [RFBClientMessage] {
        position = point
        return [.pointer(position, buttons: buttons)]
    }

    /// Presses a button of X, 1 to 8, or lets it go.
    mutating func set(_ button: Int, isDown: Bool) -> [RFBClientMessage] {
        let mask = UInt8(truncatingIfNeeded: 1 << (button - 1))
        buttons = isDown ? buttons | mask : buttons & ~mask
        return [.pointer(position, buttons: buttons)]
    }

    mutating func set(_ keysym: Keysym, isDown: Bool) -> [RFBClientMessage] {
        if isDown { keys.append(keysym) } else { keys.removeAll { $0 == keysym } }
        return [.key(keysym.rawValue, isDown: isDown)]
    }

    /// Lets go of everything but these buttons.
    func releases(keeping kept: UInt8) -> [RFBClientMessage] {
        var messages: [RFBClientMessage] = keys.reversed().map { .key($0.rawValue, isDown: false) }
        if buttons != kept { messages.append(.pointer(position, buttons: kept)) }
        return messages
    }
}
