import Foundation
import GodHandCore
import Testing

@testable import GodHandAgent

struct RedactorTests {
    static let canaries = [
        "c4nary-Passw0rd!", "it's \"quoted\" & <tagged>", "pfad\\mit/allem?=%+ ", "grüße-π-🔑x", "abcd", "🔑", "AAAAAAAA",
        "a+b/c=d==", "$(rm -rf ~)`x`;|&*",
    ]

    /// A value in all encodings in which it might be written somewhere.
    static func encodings(of value: String) throws -> [String: String] {
        let data = Data(value.utf8)
        var forms = ["raw": value]
        let json = String(decoding: try JSONEncoder().encode([value]), as: UTF8.self)
        forms["json"] = json
        forms["json in json"] = String(decoding: try JSONEncoder().encode([json]), as: UTF8.self)
        forms["json ascii"] = value.utf16.map { "\\u" + String(format: "%04x", $0) }.joined()
        forms["url"] = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        forms["url query"] = value.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed)
        forms["url all"] = data.map { String(format: "%%%02x", $0) }.joined()
        forms["url twice"] = data.map { String(format: "%%25%02X", $0) }.joined()
        forms["form"] = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics)?
            .replacingOccurrences(of: "%20", with: "+")
        forms["hex"] = data.map { String(format: "%02x", $0) }.joined()
        forms["HEX"] = data.map { String(format: "%02X", $0) }.joined()
        forms["hex colons"] = data.map { String(format: "%02x", $0) }.joined(separator: ":")
        forms["shell single"] = "'" + value.replacingOccurrences(of: "'", with: "'\\''") + "'"
        forms["shell backslash"] = value.map { $0.isLetter || $0.isNumber ? "\($0)" : "\\\($0)" }.joined()
        forms["html"] = value.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
            .replacingOccurrences(of: "'", with: "&#39;")
        forms["html numbers"] = value.unicodeScalars.map { "&#\($0.value);" }.joined()
        forms["html hex"] = value.unicodeScalars.map { "&#x\(String($0.value, radix: 16));" }.joined()
        for (offset, before) in ["", "x", "xy"].enumerated() {
            for after in ["", "z", "zz"] {
                let text = Data("\(before)\(value)\(after)".utf8).base64EncodedString()
                forms["base64 \(offset) \(after.count)"] = text
                forms["base64url \(offset) \(after.count)"] = text.replacingOccurrences(of: "+", with: "-")
                    .replacingOccurrences(of: "/", with: "_")
            }
        }
        return forms
    }

    @Test(arguments: canaries) func `a value is found in every encoding`(value: String) throws {
        let redactor = Redactor(["mail": value])
        for (encoding, text) in try Self.encodings(of: value) {
            for surrounded in [text, "before \(text) after", "\"\(text)\""] {
                let clean = redactor.redacted(surrounded)
                #expect(clean.contains("(secret mail)"), "\(encoding): \(clean)")
                #expect(!clean.contains(value), "\(encoding)")
            }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["eyJ.", "eyJ+"])
    func `a text that is full of beginnings of tokens is read all the same`(beginning: String) {
        let hostile = String(repeating: beginning, count: (1 << 16) / beginning.utf8.count)
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLW9mLWl0"
        #expect(Redactor([:]).redacted("\(hostile); \(token). The end.").hasSuffix("; (key material). The end."))
    }

    @Test(arguments: ["H4sI\n", "1f8b08\n"])
    func `a text in which each line begins like a compressed one is not read to its end from each`(line: String) {
        let text = Array(String(repeating: line, count: 4_000).utf8)
        var room = 3 * text.count
        var (reads, index) = (0, 0)
        while index < text.count {
            let before = room
            let found = CompressedText.match(in: text, at: index, room: &room)
            reads += room == before ? 0 : 1
            #expect(found?.isCut != false)
            index += found?.length ?? 1
        }
        #expect(reads <= 8)
    }

    @Test func `what is no value stays as it is`() {
        let redactor = Redactor(["mail": "c4nary-Passw0rd!", "short": "abc"])
        for text in ["", "abc", "c4nary", "canary-Password", String(repeating: "c4nary-", count: 100), "🔑 grüße\u{0}"] {
            #expect(redactor.redacted(text) == text)
        }
        #expect(Redactor([:], keyMaterial: false).isEmpty && Redactor(["a": "abc"], keyMaterial: false).isEmpty)
    }

    @Test func `the longer of two values goes first`() {
        let redactor = Redactor(["a": "hunter2", "b": "hunter2-and-more"])
        #expect(redactor.redacted("hunter2-and-more, hunter2") == "(secret b), (secret a)")
    }

    @Test func `errors lose values in all their parts`() {
        struct Foreign: Error { let text: String }
        let redactor = Redactor(["mail": "c4nary-Passw0rd!"])
        let inner = GodHandError(.modelDenied, "no c4nary-Passw0rd!", hint: "YzRuYXJ5LVBhc3N3MHJkIQ==")
        let error = GodHandError(.modelProtocol, "key=c4nary-Passw0rd%21", cause: inner)
        let foreign = GodHandError(.modelProtocol, "x", cause: Foreign(text: "c4nary-Passw0rd!"))
        for clean in [
            redactor.redacted(error), redactor.redacted(foreign), redactor.redacted(Foreign(text: "c4nary-Passw0rd!")),
        ] {
            let text = String(reflecting: clean) + "\(clean)"
            #expect(!text.contains("Passw0rd") && !text.contains("YzRuYXJ5"))
        }
        #expect(redactor.redacted(CancellationError()) is CancellationError)
        #expect(redactor.redacted(Foreign(text: "fine")) is Foreign)
    }

    @Test func `values do not show when things are printed`() throws {
        var secrets = Secrets()
        try secrets.add(Secret("c4nary-Passw0rd!", for: .anywhere), as: "mail")
        var dumped = ""
        dump(secrets, to: &dumped)
        dump(secrets.redactor, to: &dumped)
        dump(Secret("c4nary-Passw0rd!", for: .anywhere), to: &dumped)
        let text = "\(secrets) \(String(reflecting: secrets)) \(secrets.redactor) \(dumped) \(secrets.instructions)"
        #expect(!text.contains("Passw0rd"))
        #expect(!text.contains("\(Array("c4nary".utf8))".dropFirst().dropLast()))
    }
}
