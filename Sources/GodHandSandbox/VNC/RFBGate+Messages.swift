extension RFBGate {
    // Each reader returns nil if bytes are missing: the step is then undone and tried again with more.

    mutating func handshake(_ reader: inout RFBReader) throws(RFBViolation) -> RFBEvent?? {
        switch phase {
        case .version:
            guard let version = reader.array(12) else { return nil }
            guard version == Array("RFB 003.008\n".utf8) else { throw fail("it does not speak version 3.8") }
            phase = .securityCount
            return .reply(.version)
        case .securityCount:
            guard let count = reader.byte() else { return nil }
            phase = count == 0 ? .refusal : .securityTypes(Int(count))
            return .some(nil)
        case .securityTypes(let count):
            guard let types = reader.array(count) else { return nil }
            return try choose(types)
        case .challenge:
            guard let challenge = reader.array(16) else { return nil }
            phase = .result
            return .challenge(challenge)
        case .result:
            guard let result = reader.uint32() else { return nil }
            phase = result == 0 ? .serverInit : .refusal
            return result == 0 ? .reply(.initialise) : .some(nil)
        case .refusal:
            // The reason is the guest's text: it is not passed on.
            throw fail(hasPassword ? "it refused the password" : "it refused the connection")
        default: return try serverInit(&reader)
        }
    }

    private mutating func choose(_ types: [UInt8]) throws(RFBViolation) -> RFBEvent? {
        if hasPassword, types.contains(2) {
            phase = .challenge
            return .reply(.selectSecurity(2))
        }
        guard types.contains(1) else {
            throw fail(types.contains(2) ? "it wants a password" : "it offers no security type that is supported")
        }
        phase = .result
        return .reply(.selectSecurity(1))
    }

    private mutating func serverInit(_ reader: inout RFBReader) throws(RFBViolation) -> RFBEvent?? {
        // The server's own pixel format does not matter: ours is set before anything is asked for.
        guard let width = reader.uint16(), let height = reader.uint16(), reader.skip(16) != nil,
            let nameLength = reader.uint32()
        else { return nil }
        size = try checked(width, height)
        guard nameLength <= RFBLimits.text else { throw fail("its name has \(nameLength) bytes") }
        phase = .name(Int(nameLength))
        return .some(nil)
    }

    private func checked(_ width: UInt16, _ height: UInt16) throws(RFBViolation) -> Size {
        let size = Size(width: Int(width), height: Int(height))
        guard (1...RFBLimits.side).contains(size.width), (1...RFBLimits.side).contains(size.height) else {
            throw fail("its screen of \(size) pixels is not within 1x1 and \(RFBLimits.side)x\(RFBLimits.side)")
        }
        return size
    }

    mutating func message(_ reader: inout RFBReader) throws(RFBViolation) -> RFBEvent?? {
        guard let type = reader.byte() else { return nil }
        switch type {
        case 0:
            guard reader.skip(1) != nil, let count = reader.uint16() else { return nil }
            rectangles = Int(count)
            copyBudget = size.area * RFBLimits.copiesPerUpdate
            // An update of nothing is allowed, and means nothing.
            guard count > 0 else { return .some(nil) }
            phase = .rectangle
            return .began
        case 2: return .some(nil)  // a bell
        case 3:
            guard reader.skip(3) != nil, let length = reader.uint32() else { return nil }
            guard length <= RFBLimits.cutText else { throw fail("its clipboard text has \(length) bytes") }
            if length > 0 { phase = .skip(Int(length), inUpdate: false) }
            return .some(nil)
        case 248:
            guard reader.skip(3) != nil, let flags = reader.uint32(), let length = reader.byte() else { return nil }
            guard length <= RFBLimits.fence else { throw fail("its fence has \(length) bytes") }
            guard let payload = reader.array(Int(length)) else { return nil }
            return .fence(flags: flags, payload: payload)
        case 1: throw fail("it sets a colour map")
        default: throw fail("it sent a message of the unknown type \(type)")
        }
    }

    mutating func rectangle(_ reader: inout RFBReader) throws(RFBViolation) -> RFBEvent?? {
        guard let x = reader.uint16(), let y = reader.uint16(), let width = reader.uint16(),
            let height = reader.uint16(), let number = reader.uint32()
        else { return nil }
        let rect = Rect(x: Int(x), y: Int(y), width: Int(width), height: Int(height))
        switch RFBEncoding(rawValue: Int32(bitPattern: number)) {
        case .raw:
            try requireInside(rect)
            if rect.isEmpty { return .some(rectangleDone()) }
            phase = .rows(rect)
            return .some(nil)
        case .copyRect:
            try requireInside(rect)
            phase = .copySource(rect)
            return .some(nil)
        case .desktopSize:
            size = try checked(width, height)
            return try afterwards(.resized(size))
        case .lastRect:
            rectangles = 1
            return .some(rectangleDone())
        case .cursor:
            guard rect.width <= RFBLimits.cursor, rect.height <= RFBLimits.cursor else {
                throw fail("its cursor has \(rect.size) pixels")
            }
            let count = rect.width * rect.height * 4 + (rect.width + 7) / 8 * rect.height
            guard count > 0 else { return .some(rectangleDone()) }
            phase = .skip(count, inUpdate: true)
            return .some(nil)
        case .pointerPosition, .cursorPosition:
            guard size.contains(Point(x: rect.x, y: rect.y)) else { return .some(rectangleDone()) }
            return try afterwards(.cursor(Point(x: rect.x, y: rect.y)))
        case .lockState:
            phase = .skip(1, inUpdate: true)
            return .some(nil)
        case .fence, nil: throw fail("it sent a rectangle of the encoding \(Int32(bitPattern: number))")
        }
    }

    /// Gives an event for the rectangle that ends here. The end of the update, if it is that too, is a step of its own.
    private mutating func afterwards(_ event: RFBEvent) throws(RFBViolation) -> RFBEvent? {
        phase = .skip(0, inUpdate: true)
        return event
    }

    private func requireInside(_ rect: Rect) throws(RFBViolation) {
        guard rect.maxX <= size.width, rect.maxY <= size.height else {
            throw fail("a rectangle lies outside of its screen of \(size) pixels")
        }
    }

    mutating func copySource(_ target: Rect, _ reader: inout RFBReader) throws(RFBViolation) -> RFBEvent?? {
        guard let x = reader.uint16(), let y = reader.uint16() else { return nil }
        try requireInside(Rect(x: Int(x), y: Int(y), width: target.width, height: target.height))
        guard !target.isEmpty else { return .some(rectangleDone()) }
        copyBudget -= target.size.area
        guard copyBudget >= 0 else { throw fail("one update copies more than the screen holds") }
        return try afterwards(.copied(from: Point(x: Int(x), y: Int(y)), to: target))
    }

    /// Passes on as many whole rows as there are.
    mutating func rows(_ rect: Rect, _ bytes: UnsafeRawBufferPointer) -> (used: Int, event: RFBEvent?)? {
        let stride = rect.width * 4
        let count = min(rect.height, bytes.count / stride)
        guard count > 0 else { return nil }
        let part = Rect(x: rect.x, y: rect.y, width: rect.width, height: count)
        let rest = Rect(x: rect.x, y: rect.y + count, width: rect.width, height: rect.height - count)
        phase = rest.isEmpty ? .skip(0, inUpdate: true) : .rows(rest)
        return (count * stride, .rows(part, at: 0..<count * stride))
    }
}
