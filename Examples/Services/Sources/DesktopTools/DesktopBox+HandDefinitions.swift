import GodHandCore
import MCPServer

extension DesktopBox {
    static var handDefinitions: [ToolDefinition] {
        let side = 0...Frame.maximumSide
        return [
            ToolDefinition(
                "desktop_screenshot", title: "Look at a desktop",
                description:
                    "Gives a picture of the screen, by default as soon as nothing moves on it. \(ToolResult.warning)",
                effect: .reads,
                input: Schema.object(
                    [
                        "desktop": Schema.desktopName,
                        "region": Schema.object(
                            [
                                "x": Schema.integer("", side), "y": Schema.integer("", side),
                                "width": Schema.integer("", 1...Frame.maximumSide),
                                "height": Schema.integer("", 1...Frame.maximumSide),
                            ], required: ["x", "y", "width", "height"], "A part of the screen, in pixels."),
                        "settled": Schema.flag(
                            "Whether to wait, at most 5 seconds, until nothing moves; true if not given."),
                    ], required: ["desktop"])),
            ToolDefinition(
                "desktop_elements", title: "List what is on the screen",
                description: "Names the buttons, links, fields and texts of the window in front with their places. "
                    + "x and y are the middle. \(ToolResult.warning)", effect: .reads,
                input: Schema.object(["desktop": Schema.desktopName], required: ["desktop"]),
                output: Schema.object(
                    [
                        "note": ["type": "string"], "elements": Schema.list(of: ["type": "object"]),
                        "left_out": ["type": "integer"],
                    ], required: ["elements"])),
            ToolDefinition(
                "desktop_act", title: "Use mouse and keyboard",
                description:
                    "Does things one after the other, and gives a picture of the screen once it has come to rest. "
                    + "It stops at the first that fails. Places are in pixels of the screen, from the upper left corner. "
                    + ToolResult.warning, effect: .changes,
                input: Schema.object(
                    [
                        "desktop": Schema.desktopName,
                        "actions": [
                            "type": "array", "minItems": 1, "maxItems": 50, "items": action,
                            "description": .string(actionHelp),
                        ],
                        "screenshot": Schema.flag("Whether to give a picture afterwards; true if not given."),
                    ], required: ["desktop", "actions"])),
        ]
    }

    private static let actionHelp = """
        click: at x and y, or where the pointer is; count 2 for a double click. move: to x and y. press, release: a button. \
        drag: along path. scroll: dy clicks of the wheel down and dx to the right, at x and y. key: keys such as ctrl+s, \
        count times. hold: keys for seconds. type: text; a line feed is Return. wait: seconds. click_element, \
        type_into_element, wait_for_element: an element by its name and role, as desktop_elements tells them. \
        wait_for_text: until the screen shows it, at most seconds.
        """

    private static var action: JSONValue {
        let (place, point) = (0...Frame.maximumSide, Schema.integer("", 0...Frame.maximumSide))
        return Schema.object(
            [
                "type": Schema.choice("What to do.", DesktopAction.known.keys.sorted()),
                "x": Schema.integer("Pixels from the left.", place), "y": Schema.integer("Pixels from the top.", place),
                "button": Schema.choice("", MouseButton.allCases.map(\.rawValue)),
                "count": Schema.integer("How many times.", 1...InputLimits.repeats),
                "modifiers": Schema.text("Keys held meanwhile, such as ctrl+shift.", 0...200),
                "keys": Schema.text("Keys pressed together, such as ctrl+s, Return or F5.", 1...200),
                "text": Schema.text("What to type, or to wait for.", 1...InputLimits.text),
                "dx": Schema.integer("", -InputLimits.scroll...InputLimits.scroll),
                "dy": Schema.integer("", -InputLimits.scroll...InputLimits.scroll),
                "seconds": Schema.number("", 0...60),
                "name": Schema.text("The name of an element.", 1...200),
                "role": Schema.text("The role of an element, such as push button.", 1...100),
                "replacing": Schema.flag("Whether what is in the field goes."),
                "path": [
                    "type": "array", "minItems": 2, "maxItems": 200,
                    "items": Schema.object(["x": point, "y": point], required: ["x", "y"]),
                ],
            ], required: ["type"])
    }
}

/// Pieces of JSON Schemas.
enum Schema {
    static func object(_ properties: [String: JSONValue], required: [String] = [], _ description: String = "")
        -> JSONValue
    {
        described(
            [
                "type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) }),
                "additionalProperties": false,
            ], description)
    }

    static func integer(_ description: String, _ range: ClosedRange<Int>) -> JSONValue {
        described(
            ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)],
            description)
    }

    static func number(_ description: String, _ range: ClosedRange<Double>) -> JSONValue {
        described(
            ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)], description)
    }

    static func text(_ description: String, _ length: ClosedRange<Int>) -> JSONValue {
        described(
            ["type": "string", "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound)],
            description)
    }

    static func choice(_ description: String, _ choices: [String]) -> JSONValue {
        described(["type": "string", "enum": .array(choices.map { .string($0) })], description)
    }

    static func flag(_ description: String) -> JSONValue { described(["type": "boolean"], description) }

    static func list(of items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static let desktopName = text("The name of a desktop.", 1...63)
    static let snapshotName = text("The name of a snapshot.", 1...63)
    static let path = text("The absolute path in the desktop.", 1...4096)

    static let desktop = object(
        [
            "desktop": ["type": "string"], "image": ["type": "string"], "backend": ["type": "string"],
            "width": ["type": "integer"], "height": ["type": "integer"], "origin": ["type": "string"],
        ], required: ["desktop"])
    static let desktops = object(["desktops": list(of: desktop)], required: ["desktops"])
    static let snapshot = object(
        ["snapshot": ["type": "string"], "origin": ["type": "string"], "preserves": ["type": "string"]],
        required: ["snapshot"])

    private static func described(_ members: [String: JSONValue], _ description: String) -> JSONValue {
        var members = members
        if !description.isEmpty { members["description"] = .string(description) }
        return .object(members)
    }
}
