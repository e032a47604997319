import Foundation
import GodHandCore

/// Which page the browser shows, and which one has the keyboard.
extension Sandbox {
    /// The address of the page in the window in front; nil if none came in time.
    func pageAddress() async throws -> String? {
        do {
            let elements = try await elements { $0.page != nil }
            if let page = elements.page { return page.address }
        } catch let error as GodHandError where error.isLackOfMeans {}
        return try await copiedAddress()
    }

    /// The address of the page whose field has the keyboard: of a frame in a page, the frame's own.
    ///
    /// Nil if the keyboard is not in a page, or if the guest cannot tell. It never moves the keyboard to find out.
    func keyboardAddress() async throws -> String? {
        do {
            return try await elements(within: .seconds(2)) { $0.contains(where: \.isFocused) }.pageWithKeyboard?.address
        } catch let error as GodHandError where error.isLackOfMeans { return nil }
    }

    /// The address in the address bar, by way of the clipboard, for browsers that tell no elements.
    private func copiedAddress() async throws -> String? {
        // What lay in the clipboard before would look like an answer, so a word of ours goes there first.
        let mark = "godhand-\(SandboxID.unique())"
        let set = try await exec(
            ["sh", "-c", "exec xclip -selection clipboard >/dev/null 2>&1"], input: .bytes(Array(mark.utf8)),
            timeout: GuestPatience.question)
        guard set.isSuccess else { return nil }
        let display = try display
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(6)
        var address: String?
        // A browser that is busy takes the second key before the first had its effect, and copies nothing.
        while address == nil, clock.now < deadline {
            let serial = try await display.state().serial
            try await display.press("ctrl+l")
            _ = try await display.settledFrame(
                quiet: .milliseconds(60), deadline: .seconds(1), after: serial, reaction: .milliseconds(200))
            try await display.press("ctrl+c")
            address = try await clipboard(otherThan: mark, until: min(deadline, clock.now + .milliseconds(600)))
        }
        // The first closes what the bar may have unfolded; by the second the keyboard goes back to the page.
        try await display.press("Escape", repeat: 2)
        return address
    }

    /// What lies in the clipboard once it is something else. Nothing tells of its change; asking takes its time, so this
    /// loop does not spin.
    private func clipboard(otherThan mark: String, until deadline: ContinuousClock.Instant) async throws -> String? {
        repeat {
            let text = try await clipboard()?.trimmingCharacters(in: .whitespacesAndNewlines)
            if let text, text != mark, !text.isEmpty { return text }
        } while ContinuousClock.now < deadline
        return nil
    }
}

extension [ScreenElement] {
    /// The largest page that is not itself in a page.
    fileprivate var page: ScreenElement? {
        var outermost: [ScreenElement] = []
        var depth = Int.max
        for element in self {
            if element.depth <= depth { depth = .max }
            guard element.address != nil, depth == .max else { continue }
            depth = element.depth
            outermost.append(element)
        }
        return outermost.max { $0.box.size.area < $1.box.size.area }
    }

    /// The innermost page around what has the keyboard; nil also if something outside of pages has it as well.
    var pageWithKeyboard: ScreenElement? {
        var around: [ScreenElement] = []
        var found: ScreenElement?
        for element in self {
            while let last = around.last, last.depth >= element.depth { around.removeLast() }
            if element.address != nil { around.append(element) }
            guard element.isFocused else { continue }
            guard let page = around.last else { return nil }
            found = page
        }
        return found
    }
}
