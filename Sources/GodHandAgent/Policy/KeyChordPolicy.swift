public import GodHandCore

/// Keeps certain keys from being pressed together.
///
/// A chord is refused if all keys of a forbidden one are in it, whatever else is, and whichever of two equal modifiers
/// it names.
public struct KeyChordPolicy: ActionPolicy {
    private let forbidden: [Set<UInt32>]

    /// Chords that leave the desktop: other consoles, the end of the X server, the kernel's own keys.
    public static let leavingTheDesktop: [KeyChord] =
        (1...12).map { KeyChord("ctrl+alt+F\($0)") }
        + (0...11).map { KeyChord(keys: ["0x" + String(0x1008_fe01 + $0, radix: 16)]) }
        + ["ctrl+alt+Delete", "ctrl+alt+BackSpace", "alt+Print", "alt+0xff15"]

    /// Chords that close windows and programs.
    public static let closing: [KeyChord] = ["alt+F4", "ctrl+q", "ctrl+shift+q", "ctrl+w", "ctrl+shift+w", "ctrl+F4"]

    /// Makes a policy.
    ///
    /// - Throws: `GodHandError` with `request.invalid` for a chord without keys or with unknown ones.
    public init(denying chords: [KeyChord] = KeyChordPolicy.leavingTheDesktop) throws {
        forbidden = try chords.map { chord in
            let keys = try Self.keys(of: chord)
            guard !keys.isEmpty else {
                throw GodHandError(
                    .invalidRequest, "A forbidden chord has no keys.", hint: "Name some, such as alt+F4.")
            }
            return keys
        }
    }

    /// Checks the keys that are pressed or held.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        guard case .input(let input) = action else { return .allow }
        let chord: KeyChord
        switch input {
        case .key(let keys, _), .hold(let keys, _): chord = keys
        case .click(_, _, _, let modifiers), .drag(_, _, let modifiers), .scroll(_, _, _, let modifiers):
            chord = modifiers
        case .move, .press, .release, .type: return .allow
        }
        guard let keys = try? Self.keys(of: chord) else { return .deny("The chord has a key that is not known.") }
        guard forbidden.contains(where: { $0.isSubset(of: keys) }) else { return .allow }
        return .deny("The keys \(chord) may not be pressed together.")
    }

    private static func keys(of chord: KeyChord) throws -> Set<UInt32> {
        Set(try chord.keysyms().map(same))
    }

    /// The left one of two modifiers, the small one of two letters: what matters is what a program takes it for.
    private static func same(_ keysym: Keysym) -> UInt32 {
        switch keysym.rawValue {
        case 0xffe2: 0xffe1
        case 0xffe4: 0xffe3
        case 0xffe7, 0xffe8, 0xffea, 0xff7e: 0xffe9
        case 0xffec, 0xffed, 0xffee: 0xffeb
        case 0xff9f: 0xffff
        case let letter where (0x41...0x5a).contains(letter): letter + 0x20
        case let other: other
        }
    }
}
