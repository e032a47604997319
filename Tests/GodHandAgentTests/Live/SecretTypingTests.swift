import GodHandCore
import GodHandSandbox
import Testing

@testable import GodHandAgent

extension Live {
    /// A secret of a site reaches the field that had the keyboard, on that site and on no other.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct SecretTypingTests {
        @Test func `a secret is typed on its own site, and nothing has moved the keyboard`() async throws {
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
                // On its site, and yet not in the page.
                try await sandbox.display.press("ctrl+l")
                let outside = await #expect(throws: GodHandError.self) {
                    try await secrets.substitute(in: .input(.type("{{secret:right}}")), context)
                }
                #expect(outside?.code == .secretMisplaced)
                // A click would only close what the bar has unfolded.
                try await sandbox.display.press("Escape", repeat: 2)
                let back = try await actor.perform(
                    .element(.named(role: nil, name: "Search GodHand Wiki"), .click()), in: sandbox, seeing: sight)
                #expect(!back.isError, "\(back)")

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
