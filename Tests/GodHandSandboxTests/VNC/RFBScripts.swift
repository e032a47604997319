@testable import GodHandSandbox

/// Writes what a server says.
struct ServerScript {
    var bytes: [UInt8] = []

    static func handshake(_ size: Size, security: [UInt8] = [1], name: String = "test") -> ServerScript {
        var script = ServerScript()
        script.bytes += Array("RFB 003.008\n".utf8) + [UInt8(security.count)] + security + [0, 0, 0, 0]
        script.numbers16(size.width, size.height)
        script.bytes += [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]
        script.bytes.appendBigEndian(UInt32(name.utf8.count))
        script.bytes += Array(name.utf8)
        return script
    }

    mutating func numbers16(_ numbers: Int...) {
        for number in numbers { bytes.appendBigEndian(UInt16(truncatingIfNeeded: number)) }
    }

    mutating func update(_ count: Int) {
        bytes += [0, 0]
        numbers16(count)
    }

    mutating func rect(_ rect: Rect, _ encoding: Int32) {
        numbers16(rect.x, rect.y, rect.width, rect.height)
        bytes.appendBigEndian(encoding)
    }

    /// A rectangle of pixels that differ from each other.
    mutating func raw(_ area: Rect, seed: UInt8 = 0) {
        rect(area, 0)
        for y in 0..<area.height {
            for x in 0..<area.width { bytes += [UInt8(truncatingIfNeeded: x), UInt8(truncatingIfNeeded: y), seed, 0] }
        }
    }

    mutating func copy(from: Point, to: Rect) {
        rect(to, 1)
        numbers16(from.x, from.y)
    }

    mutating func cursor(_ width: Int, _ height: Int) {
        rect(Rect(x: 0, y: 0, width: width, height: height), -239)
        bytes += [UInt8](repeating: 7, count: width * height * 4 + (width + 7) / 8 * height)
    }

    /// A session with everything that may pass.
    static var everything: ServerScript {
        var script = handshake(Size(width: 13, height: 9))
        script.bytes += [2]
        script.update(4)
        script.rect(Rect(x: 0, y: 0, width: 0, height: 0), -261)
        script.bytes += [2]
        script.raw(Rect(x: 0, y: 0, width: 13, height: 9), seed: 9)
        script.cursor(9, 3)
        script.rect(Rect(x: 3, y: 4, width: 0, height: 0), -232)
        script.bytes += [3, 0, 0, 0, 0, 0, 0, 5] + Array("hello".utf8)
        script.bytes += [248, 0, 0, 0, 0x80, 0, 0, 1, 2, 0xAA, 0xBB]
        script.update(65535)
        script.copy(from: Point(x: 0, y: 0), to: Rect(x: 4, y: 4, width: 5, height: 5))
        script.raw(Rect(x: 5, y: 1, width: 0, height: 3))
        script.raw(Rect(x: 12, y: 8, width: 1, height: 1), seed: 77)
        script.rect(Rect(x: 0, y: 0, width: 0, height: 0), -224)
        script.update(0)
        script.update(2)
        script.rect(Rect(x: 0, y: 0, width: 7, height: 20), -223)
        script.raw(Rect(x: 0, y: 0, width: 7, height: 20), seed: 3)
        return script
    }
}

/// Runs a gate over pieces of a stream, as the display's thread does, and notes what it said.
struct GateHarness {
    var gate: RFBGate
    var pending: [UInt8] = []
    var events: [RFBEvent] = []
    var picture: [Point: [UInt8]] = [:]
    var violation: String?

    init(hasPassword: Bool = false) { gate = RFBGate(hasPassword: hasPassword) }

    mutating func feed(_ piece: some Sequence<UInt8>) {
        guard violation == nil else { return }
        pending += piece
        var used = 0
        pending.withUnsafeBytes { bytes in
            do throws(RFBViolation) {
                while let step = try gate.step(UnsafeRawBufferPointer(rebasing: bytes[used...])) {
                    if let event = step.event { note(event, UnsafeRawBufferPointer(rebasing: bytes[used...])) }
                    used += step.used
                }
            } catch {
                violation = error.reason
            }
        }
        pending.removeFirst(used)
    }

    private mutating func note(_ event: RFBEvent, _ bytes: UnsafeRawBufferPointer) {
        switch event {
        case .rows(let rect, let range):
            // How rows are grouped depends on the division; what they paint does not.
            precondition(range.count == rect.size.area * 4)
            precondition(Rect(gate.size).contains(rect))
            for (index, start) in stride(from: range.lowerBound, to: range.upperBound, by: 4).enumerated() {
                let point = Point(x: rect.x + index % rect.width, y: rect.y + index / rect.width)
                picture[point] = Array(bytes[start..<start + 4])
            }
        case .copied(let source, let rect):
            precondition(Rect(gate.size).contains(rect))
            precondition(
                Rect(gate.size).contains(Rect(x: source.x, y: source.y, width: rect.width, height: rect.height)))
            events.append(event)
        default: events.append(event)
        }
    }
}
