import GodHandCore

/// The arguments of a call, read with some forgiveness: numbers may come as text, and null is the same as nothing.
struct Arguments {
    /// The name of what was called, for complaints.
    let name: String
    /// The values by name.
    let values: [String: JSONValue]
    /// The coordinates in which points are given.
    let space: ScreenScaling

    /// - Throws: ``MalformedInput`` if it is no object. No arguments at all are an empty one.
    init(of name: String, _ value: JSONValue?, space: ScreenScaling) throws {
        self.name = name
        self.space = space
        switch value {
        case .object(let members): values = members
        case nil, .null: values = [:]
        default: throw MalformedInput("\(name) takes an object with named arguments")
        }
    }

    private func value(_ key: String) -> JSONValue? {
        let value = values[key]
        return value == .null ? nil : value
    }

    func has(_ key: String) -> Bool { value(key) != nil }

    /// Text, where there is some.
    func text(ifAny key: String) -> String? { value(key)?.string }

    /// Text that must be there.
    func text(_ key: String) throws -> String {
        guard let text = value(key)?.string else { throw MalformedInput("\(name) needs \(key), a text") }
        return text
    }

    /// Text that must be there and say something.
    func words(_ key: String) throws -> String {
        let text = try text(key)
        guard !text.allSatisfy(\.isWhitespace) else { throw MalformedInput("\(name) needs \(key), which is empty") }
        return text
    }

    /// A finite number, where there is one.
    func number(ifAny key: String) throws -> Double? {
        guard let value = value(key) else { return nil }
        let number = value.double ?? value.string.flatMap { Double($0) }
        guard let number, number.isFinite else { throw MalformedInput("\(name) needs a number for \(key)") }
        return number
    }

    func number(_ key: String) throws -> Double {
        guard let number = try number(ifAny: key) else { throw MalformedInput("\(name) needs \(key), a number") }
        return number
    }

    /// A whole number within bounds.
    func integer(_ key: String, or standard: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let number = try number(ifAny: key) else { return standard }
        guard let integer = Int(exactly: number.rounded()), range.contains(integer) else {
            throw MalformedInput("\(key) of \(name) must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    /// A truth value; `standard` where there is none.
    func flag(_ key: String, or standard: Bool = false) -> Bool {
        guard let value = value(key) else { return standard }
        return value.bool ?? value.string.map { $0.lowercased() == "true" } ?? standard
    }

    /// A list of texts, where there is one; a single text is a list of one.
    func list(ifAny key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        if let text = value.string { return [text] }
        let texts = value.array?.map(\.string) ?? []
        return texts.contains(nil) ? nil : texts.compactMap(\.self)
    }

    /// A time from one of these names, at most ten minutes.
    func seconds(_ key: String, or standard: Double) throws -> Duration {
        let seconds = try number(ifAny: key) ?? standard
        guard (0...600).contains(seconds) else {
            throw MalformedInput("\(key) of \(name) must be from 0 to 600")
        }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }

    /// A point of the screen.
    func point(_ x: String = "x", _ y: String = "y") throws -> Point {
        guard let point = try optionalPoint(x, y) else { throw MalformedInput("\(name) needs \(x) and \(y)") }
        return point
    }

    /// A point of the screen, where one is given.
    func optionalPoint(_ x: String = "x", _ y: String = "y") throws -> Point? {
        switch (try number(ifAny: x), try number(ifAny: y)) {
        case (let x?, let y?):
            guard let point = space.screenPoint(x: x, y: y) else { throw outside() }
            return point
        case (nil, nil): return nil
        default: throw MalformedInput("\(name) needs both \(x) and \(y)")
        }
    }

    /// A point of the screen that is given as a list of two, where there is one.
    func pair(_ key: String) throws -> Point? {
        guard let value = value(key) else { return nil }
        let numbers = (value.array ?? []).map { $0.double ?? $0.string.flatMap { Double($0) } }
        guard numbers.count == 2, let x = numbers[0], let y = numbers[1] else {
            throw MalformedInput("\(name) needs \(key), a list of x and y")
        }
        guard let point = space.screenPoint(x: x, y: y) else { throw outside() }
        return point
    }

    /// The part of the screen between two corners.
    func region(_ names: (x0: String, y0: String, x1: String, y1: String)) throws -> Rect {
        let region = space.screenRegion(
            x0: try number(names.x0), y0: try number(names.y0), x1: try number(names.x1), y1: try number(names.y1))
        guard let region else { throw outside() }
        return region
    }

    private func outside() -> MalformedInput {
        let size = space.size
        return MalformedInput(
            "\(name) has a point outside the picture: x runs from 0 to \(size.width - 1) and y from 0 to "
                + "\(size.height - 1)")
    }

    /// A button of the mouse by any of its names.
    func button(_ key: String = "button") throws -> MouseButton {
        switch text(ifAny: key)?.lowercased() {
        case nil, "left", "": return .left
        case "right": return .right
        case "middle", "wheel": return .middle
        case "back": return .back
        case "forward": return .forward
        case let other?: throw MalformedInput("\(name) knows no button \(other.shortened(to: 40))")
        }
    }
}

extension ScreenScaling {
    /// How many units the screen is wide and high for the model.
    var size: Size {
        switch space {
        case .pixels(let size): size
        case .thousand, .perMille: Size(width: 1000, height: 1000)
        }
    }

    /// A distance to the right in the model's units, in pixels of the screen.
    func distance(x: Double) -> Double { x * Double(screen.width) / Double(max(1, size.width)) }

    /// A distance down in the model's units, in pixels of the screen.
    func distance(y: Double) -> Double { y * Double(screen.height) / Double(max(1, size.height)) }
}
