import GodHandCore

extension Judgement {
    /// The settings of VLC.
    static let player: [String: Function] = {
        var functions: [String: Function] = [
            "is_vlc_recordings_folder": { result, rules, _ in
                let wanted = try rule(rules, "recording_file_path")
                for line in try lines(result)
                where !PythonText.begins(line, "#") && PythonText.holds(line, "input-record-path") {
                    return JSONValue.string(value(line)).equals(wanted).score
                }
                return 0
            },
            "check_qt_slider_colours": { result, rules, _ in
                // What it is where nothing was set.
                var colours = "153;210;153;20;210;20;255;199;15;245;39;29"
                for line in try lines(result) where PythonText.holds(line, "qt-slider-colours") {
                    colours = value(line)
                }
                switch try rule(rules, "type") {
                case "match":
                    return JSONValue.string(colours).equals(try rule(rules, "expected_qt_slider_colours")).score
                case "blackish":
                    let parts = try PythonText.parts(colours, between: ";").map { part in
                        guard let number = Int(PythonText.stripped(part)) else {
                            throw GodHandError(.dataDamaged, "'\(part)' is no part of a colour.")
                        }
                        return number
                    }
                    // What is left over behind the last whole colour is none.
                    return parts.prefix(parts.count / 3 * 3).allSatisfy { $0 < 100 }.score
                default: throw GodHandError(.invalidRequest, "The rule is of a type that is not known.")
                }
            },
            "check_global_key_play_pause": { result, rules, _ in
                var isSet = "0"
                for line in try lines(result) where PythonText.holds(line, "global-key-play-pause=") {
                    isSet = value(line).isEmpty ? "0" : "1"
                }
                return agrees(isSet, try rule(rules, "expected_global_key_play_pause")).score
            },
            "is_vlc_fullscreen": { result, screen, _ in
                guard result != .value(.null), screen != .value(.null) else { return 0 }
                return try ["width", "height"].allSatisfy { side in
                    guard let size = try result.value[side], let whole = try screen.value[side] else {
                        throw GodHandError(.invalidRequest, "A size has a width and a height.")
                    }
                    return size.equals(whole)
                }.score
            },
        ]
        for (name, setting, standard) in [
            ("qt_bgcone", "qt-bgcone", "1"), ("qt_max_volume", "qt-max-volume", "125"),
            ("qt_minimal_view", "qt-minimal-view", "0"), ("play_and_exit", "play-and-exit", "0"),
            ("one_instance_when_started_from_file", "one-instance-when-started-from-file", "1"),
        ] {
            functions["check_" + name] = { result, rules, _ in
                var current = standard
                for line in try lines(result) where PythonText.holds(line, setting + "=") { current = value(line) }
                return agrees(current, try rule(rules, "expected_" + name)).score
            }
        }
        return functions
    }()

    /// The lines of the settings. A comment that looks like a setting counts for most of theirs, and so for ours.
    private static func lines(_ result: Evidence) throws -> [String] {
        guard let bytes = try result.bytes else {
            throw GodHandError(.invalidRequest, "There is no file of settings.")
        }
        return PythonText.parts(try PythonText.decode(bytes), between: "\n")
    }

    /// What stands behind the last equals sign.
    private static func value(_ line: String) -> String {
        PythonText.stripped(PythonText.parts(line, between: "=").last ?? "")
    }

    /// Numbers are written as they are set.
    private static func agrees(_ current: String, _ wanted: JSONValue) -> Bool {
        switch wanted {
        case .integer(let number): current == String(number)
        case .bool(let isTrue): current == (isTrue ? "True" : "False")
        default: JSONValue.string(current).equals(wanted)
        }
    }
}
