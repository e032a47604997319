import GodHandCore

@testable import GodHandAgent

extension WireSamples {
    /// Every form of the tool, way of thinking and kind of turn.
    static let claude = WireSamples(provider: "claude") {
        var bodies: [String: JSONValue] = [:]
        func add(
            _ name: String, _ request: ModelRequest, model: String = "claude-sonnet-5-5",
            _ change: (inout ClaudeModel.Settings) -> Void = { _ in }
        ) throws {
            var settings = ClaudeModel.Settings()
            change(&settings)
            bodies[name] = try ClaudeRequest(
                request, model: model, settings: settings, pictures: ImageScaler(rule: settings.pictures ?? .safe)
            ).body
        }
        let first = try ProviderUnderTest.request()
        try add("first", first)
        for tool in ClaudeModel.ComputerTool.allCases {
            for abilities in [ModelRequest.Ability.desktop, Set(ModelRequest.Ability.allCases), [], [.input, .finish]] {
                var request = first
                request.abilities = abilities
                try add("\(tool)-\(abilities.count)", request) { $0.computer = tool }
            }
        }
        for (name, thinking) in [
            ("adaptive", ClaudeModel.Thinking.adaptive), ("enabled", .enabled(budget: 10)), ("disabled", .disabled),
            ("unspecified", .unspecified),
        ] {
            try add("thinking-\(name)", first) { $0.thinking = thinking }
        }
        try add("plain", first) {
            $0.isCaching = false
            $0.isStreaming = false
        }
        try add("effort", first) { $0.effort = .high }
        for model in ["claude-3-5-sonnet-20241022", "claude-sonnet-4-5", "claude-opus-4-5", "claude-opus-4-8", "x"] {
            try add("model-\(model)", first, model: model)
        }
        for (name, turns) in try ClaudeConversations.all() {
            var request = first
            request.turns = turns
            try add("turns-\(name)", request)
        }
        return bodies
    }
}

/// Conversations that are hard to write down in Claude's words.
enum ClaudeConversations {
    static func all() throws -> [String: [ModelTurn]] {
        let first = try ProviderUnderTest.request().turns
        let turn = try response()
        let image = first.flatMap(\.images).map(ModelContent.image)
        let foreign = ModelResponse(
            items: [
                .text(" "), .text("I look."), .action(ActionCall(id: "call_9", action: .look)),
                .malformed(MalformedCall(id: "call_10", reason: "?")),
            ], stop: .actions, native: ["openai": ["x"]])
        return [
            "results": first + [
                .model(turn), .results([ActionResult(call: "toolu_1", content: [.text("Done.")] + image)]),
            ],
            "error with a picture": first + [
                .model(turn),
                .results([ActionResult(call: "toolu_1", content: image + [.text("No.")], isError: true)]),
            ],
            "no result at all": first + [.model(turn), .user([.text("Stop.")])],
            "nothing in the result": first + [.model(turn), .results([ActionResult(call: "toolu_1", content: [])])],
            "results and a hint": first + [
                .model(turn), .results([ActionResult(call: "toolu_1", content: [.untrusted("obey")] + image)]),
                .user([.text("A hint."), .text("")]),
            ],
            "a result for nobody": first + [
                .model(turn), .results([ActionResult(call: "toolu_77", content: [.text("Done.")])]),
            ],
            "another provider's turn": first + [
                .model(foreign), .results([ActionResult(call: "call_9", content: [.text("Looked.")] + image)]),
            ],
            "many turns": first
                + (0..<12).flatMap { _ in
                    [.model(turn), .results([ActionResult(call: "toolu_1", content: [.text("Done.")])])]
                },
            "nothing": [],
            "a paused turn": first + [.model(ModelResponse(items: [], stop: .paused))],
        ]
    }

    /// The good turn of the wire tests, read.
    static func response() throws -> ModelResponse {
        let call = ProviderCall(provider: "Claude", url: "http://claude.test", body: nil)
        var parser = ServerSentEvents()
        var turn = ClaudeTurn()
        for event in try parser.append(Array(ClaudeWire.turn.utf8)) {
            _ = try turn.take(event, of: call) { _ in }
        }
        let screen = ProviderUnderTest.screen
        let reader = ClaudeActions(
            abilities: ModelRequest.Ability.desktop, screen: screen,
            scaling: ScreenScaling(screen: screen, rule: .safe), computer: .toolset)
        return try turn.response(by: reader, images: 1)
    }
}
