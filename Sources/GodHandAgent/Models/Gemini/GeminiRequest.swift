import Foundation
import GodHandCore

/// Writes a conversation as a body for `generateContent`.
struct GeminiRequest {
    let settings: GeminiModel.Settings
    let request: ModelRequest
    let scaler: ImageScaler

    func body() throws -> JSONValue {
        var generation: [String: JSONValue] = ["maxOutputTokens": .integer(max(1, request.maximumOutputTokens))]
        var thinking: [String: JSONValue] = settings.showsReasoning ? ["includeThoughts": true] : [:]
        if let effort = request.effort ?? settings.effort {
            thinking["thinkingLevel"] = .string(effort.rawValue.uppercased())
        }
        if !thinking.isEmpty { generation["thinkingConfig"] = .object(thinking) }
        return [
            "systemInstruction": ["parts": [["text": .string(request.guardedInstructions)]]],
            "contents": .array(try contents()), "tools": .array(tools()), "generationConfig": .object(generation),
        ]
    }

    private func tools() -> [JSONValue] {
        var tools: [JSONValue] = []
        if request.abilities.contains(.input) {
            var excluded = settings.excludedFunctions
            if !request.abilities.contains(.open) { excluded.insert("navigate") }
            if !request.abilities.contains(.wait) { excluded.formUnion(["wait", "wait_5_seconds"]) }
            var computer: [String: JSONValue] = ["environment": .string(settings.environment.rawValue)]
            if !excluded.isEmpty {
                computer["excludedPredefinedFunctions"] = .array(excluded.sorted().map { .string($0) })
            }
            if settings.detectsInjection { computer["enablePromptInjectionDetection"] = true }
            tools.append(["computerUse": .object(computer)])
        }
        let functions: [JSONValue] = FunctionCall.offered(for: request.abilities).map { tool in
            [
                "name": .string(tool.name), "description": .string(tool.summary), "parametersJsonSchema": tool.schema,
            ]
        }
        if !functions.isEmpty { tools.append(["functionDeclarations": .array(functions)]) }
        return tools
    }

    // MARK: Turns

    private func contents() throws -> [JSONValue] {
        var contents: [JSONValue] = []
        var open: [GeminiCall] = []
        // What is in an answer is not said again right after it.
        var shown: ModelImage?
        for (place, turn) in request.turns.enumerated() {
            let screen = request.screen(answering: place)
            var parts: [JSONValue] = []
            if open.contains(where: { !$0.isOurs }) { shown = screen }
            if case .results(let results) = turn {
                for result in results {
                    if let index = open.firstIndex(where: { $0.id == result.call }) {
                        parts.append(try answer(open.remove(at: index), result, screen))
                    } else {
                        parts += try result.content.map(part)
                    }
                }
            }
            // A call that stays without an answer would confuse the order of the others.
            parts += try open.map { call in
                let result = ActionResult(call: call.id, content: [.text("This was not done.")], isError: true)
                return try answer(call, result, screen)
            }
            open = []
            switch turn {
            case .user(let content):
                parts += try content.without(shown).map(part)
                shown = nil
            case .results: break
            case .model(let response):
                shown = nil
                if !parts.isEmpty { contents.append(Self.content("user", parts)) }
                parts = []
                if let own = response.native?["gemini"]?.array {
                    contents.append(Self.content("model", own))
                    open = GeminiCall.calls(in: own)
                } else {
                    contents.append(Self.content("model", [["text": .string(WireContent.foreign(response))]]))
                }
            }
            if !parts.isEmpty { contents.append(Self.content("user", parts)) }
        }
        return contents
    }

    private static func content(_ role: String, _ parts: [JSONValue]) -> JSONValue {
        ["role": .string(role), "parts": .array(parts)]
    }

    private func part(_ content: ModelContent) throws -> JSONValue {
        if case .image(let image) = content { return ["inlineData": try inline(image)] }
        return ["text": .string(WireContent.text(content) ?? "")]
    }

    private func inline(_ image: ModelImage) throws -> JSONValue {
        ["mimeType": "image/png", "data": .string(try scaler.scaled(image).png.base64EncodedString())]
    }

    /// The answer to a call. That to a function of the provider's shows the screen, however many were called.
    private func answer(_ call: GeminiCall, _ result: ActionResult, _ screen: ModelImage?) throws -> JSONValue {
        let words = result.words
        var told: [String: JSONValue] = [result.isError ? "error" : "output": .string(words.isEmpty ? "done" : words)]
        if !call.checks.isEmpty,
            call.checks.allSatisfy({ check in
                result.acknowledgedChecks.contains { $0.id == check.id }
            })
        {
            told["safety_acknowledgement"] = "true"
        }
        // The provider wants an address with each answer in a browser; what it is we do not ask the screen for.
        if settings.environment == .browser, !call.isOurs { told["url"] = "" }
        var response: [String: JSONValue] = ["name": .string(call.name), "response": .object(told)]
        if let id = call.givenID { response["id"] = .string(id) }
        var images = result.images
        if let screen, !call.isOurs, !images.contains(screen) { images.append(screen) }
        let pictures = try images.map { image -> JSONValue in ["inlineData": try inline(image)] }
        if !pictures.isEmpty { response["parts"] = .array(pictures) }
        return ["functionResponse": .object(response)]
    }
}

/// A call in a turn that the provider sent.
struct GeminiCall {
    /// Our name for it: the provider's, or its place in the turn where it gives none.
    let id: String
    let givenID: String?
    let name: String
    let input: JSONValue

    /// The calls among the parts of a turn, in order.
    static func calls(in parts: [JSONValue]) -> [GeminiCall] {
        parts.compactMap { $0["functionCall"] }.enumerated().map { place, call in
            let given = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            return GeminiCall(
                id: given ?? "call-\(place)", givenID: given, name: call["name"]?.string ?? "",
                input: call["args"] ?? .object([:]))
        }
    }

    /// Whether it calls a function of ours.
    var isOurs: Bool {
        FunctionCall.offered(for: Set(ModelRequest.Ability.allCases)).contains { $0.name == name }
    }

    /// What the provider wants to be agreed to before the call is done.
    var checks: [SafetyCheck] {
        guard let decision = input["safety_decision"], decision != .null else { return [] }
        let word = decision["decision"]?.string ?? decision.string ?? "unknown"
        // Whatever is not plainly allowed is asked about.
        guard !["regular", "allowed", "allow"].contains(word.lowercased()) else { return [] }
        return [SafetyCheck(id: id, code: word, message: decision["explanation"]?.string ?? "")]
    }
}
