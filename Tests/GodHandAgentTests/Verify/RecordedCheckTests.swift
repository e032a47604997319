import Foundation
import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct RecordedCheckTests {
    static let assertions: [Assertion] = [
        .textVisible("Grüße “x”"), .textVisible("x", in: Rect(x: 1, y: 2, width: 30, height: 4)),
        .windowTitle(contains: "Wiki"), .clipboardContains("a\nb"), .fileExists("/home/user/a b"),
        .fileContains(path: "/f", text: ""), .processRuns("firefox-esr"), .commandSucceeds(["test", "-d", ""]),
        .addressIs("http://wiki/?a=1"), .addressContains("wiki"), .screenChanged(),
        .screenChanged(in: Rect(x: 0, y: 0, width: 10, height: 10)), .all([.screenChanged(), .fileExists("/x")]),
        .any([]), .not(.processRuns("x")), .within(.milliseconds(1_500), .all([.any([.fileExists("/y")])])),
    ]

    @Test(arguments: assertions)
    func `an assertion comes back as it was`(assertion: Assertion) throws {
        let recorded = try #require(assertion.recorded)
        let json = try JSONEncoder().encode(recorded)
        #expect(Assertion(recorded: try JSONDecoder().decode(JSONValue.self, from: json)) == assertion)
    }

    @Test(arguments: assertions)
    func `an assertion is read from a file as it was written`(assertion: Assertion) throws {
        let json = try JSONEncoder().encode([assertion])
        #expect(try JSONDecoder().decode([Assertion].self, from: json) == [assertion])
    }

    @Test(arguments: [
        "{}", #"{"kind":"new"}"#, #"{"kind":"file","path":"/f","txet":"x"}"#,
        #"{"kind":"command","arguments":["a",1]}"#,
        #"{"kind":"not","parts":[{"kind":"file","path":"/f"},{"kind":"file","path":"/g"}]}"#,
    ])
    func `a file with an assertion that would be misread is refused`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Assertion.self, from: Data(json.utf8)) }
    }

    @Test func `an expectation with a judge comes back as it was`() throws {
        let expectation = Expectation.all([.assertion(.screenChanged()), .not(.judged("It is open"))])
        let recorded = try #require(expectation.recorded)
        let read = try #require(Expectation(recorded: recorded))
        #expect(read == expectation && read.needsJudge)
    }

    @Test(arguments: [
        "null", "[]", #"{"kind":"new"}"#, #"{"kind":"text"}"#, #"{"kind":"all","parts":[{"kind":"new"}]}"#,
        #"{"kind":"not","parts":[]}"#, #"{"kind":"within","milliseconds":-1,"part":{"kind":"screen-changed"}}"#,
    ])
    func `what is not known is no assertion`(json: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        #expect(Assertion(recorded: value) == nil && Expectation(recorded: value) == nil)
    }

    @Test func `a picture is not written into every record`() throws {
        let frame = try Frame(size: Size(width: 1, height: 1), pixels: [1, 2, 3, 255])
        let whole = Assertion.all([.screenChanged(), .regionMatches(frame, at: Point(x: 0, y: 0))])
        #expect(whole.recorded == nil && Expectation.not(.assertion(whole)).recorded == nil)
    }
}
