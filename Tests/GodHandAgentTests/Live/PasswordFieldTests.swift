import GodHandCore
import GodHandSandbox
import Testing

@testable import GodHandAgent

extension Live {
    /// A real browser tells which of a form's fields has the keyboard.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct PasswordFieldTests {
        @Test func `what is typed into the field for passwords must be a secret's name`() async throws {
            try await LiveEngine.withWiki { sandbox in
                try await sandbox.open("http://wiki/index.php/Special:UserLogin")
                let actor = GuestElementActor()
                let policy = PasswordFieldPolicy()
                for (field, isForPasswords) in [("Password", true), ("Username", false)] {
                    let target = ElementTarget.named(role: nil, name: field)
                    let loaded = try await actor.perform(
                        .waitFor(.element(role: nil, name: field), atMost: .seconds(30)), in: sandbox,
                        seeing: try await Self.look(sandbox))
                    #expect(!loaded.isError, "\(loaded)")
                    let clicked = try await actor.perform(
                        .element(target, .click()), in: sandbox, seeing: try await Self.look(sandbox))
                    #expect(!clicked.isError, "\(clicked)")
                    _ = try await sandbox.display.settledFrame()
                    let context = PolicyContext(goal: "Log in", sandbox: sandbox, sight: try await Self.look(sandbox))
                    for action: Action in [.input(.type("hunter2")), .element(target, .type("hunter2"))] {
                        let verdict = try await policy.evaluate(action, context)
                        #expect(verdict.needsApproval == isForPasswords, "\(field): \(verdict)")
                    }
                    let secret = try await policy.evaluate(.input(.type("{{secret:wiki}}")), context)
                    #expect(secret == .allow)
                }
            }
        }

        private static func look(_ sandbox: Sandbox) async throws -> Sight {
            let (frame, serial) = try await sandbox.display.frame()
            return Sight(
                observation: Observation(screenshot: try Screenshot(of: frame)), frame: frame, serial: serial)
        }
    }
}
