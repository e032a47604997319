import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct ScreenTextTests {
    private let article = TesseractTable.parse(
        TesseractTranscript.article, within: Size(width: 1280, height: 800), movedBy: Point(x: 0, y: 0))

    @Test func `a real table of words is read into lines`() {
        #expect(article.lines.count == 5)
        #expect(article.lines[0].text == "Alan Turing — Mozilla Firefox")
        #expect(article.lines[4].text.hasPrefix("philosopher. During the war"))
    }

    @Test(arguments: [
        ("Bletchley Park", Rect(x: 418, y: 215, width: 116, height: 15)),
        ("bletchley  PARK", Rect(x: 418, y: 215, width: 116, height: 15)),
        ("Bletchiey Park", Rect(x: 418, y: 215, width: 116, height: 15)),
        ("Alan", Rect(x: 20, y: 13, width: 34, height: 12)),
        ("Mathison", Rect(x: 122, y: 196, width: 70, height: 12)),
        ("mathematician", Rect(x: 615, y: 196, width: 124, height: 14)),
    ])
    func `text is found where it stands`(text: String, box: Rect) { #expect(article.find(text) == box) }

    @Test(arguments: ["Bletchley Station", "Turin g!", "Tuning", "", "zzz"])
    func `other text is not found`(text: String) { #expect(article.find(text) == nil) }

    @Test func `text over the end of a line is seen`() {
        #expect(article.contains("cryptanalyst and philosopher"))
        #expect(!article.contains("cryptanalyst or physicist"))
    }

    @Test func `what was read enlarged is put where it is`() {
        let row = "5\t1\t1\t1\t1\t1\t40\t60\t50\t21\t96\tPlay"
        let text = TesseractTable.parse(
            row, within: Size(width: 200, height: 100), movedBy: Point(x: 300, y: 400), shrunkBy: 2)
        #expect(text.find("Play") == Rect(x: 320, y: 430, width: 25, height: 10))
    }

    @Test func `accents, quotes and dashes do not count`() {
        let text = ScreenText(lines: [
            TextLine(words: [TextLine.Word("“Café–Zürich”", box: Rect(x: 1, y: 1, width: 9, height: 9))])
        ])
        #expect(text.find("'cafe-zurich'") != nil)
    }

    /// Rows that a hostile guest could send: none may end the process, none gives a word.
    @Test(arguments: [
        "5\t1\t1\t1\t1\t1\t9223372036854775807\t1\t9223372036854775807\t1\t96\tx",
        "5\t1\t1\t1\t1\t1\t-5\t1\t2\t2\t96\tx",
        "5\t1\t1\t1\t1\t1\t0\t0\t1281\t2\t96\tx", "5\t1\t1\t1\t1\t1\t0\t0\t2\t2\tnan\tx", "5\t1\t1",
        "\t\t\t\t\t\t\t\t\t\t\t",
        "5\t1\t1\t1\t1\t1\t0\t0\t2\t2\t96\t \u{0} ", "5\t1\t1\t1\t1\t1\t0\t0\t0\t2\t96\tx",
    ])
    func `rows that cannot be are passed over`(row: String) {
        let text = TesseractTable.parse(row, within: Size(width: 1280, height: 800), movedBy: Point(x: 0, y: 0))
        #expect(text.find("x") == nil)
    }
}
