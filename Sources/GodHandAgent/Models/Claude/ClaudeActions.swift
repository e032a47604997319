import GodHandCore

/// Translates Claude's calls into actions.
struct ClaudeActions {
    let abilities: Set<ModelRequest.Ability>
    let screen: Size
    let scaling: ScreenScaling
    let computer: ClaudeModel.ComputerTool

    /// The members of the toolset, which are also the actions of the single tools, and the abilities that each needs.
    static let members: [String: Set<ModelRequest.Ability>] = [
        "screenshot": [], "cursor_position": [.input], "mouse_move": [.input], "left_click": [.input],
        "right_click": [.input], "middle_click": [.input], "double_click": [.input], "triple_click": [.input],
        "left_mouse_down": [.input], "left_mouse_up": [.input], "left_click_drag": [.input], "scroll": [.input],
        "key": [.input], "hold_key": [.input], "type": [.input], "wait": [.wait], "zoom": [.zoom],
    ]

    /// The part of a turn that a call makes.
    func item(id: String, name: String, isToolset: Bool, input: JSONValue?) -> ModelItem {
        do {
            guard let input else { throw MalformedInput("The input of \(shown(name)) is not whole JSON.") }
            if !isToolset, let found = try AbilityTool.action(named: name, input: input, abilities: abilities) {
                return .action(ActionCall(id: id, action: found.action, expectation: found.expectation))
            }
            let member: String
            if name == "computer", !isToolset {
                guard let action = input["action"]?.string else { throw MalformedInput("computer needs action.") }
                member = action
            } else {
                member = name
            }
            return .action(ActionCall(id: id, action: try action(member, ToolInput(member, input))))
        } catch let error as MalformedInput {
            return .malformed(MalformedCall(id: id, reason: error.reason))
        } catch let error as GodHandError {
            return .malformed(MalformedCall(id: id, reason: MalformedInput(error).reason))
        } catch {
            return .malformed(MalformedCall(id: id, reason: "The call makes no sense."))
        }
    }

    private func action(_ member: String, _ input: ToolInput) throws -> Action {
        guard let needed = Self.members[member] else {
            throw MalformedInput("There is no action \(shown(member)).")
        }
        guard abilities.isSuperset(of: needed) else { throw MalformedInput("\(member) is not available here.") }
        guard case .object = input.json else { throw MalformedInput("\(member) needs an object of arguments.") }
        switch member {
        case "screenshot": return .look
        case "cursor_position": return .cursorPosition
        case "wait": return .wait(try input.duration("duration", atMost: .seconds(300)))
        case "zoom":
            guard let corners = try input.numbers("region", count: 4) else {
                throw MalformedInput("zoom needs region, [x0, y0, x1, y1].")
            }
            guard let region = scaling.screenRegion(x0: corners[0], y0: corners[1], x1: corners[2], y1: corners[3])
            else { throw beside() }
            return .zoom(region)
        default: return .input(try self.input(member, input).validated(in: screen))
        }
    }

    private func input(_ member: String, _ input: ToolInput) throws -> InputAction {
        switch member {
        case "mouse_move": return .move(to: try needed("coordinate", input))
        case "left_click": return try click(input, .left, 1)
        case "right_click": return try click(input, .right, 1)
        case "middle_click": return try click(input, .middle, 1)
        case "double_click": return try click(input, .left, 2)
        case "triple_click": return try click(input, .left, 3)
        case "left_mouse_down": return .press(button: .left)
        case "left_mouse_up": return .release(button: .left)
        case "left_click_drag":
            let path = [try needed("start_coordinate", input), try needed("coordinate", input)]
            return .drag(path: path, modifiers: try modifiers(input))
        case "scroll": return try scroll(input)
        case "key":
            let count = try input.optionalInteger("repeat", in: 1...InputLimits.repeats) ?? 1
            return .key(KeyChord(try input.text("text")), repeat: count)
        case "hold_key":
            let duration = try input.duration("duration", atMost: InputLimits.hold)
            return .hold(KeyChord(try input.text("text")), duration: duration)
        case "type": return .type(try input.text("text"))
        default: throw MalformedInput("There is no action \(shown(member)).")
        }
    }

    private func click(_ input: ToolInput, _ button: MouseButton, _ count: Int) throws -> InputAction {
        .click(
            at: try point("coordinate", input), button: button, count: count, modifiers: try modifiers(input))
    }

    private func scroll(_ input: ToolInput) throws -> InputAction {
        guard let amount = try input.optionalInteger("scroll_amount", in: 1...InputLimits.scroll) else {
            throw MalformedInput("scroll needs scroll_amount, a number of wheel clicks.")
        }
        let (dx, dy): (Int, Int) =
            switch try input.text("scroll_direction") {
            case "up": (0, -amount)
            case "down": (0, amount)
            case "left": (-amount, 0)
            case "right": (amount, 0)
            default: throw MalformedInput("scroll: scroll_direction must be up, down, left or right.")
            }
        return .scroll(at: try point("coordinate", input), dx: dx, dy: dy, modifiers: try modifiers(input))
    }

    private func modifiers(_ input: ToolInput) throws -> KeyChord {
        KeyChord(try input.optionalText("text") ?? "")
    }

    private func needed(_ key: String, _ input: ToolInput) throws -> Point {
        guard let point = try point(key, input) else {
            throw MalformedInput("\(input.name) needs \(key), [x, y].")
        }
        return point
    }

    private func point(_ key: String, _ input: ToolInput) throws -> Point? {
        guard let pair = try input.numbers(key, count: 2) else { return nil }
        guard let point = scaling.screenPoint(x: pair[0], y: pair[1]) else { throw beside() }
        return point
    }

    private func beside() -> MalformedInput {
        let size = scaling.pictureSize
        return MalformedInput("That is outside the screenshot, whose size is \(size) pixels.")
    }

    private func shown(_ name: String) -> String { ProviderText.shown(name, without: [], limit: 60) }
}
