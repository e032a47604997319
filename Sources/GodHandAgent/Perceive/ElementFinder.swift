import GodHandCore

/// Finds the one element that an action means.
struct ElementFinder {
    let sandbox: Sandbox
    let sight: Sight

    /// What came of looking.
    enum Finding {
        /// Where it is, and what there is to say of it.
        case found(Rect, note: String?)
        /// Why there is nothing to act on, for the model.
        case missing(String)
    }

    /// Pages move while they are laid out: what has changed since it was told where it is, is looked for again.
    func find(_ target: ElementTarget) async throws -> Finding {
        let display = try sandbox.display
        for _ in 0..<3 {
            let (before, _) = try await display.frame()
            let finding = try await findNow(target)
            guard case .found(let box, _) = finding else { return finding }
            let (now, _) = try await display.frame()
            if Freshness.surprise(at: box, seen: before, now: now) == nil { return finding }
            _ = try await display.settledFrame(quiet: .milliseconds(150), deadline: .seconds(1))
        }
        return try await findNow(target)
    }

    private func findNow(_ target: ElementTarget) async throws -> Finding {
        switch target {
        case .mark(let number): try await find(number)
        case .named(let role, let name): try await find(role: role, name: name)
        }
    }

    /// A number belongs to what the model saw. If the screen has changed there since, the element is looked for again
    /// rather than a click sent to what may have come in its place.
    private func find(_ number: Int) async throws -> Finding {
        guard let mark = sight.marks.first(where: { $0.number == number }) else {
            return .missing("There is no element \(number) on the screen that you saw. \(numbers)")
        }
        let (frame, serial) = try await sandbox.display.frame()
        if serial == sight.serial { return .found(mark.box, note: nil) }
        let place = mark.box.intersection(Rect(frame.size))
        if frame.size == sight.frame.size, !place.isEmpty,
            try frame.cropped(to: place) == sight.frame.cropped(to: place)
        {
            return .found(mark.box, note: nil)
        }
        func isMeant(_ element: ScreenElement) -> Bool {
            element.role == mark.role && element.name == mark.name && element.isEnabled
        }
        let candidates = try await elements { $0.contains(where: isMeant) }.filter(isMeant)
        guard let nearest = candidates.min(by: { distance($0.box, mark.box) < distance($1.box, mark.box) }) else {
            return .missing("Element \(number), \(mark.words), is no longer there: the screen has changed.")
        }
        return .found(nearest.box, note: nearest.box == mark.box ? nil : "Element \(number) had moved.")
    }

    private func find(role: String?, name: String) async throws -> Finding {
        let exact = FuzzyText.normalised(name)
        let elements = try await elements { elements in
            elements.find(role: role, name: name).first.map { FuzzyText.normalised($0.name) == exact } ?? false
        }
        let found = elements.find(role: role, name: name)
        if let first = found.first {
            guard first.isEnabled else { return .missing("\(first.words) is there, but greyed out.") }
            let note = found.count == 1 ? nil : "\(found.count) elements are called so; the first was taken."
            return .found(first.box, note: note)
        }
        // What programs do not tell of may still be read.
        if let box = try await read(name) {
            return .found(box, note: "No program tells of such an element; the text on the screen was taken.")
        }
        return .missing(
            "There is no \(ElementTarget.named(role: role, name: name).summary) on the screen. \(names(elements))")
    }

    private func elements(until isEnough: ([ScreenElement]) -> Bool) async throws -> [ScreenElement] {
        do { return try await sandbox.elements(until: isEnough) } catch let error as GodHandError
            where error.isLackOfMeans
        {
            return []
        }
    }

    /// Where the text stands: in the window in front, or else anywhere.
    private func read(_ name: String) async throws -> Rect? {
        do {
            let (frame, _) = try await sandbox.display.frame()
            if let box = try await sandbox.readWindowInFront(of: frame).find(name) { return box }
            return try await sandbox.readText(of: frame).find(name)
        } catch let error as GodHandError where error.isLackOfMeans { return nil }
    }

    private func distance(_ left: Rect, _ right: Rect) -> Int {
        abs(left.center.x - right.center.x) + abs(left.center.y - right.center.y)
    }

    private var numbers: String {
        let numbers = sight.marks.map(\.number)
        guard let least = numbers.min(), let most = numbers.max() else { return "No element was numbered." }
        return "Numbers are from \(least) to \(most)."
    }

    private func names(_ elements: [ScreenElement]) -> String {
        let usable = elements.filter { $0.isInteractive && !$0.name.isEmpty }.prefix(30)
        if usable.isEmpty { return "The window in front tells of no elements; use points instead." }
        return "There are: \(usable.map(\.words).joined(separator: ", "))."
    }
}

extension ScreenElement {
    /// How it is told to a model: `“Save” (push button)`.
    var words: String { ElementTarget.named(role: role, name: name.shortened(to: 60)).summary }
}

extension ScreenMark {
    /// How it is told to a model.
    var words: String { ElementTarget.named(role: role, name: name.shortened(to: 60)).summary }
}

extension GodHandError {
    /// Whether the guest only lacks a tool: there are other ways then.
    var isLackOfMeans: Bool { code == .execFailed || code == .unsupported }
}
