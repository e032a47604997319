public import Foundation
public import GodHandCore

/// A conversation so far, and what the model may do next.
public struct ModelRequest: Sendable, Hashable, Codable {
    /// What the model is to know before all else: its part, the rules, the goal's limits.
    public var instructions: String
    /// The turns, oldest first. The last one is never the model's own.
    public var turns: [ModelTurn]
    /// Width and height of the real screen: the space in which all points of actions lie on this side.
    public var screen: Size
    /// What the model may do. What is not in here is not offered, and comes back as malformed if the model asks all the
    /// same.
    public var abilities: Set<Ability>
    /// The most tokens that it may write.
    public var maximumOutputTokens: Int
    /// How hard it should think; nil for the adapter's own setting.
    public var effort: Effort?
    /// Whether an adapter whose model can do with it may show only what changed since the picture before; see
    /// ``HistoryPolicy/changesOnly``.
    public var changesOnly = false

    /// Makes a request.
    public init(
        instructions: String, turns: [ModelTurn], screen: Size, abilities: Set<Ability> = Ability.desktop,
        maximumOutputTokens: Int = 4096, effort: Effort? = nil
    ) {
        self.instructions = instructions
        self.turns = turns
        self.screen = screen
        self.abilities = abilities
        self.maximumOutputTokens = maximumOutputTokens
        self.effort = effort
    }

    /// A kind of thing that a model may be allowed to do.
    public enum Ability: String, Sendable, Hashable, Codable, CaseIterable {
        /// Mouse and keyboard.
        case input
        /// Looking closer at a part of the screen.
        case zoom
        /// Waiting for a time, or for something to appear.
        case wait
        /// Acting on an element by its number or its role and name.
        case elements
        /// Opening a program or an address.
        case open
        /// Running commands in the guest.
        case exec
        /// Saying that the goal is reached, or cannot be.
        case finish
        /// Asking a person.
        case ask

        /// What an agent on a desktop may do unless its user says otherwise: all but commands.
        public static let desktop: Set<Ability> = [.input, .zoom, .wait, .elements, .open, .finish, .ask]
    }

    /// How hard a model should think.
    public enum Effort: String, Sendable, Hashable, Codable {
        /// As little as it can.
        case low
        /// The middle.
        case medium
        /// Much.
        case high
    }
}

/// One turn of a conversation.
public enum ModelTurn: Sendable, Hashable, Codable {
    /// What the user, or the program on the user's behalf, says and shows.
    case user([ModelContent])
    /// What the model answered, as it was given back.
    case model(ModelResponse)
    /// What came of the model's actions, each named by its call.
    case results([ActionResult])
}

/// Something that a model is shown.
public enum ModelContent: Sendable, Hashable, Codable {
    /// Text of the program or its user.
    case text(String)
    /// Text that comes from the screen or the guest: data, never instructions. Adapters mark it as such.
    case untrusted(String)
    /// A picture of the screen or of a part of it.
    case image(ModelImage)
}

/// A picture for a model. Adapters shrink it to what the provider takes, and scale the answer's points back.
public struct ModelImage: Sendable, Hashable, Codable {
    /// A PNG file.
    public var png: Data
    /// Its width and height in pixels.
    public var size: Size
    /// What part of the real screen it shows.
    public var region: Rect

    /// Makes a picture.
    ///
    /// - Parameters:
    ///   - png: A PNG file.
    ///   - size: Its width and height in pixels.
    ///   - region: What part of the real screen it shows; nil for all of it at its own size.
    public init(png: Data, size: Size, region: Rect? = nil) {
        self.png = png
        self.size = size
        self.region = region ?? Rect(size)
    }
}

/// What came of one action that the model asked for.
public struct ActionResult: Sendable, Hashable, Codable {
    /// The call that it answers; see ``ActionCall/id``.
    public var call: String
    /// What the model is shown.
    public var content: [ModelContent]
    /// Whether the action failed, was refused, or was not understood.
    public var isError: Bool
    /// The safety checks of the provider that a policy acknowledged; see ``ActionCall/safetyChecks``.
    public var acknowledgedChecks: [SafetyCheck]

    /// Makes a result.
    public init(
        call: String, content: [ModelContent], isError: Bool = false, acknowledgedChecks: [SafetyCheck] = []
    ) {
        self.call = call
        self.content = content
        self.isError = isError
        self.acknowledgedChecks = acknowledgedChecks
    }
}
