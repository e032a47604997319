public import GodHandCore

extension Verdict {
    /// What was expected and what was found instead, in one sentence of the part that decided; nil if it passed.
    public var shortfall: String? {
        guard !passed else { return nil }
        return parts.last(where: { !$0.passed })?.shortfall ?? "Expected that \(claim), but \(evidence)"
    }
}
