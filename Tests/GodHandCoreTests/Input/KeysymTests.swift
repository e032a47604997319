import Foundation
import Testing

@testable import GodHandCore

@Suite struct KeysymTests {
    @Test(arguments: [
        ("Return", 0xff0d), ("RETURN", 0xff0d), ("enter", 0xff0d), ("Page_Up", 0xff55), ("Prior", 0xff55),
        ("PAGEUP", 0xff55), ("pgup", 0xff55), ("PAGEDOWN", 0xff56), ("F5", 0xffc2), ("f12", 0xffc9), ("F35", 0xffe0),
        ("ctrl", 0xffe3), ("CTRL", 0xffe3), ("Control", 0xffe3), ("Control_R", 0xffe4), ("cmd", 0xffeb),
        ("meta", 0xffeb), ("Meta_L", 0xffe7), ("win", 0xffeb), ("super", 0xffeb), ("alt", 0xffe9), ("esc", 0xff1b),
        ("del", 0xffff), ("ArrowUp", 0xff52), ("up", 0xff52), ("space", 0x20), (" ", 0x20), ("plus", 0x2b),
        ("+", 0x2b), ("minus", 0x2d), ("eacute", 0xe9), ("Eacute", 0xc9), ("adiaeresis", 0xe4), ("é", 0xe9),
        ("a", 0x61), ("A", 0x41), ("0", 0x30), ("KP_0", 0xffb0), ("KP_Add", 0xffab), ("kp_enter", 0xff8d),
        ("XF86AudioRaiseVolume", 0x1008_ff13), ("xf86audiomute", 0x1008_ff12), ("VolumeUp", 0x1008_ff13),
        ("€", 0x0100_20ac), ("U20AC", 0x0100_20ac), ("u20ac", 0x0100_20ac), ("U+1F600", 0x0101_f600),
        ("U00e9", 0xe9), ("0x10020ac", 0x0100_20ac), ("0xff0d", 0xff0d), ("EuroSign", 0x20ac), ("\n", 0xff0d),
        ("ISO_Left_Tab", 0xfe20), ("dead_acute", 0xfe51), ("ssharp", 0xdf), ("AE", 0xc6), ("ae", 0xe6),
    ])
    func `a name means a key`(_ name: String, value: Int) throws {
        #expect(try Keysym(named: name).rawValue == UInt32(value))
    }

    @Test(arguments: [
        "", "Retrun1", "EACUTE", "ctrll+", "U110000", "UD800", "U0007", "0x", "0xffffffffff", "0x01", "U+", "ab", "👍🏽",
        "\u{7}", String(repeating: "x", count: 100_000),
    ])
    func `what is no key is refused`(name: String) {
        let error = #expect(throws: GodHandError.self) { try Keysym(named: name) }
        #expect(error?.code == .invalidRequest)
        #expect((error?.description.utf8.count ?? 0) < 400)
    }

    @Test(arguments: [
        ("Retrun", "Return"), ("Escpae", "Escape"), ("contrl", "control"), ("XF86AudioMutt", "XF86AudioMute"),
        ("EACUTE", "Eacute or eacute"),
    ])
    func `the nearest names are in the hint`(_ name: String, nearest: String) throws {
        let error = try #require(throws: GodHandError.self) { try Keysym(named: name) }
        #expect(error.hint?.contains(nearest) == true)
    }

    @Test func `every name is found, and the first one comes back`() throws {
        #expect(KeysymNames.byName.count > 420)
        for (name, value) in KeysymNames.byName {
            #expect(try Keysym(named: name).rawValue == value)
        }
        for (value, name) in KeysymNames.byValue {
            #expect(Keysym(rawValue: value).name == name && KeysymNames.byName[name] == value)
        }
        #expect(Set(KeysymNames.byName.values).isSuperset(of: (0x20...0x7e)))
        #expect(Set(KeysymNames.byName.values).isSuperset(of: (0xa0...0xff)))
        // An alias that is spelled like a key would hide it.
        for alias in KeysymNames.aliases.keys {
            #expect(alias == alias.lowercased() && KeysymNames.byName[alias] == nil)
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/include/X11/keysymdef.h"), "needs X's headers"))
    func `the table agrees with the headers of X`() throws {
        var known: [String: UInt32] = [:]
        for (path, prefix) in [("keysymdef.h", "XK_"), ("XF86keysym.h", "XF86XK_")] {
            guard let text = try? String(contentsOfFile: "/usr/include/X11/\(path)", encoding: .utf8) else { continue }
            for line in text.split(separator: "\n") where line.hasPrefix("#define \(prefix)") {
                let words = line.split(separator: " ", omittingEmptySubsequences: true).flatMap {
                    $0.split(separator: "\t")
                }
                guard words.count > 2, words[2].hasPrefix("0x") else { continue }
                let name = (prefix == "XK_" ? "" : "XF86") + words[1].dropFirst(prefix.count)
                known[name] = UInt32(words[2].dropFirst(2), radix: 16)
            }
        }
        #expect(known.count > 1_000)
        for (name, value) in KeysymNames.byName { #expect(known[name] == value, "\(name)") }
        for (name, value) in known where (0x20...0xff).contains(value) {
            #expect(KeysymNames.byName[name] == value, "\(name)")
        }
    }

    @Test func `every character that can be typed comes back`() throws {
        for value in 0...0x10_ffff as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value), let keysym = Keysym(scalar) else { continue }
            if value < 0x20 || value == 0x7f {
                #expect(keysym.rawValue >= 0xff00)
            } else if keysym.scalar != scalar {
                Issue.record("\(value) came back as \(String(describing: keysym.scalar))")
            }
        }
        #expect(Keysym(rawValue: 0xffff_ffff).scalar == nil)
        #expect(Keysym(rawValue: 0x0100_d800).scalar == nil)
        for text in ["a", "é", "€", "漢", "😀", "Return", "U0100"] {
            let keysym = try Keysym(named: text)
            #expect(try Keysym(named: keysym.description) == keysym)
        }
    }

    @Test func `text is typed scalar by scalar`() throws {
        #expect(
            try Keysym.typing("a\tb\r\nc\n\r") == [
                Keysym(rawValue: 0x61), .tab, Keysym(rawValue: 0x62), .return, Keysym(rawValue: 0x63), .return, .return,
            ])
        #expect(try Keysym.typing("ä€").map(\.rawValue) == [0xe4, 0x0100_20ac])
        let error = try #require(throws: GodHandError.self) { try Keysym.typing("secret\u{1}") }
        #expect(!error.description.contains("secret"))
    }
}
