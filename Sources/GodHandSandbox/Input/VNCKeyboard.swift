/// What a VNC server can do with keysyms, which are all that VNC has for keys.
///
/// A server translates each keysym to a key of the machine's keymap. For one that the map lacks, Xvnc writes it onto an
/// unused key and presses that. There are few unused keys (18 in the usual map of a PC keyboard), Xvnc never frees one,
/// and once they are gone it drops such characters without a word. So they are counted here, and the map is restored
/// before they run out.
package struct VNCKeyboard: Sendable {
    /// How many keysyms that its keymap lacks the server can add; zero for servers that add none, such as QEMU's.
    package var spareKeys = 16
    /// Whether the server holds Shift for a character that needs it. QEMU's presses nothing but the character's key.
    package var shiftsByItself = true
    /// Restores the guest's keymap, which frees what was added; nil if nothing can.
    package var restoreKeymap: (@Sendable () async throws -> Void)?
    /// How long the screen must be still before the keymap is restored. A program that has not yet read a key press
    /// would look it up in the new map, and no server can say when a program has read what it was sent; that its screen
    /// stands still is the best sign there is.
    package var quietBeforeRestoring: Duration = .milliseconds(150)
    /// The highest number of a button that the server knows. Xvnc has 7: the thumb buttons do not exist.
    package var buttons = 7

    /// Makes the keyboard of an Xvnc with the usual keymap.
    package init() {}

    /// A keyboard whose map is restored by `setxkbmap` in the guest.
    package static func restoring(by shell: any Shell, layout: String = "us") -> VNCKeyboard {
        var keyboard = VNCKeyboard()
        keyboard.restoreKeymap = { try await GuestTool(shell).run(["setxkbmap", "-layout", layout]) }
        return keyboard
    }

    /// Whether every keymap has it: printable ASCII, and all that is no character.
    static func isInEveryMap(_ keysym: Keysym) -> Bool {
        guard let scalar = keysym.scalar else { return true }
        return scalar.isASCII
    }

    /// The keysym that a key gives while Shift is held, on the layout that guests have. Xvnc would let go of Shift for a
    /// moment to press `1`; a program that waits for Shift and `1` expects what a keyboard sends, `exclam`.
    static func shifted(_ keysym: Keysym) -> Keysym {
        guard let index = plain.firstIndex(of: keysym.rawValue) else { return keysym }
        return Keysym(rawValue: shiftedPlain[index])
    }

    /// The keysym that the same key gives without Shift.
    static func unshifted(_ keysym: Keysym) -> Keysym {
        switch keysym.rawValue {
        case 0x41...0x5a, 0xc0...0xd6, 0xd8...0xde: return Keysym(rawValue: keysym.rawValue + 0x20)
        default:
            guard let index = shiftedPlain.firstIndex(of: keysym.rawValue) else { return keysym }
            return Keysym(rawValue: plain[index])
        }
    }

    /// Whether a keyboard gives this character only while Shift is held, on the layout that guests have.
    static func needsShift(_ keysym: Keysym) -> Bool {
        (0x41...0x5a).contains(keysym.rawValue) || shiftedPlain.contains(keysym.rawValue)
    }

    static func isShift(_ keysym: Keysym) -> Bool { keysym == .shift || keysym.rawValue == 0xffe2 }

    private static let plain = "1234567890-=[]\\;',./`".unicodeScalars.map(\.value)
    private static let shiftedPlain = "!@#$%^&*()_+{}|:\"<>?~".unicodeScalars.map(\.value)
}
