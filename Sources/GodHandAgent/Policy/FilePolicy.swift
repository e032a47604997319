import Foundation
public import GodHandCore

/// Lets a model name only files below certain directories of the guest: by path in a dialog, by `file:` address, or as
/// an argument of a command.
///
/// It decides about what a model *says*, and does not follow links in the guest.
public struct FilePolicy: ActionPolicy {
    private let roots: [[Substring]]
    private let home: String
    private let lines = TypedLines()

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - roots: Directories by their absolute paths. None forbids all paths.
    ///   - home: What `~` stands for in the guest.
    /// - Throws: `GodHandError` with `request.invalid` for a root that is not absolute or has `..` in it.
    public init(below roots: [String], home: String = "/home/user") throws {
        self.home = home
        self.roots = try roots.map { root in
            guard root.hasPrefix("/"), let parts = Self.parts(of: root) else {
                throw GodHandError(
                    .invalidRequest, "'\(root.shortened(to: 80))' cannot be a root for files.",
                    hint: "Give an absolute path without '..'.")
            }
            return parts
        }
    }

    /// Whether a path lies in one of the roots, as it is written.
    public func permits(_ path: String) -> Bool {
        var path = path
        if path == "~" || path.hasPrefix("~/") { path = home + path.dropFirst() }
        guard path.hasPrefix("/"), !path.utf8.contains(0), let parts = Self.parts(of: path) else { return false }
        return roots.contains { parts.starts(with: $0) }
    }

    /// Checks the paths in what is opened, typed or run.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        var paths: [String] = []
        switch action {
        case .open(let target): paths = [Self.path(in: target)].compactMap(\.self)
        case .exec(let arguments):
            // Also the value of an option: --output=/etc/passwd, @/etc/passwd.
            paths = arguments.dropFirst().flatMap { argument in
                argument.split(whereSeparator: { "=@:,".contains($0) }).map(String.init).filter(Self.isPath)
                    + (Self.isPath(argument) ? [argument] : [])
            }
        default:
            paths = lines.take(action, context.sandbox.id).compactMap { line in
                guard let path = Self.path(in: line.text) else { return nil }
                return !line.isDone && mayBecomePermitted(path) ? nil : path
            }
        }
        guard let refused = paths.first(where: { !permits($0) }) else { return .allow }
        return .deny("The file '\(refused.shortened(to: 120))' is outside the directories that may be used.")
    }

    /// Whether a path that is still being typed leads to a root.
    private func mayBecomePermitted(_ path: String) -> Bool {
        let path = path.hasPrefix("~") ? home + path.dropFirst() : path
        return roots.contains { ("/" + $0.joined(separator: "/")).hasPrefix(path) }
    }

    /// The path that a line or a target names; nil if it names none.
    private static func path(in text: String) -> String? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if text.lowercased().hasPrefix("file:") {
            let rest = text.dropFirst(5)
            let slashes = rest.prefix { $0 == "/" || $0 == "\\" }.count
            // `file://host/path`: whatever the host, it is a path.
            return "/" + (String(rest.dropFirst(slashes)).removingPercentEncoding ?? "..")
        }
        return isPath(text) ? text : nil
    }

    private static func isPath(_ text: String) -> Bool {
        if text.hasPrefix("/") { return text.dropFirst().first.map { !$0.isWhitespace } ?? true }
        if text == "~" || text.hasPrefix("~/") { return true }
        // Of others it matters that they climb; `..` alone is also how people end a sentence.
        return text.hasPrefix("../") || text.contains("/../") || text.hasSuffix("/..")
            || text.hasPrefix("~")
                && text.contains("/")
    }

    /// The names in a path without empty ones and `.`; nil if it climbs.
    private static func parts(of path: String) -> [Substring]? {
        let parts = path.split(separator: "/").filter { $0 != "." }
        return parts.contains("..") ? nil : parts
    }
}
