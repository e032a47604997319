import Foundation

/// What an action may do that cannot be taken back.
public enum Effect: String, Sendable, Hashable, CaseIterable {
    /// A message or a form goes out.
    case send
    /// Money is spent.
    case pay
    /// Something is lost.
    case delete
    /// Others can read something.
    case publish
    /// Somebody gets a right.
    case grant
    /// Terms are agreed to.
    case accept
    /// An account is opened, closed or changed.
    case account
    /// A program is put into the machine.
    case install

    /// The words of buttons, links and titles that tell of it, in lower case.
    public var words: Set<String> {
        switch self {
        case .send: ["send", "submit", "reply", "reply all", "forward", "invite", "send now", "apply now"]
        case .pay:
            [
                "pay", "buy", "purchase", "order", "order now", "checkout", "check out", "place order", "transfer",
                "donate", "subscribe", "bid", "book now", "withdraw", "confirm payment", "payment",
            ]
        case .delete:
            [
                "delete", "remove", "erase", "discard", "wipe", "destroy", "empty trash", "empty bin", "uninstall",
                "format", "reset", "overwrite", "purge", "move to trash", "drop", "deactivate",
            ]
        case .publish:
            [
                "publish", "post", "tweet", "share", "deploy", "release", "merge", "make public", "upload",
                "save changes",
            ]
        case .grant:
            ["grant", "allow", "authorize", "authorise", "approve", "permit", "give access", "trust", "unlock"]
        case .accept: ["accept", "agree", "i agree", "consent", "sign", "accept all", "acknowledge"]
        case .account:
            ["change password", "create account", "close account", "delete account", "sign up", "register"]
        case .install: ["install", "install now", "run anyway", "enable extension", "add extension", "add to firefox"]
        }
    }

    /// Words that look like one of the others and mean something harmless.
    private static let harmless = ["sign in", "sign out", "order by", "sort order", "format painter", "drop down"]

    /// The effects that a label tells of, compared by whole words.
    ///
    /// - Parameter words: Further words of yours, such as those of another language.
    static func effects(of label: String, words: [Effect: Set<String>] = [:]) -> [Effect] {
        var text = " " + normalised(label) + " "
        for phrase in harmless { text = text.replacingOccurrences(of: " \(phrase) ", with: "  ") }
        return allCases.filter { effect in
            effect.words.union(words[effect] ?? []).contains { text.contains(" \(normalised($0)) ") }
        }
    }

    /// Words in small letters with one space between them.
    private static func normalised(_ text: String) -> String {
        let visible = String(
            String.UnicodeScalarView(
                text.prefix(2_000).precomposedStringWithCompatibilityMapping.unicodeScalars.filter { scalar in
                    !scalar.isInvisible || scalar == "\n" || scalar == "\t"
                }))
        return visible.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
    }
}
