/// How much of a task is done: a number from 0 to 1, and what it is made of.
public struct TaskScore: Sendable, Hashable, Codable {
    /// What was looked at.
    public var parts: [Part]

    /// Makes a score of its parts.
    public init(_ parts: [Part]) { self.parts = parts }

    /// A part of a score.
    public struct Part: Sendable, Hashable, Codable {
        /// What was to be so.
        public var name: String
        /// How much it counts beside the other parts.
        public var weight: Double
        /// How much of it is so, from 0 to 1.
        public var credit: Double
        /// Whether it was so at the beginning already, such as that nothing else was deleted. It counts only together
        /// with a part that was not: otherwise doing nothing would be worth something.
        public var isGuard: Bool
        /// What shows it.
        public var evidence: String

        /// Makes a part.
        public init(_ name: String, weight: Double = 1, credit: Double, isGuard: Bool = false, evidence: String = "") {
            self.name = name
            self.weight = weight
            self.credit = credit
            self.isGuard = isGuard
            self.evidence = evidence
        }
    }

    /// The share that is done, from 0 to 1.
    public var value: Double {
        let whole = parts.reduce(0) { $0 + max(0, $1.weight) }
        guard whole > 0, whole.isFinite, parts.contains(where: { !$0.isGuard && $0.credit > 0 }) else { return 0 }
        let done = parts.reduce(0) { $0 + max(0, $1.weight) * min(max(0, $1.credit), 1) }
        return min(1, done / whole)
    }

    /// Whether everything is done.
    public var isFull: Bool { value > 0 && parts.allSatisfy { $0.credit >= 1 || $0.weight <= 0 } }
}
