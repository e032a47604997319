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
    /// Which elements are told in words.
    public var listing: Listing = .usable

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

    /// Which elements are told.
    public enum Listing: Sendable, Hashable {
        /// None.
        case nothing
        /// Those that can be used, with their numbers.
        case usable
        /// All that have a name, each below what it is in.
        case everything
    }

    /// Makes the usual view.
    public init(reading: Reading = .whenNeeded, pictures: Pictures = .marked, listing: Listing = .usable) {
        self.reading = reading
        self.pictures = pictures
        self.listing = listing
    }

    /// Finds the elements, numbers them, and shows them.
    public func view(
        _ sight: inout Sight, after previous: Sight?, in sandbox: Sandbox
    ) async throws -> [ModelContent] {
        // On an unchanged screen everything is where it was.
        var elements: [ScreenElement] = []
        let isUnchanged = previous.map { $0.serial == sight.serial && !$0.marks.isEmpty } ?? false
        if !isUnchanged || listing == .everything { elements = try await find(in: sight.frame, of: sandbox) }
        sight.marks = previous?.marks ?? []
        if !isUnchanged { sight.marks = MarkNumbering.marks(of: elements, after: sight.marks) }

        let plain = try await PlainPerception().view(&sight, after: previous, in: sandbox)
        var content = plain.filter { !$0.isImage }
        if pictures != .marked || sight.marks.isEmpty { content += plain.filter(\.isImage) }
        if pictures != .plain, !sight.marks.isEmpty {
            content.append(.image(try await Self.draw(sight.marks, on: sight.frame)))
        }
        let list = listing == .everything ? Self.tree(elements, sight.marks) : sight.marks.map(\.line)
        if listing != .nothing, !list.isEmpty {
            let isNumbered = pictures == .plain ? "Elements, by number:" : "Elements, by the number in their box:"
            content.append(.text(isNumbered))
            content.append(.untrusted(list.joined(separator: "\n")))
        }
        return content
    }

    /// A line for each element that says something, further in for each that it is in.
    private static func tree(_ elements: [ScreenElement], _ marks: [ScreenMark]) -> [String] {
        var above: [Int] = []
        return elements.filter { !$0.name.isEmpty || $0.isInteractive }.prefix(400).map { element in
            above.removeAll { $0 >= element.depth }
            let indent = String(repeating: "  ", count: min(above.count, 12))
            above.append(element.depth)
            if let mark = marks.first(where: { $0.box == element.box && $0.name == element.name }) {
                let value = element.value.map { " = “\($0.shortened(to: 80))”" } ?? ""
                return indent + mark.line + value
            }
            return indent + "\(element.role ?? "text") “\(element.name.shortened(to: 80))”"
        }
    }

    /// All that can be told of the screen. A guest that cannot tell its elements, or has no reader, is no failure: there
    /// is less to see.
    func find(in frame: Frame, of sandbox: Sandbox) async throws -> [ScreenElement] {
        guard sandbox.machine.shell != nil else { return [] }
        func isUsable(_ element: ScreenElement) -> Bool { element.isInteractive && element.isEnabled }
        var elements =
            try await Self.ifPossible { try await sandbox.elements { $0.contains(where: isUsable) } } ?? []
        let isPoor = !elements.contains(where: isUsable)
        if reading == .always || reading == .whenNeeded && isPoor,
            let text = try await Self.ifPossible({ try await sandbox.readWindowInFront(of: frame) })
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

extension ModelContent {
    fileprivate var isImage: Bool { if case .image = self { true } else { false } }
}
