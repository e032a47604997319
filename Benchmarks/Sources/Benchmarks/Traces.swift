import Foundation
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// What recording costs: the time that a step's record takes with two pictures of a real desktop, one of which the step
/// before had stored, and how many bytes a step takes on the disk.
func measureTraces(_ backend: DockerBackend) async throws {
    note("traces: steps of a desktop at 1280x800, recorded")
    let pictures = try await backend.withSandbox(.desktop) { sandbox in
        let display = try sandbox.display
        var pictures: [Screenshot] = [try await display.settledScreenshot().screenshot]
        // A menu opens at another place each time, so that no two pictures are the same.
        for index in 0..<30 {
            try await display.press("Escape")
            let serial = try await display.state().serial
            try await display.click(x: 100 + index * 30, y: 100 + index * 17, button: .right)
            pictures.append(
                try await display.settledScreenshot(after: serial, reaction: .milliseconds(250)).screenshot)
        }
        return pictures
    }
    let directory = FileManager.default.temporaryDirectory.appending(
        path: "godhand-bench-\(SandboxID.unique())", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: directory) }
    let writer = try TraceWriter(directory: directory)
    let clock = ContinuousClock()
    var times: [Double] = []
    for index in 1..<pictures.count {
        let step = Step(
            index: index, intent: "Open the menu", action: .input(.click(at: Point(x: 100, y: 100), button: .right)),
            before: Observation(screenshot: pictures[index - 1]), after: Observation(screenshot: pictures[index]),
            verdict: Verdict(passed: true, claim: "the screen changed", evidence: "1 region changed"),
            timings: StepTimings(), startedAt: Date())
        // Until it is written, which a run does not wait for.
        let time = try await clock.measure {
            try await writer.record(.step(step))
            try await writer.flush()
        }
        times.append(time / .microseconds(1))
    }
    report("trace_step_us", times.sorted()[times.count / 2], "us")
    let steps = Double(pictures.count - 1)
    report("trace_bytes_per_step", Double(try bytes(in: directory)) / steps, "bytes")
    // What it would be with both pictures in full in every step.
    let full = (1..<pictures.count).reduce(0) { $0 + pictures[$1 - 1].png.count + pictures[$1].png.count }
    report("trace_bytes_per_step_full", Double(full) / steps, "bytes")
}

/// The size of all files below a directory.
private func bytes(in directory: URL) throws -> Int {
    let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: [.fileSizeKey])
    var sum = 0
    while let file = files?.nextObject() as? URL {
        let values = try file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
        if values.isRegularFile == true { sum += values.fileSize ?? 0 }
    }
    return sum
}
