import GodHandCore

extension ClaudeModel {
    /// How a model of Claude is asked. What is nil is chosen by the model's name.
    public struct Settings: Sendable, Hashable {
        /// Which form of the computer tool is declared.
        public var computer: ComputerTool?
        /// Whether and how the model thinks before it answers.
        public var thinking: Thinking?
        /// How hard it works where a request does not say.
        public var effort: ModelRequest.Effort?
        /// How large pictures may be; ``ImageRule/safe`` if nil.
        public var pictures: ImageRule?
        /// Whether the conversation's beginning is kept in the provider's cache between turns.
        public var isCaching = true
        /// Whether the answer is streamed.
        public var isStreaming = true
        /// Names for the header `anthropic-beta`, besides the one that the computer tool needs.
        public var betas: [String] = []

        /// The model's defaults.
        public init() {}
    }

    /// The forms in which Claude's computer tool is declared.
    public enum ComputerTool: String, Sendable, Hashable, Codable, CaseIterable {
        /// One entry for a family of tools, of which each action is one.
        case toolset = "computer_toolset_20260801"
        /// One tool with an action in its input, and zoom.
        case november2025 = "computer_20251124"
        /// One tool with an action in its input.
        case january2025 = "computer_20250124"
        /// The first form: no scrolling, no holding of keys.
        case october2024 = "computer_20241022"

        var beta: String? {
            switch self {
            case .toolset: nil
            case .november2025: "computer-use-2025-11-24"
            case .january2025: "computer-use-2025-01-24"
            case .october2024: "computer-use-2024-10-22"
            }
        }
    }

    /// Whether and how a model thinks before it answers.
    public enum Thinking: Sendable, Hashable, Codable {
        /// As much as it finds right.
        case adaptive
        /// Up to a number of tokens, at least 1024, on top of those of the answer.
        case enabled(budget: Int)
        /// Not at all.
        case disabled
        /// Nothing is said about it: the model's own way.
        case unspecified
    }

    /// What is known of a line of models. Any other name is taken for a newer one.
    struct Traits: Sendable {
        var computer: ComputerTool
        var thinking: Thinking
        var takesEffort: Bool

        static func of(_ name: String) -> Traits {
            table.first { name.contains($0.part) }?.traits
                ?? Traits(computer: .toolset, thinking: .adaptive, takesEffort: true)
        }

        private static let table: [(part: String, traits: Traits)] = [
            ("claude-3-5", Traits(computer: .october2024, thinking: .unspecified, takesEffort: false)),
            ("claude-3-7", Traits(computer: .january2025, thinking: .unspecified, takesEffort: false)),
            ("opus-4-5", Traits(computer: .november2025, thinking: .unspecified, takesEffort: true)),
            ("sonnet-4-5", Traits(computer: .january2025, thinking: .unspecified, takesEffort: false)),
            ("haiku-4-5", Traits(computer: .january2025, thinking: .unspecified, takesEffort: false)),
            ("-4-6", Traits(computer: .november2025, thinking: .adaptive, takesEffort: true)),
            ("-4-7", Traits(computer: .november2025, thinking: .adaptive, takesEffort: true)),
            ("-4-8", Traits(computer: .november2025, thinking: .adaptive, takesEffort: true)),
            ("opus-4", Traits(computer: .january2025, thinking: .unspecified, takesEffort: false)),
            ("sonnet-4", Traits(computer: .january2025, thinking: .unspecified, takesEffort: false)),
        ]
    }
}
