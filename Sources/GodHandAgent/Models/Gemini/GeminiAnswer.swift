import GodHandCore

/// Reads a complete turn of Gemini.
struct GeminiAnswer {
    let settings: GeminiModel.Settings
    let request: ModelRequest
    let call: ProviderCall

    /// - Throws: `GodHandError` for a turn that ended in an error.
    func read(_ turn: GeminiTurn) throws -> ModelResponse {
        var items: [ModelItem] = []
        var calls = GeminiCall.calls(in: turn.parts)[...]
        for part in turn.parts {
            if let text = part["text"]?.string, !text.isEmpty {
                items.append(part["thought"]?.bool == true ? .reasoning(text) : .text(text))
            }
            if part["functionCall"] != nil, let call = calls.popFirst() { items += self.items(of: call) }
        }
        let asks = items.contains { item in
            switch item {
            case .action, .malformed: true
            case .text, .reasoning: false
            }
        }
        if ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"].contains(turn.finish), !asks {
            items.append(.malformed(MalformedCall(id: "call-0", reason: "The call could not be read; call it again.")))
        }
        return ModelResponse(
            items: items, stop: try stop(turn.finish, asks: asks), usage: Self.usage(turn.usage),
            native: ["gemini": .array(turn.parts)])
    }

    private func stop(_ reason: String?, asks: Bool) throws -> ModelResponse.Stop {
        switch reason {
        case "STOP": return asks ? .actions : .end
        case "MAX_TOKENS", "CONTINUATION": return .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "ESCALATION",
            "IMAGE_PROHIBITED_CONTENT", "PUP_LIMITED_DISABLED", "MODEL_ARMOR", "LANGUAGE":
            return .refused
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS": return .actions
        case "MISSING_THOUGHT_SIGNATURE":
            throw GodHandError(.modelRequestInvalid, "Gemini misses a signature of an earlier turn.")
        default:
            if asks { return .actions }
            let said = ProviderText.shown(reason ?? "nothing", without: call.secrets, limit: 60)
            throw GodHandError(.modelProtocol, "Gemini ended a turn for a reason that is not known: \(said).")
        }
    }

    private func items(of call: GeminiCall) -> [ModelItem] {
        let intent = call.input["intent"]?.string.map { [ModelItem.reasoning($0)] } ?? []
        if call.isOurs {
            let function = FunctionCall(id: call.id, name: call.name, input: call.input)
            return intent + function.items(for: request, scaling: scaling, checks: call.checks)
        }
        return intent
            + ModelItem.calls(id: call.id, for: request, checks: call.checks) {
                guard request.abilities.contains(.input) else {
                    throw MalformedInput("There is no computer to use here.")
                }
                return try GeminiAction.read(call, settings: settings, scaling: scaling)
            }
    }

    private var scaling: ScreenScaling { ScreenScaling(screen: request.screen, space: .thousand) }

    /// What the provider counts as the prompt includes what came from its cache; thoughts are paid as output.
    private static func usage(_ value: JSONValue?) -> TokenUsage {
        func count(_ name: String) -> Int { min(max(value?[name]?.integer ?? 0, 0), 1 << 40) }
        var usage = TokenUsage()
        usage.cachedInput = count("cachedContentTokenCount")
        usage.input = max(0, count("promptTokenCount") + count("toolUsePromptTokenCount") - usage.cachedInput)
        usage.output = count("candidatesTokenCount") + count("thoughtsTokenCount")
        return usage
    }
}
