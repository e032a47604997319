import GodHandCore

/// Finds in text that was read from pixels what looks as if it could be clicked.
enum TextElements {
    /// A line with more words is running text, in which only what is coloured can be a link.
    private static let fewWords = 5
    private static let mostElements = 150

    /// The elements that text gives where programs told of none.
    ///
    /// - Parameters:
    ///   - text: What was read.
    ///   - frame: Where it was read, for the colour of its letters.
    ///   - known: What programs told of. Text on one of those is its label.
    static func find(in text: ScreenText, of frame: Frame, besides known: [ScreenElement]) -> [ScreenElement] {
        let taken = known.filter(\.isInteractive).map(\.box)
        var result: [ScreenElement] = []
        for line in text.lines {
            for phrase in phrases(of: line, in: frame) {
                let box = phrase.words.reduce(Rect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1.box) }
                let name = phrase.words.map(\.text).joined(separator: " ")
                guard phrase.isLink || phrase.words.count <= fewWords,
                    name.contains(where: { $0.isLetter || $0.isNumber }),
                    result.count < mostElements, box.width >= 3, box.height >= 3,
                    !taken.contains(where: { $0.contains(box.center) })
                else { continue }
                result.append(
                    ScreenElement(role: phrase.isLink ? "link" : nil, name: name, box: box, states: [], source: .text))
            }
        }
        return result
    }

    private struct Phrase {
        var words: [TextLine.Word]
        var isLink: Bool
    }

    /// Words that stand close together and are coloured alike.
    private static func phrases(of line: TextLine, in frame: Frame) -> [Phrase] {
        var result: [Phrase] = []
        for word in line.words {
            let isLink = isColoured(word.box, in: frame)
            if let last = result.last, last.isLink == isLink, let before = last.words.last,
                word.box.x - before.box.maxX <= max(before.box.height, word.box.height) * 2
            {
                result[result.count - 1].words.append(word)
            } else {
                result.append(Phrase(words: [word], isLink: isLink))
            }
        }
        return result
    }

    /// Whether letters are of a strong blue or red, as those of links are, on a ground that is not.
    private static func isColoured(_ box: Rect, in frame: Frame) -> Bool {
        let part = box.intersection(Rect(frame.size))
        guard !part.isEmpty, let ground = frame[Point(x: part.x, y: part.y)], !isStrong(ground) else { return false }
        var ink = 0
        var coloured = 0
        for y in part.y..<part.maxY {
            for x in part.x..<part.maxX {
                guard let pixel = frame[Point(x: x, y: y)], differs(pixel, ground) else { continue }
                ink += 1
                if isStrong(pixel) { coloured += 1 }
            }
        }
        return ink > 0 && coloured * 2 > ink
    }

    private typealias Pixel = (red: UInt8, green: UInt8, blue: UInt8)

    private static func differs(_ left: Pixel, _ right: Pixel) -> Bool {
        abs(Int(left.red) - Int(right.red)) + abs(Int(left.green) - Int(right.green))
            + abs(Int(left.blue) - Int(right.blue)) > 150
    }

    private static func isStrong(_ pixel: Pixel) -> Bool {
        let least = min(pixel.red, pixel.green, pixel.blue)
        return max(pixel.blue, pixel.red) - least > 80
    }
}
