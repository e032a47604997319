import GodHandCore

/// A turn of the model while its actions are carried out.
struct OpenTurn {
    private var waiting: ArraySlice<ModelItem>
    private(set) var results: [ActionResult] = []
    /// Why the actions that are left are not done any more.
    var broken: String?
    /// What the step that comes next has cost already: looking and deciding.
    var timings = StepTimings()
    var cost: StepCost?
    var intent: String?
    var reasoning: String?
    /// How many steps came of it.
    var steps = 0

    init(_ response: ModelResponse) {
        waiting =
            response.items.filter { item in
                switch item {
                case .action, .malformed: true
                case .text, .reasoning: false
                }
            }[...]
        let text = response.text.shortened(to: 160)
        intent = text.isEmpty ? nil : text
        let reasoning = [response.reasoning, response.text].filter { !$0.isEmpty }.joined(separator: "\n")
        self.reasoning = reasoning.isEmpty ? nil : reasoning
    }

    /// Whether all of it was done or refused.
    var isOver: Bool { waiting.isEmpty }

    /// The next thing to do.
    mutating func take() -> ModelItem? { waiting.popFirst() }

    /// Puts something at the end of what is to be done.
    mutating func insert(_ item: ModelItem) { waiting.append(item) }

    /// Adds to the result of a call. Actions that share a call get one result.
    mutating func answer(
        _ call: String, _ content: [ModelContent], isError: Bool = false, acknowledged: [SafetyCheck] = []
    ) {
        // What was made of words alone is no call that could be answered.
        if call.isEmpty { return }
        if let index = results.firstIndex(where: { $0.call == call }) {
            results[index].content += content
            results[index].isError = results[index].isError || isError
            results[index].acknowledgedChecks += acknowledged.filter { !results[index].acknowledgedChecks.contains($0) }
        } else {
            results.append(
                ActionResult(call: call, content: content, isError: isError, acknowledgedChecks: acknowledged))
        }
    }

    /// The results, with what is seen now in the last that can hold it; pictures do not go into errors.
    func results(showing view: inout [ModelContent]) -> [ActionResult] {
        var results = results
        if let last = results.lastIndex(where: { !$0.isError }) {
            results[last].content += view
            view = []
        }
        for index in results.indices where results[index].content.isEmpty {
            results[index].content = [.text("Done.")]
        }
        return results
    }
}

extension Action {
    /// What a model must be allowed for it; nil for what every model may.
    var ability: ModelRequest.Ability? {
        switch self {
        case .input: .input
        case .exec: .exec
        case .open: .open
        case .zoom: .zoom
        case .element: .elements
        case .wait, .waitFor: .wait
        case .done, .fail: .finish
        case .ask: .ask
        case .look, .cursorPosition: nil
        }
    }
}
