import GodHandAgent
import GodHandCore
import GodHandTesting
import Synchronization
import Testing

struct ApprovalsTests {
    private let click = Action.input(.click(at: Point(x: 300, y: 200)))

    private func request(_ action: Action, _ context: PolicyContext) -> ApprovalRequest {
        ApprovalRequest(action: action, reason: "sure?", context: context)
    }

    @Test func `a person is asked each time`() async throws {
        let asked = Mutex(0)
        let approvals = Approvals { request in
            asked.withLock { $0 += 1 }
            return request.reason == "sure?"
        }
        try await withBench { bench in
            let context = try await bench.context()
            for _ in 0..<2 {
                let given = try await approvals.answer(to: request(click, context), context)
                #expect(given == .approved)
            }
        }
        #expect(asked.withLock { $0 } == 2)
    }

    @Test func `no and an error mean no`() async throws {
        for answer in [false, nil] {
            let approvals = Approvals { _ in
                guard let answer else { throw GodHandError(.hostFailed, "Nobody is there.") }
                return answer
            }
            try await withBench { bench in
                let context = try await bench.context()
                let given = try await approvals.answer(to: request(click, context), context)
                #expect(given == .refused(answer == nil ? "Nobody approved this." : "A person refused this."))
            }
        }
    }

    @Test func `an approval given before counts once and only for its action and its look`() async throws {
        let approvals = Approvals { _ in false }
        try await withBench { bench in
            let context = try await bench.context()
            let other = Action.input(.click(at: Point(x: 301, y: 200)))
            approvals.grant(request(click, context))
            let first = try await approvals.answer(to: request(other, context), context)
            let second = try await approvals.answer(to: request(click, context), context)
            let third = try await approvals.answer(to: request(click, context), context)
            #expect(first != .approved && second == .approved && third != .approved)

            approvals.grant(request(click, context))
            try await bench.sandbox.display.click(x: 300, y: 200)
            let look = try await bench.context(look: 2)
            let later = try await approvals.answer(to: request(click, look), look)
            #expect(later != .approved)
        }
    }

    @Test func `an approval expires`() async throws {
        let clock = TestClock()
        let approvals = Approvals(clock: clock) { _ in false }
        try await withBench { bench in
            let context = try await bench.context()
            approvals.grant(request(click, context))
            clock.advance(by: .seconds(121))
            let given = try await approvals.answer(to: request(click, context), context)
            #expect(given != .approved)
        }
    }

    @Test(arguments: [(200, false), (20, true)])
    func `what moved while a person was reading is not clicked`(x: Int, mayHappen: Bool) async throws {
        try await withBench { bench in
            let approvals = Approvals { [display = try bench.sandbox.display] _ in
                for x in stride(from: x, to: x + 120, by: 8) { try await display.click(x: x, y: mayHappen ? 380 : 200) }
                return true
            }
            let context = try await bench.context()
            let given = try await approvals.answer(to: request(click, context), context)
            if mayHappen {
                #expect(given == .approved)
            } else {
                guard case .outdated = given else {
                    Issue.record("\(given)")
                    return
                }
            }
        }
    }
}
