import GodHandCore

extension VerdictCases {
    static var settings: [Maker] {
        [
            { numbers in
                let values = ["1", "1.0", "true", "\"é\"", "{\"b\": []}", "null"]
                let value = one(of: values, &numbers)
                let file = one(of: ["{\"a\": \(value), \"c\": 2}", "{\"a\": \(value)", "[\"a\"]", "{}"], &numbers)
                let wanted: JSONValue = one(
                    of: [["a": 1], ["a": true], ["a": "é"], ["a": ["b": []]], ["a": nil], .object([:]), ["c": 2]],
                    &numbers)
                return VerdictCase("check_json_settings", .file(file), .value(["expected": wanted]))
            },
            { numbers in
                let binding = one(of: ["{\"key\": \"ctrl+f\"}", "{\"key\": \"ctrl+j\"}", "1"], &numbers)
                let file = one(of: ["[\(binding)]", "// mine\n[\(binding), 2]", "{}\n[\(binding)]", binding], &numbers)
                let wanted: JSONValue = one(of: [["key": "ctrl+f"], ["key": "ctrl+j"], 1, true], &numbers)
                return VerdictCase("check_json_keybindings", .file(file), .value(["expected": wanted]))
            },
            { numbers in
                let lines = [
                    "(undo-levels 100)\n", "# (theme \"Light\")\n", "(theme \"Light\")\n", "\n", "    (size (a 5)))\n",
                ]
                let file = some(4, &numbers) { one(of: lines, &$0) }.joined()
                let key: JSONValue = one(of: ["undo-levels", "theme", ["size", "(a"], "size"], &numbers)
                let value: JSONValue = one(of: ["100", "\"Light\"", "5", 100], &numbers)
                return VerdictCase("check_config_status", .file(file), .value(["key": key, "value": value]))
            },
            { numbers in
                let methods: [JSONValue] = [
                    "eq", "ne", "lt", "le", "gt", "ge", "re", "str_list_eq", "str_set_eq", "odd",
                ]
                let rule: JSONValue = [
                    "key": one(of: [["a"], ["a", "b"], ["list", 0], ["list", -1], []], &numbers),
                    "method": one(of: methods, &numbers),
                    "ref": one(of: [1, 2.5, "a", "x,y", ["x", "y"], ["y", "x"]], &numbers),
                ]
                let files = [
                    "{\"a\": 1, \"list\": [1, \"a\"]}", "{\"a\": {\"b\": \"x,y\"}, \"list\": [2.5]}",
                    "{\"a\": \"'x,y'\"}", "no",
                ]
                let name = one(of: ["expect", "expect", "unexpect"], &numbers)
                return VerdictCase("check_json", .file(one(of: files, &numbers)), .value(.object([name: [rule]])))
            },
        ]
    }

    static var player: [Maker] {
        var makers: [Maker] = [
            { numbers in
                let lines = ["#input-record-path=/a\n", "input-record-path=/a\n", "input-record-path= /a=/b \n", "\n"]
                let file = some(3, &numbers) { one(of: lines, &$0) }.joined()
                return VerdictCase(
                    "is_vlc_recordings_folder", .file(file),
                    .value(["recording_file_path": one(of: ["/a", "/b"], &numbers)]))
            },
            { numbers in
                let colours = ["1;2;3", "1;2;300", "99;99;99;100", "1;2", "", "a;b;c", " 1; 2 ;3"]
                let file = some(2, &numbers) { "qt-slider-colours=" + one(of: colours, &$0) + "\n" }.joined()
                let rules: JSONValue = [
                    "type": one(of: ["blackish", "blackish", "match", "odd"], &numbers),
                    "expected_qt_slider_colours": one(of: ["1;2;3", "1;2"], &numbers),
                ]
                return VerdictCase("check_qt_slider_colours", .file(file), .value(rules))
            },
            { numbers in
                let sizes: [JSONValue] = [
                    ["width": 10, "height": 20], ["width": 10, "height": 21], ["width": 10], .null,
                ]
                return VerdictCase(
                    "is_vlc_fullscreen", .value(one(of: sizes, &numbers)), .value(one(of: sizes, &numbers)))
            },
        ]
        for (function, setting) in [
            ("qt_bgcone", "qt-bgcone"), ("qt_max_volume", "qt-max-volume"), ("qt_minimal_view", "qt-minimal-view"),
            ("one_instance_when_started_from_file", "one-instance-when-started-from-file"),
            ("global_key_play_pause", "global-key-play-pause"),
        ] {
            makers.append { numbers in
                let values = ["0", "1", "125", "200", "", " 1 ", "a=1"]
                let file = some(3, &numbers) { numbers in
                    one(of: ["", "", "#", "my-"], &numbers) + setting + "=" + one(of: values, &numbers) + "\n"
                }.joined()
                let wanted: JSONValue = one(of: [0, 1, 125, "0", "1", "125", true], &numbers)
                return VerdictCase("check_" + function, .file(file), .value(.object(["expected_" + function: wanted])))
            }
        }
        return makers
    }

    static var browser: [Maker] {
        let addresses = [
            "chrome://settings/appearance", "chrome://settings/appearance?a=1", "https://a.org/x?q=a#b",
            "https://a.org/x#b",
            "https://a.org/x#", "https://a.org/x?", "https://a.org/x",
        ]
        return [
            { numbers in
                let found = one(of: addresses, &numbers)
                let value: JSONValue = one(of: [.string(found), ["url": .string(found)], .null, ""], &numbers)
                return VerdictCase(
                    "is_expected_active_tab_approximate", .value(value),
                    .value([
                        "type": one(of: ["url", "url", "odd"], &numbers), "url": .string(one(of: addresses, &numbers)),
                    ]))
            },
            { numbers in
                let patterns: [JSONValue] = ["^chrome://settings/appearance/?$", "x(\\?.*)?$", "(?i)A\\.ORG", "["]
                let found: JSONValue = .string(one(of: addresses, &numbers))
                let value: JSONValue = one(of: [found, ["url": found], ["title": found], .null, 5], &numbers)
                let rules: JSONValue = ["expected": .array(some(2, &numbers) { one(of: patterns, &$0) })]
                return VerdictCase("is_expected_url_pattern_match", .value(value), .value(rules))
            },
            { numbers in
                let pattern: JSONValue = one(of: ["q=a", "appearance", "^x"], &numbers)
                let value: JSONValue = one(of: [["url": .string(one(of: addresses, &numbers))], .null], &numbers)
                return VerdictCase("is_expected_search_query", .value(value), .value(["expect": ["pattern": pattern]]))
            },
            { numbers in
                VerdictCase(
                    "is_expected_installed_extensions", .value(words(6, &numbers)),
                    .value(["expected": words(1, &numbers)]))
            },
            { numbers in
                let bookmarks: [JSONValue] = [
                    ["type": "folder", "name": "Favorites", "children": []], ["type": "folder", "name": "Other"],
                    ["type": "url", "name": "A", "url": "https://a.org/"],
                    ["type": "url", "name": "B", "url": "https://b.org/"],
                ]
                let bar: JSONValue = .array(some(2, &numbers) { one(of: bookmarks, &$0) })
                let rules: JSONValue = [
                    "type": one(of: ["bookmark_bar_folders_names", "bookmark_bar_websites_urls"], &numbers),
                    "names": one(of: [["Favorites"], ["Favorites", "Other"], []], &numbers),
                    "urls": one(of: [["https://a.org/"], ["https://b.org/", "https://a.org/"], []], &numbers),
                ]
                return VerdictCase("is_expected_bookmarks", .value(["bookmark_bar": ["children": bar]]), .value(rules))
            },
            { numbers in
                let lines = ["Name=A\n", "Name=AB\n", "Exec=a --b\n", "Name=A"]
                let file = some(3, &numbers) { one(of: lines, &$0) }.joined()
                let rules: JSONValue = [
                    "type": one(of: ["name", "exec", "url"], &numbers), "name": one(of: ["A", "B"], &numbers),
                    "exec": "a --b",
                ]
                return VerdictCase("is_shortcut_on_desktop", .value(["a.desktop": .string(file)]), .value(rules))
            },
            { numbers in
                let visits: JSONValue = .array(some(3, &numbers) { [.string(one(of: addresses, &$0)), "title"] })
                let rules: JSONValue = [
                    "type": one(of: ["keywords", "keywords", "odd"], &numbers),
                    "keywords": [one(of: ["a.org", "?q"], &numbers)],
                ]
                return VerdictCase("check_history_deleted", .value(visits), .value(rules))
            },
            { numbers in
                let rules: JSONValue = [
                    "type": one(of: ["value", "range", "odd"], &numbers), "value": one(of: [16, 24], &numbers),
                    "min": 16,
                    "max": 30,
                ]
                let size: JSONValue = one(of: [12, 16, 16.5, 24, 30], &numbers)
                return VerdictCase("check_font_size", .value(["default_font_size": size]), .value(rules))
            },
            { numbers in
                let page = some(4, &numbers, word).joined()
                return VerdictCase(
                    "is_added_to_steam_cart", .value(["content": .string(page)]), .value(["items": words(2, &numbers)]))
            },
        ]
    }
}
