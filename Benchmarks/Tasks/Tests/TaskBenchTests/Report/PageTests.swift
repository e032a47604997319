import TaskBench
import Testing

struct PageTests {
    private let nasty = #"<script>alert("x")</script>&'"#

    @Test func `whatever agents and tasks say is text, not markup`() {
        var result = ComparisonTests.result(nasty, [(nasty, 1, 0.5), ("quiet", 1, nil)])
        result.attempts[0].outcome = nasty
        result.attempts[0].category = nasty
        result.attempts[0].trace = nasty
        let page = result.page
        #expect(!page.contains("<script") && !page.contains(#"alert("x")"#))
        #expect(page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;"))
    }

    @Test func `a page needs nothing from anywhere`() throws {
        let first = ComparisonTests.result("a", [("x", 1, 0), ("y", 1, 1)])
        let second = ComparisonTests.result("b", [("x", 1, 1), ("y", 1, 1)])
        for page in [first.page, try Comparison(first, second).page] {
            #expect(page.hasPrefix("<!doctype html>") && page.contains("default-src 'none'"))
            for foreign in ["http:", "https:", "<link", "<img", "url(", "@import"] { #expect(!page.contains(foreign)) }
        }
    }
}
