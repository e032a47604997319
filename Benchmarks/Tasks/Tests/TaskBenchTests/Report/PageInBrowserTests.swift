import Foundation
import TaskBench
import TestSupport
import Testing

/// The pages in a real browser, by day and by night, on a desk and on a phone.
@Suite(.enabled(if: Chromium.program != nil, "there is no Chromium"), .timeLimit(.minutes(5)), .serialized)
struct PageInBrowserTests {
    @Test(arguments: [(390, false), (390, true), (1280, false), (1280, true)])
    func `nothing reaches over the edge, and no word is broken up`(width: Int, isDark: Bool) throws {
        let scores = ["look-up-date", "dialog-in-the-way", "two-doors"].map { ($0, 1 as UInt64, 0.5 as Double?) }
        var first = ComparisonTests.result("solution", scores)
        first.attempts[0].outcome = [String](repeating: "something long that happened", count: 20).joined(
            separator: " ")
        let second = ComparisonTests.result("another", scores)
        for page in [first.page, try Comparison(first, second).page] {
            try Self.with(page, width: width, isDark: isDark) { browser in
                let overflow = try browser.evaluate("document.documentElement.scrollWidth - innerWidth") as? Int
                #expect(overflow ?? 99 <= 0)
                // A name that stands on one line is as high as one line.
                let names =
                    "[...document.querySelectorAll('td:first-child')].every((it) => it.clientHeight > 0 && "
                    + "it.getClientRects().length === 1 && getComputedStyle(it).whiteSpace === 'nowrap')"
                #expect(try browser.evaluate(names) as? Bool == true)
                let color = try browser.evaluate("getComputedStyle(document.body).backgroundColor") as? String
                #expect(color == (isDark ? "rgb(20, 27, 36)" : "rgb(255, 255, 255)"))
                #expect(browser.complaints.isEmpty && browser.requests.count == 1, "\(browser.complaints)")
            }
        }
    }

    private static func with(
        _ page: String, width: Int, isDark: Bool, _ body: (Chromium) throws -> Void
    ) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "page-\(UInt64.random(in: 0 ... .max)).html")
        try Data(page.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let browser = try Chromium(width: width, isDark: isDark)
        defer { browser.quit() }
        try browser.load(file)
        try body(browser)
    }
}
