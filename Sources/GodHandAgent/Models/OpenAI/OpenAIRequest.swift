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
        var lastScreen: ModelImage?
        for turn in request.turns {
            if case .results(let results) = turn {
                let screen = turn.images.last ?? lastScreen
                for result in results {
                    guard let index = open.firstIndex(where: { $0.id == result.call }) else {
                        input.append(try message(of: result))
                        continue
                    }
                    input += try answer(open.remove(at: index), result, screen)
                }
            }
            // The provider refuses a conversation in which a call stays without an answer.
            for call in open {
                let result = ActionResult(call: call.id, content: [.text("This was not done.")], isError: true)
                input += try answer(call, result, turn.images.last ?? lastScreen)
            }
            open = []
            lastScreen = turn.images.last ?? lastScreen
            switch turn {
            case .user(let content): input.append(try message(content))
            case .model(let response):
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

    private func message(_ content: [ModelContent]) throws -> JSONValue {
        ["role": "user", "content": .array(try content.map(part))]
    }

    private func message(of result: ActionResult) throws -> JSONValue {
        let words: [ModelContent] = result.isError ? [.text("Error:")] : []
        return try message(words + result.content)
    }

    private func part(_ content: ModelContent) throws -> JSONValue {
        if case .image(let image) = content {
            let url = WireContent.dataURL(try scaler.scaled(image))
            return ["type": "input_image", "detail": "high", "image_url": .string(url)]
        }
        return ["type": "input_text", "text": .string(WireContent.text(content) ?? "")]
    }

    /// The answer to a call. That to a call of the computer holds a picture and nothing else, so the words follow.
    private func answer(_ call: OpenAICall, _ result: ActionResult, _ screen: ModelImage?) throws -> [JSONValue] {
        guard call.isComputer else {
            let content = result.content.isEmpty ? [.text("Done.")] : result.content
            let marked: [ModelContent] = result.isError ? [.text("Error:")] + content : content
            return [
                [
                    "type": "function_call_output", "call_id": .string(call.id),
                    "output": .array(try marked.map(part)),
                ]
            ]
        }
        let images = result.images
        let whole = images.last { $0.region == Rect(request.screen) } ?? screen ?? images.last
        let url = try whole.map { WireContent.dataURL(try scaler.scaled($0)) } ?? Self.blank
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
        let rest = result.content.filter { content in
            if case .image(let image) = content { image != whole } else { true }
        }
        let words: [ModelContent] = result.isError ? [.text("Error:")] + rest : rest
        return words.isEmpty ? [.object(output)] : [.object(output), try message(words)]
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
