import Dispatch
import Foundation
import GodHandCore

/// A descriptor of this process that others gave it, such as standard input: a pipe, a terminal or a file, whose mode is not
/// ours to change.
///
/// Waiting is done on a thread of its own, since not every kind of descriptor can be waited for otherwise. A cancelled task
/// stops at once, and then the stream is of no more use.
final class StandardStream: Sendable {
    private let descriptor: Int32
    private let queue: DispatchQueue
    private let alarm: Alarm

    /// What a pipe takes without blocking once it takes anything.
    private static let portion = 4096

    /// Takes a descriptor, which stays open.
    init(_ descriptor: Int32, label: String) throws {
        self.descriptor = descriptor
        self.queue = DispatchQueue(label: label)
        self.alarm = try Alarm()
    }

    /// The next bytes; none at the end.
    func read(upTo count: Int = 64 << 10) async throws -> [UInt8] {
        try await onThread { [self] in
            while true {
                try wait(for: Int16(POLLIN))
                var bytes = [UInt8](repeating: 0, count: count)
                let got = bytes.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, count) }
                if got >= 0 { return Array(bytes.prefix(got)) }
                try Self.forgive(errno)
            }
        }
    }

    /// Writes all of it.
    func write(_ bytes: [UInt8]) async throws {
        try await onThread { [self] in
            var rest = bytes[...]
            while !rest.isEmpty {
                try wait(for: Int16(POLLOUT))
                let portion = rest.prefix(Self.portion)
                let written = portion.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
                if written >= 0 { rest = rest.dropFirst(written) } else { try Self.forgive(errno) }
            }
        }
    }

    private func onThread<Success: Sendable>(
        _ work: @escaping @Sendable () throws -> Success
    ) async throws -> Success {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Result { try work() }) }
            }
        } onCancel: {
            alarm.ring()
        }
    }

    private func wait(for events: Int16) throws {
        var list = [
            pollfd(fd: descriptor, events: events, revents: 0),
            pollfd(fd: alarm.listening, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&list, nfds_t(list.count), -1) < 0 { try Self.forgive(errno) }
        if list[1].revents != 0 { throw CancellationError() }
    }

    private static func forgive(_ number: Int32) throws {
        guard number == EINTR || number == EAGAIN else {
            throw GodHandError(.hostFailed, "A standard stream broke: \(String(cString: strerror(number))).")
        }
    }
}

/// A pipe that wakes a thread which waits in `poll`, and keeps ringing.
private final class Alarm: Sendable {
    let listening: Int32
    private let bell: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw GodHandError(.hostFailed, "There are no more descriptors.") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (listening, bell) = (ends[0], ends[1])
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(bell, &byte, 1)
    }

    deinit {
        close(listening)
        close(bell)
    }
}
