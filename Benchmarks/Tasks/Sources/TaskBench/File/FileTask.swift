import Foundation
public import GodHandCore
import GodHandAgent

/// A task that was read from a file for a seed.
public struct FileTask: BenchTask {
    /// The name of its file, without the ending.
    public let name: String
    /// The seed from which its values were drawn.
    public let seed: UInt64
    /// How long setting up waits for what must come true.
    private static let patience = Duration.seconds(60)

    let file: TaskFile
    private let folder: URL

    init(_ file: TaskFile, name: String, seed: UInt64, folder: URL) {
        self.file = file
        self.name = name
        self.seed = seed
        self.folder = folder
    }

    /// What kind of work it is.
    public var category: String { file.category }
    /// What to reach.
    public var goal: String { file.goal }
    /// Whether an encyclopedia stands beside the desktop.
    public var needsWiki: Bool { file.wiki ?? false }

    /// The usual desktop, or that with office programs, with half of its memory, so that several fit on a small host.
    public var desktop: SandboxSpec {
        var spec = SandboxSpec.desktop
        if file.office ?? false { spec.image = "godhand/office:latest" }
        spec.memory = 1 << 30
        return spec
    }

    /// What the file says, carried out step by step or by a search.
    public var solution: KnownSolution? {
        if let decisions = file.branches { return branching(decisions) }
        return file.solution.map(linear)
    }

    /// Does what the file says, in its order.
    public func setUp(_ desktop: Sandbox) async throws {
        for step in file.setUp { try await carryOut(step, on: desktop) }
    }

    /// Does again what does not survive in a fork that keeps only the disk.
    func setUpAgain(_ fork: Sandbox) async throws {
        for step in file.setUp where step.again == true { try await carryOut(step, on: fork) }
    }

    /// Looks at each part.
    public func score(_ desktop: Sandbox, answer: String?) async throws -> TaskScore {
        var parts: [TaskScore.Part] = []
        for rule in file.score {
            var part = TaskScore.Part(
                rule.name, weight: rule.weight ?? 1, credit: 0, isGuard: rule.alreadySo ?? false)
            if let check = rule.check {
                let verdict = try await check.check(in: desktop)
                part.credit = verdict.passed ? 1 : 0
                part.evidence = verdict.evidence
            } else if let wanted = rule.answer {
                part.credit = answer?.hasWords(wanted) == true ? 1 : 0
                part.evidence = answer.map { "the answer is “\($0.prefix(200))”" } ?? "there is no answer"
            }
            parts.append(part)
        }
        return TaskScore(parts)
    }

    private func carryOut(_ step: TaskFile.SetUpStep, on desktop: Sandbox) async throws {
        if let path = step.file {
            let mode = step.mode.flatMap { UInt16($0, radix: 8) } ?? 0o644
            try await desktop.writeFile(path, try contents(of: step), mode: mode)
        }
        if let command = step.run { try await run(command, step.user, on: desktop) }
        if let command = step.start {
            let detached = ["sh", "-c", #"exec setsid -f "$@" </dev/null >/dev/null 2>&1"#, "sh"] + command
            try await run(detached, step.user, on: desktop)
        }
        if let condition = step.until {
            let verdict = try await condition.eventually(within: Self.patience).check(in: desktop)
            guard verdict.passed else { throw broken("\(verdict.claim) has not come true: \(verdict.evidence)") }
        }
    }

    private func contents(of step: TaskFile.SetUpStep) throws -> [UInt8] {
        if let text = step.text { return Array(text.utf8) }
        if let lines = step.lines { return Array(lines.map { $0 + "\n" }.joined().utf8) }
        let part = step.part ?? ""
        guard !part.isEmpty, !part.contains("/") else { throw broken("'\(part)' is no part") }
        do { return [UInt8](try Data(contentsOf: folder.appending(path: "Parts/\(part)"))) } catch {
            throw broken("its part '\(part)' cannot be read")
        }
    }

    private func run(_ command: [String], _ user: String?, on desktop: Sandbox) async throws {
        let result = try await desktop.exec(command, user: user)
        guard result.isSuccess else {
            throw broken("\(command.joined(separator: " ")): \(result.status) \(result.errorOutput.prefix(300))")
        }
    }

    private func broken(_ words: String) -> GodHandError {
        GodHandError(.execFailed, "The task \(name) could not be set up: \(words).")
    }
}

extension String {
    /// Whether these words are in it as words, whatever their case and the space between them: 12 is not in 1912.
    func hasWords(_ wanted: String) -> Bool {
        func plain(_ text: String) -> String {
            text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let (text, wanted) = (plain(self), plain(wanted))
        guard !wanted.isEmpty else { return false }
        return text.ranges(of: wanted).contains { range in
            let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
            let after = range.upperBound == text.endIndex ? nil : text[range.upperBound]
            return ![before, after].contains { $0?.isLetter == true || $0?.isNumber == true }
        }
    }
}
