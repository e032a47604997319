import GodHandCore
import Synchronization

/// Tells whether the screen shows a field for a password, so that what is typed then is kept out of the trace.
public struct PasswordFields: Sendable {
    let areShown: @Sendable (PolicyContext) async throws -> Bool

    /// Asks the guest for the elements of the window in front. A guest that cannot tell them shows none.
    public init() {
        self.init { context in
            if context.sight.marks.contains(where: { $0.role == "password text" }) { return true }
            do {
                return try await context.sandbox.elements(within: .seconds(2)) { $0.contains(where: \.isPasswordField) }
                    .contains(where: \.isPasswordField)
            } catch let error as GodHandError where error.isLackOfMeans { return false }
        }
    }

    /// Asks a closure.
    public init(_ areShown: @escaping @Sendable (PolicyContext) async throws -> Bool) { self.areShown = areShown }
}

/// Keeps what was typed into password fields out of what a recorder is told, from the turn on in which it was asked for.
final class TypedSecrets: RunRecorder {
    private let recorder: any RunRecorder
    private let known = Mutex<(texts: Set<String>, redactor: Redactor)>(([], Redactor([:], keyMaterial: false)))

    init(_ recorder: any RunRecorder) { self.recorder = recorder }

    func record(_ event: RunEvent) async throws {
        try await recorder.record(known.withLock(\.redactor).redacted(event))
    }

    /// Whether a text is kept out already.
    func knows(_ text: String) -> Bool { known.withLock { $0.texts.contains(text) } }

    /// Keeps texts out from now on. Those of fewer than four bytes cannot be told from other text.
    func learn(_ texts: [String]) {
        known.withLock { known in
            known.texts.formUnion(texts)
            let values = known.texts.sorted().enumerated().map { ("typed-\($0.offset + 1)", $0.element) }
            known.redactor = Redactor(Dictionary(uniqueKeysWithValues: values), keyMaterial: false)
        }
    }
}

extension AgentRun {
    /// Keeps what a turn types out of the trace, if the screen shows a password field. Which of several fields a text goes
    /// to is not known before it is typed, and then the turn is on the disk; so all of them are kept out.
    func hideTyped(in response: ModelResponse) async throws {
        guard let typedSecrets, let fields = settings.passwordFields, let context = context(nil) else { return }
        let texts = response.actions.compactMap(\.action.typedText).filter { !SecretText.isOnlyPlaceholders($0) }
        guard !texts.isEmpty, try await fields.areShown(context) else { return }
        typedSecrets.learn(texts)
    }

    /// Why a text may not be typed now: a password field has come up since the turn was recorded.
    func surprise(typing action: Action) async throws -> String? {
        guard let typedSecrets, let fields = settings.passwordFields, let context = context(nil),
            let text = action.typedText, !SecretText.isOnlyPlaceholders(text), !typedSecrets.knows(text),
            try await fields.areShown(context)
        else { return nil }
        return "A password field has come up since you looked. Look at it, then type."
    }
}
