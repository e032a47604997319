import Testing

@testable import GodHandCore

@Suite struct InputValidationTests {
    private static let screen = Size(width: 1280, height: 800)
    private static let inside = Point(x: 1279, y: 799)
    private static let outside = [
        Point(x: 1280, y: 0), Point(x: 0, y: 800), Point(x: -1, y: 0), Point(x: .min, y: .max),
    ]

    private static let allowed: [InputAction] = [
        .move(to: inside), .click(at: nil), .click(at: inside, count: 10, modifiers: "ctrl+shift"),
        .press(button: .left), .release(button: .forward),
        .drag(path: [Point(x: 0, y: 0), inside]), .drag(path: Array(repeating: inside, count: 1_000)),
        .scroll(at: nil, dx: -200, dy: 200), .scroll(at: inside, dx: 0, dy: 1, modifiers: "ctrl"),
        .key("ctrl+s"), .key("F5", repeat: 200), .hold("w", duration: .seconds(60)), .hold("w", duration: .zero),
        .type(""), .type("Grüße, 漢字 😀\n\t"), .type(String(repeating: "x", count: 16_384)),
    ]

    private static let refused: [InputAction] =
        outside.flatMap {
            [
                InputAction.move(to: $0), .click(at: $0), .drag(path: [inside, $0]),
                .scroll(at: $0, dx: 0, dy: 1),
            ]
        } + [
            .click(at: nil, count: 0), .click(at: nil, count: 11), .click(at: nil, count: .min),
            .click(at: nil, modifiers: "ctlr"), .drag(path: []), .drag(path: [inside]),
            .drag(path: Array(repeating: inside, count: 1_001)), .drag(path: [inside, inside], modifiers: "nope"),
            .scroll(at: nil, dx: 0, dy: 0), .scroll(at: nil, dx: 201, dy: 0), .scroll(at: nil, dx: 0, dy: .min),
            .scroll(at: nil, dx: 0, dy: 1, modifiers: "nope"), .key(.none), .key("ctrl+nope"),
            .key("a", repeat: 0), .key("a", repeat: 201), .hold(.none, duration: .seconds(1)),
            .hold("w", duration: .seconds(61)), .hold("w", duration: .seconds(-1)),
            .type(String(repeating: "x", count: 16_385)), .type("bell\u{7}"),
        ]

    @Test(arguments: allowed)
    func `what a hand can do is let through unchanged`(action: InputAction) throws {
        #expect(try action.validated(in: Self.screen) == action)
    }

    @Test(arguments: refused)
    func `what it cannot do is refused with a hint`(action: InputAction) throws {
        let error = try #require(throws: GodHandError.self) { try action.validated(in: Self.screen) }
        #expect(error.code == .invalidRequest)
        #expect(error.hint != nil)
    }
}
