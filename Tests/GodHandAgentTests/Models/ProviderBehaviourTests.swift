import GodHandCore
import GodHandTesting
import Synchronization
import Testing

@testable import GodHandAgent

/// Good and bad days of providers, over a real socket: each ends in a turn or an error of the right kind.
@Suite struct ProviderBehaviourTests {
    private func transport(_ server: FakeProvider, _ clock: PauseClock) -> ModelTransport {
        // Limits of more than an hour never pass on this clock.
        ModelTransport(
            idleLimit: .seconds(5000), totalLimit: .seconds(9000), unixSocket: server.socket, clock: clock,
            random: { 0.5 })
    }

    @Test(arguments: ProviderUnderTest.all, Behaviour.all)
    func `every behaviour ends as it should`(_ provider: ProviderUnderTest, _ behaviour: Behaviour) async throws {
        let server = try FakeProvider(behaviour.replies(provider))
        let clock = PauseClock()
        let model = provider.model(transport(server, clock))
        let outcome: Behaviour.Outcome
        do {
            let turn = try await model.respond(to: ProviderUnderTest.request()) { _ in }
            #expect(turn.actions.map(\.action) == [.input(.move(to: Point(x: 640, y: 400)))])
            #expect(turn.text == ProviderUnderTest.said)
            #expect(turn.stop == .actions)
            #expect(turn.usage.images == 1)
            outcome = .turn(tries: server.requests.count)
        } catch let error as GodHandError {
            outcome = .failure(error.code, tries: server.requests.count)
            #expect(!String(reflecting: error).contains(ProviderUnderTest.key))
            #expect(error.message.count < 600)
        }
        #expect(outcome == behaviour.outcome)
        for request in server.requests { #expect(provider.complaints(request) == []) }
        #expect(clock.pauses.count == behaviour.outcome.tries - 1)
        // Half of half a second, then half of a second.
        let expected = behaviour.pauses ?? [.milliseconds(250), .milliseconds(500)]
        #expect(clock.pauses == Array(expected.prefix(clock.pauses.count)))
    }

    @Test(arguments: ProviderUnderTest.all)
    func `text is told as it arrives`(_ provider: ProviderUnderTest) async throws {
        let server = try FakeProvider([.stream(provider.goodTurn.utf8.map { [$0] })])
        let told = Mutex<[ModelProgress]>([])
        let model = provider.model(transport(server, PauseClock()))
        _ = try await model.respond(to: ProviderUnderTest.request()) { piece in told.withLock { $0.append(piece) } }
        let text = told.withLock { $0 }.map { if case .text(let text) = $0 { text } else { "" } }
        #expect(text.joined() == ProviderUnderTest.said)
    }

    @Test(arguments: ProviderUnderTest.all)
    func `a cancelled task drops the connection`(_ provider: ProviderUnderTest) async throws {
        let beginning = String(provider.goodTurn.prefix(provider.goodTurn.count / 2))
        let server = try FakeProvider([.stream(beginning, .silence)])
        let model = provider.model(transport(server, PauseClock()))
        let asking = Task { try await model.respond(to: ProviderUnderTest.request()) { _ in } }
        try await server.waitForRequests(1)
        asking.cancel()
        await #expect(throws: CancellationError.self) { try await asking.value }
        try await server.waitForHangUp()
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ProviderUnderTest.all)
    func `silence has a limit`(_ provider: ProviderUnderTest) async throws {
        let server = try FakeProvider([.mute])
        let clock = TestClock()
        let model = provider.model(
            ModelTransport(
                retries: RetryPolicy(tries: 1), idleLimit: .seconds(30), totalLimit: .seconds(600),
                unixSocket: server.socket, clock: clock))
        let asking = Task { try await model.respond(to: ProviderUnderTest.request()) { _ in } }
        try await server.waitForRequests(1)
        // One sleeper for the whole turn, one for the silence.
        try await clock.waitForSleepers(2)
        clock.advance(by: .seconds(31))
        let error = await #expect(throws: GodHandError.self) { try await asking.value }
        #expect(error?.code == .deadlineExceeded)
    }

    @Test(arguments: ProviderUnderTest.all)
    func `silence in the middle of an answer has a limit`(_ provider: ProviderUnderTest) async throws {
        let beginning = String(provider.goodTurn.prefix(provider.goodTurn.count * 7 / 8))
        let server = try FakeProvider([.stream(beginning, .silence)])
        let clock = TestClock()
        let model = provider.model(
            ModelTransport(
                idleLimit: .seconds(30), totalLimit: .seconds(600), unixSocket: server.socket, clock: clock))
        let (told, teller) = AsyncStream<ModelProgress>.makeStream()
        let asking = Task {
            defer { teller.finish() }
            return try await model.respond(to: ProviderUnderTest.request()) { teller.yield($0) }
        }
        for await piece in told { if case .text(let text) = piece, text.hasSuffix(".") { break } }
        try await clock.waitForSleepers(2)
        clock.advance(by: .seconds(31))
        let error = await #expect(throws: GodHandError.self) { try await asking.value }
        #expect(error?.code == .deadlineExceeded)
        #expect(server.requests.count == 1)
        try await server.waitForHangUp()
    }

    @Test(arguments: ProviderUnderTest.all)
    func `a turn has a limit, whatever arrives meanwhile`(_ provider: ProviderUnderTest) async throws {
        let server = try FakeProvider([.stream([], .silence)])
        let clock = TestClock()
        let model = provider.model(
            ModelTransport(
                idleLimit: .seconds(5000), totalLimit: .seconds(600), unixSocket: server.socket, clock: clock))
        let asking = Task { try await model.respond(to: ProviderUnderTest.request()) { _ in } }
        try await server.waitForRequests(1)
        try await clock.waitForSleepers(2)
        clock.advance(by: .seconds(601))
        let error = await #expect(throws: GodHandError.self) { try await asking.value }
        #expect(error?.code == .deadlineExceeded)
        try await server.waitForHangUp()
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ProviderUnderTest.all)
    func `nobody there is told plainly`(_ provider: ProviderUnderTest) async throws {
        let model = provider.model(
            ModelTransport(
                idleLimit: .seconds(5000), totalLimit: .seconds(9000), unixSocket: "/nowhere/model.sock",
                clock: PauseClock()))
        let error = await #expect(throws: GodHandError.self) {
            try await model.respond(to: ProviderUnderTest.request()) { _ in }
        }
        #expect(error?.code == .modelUnreachable)
        #expect(error?.hint != nil)
    }
}
