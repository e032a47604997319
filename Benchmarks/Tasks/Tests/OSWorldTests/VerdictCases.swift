import GodHandCore
import TaskBench

/// Cases for every function: some by hand at the edges, and many drawn from small worlds in which good and bad are alike
/// often.
enum VerdictCases {
    /// All of them, the same for the same seed.
    static func all(seed: UInt64) -> [VerdictCase] {
        var numbers = SeededNumbers(seed: seed)
        var cases = edges
        for maker in makers { for _ in 0..<40 { cases.append(maker(&numbers)) } }
        return cases
    }

    typealias Maker = @Sendable (inout SeededNumbers) -> VerdictCase

    private static var makers: [Maker] { values + browser + textFiles + settings + player }

    /// A word of a small world. Some hold what is easily mistaken: other ways to write a letter, blanks, other lines.
    static func word(_ numbers: inout SeededNumbers) -> String {
        let words = ["a", "b", "ab", "é", "e\u{301}", "", " ", "a b", "A", "1", "x=y", "vlc.desktop"]
        return words.randomElement(using: &numbers) ?? ""
    }

    static func some<Element>(
        _ most: Int, _ numbers: inout SeededNumbers, _ make: (inout SeededNumbers) -> Element
    ) -> [Element] {
        (0..<Int.random(in: 0...most, using: &numbers)).map { _ in make(&numbers) }
    }

    static func words(_ most: Int, _ numbers: inout SeededNumbers) -> JSONValue {
        .array(some(most, &numbers) { .string(word(&$0)) })
    }

    static func one<Element>(of elements: [Element], _ numbers: inout SeededNumbers) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &numbers)]
    }

    /// Values that Python takes for the same or not.
    static func scalar(_ numbers: inout SeededNumbers) -> JSONValue {
        one(of: [.null, true, false, 0, 1, 2, 1.5, "1", "true", .string(word(&numbers))], &numbers)
    }

    private static var values: [Maker] {
        [
            { numbers in
                VerdictCase("exact_match", .value(scalar(&numbers)), .value(["expected": scalar(&numbers)]))
            },
            { numbers in
                let list: JSONValue = .array(some(4, &numbers, scalar))
                return VerdictCase("match_in_list", .value(scalar(&numbers)), .value(["expected": list]))
            },
            { numbers in
                let list: JSONValue = .array(some(4, &numbers, scalar))
                return VerdictCase("is_in_list", .value(list), .value(["expected": scalar(&numbers)]))
            },
            { numbers in
                let rules: JSONValue = ["include": words(1, &numbers), "exclude": words(1, &numbers)]
                let text = some(4, &numbers, word).joined(separator: "-")
                return VerdictCase("check_include_exclude", .value(.string(text)), .value(rules))
            },
            { numbers in
                let type: JSONValue = one(of: ["contain", "not_contain", "other"], &numbers)
                let rules: JSONValue = ["type": type, "expected": .string(word(&numbers))]
                return VerdictCase("is_extension_installed", .value(.string(word(&numbers))), .value(rules))
            },
            { numbers in
                let wanted = one(of: [words(2, &numbers), .string(word(&numbers))], &numbers)
                let text = some(4, &numbers, word).joined(separator: "\n")
                return VerdictCase("is_in_vm_clickboard", .value(["expected": wanted]), .value(.string(text)))
            },
            { numbers in
                let apps = ["vim.desktop", "thunderbird.desktop", "a'b.desktop"].shuffled(using: &numbers)
                let found = apps.prefix(Int.random(in: 1...3, using: &numbers))
                let text = found.map { $0.contains("'") ? "\"\($0)\"" : "'\($0)'" }.joined(separator: ", ")
                let wanted = apps.sorted().prefix(Int.random(in: 1...3, using: &numbers)).map(JSONValue.string)
                let written: JSONValue = .string(one(of: ["[\(text)]\n", "[\(text), ]", text, "[\(text)"], &numbers))
                return VerdictCase("check_gnome_favorite_apps", .value(written), .value(["expected": .array(wanted)]))
            },
            { numbers in
                let zone = one(of: ["UTC, +0000)", "WET, +0000)", "CET, +0100)", "UTC, +0000) "], &numbers)
                let lines = ["Local time", "Universal time", "RTC time", "Time zone: (\(zone)", "NTP"]
                let text = lines.dropFirst(one(of: [0, 0, 1, 3], &numbers)).joined(separator: "\n")
                return VerdictCase("is_utc_0", .value(.string(text)))
            },
            { numbers in
                let children = some(3, &numbers) { ["name": .string(one(of: ["a.jpg", "b.jpg"], &$0))] as JSONValue }
                let wanted = some(3, &numbers) { JSONValue.string(one(of: ["a.jpg", "b.jpg"], &$0)) }
                return VerdictCase(
                    "check_moved_jpgs", .value(["children": .array(children)]), .value(["expected": .array(wanted)]))
            },
        ]
    }

    /// What is missing, of the wrong kind, or looks like something else.
    private static var edges: [VerdictCase] {
        [
            VerdictCase("check_include_exclude", .value(.null), .value(.object([:]))),
            VerdictCase("check_include_exclude", .value(""), .value(.object([:]))),
            VerdictCase("check_include_exclude", .value("a"), .value(["include": ["a", "A"]])),
            VerdictCase("exact_match", .value("false\n"), .value(["expected": "false\n"])),
            VerdictCase("exact_match", .value(["a": [1, 2]]), .value(["expected": ["a": [1.0, 2]]])),
            VerdictCase("exact_match", .value("a"), .value(["wanted": "a"])),
            VerdictCase("match_in_list", .value("in"), .value(["expected": "Bing"])),
            VerdictCase("is_expected_bookmarks", .value([]), .value(["type": "bookmark_bar_folders_names"])),
            VerdictCase("check_config_status", .value(.null), .value(["key": "a", "value": "b"])),
            VerdictCase("check_config_status", .file("(a b) \n"), .value(["key": "a", "value": "b"])),
            VerdictCase("check_config_status", .file("((a (c b)))\n"), .value(["key": "a", "value": "b"])),
            VerdictCase("check_config_status", .file("(a b)"), .value(["key": ["a", "b", "c"], "value": "b"])),
            VerdictCase("check_qt_bgcone", .value(.null), .value(["expected_qt_bgcone": 0])),
            VerdictCase("check_qt_bgcone", .file("#qt-bgcone=0"), .value(["expected_qt_bgcone": 0])),
            VerdictCase("check_qt_bgcone", .file("qt-bgcone=0\r\n"), .value(["expected_qt_bgcone": "0"])),
            VerdictCase("check_json_settings", .value(""), .value(["expected": ["a": 1]])),
            VerdictCase("check_json_settings", .file(""), .value(["expected": .object([:])])),
            VerdictCase("check_json_keybindings", .value(.null), .value(["expected": ["a": 1]])),
            VerdictCase("file_contains", .value(.null), .value(["expected": []])),
            VerdictCase("file_contains", .file("a\r\nb"), .value(["expected": ["a\nb"]])),
            VerdictCase(
                "check_font_size", .value(["default_font_size": 16]), .value(["type": "range", "min": 16, "max": 99])),
            VerdictCase("diff_text_file", .file(""), .file("")),
            VerdictCase("diff_text_file", .value(.null), .file("a")),
        ]
    }
}
