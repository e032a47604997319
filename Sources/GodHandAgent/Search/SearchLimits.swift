public import GodHandCore
import Synchronization

/// Where a search ends at the latest. Nil is no limit.
///
/// Forks are counted before they are made. The rest is counted while branches run: those that run when a limit is reached
/// are broken off.
public struct SearchLimits: Sendable, Hashable {
    /// The most forks.
    public var forks: Int? = 64
    /// The most steps, those of all branches together.
    public var steps: Int?
    /// The longest time.
    public var time: Duration? = .seconds(30 * 60)
    /// The most tokens, read and written together.
    public var tokens: Int?
    /// The highest price of all turns of models in US dollars. A turn whose price is not known reaches it.
    public var price: Double?

    /// The usual limits: 64 forks and half an hour.
    public init() {}

    /// The limit that is reached, in words.
    func reached(by expense: SearchExpense) -> String? {
        if let steps, expense.steps >= steps { return "The limit of \(steps) steps." }
        if let tokens, expense.cost.tokens >= tokens { return "The limit of \(tokens) tokens." }
        if let price, expense.cost.price ?? .infinity >= price { return "The limit of \(price) US dollars." }
        return nil
    }
}

/// What a search, or a branch of it, took.
public struct SearchExpense: Sendable, Hashable {
    /// How many forks were made.
    public var forks = 0
    /// How many steps were done.
    public var steps = 0
    /// What models cost.
    public var cost = StepCost()

    /// Nothing.
    public init() {}
}

/// Adds up what several questions cost.
final class Expenses: Sendable {
    private let total = Mutex(StepCost())

    var sum: StepCost { total.withLock { $0 } }

    func add(_ cost: StepCost) { total.withLock { $0 = $0 + cost } }
}
