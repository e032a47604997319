import Foundation
import GodHandAgent
import GodHandCore
import HTTPTypes
import Hummingbird
import NIOCore

extension ServiceAPI {
    var eventEndpoints: [Endpoint] {
        [
            Endpoint("watchTask", .get, "/v1/tasks/{task}/events", parameters: ["after"]) { call in
                let id = try task(call)
                _ = try await core.task(id)
                return try events(of: id, call, after: try place(call) ?? 0)
            },
            Endpoint("watchAll", .get, "/v1/events", parameters: ["after"]) { call in
                try events(of: nil, call, after: try place(call) ?? core.store.feed.last)
            },
        ]
    }

    /// After which event to begin: a client that comes back says which it saw last.
    private func place(_ call: Call) throws -> Int? {
        if let name = HTTPField.Name("Last-Event-ID"), let text = call.request.headers[name], !text.isEmpty {
            guard let number = Int(text), (0...Int(Int32.max)).contains(number), !text.hasPrefix("+") else {
                throw Problem.invalid("Last-Event-ID must be the number of an event.")
            }
            return number
        }
        return try call.integer("after", in: 0...Int(Int32.max))
    }

    private func events(of task: GoalID?, _ call: Call, after number: Int) throws -> Response {
        let admission = try Admission(to: streams, "streams")
        return .stream(call, type: "text/event-stream", admission) { writer in
            var reader = EventReader(core: core, task: task, last: number)
            try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
            while let text = try await reader.next() { try await writer.write(ByteBuffer(string: text)) }
        }
    }
}

/// Where one watcher is among the events.
struct EventReader {
    let core: ServiceCore
    /// Whose events; nil for all.
    let task: GoalID?
    /// The newest event that was handed out.
    var last: Int
    private var thought = 0
    private var hasFinished = false

    /// How long to be silent at most: whoever is in between gives silent connections up.
    private static let patience = Duration.seconds(15)

    init(core: ServiceCore, task: GoalID?, last: Int) {
        self.core = core
        self.task = task
        self.last = last
    }

    /// The next piece of the stream; nil at its end, which is that of the task or of the service.
    mutating func next() async throws -> String? {
        let feed = core.store.feed
        while !hasFinished {
            // Before looking, so that what comes while looking is not slept over.
            let version = feed.version
            let events = try await core.store.events(of: task, after: last, limit: 200)
            let text = events.map(\.text).joined() + thoughts()
            if let newest = events.last { last = newest.number }
            hasFinished = task != nil && events.contains { $0.kind == TaskEvent.Kind.finished.rawValue }
            if !text.isEmpty { return text }
            if feed.isClosed { return nil }
            if let task, events.isEmpty, try await core.store.task(task).map(\.isFinished) ?? true {
                // It may have ended between the two looks: then the end is in the database, if not yet in the feed.
                let rest = try await core.store.events(of: task, after: last, limit: 200, isCertain: true)
                guard let newest = rest.last else { return nil }
                last = newest.number
                return rest.map(\.text).joined()
            }
            try await feed.wait(after: version, atMost: Self.patience)
            if feed.version == version { return ": still here\n\n" }
        }
        return nil
    }

    /// What models say just now: not written down, so without a number.
    private mutating func thoughts() -> String {
        let new = core.live.thoughts(after: thought)
        if let newest = new.last { thought = newest.thought.number }
        return new.filter { task == nil || $0.task == task }.map { task, thought in
            let data: JSONValue = .object(["task": .string(task.rawValue), "text": .string(thought.text)])
            return "event: thought\ndata: \(Self.line(data))\n\n"
        }.joined()
    }

    private static func line(_ value: JSONValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
