import Foundation
import GodHandCore

/// Body of a `lifecycle` record. Maps to `LifecycleEvent`.
struct EncodedLifecycle: Codable {
    var kind: String
    var sandbox: String
    var origin: String?
    var took: Double?
    var stored: EncodedStored?
    var spec: EncodedSpec?

    enum CodingKeys: String, CodingKey {
        case kind, sandbox, origin, took, stored, spec
    }

    init(_ event: LifecycleEvent) {
        kind = event.kind.rawValue
        sandbox = event.sandbox.rawValue
        origin = event.origin
        took = event.took.map(Seconds.value)
        stored = event.stored.map(EncodedStored.init)
        spec = event.spec.map(EncodedSpec.init)
    }

    func event() throws -> LifecycleEvent {
        guard let kind = LifecycleEvent.Kind(rawValue: kind) else { throw UnreadableValue("a station of life") }
        return LifecycleEvent(
            kind, sandbox: SandboxID(rawValue: sandbox), origin: origin, took: try took.map(Seconds.duration),
            stored: try stored?.stored(), spec: try spec?.spec())
    }
}

/// What was stored of a machine. Maps to `StoredMachine`.
struct EncodedStored: Codable {
    var preserves: String
    var takenAt: String
    var outlivesProcess: Bool

    enum CodingKeys: String, CodingKey {
        case preserves, takenAt, outlivesProcess
    }

    init(_ stored: StoredMachine) {
        preserves = stored.preserves.rawValue
        takenAt = Timestamp.format(stored.takenAt, digits: 9)
        outlivesProcess = stored.outlivesProcess
    }

    func stored() throws -> StoredMachine {
        guard let preserves = Preservation(rawValue: preserves) else { throw UnreadableValue("a kind of snapshot") }
        return StoredMachine(
            preserves: preserves, takenAt: try Timestamp.required(takenAt), outlivesProcess: outlivesProcess)
    }
}

/// Body of an `exec` record. Maps to `CommandRun`.
struct EncodedCommand: Codable {
    var sandbox: String
    var arguments: [String]
    var exit: Int32?
    var signal: Int32?
    var output: String
    var error: String
    var dropped: Int
    var took: Double?
    var step: Int?

    enum CodingKeys: String, CodingKey {
        case sandbox, arguments, exit, signal, output, error, dropped, took, step
    }

    init(_ command: CommandRun) {
        sandbox = command.sandbox.rawValue
        arguments = command.arguments
        switch command.status {
        case .exited(let code): exit = code
        case .signalled(let number): signal = number
        }
        let (output, outputCut) = Self.cut(command.output)
        let (error, errorCut) = Self.cut(command.errorOutput)
        self.output = output
        self.error = error
        dropped = [outputCut, errorCut].reduce(max(0, command.droppedBytes)) { sum, part in
            let (sum, overflow) = sum.addingReportingOverflow(part)
            return overflow ? .max : sum
        }
        took = command.took.map(Seconds.value)
        step = command.step
    }

    /// The beginning of a text, and how many bytes of it are left out.
    private static func cut(_ text: String) -> (kept: String, dropped: Int) {
        let limit = TraceFormat.outputLimit
        let bytes = text.utf8
        guard bytes.count > limit else { return (text, 0) }
        var end = bytes.index(bytes.startIndex, offsetBy: limit)
        // Not within a character.
        while end > bytes.startIndex, bytes[end] & 0xc0 == 0x80 { bytes.formIndex(before: &end) }
        let kept = String(text[..<end])
        return (kept, bytes.count - kept.utf8.count)
    }

    func command() throws -> CommandRun {
        let status: ExitStatus
        switch (exit, signal) {
        case (let code?, nil): status = .exited(code)
        case (nil, let number?): status = .signalled(number)
        default: throw UnreadableValue("the end of a command")
        }
        return CommandRun(
            sandbox: SandboxID(rawValue: sandbox), arguments: arguments, status: status, output: output,
            errorOutput: error, droppedBytes: max(0, dropped), took: try took.map(Seconds.duration), step: step)
    }
}
