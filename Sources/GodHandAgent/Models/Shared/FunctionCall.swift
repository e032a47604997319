import GodHandCore

/// A call of one of our own functions, by a provider whose computer tool cannot zoom.
struct FunctionCall {
    let id: String
    let name: String
    /// The arguments; nil if they are not JSON.
    let input: JSONValue?

    /// The functions for some abilities, always in the same order.
    static func offered(for abilities: Set<ModelRequest.Ability>) -> [AbilityTool] {
        AbilityTool.offered(for: abilities) + (abilities.contains(.zoom) ? [zoom] : [])
    }

    /// The call as an action, or what is wrong with it.
    func items(for request: ModelRequest, scaling: ScreenScaling, checks: [SafetyCheck] = []) -> [ModelItem] {
        ModelItem.calls(id: id, for: request, expectation: input?["expect"]?.string, checks: checks) {
            guard let input else { throw MalformedInput("The arguments of \(name.shortened(to: 60)) are not JSON.") }
            if name == Self.zoom.name {
                let arguments = try Arguments(of: name, input, space: scaling)
                return [.zoom(try arguments.region(("x0", "y0", "x1", "y1")))]
            }
            let found = try AbilityTool.action(named: name, input: input, abilities: request.abilities)
            guard let found else { throw MalformedInput("There is no function \(name.shortened(to: 60)).") }
            return [found.action]
        }
    }

    private static let zoom = AbilityTool(
        name: "zoom", summary: "Look closer at a part of the screen. Coordinates are those of the whole screenshot.",
        schema: [
            "type": "object",
            "properties": [
                "x0": ["type": "integer", "description": "The left edge."],
                "y0": ["type": "integer", "description": "The top edge."],
                "x1": ["type": "integer", "description": "The right edge."],
                "y1": ["type": "integer", "description": "The bottom edge."],
            ], "required": ["x0", "y0", "x1", "y1"], "additionalProperties": false,
        ])
}

extension ModelRequest {
    /// The instructions, with what the marks around data mean.
    var guardedInstructions: String {
        instructions.isEmpty ? UntrustedText.notice : instructions + "\n\n" + UntrustedText.notice
    }
}
