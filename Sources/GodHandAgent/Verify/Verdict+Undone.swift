import GodHandCore

/// What is said of an action that could not be done.
extension Verdict {
    private static let undone = "this can be done: "

    /// An action could not be done.
    static func undone(_ action: Action, _ reason: String) -> Verdict {
        Verdict(passed: false, claim: undone + action.summary, evidence: reason)
    }

    /// Whether it says that an action could not be done.
    var saysUndone: Bool { !passed && check == nil && claim.hasPrefix(Self.undone) }
}
