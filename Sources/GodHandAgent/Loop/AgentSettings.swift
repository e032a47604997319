public import GodHandCore

/// How an agent works. Every part has a usable default.
public struct AgentSettings: Sendable {
    /// Where a run ends at the latest.
    public var limits = RunLimits()
    /// How long to wait for the screen.
    public var pace = Walkthrough.Pace()
    /// What the model may do.
    public var abilities = ModelRequest.Ability.desktop
    /// What else the model is to know before all: house rules, where things are.
    public var instructions = ""
    /// The most tokens that the model may write in a turn.
    public var maximumOutputTokens = 4096
    /// How hard it should think; nil for the adapter's own setting.
    public var effort: ModelRequest.Effort?

    /// What of the conversation is sent again with each turn.
    public var history = HistoryPolicy()
    /// What tokens cost. The default is dated and knows few models: see ``PriceTable/standard``.
    public var prices = PriceTable.standard

    /// What the model is shown.
    public var perception: any Perception = PlainPerception()
    /// Carries out actions on elements, waits for conditions and looks closer; nil if nothing here can.
    public var elements: (any ElementActor)? = GuestElementActor()
    /// What should hold after an action; see ``ExpectationRule``.
    public var expectations = ExpectationRule.words
    /// Answers what no assertion can; nil if nothing is to be asked of a model.
    public var judge: Judge?
    /// Whether the place of a click is compared with what the model saw, just before it.
    public var checksFreshness = true
    /// What is tried when a run gets nowhere.
    public var recovery = Recovery()

    /// Decide about actions before they happen, in this order.
    public var policies: [any ActionPolicy] = []
    /// How long a policy, a substitution or a monitor may take; after that it counts as a denial. Waits for a person are
    /// not part of it: see ``answerLimit``.
    public var policyDeadline: Duration = .seconds(10)
    /// The codes of the providers' safety checks that are agreed to without asking a person.
    public var acknowledgedChecks: Set<String> = []
    /// What is really typed in place of placeholders; nil for what the model says.
    public var substitution: (any InputSubstitution)?
    /// Keeps secret values out of what the model and the recorder are told, and out of the latter also what looks like a
    /// key; nil to keep nothing out.
    public var redactor: Redactor? = Redactor([:])
    /// Hide parts of the screen: what they mark is painted over before anybody sees it, the model and the trace included.
    public var masks: [any ScreenMask] = []
    /// Tells when the screen shows a password field: what is typed then is kept out of the trace, as far as it has four
    /// bytes or more. The guest is asked before each text that is typed, so this is off unless it is set.
    public var passwordFields: PasswordFields?
    /// Watch the run.
    public var monitors: [any RunMonitor] = []
    /// Answers questions and approves actions; nil if nobody is there.
    public var person: (any Person)?
    /// Asks for approval of actions in a stricter way than of ``person``; nil to ask that one.
    public var approvals: Approvals?
    /// How long a person may take for an answer; after that there is none, which for an approval means no. Nil for as long
    /// as it takes. Whoever stops or cancels the run ends the wait, and it does not count as time of the run.
    public var answerLimit: Duration? = .seconds(600)

    /// Told of the model's text and reasoning while they arrive.
    public var progress: @Sendable (ModelProgress) -> Void = { _ in }

    /// The usual settings.
    public init() {}

    /// Lets the model use secrets by their names: it is told of them, their values are put in when they are typed, and
    /// kept out of the conversation and the trace.
    public mutating func use(_ secrets: Secrets) {
        substitution = secrets
        redactor = secrets.redactor
        policies.append(secrets)
        instructions += (instructions.isEmpty ? "" : "\n\n") + secrets.instructions
    }
}
