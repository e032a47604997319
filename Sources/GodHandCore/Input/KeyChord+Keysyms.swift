extension KeyChord {
    /// The keysyms of its keys, in the order in which they go down; a key that is named twice is in it once.
    ///
    /// Letters are put into the case that a keyboard would send. With Shift they are capitals. With Control, Alt or
    /// Super and no Shift they are small, since `Ctrl+C` is how menus print what is pressed without Shift: a server
    /// that got a capital would press Shift to make it.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if there is no key of a name, or there are more than
    ///   ``InputLimits/keys``.
    public func keysyms() throws -> [Keysym] {
        guard keys.count <= InputLimits.keys else {
            throw GodHandError(
                .invalidRequest, "A chord of \(keys.count) keys is more than the \(InputLimits.keys) that are allowed.",
                hint: "To type text, use a type action instead of keys.")
        }
        let named = try keys.map { try Keysym(named: $0) }
        let hasShift = named.contains { $0.isShift }
        let hasOther = named.contains { $0.isModifier && !$0.isShift }
        var result: [Keysym] = []
        for keysym in named {
            let keysym = hasShift ? keysym.capital : hasOther ? keysym.small : keysym
            if !result.contains(keysym) { result.append(keysym) }
        }
        return result
    }
}

extension Keysym {
    fileprivate var isShift: Bool { rawValue == 0xffe1 || rawValue == 0xffe2 }

    /// A small letter of Latin-1 as a capital; 0xf7 is the division sign, and the capital of 0xff is not in Latin-1.
    fileprivate var capital: Keysym {
        switch rawValue {
        case 0x61...0x7a, 0xe0...0xf6, 0xf8...0xfe: Keysym(rawValue: rawValue - 0x20)
        default: self
        }
    }

    /// A capital of Latin-1 as a small letter; 0xd7 is the multiplication sign.
    fileprivate var small: Keysym {
        switch rawValue {
        case 0x41...0x5a, 0xc0...0xd6, 0xd8...0xde: Keysym(rawValue: rawValue + 0x20)
        default: self
        }
    }
}
