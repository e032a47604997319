import Foundation
import Synchronization

@testable import GodHandSandbox

/// A screen server that does what a script says, at the end of a socket pair.
///
/// It does not read what it is told, so it needs no thread: the kernel keeps it.
final class FakeRFBServer: Sendable {
    let descriptor: OwnedDescriptor

    init(_ descriptor: OwnedDescriptor) { self.descriptor = descriptor }

    /// Says something, as long as anybody listens.
    func say(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Descriptor.send(descriptor.rawValue, UnsafeRawBufferPointer(rebasing: $0[sent...]))
            }
            if count > 0 {
                sent += count
                continue
            }
            guard errno == EAGAIN else { return }
            var waiting = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
            poll(&waiting, 1, -1)
        }
    }

    func hangUp() { descriptor.shutdown() }

    /// Reads until the client has said this.
    func hear(_ message: RFBClientMessage) {
        var wanted: [UInt8] = []
        message.append(to: &wanted)
        var heard: [UInt8] = []
        var byte: UInt8 = 0
        while heard.suffix(wanted.count) != wanted[...], recv(descriptor.rawValue, &byte, 1, 0) == 1 {
            heard.append(byte)
        }
    }
}

/// Gives a display one fake server for each connection, in order; then none.
final class FakeTransport: DisplayTransport {
    typealias Script = @Sendable (FakeRFBServer) -> Void

    private let scripts: Mutex<[Script]>
    private let servers = Mutex<[FakeRFBServer]>([])

    init(_ scripts: Script...) { self.scripts = Mutex(scripts) }

    func connect() async throws -> OwnedDescriptor {
        let script: Script? = scripts.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let script else { throw GodHandError(.displayUnavailable, "There is no other server.") }
        var ends: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw GodHandError(.hostFailed, "No socket pair.")
        }
        let server = FakeRFBServer(OwnedDescriptor(ends[0]))
        servers.withLock { $0.append(server) }
        // Blocks while it listens, so it is not a task.
        Thread { script(server) }.start()
        return OwnedDescriptor(ends[1])
    }
}
