import GodHandCore

/// Writes a conversation as a body for `POST /v1/chat/completions`.
struct LocalRequest {
    let model: String
    let settings: LocalModel.Settings
    let request: ModelRequest
    let scaler: ImageScaler

    func body() throws -> JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model), "messages": .array(try messages()), "stream": .bool(settings.streams),
            "max_tokens": .integer(max(1, request.maximumOutputTokens)),
        ]
        if settings.streams { body["stream_options"] = ["include_usage": true] }
        if let temperature = settings.temperature { body["temperature"] = .number(temperature) }
        if settings.format == .schema, settings.constraint != .none {
            let isStrict = settings.constraint == .strict
            var form: [String: JSONValue] = [
                "name": "next_action", "schema": LocalSchema.schema(for: request.abilities, isStrict: isStrict),
            ]
            // Left out, it means no to OpenAI, which else refuses the schema; servers that are told no hold to nothing.
            if isStrict { form["strict"] = true }
            body["response_format"] = ["type": "json_schema", "json_schema": .object(form)]
        }
        return .object(body)
    }

    private func messages() throws -> [JSONValue] {
        var messages: [JSONValue] = [["role": "system", "content": .string(instructions)]]
        // Models of other forms count in the picture that they saw last, or in parts of it.
        let canDoWithParts = settings.format == .schema && settings.coordinates == .pixels
        for turn in canDoWithParts ? try scaler.turns(of: request) : request.turns {
            switch turn {
            case .user(let content): messages.append(try message(content))
            case .model(let response):
                let said = response.native?["local"]?.string ?? WireContent.foreign(response)
                messages.append(["role": "assistant", "content": .string(said)])
            case .results(let results): messages.append(try message(results.flatMap(told)))
            }
        }
        return messages
    }

    private var instructions: String {
        let scaling = settings.scaling(request)
        let format =
            switch settings.format {
            case .schema: LocalSchema.guide(for: request.abilities, scaling: scaling)
            case .uiTARS: UITARS.guide
            case .qwenVL: QwenVL.guide(scaling: scaling)
            }
        return request.guardedInstructions + "\n\n" + format
    }

    private func told(_ result: ActionResult) -> [ModelContent] {
        let head = result.isError ? "The action failed or was refused:" : "The action was done."
        return [.text(head)] + result.content
    }

    private func message(_ content: [ModelContent]) throws -> JSONValue {
        let parts: [JSONValue] = try content.map { content in
            if case .image(let image) = content {
                let url = WireContent.dataURL(try scaler.scaled(image))
                return ["type": "image_url", "image_url": ["url": .string(url)]]
            }
            return ["type": "text", "text": .string(WireContent.text(content) ?? "")]
        }
        return ["role": "user", "content": .array(parts)]
    }
}
