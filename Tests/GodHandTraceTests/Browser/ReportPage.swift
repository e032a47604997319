import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandTrace

/// Pages of runs in a real browser.
enum ReportPage {
    /// Opens the page of a run. Whatever the body does, the browser must have nothing to complain of, and ask nobody.
    static func with(
        _ events: [RunEvent], width: Int = 1280, isDark: Bool = false, _ body: (Chromium) throws -> Void
    ) throws {
        let place = FileManager.default.temporaryDirectory.appending(
            path: "godhand-page-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let records = events.enumerated().map { index, event in
            TraceRecord(
                version: 1, sequence: index, time: Date(timeIntervalSince1970: 1e9), elapsed: .seconds(index * 3),
                kind: "",
                event: event, note: nil, missingBlobs: [], json: Data())
        }
        let page = place.appending(path: "report.html")
        try Data(TraceReport.html(of: Trace(records: records, tail: nil)).utf8).write(to: page)
        let browser = try Chromium(width: width, isDark: isDark)
        defer { browser.quit() }
        try browser.load(page)
        try body(browser)
        #expect(browser.complaints.isEmpty)
        #expect(browser.requests.allSatisfy { $0.hasPrefix("file:") || $0.hasPrefix("blob:") || $0.hasPrefix("data:") })
        #expect(browser.requests.count { $0.hasPrefix("file:") } == 1)
    }

    /// Every third step is a command, and every fourth fails.
    static func run(_ count: Int) -> [RunEvent] {
        let steps = (1...count).map { index -> RunEvent in
            var step = Samples.step(
                index, index.isMultiple(of: 3) ? .exec(["true"]) : .input(.click(at: Point(x: 20, y: 20))),
                verdict: index.isMultiple(of: 4) ? Samples.verdict : nil)
            if index == 7 { step.intent = "Save the letter" }
            step.before.screenshot = picture(index)
            step.after.screenshot = picture(index + 1)
            return .step(step)
        }
        return [.started(Samples.header)] + steps + [.finished(.achieved("42"))]
    }

    /// The same events with pictures that can be drawn.
    static func drawn(_ events: [RunEvent]) -> [RunEvent] {
        events.enumerated().map { index, event in
            guard case .within(let branch, .step(var step)) = event else { return event }
            step.before.screenshot = picture(index)
            step.after.screenshot = picture(index + 1)
            return .within(branch: branch, .step(step))
        }
    }

    private static func picture(_ seed: Int) -> Screenshot {
        let size = Size(width: 160, height: 100)
        let frame = try? Frame.filled(size, red: 40, green: 90, blue: 160)
            .filling(
                Rect(x: seed % 40 * 3, y: 60 + seed % 30, width: 12, height: 6), red: 240, green: UInt8(seed % 200),
                blue: 9)
        return Screenshot(png: frame.flatMap { try? PNG.encode($0) } ?? Data(), size: size)
    }
}
