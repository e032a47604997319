import Foundation
import GodHandCore

@testable import GodHandSandbox
@testable import GodHandTesting

/// A model provider of a few lines on a real socket: it answers each request with the next of some replies, byte for
/// byte, so that it can also do what real ones do only on bad days.
final class FakeProvider: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        /// Names in small letters.
        var headers: [String: String]
        var body: JSONValue?
    }

    struct Reply: Sendable {
        enum Ending: Sendable {
            /// The answer is whole.
            case whole
            /// The connection breaks before it is whole.
            case cut
            /// Nothing more is said until the client goes away.
            case silence
            /// This is said again and again until the client goes away.
            case endless([UInt8])
        }
        /// Nil hangs up before the first byte.
        var status: Int?
        var headers: [String] = []
        var pieces: [[UInt8]] = []
        var ending = Ending.whole

        static func json(_ status: Int, _ body: String, _ headers: String...) -> Reply {
            Reply(
                status: status, headers: ["Content-Type: application/json"] + headers, pieces: [Array(body.utf8)])
        }

        static func html(_ status: Int) -> Reply {
            Reply(
                status: status, headers: ["Content-Type: text/html"],
                pieces: [Array("<!doctype html><title>Welcome</title><p>A gateway stands here.".utf8)])
        }

        static func stream(_ pieces: [[UInt8]], _ ending: Ending = .whole) -> Reply {
            Reply(status: 200, headers: ["Content-Type: text/event-stream"], pieces: pieces, ending: ending)
        }

        static func stream(_ text: String, _ ending: Ending = .whole) -> Reply {
            stream([Array(text.utf8)], ending)
        }

        static let hangUp = Reply(status: nil)
        /// The request is read, and nothing is ever said.
        static let mute = Reply(status: nil, ending: .silence)
    }

    private struct State: Sendable {
        var requests: [Request] = []
        var hangUps = 0
        var replies: [Reply]
    }

    private let directory: ShortDirectory
    let socket: String
    private let listener: UnixListener
    private let state: Watched<State>
    private let serving: Task<Void, Never>

    /// Starts serving. Once the last reply was given it is given again.
    init(_ replies: [Reply]) throws {
        directory = try ShortDirectory()
        socket = directory.file("model.sock")
        let listener = try UnixListener(path: socket)
        let state = Watched(State(replies: replies))
        self.listener = listener
        self.state = state
        serving = Task {
            await withDiscardingTaskGroup { group in
                while let stream = try? await listener.accept() {
                    group.addTask {
                        try? await Self.serve(stream, state)
                        stream.close()
                    }
                }
            }
        }
    }

    deinit {
        serving.cancel()
        listener.close()
    }

    /// What was asked so far.
    var requests: [Request] { state.read(\.requests) }

    /// Waits until so many requests have come.
    func waitForRequests(_ count: Int) async throws {
        try await state.wait { $0.requests.count >= count ? () : nil }
    }

    /// Waits until a client went away before its answer was whole.
    func waitForHangUp() async throws {
        try await state.wait { $0.hangUps > 0 ? () : nil }
    }

    private static func serve(_ stream: SocketStream, _ state: Watched<State>) async throws {
        var bytes: [UInt8] = []
        while true {
            let more = try await stream.read(upTo: 1 << 20)
            guard !more.isEmpty else { return }
            bytes += more
            while let request = take(&bytes) {
                let reply = state.update { state -> Reply? in
                    state.requests.append(request)
                    return state.replies.count > 1 ? state.replies.removeFirst() : state.replies.first
                }
                guard let reply else { return }
                guard let status = reply.status else {
                    if case .silence = reply.ending { try await wait(stream, state) }
                    return
                }
                // A client can be gone as soon as its request was counted.
                do { try await give(reply, status, to: stream) } catch {
                    return state.update { $0.hangUps += 1 }
                }
                switch reply.ending {
                case .whole: continue
                case .cut, .endless: return
                case .silence: return try await wait(stream, state)
                }
            }
        }
    }

    /// Says what is to be said before whatever ends the answer.
    private static func give(_ reply: Reply, _ status: Int, to stream: SocketStream) async throws {
        let head = ["HTTP/1.1 \(status) X", "Transfer-Encoding: chunked"] + reply.headers + ["", ""]
        try await stream.write(Array(head.joined(separator: "\r\n").utf8))
        // An empty chunk would be the end.
        for piece in reply.pieces where !piece.isEmpty { try await stream.write(chunk(piece)) }
        switch reply.ending {
        case .whole: try await stream.write(Array("0\r\n\r\n".utf8))
        case .endless(let piece): while true { try await stream.write(chunk(piece)) }
        case .cut, .silence: break
        }
    }

    private static func wait(_ stream: SocketStream, _ state: Watched<State>) async throws {
        _ = try? await stream.read(upTo: 1)
        state.update { $0.hangUps += 1 }
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }

    private static func take(_ bytes: inout [UInt8]) -> Request? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard bytes.count >= end.upperBound + length else { return nil }
        let body = Data(bytes[end.upperBound..<end.upperBound + length])
        bytes.removeFirst(end.upperBound + length)
        let words = lines[0].split(separator: " ")
        return Request(
            method: String(words[0]), path: String(words[1]), headers: headers,
            body: try? JSONDecoder().decode(JSONValue.self, from: body))
    }
}
