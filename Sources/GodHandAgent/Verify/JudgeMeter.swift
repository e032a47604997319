import GodHandCore

/// A judge, and what it has used since it was looked at last.
struct JudgeMeter: Sendable {
    /// The judge that was given, which also tells the meter.
    let judge: Judge
    private let used = Mutexed<TokenUsage?>(nil)

    init(_ judge: Judge) {
        var judge = judge
        let tellOthers = judge.onUsage
        judge.onUsage = { [used] usage in
            used.withLock { $0 = ($0 ?? TokenUsage()) + usage }
            tellOthers(usage)
        }
        self.judge = judge
    }

    /// What it has used; nil if it was not asked.
    func take() -> TokenUsage? {
        used.withLock { used in
            defer { used = nil }
            return used
        }
    }
}
