import Foundation
public import GodHandCore

/// Passwords and other words that a model may use and never sees.
///
/// The model is told names and types placeholders: `{{secret:mail-password}}`. What stands for them is put in at the last
/// moment, when keys are pressed, and only where the secret belongs. Steps, traces and logs hold the placeholder.
///
/// What is typed into a field that shows its content is then on the screen, and in pictures of it. Nothing here can
/// prevent that, so give secrets to places where they are typed into password fields.
public struct Secrets: Sendable {
    private var values: [String: Secret] = [:]
    private let address: @Sendable (Sandbox) async throws -> String?
    private let windowTitle: @Sendable (Sandbox) async throws -> String?
    /// How long the keyboard may take to arrive: a click of a moment ago is not yet in what the guest tells.
    private let patience: Duration
    private let lines = TypedLines()

    /// Makes an empty store.
    public init() {
        windowTitle = { try await $0.windowTitle() }
        address = { try await $0.keyboardAddress() }
        patience = .seconds(2)
    }

    /// Makes an empty store that asks in ways of yours where the keyboard is. Each is asked once, so wait in them for a
    /// keyboard that may be on its way.
    ///
    /// - Parameters:
    ///   - windowTitle: The title of the window in front; nil if it cannot be told.
    ///   - address: The address of the page that has the keyboard; nil if it cannot be told.
    public init(
        windowTitle: @escaping @Sendable (Sandbox) async throws -> String?,
        address: @escaping @Sendable (Sandbox) async throws -> String?
    ) {
        self.windowTitle = windowTitle
        self.address = address
        patience = .zero
    }

    /// Adds a secret, or replaces the one of that name.
    ///
    /// - Throws: `GodHandError` with `request.invalid` if the name has other than letters, digits, dashes, dots and
    ///   underscores, or if the value has fewer than 4 or more than 1024 bytes, or control characters. Shorter values
    ///   could not be kept out of traces without making them unreadable.
    public mutating func add(_ secret: Secret, as name: String) throws {
        guard SecretText.isName(name) else {
            throw GodHandError(
                .invalidRequest, "'\(name.shortened(to: 80))' cannot name a secret.",
                hint: "Use letters, digits, dashes, dots and underscores, at most 64 of them.")
        }
        guard (4...1_024).contains(secret.value.utf8.count),
            secret.value.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw GodHandError(
                .invalidRequest, "The value of the secret '\(name)' cannot be used.",
                hint: "It must have 4 to 1024 bytes without control characters; a line feed at its end is one.")
        }
        values[name] = secret
    }

    /// The names, for telling the model.
    public var names: [String] { values.keys.sorted() }

    /// What a model should be told of them; empty if there are none.
    public var instructions: String {
        if values.isEmpty { return "" }
        let list = names.map { "{{secret:\($0)}}" }.joined(separator: ", ")
        return "You do not know passwords. To have one typed, type its placeholder and nothing else: \(list)."
    }

    /// Replaces their values, in whatever encoding, by their names.
    public var redactor: Redactor { Redactor(values.mapValues(\.value)) }

    /// What stands for the placeholders, if all of them belong where the keyboard is.
    func resolved(_ text: String, in sandbox: Sandbox) async throws -> String {
        guard let parsed = SecretText(text) else { throw Self.malformed }
        if parsed.names.isEmpty { return text }
        guard SecretText.isOnlyPlaceholders(text) else {
            throw GodHandError(
                .invalidRequest, "A placeholder of a secret must be typed by itself.",
                hint: "Type the other text in an action of its own, into its own field.")
        }
        for name in Set(parsed.names) {
            guard let secret = values[name] else {
                throw GodHandError(
                    .notFound, "There is no secret of the name '\(name)'.",
                    hint: names.isEmpty ? nil : "There are: \(names.joined(separator: ", ")).")
            }
            try await check(secret, name, in: sandbox)
        }
        return parsed.parts.map { part in
            switch part {
            case .text(let plain): plain
            case .secret(let name): values[name]?.value ?? ""
            }
        }.joined()
    }

    /// The first secret in a text that does not belong everywhere.
    private func placed(in text: String) -> String? {
        SecretText(text)?.names.first { values[$0]?.places.contains(.anywhere) == false }
    }

    private func check(_ secret: Secret, _ name: String, in sandbox: Sandbox) async throws {
        let deadline = ContinuousClock.now + patience
        let display = patience > .zero ? try? sandbox.display : nil
        repeat {
            let serial = try await display?.state().serial ?? 0
            if try await belongs(secret, in: sandbox) { return }
            _ = try await display?.change(after: serial, within: .milliseconds(100))
        } while display != nil && ContinuousClock.now < deadline
        throw GodHandError(
            .secretMisplaced, "The secret '\(name)' does not belong where the keyboard is now.",
            hint: "Go to \(secret.places.map(\.words).joined(separator: " or ")) first.")
    }

    private func belongs(_ secret: Secret, in sandbox: Sandbox) async throws -> Bool {
        for place in secret.places {
            switch place {
            case .anywhere: return true
            case .window(let part):
                let title = try await windowTitle(sandbox)
                if let title, !part.isEmpty, title.localizedCaseInsensitiveContains(part) { return true }
            case .site(let rule):
                guard let text = try await address(sandbox), case .address(let found) = WebAddress.read(text) else {
                    continue
                }
                if rule.matches(found) { return true }
            }
        }
        return false
    }

    private static func movesFirst(_ name: String) -> String {
        "The secret '\(name)' is not typed into an element that is named, since the keyboard would move there first."
    }

    private static let clickFirst = "Click the field first, then type the placeholder."

    private static let malformed = GodHandError(
        .invalidRequest, "The text holds something like the placeholder of a secret that is none.",
        hint: "Write {{secret:name}} exactly, with a name that you were told.")
}

extension Secrets: InputSubstitution {
    /// Puts the values in, where they belong.
    ///
    /// A secret with a place is typed only where the keyboard is already: naming an element moves the keyboard after its
    /// place was asked for.
    ///
    /// - Throws: `GodHandError` with `secret.misplaced` if the keyboard is elsewhere or about to move, `not-found`,
    ///   `request.invalid`, or what asking the guest throws.
    public func substitute(in action: Action, _ context: PolicyContext) async throws -> Action {
        switch action {
        case .input(.type(let text)):
            let typed = try await resolved(text, in: context.sandbox)
            _ = try Keysym.typing(typed)
            return .input(.type(typed))
        case .element(let target, .type(let text, let replacing)):
            if let name = placed(in: text) {
                throw GodHandError(.secretMisplaced, Self.movesFirst(name), hint: Self.clickFirst)
            }
            let typed = try await resolved(text, in: context.sandbox)
            _ = try Keysym.typing(typed)
            return .element(target, .type(typed, replacing: replacing))
        default: return action
        }
    }
}

extension Secrets: ActionPolicy {
    /// Refuses placeholders where they are never replaced, unknown ones, and such as would become a part of something
    /// longer: an address, a command, a sentence.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        let before = lines.current(context.sandbox.id).text
        let made = lines.take(action, context.sandbox.id)
        if let text = action.typedText {
            guard let parsed = SecretText(text) else { return .deny(Self.malformed.message) }
            if parsed.names.isEmpty {
                // In pieces it is never replaced; that a model tries says that something talks it into it.
                return made.contains { SecretText($0.text) == nil || SecretText($0.text)?.names.isEmpty == false }
                    ? .deny("Nothing can be typed behind a secret, and no placeholder in pieces.") : .allow
            }
            if let unknown = parsed.names.first(where: { values[$0] == nil }) {
                return .deny("There is no secret of the name '\(unknown)'.")
            }
            if lines.current(context.sandbox.id).focus == .addressBar {
                return .deny("The keyboard seems to be in an address or search field, where no secret belongs.")
            }
            var isReplacing = false
            if case .element = action {
                if let name = placed(in: text) { return .deny("\(Self.movesFirst(name)) \(Self.clickFirst)") }
                isReplacing = true
            }
            // One that was refused is in the line, too, and may be tried again elsewhere.
            let isAlone = isReplacing || before.isEmpty || SecretText.isOnlyPlaceholders(before)
            return SecretText.isOnlyPlaceholders(text) && isAlone
                ? .allow : .deny("A placeholder of a secret must be all that is in its field.")
        }
        let words: String
        switch action {
        case .exec(let arguments): words = arguments.joined(separator: " ")
        case .open(let target): words = target
        default: return .allow
        }
        return words.lowercased().contains("{{secret") || words.lowercased().contains("%7b%7bsecret")
            ? .deny("Secrets can only be typed.") : .allow
    }
}

/// A value that only its own place gets to see.
public struct Secret: Sendable {
    /// What is typed.
    let value: String
    /// Where it belongs.
    public let places: [Place]

    /// Makes a secret.
    ///
    /// - Parameters:
    ///   - value: What is typed.
    ///   - places: Where it may be typed: in any of these.
    public init(_ value: String, for places: Place...) {
        self.value = value
        self.places = places
    }

    /// Where a secret belongs.
    public enum Place: Sendable, Hashable {
        /// A window whose title contains this, whatever its case. A page chooses its own title: for pages take a site.
        case window(String)
        /// A page of a site, as the browser names it at that moment: the page, or the frame in a page, whose field has
        /// the keyboard. A guest that cannot tell its elements cannot tell this either; then nothing is typed.
        case site(DomainRule)
        /// Everywhere, whatever is there to read it.
        case anywhere

        /// A page of a site: `en.example.org` or `*.example.org`.
        ///
        /// - Throws: `GodHandError` with `request.invalid` for what is no name.
        public static func site(_ rule: String) throws -> Place { .site(try DomainRule(rule)) }

        var words: String {
            switch self {
            case .window(let title): "the window “\(title)”"
            case .site: "its site"
            case .anywhere: "any window"
            }
        }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same: it says nothing of the value.
    public var description: String { "(secret)" }
    /// Always the same: it says nothing of the value.
    public var debugDescription: String { "(secret)" }
    /// Without children: dumps show no value.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secrets: CustomReflectable {
    /// The names only: dumps show no value.
    public var customMirror: Mirror { Mirror(self, children: ["names": names]) }
}

extension GodHandError.Code {
    /// A secret was to be typed where it does not belong. Nothing was typed.
    public static let secretMisplaced: Self = "secret.misplaced"
}
