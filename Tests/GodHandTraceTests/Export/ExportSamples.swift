import Foundation
import GodHandCore
import GodHandTrace

/// Runs with pictures that are pictures.
enum ExportSamples {
    /// One of everything; the events of a branch included.
    static func run() throws -> [RunEvent] {
        let opening = BranchOpening(
            parent: 0, title: "Menu", sandbox: SandboxID(rawValue: "fork"), preservation: .memory)
        let branch: [RunEvent] = [
            .branch(BranchEvent(1, .opened(opening))), .within(branch: 1, .started(Samples.header)),
            .within(branch: 1, .step(Samples.step(1, .look))), .within(branch: 1, .finished(.achieved(nil))),
        ]
        return try (Samples.run.dropLast() + branch + Samples.run.suffix(1)).map { event in
            guard case .step(var step) = event else {
                guard case .within(let branch, .step(var step)) = event else { return event }
                try paint(&step)
                return .within(branch: branch, .step(step))
            }
            try paint(&step)
            return .step(step)
        }
    }

    private static func paint(_ step: inout Step) throws {
        step.before.screenshot = try picture(step.index - 1, takenAt: step.startedAt)
        step.after.screenshot = try picture(step.index, takenAt: step.startedAt)
    }

    static func picture(_ seed: Int, takenAt: Date) throws -> Screenshot {
        let size = Size(width: 40, height: 30)
        let frame = try Frame(
            size: size,
            pixels: (0..<size.area * 4).map { UInt8(truncatingIfNeeded: $0 % 4 == 3 ? 255 : $0 * (seed + 1)) })
        return try Screenshot(of: frame, takenAt: takenAt)
    }

    /// What an import of an export can bring back.
    static func kept(_ events: [RunEvent]) -> [RunEvent] {
        events.filter { event in
            switch event {
            case .modelTurn, .branch, .within: false
            default: true
            }
        }
    }

    /// The trace of a run, read back from a directory.
    static func trace(_ events: [RunEvent], in directory: URL) async throws -> Trace {
        let writer = try TraceWriter(directory: directory.appending(path: "trace"), durability: .none)
        for event in events { try await writer.record(event) }
        return try Trace(directory: writer.directory)
    }
}
