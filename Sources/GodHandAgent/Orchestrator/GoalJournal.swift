import Foundation
import GodHandCore

/// The state of all goals in a file that is only ever appended to, and survives the death of the process at any moment.
///
/// Each line is the whole state of one goal after a change, sealed with a checksum; the last one of a goal counts. When
/// the journal is opened, and when most lines are history, a new file takes the place of the old one.
/// ```
/// {"version":1,"kind":"started","time":"…","goal":{"id":"…","request":{…},"state":"running",…},"crc":"…"}
/// ```
final class GoalJournal {
    /// What is known of all goals when a journal is opened.
    private(set) var goals: [GoalID: GoalStatus] = [:]
    /// Lines that were damaged. If there are any, the file is kept beside the new one.
    private(set) var damaged = 0

    private let directory: String
    private let files: any FileSystem
    /// Held until this is closed, so that no two orchestrators write.
    private var lock: OpenFile?
    private var file: OpenFile?
    private var lines = 0

    static let name = "journal.jsonl"
    private static let version = 1
    private static let sizeLimit = 1 << 30

    /// Opens the journal in a directory, which is made if it is missing.
    ///
    /// - Throws: `GodHandError` with `name.taken` if another orchestrator has it, `unsupported` if a later version of this
    ///   library wrote it, `host.failed` or `disk.full`.
    init(in directory: String, files: any FileSystem = HostFileSystem()) throws {
        self.directory = directory
        self.files = files
        try files.makeDirectories(directory)
        let path = "\(directory)/lock"
        do { _ = try files.createFile(path) } catch let error as GodHandError where error.code == .nameTaken {}
        guard let lock = try files.tryLock(path) else {
            throw GodHandError(
                .nameTaken, "Another orchestrator uses the journal in \(directory).",
                hint: "End it, or give this one a directory of its own.")
        }
        self.lock = lock
        try load()
        try rewrite(goals)
    }

    /// Appends the state of a goal.
    ///
    /// - Parameters:
    ///   - kind: What changed, for people who read the file.
    ///   - goals: All of them: if the line before is torn, or most lines are history, a new file is written.
    ///   - isDurable: Whether it must survive a power cut before this returns. The death of the process it survives anyway.
    /// - Throws: `GodHandError` with `disk.full` or `host.failed`, and the state may be in the journal all the same; or
    ///   `scope-closed` after ``close()``.
    func append(_ kind: String, _ goal: GoalStatus, among goals: [GoalID: GoalStatus], isDurable: Bool = true) throws {
        guard lock != nil else {
            throw GodHandError(.scopeClosed, "The orchestrator of the journal in \(directory) has ended.")
        }
        guard let file, lines < 2 * goals.count + 2_000 else { return try rewrite(goals) }
        let line = try Self.line(kind, goal)
        do {
            try files.write(line, to: file)
            lines += 1
            if isDurable { try files.synchronise(file) }
        } catch {
            // Whatever came behind a torn line would be damaged with it.
            self.file = nil
            throw error
        }
    }

    /// Leaves the journal to the next orchestrator. Nothing can be appended any more.
    func close() {
        file = nil
        lock = nil
    }

    private func rewrite(_ goals: [GoalID: GoalStatus]) throws {
        let temporary = "\(directory)/.\(Self.name).new"
        try files.removeFile(temporary)
        let new = try files.createFile(temporary)
        for goal in goals.values.sorted(by: { ($0.submittedAt, $0.id.rawValue) < ($1.submittedAt, $1.id.rawValue) }) {
            try files.write(try Self.line("kept", goal), to: new)
        }
        try files.synchronise(new)
        try files.rename(temporary, to: "\(directory)/\(Self.name)")
        try files.synchroniseDirectory(directory)
        file = new
        lines = goals.count
    }

    private func load() throws {
        let path = "\(directory)/\(Self.name)"
        guard try files.names(in: directory).contains(Self.name) else { return }
        let bytes = try files.read(path, limit: Self.sizeLimit)
        let decoder = JSONDecoder()
        var rest = bytes[...]
        // What follows the last line feed is the line that was being written when the process died.
        while let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<feed]
            rest = rest[(feed + 1)...]
            guard SealedLine.isWhole(line), let head = try? decoder.decode(Head.self, from: Data(line)) else {
                damaged += 1
                continue
            }
            guard head.version <= Self.version else {
                throw GodHandError(
                    .unsupported, "The journal \(path) is of version \(head.version).", hint: "Use a newer GodHand.")
            }
            guard let goal = try? decoder.decode(Line.self, from: Data(line)).goal else {
                damaged += 1
                continue
            }
            goals[goal.id] = goal
        }
        guard damaged > 0 else { return }
        let copy = try files.createFile("\(directory)/damaged-\(SandboxID.unique()).jsonl")
        try files.write(bytes, to: copy)
        try files.synchronise(copy)
    }

    private static func line(_ kind: String, _ goal: GoalStatus) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let time = Date().formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        let head = #"{"version":\#(version),"kind":"\#(kind)","time":"\#(time)","goal":"#
        return SealedLine.make(of: Array(head.utf8) + (try encoder.encode(goal)))
    }

    private struct Head: Decodable {
        var version: Int
    }
    private struct Line: Decodable {
        var goal: GoalStatus
    }
}
