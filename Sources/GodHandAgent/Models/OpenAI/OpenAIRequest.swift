import Foundation
import GodHandCore

/// Writes a conversation as a body for `POST /v1/responses`.
struct OpenAIRequest {
    let model: String
    let settings: OpenAIModel.Settings
    let request: ModelRequest
    let scaler: ImageScaler

    private var tool: OpenAIModel.ComputerTool { settings.tool ?? .suggested(for: model) }

    func body() throws -> JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model), "instructions": .string(request.guardedInstructions), "input": .array(try input()),
            "tools": .array(tools()), "store": false, "stream": .bool(settings.streams),
            "include": ["reasoning.encrypted_content"],
            // The provider takes no less than this.
            "max_output_tokens": .integer(max(16, request.maximumOutputTokens)),
        ]
        if tool == .preview { body["truncation"] = "auto" }
        var reasoning: [String: JSONValue] = [:]
        if let effort = request.effort ?? settings.effort { reasoning["effort"] = .string(effort.rawValue) }
        if settings.showsReasoning { reasoning["summary"] = tool == .preview ? "concise" : "auto" }
        if !reasoning.isEmpty { body["reasoning"] = .object(reasoning) }
        return .object(body)
    }

    private func tools() -> [JSONValue] {
        var tools: [JSONValue] = []
        if request.abilities.contains(.input) {
            switch tool {
            case .computer: tools.append(["type": "computer"])
            case .preview:
                let size = ScreenScaling(request: request, rule: settings.images).size
                tools.append([
                    "type": "computer_use_preview", "display_width": .integer(size.width),
                    "display_height": .integer(size.height), "environment": .string(settings.environment.rawValue),
                ])
            }
        }
        return tools
            + FunctionCall.offered(for: request.abilities).map { tool in
                [
                    "type": "function", "name": .string(tool.name), "description": .string(tool.summary),
                    "parameters": tool.schema, "strict": false,
                ]
            }
    }

    // MARK: Turns

    private func input() throws -> [JSONValue] {
        var input: [JSONValue] = []
        var open: [OpenAICall] = []
        var screen: ModelImage?
        // What is in an answer is not said again right after it.
        var shown: ModelImage?
        for (place, turn) in request.turns.enumerated() {
            screen = request.screen(answering: place) ?? screen
            var results: [ActionResult] = if case .results(let results) = turn { results } else { [] }
            // The provider refuses a conversation in which a call stays without an answer.
            results += open.filter { call in !results.contains { $0.call == call.id } }.map(\.unanswered)
            input += try answers(results, to: open, screen)
            if open.contains(where: \.isComputer) { shown = screen }
            open = []
            switch turn {
            case .user(let content):
                let rest = content.without(shown)
                if !rest.isEmpty { input.append(try message(rest)) }
                shown = nil
            case .model(let response):
                shown = nil
                guard let output = response.native?["openai"]?.array else {
                    input.append(["role": "assistant", "content": .string(WireContent.foreign(response))])
                    continue
                }
                input += output
                open = output.compactMap(OpenAICall.init)
            case .results: break
            }
        }
        return input
    }

    /// The answers to the calls, then all that is said besides: what stands between answers is not expected there.
    private func answers(
        _ results: [ActionResult], to calls: [OpenAICall], _ screen: ModelImage?
    ) throws -> [JSONValue] {
        var outputs: [JSONValue] = []
        var words: [ModelContent] = []
        for result in results {
            let mark: [ModelContent] = result.isError ? [.text("Error:")] : []
            guard let call = calls.first(where: { $0.id == result.call }) else {
                words += mark + result.content
                continue
            }
            if call.isComputer {
                let picture = result.images.last { $0.region == Rect(request.screen) } ?? screen ?? result.images.last
                outputs.append(try screenshot(picture, answering: call, result))
                let rest = result.content.without(picture)
                if !rest.isEmpty { words += mark + rest }
            } else {
                let content = mark + (result.content.isEmpty ? [.text("Done.")] : result.content)
                outputs.append([
                    "type": "function_call_output", "call_id": .string(call.id),
                    "output": .array(try content.map(part)),
                ])
            }
        }
        return words.isEmpty ? outputs : outputs + [try message(words)]
    }

    private func message(_ content: [ModelContent]) throws -> JSONValue {
        ["role": "user", "content": .array(try content.map(part))]
    }

    private func part(_ content: ModelContent) throws -> JSONValue {
        if case .image(let image) = content {
            let url = WireContent.dataURL(try scaler.scaled(image))
            return ["type": "input_image", "detail": "high", "image_url": .string(url)]
        }
        return ["type": "input_text", "text": .string(WireContent.text(content) ?? "")]
    }

    /// The answer to a call of the computer, which holds a picture and nothing else.
    private func screenshot(
        _ picture: ModelImage?, answering call: OpenAICall, _ result: ActionResult
    ) throws -> JSONValue {
        let url = try picture.map { WireContent.dataURL(try scaler.scaled($0)) } ?? Self.blank
        var output: [String: JSONValue] = [
            "type": "computer_call_output", "call_id": .string(call.id),
            "output": ["type": "computer_screenshot", "image_url": .string(url)],
        ]
        // Only what the call asked and a policy acknowledged: a name of anything else would be refused.
        let acknowledged = call.checks.filter { check in result.acknowledgedChecks.contains { $0.id == check.id } }
        if !acknowledged.isEmpty {
            output["acknowledged_safety_checks"] = .array(
                acknowledged.map { check in
                    ["id": .string(check.id), "code": .string(check.code), "message": .string(check.message)]
                })
        }
        return .object(output)
    }

    /// A grey pixel, for a conversation in which no picture was taken yet.
    private static let blank =
        "data:image/png;base64,"
        + "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
}

/// A call in a turn that the provider sent.
struct OpenAICall {
    let id: String
    let isComputer: Bool
    let checks: [SafetyCheck]

    /// What is said where nobody gave a result.
    var unanswered: ActionResult {
        ActionResult(call: id, content: [.text("This was not done.")], isError: true)
    }

    /// Nil for an item that wants no answer.
    init?(_ item: JSONValue) {
        guard let id = item["call_id"]?.string else { return nil }
        switch item["type"]?.string {
        case "computer_call": isComputer = true
        case "function_call": isComputer = false
        default: return nil
        }
        self.id = id
        checks = (item["pending_safety_checks"]?.array ?? []).compactMap { check in
            check["id"]?.string.map {
                SafetyCheck(id: $0, code: check["code"]?.string ?? "", message: check["message"]?.string ?? "")
            }
        }
    }
}
