import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandTrace

/// The page in a real browser: what a person who opens it sees and can do.
@Suite(.enabled(if: Chromium.program != nil, "there is no Chromium"), .timeLimit(.minutes(5)), .serialized)
struct ReportInBrowserTests {
    private static let hostile =
        "</script><img src=x onerror=alert(1)><script>document.title='taken'</script>\"'`${x}*_[a](javascript:1)\u{202E}\u{0}"

    @Test func `it loads, draws its pictures, complains of nothing and asks nobody`() throws {
        try ReportPage.with(ReportPage.run(12)) { browser in
            try browser.settle()
            let drawn = try browser.evaluate("document.querySelectorAll('#s1 .shot image').length") as? Int
            #expect(drawn == 3, "the second picture is the first with a part on it")
            // The picture's own colour, in the middle of where it should be.
            try browser.evaluate("document.querySelector('#s1').scrollIntoView()")
            try browser.settle()
            let place = try #require(
                try browser.evaluate(
                    "(() => { const b = document.querySelector('#s1 .shot svg').getBoundingClientRect(); "
                        + "return [Math.round(b.x + b.width * .9), Math.round(b.y + b.height * .2)]; })()") as? [Int])
            let pixel = try #require(try PNG.decode(browser.screenshot())[Point(x: place[0], y: place[1])])
            #expect(pixel == (40, 90, 160))
            #expect(try browser.evaluate("document.title") as? String == "Find a page · GodHand")
        }
    }

    @Test func `keys go from step to step, open pictures and close them`() throws {
        try ReportPage.with(ReportPage.run(5)) { browser in
            let here = { try browser.evaluate("document.activeElement.id") as? String }
            try browser.press("g")
            var at = try here()
            #expect(at == "s1")
            try browser.press("j")
            try browser.press("ArrowRight")
            at = try here()
            #expect(at == "s3")
            try browser.press("k")
            at = try here()
            #expect(at == "s2")
            let marked = try browser.evaluate("document.querySelector('.rail [aria-current]').hash") as? String
            #expect(marked == "#s2")
            try browser.press("Enter")
            let caption = "document.querySelector('dialog[open] figcaption')?.textContent ?? ''"
            var shown = try browser.evaluate(caption) as? String
            #expect(shown == "Before · Step 2")
            try browser.press("ArrowRight")
            shown = try browser.evaluate(caption) as? String
            #expect(shown == "After · Step 2")
            let drawn = try browser.evaluate("document.querySelectorAll('dialog image').length") as? Int
            #expect(drawn ?? 0 > 0)
            try browser.press("Escape")
            shown = try browser.evaluate(caption) as? String
            #expect(shown == "")
        }
    }

    @Test func `search and filters leave what was asked for`() throws {
        try ReportPage.with(ReportPage.run(9)) { browser in
            let left = {
                try browser.evaluate(
                    "[...document.querySelectorAll('article.stop:not([hidden])')].map((s) => s.id).join()")
                    as? String
            }
            try browser.press("/")
            for letter in "letter save" { try browser.press(String(letter)) }
            var ids = try left()
            #expect(ids == "s7")
            let found = try browser.evaluate("document.querySelector('#found').textContent") as? String
            #expect(found == "1 found")
            try browser.press("Escape")
            ids = try left()
            #expect(ids?.split(separator: ",").count == 9)
            try browser.click("[data-only=bad]")
            ids = try left()
            #expect(ids == "s4,s8")
            try browser.click("[data-only='']")
            try browser.click("[data-only=command]")
            ids = try left()
            #expect(ids == "s3,s6,s9")
            let rail = try browser.evaluate("document.querySelectorAll('.rail li:not([hidden])').length") as? Int
            #expect(rail == 3)
        }
    }

    @Test func `a click in the tree goes to the branch and unfolds it`() throws {
        try ReportPage.with(ReportPage.drawn(Samples.search)) { browser in
            try browser.click(".tree a[href='#b1']")
            let here = try browser.evaluate("document.activeElement.id") as? String
            #expect(here == "b1")
            let isOpen = try browser.evaluate("document.querySelector('#b1s1').closest('details').open") as? Bool
            #expect(isOpen == true)
            let drawn = try browser.evaluate("document.querySelectorAll('.tree image').length") as? Int
            #expect(drawn ?? 0 > 0)
            try browser.click(".strip a[href='#b3s1']")
            let there = try browser.evaluate("document.activeElement.id") as? String
            #expect(there == "b3s1")
        }
    }

    @Test func `what was said stays text`() throws {
        var events = ReportPage.run(2)
        var header = Samples.header
        header.goal = Self.hostile
        events[0] = .started(header)
        if case .step(var step) = events[1] {
            step.intent = Self.hostile + String(repeating: "w", count: 30_000)
            step.reasoning = Self.hostile
            step.action = .exec(["sh", "-c", Self.hostile])
            step.verdict = Verdict(passed: false, claim: Self.hostile, evidence: Self.hostile)
            events[1] = .step(step)
        }
        try ReportPage.with(events) { browser in
            let strangers = try browser.evaluate(
                "document.querySelectorAll('img, iframe, body script:not([type]) ~ script:not([type]), [onerror]').length"
            )
            #expect(strangers as? Int == 0)
            let goal = try browser.evaluate("document.querySelector('h1').textContent") as? String
            #expect(goal?.hasPrefix("</script><img src=x onerror=alert(1)>") == true)
            let overflow = try browser.evaluate("document.documentElement.scrollWidth - innerWidth") as? Int
            #expect(overflow ?? 99 <= 0, "long lines break")
        }
    }

    @Test(arguments: [390, 1280]) func `it fits the window, and all of it has a name`(width: Int) throws {
        try ReportPage.with(ReportPage.drawn(Samples.search), width: width) { browser in
            let overflow = try browser.evaluate("document.documentElement.scrollWidth - innerWidth") as? Int
            #expect(overflow ?? 99 <= 0)
            let nameless = try browser.evaluate(
                "[...document.querySelectorAll('button, a, input')].filter((e) => !(e.textContent.trim() || "
                    + "e.getAttribute('aria-label') || e.querySelector('[aria-label]'))).map((e) => e.outerHTML)")
            #expect((nameless as? [String])?.isEmpty == true)
            let landmarks = try browser.evaluate(
                "['header', 'nav', 'main', 'search', 'footer', 'h1'].filter((n) => document.querySelectorAll(n).length !== 1)"
            )
            #expect((landmarks as? [String])?.isEmpty == true)
        }
    }

    @Test func `of five hundred steps only what is near is drawn`() throws {
        try ReportPage.with(ReportPage.run(500)) { browser in
            try browser.settle()
            let steps = try browser.evaluate("document.querySelectorAll('article.stop').length") as? Int
            #expect(steps == 500)
            let filled = "[...document.querySelectorAll('[data-picture]')].filter((p) => p.firstChild).length"
            var drawn = try browser.evaluate(filled) as? Int ?? 0
            #expect((4...120).contains(drawn))
            try browser.press("G")
            let here = try browser.evaluate("document.activeElement.id") as? String
            #expect(here == "end")
            try browser.press("k")
            try browser.settle()
            let last = try browser.evaluate("document.querySelectorAll('#s500 .shot image').length") as? Int
            #expect(last ?? 0 >= 2)
            drawn = try browser.evaluate(filled) as? Int ?? 0
            #expect(drawn <= 120, "what is far is given back")
        }
    }
}
