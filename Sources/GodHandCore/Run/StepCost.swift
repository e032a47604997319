/// What the turns of a model cost.
public struct StepCost: Sendable, Hashable, Codable {
    /// Tokens that were read and paid in full.
    public var input = 0
    /// Tokens that were read from the provider's cache.
    public var cachedInput = 0
    /// Tokens that were written into the provider's cache.
    public var cacheWrite = 0
    /// Tokens that were written, reasoning included.
    public var output = 0
    /// How many pictures were sent.
    public var images = 0
    /// The price in US dollars; nil if it is not known for every turn.
    public var price: Double?

    /// Nothing, for a price of zero.
    public init() { price = 0 }

    /// All tokens, from wherever they were read.
    public var tokens: Int {
        [input, cachedInput, cacheWrite, output].reduce(0) { sum, part in
            let (next, overflow) = sum.addingReportingOverflow(part)
            return overflow ? .max : next
        }
    }

    /// The sum of two; the price is known only if both are.
    public static func + (left: StepCost, right: StepCost) -> StepCost {
        func add(_ a: Int, _ b: Int) -> Int {
            let (sum, overflow) = a.addingReportingOverflow(b)
            return overflow ? .max : sum
        }
        var sum = StepCost()
        sum.input = add(left.input, right.input)
        sum.cachedInput = add(left.cachedInput, right.cachedInput)
        sum.cacheWrite = add(left.cacheWrite, right.cacheWrite)
        sum.output = add(left.output, right.output)
        sum.images = add(left.images, right.images)
        sum.price = left.price.flatMap { price in right.price.map { price + $0 } }
        return sum
    }
}
