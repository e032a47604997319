import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct MarkTests {
    private func link(_ name: String, y: Int, x: Int = 20) -> ScreenElement {
        ScreenElement(role: "link", name: name, box: Rect(x: x, y: y, width: 60, height: 16))
    }

    @Test func `what can be used is numbered in reading order, once`() {
        let elements = ElementReaderTests.article.elements
        let marks = MarkNumbering.marks(of: elements + elements, after: [])
        #expect(marks.map(\.number) == Array(1...marks.count))
        #expect(
            marks.map(\.name) == [
                "Reload", "Search with Google or enter address", "Page", "Turing machine", "Turing test", "algorithm",
            ])
    }

    @Test func `an element keeps its number when others come and go, and when it moves`() {
        let first = MarkNumbering.marks(of: [link("a", y: 10), link("b", y: 40), link("c", y: 70)], after: [])
        let second = MarkNumbering.marks(of: [link("new", y: 10), link("b", y: 240), link("c", y: 70)], after: first)
        #expect(second.map(\.number) == [4, 2, 3])
        let third = MarkNumbering.marks(of: [link("a", y: 10), link("b", y: 40), link("new", y: 70)], after: second)
        #expect(third.map(\.number) == [5, 2, 4], "The number of what went is not given to something else.")
        #expect(Set(third.map(\.number)).count == 3)
    }

    @Test func `on another page numbers begin anew`() {
        let first = MarkNumbering.marks(of: (0..<8).map { link("a\($0)", y: 10 + $0 * 20) }, after: [])
        let second = MarkNumbering.marks(of: (0..<5).map { link("b\($0)", y: 11 + $0 * 20) }, after: first)
        #expect(second.map(\.number) == [1, 2, 3, 4, 5])
    }

    @Test func `two of one name keep their own numbers`() {
        let first = MarkNumbering.marks(of: [link("a", y: 10), link("a", y: 40)], after: [])
        let second = MarkNumbering.marks(of: [link("a", y: 40), link("a", y: 90)], after: first)
        #expect(second.map(\.number) == [2, 1])
    }

    @Test func `there are never more than can be seen`() {
        let many = (0..<1000).map { link("n\($0)", y: $0) }
        #expect(MarkNumbering.marks(of: many, after: []).count == MarkNumbering.most)
    }

    @Test func `boxes and numbers are drawn, and the rest of the picture stays`() throws {
        let size = Size(width: 200, height: 100)
        let frame = try Frame.filled(size, red: 255, green: 255, blue: 255)
        let mark = ScreenMark(number: 17, name: "x", box: Rect(x: 50, y: 40, width: 60, height: 20))
        let picture = try MarkPainter.draw([mark], on: frame)
        let change = frame.difference(to: picture).boxes.reduce(Rect(x: 0, y: 0, width: 0, height: 0)) { $0.union($1) }
        #expect(change == Rect(x: 50, y: 26, width: 60, height: 34))
        #expect(picture[Point(x: 80, y: 50)].map { $0 == (255, 255, 255) } == true)
        let edge = try #require(picture[Point(x: 50, y: 50)])
        #expect(edge != (255, 255, 255))
        // A one: its upper left corner is the ground of the number, the stroke beside it is white.
        #expect(picture[Point(x: 52, y: 28)].map { $0 == edge } == true)
        #expect(picture[Point(x: 54, y: 28)].map { $0 == (255, 255, 255) } == true)
    }

    @Test(arguments: [
        Rect(x: -50, y: -50, width: 500, height: 500), Rect(x: 199, y: 99, width: 1, height: 1),
        Rect(x: 0, y: 0, width: 0, height: 0), Rect(x: .max, y: .max, width: .max, height: .max),
        Rect(x: 5000, y: 5000, width: 10, height: 10),
    ])
    func `boxes over the edge do no harm`(box: Rect) throws {
        let frame = try Frame.filled(Size(width: 200, height: 100), red: 0, green: 0, blue: 0)
        let marks = [3, 999, -7].map { ScreenMark(number: $0, name: "x", box: box) }
        #expect(try MarkPainter.draw(marks, on: frame).size == frame.size)
    }

    @Test func `numbers do not hide each other`() throws {
        let frame = try Frame.filled(Size(width: 200, height: 100), red: 255, green: 255, blue: 255)
        let box = Rect(x: 50, y: 40, width: 60, height: 20)
        let marks = [1, 2].map { ScreenMark(number: $0, name: "x", box: box) }
        let one = try MarkPainter.draw([marks[0]], on: frame)
        let both = try MarkPainter.draw(marks, on: frame)
        let place = Rect(x: 50, y: 26, width: 10, height: 14)
        #expect(try one.cropped(to: place) == both.cropped(to: place))
    }

    @Test func `coloured words and short lines are taken for things to click`() throws {
        var frame = try Frame.filled(Size(width: 400, height: 100), red: 255, green: 255, blue: 255)
        func word(_ text: String, x: Int, y: Int, blue: Bool) -> TextLine.Word {
            let box = Rect(x: x, y: y, width: 40, height: 12)
            let ink = Rect(x: x + 3, y: y + 2, width: 30, height: 8)
            frame =
                blue
                ? frame.filling(ink, red: 51, green: 102, blue: 204) : frame.filling(ink, red: 20, green: 20, blue: 20)
            return TextLine.Word(text, box: box)
        }
        let prose = (0..<6).map { word("word\($0)", x: 10 + $0 * 50, y: 10, blue: false) }
        let link = word("Moon", x: 320, y: 10, blue: true)
        let button = word("Save", x: 10, y: 50, blue: false)
        let known = word("Known", x: 200, y: 50, blue: false)
        let text = ScreenText(lines: [
            TextLine(words: prose + [link]), TextLine(words: [button]), TextLine(words: [known]),
        ])
        let tree = [ScreenElement(role: "push button", name: "Known", box: Rect(x: 190, y: 45, width: 60, height: 20))]
        let found = TextElements.find(in: text, of: frame, besides: tree)
        #expect(found.map(\.name) == ["Moon", "Save"])
        #expect(found.map(\.role) == ["link", nil])
        #expect(found.allSatisfy { $0.isInteractive && $0.source == .text })
    }
}
