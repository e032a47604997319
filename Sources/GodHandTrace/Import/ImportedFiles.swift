import Foundation
import GodHandCore

/// Files of another tool, which are not trusted: only what lies below one directory is read, and not too much of it.
struct ImportedFiles {
    private let directory: String
    private let limits: TraceLimits
    private var left: Int

    init(_ directory: URL, _ limits: TraceLimits) {
        self.directory = directory.path(percentEncoded: false)
        self.limits = limits
        left = limits.totalBlobBytes
    }

    /// A file that must be there.
    func file(_ name: String) throws -> [UInt8] {
        guard let bytes = try bytes(name, limit: limits.blobBytes) else {
            throw GodHandError(
                .notFound, "There is no file \(name) in \(directory) that could be taken.",
                hint: "It must be a plain file of at most \(limits.blobBytes >> 20) MiB.")
        }
        return bytes
    }

    /// A picture; nil if it is none, or not a PNG file.
    mutating func picture(_ path: String, takenAt: Date) -> Screenshot? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count < 16, parts.allSatisfy({ !$0.isEmpty && $0 != ".." && !$0.utf8.contains(0) }),
            let bytes = try? bytes(path, limit: min(limits.blobBytes, left)), let size = try? PNG.headerSize(of: bytes),
            size.width <= Frame.maximumSide, size.height <= Frame.maximumSide
        else { return nil }
        left -= bytes.count
        return Screenshot(png: Data(bytes), size: size, takenAt: takenAt)
    }

    private func bytes(_ name: String, limit: Int) throws -> [UInt8]? {
        guard let (file, size) = try HostFile.read("\(directory)/\(name)"), size <= limit else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < size {
            let part = try file.read(upTo: min(size - bytes.count, 1 << 20))
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }
}

/// What an imported run has so far.
struct ImportedSteps {
    private var events: [RunEvent] = []
    private var losses: [String] = []
    private var count = 0
    /// The screen as it was seen last.
    var screen: Observation

    init() throws {
        // One gray pixel stands for a screen that nobody has a picture of.
        let none = try Frame(size: Size(width: 1, height: 1), pixels: [128, 128, 128, 255])
        screen = Observation(screenshot: try Screenshot(of: none, takenAt: Date(timeIntervalSince1970: 0)))
    }

    mutating func add(_ event: RunEvent) {
        events.append(event)
        guard case .step(let step) = event else { return }
        count += 1
        screen = step.after
    }

    /// Adds a step after which the screen was as in a picture; without one it is as before.
    mutating func add(
        _ action: Action, intent: String?, reasoning: String?, at time: Date, showing picture: Screenshot?,
        verdict: Verdict? = nil, cost: StepCost? = nil
    ) {
        if picture == nil { lose("There is no picture of what the screen showed after some steps.") }
        add(
            .step(
                Step(
                    index: count + 1, intent: intent ?? action.summary, reasoning: reasoning, action: action,
                    before: screen, after: picture.map { Observation(screenshot: $0) } ?? screen, verdict: verdict,
                    timings: StepTimings(), startedAt: time, cost: cost)))
    }

    mutating func lose(_ what: String) { if !losses.contains(what) { losses.append(what) } }

    /// The whole, with a beginning.
    func run(_ header: RunHeader) -> ImportedRun {
        ImportedRun(events: [.started(header)] + events, losses: losses)
    }
}
