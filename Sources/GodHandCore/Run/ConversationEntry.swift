public import Foundation

/// Something that was added to the conversation with a model. All of them in order are the whole conversation, so that
/// another process can go on with it.
public struct ConversationEntry: Sendable, Hashable {
    /// Who says it.
    public var speaker: Speaker
    /// The model that says it or is told.
    public var model: String
    /// What is said, in the form of whoever keeps the conversation, without the bytes of pictures.
    public var content: JSONValue
    /// The pictures that belong to it as PNG files, in the order in which they stand in the content.
    public var pictures: [Data]
    /// What it cost; nil for what the program says.
    public var cost: StepCost?

    /// Makes an entry.
    public init(
        _ speaker: Speaker, model: String, content: JSONValue, pictures: [Data] = [], cost: StepCost? = nil
    ) {
        self.speaker = speaker
        self.model = model
        self.content = content
        self.pictures = pictures
        self.cost = cost
    }

    /// Who says something.
    public enum Speaker: String, Sendable, Hashable, Codable {
        /// The program, for its user and for the machine.
        case program
        /// The model.
        case model
    }
}

/// What was decided about an action before it happened.
public struct ActionDecision: Sendable, Hashable, Codable {
    /// The action that was asked for.
    public var action: Action
    /// What was decided.
    public var ruling: Ruling
    /// Why.
    public var reason: String
    /// What happens in its place, for a rewritten action.
    public var replacement: Action?

    /// Makes a decision.
    public init(_ ruling: Ruling, of action: Action, reason: String, replacement: Action? = nil) {
        self.action = action
        self.ruling = ruling
        self.reason = reason
        self.replacement = replacement
    }

    /// What can be decided.
    public enum Ruling: String, Sendable, Hashable, Codable {
        /// It does not happen.
        case denied
        /// A person agreed to it.
        case approved
        /// A person did not agree to it, or nobody answered.
        case refused
        /// Another action happens in its place.
        case rewritten
    }
}

/// Somebody or something that steps into a run.
public struct Intervention: Sendable, Hashable, Codable {
    /// What it is.
    public var kind: Kind
    /// What was said, if anything.
    public var text: String

    /// Makes one.
    public init(_ kind: Kind, _ text: String = "") {
        self.kind = kind
        self.text = text
    }

    /// What can step in.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A person stopped the clock.
        case paused
        /// A person let it go on.
        case resumed
        /// A person told the model something.
        case hint
        /// A person took the mouse and the keyboard.
        case takenOver
        /// A person gave them back.
        case handedBack
        /// The model asked a person, and this is the question.
        case asked
        /// What the person said.
        case answered
        /// The model was told that it goes round in circles.
        case replanned
        /// The model said that it was done, and the goal's checks said that it was not.
        case falseDone
        /// A process went on with what another one began.
        case continued
    }
}
