public import Foundation
import GodHandCore

/// Formats of other tools in which a trace can be written.
public enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    /// The Agent Trajectory Interchange Format, ATIF-v1.7: one JSON file and its pictures.
    case atif
    /// The result directory of one task in OSWorld: `traj.jsonl`, a picture for each step, `result.txt`.
    case osworld
    /// JSON Lines for fine-tuning: chats in OpenAI's format, one for each decision.
    case chat
}

extension Trace {
    /// Writes the trace in the format of another tool.
    ///
    /// What each format does not carry is listed in the article on traces. Pictures go along as they are: look before you
    /// hand them on.
    ///
    /// - Parameters:
    ///   - format: Which.
    ///   - directory: Is made; files of the format must not be in it.
    /// - Returns: The main file.
    /// - Throws: `GodHandError` with `not-found` if the trace has no steps, `host.failed`, `disk.full`.
    public func export(as format: ExportFormat, to directory: URL) throws -> URL {
        guard events.contains(where: { if case .step = $0 { true } else { false } }) else {
            throw GodHandError(.notFound, "The trace has no steps that could be exported.")
        }
        switch format {
        case .atif: return try ATIFExport.write(self, to: directory)
        case .osworld: return try OSWorldExport.write(self, to: directory)
        case .chat: return try ChatExport.write(self, to: directory)
        }
    }

    /// What the run set out to do; nil if the trace does not say.
    var header: RunHeader? {
        events.lazy.compactMap { if case .started(let header) = $0 { header } else { nil } }.first
    }

    /// The steps of the run itself, without those of branches.
    var steps: [Step] { events.compactMap { if case .step(let step) = $0 { step } else { nil } } }

    /// How it ended; nil if it did not.
    var outcome: Outcome? {
        events.lazy.compactMap { if case .finished(let outcome) = $0 { outcome } else { nil } }.first
    }
}
