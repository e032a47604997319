import GodHandCore

/// Notices when a run goes round in circles. It only decides; the run acts.
struct Setbacks {
    private let replanAfter: Int
    private let giveUpAfter: Int
    private var lastAction: Action?
    /// How often the last action was done in a row without any effect.
    private var repeats = 0
    /// How many steps in a row failed or had no effect the second time.
    private var setbacks = 0
    private(set) var reason = ""

    init(replanAfter: Int, giveUpAfter: Int) {
        self.replanAfter = max(1, replanAfter)
        self.giveUpAfter = max(1, giveUpAfter)
    }

    /// What follows from a step.
    enum Consequence: Equatable {
        case none
        /// The model should know this.
        case tell(String)
        /// The model should make another plan; why.
        case replan(String)
        /// Nothing helps; why.
        case giveUp(String)
    }

    /// Takes a step in.
    mutating func add(_ action: Action, changed: Bool, passed: Bool?) -> Consequence {
        let isRepeated = action == lastAction && !changed
        repeats = isRepeated ? repeats + 1 : (changed ? 0 : 1)
        lastAction = action
        guard passed == false || (isRepeated && passed != true) else {
            if changed || passed == true { setbacks = 0 }
            return .none
        }
        setbacks += 1
        reason =
            isRepeated && passed != false
            ? "“\(action.summary)” was done \(repeats) times in a row, and nothing changed on the screen."
            : "\(setbacks) steps in a row did not do what they should; the last was “\(action.summary)”."
        if setbacks >= giveUpAfter { return .giveUp(reason) }
        if setbacks.isMultiple(of: replanAfter) { return .replan(reason) }
        return isRepeated ? .tell(reason) : .none
    }

    /// Begins anew, on a machine that was put back.
    mutating func reset() {
        lastAction = nil
        repeats = 0
        setbacks = 0
    }
}
