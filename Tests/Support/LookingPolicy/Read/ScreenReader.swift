public import Foundation
import GodHandAgent
import GodHandCore
import Synchronization

/// Reads pictures of a screen with the `tesseract` of this host.
///
/// Reading is slow, and screens change in places: only what differs from a picture that was read before is read again.
public final class ScreenReader: Sendable {
    private let recent = Mutex<[Known]>([])
    private let mostRecent = 8
    private typealias Known = (frame: Frame, text: ScreenText)

    /// Makes a reader that has seen nothing.
    public init() {}

    /// Whether there is a tesseract on this host.
    public static var isAvailable: Bool {
        let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return directories.contains { FileManager.default.isExecutableFile(atPath: "\($0)/tesseract") }
    }

    /// Takes a picture; its text is read when it is asked for.
    ///
    /// - Throws: `GodHandError` if it is no PNG.
    public func look(at png: Data) throws -> Seen { look(at: try Self.frame(of: png)) }

    func look(at frame: Frame) -> Seen { Seen(frame: frame) { [self] in try text(of: frame) } }

    /// The pixels of a picture of bounded size.
    static func frame(of png: Data) throws -> Frame { try PNG.decode(png, maximumPixels: 1 << 23) }

    /// - Throws: `GodHandError` if tesseract is missing.
    private func text(of frame: Frame) throws -> ScreenText {
        let text: ScreenText
        if let (known, changes) = nearest(to: frame) {
            text = try update(known, to: frame, changes)
        } else {
            text = ScreenText(lines: try read(frame, Rect(frame.size)))
        }
        recent.withLock { recent in
            recent.append((frame, text))
            if recent.count > mostRecent { recent.removeFirst() }
        }
        return text
    }

    /// The picture that differs least, if it is worth building on.
    private func nearest(to frame: Frame) -> (Known, [Rect])? {
        let known = recent.withLock { $0 }
        let candidates = known.filter { $0.frame.size == frame.size }.map { known in
            (known: known, boxes: Self.merged(known.frame.difference(to: frame).boxes, within: frame.size))
        }
        let best = candidates.min { Self.area($0.boxes) < Self.area($1.boxes) }
        guard let best, Self.area(best.boxes) * 2 < frame.size.area else { return nil }
        return (best.known, best.boxes)
    }

    private func update(_ known: Known, to frame: Frame, _ changes: [Rect]) throws -> ScreenText {
        var lines = known.text.lines
        for box in changes {
            lines = lines.compactMap { line in
                let words = line.words.filter { $0.box.intersection(box).isEmpty }
                return words.isEmpty ? nil : TextLine(words: words)
            }
        }
        for box in changes { lines += try read(frame, box) }
        lines.sort { ($0.box.y / 8, $0.box.x) < ($1.box.y / 8, $1.box.x) }
        return ScreenText(lines: lines)
    }

    /// A few boxes with room around them, so that no word is cut: those that touch become one.
    private static func merged(_ boxes: [Rect], within size: Size) -> [Rect] {
        var result: [Rect] = []
        for box in boxes {
            var grown = Rect(x: box.x - 60, y: box.y - 16, width: box.width + 120, height: box.height + 32)
            while let index = result.firstIndex(where: { !$0.intersection(grown).isEmpty }) {
                grown = grown.union(result.remove(at: index))
            }
            result.append(grown)
        }
        return result.map { $0.intersection(Rect(size)) }.filter { !$0.isEmpty }
    }

    private static func area(_ boxes: [Rect]) -> Int { boxes.reduce(0) { $0 + $1.size.area } }

    private func read(_ frame: Frame, _ box: Rect) throws -> [TextLine] {
        let picture = Self.enlarged(try frame.cropped(to: box))
        let table = try Tesseract.table(of: picture)
        return Tesseract.lines(in: table, scale: 2, movedBy: Point(x: box.x, y: box.y))
    }

    /// Twice as large and grey, as a portable graymap: letters of the usual size are too small for the reader.
    private static func enlarged(_ frame: Frame) -> Data {
        let (width, height) = (frame.size.width, frame.size.height)
        var data = Data("P5\n\(width * 2) \(height * 2)\n255\n".utf8)
        data.reserveCapacity(data.count + width * height * 4)
        var row = [UInt8](repeating: 0, count: width * 2)
        frame.pixels.withUnsafeBufferPointer { pixels in
            let stride = pixels.count / max(1, width * height)
            for y in 0..<height {
                row.withUnsafeMutableBufferPointer { row in
                    var source = y * width * stride
                    for x in 0..<width {
                        let sum =
                            Int(pixels[source]) &* 77 &+ Int(pixels[source &+ 1]) &* 150
                            &+ Int(pixels[source &+ 2]) &* 29
                        let grey = UInt8(truncatingIfNeeded: sum >> 8)
                        row[x &* 2] = grey
                        row[x &* 2 &+ 1] = grey
                        source &+= stride
                    }
                }
                data.append(contentsOf: row)
                data.append(contentsOf: row)
            }
        }
        return data
    }
}
