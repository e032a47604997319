import Testing

@testable import GodHandCore

@Suite struct KeyChordTests {
    @Test(arguments: [
        ("ctrl+c", ["Control_L", "c"]), ("CTRL+C", ["Control_L", "c"]),
        ("ctrl+shift+t", ["Control_L", "Shift_L", "T"]),
        ("shift+a", ["Shift_L", "A"]), ("A", ["A"]), ("ctrl++", ["Control_L", "plus"]), ("+", ["plus"]),
        ("alt+F4", ["Alt_L", "F4"]), ("super+Left", ["Super_L", "Left"]), ("shift+Tab", ["Shift_L", "Tab"]),
        ("ctrl+É", ["Control_L", "eacute"]), ("shift+é", ["Shift_L", "Eacute"]), ("shift+ß", ["Shift_L", "ssharp"]),
        ("ctrl+×", ["Control_L", "multiply"]), ("ctrl+control+x", ["Control_L", "x"]), ("", []),
    ])
    func `a chord is keys that go down in order`(_ text: String, names: [String]) throws {
        #expect(try KeyChord(text).keysyms().map(\.description) == names)
    }

    @Test func `an unknown key names itself and its neighbours`() throws {
        let error = try #require(throws: GodHandError.self) { try KeyChord("ctrl+Entr").keysyms() }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("Entr"))
        #expect(error.hint?.contains("enter") == true)
    }

    @Test func `too many keys are refused`() {
        let chord = KeyChord(keys: Array(repeating: "a", count: InputLimits.keys + 1))
        #expect(throws: GodHandError.self) { try chord.keysyms() }
    }
}
