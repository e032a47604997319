import GodHandCore

/// What of a conversation is sent again with each turn: all words, but only the newest pictures.
///
/// Providers keep the beginning of a conversation cached as long as it does not change. So pictures are not dropped one
/// with each turn but several at a time, and in between the beginning stays what it was.
public struct HistoryPolicy: Sendable, Hashable {
    /// How many pictures are kept at least.
    public var pictures: Int
    /// How many are dropped at a time.
    public var chunk: Int
    /// Whether a model is shown, in place of a picture of the whole screen, only the parts that changed since the one
    /// before it, where those are few and small.
    ///
    /// This saves most of the tokens of a run in which little changes at a time, and asks more of the model: it must keep
    /// in mind where a part belongs. Claude, and a ``LocalModel`` that answers in our own form and counts in pixels, are
    /// shown parts; others need a whole screen with each turn, or take points for those of the last picture, and go on to
    /// be shown whole pictures. Traces keep those in any case.
    public var changesOnly: Bool

    /// Makes a policy.
    public init(pictures: Int = 4, chunk: Int = 10, changesOnly: Bool = false) {
        self.pictures = pictures
        self.chunk = chunk
        self.changesOnly = changesOnly
    }

    /// Sends everything always.
    public static let everything = HistoryPolicy(pictures: .max, chunk: 1)

    /// What is sent in place of a picture that was dropped.
    static let placeholder = ModelContent.text("[An older picture was left out.]")

    /// The turns without the pictures that are too old.
    public func pruned(_ turns: [ModelTurn]) -> [ModelTurn] {
        let count = turns.reduce(0) { $0 + $1.pictures.count }
        let kept = max(1, pictures)
        guard count > kept else { return turns }
        let size = max(1, chunk)
        return Self.dropping((count - kept) / size * size, from: turns)
    }

    /// The turns in the smallest form in which the newest can still be understood: for a conversation that has grown
    /// larger than what the model takes.
    func prunedHard(_ turns: [ModelTurn]) -> [ModelTurn] {
        let count = turns.reduce(0) { $0 + $1.pictures.count }
        let few = Self.dropping(max(0, count - 1), from: turns)
        return few.enumerated().map { index, turn in
            index == 0 || index >= few.count - 4 ? turn : turn.mapContent(Self.shortened)
        }
    }

    private static func shortened(_ content: ModelContent) -> ModelContent {
        switch content {
        case .untrusted(let text) where text.count > 200: .untrusted(text.prefix(200) + "…")
        default: content
        }
    }

    /// Drops the oldest pictures.
    private static func dropping(_ number: Int, from turns: [ModelTurn]) -> [ModelTurn] {
        var left = number
        guard left > 0 else { return turns }
        return turns.map { turn in
            guard left > 0 else { return turn }
            return turn.mapContent { content in
                guard left > 0, case .image = content else { return content }
                left -= 1
                return placeholder
            }
        }
    }
}

extension ModelTurn {
    /// The pictures in it, in order.
    var pictures: [ModelImage] {
        var found: [ModelImage] = []
        _ = mapContent { content in
            if case .image(let image) = content { found.append(image) }
            return content
        }
        return found
    }

    /// The same with other content; a model's own turn stays as it is.
    func mapContent(_ body: (ModelContent) -> ModelContent) -> ModelTurn {
        switch self {
        case .user(let content): .user(content.map(body))
        case .model: self
        case .results(let results):
            .results(
                results.map { result in
                    var result = result
                    result.content = result.content.map(body)
                    return result
                })
        }
    }
}
