import Foundation
import GodHandAgent
import GodHandCore
import GodHandTrace
import HTTPTypes
import Hummingbird
import NIOCore

extension ServiceAPI {
    var traceEndpoints: [Endpoint] {
        [
            Endpoint("getTrace", .get, "/v1/tasks/{task}/trace", parameters: ["attempt"]) { try await trace($0) },
            Endpoint(
                "getReport", .get, "/v1/tasks/{task}/report", access: .passHolder, parameters: ["attempt", "pass"]
            ) {
                try await report($0)
            },
            Endpoint("issueReportPass", .post, "/v1/tasks/{task}/report-pass") { call in
                _ = try await call.body()
                let id = try task(call)
                _ = try await core.task(id)
                let path = "/v1/tasks/\(id)/report"
                let pass = try passes.issue(for: path)
                return .json(["address": .string("\(path)?pass=\(pass)")], status: .created)
            },
        ]
    }

    /// The directory of an attempt, or of the newest one that has left something.
    private func attempt(_ call: Call) async throws -> (directory: URL, name: String) {
        let id = try task(call)
        let last = try await core.task(id).status?.attempts.last?.number ?? 1
        let wanted = try call.integer("attempt", in: 1...100)
        for number in wanted.map({ [$0] }) ?? Array((1...max(1, last)).reversed()) {
            let directory = core.directory(of: id).appending(path: "\(number)", directoryHint: .isDirectory)
            if FileManager.default.fileExists(atPath: directory.path(percentEncoded: false)) {
                return (directory, "\(id)-\(number)")
            }
        }
        throw Problem.notFound("Task \(id) has no trace\(wanted.map { " of attempt \($0)" } ?? " yet").")
    }

    private func trace(_ call: Call) async throws -> Response {
        let (directory, name) = try await attempt(call)
        let admission = try Admission(to: streams, "streams")
        let files = try TraceArchive(of: directory, named: name)
        var response = Response.stream(call, type: "application/x-tar", admission) { writer in
            var archive = files
            while let block = try archive.next() { try await writer.write(ByteBuffer(bytes: block)) }
        }
        response.headers[.contentDisposition] = "attachment; filename=\"\(name).tar\""
        return response
    }

    private func report(_ call: Call) async throws -> Response {
        guard (1...64).contains(call.query["pass", default: "-"].unicodeScalars.count) else {
            throw Problem.invalid("pass must have 1 to 64 characters.")
        }
        let (directory, _) = try await attempt(call)
        let admission = try Admission(to: reports, "reports")
        defer { _ = admission }
        let html = try await Self.html(of: directory)
        // A page of its own, which has nothing to do with where it lies: no stored thing and no token is within its reach.
        return .bytes(
            Array(html.utf8), type: "text/html; charset=utf-8",
            headers: [.contentSecurityPolicy: "sandbox allow-scripts allow-downloads; frame-ancestors 'none'"])
    }

    /// Off the caller's actor, since it takes long for a long run.
    @concurrent
    private static func html(of directory: URL) async throws -> String { try TraceReport.html(of: directory) }
}
