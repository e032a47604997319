import GodHandAgent
import GodHandCore
import GodHandTesting
import Synchronization
import Testing

struct ApprovalsTests {
    private let click = Action.input(.click(at: Point(x: 300, y: 200)))

    @Test func `a person is asked each time`() async throws {
        let asked = Mutex(0)
        let policy = Approvals(for: Always(.requireApproval("sure?"))) { request in
            asked.withLock { $0 += 1 }
            return request.reason == "sure?"
        }
        try await withBench { bench in
            let context = try await bench.context()
            for _ in 0..<2 {
                let given = try await policy.evaluate(click, context)
                #expect(given == .allow)
            }
        }
        #expect(asked.withLock { $0 } == 2)
    }

    @Test func `no and an error mean no`() async throws {
        for answer in [false, nil] {
            let policy = Approvals(for: Always(.requireApproval("?"))) { _ in
                guard let answer else { throw GodHandError(.hostFailed, "Nobody is there.") }
                return answer
            }
            let given = try await verdict(of: policy, on: click)
            #expect(given.isDenied)
        }
    }

    @Test func `an approval given before counts once and only for its action and its look`() async throws {
        let policy = Approvals(for: Always(.requireApproval("?"))) { _ in false }
        try await withBench { bench in
            let context = try await bench.context()
            policy.grant(ApprovalRequest(action: click, reason: "?", context: context))
            let other = try await policy.evaluate(.input(.click(at: Point(x: 301, y: 200))), context)
            let first = try await policy.evaluate(click, context)
            let again = try await policy.evaluate(click, context)
            #expect(other.isDenied && first == .allow && again.isDenied)

            policy.grant(ApprovalRequest(action: click, reason: "?", context: context))
            try await bench.sandbox.display.click(x: 300, y: 200)
            let later = try await policy.evaluate(click, bench.context(look: 2))
            #expect(later.isDenied)
        }
    }

    @Test func `an approval expires`() async throws {
        let clock = TestClock()
        let policy = Approvals(for: Always(.requireApproval("?")), clock: clock) { _ in false }
        try await withBench { bench in
            let context = try await bench.context()
            policy.grant(ApprovalRequest(action: click, reason: "?", context: context))
            clock.advance(by: .seconds(121))
            let given = try await policy.evaluate(click, context)
            #expect(given.isDenied)
        }
    }

    @Test func `what moved while a person was reading is not clicked`() async throws {
        try await withBench { bench in
            let policy = Approvals(for: Always(.requireApproval("?"))) { [display = try bench.sandbox.display] _ in
                for x in stride(from: 200, to: 400, by: 8) { try await display.click(x: x, y: 200) }
                return true
            }
            let given = try await policy.evaluate(click, bench.context())
            #expect(given.isDenied)
        }
    }

    @Test func `what changed elsewhere does not matter`() async throws {
        try await withBench { bench in
            let policy = Approvals(for: Always(.requireApproval("?"))) { [display = try bench.sandbox.display] _ in
                try await display.click(x: 20, y: 380)
                return true
            }
            let given = try await policy.evaluate(click, bench.context())
            #expect(given == .allow)
        }
    }

    @Test func `what is denied is not asked about`() async throws {
        let policy = Approvals(for: Always(.deny("no"))) { _ in true }
        let given = try await verdict(of: policy, on: click)
        #expect(given == .deny("no"))
    }
}
