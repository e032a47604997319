import Foundation
import GodHandAgent
import GodHandCore
import HTTPTypes
import Hummingbird

extension ServiceAPI {
    /// What a person does to a task that is worked on.
    var controlEndpoints: [Endpoint] {
        [
            control("pauseTask", "pause") { $0.pause() },
            control("resumeTask", "resume") { $0.resume() },
            control("takeOver", "take-over") { $0.takeOver() },
            control("handBack", "hand-back") { $0.handBack() },
            Endpoint("hint", .post, "/v1/tasks/{task}/hint") { call in
                let fields = try Fields(try await call.json(), allowing: ["text"])
                let text = try fields.required("text", scalars: 1...2000)
                return try await change(call) { $0.hint(text) }
            },
            Endpoint("answer", .post, "/v1/tasks/{task}/answer") { try await answer($0) },
            Endpoint("getQuestionPicture", .get, "/v1/tasks/{task}/questions/{question}/picture") { call in
                let (id, name) = (try task(call), try call.part("question"))
                guard let picture = core.live.questions(of: id).first(where: { $0.id == name })?.picture else {
                    throw Problem.notFound("There is no such picture, or not any more.")
                }
                return .bytes(picture, type: "image/png")
            },
            Endpoint("input", .post, "/v1/tasks/{task}/input") { try await input($0) },
        ]
    }

    private func control(
        _ operation: String, _ word: String, _ body: @escaping @Sendable (RunControl) -> Void
    ) -> Endpoint {
        Endpoint(operation, .post, "/v1/tasks/{task}/\(word)") { call in
            _ = try await call.body()
            return try await change(call, body)
        }
    }

    private func change(_ call: Call, _ body: (RunControl) -> Void) async throws -> Response {
        let id = try task(call)
        body(try await core.running(id).control)
        core.store.feed.ring()
        return .json(await shown(try await core.task(id)))
    }

    private func answer(_ call: Call) async throws -> Response {
        let id = try task(call)
        let fields = try Fields(try await call.json(), allowing: ["question", "approve", "text"])
        let question = try fields.required("question", scalars: 1...64)
        let approve = try fields.bool("approve")
        let text = try fields.string("text", scalars: 1...2000)
        let answer: LiveTasks.Answer
        switch (approve, text) {
        case (true?, nil): answer = .approved
        case (false?, nil): answer = .refused
        case (nil, let text?): answer = .text(text)
        default: throw Problem.invalid("Give either approve or text.")
        }
        guard core.live.answer(question, of: id, with: answer) else {
            _ = try await core.task(id)
            throw Problem.conflict(
                "Nobody waits for an answer to \(question).", hint: "It was answered, or the task went on without one.")
        }
        return .json(await shown(try await core.task(id)))
    }

    private func input(_ call: Call) async throws -> Response {
        let id = try task(call)
        let fields = try Fields(try await call.json(), allowing: ["actions"])
        let actions = try fields.list("actions", atMost: 64).map { try HandAction($0.value, at: $0.place).input }
        guard !actions.isEmpty else { throw Problem.invalid("actions is missing or empty.") }
        let running = try await core.running(id)
        guard running.control.isTakenOver else {
            throw Problem.conflict("The agent drives task \(id).", hint: "Take over first.")
        }
        let driver = try running.sandbox.display.input
        try await withTimeLimit(.seconds(20), "The input") {
            for action in actions { try await driver.perform(action) }
        }
        core.metrics.count(.inputs, by: actions.count)
        return Response(status: .noContent)
    }
}

/// Something that a person does with mouse or keyboard, as it is sent.
struct HandAction {
    let input: InputAction

    private enum Kind: String, CaseIterable {
        case move, press, release, click, scroll, key, type
    }

    init(_ value: JSONValue, at place: String) throws {
        let fields = try Fields(
            value, at: place, allowing: ["type", "x", "y", "button", "count", "dx", "dy", "keys", "text"])
        guard let kind = try fields.word("type", as: Kind.self) else {
            throw Problem.invalid("\(place).type is missing.")
        }
        let side = 0...4095
        let (x, y) = (try fields.integer("x", in: side), try fields.integer("y", in: side))
        let point = x.flatMap { x in y.map { Point(x: x, y: $0) } }
        let button = try fields.word("button", as: MouseButton.self) ?? .left
        let (dx, dy) = (try fields.integer("dx", in: -20...20) ?? 0, try fields.integer("dy", in: -20...20) ?? 0)
        let count = try fields.integer("count", in: 1...3) ?? 1
        let (keys, text) = (try fields.string("keys", scalars: 1...100), try fields.string("text", scalars: 1...1000))
        switch kind {
        case .move:
            guard let point else { throw Problem.invalid("\(place) needs x and y.") }
            input = .move(to: point)
        case .press: input = .press(button: button)
        case .release: input = .release(button: button)
        case .click: input = .click(at: point, button: button, count: count)
        case .scroll: input = .scroll(at: point, dx: dx, dy: dy)
        case .key:
            guard let keys else { throw Problem.invalid("\(place) needs keys.") }
            input = .key(KeyChord(keys))
        case .type:
            guard let text else { throw Problem.invalid("\(place) needs text.") }
            input = .type(text)
        }
    }
}
