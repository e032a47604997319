import GodHandCore

/// A request in Claude's words.
struct ClaudeRequest {
    let body: JSONValue
    let betas: [String]
    let scaling: ScreenScaling
    let computer: ClaudeModel.ComputerTool
    let imageCount: Int

    init(
        _ request: ModelRequest, model: String, settings: ClaudeModel.Settings, pictures: ImageScaler
    ) throws {
        let traits = ClaudeModel.Traits.of(model)
        computer = settings.computer ?? traits.computer
        let rule = settings.pictures ?? .safe
        scaling = ScreenScaling(request: request, rule: rule)
        betas = settings.betas + [computer.beta].compactMap { $0 }.filter { !settings.betas.contains($0) }

        var messages = ClaudeMessages(pictures: pictures, scaling: scaling)
        for turn in try pictures.turns(of: request) { try messages.add(turn) }
        messages.finish()
        imageCount = messages.imageCount
        if settings.isCaching { messages.markNewest(3) }

        var members: [String: JSONValue] = [
            "model": .string(model), "messages": .array(messages.json),
            "tools": .array(Self.tools(computer, request, scaling)), "stream": .bool(settings.isStreaming),
            "max_tokens": .integer(max(1, request.maximumOutputTokens)),
            // The notice is always there: a system text that changes with the conversation would miss the cache.
            "system": .array([
                Self.withBreakpoint(
                    Self.text([request.instructions, UntrustedText.notice].joined(separator: "\n\n")),
                    if: settings.isCaching)
            ]),
        ]
        switch settings.thinking ?? traits.thinking {
        case .adaptive: members["thinking"] = ["type": "adaptive"]
        case .disabled: members["thinking"] = ["type": "disabled"]
        case .unspecified: break
        case .enabled(let budget):
            // The limit counts thinking too, and must be above its budget.
            let budget = min(max(budget, 1024), 1 << 20)
            let most = min(max(1, request.maximumOutputTokens), 1 << 20)
            members["thinking"] = ["type": "enabled", "budget_tokens": .integer(budget)]
            members["max_tokens"] = .integer(budget + most)
        }
        if traits.takesEffort, let effort = request.effort ?? settings.effort {
            members["output_config"] = ["effort": .string(effort.rawValue)]
        }
        body = .object(members)
    }

    static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    static func withBreakpoint(_ block: JSONValue, if isWanted: Bool = true) -> JSONValue {
        guard isWanted, case .object(var members) = block else { return block }
        members["cache_control"] = ["type": "ephemeral"]
        return .object(members)
    }

    private static func tools(
        _ computer: ClaudeModel.ComputerTool, _ request: ModelRequest, _ scaling: ScreenScaling
    ) -> [JSONValue] {
        var first: [String: JSONValue] = ["type": .string(computer.rawValue)]
        if computer == .toolset {
            let withheld = ClaudeActions.members.filter { !request.abilities.isSuperset(of: $0.value) }.map(\.key)
            if !withheld.isEmpty {
                first["configs"] = .object(
                    Dictionary(withheld.map { ($0, ["enabled": false]) }, uniquingKeysWith: { $1 }))
            }
        } else {
            let size = scaling.pictureSize
            first["name"] = "computer"
            first["display_width_px"] = .integer(size.width)
            first["display_height_px"] = .integer(size.height)
            if computer == .november2025 { first["enable_zoom"] = .bool(request.abilities.contains(.zoom)) }
        }
        let functions = AbilityTool.offered(for: request.abilities).map { tool -> JSONValue in
            ["name": .string(tool.name), "description": .string(tool.summary), "input_schema": tool.schema]
        }
        return [.object(first)] + functions
    }
}

extension ScreenScaling {
    /// The size of the picture in whose pixels the model counts.
    var pictureSize: Size { if case .pixels(let size) = space { size } else { screen } }
}
