import GodHandCore
import MCPServer

/// What clients are told of the tools. The bounds here are those that hold.
extension DesktopBox {
    static func definitions(for settings: DesktopSettings) -> [ToolDefinition] {
        lifeDefinitions(for: settings) + handDefinitions + insideDefinitions(for: settings)
    }

    private static func lifeDefinitions(for settings: DesktopSettings) -> [ToolDefinition] {
        let ends =
            settings.idleTime.map { "It is destroyed when nobody used it for \($0.rounded)." }
            ?? "It is destroyed when you disconnect."
        var properties: [String: JSONValue] = [
            "width": Schema.integer("Width of the screen in pixels.", 320...4096),
            "height": Schema.integer("Height of the screen in pixels.", 240...4096),
            "cpus": Schema.number("How many processors it may use.", 0.5...8),
            "memory_mib": Schema.integer("Its memory in mebibytes.", 256...16384),
            "network": Schema.choice("What it can reach.", settings.allowsNetwork ? ["none", "full"] : ["none"]),
        ]
        if settings.images.count > 1 { properties["image"] = Schema.choice("What it is made from.", settings.images) }
        let preserving = Schema.choice(
            "What is kept: the disk alone, so that programs start anew, or memory as well, so that they go on. "
                + "Containers can keep the disk alone.", ["filesystem", "memory"])
        return [
            ToolDefinition(
                "desktop_create", title: "Create a desktop",
                description:
                    "Makes a Linux desktop of your own, with a browser, a terminal, an editor and a file manager. "
                    + "\(ends) At most \(settings.desktops) exist at once.", effect: .adds,
                input: Schema.object(properties), output: Schema.desktops),
            ToolDefinition(
                "desktop_list", title: "List desktops", description: "Names your desktops and snapshots.",
                effect: .reads,
                input: Schema.object([:]),
                output: Schema.object(
                    [
                        "desktops": Schema.list(of: Schema.desktop), "snapshots": Schema.list(of: Schema.snapshot),
                        "most_desktops": ["type": "integer"], "most_snapshots": ["type": "integer"],
                    ], required: ["desktops", "snapshots"])),
            ToolDefinition(
                "desktop_snapshot", title: "Store a desktop",
                description: "Stores a desktop as it is now, so that others can be restored from it. "
                    + "At most \(settings.snapshots) are kept at once; they go as desktops go.", effect: .adds,
                input: Schema.object(
                    ["desktop": Schema.desktopName, "preserving": preserving], required: ["desktop", "preserving"]),
                output: Schema.snapshot),
            ToolDefinition(
                "desktop_restore", title: "Restore a desktop",
                description: "Makes a new desktop of a snapshot. The stored one and all others stay as they are.",
                effect: .adds, input: Schema.object(["snapshot": Schema.snapshotName], required: ["snapshot"]),
                output: Schema.desktops),
            ToolDefinition(
                "desktop_fork", title: "Fork a desktop",
                description:
                    "Makes new desktops that begin as the given one is now. It goes on, and so does each of them.",
                effect: .adds,
                input: Schema.object(
                    [
                        "desktop": Schema.desktopName, "preserving": preserving,
                        "count": Schema.integer("How many; 1 if not given.", 1...max(1, settings.desktops)),
                    ], required: ["desktop", "preserving"]), output: Schema.desktops),
            ToolDefinition(
                "desktop_destroy", title: "Destroy a desktop", description: "Ends a desktop with all that is in it.",
                effect: .removes, input: Schema.object(["desktop": Schema.desktopName], required: ["desktop"]),
                output: Schema.object(["destroyed": ["type": "string"]], required: ["destroyed"])),
            ToolDefinition(
                "desktop_delete_snapshot", title: "Delete a snapshot",
                description: "Deletes a snapshot. Desktops that were restored from it go on.", effect: .removes,
                input: Schema.object(["snapshot": Schema.snapshotName], required: ["snapshot"]),
                output: Schema.object(["deleted": ["type": "string"]], required: ["deleted"])),
        ]
    }

    private static func insideDefinitions(for settings: DesktopSettings) -> [ToolDefinition] {
        let note: JSONValue = ["type": "string"]
        return [
            ToolDefinition(
                "desktop_exec", title: "Run a command",
                description:
                    "Runs a program in a desktop and waits for its end. Programs with windows end when you close "
                    + "them, so start those by [\"sh\", \"-c\", \"setsid -f PROGRAM >/dev/null 2>&1\"].",
                effect: .changes,
                input: Schema.object(
                    [
                        "desktop": Schema.desktopName,
                        "command": [
                            "type": "array", "minItems": 1, "maxItems": 256, "items": Schema.text("", 0...65536),
                            "description":
                                "The program and its arguments. No shell takes them apart; for one, give sh, -c and the line.",
                        ],
                        "stdin": Schema.text("What it reads.", 0...1_048_576),
                        "working_directory": Schema.text("Where it runs; the home directory if not given.", 1...4096),
                        "environment": [
                            "type": "object", "maxProperties": 64, "additionalProperties": Schema.text("", 0...65536),
                            "description": "Added to its environment.",
                        ],
                        "timeout_seconds": Schema.number(
                            "When it is killed; 60 if not given.",
                            1...max(1, Double(settings.commandTime.components.seconds))),
                        "output_bytes": Schema.integer(
                            "How much of each output is kept; 32768 if not given.", 0...1_048_576),
                    ], required: ["desktop", "command"]),
                output: Schema.object(
                    [
                        "note": note, "exit_code": ["type": "integer"], "stdout": ["type": "string"],
                        "stderr": ["type": "string"], "dropped_bytes": ["type": "integer"],
                        "seconds": ["type": "number"],
                    ], required: ["exit_code", "stdout", "stderr", "dropped_bytes"])),
            ToolDefinition(
                "desktop_read_file", title: "Read a file", description: "Reads a file in a desktop.", effect: .reads,
                input: Schema.object(
                    [
                        "desktop": Schema.desktopName, "path": Schema.path,
                        "encoding": Schema.choice(
                            "How it is given; auto is text where it is UTF-8.", ["auto", "text", "base64"]),
                        "most_bytes": Schema.integer(
                            "The most bytes that it may have; 262144 if not given.", 1...settings.fileBytes),
                    ], required: ["desktop", "path"]),
                output: Schema.object(
                    [
                        "note": note, "path": ["type": "string"], "bytes": ["type": "integer"],
                        "encoding": Schema.choice("", ["text", "base64"]), "text": ["type": "string"],
                        "base64": ["type": "string"],
                    ], required: ["path", "bytes", "encoding"])),
            ToolDefinition(
                "desktop_write_file", title: "Write a file",
                description: "Writes a file in a desktop, replacing one of that name. Its directory must exist.",
                effect: .changes,
                input: Schema.object(
                    [
                        "desktop": Schema.desktopName, "path": Schema.path,
                        "text": Schema.text("Its contents as text; or give base64.", 0...settings.fileBytes),
                        "base64": Schema.text("Its contents as base64.", 0...(settings.fileBytes / 3 * 4 + 4)),
                        "executable": Schema.flag("Whether it may be run; false if not given."),
                    ], required: ["desktop", "path"]),
                output: Schema.object(
                    ["path": ["type": "string"], "bytes": ["type": "integer"]], required: ["path", "bytes"])),
        ]
    }
}
