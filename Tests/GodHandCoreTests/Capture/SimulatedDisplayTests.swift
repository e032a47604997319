import GodHandTesting
import Testing

/// The waits of a display against one that really makes its callers wait.
@Suite struct SimulatedDisplayTests {
    @Test func `what a click did is in the settled screenshot after it`() async throws {
        try await SimulatedBackend().withSandbox(.desktop) { sandbox in
            let display = try sandbox.display
            let before = try await display.state().serial
            try await display.click(x: 50, y: 60)
            let settled = try await display.settledScreenshot(
                quiet: .milliseconds(20), after: before, reaction: .seconds(30))
            #expect(settled.isSettled)
            #expect(settled.screenshot.serial > before)
            #expect(settled.damage.contains { $0.contains(Point(x: 50, y: 60)) })
            #expect(try PNG.decode(settled.screenshot.png) == (try await display.frame().frame))
        }
    }

    @Test func `a wait for a change is woken by the change`() async throws {
        try await SimulatedBackend().withSandbox(.desktop) { sandbox in
            let display = try sandbox.display
            let serial = try await display.state().serial
            async let change = display.waitUntilChanged(
                in: Rect(x: 100, y: 100, width: 5, height: 5), after: serial, within: .seconds(60))
            try await display.click(x: 300, y: 300)
            try await display.click(x: 101, y: 101)
            #expect(try #require(try await change).serial > serial)
        }
    }

    @Test func `a cancelled reader of frames leaves at once`() async throws {
        try await SimulatedBackend().withSandbox(.desktop) { sandbox in
            let display = try sandbox.display
            let (began, report) = AsyncStream.makeStream(of: Void.self)
            let reader = Task {
                for try await _ in display.frames() { report.yield() }
            }
            for await _ in began { break }
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
        }
    }
}
