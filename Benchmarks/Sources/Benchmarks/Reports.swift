import Foundation
import GodHandCore
import GodHandTrace

/// What the page of a run of 500 steps costs: to make it, to store it, and to open it in a browser.
func measureReports() async throws {
    let count = 500
    note("reports: a run of \(count) steps at 1280x800")
    let place = FileManager.default.temporaryDirectory
        .appending(path: "godhand-bench-\(UInt64.random(in: 0...UInt64.max))", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: place) }
    let writer = try TraceWriter(directory: place, durability: .none)
    for event in try longRun(of: count) { try await writer.record(event) }
    let page = place.appending(path: "report.html")
    report("report_build_ms", try await median(of: 3) { try TraceReport.write(of: place, to: page) }, "ms")
    let size = try FileManager.default.attributesOfItem(atPath: page.path)[.size] as? Int ?? 0
    report("report_bytes", Double(size), "bytes")
    let whole = try FileManager.default.subpathsOfDirectory(atPath: place.path)
        .filter { $0.hasSuffix(".png") }
        .reduce(0) {
            try $0 + (FileManager.default.attributesOfItem(atPath: "\(place.path)/\($1)")[.size] as? Int ?? 0)
        }
    // As pages store bytes: four letters for three of them.
    report("report_bytes_whole_pictures", Double(whole) * 4 / 3, "bytes")
    let browsers = ["/usr/bin/chromium", "/usr/bin/google-chrome"]
    guard let browser = browsers.first(where: FileManager.default.isExecutableFile) else {
        return note("reports: no Chromium, so nothing is opened")
    }
    let empty = place.appending(path: "empty.html")
    try Data("<!doctype html><title>empty</title>".utf8).write(to: empty)
    // A browser's own start is not the page's.
    let start = try await median(of: 5) { try open(empty, in: browser, place) }
    report("report_open_ms", try await median(of: 5) { try open(page, in: browser, place) } - start, "ms")
}

/// Opens a page until it is loaded and drawn.
private func open(_ page: URL, in browser: String, _ place: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: browser)
    process.arguments = [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(place.path)/profile",
        "--window-size=1440,1000", "--screenshot=\(place.path)/window.png", page.absoluteString,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
}

/// A reader of long texts: a new page every tenth step, and between them a few words or a menu that change.
private func longRun(of count: Int) throws -> [RunEvent] {
    let size = Size(width: 1280, height: 800)
    var random = SystemRandomNumberGenerator()
    var screen = try page(size, &random)
    var before = Screenshot(png: try PNG.encode(screen), size: size)
    var events: [RunEvent] = [
        .started(
            RunHeader(
                goal: "Read for a long time", spec: .desktop, sandbox: SandboxID(rawValue: "bench"), backend: "none",
                planner: "nobody"))
    ]
    for index in 1...count {
        let place = Point(x: Int.random(in: 100..<900, using: &random), y: Int.random(in: 100..<700, using: &random))
        screen =
            index.isMultiple(of: 10)
            ? try page(size, &random)
            : screen.filling(Rect(x: place.x, y: place.y, width: 120, height: 24), red: 250, green: 240, blue: 200)
        let after = Screenshot(png: try PNG.encode(screen), size: size)
        var timings = StepTimings()
        timings.perceive = .milliseconds(300)
        timings.plan = .milliseconds(900)
        timings.act = .milliseconds(20)
        events.append(
            .step(
                Step(
                    index: index, intent: "Read part \(index)", reasoning: "It may say more.",
                    action: .input(.click(at: place)), before: Observation(screenshot: before),
                    after: Observation(screenshot: after),
                    verdict: Verdict(passed: true, claim: "the screen has changed", evidence: "it did"),
                    timings: timings, startedAt: Date())))
        before = after
    }
    return events + [.finished(.achieved(nil))]
}

/// Lines of what looks like words to an encoder.
private func page(_ size: Size, _ random: inout SystemRandomNumberGenerator) throws -> Frame {
    var pixels = try Frame.filled(size, red: 255, green: 255, blue: 255).pixels
    for line in stride(from: 60, to: size.height - 40, by: 20) {
        var x = 90
        while x < size.width - 120 {
            let letter = UInt64.random(in: 0...UInt64.max, using: &random)
            // A letter is 6 by 10 dots, one bit each; every sixth is a gap.
            if letter % 6 != 0 {
                for dot in 0..<60 where letter >> dot & 1 == 1 {
                    let start = ((line + dot / 6) * size.width + x + dot % 6) * 4
                    for channel in 0..<3 { pixels[start + channel] = 40 }
                }
            }
            x += 8
        }
    }
    return try Frame(size: size, pixels: pixels)
}
