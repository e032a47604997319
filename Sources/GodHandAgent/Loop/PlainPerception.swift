public import GodHandCore

/// Shows the model the screenshot as it is.
public struct PlainPerception: Perception {
    /// Makes one.
    public init() {}

    /// Shows it.
    public func view(
        _ sight: inout Sight, after previous: Sight?, in sandbox: Sandbox
    ) async throws -> [ModelContent] {
        [.image(ModelImage(png: sight.observation.screenshot.png, size: sight.observation.screenshot.size))]
    }
}

extension Sight {
    /// What is told beside every view: where the screen changed since the last one, and the title of the window in
    /// front.
    func words(since previous: Sight?) -> [ModelContent] {
        var content: [ModelContent] = []
        var words: [String] = []
        if let previous {
            let boxes = previous.frame.difference(to: frame).boxes
            let places = boxes.prefix(8).map { "\($0.width)x\($0.height) at (\($0.x), \($0.y))" }
            let more = boxes.count > 8 ? " and \(boxes.count - 8) more places" : ""
            words.append(
                boxes.isEmpty
                    ? "The screen is as it was."
                    : "The screen changed in: \(places.joined(separator: ", "))\(more).")
        }
        if !observation.isSettled { words.append("It has not come to rest yet.") }
        if !words.isEmpty { content.append(.text(words.joined(separator: " "))) }
        if let title = observation.windowTitle {
            content.append(.untrusted("Title of the window in front: \(title.shortened(to: 200))"))
        }
        return content
    }
}
