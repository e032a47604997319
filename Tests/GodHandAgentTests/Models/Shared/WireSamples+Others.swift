import Foundation
import GodHandCore

@testable import GodHandAgent

extension WireSamples {
    private static let checked = SafetyCheck(id: "sc_1", code: "malicious_instructions", message: "Look out")

    /// A conversation with a turn of the model's, its results, and what follows.
    private static func conversation(_ turn: ModelResponse, calls: [String]) throws -> ModelRequest {
        var request = try ModelSample.request()
        request.effort = .high
        request.turns += [
            .model(turn),
            .results(
                try calls.map { call in
                    ActionResult(
                        call: call,
                        content: [.text("Done."), .untrusted("a title"), .image(try ModelSample.picture())],
                        isError: call == calls.last, acknowledgedChecks: [checked])
                }), .user([.text("Go on, please.")]),
            .model(ModelResponse(items: [.text("Elsewhere said.")], stop: .end)), .user([.text("And now?")]),
        ]
        return request
    }

    /// A conversation in which several actions were all refused, so that the screen stands behind their results.
    private static func refused(_ turn: ModelResponse, calls: [String]) throws -> ModelRequest {
        var request = try ModelSample.request()
        request.turns += [
            .model(turn),
            .results(calls.map { ActionResult(call: $0, content: [.text("No.")], isError: true) }),
            .user([.text("It is so."), .image(try ModelSample.picture())]),
        ]
        return request
    }

    static let openAI = WireSamples(provider: "openai") {
        let model = OpenAIModel("gpt-test", key: .none)
        let request = try ModelSample.request()
        let output: [JSONValue] = [
            [
                "type": "reasoning", "id": "rs_1", "encrypted_content": "abc",
                "summary": [["type": "summary_text", "text": "Hm."]],
            ],
            [
                "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
                "content": [["type": "output_text", "text": "Hello.", "annotations": []]],
            ],
            [
                "type": "computer_call", "id": "cu_1", "call_id": "call_1", "status": "completed", "action": nil,
                "pending_safety_checks": [["id": "sc_1", "code": "malicious_instructions", "message": "Look out"]],
                "actions": [["type": "click", "x": 1, "y": 2, "button": "left"], ["type": "wait"]],
            ],
            [
                "type": "computer_call", "id": "cu_2", "call_id": "call_3", "status": "completed",
                "pending_safety_checks": [], "actions": [["type": "screenshot"]],
            ],
            [
                "type": "function_call", "id": "fc_1", "call_id": "call_2", "name": "open", "status": "completed",
                "arguments": #"{"target": "https://example.org"}"#,
            ],
        ]
        let answer = OpenAIAnswer(call: ModelSample.call, request: request, scaling: model.scaling(request))
        let turn = try answer.read(["status": "completed", "output": .array(output)])
        let whole = try conversation(turn, calls: ["call_1", "call_2"])
        let settings = OpenAIModel.Settings(effort: .low, showsReasoning: false, streams: false)
        return [
            "first": try model.body(for: request), "conversation": try model.body(for: whole),
            "unanswered": try model.body(for: try conversation(turn, calls: [])),
            "refused": try model.body(for: try refused(turn, calls: ["call_1", "call_3", "call_2"])),
            "preview": try OpenAIModel("computer-use-preview", key: .none).body(for: whole),
            "whole": try OpenAIModel("gpt-test", key: .none, settings: settings).body(for: request),
            "functions": try model.body(for: try ModelSample.request(abilities: [.exec, .ask])),
        ]
    }

    static let gemini = WireSamples(provider: "gemini") {
        let model = GeminiModel("gemini-test", key: .none)
        let decision: JSONValue = ["decision": "require_confirmation", "explanation": "Pay?"]
        var piece = GeminiTurn()
        let parts: [JSONValue] = [
            ["text": "Hm.", "thought": true], ["text": "Hello."],
            [
                "functionCall": ["name": "click", "args": ["x": 1, "y": 2, "safety_decision": decision]],
                "thoughtSignature": "c2ln",
            ], ["functionCall": ["id": "f", "name": "open", "args": ["target": "xterm"]]],
        ]
        _ = try piece.add(
            ["candidates": [["content": ["parts": .array(parts)], "finishReason": "STOP"]]], call: ModelSample.call
        ) { _ in }
        let request = try ModelSample.request()
        let turn = try GeminiAnswer(settings: .init(), request: request, call: ModelSample.call).read(piece)
        let whole = try conversation(turn, calls: ["call-0", "f"])
        let browser = GeminiModel.Settings(
            environment: .browser, excludedFunctions: [], detectsInjection: true, effort: .low, streams: false)
        return [
            "first": try model.body(for: request), "conversation": try model.body(for: whole),
            "unanswered": try model.body(for: try conversation(turn, calls: [])),
            "refused": try model.body(for: try refused(turn, calls: ["call-0", "f"])),
            "browser": try GeminiModel("g", key: .none, settings: browser).body(for: whole),
            "functions": try model.body(for: try ModelSample.request(abilities: [.exec, .ask])),
        ]
    }

    static let local = WireSamples(provider: "openai-chat") {
        let request = try ModelSample.request()
        let turn = ModelResponse(
            items: [.action(ActionCall(id: "turn-1", action: .look))], stop: .actions,
            native: ["local": #"{"thought": "t", "action": "look"}"#])
        let whole = try conversation(turn, calls: ["turn-1"])
        var bodies: [String: JSONValue] = [:]
        for (name, settings) in [
            ("schema", LocalModel.Settings()), ("strict", .init(constraint: .strict)), ("tars", .uiTARS),
            ("tars15", .uiTARS15), ("qwen25", .qwen25VL),
            ("qwen3", .qwen3VL), ("whole", .init(constraint: .none, streams: false, temperature: nil)),
        ] {
            let model = LocalModel("m", at: "http://127.0.0.1:1", settings: settings)
            bodies[name] = try model.body(for: request)
            bodies[name + "-conversation"] = try model.body(for: whole)
        }
        return bodies
    }
}
