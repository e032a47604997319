import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct ElementReaderTests {
    static let screen = Size(width: 1280, height: 800)
    static let article = ElementReader.read(ElementTranscript.article, on: screen)
    static let dialog = ElementReader.read(ElementTranscript.dialog, on: screen)

    @Test func `what can be seen of a page is told`() throws {
        #expect(Self.article.isComplete)
        let names = Self.article.elements.map(\.name)
        #expect(names.filter { $0 == "Turing test" }.count == 1, "The second one is below the window's edge.")
        #expect(!names.contains("Menu Bar"))
        let reload = try #require(Self.article.elements.first { $0.name == "Reload" })
        #expect(reload.isInteractive && reload.isEnabled && reload.box == Rect(x: 78, y: 71, width: 36, height: 40))
        let back = try #require(Self.article.elements.first { $0.name == "Back" })
        #expect(back.isInteractive && !back.isEnabled)
        let address = try #require(Self.article.elements.first { $0.role == "combo box" })
        #expect(address.isField && address.value == "wiki")
        let heading = try #require(Self.article.elements.first { $0.role == "heading" })
        #expect(!heading.isInteractive)
    }

    @Test func `a link over two lines is where it begins`() throws {
        let link = try #require(Self.article.elements.first { $0.name == "Turing test" })
        #expect(link.box == Rect(x: 1045, y: 481, width: 38, height: 15))
        let cut = try #require(Self.article.elements.first { $0.name == "algorithm" })
        #expect(cut.box == Rect(x: 653, y: 755, width: 68, height: 9), "Only what the window shows of it counts.")
    }

    @Test func `fields have contents, but for those that hide them`() throws {
        #expect(Self.dialog.elements.first { $0.role == "text" }?.value == "Ada")
        #expect(Self.dialog.elements.first { $0.role == "text" }?.isFocused == true)
        #expect(Self.dialog.elements.first { $0.role == "spin button" }?.value == "30")
        let secret = try #require(Self.dialog.elements.first { $0.isPasswordField })
        #expect(secret.value == nil && secret.isField)
        #expect(!Self.dialog.elements.contains { "\($0)".contains("hunter2") })
    }

    @Test func `a menu may hang over its window's edge`() {
        #expect(Self.dialog.elements.contains { $0.name == "Quit" && $0.box.y == 580 })
    }

    /// Lines that a hostile guest could send: none may end the process, none gives an element.
    @Test(arguments: [
        #"{"depth":0,"role":"link","name":"x","box":[9223372036854775807,0,9223372036854775807,5]}"#,
        #"{"depth":0,"role":"link","name":"x","box":[-9223372036854775808,0,5,5]}"#,
        #"{"depth":0,"role":"link","name":"x","box":[1,1,-5,5]}"#,
        #"{"depth":0,"role":"link","name":"x","box":[1,1,5]}"#,
        #"{"depth":-1,"role":"link","name":"x","box":[1,1,5,5]}"#,
        #"{"depth":9223372036854775807,"role":"link","name":"x","box":[1,1,5,5]}"#,
        #"{"depth":0,"role":"link","name":"x","box":[1.5,1,5,5]}"#, #"{"depth":0,"name":"x","box":[1,1,5,5]}"#,
        #"{"depth":0,"role":"link","name":"x","box":[1e300,1,5,5]}"#, "{", "", "[]", "\u{0}", "[[[[[[[[[[[[[[[[",
        #"{"depth":0,"role":"link","name":"x","box":[2000,1,5,5]}"#,
    ])
    func `lines that cannot be are passed over`(line: String) {
        #expect(ElementReader.read(line, on: Self.screen).elements.isEmpty)
        #expect(!ElementReader.read(line, on: Self.screen).isComplete)
    }

    @Test func `an address is told whole or not at all`() {
        func address(_ text: String) -> String? {
            ElementReader.read(
                #"{"depth":1,"role":"document web","address":"\#(text)","box":[1,1,50,50]}"#, on: Self.screen
            ).elements.first?.address
        }
        #expect(address("http://wiki/") == "http://wiki/")
        #expect(address("http://bank.example.org:" + String(repeating: "1", count: 4000) + "@evil.example") == nil)
    }

    /// The keyboard's place in a page with a frame, and in what is around the page.
    @Test(arguments: [
        ("entry in page", "http://wiki/"), ("entry in frame", "http://pay/"), ("frame", "http://pay/"),
        ("address bar", nil), ("nothing", nil),
    ])
    func `the page that has the keyboard is the innermost around it`(focus: String, page: String?) {
        let lines: [(depth: Int, name: String, address: String?)] = [
            (0, "window", nil), (1, "address bar", nil), (1, "page", "http://wiki/"), (2, "entry in page", nil),
            (2, "frame", "http://pay/"), (3, "entry in frame", nil), (2, "link after it", nil),
        ]
        let elements = lines.map {
            ScreenElement(
                role: "x", name: $0.name, box: Rect(x: 0, y: 0, width: 9, height: 9),
                states: $0.name == focus ? ["focused"] : [], depth: $0.depth, address: $0.address)
        }
        #expect(elements.pageWithKeyboard?.address == page)
        // Two places at once are none: one of them may be a lie.
        var both = elements
        both[1].states = ["focused"]
        #expect(both.pageWithKeyboard == nil)
    }

    @Test func `more than is sensible is cut off`() {
        let line =
            #"{"depth":3,"role":"link","name":"\#(String(repeating: "é", count: 3000))","box":[1,1,50,50]}"# + "\n"
        let (elements, _) = ElementReader.read(String(repeating: line, count: 4000), on: Self.screen)
        #expect(elements.count == ElementReader.mostElements)
        #expect(elements.allSatisfy { $0.name.count <= 400 })
        let endless = #"{"depth":0,"role":"link","name":"\#(String(repeating: "x", count: 9000))","box":[1,1,5,5]}"#
        #expect(ElementReader.read(endless, on: Self.screen).elements.isEmpty)
    }

    @Test func `control characters of a page do not reach anybody`() {
        let line = #"{"depth":0,"role":"link","name":"a\u001b[2Jb\nc\u0000","box":[1,1,50,50]}"#
        #expect(ElementReader.read(line, on: Self.screen).elements.first?.name == "a [2Jb c")
    }

    @Test func `windows are told from back to front`() {
        let windows = ScreenWindow.read(ElementTranscript.windows)
        #expect(windows.map(\.program) == ["firefox-esr", "Yad"])
        #expect(windows.last?.isActive == true && windows.last?.box == Rect(x: 1, y: 28, width: 215, height: 182))
        #expect(
            ScreenWindow.read(#"{"id":1,"title":"x","class":"","pid":1,"box":[1,1,-1,1],"active":true,"hidden":false}"#)
                .isEmpty)
        #expect(ScreenWindow.read("{}\n\n{\"id\":-1}").isEmpty)
    }
}
