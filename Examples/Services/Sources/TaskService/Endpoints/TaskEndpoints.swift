import Foundation
import GodHandAgent
import GodHandCore
import HTTPTypes
import Hummingbird

extension ServiceAPI {
    var taskEndpoints: [Endpoint] {
        [
            Endpoint("submitTask", .post, "/v1/tasks") { try await submit($0) },
            Endpoint("listTasks", .get, "/v1/tasks", parameters: ["state", "limit", "before"]) { try await list($0) },
            Endpoint("getTask", .get, "/v1/tasks/{task}") { call in
                .json(await shown(try await core.task(try task(call))))
            },
            Endpoint("deleteTask", .delete, "/v1/tasks/{task}") { call in
                _ = try await call.body()
                try await core.delete(try task(call))
                return Response(status: .noContent)
            },
            Endpoint("cancelTask", .post, "/v1/tasks/{task}/cancel") { call in
                _ = try await call.body()
                return .json(await shown(try await core.cancel(try task(call))), status: .accepted)
            },
        ]
    }

    private func submit(_ call: Call) async throws -> Response {
        let key = try idempotencyKey(call)
        let submission = try TaskSubmission(try await call.json())
        let (task, isNew) = try await core.submit(submission, key: key)
        var response = Response.json(await shown(task), status: isNew ? .created : .ok)
        response.headers[.location] = "/v1/tasks/\(task.id)"
        return response
    }

    private func idempotencyKey(_ call: Call) throws -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = call.request.headers[name] else { return nil }
        let isPlain = key.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                || $0 == 0x5F
        }
        guard isPlain, (1...64).contains(key.utf8.count) else {
            throw Problem.invalid("The Idempotency-Key must have 1 to 64 letters, digits, dashes and underscores.")
        }
        return key
    }

    private func list(_ call: Call) async throws -> Response {
        let state = call.query["state"]
        guard state == nil || ["queued", "running", "finished"].contains(state) else {
            throw Problem.invalid("state must be one of: queued, running, finished.")
        }
        let limit = try call.integer("limit", in: 1...100) ?? 50
        let before = try call.integer("before", in: 1...Int(Int32.max))
        let tasks = try await core.store.tasks(state: state, before: before, limit: limit + 1)
        var shown: [JSONValue] = []
        for task in tasks.prefix(limit) { shown.append(await self.shown(task)) }
        var members: [String: JSONValue] = ["tasks": .array(shown)]
        if tasks.count > limit, let last = tasks.prefix(limit).last { members["before"] = .integer(last.place) }
        return .json(.object(members))
    }

    /// A task as it is shown.
    func shown(_ task: StoredTask) async -> JSONValue {
        var status = task.status
        var live: JSONValue?
        if !task.isFinished {
            if let newer = await core.orchestrator.status(of: task.id) { status = newer }
            if let running = await core.orchestrator.running(task.id) { live = shown(running, task.id) }
        }
        let attempts = (status?.attempts ?? []).map { attempt in
            var members: [String: JSONValue] = [
                "number": .integer(attempt.number), "startedAt": .string(attempt.startedAt.written),
                "isResumption": .bool(attempt.isResumption),
            ]
            if let endedAt = attempt.endedAt { members["endedAt"] = .string(endedAt.written) }
            members.merge(attempt.end?.members ?? [:], uniquingKeysWith: { $1 })
            return JSONValue.object(members)
        }
        var members: [String: JSONValue] = [
            "id": .string(task.id.rawValue), "submittedAt": .string(task.submittedAt.written),
            "state": .string((status?.state ?? .queued).rawValue), "isCancelling": .bool(task.isCancelling),
            "request": task.submission.json, "attempts": .array(attempts),
            "spent": (status?.spent ?? GoalExpense()).json,
        ]
        if let outcome = status?.outcome { members["outcome"] = outcome.json }
        if let live { members["live"] = live }
        return .object(members)
    }

    private func shown(_ running: RunningGoal, _ task: GoalID) -> JSONValue {
        let questions = core.live.questions(of: task).map { question in
            var members: [String: JSONValue] = [
                "id": .string(question.id), "askedAt": .string(question.askedAt.written),
                "text": .string(question.text),
                "hasPicture": .bool(question.picture != nil),
            ]
            if let action = question.action { members["action"] = .string(action) }
            return JSONValue.object(members)
        }
        return .object([
            "attempt": .integer(running.attempt), "sandbox": .string(running.sandbox.id.rawValue),
            "isPaused": .bool(running.control.isPaused), "isTakenOver": .bool(running.control.isTakenOver),
            "questions": .array(questions),
        ])
    }
}

extension Date {
    /// As RFC 3339 wants it, with milliseconds.
    var written: String {
        formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }
}
