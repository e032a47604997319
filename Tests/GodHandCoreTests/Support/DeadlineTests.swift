import GodHandTesting
import Testing

struct DeadlineTests {
    @Test("An operation that is on time hands its value on")
    func onTime() async throws {
        let value = try await withDeadline(.seconds(1), clock: TestClock(), "Counting") { 42 }
        #expect(value == 42)
    }

    @Test("Time that runs out is an error of its own that names what was going on")
    func late() async throws {
        let clock = TestClock()
        let gate = Gate()
        let task = Task {
            try await withDeadline(.milliseconds(1500), clock: clock, "Waiting") { try await gate.pass() }
        }
        try await clock.waitForSleepers()
        try await gate.waitForArrivals()
        clock.advance(by: .milliseconds(1499))
        clock.advance(by: .milliseconds(1))
        let error = await #expect(throws: GodHandError.self) { try await task.value }
        #expect(error?.code == .deadlineExceeded)
        #expect(error?.message == "Waiting took longer than 1.5 s.")
    }

    @Test("A caller's cancellation stays a cancellation")
    func cancelled() async throws {
        let clock = TestClock()
        let gate = Gate()
        let task = Task { try await withDeadline(.seconds(1), clock: clock, "Waiting") { try await gate.pass() } }
        try await gate.waitForArrivals()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A value that comes too late is not lost")
    func lateValue() async throws {
        let clock = TestClock()
        let gate = Gate()
        let task = Task {
            try await withDeadline(.seconds(1), clock: clock, "Making") {
                do { try await gate.pass() } catch {}
                return "a machine"
            }
        }
        try await gate.waitForArrivals()
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        #expect(try await task.value == "a machine")
    }

    @Test("The operation's own error passes")
    func ownError() async throws {
        await #expect(throws: PlannedFailure.self) {
            try await withDeadline(.seconds(1), clock: TestClock(), "Failing") { throw PlannedFailure() }
        }
    }

    @Test(
        "Durations are told in seconds",
        arguments: [
            (Duration.seconds(2), "2 s"), (.milliseconds(1), "0.001 s"), (.milliseconds(1250), "1.25 s"),
            (.milliseconds(-500), "-0.5 s"),
        ])
    func formatted(_ duration: Duration, _ text: String) { #expect(duration.formattedSeconds == text) }
}

struct ShieldedTests {
    @Test("Cancellation of the caller does not reach what is shielded")
    func shields() async throws {
        let gate = Gate()
        let task = Task {
            try? await Task.sleep(for: .seconds(600))
            return await shielded { Task.isCancelled }
        }
        task.cancel()
        #expect(await task.value == false)
        gate.open()
    }

    @Test("Errors come out as they are")
    func errors() async {
        await #expect(throws: PlannedFailure.self) { try await shielded { throw PlannedFailure() } }
    }

    @Test("A bounded one returns on time even if the operation ignores its cancellation")
    func bounded() async throws {
        let clock = TestClock()
        let gate = Gate()
        let task = Task {
            try await shielded(atMost: .seconds(3), clock: clock, "Destroying") {
                // Waits in a task of its own, which nobody cancels.
                await Task { try? await gate.pass() }.value
            }
        }
        try await gate.waitForArrivals()
        try await clock.waitForSleepers()
        clock.advance(by: .seconds(3))
        let error = await #expect(throws: GodHandError.self) { try await task.value }
        #expect(error?.code == .deadlineExceeded)
        gate.open()
    }
}
