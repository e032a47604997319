import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandAgent

@Suite struct ChangedPartsTests {
    /// Scaling takes its time in a debug build, so these are few; all sizes are tried by the tests of the scaling.
    static let screens = [(1280, 800), (1920, 1080)].map { Size(width: $0, height: $1) }
    static let rules = [ImageRule.safe, ImageRule(longestSide: 1366, pixelBudget: 1_024_000, multiple: 28)]

    /// A conversation with a picture a turn, in which a few boxes change from each to the next.
    private static func conversation(_ screen: Size, pictures: Int, seed: UInt64) throws -> [ModelTurn] {
        var random = SeededGenerator(seed: seed)
        var frame = try Frame.filled(screen, red: 200, green: 210, blue: 220)
        var turns: [ModelTurn] = []
        for number in 0..<pictures {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let box = Rect(
                    x: .random(in: 0..<screen.width - 9, using: &random),
                    y: .random(in: 0..<screen.height - 9, using: &random), width: .random(in: 1...90, using: &random),
                    height: .random(in: 1...90, using: &random))
                frame = frame.filling(
                    box.intersection(Rect(screen)), red: .random(in: 0...255, using: &random), green: 40, blue: 90)
            }
            turns.append(.user([.text("picture \(number)"), .image(try image(frame))]))
            turns.append(.model(ModelResponse(items: [.text("answer \(number)")], stop: .end)))
        }
        return turns.dropLast()
    }

    private static func image(_ frame: Frame) throws -> ModelImage {
        ModelImage(png: try PNG.encode(frame), size: frame.size)
    }

    private static func request(_ turns: [ModelTurn], _ screen: Size, changesOnly: Bool = true) -> ModelRequest {
        var request = ModelRequest(instructions: "", turns: turns, screen: screen)
        request.changesOnly = changesOnly
        return request
    }

    /// What a model that remembers the picture before would have in mind after each turn.
    private static func screens(in turns: [ModelTurn]) throws -> [Frame] {
        var memory: Frame?
        return try turns.compactMap { turn -> Frame? in
            guard case .user = turn else { return nil }
            for image in turn.images {
                let frame = try PNG.decode(image.png)
                #expect(frame.size == image.size)
                let isWhole = memory.map { frame.size == $0.size } ?? true
                memory = isWhole ? frame : memory?.pasting(frame, at: Point(x: image.region.x, y: image.region.y))
            }
            return memory
        }
    }

    @Test(arguments: zip(rules, [1, 0] as [UInt64]))
    func `parts put together are the screen, pixel for pixel`(_ rule: ImageRule, _ seed: UInt64) throws {
        let scaler = ImageScaler(rule: rule)
        let screen = Self.screens[Int(seed)]
        let turns = try Self.conversation(screen, pictures: 3, seed: seed)
        let sent = try scaler.turns(of: Self.request(turns, screen))
        let wholes = try turns.flatMap(\.images).map { try PNG.decode(scaler.scaled($0).png) }
        #expect(try Self.screens(in: sent) == wholes)
        let images = sent.flatMap(\.images)
        #expect(images.allSatisfy { rule.size(for: $0.size) == $0.size }, "nothing is scaled once more")
        let pixels = images.reduce(0) { $0 + $1.size.area }
        #expect(pixels * 2 < wholes.reduce(0) { $0 + $1.size.area }, "less is sent")
        // The beginning stays what it was, so that a provider's cache holds.
        for count in stride(from: 1, through: turns.count, by: 2) {
            let before = try scaler.turns(of: Self.request(Array(turns.prefix(count)), screen))
            #expect(before == Array(sent.prefix(count)))
        }
    }

    @Test func `what changes much is sent whole, and what does not is not sent`() throws {
        let screen = Self.screens[0]
        let frame = try Frame.filled(screen, red: 1, green: 2, blue: 3)
        let other = frame.filling(Rect(x: 0, y: 0, width: 1280, height: 500), red: 9, green: 9, blue: 9)
        let turns = try [frame, frame, other].map { ModelTurn.user([.image(try Self.image($0))]) }
        let sent = try ImageScaler(rule: .safe).turns(of: Self.request(turns, screen))
        #expect(sent[0] == turns[0] && sent[2] == turns[2])
        #expect(sent[1] == .user([.text("The screen looks as it did in the picture before.")]))
        let whole = try ImageScaler(rule: .safe).turns(of: Self.request(turns, screen, changesOnly: false))
        #expect(whole == turns)
    }

    /// A mark comes up somewhere; the model sees it in a part, and clicks it by what it is told of the part's place.
    @Test(arguments: screens, [true, false])
    func `a point that is read off a part is clicked where it is`(_ screen: Size, isClaude: Bool) throws {
        var random = SeededGenerator(seed: UInt64(screen.width))
        let base = try Frame.filled(screen, red: 240, green: 240, blue: 240)
        for _ in 0..<2 {
            let mark = Rect(
                x: .random(in: 0...screen.width - 40, using: &random),
                y: .random(in: 0...screen.height - 40, using: &random), width: 40, height: 40)
            let pictures = try [base, base.filling(mark, red: 255, green: 0, blue: 0)].map(Self.image)
            let request = Self.request(
                [
                    .user([.text("Click the mark."), .image(pictures[0])]),
                    .model(ModelResponse(items: [.text("I wait.")], stop: .end)), .user([.image(pictures[1])]),
                ], screen)
            let (body, click) = try isClaude ? Self.claude(request) : Self.local(request)
            let shown = Shown.all(in: body)
            #expect(shown.count == 2 && shown[0].place == nil)
            let part = try PNG.decode(try #require(shown.last).png)
            #expect(part.size.area * 2 < request.screen.size(by: .safe).area, "it is only a part")
            let place = try #require(shown.last?.place)
            let seen = try #require(part.middleOfRed)
            let clicked = try click(Point(x: place.x + seen.x, y: place.y + seen.y))
            #expect(abs(clicked.x - mark.center.x) <= 3 && abs(clicked.y - mark.center.y) <= 3, "\(clicked) \(mark)")
        }
    }

    @Test func `models that cannot do with parts get whole pictures, and so does everybody who does not ask`() throws {
        let screen = ProviderUnderTest.screen
        let turns = try Self.conversation(screen, pictures: 3, seed: 3)
        let whole = Self.request(turns, screen, changesOnly: false)
        let parts = Self.request(turns, screen)
        #expect(try OpenAIModel().body(for: parts) == OpenAIModel().body(for: whole))
        #expect(try GeminiModel().body(for: parts) == GeminiModel().body(for: whole))
        for settings in [LocalModel.Settings.uiTARS15, .qwen25VL, .qwen3VL, .init(coordinates: .thousandths)] {
            let model = LocalModel("m", at: "http://m.test", settings: settings)
            #expect(try model.body(for: parts) == model.body(for: whole))
        }
        let local = LocalModel("m", at: "http://m.test")
        #expect(try local.body(for: parts) != local.body(for: whole))
    }

    @Test func `a run asks for parts if its history says so, and its turns stay whole`() async throws {
        try await withDisplay { display in
            let model = ScriptedModel([.act(.look), .act(.done(""))])
            let agent = quickAgent(model) { $0.history = HistoryPolicy(changesOnly: true) }
            _ = try await agent.pursue("g", in: ScriptedGuest(display: display).sandbox)
            #expect(model.requests.count == 2 && model.requests.allSatisfy(\.changesOnly))
            #expect(
                model.requests[1].turns.flatMap(\.images).allSatisfy { $0.region == Rect(model.requests[1].screen) })
        }
    }
}

/// The two adapters whose models are shown parts: what goes out, and what comes of a click.
extension ChangedPartsTests {
    private typealias Wire = (body: JSONValue, click: (Point) throws -> Point)

    private static func claude(_ request: ModelRequest) throws -> Wire {
        let writer = try ClaudeRequest(
            request, model: "claude-sonnet-5-5", settings: .init(), pictures: ImageScaler(rule: .safe))
        let reader = ClaudeActions(
            abilities: request.abilities, screen: request.screen, scaling: writer.scaling, computer: writer.computer)
        return (
            writer.body,
            { point in
                let input: JSONValue = ["coordinate": [.integer(point.x), .integer(point.y)]]
                return try clicked(reader.item(id: "a", name: "left_click", isToolset: true, input: input))
            }
        )
    }

    private static func local(_ request: ModelRequest) throws -> Wire {
        (
            try LocalModel("m", at: "http://m.test").body(for: request),
            { point in
                let text = #"{"thought": "There.", "action": "click", "x": \#(point.x), "y": \#(point.y)}"#
                let whole: JSONValue = [
                    "choices": [["message": ["role": "assistant", "content": .string(text)], "finish_reason": "stop"]]
                ]
                let answer = try ChatAnswer(whole: whole, call: ModelSample.call)
                let response = LocalAnswer(settings: .init(), request: request).read(answer)
                return try clicked(response.items.last)
            }
        )
    }

    private static func clicked(_ item: ModelItem?) throws -> Point {
        guard case .action(let call)? = item, case .input(.click(let point?, _, _, _)) = call.action else {
            throw GodHandError(.notFound, "no click: \(String(describing: item))")
        }
        return point
    }
}

/// A picture in a request as it goes over the wire, with the place that the text before it tells.
private struct Shown {
    var png: Data
    var place: Point?

    static func all(in body: JSONValue) -> [Shown] {
        var shown: [Shown] = []
        var place: Point?
        func walk(_ value: JSONValue) {
            for element in value.array ?? [] { walk(element) }
            if let text = value["text"]?.string,
                let match = text.firstMatch(of: /Its pixel \(0, 0\) is \((\d+), (\d+)\) there/),
                let x = Int(match.1), let y = Int(match.2)
            {
                place = Point(x: x, y: y)
            }
            let url = value["image_url"]?["url"]?.string?.split(separator: ",").last.map(String.init)
            if let data = (value["source"]?["data"]?.string ?? url).flatMap({ Data(base64Encoded: $0) }) {
                shown.append(Shown(png: data, place: place))
                place = nil
            }
            if let content = value["content"] { walk(content) }
        }
        if let messages = body["messages"] { walk(messages) }
        return shown
    }
}

extension Size {
    fileprivate func size(by rule: ImageRule) -> Size { rule.size(for: self) }
}

extension Frame {
    /// The middle of what is clearly red; nil if nothing is.
    fileprivate var middleOfRed: Point? {
        var sum = Point(x: 0, y: 0)
        var count = 0
        for y in 0..<size.height {
            for x in 0..<size.width {
                guard let pixel = self[Point(x: x, y: y)], pixel.red > 200, pixel.green < 60 else { continue }
                sum = Point(x: sum.x + x, y: sum.y + y)
                count += 1
            }
        }
        return count == 0 ? nil : Point(x: sum.x / count, y: sum.y / count)
    }
}
