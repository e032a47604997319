import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

@Suite struct TraceReportTests {
    private static let nasty = "<script>alert('x')</script>\"'&\u{202E}\u{7}"

    @Test func `nothing that was said becomes markup`() async throws {
        var step = Samples.step(1, .input(.type(Self.nasty)), verdict: Self.nastyVerdict)
        step.intent = Self.nasty
        step.reasoning = Self.nasty
        step.after.windowTitle = Self.nasty
        var header = Samples.header
        header.goal = Self.nasty
        header.backend = Self.nasty
        header.planner = Self.nasty
        header.spec.image = Self.nasty
        header.sandbox = SandboxID(rawValue: Self.nasty)
        let html = try await report(of: [
            .started(header), .lifecycle(LifecycleEvent(.forked, sandbox: header.sandbox, origin: Self.nasty)),
            .step(step), .step(Samples.step(2, .exec([Self.nasty]))), .step(Samples.step(3, .ask(Self.nasty))),
            .step(Samples.step(4, .input(.key(KeyChord(keys: [Self.nasty]))))), .check(Self.nastyVerdict),
            .finished(.failed(code: .init(Self.nasty), message: Self.nasty)),
        ])
        #expect(html.components(separatedBy: "<script>").count == 2, "only our own script")
        #expect(!html.contains("alert('x')") && html.contains("&lt;script&gt;alert(&#39;x&#39;)"))
        #expect(!html.unicodeScalars.contains("\u{202E}") && !html.unicodeScalars.contains("\u{7}"))
    }

    @Test func `the page allows its own style and script, and nothing from elsewhere`() async throws {
        let html = try await report(of: Samples.run)
        let style = try #require(html.firstMatch(of: #/<style>(.*?)</style>/#.dotMatchesNewlines()))
        let script = try #require(html.firstMatch(of: #/<script>(.*?)</script>/#.dotMatchesNewlines()))
        #expect(html.contains("style-src 'sha256-\(Data(SHA256.hash(style.1.utf8)).base64EncodedString())'"))
        #expect(html.contains("script-src 'sha256-\(Data(SHA256.hash(script.1.utf8)).base64EncodedString())'"))
        #expect(html.contains("default-src 'none'"))
        #expect(!html.contains(" style=\"") && !html.contains(" onclick="), "the policy would drop these")
        #expect(html.matches(of: #/(src|href)="(?!#|data:)/#).isEmpty)
    }

    @Test func `a picture is embedded once, however often it is seen`() async throws {
        var steps: [RunEvent] = []
        for index in 1...9 {
            var step = Samples.step(index, .look)
            step.before.screenshot = try Self.png()
            step.after.screenshot = try Self.png()
            steps.append(.step(step))
        }
        let html = try await report(of: steps)
        #expect(html.components(separatedBy: "type=\"text/plain\" id=\"p").count == 2)
        #expect(
            html.components(separatedBy: "data-picture=\"0\"").count == 9 * 3 + 2,
            "in the list, twice in a step, at the top")
    }

    @Test func `what is not a picture is said to be missing`() async throws {
        var step = Samples.step(1, .look)
        step.before.screenshot = Screenshot(png: Data("<svg onload=x>".utf8), size: Size(width: 1, height: 1))
        let html = try await report(of: [.step(step)])
        #expect(html.contains("This picture is missing") && !html.contains("PHN2Zy"))
    }

    @Test(arguments: [
        (
            Action.input(.click(at: Point(x: 640, y: 400), count: 2)),
            "<circle class=\"line\" cx=\"640\" cy=\"400\" r=\"23\"/>"
        ),
        (.input(.drag(path: [Point(x: 1, y: 2), Point(x: 3, y: 4)])), "<polyline class=\"line\" points=\"1,2 3,4\"/>"),
        (.input(.scroll(at: Point(x: 50, y: 50), dx: 0, dy: Int.max)), "d=\"M50 50L50 94"),
    ])
    func `where the hand was is drawn`(action: Action, mark: String) async throws {
        var step = Samples.step(1, action)
        step.before.screenshot = try Self.png()
        #expect(try await report(of: [.step(step)]).contains(mark))
    }

    @Test func `times that make no sense are drawn as far as they go`() async throws {
        var step = Samples.step(1, .look)
        step.timings.plan = .seconds(9_000_000)
        step.timings.act = .nanoseconds(1)
        let html = try await report(of: [.started(Samples.header), .step(step), .finished(.achieved(nil))])
        #expect(html.contains(#"<rect class="plan" x="#) && !html.contains("9000000000"))
        step.timings.act = .seconds(-1)
        let written = try JSONEncoder().encode(EncodedTimings(step.timings))
        #expect(throws: UnreadableValue.self) {
            try JSONDecoder().decode(EncodedTimings.self, from: written).timings()
        }
    }

    @Test func `changes that nearly touch are drawn as one`() async throws {
        var step = Samples.step(1, .look)
        step.after.screenshot = try Self.png()
        step.after.changes = [
            Rect(x: 0, y: 0, width: 10, height: 10), Rect(x: 30, y: 0, width: 10, height: 10),
            Rect(x: 300, y: 0, width: 10, height: 10), Rect(x: 15, y: 0, width: 10, height: 10),
        ]
        let html = try await report(of: [.step(step)])
        #expect(html.contains(#"x="0" y="0" width="40" height="10""#))
        #expect(html.contains(#"x="300" y="0" width="10" height="10""#))
        #expect(html.components(separatedBy: "class=\"change").count == 3)
    }

    @Test func `a torn trace gives a page that says so`() async throws {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory, durability: .none)
            for event in Samples.short { try await writer.record(event) }
            let file = directory.appending(path: "trace.jsonl")
            try Data(contentsOf: file).dropLast(5).write(to: file)
            let page = try TraceReport.write(of: directory)
            let html = try String(contentsOf: page, encoding: .utf8)
            #expect(html.contains("not whole") && html.contains("Unfinished"))
            #expect(try TraceReport.write(of: directory) == page, "it can be made again")
        }
    }

    private static let nastyVerdict = Verdict(
        passed: false, claim: nasty, evidence: nasty, parts: [Verdict(passed: true, claim: nasty, evidence: nasty)])

    private static func png() throws -> Screenshot {
        let frame = try Frame.filled(Size(width: 8, height: 8), red: 1, green: 2, blue: 3)
        return Screenshot(png: try PNG.encode(frame), size: frame.size)
    }

    private func report(of events: [RunEvent]) async throws -> String {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory, durability: .none)
            for event in events { try await writer.record(event) }
            return try TraceReport.html(of: directory)
        }
    }
}
