public import GodHandCore
import Synchronization

/// Allows only actions that make sense on this screen and stay within bounds.
///
/// It refuses points outside the screen, unknown keys and marks, texts, lists and waits that are too long, characters
/// that nobody sees or that turn the direction of writing, and more actions upon one look than a model has a use for.
public struct LimitsPolicy: ActionPolicy {
    /// The most bytes of typed text.
    public var text = 4 << 10
    /// The longest wait.
    public var wait: Duration = .seconds(60)
    /// The most actions upon one and the same look at the screen.
    public var batch = 20
    /// The most bytes of an answer, a reason or a question.
    public var words = 64 << 10

    private let counts = TurnCounts()

    /// The usual limits.
    public init() {}

    /// Checks the action.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        if action.isEffectful, counts.count(context) > batch {
            return .deny("More than \(batch) actions upon one look at the screen are not done. Look first.")
        }
        if let reason = problem(of: action, in: context) { return .deny(reason) }
        return .allow
    }

    private func problem(of action: Action, in context: PolicyContext) -> String? {
        switch action {
        case .input(let input): return problem(of: input, in: context.sight.frame.size)
        case .exec(let arguments):
            let size = arguments.reduce(0) { $0 + min($1.utf8.count, 1 << 20) }
            guard (1...64).contains(arguments.count), size <= 16 << 10, arguments[0] != "" else {
                return "A command has 1 to 64 arguments of at most 16 KiB together."
            }
            return Self.invisible(in: arguments.joined(), or: ["\n", "\t"])
        case .open(let target):
            guard (1...2_048).contains(target.utf8.count) else { return "What is opened has 1 to 2048 bytes." }
            return Self.invisible(in: target, or: [])
        case .zoom(let region):
            let screen = Rect(context.sight.frame.size)
            return region.isEmpty || !screen.contains(region)
                ? "The region must lie on the screen of \(screen.size) pixels." : nil
        case .element(let target, let gesture): return problem(of: target, gesture, in: context.sight)
        case .wait(let duration): return problem(ofWait: duration)
        case .waitFor(let condition, let duration):
            let size = condition.summary.utf8.count
            return size > 1_024 ? "What is waited for is too long." : problem(ofWait: duration)
        case .done(let text), .fail(let text), .ask(let text):
            return text.utf8.count > words ? "The text is longer than \(words) bytes." : nil
        case .look, .cursorPosition: return nil
        }
    }

    private func problem(of input: InputAction, in screen: Size) -> String? {
        if case .type(let typed) = input, let reason = problem(ofText: typed) { return reason }
        if case .hold(_, let duration) = input, duration > wait { return problem(ofWait: duration) }
        do { try input.validated(in: screen) } catch let error as GodHandError {
            return [error.message, error.hint].compactMap(\.self).joined(separator: " ")
        } catch { return "The action is out of bounds." }
        return nil
    }

    private func problem(of target: ElementTarget, _ gesture: ElementGesture, in sight: Sight) -> String? {
        switch target {
        case .mark(let number):
            guard sight.marks.contains(where: { $0.number == number }) else {
                return "There is no element \(number) in what was seen last."
            }
        case .named(let role, let name):
            guard name.utf8.count + (role?.utf8.count ?? 0) <= 1_024 else { return "The element's name is too long." }
        }
        switch gesture {
        case .click(_, let count):
            return (1...InputLimits.clicks).contains(count) ? nil : "\(count) is not a possible number of clicks."
        case .hover: return nil
        case .type(let typed, _): return problem(ofText: typed)
        }
    }

    private func problem(ofWait duration: Duration) -> String? {
        duration < .zero || duration > wait ? "A wait takes at most \(wait.formattedSeconds)." : nil
    }

    private func problem(ofText typed: String) -> String? {
        guard typed.utf8.count <= text else {
            return "A text of \(typed.utf8.count) bytes is too long; at most \(text) are typed at once."
        }
        // Joiners and variation selectors are part of words and signs that people do type.
        return Self.invisible(in: typed, or: ["\n", "\t", "\r", "\u{8}", "\u{1b}", "\u{7f}"], joiners: true)
    }

    private static func invisible(
        in text: String, or allowed: Set<Unicode.Scalar>, joiners: Bool = false
    ) -> String? {
        for scalar in text.unicodeScalars where scalar.isInvisible && !allowed.contains(scalar) {
            let isJoiner = (0x200c...0x200d).contains(scalar.value) || (0xfe00...0xfe0f).contains(scalar.value)
            if joiners && isJoiner { continue }
            return "The text has the invisible character U+\(String(scalar.value, radix: 16, uppercase: true))."
        }
        return nil
    }
}

/// How many actions came upon the last look, for each machine.
private final class TurnCounts: Sendable {
    private let turns = Mutex<[SandboxID: (Observation, Int)]>([:])

    func count(_ context: PolicyContext) -> Int {
        turns.withLock { turns in
            // Machines come and go; what is dropped here only begins to count anew.
            if turns.count > 1_000 { turns = [:] }
            let observation = context.sight.observation
            var (known, count) = turns[context.sandbox.id] ?? (observation, 0)
            let isSame =
                known.screenshot.serial == observation.screenshot.serial
                && known.screenshot.takenAt == observation.screenshot.takenAt
            if !isSame { (known, count) = (observation, 0) }
            turns[context.sandbox.id] = (known, count + 1)
            return count + 1
        }
    }
}

extension Action {
    /// Whether it does something to the machine.
    var isEffectful: Bool {
        switch self {
        case .input, .exec, .open, .element: true
        case .look, .zoom, .cursorPosition, .wait, .waitFor, .done, .fail, .ask: false
        }
    }

    /// What it types, if it types.
    var typedText: String? {
        switch self {
        case .input(.type(let text)), .element(_, .type(let text, _)): text
        default: nil
        }
    }
}
