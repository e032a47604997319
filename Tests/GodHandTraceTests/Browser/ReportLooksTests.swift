import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandTrace

/// The page by day and by night, on a desk and on a phone.
@Suite(.enabled(if: Chromium.program != nil, "there is no Chromium"), .timeLimit(.minutes(5)), .serialized)
struct ReportLooksTests {
    @Test(arguments: [(390, false), (390, true), (1280, false), (1280, true)])
    func `every word can be read, and nothing reaches over the edge`(width: Int, isDark: Bool) throws {
        let run = ReportPage.run(9) + Samples.conversation
        for events in [run, ReportPage.drawn(Samples.search)] {
            try ReportPage.with(events, width: width, isDark: isDark) { browser in
                try browser.evaluate("document.querySelectorAll('details').forEach((fold) => fold.open = true)")
                try browser.settle()
                let faint = try #require(try browser.evaluate(Self.faint) as? [String])
                #expect(faint.isEmpty, "\(faint.prefix(9).joined(separator: "\n"))")
                let overflow = try browser.evaluate("document.documentElement.scrollWidth - innerWidth") as? Int
                #expect(overflow ?? 99 <= 0)
                #expect(try Self.isDark(browser) == isDark)
            }
        }
    }

    @Test(arguments: [false, true]) func `a key and a button turn the light on and off`(isDark: Bool) throws {
        try ReportPage.with(ReportPage.run(3), isDark: isDark) { browser in
            #expect(try Self.isDark(browser) == isDark)
            try browser.press("t")
            #expect(try Self.isDark(browser) == !isDark)
            try browser.click("#theme")
            #expect(try Self.isDark(browser) == isDark)
        }
    }

    @Test func `a key and a button hide the marks and show them again`() throws {
        try ReportPage.with(ReportPage.run(3)) { browser in
            func isShown() throws -> Bool? {
                try browser.evaluate(
                    "getComputedStyle(document.querySelector('#s1 .marks')).display !== 'none' "
                        + "&& document.querySelector('#marks').getAttribute('aria-pressed') === 'true'") as? Bool
            }
            #expect(try isShown() == true)
            try browser.press("m")
            #expect(try isShown() == false)
            try browser.click("#marks")
            #expect(try isShown() == true)
        }
    }

    @Test func `a block of the chart leads to its step, and what is filtered out fades`() throws {
        try ReportPage.with(ReportPage.run(9)) { browser in
            let blocks = try browser.evaluate("document.querySelectorAll('.strip a').length") as? Int
            #expect(blocks == 9)
            try browser.click(".strip a[href='#s4']")
            let here = try browser.evaluate("document.activeElement.id") as? String
            #expect(here == "s4")
            let marked =
                try browser.evaluate(
                    "document.querySelector('.strip [aria-current]').hash ?? "
                        + "document.querySelector('.strip [aria-current]').getAttribute('href')") as? String
            #expect(marked == "#s4")
            try browser.click("[data-only=bad]")
            let faded = try browser.evaluate("document.querySelectorAll('.strip a.out').length") as? Int
            #expect(faded == 7, "all but the two that failed")
        }
    }

    @Test func `what a command wrote is folded, can be searched, and is text`() throws {
        let words = "<img src=x onerror=alert(1)> " + String(repeating: "long ", count: 99)
        let command = CommandRun(
            sandbox: SandboxID(rawValue: "a"), arguments: ["cat", "/etc/motd"], status: .exited(3),
            output: words + "\nneedle in the hay\n", errorOutput: "no such file\n", took: .milliseconds(7), step: 3)
        var events = ReportPage.run(4)
        events.insert(.exec(command), at: 3)
        try ReportPage.with(events, width: 390) { browser in
            let output = "document.querySelector('#s3 .wrote pre')"
            #expect(try browser.evaluate("document.querySelectorAll('.wrote').length") as? Int == 1)
            #expect(try browser.evaluate("\(output).checkVisibility()") as? Bool == false)
            try browser.click("#s3 .wrote summary")
            #expect(try browser.evaluate("\(output).checkVisibility()") as? Bool == true)
            let summary = try browser.evaluate("document.querySelector('#s3 .wrote summary').textContent") as? String
            #expect(summary == "What cat wrote; it ended with 3 after 7 ms")
            let text = try browser.evaluate("\(output).textContent") as? String
            #expect(text?.hasPrefix("<img src=x") == true)
            let overflow = try browser.evaluate("document.documentElement.scrollWidth - innerWidth") as? Int
            #expect(overflow ?? 99 <= 0)
            try browser.press("/")
            for letter in "needle hay" { try browser.press(String(letter)) }
            let left =
                try browser.evaluate(
                    "[...document.querySelectorAll('article.stop:not([hidden])')].map((s) => s.id).join()") as? String
            #expect(left == "s3")
        }
    }

    /// By the corner of what the window really shows.
    private static func isDark(_ browser: Chromium) throws -> Bool {
        try browser.settle()
        let corner = try #require(try PNG.decode(browser.screenshot())[Point(x: 2, y: 2)])
        return Int(corner.red) + Int(corner.green) + Int(corner.blue) < 3 * 128
    }

    /// Texts with less contrast to what is behind them than WCAG 2 asks for at level AA.
    private static let faint = """
        (() => {
          const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
          const parts = (colour) => {
            pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
            return [...pen.getImageData(0, 0, 1, 1).data];
          };
          const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] / 255 + below[i] * (1 - top[3] / 255));
          const behind = (element) => {
            if (!element) return [255, 255, 255];
            const own = parts(getComputedStyle(element).backgroundColor);
            return own[3] === 255 ? own.slice(0, 3) : over(own, behind(element.parentElement));
          };
          const light = (rgb) => rgb.map((c) => c / 255).map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
          const found = [];
          for (const element of document.querySelectorAll("body *")) {
            const says = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
            if (!says || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName) || !element.checkVisibility()) continue;
            if (element.closest("script, dialog, .skip")) continue;
            const style = getComputedStyle(element);
            const ground = behind(element);
            const ink = over(parts(element instanceof SVGElement ? style.fill : style.color), ground);
            const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
            const size = parseFloat(style.fontSize);
            const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            const ratio = (a + .05) / (b + .05);
            if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)} ${element.className} ${element.textContent.trim().slice(0, 60)}`);
          }
          return found;
        })()
        """
}
