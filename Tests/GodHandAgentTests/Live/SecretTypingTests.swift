import GodHandCore
import GodHandSandbox
import Testing

@testable import GodHandAgent

extension Live {
    /// A secret of a site reaches the field that had the keyboard, on that site and on no other.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct SecretTypingTests {
        @Test func `reading the address leaves the keyboard where it was`() async throws {
            // The browser is not always seen to give the keyboard back. Then the secret is refused, not typed elsewhere.
            try await withKnownIssue(isIntermittent: true) {
                try await Self.typesWhereItBelongs()
            } matching: {
                ($0.error as? GodHandError)?.code == .secretMisplaced
            }
        }

        private static func typesWhereItBelongs() async throws {
            var secrets = Secrets()
            try secrets.add(Secret("Enigma machine", for: .site("wiki")), as: "right")
            try secrets.add(Secret("c4nary-wrong-site", for: .site("*.example.org")), as: "wrong")
            try await LiveEngine.withWiki { [secrets] sandbox in
                try await sandbox.open("http://wiki/index.php/Gravity")
                let arrived = try await Assertion.windowTitle(contains: "Gravity").eventually(within: .seconds(60))
                    .check(in: sandbox)
                #expect(arrived.passed, "\(arrived)")

                let actor = GuestElementActor()
                // A page has its title before it has its fields.
                let loaded = try await actor.perform(
                    .waitFor(.element(role: nil, name: "Search GodHand Wiki"), atMost: .seconds(60)), in: sandbox,
                    seeing: try await Self.look(sandbox))
                #expect(!loaded.isError, "\(loaded)")
                let sight = try await Self.look(sandbox)
                let clicked = try await actor.perform(
                    .element(.named(role: nil, name: "Search GodHand Wiki"), .click()), in: sandbox, seeing: sight)
                #expect(!clicked.isError, "\(clicked)")

                let context = PolicyContext(goal: "Search", sandbox: sandbox, sight: sight)
                let error = await #expect(throws: GodHandError.self) {
                    try await secrets.substitute(in: .input(.type("{{secret:wrong}}")), context)
                }
                #expect(error?.code == .secretMisplaced)
                let typed = try await secrets.substitute(in: .input(.type("{{secret:right}}\n")), context)
                guard case .input(let input) = typed else {
                    Issue.record("Nothing is typed.")
                    return
                }
                try await sandbox.display.input.perform(input)
                let found = try await Assertion.windowTitle(contains: "Enigma").eventually(within: .seconds(60))
                    .check(in: sandbox)
                #expect(found.passed, "\(found)")
            }
        }

        private static func look(_ sandbox: Sandbox) async throws -> Sight {
            let (frame, serial) = try await sandbox.display.frame()
            return Sight(
                observation: Observation(screenshot: try Screenshot(of: frame)), frame: frame, serial: serial)
        }
    }
}
