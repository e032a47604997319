public import GodHandCore
import Synchronization

/// Lets nothing be typed into a password field but placeholders of secrets, unless a person agrees.
///
/// Which field has the keyboard is asked of the guest, each time that something else is about to be typed. Where the guest
/// cannot tell, it goes by the element that the model named, or that was seen where it last clicked. Where none of these
/// tells, it allows.
public struct PasswordFieldPolicy: ActionPolicy {
    private let elements: @Sendable (PolicyContext) async throws -> [ScreenElement]?
    private let focus = Mutexed<[SandboxID: ScreenMark?]>([:])

    /// Makes a policy that asks the guest.
    public init() {
        self.init { context in
            do {
                // A busy program tells late which of its fields has the keyboard.
                return try await context.sandbox.elements(within: .seconds(2)) { $0.contains(where: \.isFocused) }
            } catch let error as GodHandError where error.isLackOfMeans { return nil }
        }
    }

    /// Makes a policy that learns from a closure what is on the screen.
    ///
    /// - Parameter elements: The elements of the window in front, with what has the keyboard among them; nil if they
    ///   cannot be told.
    public init(elements: @escaping @Sendable (PolicyContext) async throws -> [ScreenElement]?) {
        self.elements = elements
    }

    /// Checks what is typed.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        remember(action, context)
        guard let typed = Self.typing(action), !SecretText.isOnlyPlaceholders(typed) else { return .allow }
        guard try await isForPasswordField(typed, action, context) else { return .allow }
        return .requireApproval("The model wants to type into a password field without using the name of a secret.")
    }

    private func isForPasswordField(
        _ typed: String, _ action: Action, _ context: PolicyContext
    ) async throws -> Bool {
        let elements = try await elements(context) ?? []
        // Behind a tab the text goes on in another field.
        if typed.contains("\t"), elements.contains(where: \.isPasswordField) { return true }
        if case .element(let target, _) = action {
            return Self.isPassword(target, in: context.sight)
                || elements.contains { $0.isPasswordField && $0.isMeant(by: target, in: context.sight) }
        }
        let focused = elements.filter(\.isFocused)
        if focused.contains(where: { Self.isPassword(role: $0.role ?? "", name: $0.name) }) { return true }
        // That a page or a window has the keyboard does not say which of its fields.
        if focused.contains(where: \.isField) { return false }
        guard let mark = focus.withLock({ $0[context.sandbox.id] ?? nil }) else { return false }
        return Self.isPassword(role: mark.role ?? "", name: mark.name)
    }

    /// Keeps where the keyboard went with a click.
    private func remember(_ action: Action, _ context: PolicyContext) {
        let mark: ScreenMark?
        switch action {
        case .input(.click(let point?, _, _, _)): mark = context.sight.mark(at: point)
        case .input(.click(nil, _, _, _)): mark = context.sight.observation.cursor.flatMap(context.sight.mark(at:))
        case .element(let target, .click): mark = context.sight.mark(of: target)
        case .element(let target, .type): mark = context.sight.mark(of: target)
        // The Tab key and chords take it elsewhere.
        case .input(.key(let chord, _)) where Self.typing(action) == nil && chord.keys.count <= 2: mark = nil
        case .open: mark = nil
        default: return
        }
        focus.withLock { focus in
            if focus.count > 1_000 { focus = [:] }
            focus[context.sandbox.id] = mark
        }
    }

    /// The text that an action types, single keys included.
    private static func typing(_ action: Action) -> String? {
        if let text = action.typedText { return text }
        guard case .input(.key(let chord, _)) = action, let keysyms = try? chord.keysyms() else { return nil }
        let typed = keysyms.filter { !$0.isModifier }
        guard typed.count == keysyms.count || keysyms.contains(.shift), typed.count == 1 else { return nil }
        return typed.first?.scalar.map { String(Character($0)) }
    }

    private static func isPassword(_ target: ElementTarget, in sight: Sight) -> Bool {
        if let mark = sight.mark(of: target), isPassword(role: mark.role ?? "", name: mark.name) { return true }
        if case .named(let role, let name) = target { return isPassword(role: role ?? "", name: name) }
        return false
    }

    private static func isPassword(role: String, name: String) -> Bool {
        if role.lowercased().contains("password") { return true }
        // Only of what can be typed into: a link "Forgot your password?" is none.
        let isField = ["entry", "text", "edit", ""].contains { role.lowercased() == $0 }
        let words = ["password", "passphrase", "passcode", "pin code", "security code", "cvc", "cvv"]
        return isField && words.contains { name.lowercased().contains($0) }
    }
}

extension ScreenElement {
    /// Whether an action names it.
    fileprivate func isMeant(by target: ElementTarget, in sight: Sight) -> Bool {
        switch target {
        case .mark: sight.mark(of: target)?.box == box
        case .named(let role, let name):
            self.name.lowercased() == name.lowercased()
                && (role.map { $0.lowercased() == self.role?.lowercased() } ?? true)
        }
    }
}

extension Sight {
    /// The smallest element that was seen at a point.
    func mark(at point: Point) -> ScreenMark? {
        marks.filter { $0.box.contains(point) }.min { $0.box.size.area < $1.box.size.area }
    }

    /// The element that an action names.
    func mark(of target: ElementTarget) -> ScreenMark? {
        switch target {
        case .mark(let number): marks.first { $0.number == number }
        case .named(let role, let name):
            marks.first { mark in
                mark.name.lowercased() == name.lowercased()
                    && (role.map { $0.lowercased() == mark.role?.lowercased() } ?? true)
            }
        }
    }
}

/// A value under a lock that a policy may hold and hand on: copies of the policy share it.
final class Mutexed<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try mutex.withLock { value in try body(&value) }
    }
}
