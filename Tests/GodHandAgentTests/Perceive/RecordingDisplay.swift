import GodHandCore
import Synchronization

/// A display that remembers what was done with it.
final class RecordingDisplay: Display, InputDriver {
    private let inner: any Display
    private let list = Mutex<[InputAction]>([])

    init(_ inner: any Display) { self.inner = inner }

    /// What was done.
    var actions: [InputAction] { list.withLock { $0 } }

    var input: any InputDriver { self }
    func state() async throws -> DisplayState { try await inner.state() }
    func frame() async throws -> (frame: Frame, serial: UInt64) { try await inner.frame() }
    func change(after serial: UInt64, within duration: Duration) async throws -> DisplayChange? {
        try await inner.change(after: serial, within: duration)
    }
    func perform(_ action: InputAction) async throws {
        try await inner.input.perform(action)
        list.withLock { $0.append(action) }
    }
}
