public import GodHandCore
import Synchronization

/// Lets a model name only addresses of certain hosts, whether it opens them or types them.
///
/// Names are compared, not numbers: an address that is given as a number is refused, and so is one with a user name, a
/// host written in a roundabout way, or a scheme other than http and https. What is typed is put together from its
/// pieces and read as a browser would read it in its address bar.
///
/// It decides about what a model *says*. A link that is clicked, a redirect or a search engine leads elsewhere without
/// asking it: what a machine can reach is decided by its network.
public struct DomainPolicy: ActionPolicy {
    private let rules: [DomainRule]
    private let lines = TypedLines()

    /// Makes a policy.
    ///
    /// - Parameter rules: The hosts that may be named: `en.wikipedia.org`, `*.wikipedia.org`, `localhost:8080`. None
    ///   forbids all.
    /// - Throws: `GodHandError` with `request.invalid` for a rule that is no name.
    public init(allowing rules: [String]) throws { self.rules = try rules.map { try DomainRule($0) } }

    /// Checks what is opened or typed.
    public func evaluate(_ action: Action, _ context: PolicyContext) async throws -> PolicyVerdict {
        if case .open(let target) = action, target.contains(where: { ":/\\".contains($0) }) {
            return verdict(on: WebAddress.read(target))
        }
        if case .open(let target) = action, let found = TypedAddress.find(in: target, mayBeAddressBar: false) {
            return verdict(on: found)
        }
        for line in lines.take(action, context.sandbox.id) {
            guard let found = TypedAddress.find(in: line.text, mayBeAddressBar: line.mayBeAddressBar) else { continue }
            // Whoever types letter by letter writes other names on the way to an allowed one.
            if !line.isDone, case .address(let address) = found,
                rules.contains(where: { $0.mayBecome(line.text, address) })
            {
                continue
            }
            let verdict = verdict(on: found)
            if verdict != .allow { return verdict }
        }
        return .allow
    }

    private func verdict(on reading: WebAddress.Reading) -> PolicyVerdict {
        switch reading {
        case .refused(let reason): return .deny("The address may not be opened: \(reason).")
        case .address(let address):
            if rules.contains(where: { $0.matches(address) }) { return .allow }
            let port = address.hasOwnPort ? " at port \(address.port)" : ""
            return .deny("The host '\(address.host)'\(port) is not one that may be opened.")
        }
    }
}

/// The line that is being typed, for each machine.
final class TypedLines: Sendable {
    private let lines = Mutex<[SandboxID: TypedLine]>([:])

    /// What lines the action made or ended.
    func take(_ action: Action, _ sandbox: SandboxID) -> [TypedLine.Made] {
        lines.withLock { lines in
            if lines.count > 1_000 { lines = [:] }
            return lines[sandbox, default: TypedLine()].take(action)
        }
    }

    /// The line that is being typed.
    func current(_ sandbox: SandboxID) -> TypedLine { lines.withLock { $0[sandbox] ?? TypedLine() } }
}
