import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct ElementSearchTests {
    private let elements = ElementReaderTests.article.elements + ElementReaderTests.dialog.elements

    @Test(
        arguments: [
            ("button", "Save", "Save"), (nil, "save", "Save"), ("push button", " SAVE ", "Save"),
            ("link", "turing  machine", "Turing machine"),
            ("Check Box", "active", "Active"), ("checkbox", "Active", "Active"),
            ("link", "Turing Machne", "Turing machine"),
            ("search box", "Search with Google", "Search with Google or enter address"),
            ("password field", "secret", "Secret"),
        ] as [(String?, String, String)])
    func `an element is found by role and name`(role: String?, name: String, wanted: String) {
        #expect(elements.find(role: role, name: name).first?.name == wanted)
    }

    @Test(
        arguments: [("link", "Save"), ("button", "Turing test"), (nil, "Shutdown"), ("link", "")] as [(String?, String)]
    )
    func `others are not`(role: String?, name: String) {
        #expect(elements.find(role: role, name: name).isEmpty)
    }

    @Test func `an exact name goes before a part of one, and a usable element before a heading`() {
        func element(_ role: String, _ name: String) -> ScreenElement {
            ScreenElement(role: role, name: name, box: Rect(x: 0, y: 0, width: 9, height: 9))
        }
        let list = [element("heading", "London"), element("link", "London Bridge"), element("link", "London")]
        #expect(list.find(name: "London").map(\.role) == ["link", "heading"])
        #expect(
            list.find(name: "London").count == 2, "Where one has the very name, parts of longer names do not count.")
        #expect(list.find(name: "Bridge").map(\.name) == ["London Bridge"])
    }
}
