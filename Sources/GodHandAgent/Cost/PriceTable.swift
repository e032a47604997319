public import GodHandCore

/// What models charge for tokens, by the beginning of their names.
///
/// ``standard`` is a default to begin with, as old as its ``asOf`` says. Change single prices of it, or put a table of your
/// own into `AgentSettings.prices`:
/// ```swift
/// settings.prices = PriceTable(["my-model": .init(input: 0.4, output: 1.6)], asOf: "2026-11")
/// ```
public struct PriceTable: Sendable, Hashable {
    /// The prices, by the beginning of a model's name; the longest that fits counts.
    public var prices: [String: Price]
    /// The month in which these were the prices, such as `2026-03`; nil if nobody noted it.
    public var asOf: String?

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - prices: The prices, by the beginning of a model's name.
    ///   - asOf: The month in which these were the prices, such as `2026-03`.
    public init(_ prices: [String: Price] = [:], asOf: String? = nil) {
        self.prices = prices
        self.asOf = asOf
    }

    /// US dollars for a million tokens.
    public struct Price: Sendable, Hashable {
        /// Read and paid in full.
        public var input: Double
        /// Written.
        public var output: Double
        /// Read from the provider's cache.
        public var cachedInput: Double
        /// Written into the provider's cache.
        public var cacheWrite: Double

        /// Makes a price.
        ///
        /// - Parameters:
        ///   - input: For what is read.
        ///   - output: For what is written.
        ///   - cachedInput: For what is read from the cache; nil for the full price.
        ///   - cacheWrite: For what is written into the cache; nil for the full price.
        public init(input: Double, output: Double, cachedInput: Double? = nil, cacheWrite: Double? = nil) {
            self.input = input
            self.output = output
            self.cachedInput = cachedInput ?? input
            self.cacheWrite = cacheWrite ?? input
        }
    }

    /// The price of a model; nil if the table does not know it.
    public subscript(model: String) -> Price? {
        prices.filter { model.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value
    }

    /// What a turn of a model cost. The price is nil if the table does not know the model.
    public func cost(of usage: TokenUsage, model: String) -> StepCost {
        var cost = StepCost()
        // Counts come from a provider: a negative one must not pay for others.
        cost.input = max(0, usage.input)
        cost.cachedInput = max(0, usage.cachedInput)
        cost.cacheWrite = max(0, usage.cacheWrite)
        cost.output = max(0, usage.output)
        cost.images = max(0, usage.images)
        cost.price = self[model].map { price in
            (Double(cost.input) * price.input + Double(cost.cachedInput) * price.cachedInput
                + Double(cost.cacheWrite) * price.cacheWrite + Double(cost.output) * price.output) / 1_000_000
        }
        return cost
    }

    /// A default to be edited: list prices of a few models as they were in March 2026.
    ///
    /// Nothing here asks a provider what it charges. Prices change, newer models are missing, and your contract may say
    /// otherwise: put in what you pay before you rely on a limit of price.
    public static let standard = PriceTable(
        [
            "claude-haiku-4-5": Price(input: 1, output: 5, cachedInput: 0.1, cacheWrite: 1.25),
            "claude-opus-4-5": Price(input: 5, output: 25, cachedInput: 0.5, cacheWrite: 6.25),
            "claude-sonnet-4-5": Price(input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75),
            "computer-use-preview": Price(input: 3, output: 12),
        ], asOf: "2026-03")
}
