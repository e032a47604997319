public import GodHandAgent
public import GodHandCore
import Synchronization

/// A picture of a screen, with the text in it. It is read when it is first asked for: much can be decided without.
public struct Seen: Sendable {
    /// The pixels.
    public var frame: Frame
    private let reading: Reading

    /// Makes one whose text is known.
    public init(frame: Frame, text: ScreenText) {
        self.frame = frame
        reading = Reading { text }
    }

    /// Makes one that is read when it has to be.
    init(frame: Frame, reading read: @escaping @Sendable () throws -> ScreenText) {
        self.frame = frame
        reading = Reading(read)
    }

    /// The words and where they stand. None if they could not be read; see ``failure``.
    public var text: ScreenText { (try? reading.result.get()) ?? ScreenText(lines: []) }

    /// Why the picture could not be read; nil if it was, or nobody asked.
    var failure: (any Error)? {
        guard case .failure(let error)? = reading.known else { return nil }
        return error
    }

    private final class Reading: Sendable {
        private let state = Mutex<Result<ScreenText, any Error>?>(nil)
        private let read: @Sendable () throws -> ScreenText

        init(_ read: @escaping @Sendable () throws -> ScreenText) { self.read = read }

        var known: Result<ScreenText, any Error>? { state.withLock { $0 } }

        var result: Result<ScreenText, any Error> {
            state.withLock { state in
                if let state { return state }
                let result = Result { try read() }
                state = result
                return result
            }
        }
    }

    /// Whether the words in the box have the colour of a link: most of what is not background is blue.
    func isLink(_ box: Rect) -> Bool {
        var blue = 0
        var other = 0
        forEachPixel(of: box) { red, green, colour in
            let brightest = max(red, green, colour)
            guard brightest < 250 || min(red, green, colour) < 160 else { return }
            if Int(colour) > Int(red) + 60, Int(colour) > 120 { blue += 1 } else if brightest < 140 { other += 1 }
        }
        return blue > 8 && blue > other * 2
    }

    /// Whether the box lies on a coloured ground, as selected text does.
    func isSelected(_ box: Rect) -> Bool {
        var pale = 0
        var all = 0
        forEachPixel(of: box) { red, green, blue in
            all += 1
            if red > 225, green > 225, blue > 225 { pale += 1 }
        }
        return all > 0 && pale * 2 < all
    }

    private func forEachPixel(of box: Rect, _ body: (UInt8, UInt8, UInt8) -> Void) {
        let part = box.intersection(Rect(frame.size))
        guard !part.isEmpty else { return }
        for y in part.y..<part.maxY {
            for x in part.x..<part.maxX {
                guard let pixel = frame[Point(x: x, y: y)] else { continue }
                body(pixel.red, pixel.green, pixel.blue)
            }
        }
    }

    /// All places where the text stands, by itself or within a line, links first and then from top to bottom.
    func places(of wanted: String) -> [Rect] {
        text.lines.compactMap { ScreenText(lines: [$0]).find(wanted) }
            .map { (box: $0, isLink: isLink($0)) }
            .sorted { ($0.isLink ? 0 : 1, $0.box.y) < ($1.isLink ? 0 : 1, $1.box.y) }
            .map(\.box)
    }

    /// The line that says this and nothing else.
    func line(saying wanted: String) -> Rect? {
        let key = wanted.plain
        let line = text.lines.first { line in
            let plain = line.text.plain
            return plain == key || (key.count >= 6 && plain.count <= key.count + 2 && plain.hasSuffix(key))
        }
        return line?.box
    }
}

extension TextLine {
    /// The box around all words.
    var box: Rect {
        words.dropFirst().reduce(words.first?.box ?? Rect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1.box) }
    }
}

extension String {
    /// Its letters and digits only, in lower case: what two readings of a text have in common.
    var plain: String { String(lowercased().filter { $0.isLetter || $0.isNumber }) }
}
