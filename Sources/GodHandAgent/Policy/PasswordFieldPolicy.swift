public import GodHandCore
import Synchronization

/// Lets nothing be typed into a password field but placeholders of secrets, unless a person agrees.
///
/// Which field has the keyboard is known if the model named an element, if an element that was seen lies where it last
/// clicked, or from the closure. Where none of these tells, it allows.
public struct PasswordFieldPolicy: ActionPolicy {
    private let focusedRole: (@Sendable (PolicyContext) async throws -> String?)?
    private let focus = Mutexed<[SandboxID: ScreenMark?]>([:])

    /// Makes a policy.
    ///
    /// - Parameter focusedRole: The role of the element that has the keyboard, as assistive programs call it, such as
    ///   `password text`; nil if it cannot be told.
    public init(focusedRole: (@Sendable (PolicyContext) async throws -> String?)? = nil) {
        self.focusedRole = focusedRole
    }

    /// A policy that asks the guest which element has the keyboard, each time that something is typed.
    public static var askingTheGuest: PasswordFieldPolicy {
        PasswordFieldPolicy { context in try await context.sandbox.elements().first(where: \.isFocused)?.role }
    }

    /// Checks what is typed.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        remember(action, context)
        guard let typed = Self.typing(action), !SecretText.isOnlyPlaceholders(typed) else { return .allow }
        guard try await isPasswordField(action, context) else { return .allow }
        return .requireApproval("The model wants to type into a password field without using the name of a secret.")
    }

    private func isPasswordField(_ action: Action, _ context: PolicyContext) async throws -> Bool {
        if case .element(let target, _) = action { return Self.isPassword(target, in: context.sight) }
        if let role = try await focusedRole?(context) { return Self.isPassword(role: role, name: "") }
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
