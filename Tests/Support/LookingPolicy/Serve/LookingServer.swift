public import Foundation
import GodHandCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A small server of the wire of chat completions, on a port of the loopback interface.
///
/// One thread for each connection, and one request after the other on it: it serves one or two agents, not the world.
public final class LookingServer: Sendable {
    /// Where it is: `http://127.0.0.1:PORT/v1`.
    public let address: URL
    /// The port that it listens on.
    public let port: UInt16
    private let listener: End
    private let open = OpenConnections()

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - port: The port; 0 for any that is free.
    ///   - responder: What answers.
    /// - Throws: `GodHandError` if the port is taken.
    public init(port: UInt16 = 0, responder: any ChatResponder = LookingModel()) throws {
        listener = End(socket(AF_INET, SocketKind.stream, 0))
        var yes: Int32 = 1
        setsockopt(listener.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, size) = (listener, length)
        let isBound = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener.number, $0, size) == 0 && listen(listener.number, 16) == 0
                    && getsockname(listener.number, $0, &length) == 0
            }
        }
        self.port = UInt16(bigEndian: place.sin_port)
        guard isBound, let address = URL(string: "http://127.0.0.1:\(self.port)/v1") else {
            listener.close()
            throw GodHandError(.hostFailed, "Port \(port) of the loopback interface cannot be listened on.")
        }
        self.address = address
        let service = ChatService(responder: responder)
        Thread { [open] in Self.acceptAll(listener, open, service) }.start()
    }

    /// Stops listening and drops all connections.
    public func stop() {
        // Shut down once only: afterwards the number may be somebody else's.
        guard open.close() else { return }
        listener.shutDown(.both)
    }

    deinit { stop() }

    /// Ends when the listener is shut down, and closes it then: a descriptor must not be closed under one who waits on it.
    private static func acceptAll(_ listener: End, _ open: OpenConnections, _ service: ChatService) {
        defer { listener.close() }
        while true {
            let accepted = accept(listener.number, nil, nil)
            if accepted < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard accepted >= 0 else { return }
            let end = End(accepted)
            guard let key = open.add(end) else {
                end.close()
                return
            }
            Thread {
                service.serve(end)
                open.remove(key) { end.close() }
            }.start()
        }
    }
}

/// The connections that can still be shut down: all that are in here have their descriptors.
private final class OpenConnections: Sendable {
    private struct State {
        var ends: [Int: End] = [:]
        var next = 0
        var isClosed = false
    }
    private let state = Mutex(State())

    /// - Returns: Its number; nil if no more are taken.
    func add(_ end: End) -> Int? {
        state.withLock { state in
            guard !state.isClosed else { return nil }
            state.next += 1
            state.ends[state.next] = end
            return state.next
        }
    }

    func remove(_ key: Int, closing close: () -> Void) {
        state.withLock { state in
            state.ends[key] = nil
            close()
        }
    }

    /// - Returns: Whether this was the first time.
    func close() -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            state.isClosed = true
            for end in state.ends.values { end.shutDown(.both) }
            return true
        }
    }
}
