public import GodHandCore

/// Shows a model the screen with numbered boxes on what can be used, and a list of them.
///
/// A model that is weak at telling pixels can then answer with a number; see `Action.element`. Elements come from the
/// guest's accessibility tree; where that has none, from the text that is read on the screen.
public struct MarkedPerception: Perception {
    /// When the text of the screen is read for more elements. Reading takes a second or two.
    public var reading: Reading = .whenNeeded
    /// What of the screen goes to the model.
    public var pictures: Pictures = .marked
    /// Whether the list of elements goes to the model.
    public var listsElements = true

    /// When text is read.
    public enum Reading: Sendable, Hashable {
        /// Never.
        case never
        /// If the window in front tells of nothing that can be used.
        case whenNeeded
        /// At each look.
        case always
    }

    /// What a model sees.
    public enum Pictures: Sendable, Hashable {
        /// The screen as it is.
        case plain
        /// The screen with the boxes.
        case marked
        /// Both, the plain one first.
        case both
    }

    /// Makes the usual view.
    public init(reading: Reading = .whenNeeded, pictures: Pictures = .marked, listsElements: Bool = true) {
        self.reading = reading
        self.pictures = pictures
        self.listsElements = listsElements
    }

    /// Finds the elements, numbers them, and shows them.
    public func view(
        _ sight: inout Sight, after previous: Sight?, in sandbox: Sandbox
    ) async throws -> [ModelContent] {
        // On an unchanged screen everything is where it was.
        if let previous, previous.serial == sight.serial, !previous.marks.isEmpty {
            sight.marks = previous.marks
        } else {
            let elements = try await find(in: sight.frame, of: sandbox)
            sight.marks = MarkNumbering.marks(of: elements, after: previous?.marks ?? [])
        }
        var content: [ModelContent] = []
        if pictures != .marked || sight.marks.isEmpty {
            content.append(.image(ModelImage(png: sight.observation.screenshot.png, size: sight.frame.size)))
        }
        if pictures != .plain, !sight.marks.isEmpty {
            content.append(.image(try await Self.draw(sight.marks, on: sight.frame)))
        }
        if listsElements, !sight.marks.isEmpty {
            content.append(.text("Elements, by the number in their box:"))
            content.append(.untrusted(sight.marks.map(\.line).joined(separator: "\n")))
        }
        return content
    }

    /// All that can be told of the screen. A guest that cannot tell its elements, or has no reader, is no failure: there
    /// is less to see.
    func find(in frame: Frame, of sandbox: Sandbox) async throws -> [ScreenElement] {
        guard sandbox.machine.shell != nil else { return [] }
        var elements = try await Self.ifPossible { try await sandbox.elements() } ?? []
        let isPoor = !elements.contains { $0.isInteractive && $0.isEnabled }
        if reading == .always || reading == .whenNeeded && isPoor,
            let text = try await Self.ifPossible({ try await sandbox.readText(of: frame) })
        {
            elements += TextElements.find(in: text, of: frame, besides: elements)
        }
        return elements
    }

    private static func ifPossible<Result>(_ body: () async throws -> Result) async throws -> Result? {
        do { return try await body() } catch let error as GodHandError where error.isLackOfMeans { return nil }
    }

    @concurrent
    private static func draw(_ marks: [ScreenMark], on frame: Frame) async throws -> ModelImage {
        let picture = try MarkPainter.draw(marks, on: frame)
        return ModelImage(png: try PNG.encode(picture), size: picture.size)
    }
}

extension ScreenMark {
    /// How it is told to a model: `7 link “London” at (530, 417)`.
    var line: String {
        "\(number) \(role ?? "text") “\(name.shortened(to: 80))” at (\(box.center.x), \(box.center.y))"
    }
}
