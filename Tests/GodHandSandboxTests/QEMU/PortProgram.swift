import Foundation

@testable import GodHandSandbox

#if os(Linux)
    /// The guest's real program, run here: its port is one end of a pair of sockets, and the test has the other.
    final class PortProgram {
        let directory: TemporaryDirectory
        /// The host's end.
        let host: SocketStream
        private let guestEnd: FileHandle
        private(set) var process: Int32

        init() async throws {
            directory = try TemporaryDirectory()
            let ends = PrivatePipe()
            guestEnd = ends.fileHandleForReading
            host = SocketStream(descriptor: ends.fileHandleForWriting.privateCopy())
            process = try Self.start(guestEnd, directory)
            // From here on it listens.
            var raw = RawHost(host)
            try await raw.join()
        }

        deinit { end() }

        /// Kills it in the middle of whatever it does.
        func end() {
            guard process > 0 else { return }
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
            process = 0
        }

        /// Starts it anew on the same port.
        func startAgain() throws { process = try Self.start(guestEnd, directory) }

        /// Makes a connection in the guest.
        func dial() throws -> SocketStream { try SocketStream.connect(toUnixSocket: directory.file("agent.sock")) }

        /// A figure of the process, in the unit that `/proc` has: `VmRSS` in KiB.
        func status(_ name: String) throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) } ?? -1
        }

        private static func start(_ port: FileHandle, _ directory: TemporaryDirectory) throws -> Int32 {
            try LocalCommand.spawn(
                Command([GuestPrograms.port.get(), "-", directory.file("agent.sock")]), environment: [:],
                standardStreams: [port, FileHandle.nullDevice])
        }
    }

    /// Programs of `Images`, built once for all tests.
    enum GuestPrograms {
        static let port = Result { try build("vm/port") }
        static let initial = Result { try build("guest") }

        private static func build(_ name: String) throws -> String {
            let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
            let output = "\(root)/.build/\(name.split(separator: "/").joined(separator: "-"))-program"
            var status: Int32 = 0
            let compiler = try LocalCommand.spawn(
                Command(["\(root)/Images/\(name)/build.sh", output]), environment: [:], standardStreams: [])
            waitpid(compiler, &status, 0)
            guard status == 0 else { throw GodHandError(.hostFailed, "Images/\(name) could not be built.") }
            return output
        }
    }
#endif

/// A host that says exactly what a test wants, frame by frame.
struct RawHost {
    let stream: any GuestStream
    private var decoder = PortDecoder()

    init(_ stream: any GuestStream) { self.stream = stream }

    /// Begins a session.
    mutating func join() async throws {
        let nonce = (0..<PortFrame.nonceSize).map { _ in UInt8.random(in: 0...255) }
        decoder = PortDecoder()
        decoder.discard(until: nonce)
        async let writing: Void = stream.write(PortFrame.fresh(nonce))
        let answer = try await next()
        try await writing
        guard answer == PortFrame(kind: .answer, payload: nonce) else {
            throw GodHandError(.protocolViolation, "The guest answered \(answer).")
        }
    }

    mutating func next() async throws -> PortFrame {
        while true {
            if let frame = try decoder.next() { return frame }
            let bytes = try await stream.read(upTo: 65_536)
            guard !bytes.isEmpty else { throw GodHandError(.guestUnresponsive, "The port ended.") }
            decoder.feed(bytes)
        }
    }

    func send(_ frame: PortFrame) async throws { try await stream.write(frame.bytes) }
}

extension GuestStream {
    /// Reads this much, or to the end.
    func read(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, case let more = try await read(upTo: min(65_536, count - bytes.count)), !more.isEmpty
        {
            bytes += more
        }
        return bytes
    }

    func readToEnd() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while case let more = try await read(upTo: 65_536), !more.isEmpty { bytes += more }
        return bytes
    }
}
