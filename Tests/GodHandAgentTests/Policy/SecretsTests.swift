import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

struct SecretsTests {
    /// A store that is told where the keyboard is.
    private func store(title: String?, address: String?) throws -> Secrets {
        var secrets = Secrets(windowTitle: { _ in title }, address: { _ in address })
        try secrets.add(Secret("c4nary-mail", for: .site("*.example.org")), as: "mail")
        try secrets.add(Secret("c4nary-disk", for: .window("Unlock disk")), as: "disk")
        try secrets.add(Secret("c4nary-any", for: .anywhere), as: "any")
        return secrets
    }

    private func typed(_ text: String, title: String? = nil, address: String? = nil) async throws -> Action {
        let secrets = try store(title: title, address: address)
        return try await withBench { bench in
            try await secrets.substitute(in: .input(.type(text)), bench.context(title: title))
        }
    }

    @Test func `a secret is typed where it belongs`() async throws {
        let site = try await typed("{{secret:mail}}\n", address: "https://mail.example.org/login")
        let window = try await typed("{{secret:disk}}", title: "unlock DISK sda1")
        let both = try await typed("{{secret:any}}\t{{secret:any}}")
        let plain = try await typed("no secret { here }}")
        #expect(site == .input(.type("c4nary-mail\n")))
        #expect(window == .input(.type("c4nary-disk")))
        #expect(both == .input(.type("c4nary-any\tc4nary-any")))
        #expect(plain == .input(.type("no secret { here }}")))
    }

    @Test(
        arguments: [
            "https://evil.test/", "https://example.org/", "https://mail.example.org.evil.test/", "mail.example.org",
            "http://1.2.3.4/mail.example.org", "https://mail.example.org@evil.test/", "file:///mail.example.org", nil,
        ] as [String?]) func `a secret of a site is typed on no other`(address: String?) async throws
    {
        let error = await #expect(throws: GodHandError.self) { try await typed("{{secret:mail}}", address: address) }
        #expect(error?.code == .secretMisplaced)
        #expect("\(error as Any)".contains("c4nary") == false)
    }

    @Test(arguments: [nil, "Unlock", "Terminal"] as [String?])
    func `a secret of a window is typed into no other`(title: String?) async throws {
        let error = await #expect(throws: GodHandError.self) { try await typed("{{secret:disk}}", title: title) }
        #expect(error?.code == .secretMisplaced)
    }

    @Test(arguments: [
        "{{secret:root}}", "{{secret:mail}", "{{secret:}}", "{{ secret:any }}", "{{secret:any }}", "{{SECRET:any}}",
        "{{secret:any}}x", "https://a.b/?{{secret:any}}", "{{secret:{{secret:any}}}}", "{{secret:a/../any}}",
    ]) func `what is no placeholder by itself is not typed`(text: String) async throws {
        await #expect(throws: GodHandError.self) { try await typed(text) }
    }

    @Test func `if one of several does not belong, none is typed`() async throws {
        await #expect(throws: GodHandError.self) {
            try await typed("{{secret:any}}\t{{secret:mail}}", address: "https://evil.test/")
        }
    }

    @Test func `asking where the keyboard is may fail, and then nothing is typed`() async throws {
        var secrets = Secrets(windowTitle: { _ in throw GodHandError(.execFailed, "x") }, address: { _ in nil })
        try secrets.add(Secret("c4nary-disk", for: .window("Unlock")), as: "disk")
        try await withBench { [secrets] bench in
            let context = try await bench.context()
            await #expect(throws: GodHandError.self) {
                try await secrets.substitute(in: .input(.type("{{secret:disk}}")), context)
            }
        }
    }

    @Test func `only keyboards get values`() async throws {
        let secrets = try store(title: "", address: nil)
        try await withBench { bench in
            let context = try await bench.context()
            for action: Action in [
                .exec(["echo", "{{secret:any}}"]), .open("{{secret:any}}"), .done("{{secret:any}}"),
                .ask("{{secret:any}}"), .input(.key("{{secret:any}}")),
                .waitFor(.text("{{secret:any}}"), atMost: .zero),
            ] {
                let done = try await secrets.substitute(in: action, context)
                #expect(done == action)
            }
            let element = try await secrets.substitute(
                in: .element(.mark(1), .type("{{secret:any}}", replacing: true)), context)
            #expect(element == .element(.mark(1), .type("c4nary-any", replacing: true)))
        }
    }

    @Test func `a secret with a place is not typed into an element that gets the keyboard only then`() async throws {
        let secrets = try store(title: "Unlock disk", address: "https://mail.example.org/login")
        try await withBench { bench in
            let context = try await bench.context(title: "Unlock disk")
            for name in ["mail", "disk"] {
                let action = Action.element(.mark(1), .type("{{secret:\(name)}}", replacing: true))
                let error = await #expect(throws: GodHandError.self) {
                    try await secrets.substitute(in: action, context)
                }
                #expect(error?.code == .secretMisplaced)
                let verdict = try await secrets.evaluate(action, context)
                guard case .deny(let words) = verdict else {
                    Issue.record("It is allowed.")
                    continue
                }
                #expect(words.contains("Click the field first"))
            }
        }
    }

    @Test func `names and values are checked`() throws {
        var secrets = Secrets()
        for name in ["", "a b", "a}}", "ä", String(repeating: "a", count: 65)] {
            #expect(throws: GodHandError.self) { try secrets.add(Secret("c4nary", for: .anywhere), as: name) }
        }
        for value in ["", "abc", "c4nary\n", String(repeating: "a", count: 1_025)] {
            let error = #expect(throws: GodHandError.self) { try secrets.add(Secret(value, for: .anywhere), as: "a") }
            #expect(error?.message.contains("c4nary") == false)
        }
        #expect(throws: GodHandError.self) { try Secret.Place.site("10.0.0.1") }
        #expect(secrets.instructions.isEmpty && secrets.names.isEmpty)
    }
}
