import ArgumentParser
import Foundation
import GodHandCore
import GodHandTrace

/// Checks that nothing of a trace is damaged or missing.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that nothing is damaged or missing.",
        discussion: """
            Looks at the checksum and the number of every record, and at the hash of every picture. Ends with 0 if the \
            trace is whole, with 1 if it is not. A run whose trace has no end is whole as far as it goes.
            """)

    @OptionGroup var source: TraceArgument
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let findings = Findings(try source.read())
        if json { try printJSON(findings) } else { findings.lines.forEach { print($0) } }
        if !findings.isWhole { throw ExitCode.failure }
    }

    private struct Findings: Encodable {
        var isWhole: Bool
        var hasEnd: Bool
        var records: Int
        var steps: Int
        var missingPictures: [String]
        /// Numbers of records that this version does not understand.
        var unknownRecords: [Int]
        var tail: Tail?

        struct Tail: Encodable {
            var offset: Int
            var reason: String
        }

        init(_ trace: Trace) {
            records = trace.records.count
            steps = trace.steps.count
            hasEnd = trace.outcome != nil
            missingPictures = Set(trace.records.flatMap(\.missingBlobs)).sorted()
            unknownRecords = trace.records.filter { $0.event == nil }.map(\.sequence)
            tail = trace.tail.map { Tail(offset: $0.offset, reason: $0.reason.rawValue) }
            isWhole = tail == nil && missingPictures.isEmpty && records > 0
        }

        var lines: [String] {
            var lines = [
                "\(records) records with \(steps) steps, each with the checksum and the number that it should have"
            ]
            if let tail {
                lines.append(
                    "✗ from byte \(tail.offset) on there is something that is no whole record (\(tail.reason))")
            }
            if !missingPictures.isEmpty {
                lines.append("✗ missing or damaged pictures:")
                lines += missingPictures.map { "    \($0)" }
            }
            if !unknownRecords.isEmpty {
                lines.append("· \(unknownRecords.count) records are of a kind that is not known")
            }
            if !hasEnd { lines.append("· the run has no end: its writer died, or is still at work") }
            lines.append(isWhole ? "✓ whole" : "✗ not whole")
            return lines
        }
    }
}
