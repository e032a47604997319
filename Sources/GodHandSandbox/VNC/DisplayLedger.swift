/// What is known of a display: its picture, the changes so far, and whether it is connected. Pure state.
///
/// The picture is an array that is handed out as it is and copied only if somebody still holds it when the next change
/// arrives. So looking at a still screen costs nothing, however often.
struct DisplayLedger {
    enum Phase {
        /// No connection, or no complete picture on it yet.
        case down
        case live
        /// For ever; why.
        case gone(GodHandError)
    }

    private(set) var phase = Phase.down
    private(set) var size = Size(width: 0, height: 0)
    private(set) var serial: UInt64 = 0
    private(set) var cursor: Point?
    /// Counts connections, so that who waits for an answer knows that it will not come any more.
    private(set) var epoch: UInt64 = 0
    /// Red, green, blue, 255.
    private var pixels: [UInt8] = []
    /// The newest changes, oldest first, numbered without gaps up to `serial`.
    private var history: [DamageRegion] = []

    /// How many changes are remembered one by one. Who asks for older ones is told that all may have changed.
    static let longestHistory = 128

    var isLive: Bool { if case .live = phase { true } else { false } }
    var isGone: Bool { if case .gone = phase { true } else { false } }
    /// Whether there has ever been a picture.
    var hasPicture: Bool { serial > 0 }

    var state: DisplayState { DisplayState(size: size, serial: serial, cursor: cursor) }
    var frame: Frame { Frame(uncheckedSize: size, pixels: pixels) }

    /// All that changed after a serial, or nil if nothing did.
    func change(after known: UInt64) -> DisplayChange? {
        guard known < serial else { return nil }
        let missed = serial - known
        guard missed <= UInt64(history.count) else {
            return DisplayChange(serial: serial, size: size, damage: [Rect(size)])
        }
        var damage = DamageRegion()
        for region in history.suffix(Int(missed)) { damage.add(region.boxes) }
        return DisplayChange(serial: serial, size: size, damage: damage.boxes)
    }

    /// Takes a complete picture: the first of a connection, or the first after a change of size.
    mutating func show(_ size: Size, from source: UnsafeRawBufferPointer) {
        guard !isGone, source.count == size.area * 4 else { return }
        // A new array, since all of it is written: an old one that is still held would be copied first.
        pixels = [UInt8](unsafeUninitializedCapacity: source.count) { buffer, count in
            let target = UnsafeMutableRawBufferPointer(buffer)
            Self.copyOpaque(source, to: target)
            count = source.count
        }
        self.size = size
        phase = .live
        // Who knows an older picture than this has to look at all of it.
        history = []
        record([Rect(size)])
    }

    /// Takes the changed parts of a picture of the same size.
    mutating func update(_ boxes: [Rect], from source: UnsafeRawBufferPointer) {
        let boxes = boxes.map { $0.intersection(Rect(size)) }.filter { !$0.isEmpty }
        guard isLive, !boxes.isEmpty, source.count == pixels.count else { return }
        let stride = size.width * 4
        pixels.withUnsafeMutableBytes { target in
            for box in boxes {
                for row in box.y..<box.maxY {
                    let range = row * stride + box.x * 4..<row * stride + box.maxX * 4
                    Self.copyOpaque(
                        UnsafeRawBufferPointer(rebasing: source[range]),
                        to: UnsafeMutableRawBufferPointer(rebasing: target[range]))
                }
            }
        }
        record(boxes)
    }

    mutating func moveCursor(to point: Point) { cursor = point }

    /// The connection is gone; another one is tried.
    mutating func drop() {
        epoch += 1
        if isLive { phase = .down }
    }

    /// The display is gone for ever. The first reason stays.
    mutating func end(_ error: GodHandError) {
        epoch += 1
        if !isGone { phase = .gone(error) }
        pixels = []
    }

    private mutating func record(_ boxes: [Rect]) {
        serial += 1
        var region = DamageRegion()
        region.add(boxes)
        history.append(region)
        if history.count > Self.longestHistory { history.removeFirst(history.count - Self.longestHistory) }
    }

    /// Copies pixels and sets the fourth byte of each, which servers fill with anything.
    private static func copyOpaque(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) {
        // Plain pointers: the compiler makes vector instructions of this loop.
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        let opaque = UInt32(littleEndian: 0xFF00_0000)
        for offset in stride(from: 0, to: min(source.count, target.count) & ~3, by: 4) {
            let pixel = from.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            to.storeBytes(of: pixel | opaque, toByteOffset: offset, as: UInt32.self)
        }
    }
}
