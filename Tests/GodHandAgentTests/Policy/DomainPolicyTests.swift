import GodHandCore
import Testing

@testable import GodHandAgent

struct DomainPolicyTests {
    @Test(arguments: [
        ("Example.ORG.", "example.org"), ("bücher.de", "xn--bcher-kva.de"), ("BÜCHER.de", "xn--bcher-kva.de"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"), ("ｅxample。org", "example.org"), ("xn--BCHER-kva.de", "xn--bcher-kva.de"),
        ("müller-straße.example", "xn--mller-strae-46a18a.example"), ("wiki", "wiki"),
    ])
    func `names have one form`(text: String, form: String) {
        #expect(HostName(text)?.description == form)
    }

    @Test(arguments: [
        "", ".", "..", "a..b", "127.0.0.1", "0x7f.1", "1.2.3.0x10", "2130706433", "[::1]", "a b", "a/b", "a%41", "-a.b",
        "ex\u{ad}ample.org", "ex\u{200b}ample.org", "a@b", "a:80", "exa\u{202e}mple.org", "a\u{2044}b.org",
        String(repeating: "a", count: 64) + ".org", String(repeating: "a.", count: 200) + "org", "a．１",
    ])
    func `what is no name has none`(text: String) {
        #expect(HostName(text) == nil)
    }

    @Test(arguments: ["1.2.3.4", "*.", "*.*", "", "a b", "x:y", "https://a.b"])
    func `rules that are no names are refused`(rule: String) {
        #expect(throws: GodHandError.self) { try DomainRule(rule) }
    }

    @Test func `a star is never nothing`() throws {
        let rule = try DomainRule("*.example.org")
        let names = ["example.org", "a.example.org", "b.a.example.org", "aexample.org", "example.org.evil.test"]
        let matches = names.compactMap(HostName.init).map { rule.matches($0) }
        #expect(matches == [false, true, true, false, false])
    }

    static let allowed = ["en.wikipedia.org", "*.example.org", "wiki", "bücher.de", "localhost:8080"]

    @Test(arguments: [
        "https://en.wikipedia.org/wiki/Alan_Turing?x=1#y", "HTTP://EN.Wikipedia.ORG.", "http://wiki/wiki/Main",
        "https://a.example.org:443/", "https://xn--bcher-kva.de/", "https://bücher.de", "http://localhost:8080/x",
        "firefox-esr",
    ])
    func `allowed addresses open`(target: String) async throws {
        let given = try await verdict(of: DomainPolicy(allowing: Self.allowed), on: .open(target))
        #expect(given == .allow)
    }

    @Test(arguments: [
        "see https: it works", "Alan Turing", "report.pdf", "Dear Ms. Smith,\nthank you.", "wiki/Alan_Turing and more",
        "en.wikipedia.org/wiki/Alan_Turing", "https://en.wikipedia.org/\n", "12.5", "Note: bring milk", "",
        "https://en.wikipedia.org/w/index.php?search=a b",
    ])
    func `harmless texts are typed`(text: String) async throws {
        let given = try await verdict(of: DomainPolicy(allowing: Self.allowed), on: .input(.type(text)))
        #expect(given == .allow)
    }

    @Test func `a mail address is one where no address bar is`() async throws {
        let policy = try DomainPolicy(allowing: Self.allowed)
        let (field, bar) = try await withBench { bench in
            let context = try await bench.context()
            _ = try await policy.evaluate(.input(.click(at: Point(x: 300, y: 300))), context)
            let field = try await policy.evaluate(.input(.type("ada@mail.test")), context)
            _ = try await policy.evaluate(.input(.key("ctrl+l")), context)
            return (field, try await policy.evaluate(.input(.type("ada@mail.test")), context))
        }
        #expect(field == .allow)
        #expect(bar.isDenied)
    }

    @Test func `two fields are not one address`() async throws {
        let policy = try DomainPolicy(allowing: Self.allowed)
        let verdicts = try await withBench { bench in
            let context = try await bench.context()
            var verdicts: [PolicyVerdict] = []
            for action: Action in [
                .input(.click(at: Point(x: 300, y: 200))), .input(.type("turing")),
                .input(.click(at: Point(x: 300, y: 260))), .input(.type("en.wikipedia.org")), .input(.key("Return")),
            ] { verdicts.append(try await policy.evaluate(action, context)) }
            return verdicts
        }
        #expect(verdicts == Array(repeating: .allow, count: 5))
    }
}
