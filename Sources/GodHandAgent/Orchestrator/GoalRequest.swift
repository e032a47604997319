public import GodHandCore

/// A goal that is handed to an ``Orchestrator``: what to reach, on what machine, and within which limits.
///
/// It is written to the journal, so it must not hold secrets.
public struct GoalRequest: Sendable, Hashable, Codable {
    /// The goal in words, at most 16 KiB.
    public var text: String
    /// What machine it needs. It has no name of its own, since every attempt gets a machine of its own.
    public var spec: SandboxSpec
    /// Whose goal it is: groups take turns.
    public var group = ""
    /// How urgent it is among the goals of its group, from -10 to 10.
    public var priority = 0
    /// Where it ends at the latest, all attempts together.
    public var limits = RunLimits()
    /// How often it may be tried, 1 to 100. One that a shutdown ended does not count.
    public var attempts = 3
    /// Whatever else the work needs to know, such as what to check; at most 64 KiB of JSON.
    public var details: JSONValue?

    /// Makes a request with the usual limits.
    public init(_ text: String, on spec: SandboxSpec = .desktop) {
        self.text = text
        self.spec = spec
    }

    /// The request itself, if it makes sense.
    ///
    /// - Throws: `GodHandError` with `request.invalid` that names the first thing that makes none.
    public func validated() throws -> GoalRequest {
        func require(_ holds: Bool, _ problem: String, _ hint: String) throws {
            guard !holds else { return }
            throw GodHandError(.invalidRequest, "The goal cannot be taken: \(problem).", hint: hint)
        }
        try require((1...16 << 10).contains(text.utf8.count), "it has no words, or too many", "Use 1 to 16384 bytes.")
        try require(group.utf8.count <= 128, "the name of its group is too long", "Use at most 128 bytes.")
        try require((-10...10).contains(priority), "its priority is \(priority)", "Use -10 to 10.")
        try require((1...100).contains(attempts), "it has \(attempts) attempts", "Use 1 to 100.")
        try require(spec.name == nil, "its machine has a name", "Give the spec none; each attempt gets its own.")
        if let details {
            let size = try details.written().count
            try require(size <= 64 << 10, "its details have \(size) bytes", "Use at most 65536.")
        }
        _ = try spec.validated()
        return self
    }
}

/// The name of a goal: 1 to 64 lower-case letters, digits and dashes. It is also the name of the goal's directory.
public struct GoalID: Sendable, Hashable, Codable, RawRepresentable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// Makes a name of text; nil if it cannot be one.
    public init?(rawValue: String) {
        let isPlain = rawValue.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
        }
        guard isPlain, (1...64).contains(rawValue.utf8.count) else { return nil }
        self.rawValue = rawValue
    }

    private init(plain: String) { rawValue = plain }

    /// A new name that nothing else has.
    public static func unique() -> GoalID { GoalID(plain: SandboxID.unique().rawValue) }

    /// The name as text.
    public var description: String { rawValue }
}
