import GodHandAgent
import GodHandCore
import GodHandTesting
import Testing

struct PolicyChainTests {
    private let click = Action.input(.click(at: Point(x: 10, y: 10)))

    @Test func `no policy allows`() async throws {
        let given = try await verdict(of: PolicyChain([]), on: click)
        #expect(given == .allow)
    }

    @Test func `a denial wins over an approval that was required before`() async throws {
        let chain = PolicyChain([Always(.requireApproval("sure?")), Always(.deny("never"))])
        let given = try await verdict(of: chain, on: click)
        #expect(given == .deny("never"))
    }

    @Test func `what nobody may do is not asked about further`() async throws {
        let later = Always(.allow)
        _ = try await verdict(of: PolicyChain([Always(.deny("no")), later]), on: click)
        #expect(later.asked == 0)
    }

    @Test func `all reasons for approval are in the question`() async throws {
        let chain = PolicyChain([Always(.requireApproval("One.")), Always(.requireApproval("Two."))])
        let given = try await verdict(of: chain, on: click)
        #expect(given == .requireApproval("One. Two."))
    }

    @Test func `what throws denies without its words`() async throws {
        let chain = PolicyChain([ActionRule { _, _ in throw GodHandError(.hostFailed, "canary-7731") }])
        let given = try await verdict(of: chain, on: click)
        #expect(given.isDenied && !"\(given)".contains("canary"))
    }

    @Test func `a policy that throws a cancellation of its own denies`() async throws {
        let given = try await verdict(
            of: PolicyChain([ActionRule { _, _ in throw CancellationError() }]), on: click)
        #expect(given.isDenied)
    }

    @Test func `a policy that does not answer in time denies`() async throws {
        let clock = TestClock()
        let endless = ActionRule { _, _ in
            try await TestClock().waitForSleepers()
            return .allow
        }
        let given = try await withBench { bench in
            let context = try await bench.context()
            async let verdict = PolicyChain([endless], deadline: .seconds(3), clock: clock).evaluate(click, context)
            try await clock.waitForSleepers()
            clock.advance(by: .seconds(3))
            return try await verdict
        }
        #expect(given == .deny("A policy did not decide in time."))
    }

    @Test func `what is rewritten goes through all policies again`() async throws {
        let wheel = Action.input(.scroll(at: nil, dx: 0, dy: 100))
        let less = Action.input(.scroll(at: nil, dx: 0, dy: 10))
        let chain = PolicyChain([
            ActionRule { action, _ in action == less ? .deny("not even that") : .allow },
            ActionRule { action, _ in action == wheel ? .rewrite(less) : .allow },
        ])
        let given = try await verdict(of: chain, on: wheel)
        #expect(given == .deny("not even that"))
        let alone = try await verdict(of: PolicyChain([Always(.rewrite(less))]), on: wheel)
        #expect(alone == .rewrite(less))
    }

    static let widening: [(Action, Action)] = [
        (.input(.click(at: Point(x: 10, y: 10))), .input(.click(at: Point(x: 11, y: 10)))),
        (.input(.click(at: Point(x: 10, y: 10))), .input(.click(at: Point(x: 10, y: 10), count: 2))),
        (.input(.click(at: Point(x: 10, y: 10))), .input(.click(at: Point(x: 10, y: 10), button: .right))),
        (.input(.type("rm -r tmp/x")), .input(.type("rm -r "))),
        (.exec(["rm", "-r", "x"]), .exec(["rm", "-r"])),
        (.wait(.seconds(1)), .wait(.seconds(2))), (.look, .exec(["true"])), (.done("a"), .done("b")),
        (.zoom(Rect(x: 0, y: 0, width: 9, height: 9)), .zoom(Rect(x: 5, y: 5, width: 9, height: 9))),
        (.input(.scroll(at: nil, dx: 0, dy: 5)), .input(.scroll(at: nil, dx: 0, dy: -5))),
        (.input(.key("Down", repeat: 2)), .input(.key("Down", repeat: 3))),
    ]

    @Test(arguments: widening) func `what is not less is denied`(asked: Action, instead: Action) async throws {
        #expect(!instead.doesLess(than: asked))
        let given = try await verdict(of: PolicyChain([Always(.rewrite(instead))]), on: asked)
        #expect(given.isDenied)
    }

    static let narrowing: [(Action, Action)] = [
        (.input(.click(at: Point(x: 1, y: 1), count: 3)), .input(.click(at: Point(x: 1, y: 1)))),
        (.input(.click(at: Point(x: 1, y: 1))), .input(.move(to: Point(x: 1, y: 1)))),
        (.wait(.seconds(5)), .wait(.seconds(1))), (.exec(["rm"]), .look),
        (.element(.mark(1), .click()), .element(.mark(1), .hover)),
        (.input(.scroll(at: nil, dx: -4, dy: 8)), .input(.scroll(at: nil, dx: -1, dy: 8))),
        (.zoom(Rect(x: 0, y: 0, width: 9, height: 9)), .zoom(Rect(x: 1, y: 1, width: 3, height: 3))),
    ]

    @Test(arguments: narrowing) func `what is less may be done instead`(asked: Action, instead: Action) async throws {
        let chain = PolicyChain([ActionRule { action, _ in action == asked ? .rewrite(instead) : .allow }])
        let given = try await verdict(of: chain, on: asked)
        #expect(given == .rewrite(instead))
    }

    @Test func `policies that never agree deny`() async throws {
        let chain = PolicyChain([
            ActionRule { action, _ in
                guard case .wait(let time) = action else { return .allow }
                return .rewrite(.wait(time / 2))
            }
        ])
        let given = try await verdict(of: chain, on: .wait(.seconds(60)))
        #expect(given.isDenied)
    }
}
