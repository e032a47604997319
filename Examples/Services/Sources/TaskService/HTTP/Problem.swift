import Foundation
import GodHandCore
import HTTPTypes
import Hummingbird
import NIOCore

/// An answer that says what is wrong, in the form of RFC 9457.
struct Problem: Error {
    var status: HTTPResponse.Status
    /// A word for programs.
    var code: String
    /// What happened, for people; nothing secret.
    var detail: String
    /// What to do about it.
    var hint: String?
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, hint: String? = nil) {
        self.status = status
        self.code = code
        self.detail = detail
        self.hint = hint
    }

    /// The problem as an answer.
    var response: Response {
        var members: [String: JSONValue] = [
            "type": .string("urn:godhand:problem:\(code)"), "title": .string(status.reasonPhrase),
            "status": .integer(status.code), "code": .string(code), "detail": .string(detail),
        ]
        if let hint { members["hint"] = .string(hint) }
        var response = Response.json(.object(members), status: status)
        response.headers[.contentType] = "application/problem+json"
        response.headers.append(contentsOf: headers)
        return response
    }

    static func invalid(_ detail: String, hint: String? = nil) -> Problem {
        Problem(.badRequest, "request.invalid", detail, hint: hint)
    }

    static func notFound(_ detail: String) -> Problem { Problem(.notFound, "not-found", detail) }

    static func conflict(_ detail: String, hint: String? = nil) -> Problem {
        Problem(.conflict, "conflict", detail, hint: hint)
    }

    static func busy(_ detail: String, after seconds: Int, status: HTTPResponse.Status = .tooManyRequests) -> Problem {
        var problem = Problem(
            status, status == .tooManyRequests ? "rate" : "busy", detail, hint: "Try again in \(seconds) s.")
        problem.headers[.retryAfter] = "\(max(1, seconds))"
        return problem
    }

    /// What to answer after an error of any kind.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as GodHandError:
            self.init(Self.status(of: error.code), error.code.rawValue, error.message, hint: error.hint)
            if status == .serviceUnavailable { headers[.retryAfter] = "5" }
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, "limit", "The body is too large.", hint: "Send at most 65536 bytes.")
        default:
            // What it was goes to the log: it may name paths, which are nobody's business.
            self.init(.internalServerError, "internal", "The service failed.", hint: "Its log says more.")
        }
    }

    private static func status(of code: GodHandError.Code) -> HTTPResponse.Status {
        switch code {
        case .invalidRequest, .unsupported, .imageMissing: .unprocessableContent
        case .notFound: .notFound
        case .nameTaken: .conflict
        case .limitExceeded: .unprocessableContent
        case .scopeClosed, .engineUnavailable, .guestUnresponsive, .displayLost, .displayUnavailable,
            .deadlineExceeded, .guestExited, .engineFailed, .snapshotFailed:
            .serviceUnavailable
        case .diskFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        default: .internalServerError
        }
    }
}

extension Response {
    /// An answer in JSON.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Only numbers that are not finite cannot be written, and none gets here.
        let data = (try? encoder.encode(value)) ?? Data("null".utf8)
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }

    /// An answer of bytes.
    static func bytes(_ data: some Sequence<UInt8>, type: String, headers: HTTPFields = [:]) -> Response {
        var fields = headers
        fields[.contentType] = type
        if fields[.cacheControl] == nil { fields[.cacheControl] = "no-store" }
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    }
}
