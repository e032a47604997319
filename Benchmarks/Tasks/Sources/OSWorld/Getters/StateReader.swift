import Foundation
import GodHandCore

/// Looks in a machine for what evaluators judge.
struct StateReader: Sendable {
    /// The getters that are known.
    static let known: Set<String> = Set(own.keys).union(preferences.keys).union(["rule"])

    private typealias Getter = @Sendable (OSWorldGuest, JSONValue) async throws -> Evidence

    let guest: OSWorldGuest

    /// What a getter finds.
    ///
    /// - Throws: `GodHandError` with `unsupported` for a getter that is not known, `request.invalid` for one that says
    ///   something that its kind cannot mean; or of a broken machine.
    func read(_ getter: JSONValue?) async throws -> Evidence {
        guard let getter else { return .value(.null) }
        let kind = getter["type"]?.string ?? ""
        if kind == "rule" { return .value(getter["rules"] ?? .null) }
        if let own = Self.own[kind] { return try await own(guest, getter) }
        guard let member = Self.preferences[kind] else {
            throw GodHandError(.unsupported, "The getter '\(kind)' is not known.")
        }
        return .value(member(try await guest.json(OSWorldGuest.chromeProfile + "/Preferences")))
    }

    private static let own: [String: Getter] = [
        "vm_command_line": { guest, getter in
            .value(.string(try await guest.run(try command(getter)).output))
        },
        "vm_command_error": { guest, getter in
            .value(.string(try await guest.run(try command(getter)).errorOutput))
        },
        "vm_file": { guest, getter in
            guard let path = getter["path"]?.string else {
                throw GodHandError(.invalidRequest, "A file's path is text, and one.")
            }
            return try await guest.file(path)
        },
        "vlc_config": { guest, _ in try await guest.file(OSWorldGuest.home + "/.config/vlc/vlcrc") },
        "gimp_config_file": { guest, getter in
            // It writes them when it ends, and by now was told to.
            try await guest.waitForEnd(of: GuestProgram.gimp.process)
            let name = getter["file_name"]?.string ?? ""
            return try await guest.file(OSWorldGuest.home + "/.config/GIMP/2.10/" + name)
        },
        "bookmarks": { guest, _ in
            let file = try await guest.json(OSWorldGuest.chromeProfile + "/Bookmarks")
            return .value(file.map { $0["roots"] ?? .object([:]) } ?? .array([]))
        },
        "active_url_from_accessTree": { guest, getter in
            guard let address = try await guest.addressBar() else { return .value(.null) }
            return .value(.string((getter["goto_prefix"]?.string ?? "https://") + address))
        },
        "default_video_player": { guest, _ in .value(.string(try await guest.videoPlayer())) },
        "vm_terminal_output": { guest, _ in .value(try await guest.terminalText().map(JSONValue.string) ?? .null) },
        "vm_screen_size": { guest, _ in
            let size = try await guest.machine.display.state().size
            return .value(["width": .integer(size.width), "height": .integer(size.height)])
        },
    ]

    /// What is read out of the browser's preferences; nil is a file that cannot be read.
    private static let preferences: [String: @Sendable (JSONValue?) -> JSONValue] = [
        "default_search_engine": { file in
            file?["default_search_provider_data"]?["template_url_data"]?["short_name"] ?? "Google"
        },
        "profile_name": { $0?["profile"]?["name"] ?? .null },
        "chrome_font_size": { file in
            file?["webkit"]?["webprefs"] ?? ["default_fixed_font_size": 13, "default_font_size": 16]
        },
        "data_delete_automacally": { file in
            guard let profile = file?["profile"] else { return "Google" }
            guard case .object(let values)? = profile["default_content_setting_values"] else { return "false" }
            // Theirs takes anything here for the user's will. Newer browsers note in it what they have moved.
            return values.keys.contains { !$0.hasPrefix("has_migrated") } ? "true" : "false"
        },
        "new_startup_page": { file in
            guard let file else { return "Google" }
            guard let session = file["session"] else { return "true" }
            // Five is the page of a new tab.
            return session["restore_on_startup"]?.integer == 5 ? "true" : "false"
        },
        "enable_do_not_track": { $0?["enable_do_not_track"]?.bool == true ? "true" : "false" },
        "enable_safe_browsing": { file in
            let names = ["enabled", "enhanced"]
            return names.contains { file?["safebrowsing"]?[$0]?.bool == true } ? "true" : "false"
        },
    ]

    private static func command(_ getter: JSONValue) throws -> GuestCommand {
        guard let command = GuestCommand(getter) else {
            throw GodHandError(.invalidRequest, "A command is text or a list of texts.")
        }
        return command
    }
}
