import Synchronization

/// A machine with a screen of which parts are hidden. All else goes through.
struct MaskedMachine: Machine {
    private let machine: any Machine
    private let masked: MaskedDisplay?

    init(_ sandbox: Sandbox, _ masks: [any ScreenMask]) {
        machine = sandbox.machine
        masked = sandbox.machine.display.map { MaskedDisplay($0, of: sandbox, masks) }
    }

    var id: SandboxID { machine.id }
    var display: (any Display)? { masked }
    var shell: (any Shell)? { machine.shell }
    var pausing: (any Pausing)? { machine.pausing }
    var filesystemSnapshots: (any FilesystemSnapshotting)? { machine.filesystemSnapshots }
    var memorySnapshots: (any MemorySnapshotting)? { machine.memorySnapshots }
    var provenance: MachineProvenance? { machine.provenance }

    func destroy() async throws { try await machine.destroy() }
}

/// A display that paints over what masks mark.
package final class MaskedDisplay: Display {
    private let display: any Display
    private let sandbox: Sandbox
    private let masks: [any ScreenMask]
    /// What was painted over last, and in which picture.
    private let latest = Mutex<(serial: UInt64, parts: [Rect])>((0, []))

    init(_ display: any Display, of sandbox: Sandbox, _ masks: [any ScreenMask]) {
        self.display = display
        self.sandbox = sandbox
        self.masks = masks
    }

    package var input: any InputDriver { display.input }

    package func state() async throws -> DisplayState { try await display.state() }

    package func change(after serial: UInt64, within duration: Duration) async throws -> DisplayChange? {
        try await display.change(after: serial, within: duration)
    }

    package func frame() async throws -> (frame: Frame, serial: UInt64) {
        let (frame, serial) = try await display.frame()
        let parts = try await parts(of: frame)
        latest.withLock { $0 = (serial, parts) }
        return (frame.hiding(parts), serial)
    }

    /// What was painted over in a picture; empty if another one was taken since.
    package func hidden(in serial: UInt64) -> [Rect] {
        latest.withLock { $0.serial == serial ? $0.parts : [] }
    }

    private func parts(of frame: Frame) async throws -> [Rect] {
        var parts: [Rect] = []
        for mask in masks {
            do { parts += try await mask.hiddenParts(of: frame, in: sandbox) } catch {
                if error is CancellationError, Task.isCancelled { throw error }
                // Nobody knows what is to be hidden.
                return [Rect(frame.size)]
            }
        }
        return parts.map { $0.intersection(Rect(frame.size)) }.filter { !$0.isEmpty }
    }
}
