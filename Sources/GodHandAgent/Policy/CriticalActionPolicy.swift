public import GodHandCore

/// Wants a person's approval for actions whose effects cannot be taken back: sending, paying, deleting, publishing,
/// granting, accepting, changing accounts, installing.
///
/// It goes by the words on what is clicked, the title of the window in which something is confirmed, and the programs of
/// commands. It is cautious: rather one question too many. What has no name, and is clicked by its place alone, it cannot
/// judge unless `label` reads what stands there.
public struct CriticalActionPolicy: ActionPolicy {
    /// Which effects need approval.
    public var effects = Set(Effect.allCases)
    /// Further words for them, such as those of another language.
    public var words: [Effect: Set<String>] = [:]

    private let label: (@Sendable (Point, PolicyContext) async throws -> String?)?

    /// Makes a policy.
    ///
    /// - Parameter label: Reads what stands at a place where no element is known; nil from it means that nothing does.
    public init(label: (@Sendable (Point, PolicyContext) async throws -> String?)? = nil) { self.label = label }

    /// A policy that reads what is clicked from the pixels, by the `tesseract` of the guest.
    public static var readingTheScreen: CriticalActionPolicy {
        CriticalActionPolicy { point, context in
            guard context.sight.frame.size.contains(point) else { return nil }
            let around = Rect(x: point.x - 120, y: point.y - 24, width: 240, height: 48)
            let found = try await context.sandbox.readText(of: context.sight.frame, in: around)
            // Only the words near the place: those beside it belong to its neighbours.
            return found.lines.flatMap(\.words).filter { word in
                let near = Rect(
                    x: word.box.x - 24, y: word.box.y - 12, width: word.box.width + 48, height: word.box.height + 24)
                return near.contains(point)
            }.map(\.text).joined(separator: " ")
        }
    }

    /// Finds out what the action would do.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        guard let found = try await words(of: action, context) else { return .allow }
        guard let effect = Effect.effects(of: found.words, words: words).first(where: effects.contains) else {
            return .allow
        }
        // The words come from the screen, so they are quoted and short.
        return .requireApproval(
            "This may \(effect.rawValue): \(found.what) “\(found.words.shortened(to: 60))”.")
    }

    private func words(of action: Action, _ context: PolicyContext) async throws -> (what: String, words: String)? {
        switch action {
        case .input(.click(let point, _, _, _)):
            guard let point = point ?? context.sight.observation.cursor else { return nil }
            if let mark = context.sight.mark(at: point) { return ("a click on", mark.name) }
            return try await label?(point, context).map { ("a click on", $0) }
        case .element(let target, .click):
            if let mark = context.sight.mark(of: target) { return ("a click on", mark.name) }
            if case .named(_, let name) = target { return ("a click on", name) }
            return nil
        case .input(.key(let chord, _)): return Self.meaning(of: chord, context.sight.observation.windowTitle)
        case .exec(let arguments): return Self.meaning(of: arguments).map { ("a command that may", $0) }
        default: return nil
        }
    }

    /// Keys that send or delete for good, and keys that confirm what a window's title names.
    private static func meaning(of chord: KeyChord, _ title: String?) -> (String, String)? {
        guard let keysyms = try? chord.keysyms(), let last = keysyms.last else { return nil }
        let hasControl = keysyms.contains(.control) || keysyms.contains(Keysym(rawValue: 0xffe4))
        let isConfirming = last == .return || last.rawValue == 0xff8d
        if isConfirming, hasControl { return ("the keys \(chord)", "send") }
        if last == .delete, keysyms.contains(.shift) { return ("the keys \(chord)", "delete") }
        // Only short titles are those of dialogs; a page may have any word in its title.
        if isConfirming || last.scalar == " ", let title, title.utf8.count <= 40, !title.contains(" — ") {
            return ("a confirmation in the window", title)
        }
        return nil
    }

    /// The word for what a command does, if it is one of those that do such things.
    private static func meaning(of arguments: [String]) -> String? {
        let names = arguments.prefix(8).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        for name in names {
            switch name {
            case "rm", "rmdir", "shred", "unlink", "dd", "truncate", "wipefs", "userdel", "mv": return "delete"
            case let name where name.hasPrefix("mkfs"): return "delete"
            case "mail", "mailx", "sendmail", "mutt", "curl", "wget", "ssh", "scp", "rsync", "nc", "sftp": return "send"
            case "apt", "apt-get", "dpkg", "pip", "pip3", "npm", "snap", "flatpak", "make": return "install"
            case "sudo", "su", "chmod", "chown", "passwd", "usermod", "setfacl": return "grant"
            case "push", "publish", "deploy": return "publish"
            default: continue
            }
        }
        return nil
    }
}
