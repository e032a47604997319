import Testing

@testable import GodHandCore

@Suite struct DisplayTests {
    private let size = Size(width: 40, height: 30)
    private let corner = Rect(x: 0, y: 0, width: 4, height: 4)
    private let middle = Rect(x: 10, y: 10, width: 8, height: 8)

    private func frame(_ gray: UInt8) throws -> Frame { try .filled(size, red: gray, green: gray, blue: gray) }

    private func change(_ serial: UInt64, _ boxes: Rect...) -> DisplayChange {
        DisplayChange(serial: serial, size: size, damage: boxes)
    }

    @Test func `a screenshot is the frame as a file`() async throws {
        let display = ScriptedDisplay(size: size, serial: 3, frames: [(try frame(77), 3)])
        let shot = try await display.screenshot()
        #expect(shot.serial == 3 && shot.size == size)
        #expect(try PNG.decode(shot.png) == frame(77))
    }

    @Test func `a settled screenshot gathers what changed`() async throws {
        let display = ScriptedDisplay(
            size: size, serial: 3, answers: [change(4, corner), change(6, middle), nil],
            frames: [(try frame(1), 6)])
        let settled = try await display.settledScreenshot(after: 2, reaction: .seconds(1))
        #expect(settled.isSettled)
        #expect(settled.screenshot.serial == 6)
        #expect(Set(settled.damage) == [corner, middle])
        #expect(display.questions.map(\.serial) == [2, 4, 6])
        #expect(display.questions.map(\.within) == [.seconds(1), .milliseconds(100), .milliseconds(100)])
    }

    @Test func `a change between the answer and the picture is waited out and told`() async throws {
        let display = ScriptedDisplay(
            size: size, serial: 3, answers: [nil, change(4, middle), nil],
            frames: [(try frame(1), 4), (try frame(2), 4)])
        let settled = try await display.settledFrame()
        #expect(settled.isSettled)
        #expect(settled.frame == (try frame(2)))
        #expect(settled.damage == [middle])
        #expect(display.questions.map(\.serial) == [3, 3, 4])
    }

    @Test func `damage outside the screen is cut off`() async throws {
        let wide = Rect(x: -5, y: 20, width: 1_000, height: .max)
        let display = ScriptedDisplay(
            size: size, serial: 1, answers: [change(2, wide), nil], frames: [(try frame(1), 2)])
        #expect(try await display.settledFrame().damage == [Rect(x: 0, y: 20, width: 40, height: 10)])
    }

    @Test func `a wait for a place passes over changes elsewhere`() async throws {
        let display = ScriptedDisplay(size: size, serial: 3, answers: [change(4, corner), change(5, middle)])
        let found = try await display.waitUntilChanged(in: Rect(x: 12, y: 12, width: 1, height: 1))
        #expect(found?.serial == 5)
        #expect(found.map { Set($0.damage) } == [corner, middle])
        #expect(try await display.waitUntilChanged(in: corner) == nil)
    }

    @Test func `frames come with all damage up to their serial`() async throws {
        // The second frame shows change 5 already, though the display first told of 4 only.
        let display = ScriptedDisplay(
            size: size, serial: 3,
            answers: [nil, change(4, corner), change(5, corner, middle), change(6, corner), change(6, corner)],
            frames: [(try frame(1), 3), (try frame(2), 5), (try frame(3), 6)])
        var updates: [FrameUpdate] = []
        for try await update in display.frames() {
            updates.append(update)
            if updates.count == 3 { break }
        }
        #expect(updates.map(\.serial) == [3, 5, 6])
        #expect(updates.map { Set($0.damage) } == [[Rect(size)], [corner, middle], [corner]])
        #expect(updates.map(\.frame) == [try frame(1), try frame(2), try frame(3)])
        #expect(display.questions.map(\.serial) == [3, 3, 3, 5, 5])
    }

    @Test func `an error of the display ends the sequence`() async throws {
        let display = ScriptedDisplay(size: size, serial: 3)
        await #expect(throws: GodHandError.self) {
            for try await _ in display.frames() {}
        }
    }

    @Test func `the hands do what they are told`() async throws {
        let display = ScriptedDisplay(size: size, serial: 0)
        try await display.click(x: 1, y: 2, modifiers: "ctrl")
        try await display.doubleClick(x: 3, y: 4)
        try await display.move(x: 5, y: 6)
        try await display.scroll(dy: -3)
        try await display.press("ctrl+s")
        try await display.type("hello")
        #expect(
            display.actions == [
                .click(at: Point(x: 1, y: 2), modifiers: "ctrl"), .click(at: Point(x: 3, y: 4), count: 2),
                .move(to: Point(x: 5, y: 6)), .scroll(at: nil, dx: 0, dy: -3), .key("ctrl+s"), .type("hello"),
            ])
    }

    @Test(arguments: [(0, 0, 1279, 799), (700, 5, 3, 5), (9, 9, 10, 9), (-5, 0, .max, .min)])
    func `a drag passes through places in between`(_ x: Int, _ y: Int, _ toX: Int, _ toY: Int) async throws {
        let display = ScriptedDisplay(size: size, serial: 0)
        let (start, end) = (Point(x: x, y: y), Point(x: toX, y: toY))
        try await display.drag(from: start, to: end)
        guard case .drag(let path, .left, .none) = try #require(display.actions.first) else {
            Issue.record("not a drag")
            return
        }
        #expect(path.first == start && path.last == end && path.count <= 64)
        if x >= 0 { #expect(path.count >= 3) }
    }
}
