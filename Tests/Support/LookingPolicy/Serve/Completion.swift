import Foundation
import GodHandCore

/// A message in the form in which chat completions are answered, whole or as a stream.
struct Completion {
    var message: String
    var request: JSONValue

    var response: Data {
        if request["stream"]?.bool == true {
            var stream = ""
            for event in events {
                stream += "data: \(String(decoding: (try? JSONEncoder().encode(event)) ?? Data(), as: UTF8.self))\n\n"
            }
            return ChatService.response(200, "text/event-stream", Data((stream + "data: [DONE]\n\n").utf8))
        }
        let object = head("chat.completion").merging([
            "choices": [
                [
                    "index": 0, "finish_reason": "stop",
                    "message": ["role": "assistant", "content": .string(message)],
                ]
            ], "usage": usage,
        ]) { $1 }
        return ChatService.response(200, .object(object))
    }

    private var events: [JSONValue] {
        let half = message.index(message.startIndex, offsetBy: message.count / 2)
        let pieces = [message[..<half], message[half...]]
        let deltas: [JSONValue] = pieces.map { piece in
            chunk([["index": 0, "delta": ["role": "assistant", "content": .string(String(piece))]]])
        }
        let last = chunk([["index": 0, "delta": [:], "finish_reason": "stop"]])
        var events = deltas + [last]
        if request["stream_options"]?["include_usage"]?.bool == true {
            events.append(.object(head("chat.completion.chunk").merging(["choices": [], "usage": usage]) { $1 }))
        }
        return events
    }

    private func chunk(_ choices: JSONValue) -> JSONValue {
        .object(head("chat.completion.chunk").merging(["choices": choices]) { $1 })
    }

    private func head(_ kind: String) -> [String: JSONValue] {
        ["id": "looking-1", "object": .string(kind), "created": 0, "model": request["model"] ?? "looking"]
    }

    /// Four bytes count as a token; a picture as what providers usually take for one of its size.
    private var usage: JSONValue {
        var text = 0
        var pictures = 0
        for message in request["messages"]?.array ?? [] {
            text += message["content"]?.string?.utf8.count ?? 0
            for part in message["content"]?.array ?? [] {
                text += part["text"]?.string?.utf8.count ?? 0
                if part["image_url"] != nil { pictures += 1 }
            }
        }
        let prompt = text / 4 + pictures * 1365
        let answer = message.utf8.count / 4
        return [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(answer),
            "total_tokens": .integer(prompt + answer),
        ]
    }
}
