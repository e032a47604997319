import Foundation
import Synchronization

@testable import GodHandSandbox

/// An engine of a few lines on a real unix socket: it answers each request as a closure says, byte for byte, so that it
/// can also do what a real engine does only on bad days.
final class StubEngine: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var body: String
    }

    enum Answer: Sendable {
        case json(Int, String)
        /// These bytes, whatever they are, then hang up.
        case raw([UInt8])
        /// Say nothing until the client goes away.
        case silence
    }

    let directory: TemporaryDirectory
    let socket: String
    private let listener: UnixListener
    private let serving: Task<Void, Never>

    init(_ respond: @escaping @Sendable (Request) -> Answer) throws {
        directory = try TemporaryDirectory()
        socket = directory.file("engine.sock")
        let listener = try UnixListener(path: socket)
        self.listener = listener
        serving = Task {
            await withDiscardingTaskGroup { group in
                while let stream = try? await listener.accept() {
                    group.addTask { try? await Self.serve(stream, respond) }
                }
            }
        }
    }

    deinit {
        serving.cancel()
        listener.close()
    }

    var environment: [String: String] { ["DOCKER_HOST": "unix://\(socket)"] }

    static let ping = Answer.raw(
        Array("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK".utf8))

    private static func serve(_ stream: SocketStream, _ respond: (Request) -> Answer) async throws {
        var bytes: [UInt8] = []
        while true {
            let more = try await stream.read(upTo: 65_536)
            guard !more.isEmpty else { return stream.close() }
            bytes += more
            while let request = take(&bytes) {
                switch respond(request) {
                case .json(let status, let body):
                    let head =
                        "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    try await stream.write(Array((head + body).utf8))
                case .raw(let raw):
                    try await stream.write(raw)
                    return stream.close()
                case .silence:
                    _ = try await stream.read(upTo: 1)
                    return stream.close()
                }
            }
        }
    }

    private static func take(_ bytes: inout [UInt8]) -> Request? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let length =
            lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        guard bytes.count >= end.upperBound + length else { return nil }
        let body = String(decoding: bytes[end.upperBound..<end.upperBound + length], as: UTF8.self)
        bytes.removeFirst(end.upperBound + length)
        let words = lines[0].split(separator: " ")
        return Request(method: String(words[0]), path: String(words[1]), body: body)
    }
}

/// A book in memory that tells what is written in it.
final class MemoryBook: LedgerBook {
    private let state = Mutex<[SandboxID: LedgerEntry]>([:])

    var entries: [LedgerEntry] { state.withLock { Array($0.values) } }

    func write(_ entry: LedgerEntry) throws { state.withLock { $0[entry.id] = entry } }
    func strike(_ id: SandboxID) throws { state.withLock { _ = $0.removeValue(forKey: id) } }
}
