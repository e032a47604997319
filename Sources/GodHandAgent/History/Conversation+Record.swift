import Foundation
import GodHandCore

extension ModelTurn {
    /// What a trace keeps of the turn.
    func entry(model: String, cost: StepCost? = nil) throws -> ConversationEntry {
        let bare = mapContent { content in
            guard case .image(var image) = content else { return content }
            image.png = Data()
            return .image(image)
        }
        let content: JSONValue
        do {
            content = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(bare))
        } catch {
            throw GodHandError(.modelProtocol, "A turn of the conversation cannot be stored.", cause: error)
        }
        var isModel = false
        if case .model = self { isModel = true }
        return ConversationEntry(
            isModel ? .model : .program, model: model, content: content, pictures: pictures.map(\.png), cost: cost)
    }

    /// Reads a turn back.
    ///
    /// - Throws: `GodHandError` with `data.damaged` if it is none. Pictures that are missing are replaced by words.
    init(_ entry: ConversationEntry) throws {
        let bare: ModelTurn
        do {
            bare = try JSONDecoder().decode(ModelTurn.self, from: JSONEncoder().encode(entry.content))
        } catch {
            throw GodHandError(
                .dataDamaged, "A recorded turn of the conversation cannot be read.",
                hint: "The trace was written by another version, or by another agent.", cause: error)
        }
        if case .model(var response) = bare {
            response.items = response.items.map(\.withRoundDurations)
            self = .model(response)
            return
        }
        var index = 0
        self = bare.mapContent { content in
            guard case .image(var image) = content else { return content }
            defer { index += 1 }
            guard index < entry.pictures.count, !entry.pictures[index].isEmpty else { return HistoryPolicy.placeholder }
            image.png = entry.pictures[index]
            return .image(image)
        }
    }
}

extension ModelItem {
    /// Durations are stored as numbers that are too large to be exact in JSON; nobody means less than a nanosecond.
    fileprivate var withRoundDurations: ModelItem {
        guard case .action(var call) = self else { return self }
        switch call.action {
        case .wait(let duration): call.action = .wait(duration.rounded)
        case .waitFor(let condition, let duration): call.action = .waitFor(condition, atMost: duration.rounded)
        case .input(.hold(let chord, let duration)): call.action = .input(.hold(chord, duration: duration.rounded))
        default: return self
        }
        return .action(call)
    }
}

extension Duration {
    /// To whole nanoseconds.
    fileprivate var rounded: Duration {
        let half: Int64 = attoseconds < 0 ? -500_000_000 : 500_000_000
        let nanoseconds = (components.attoseconds + half) / 1_000_000_000
        return Duration(
            secondsComponent: components.seconds, attosecondsComponent: nanoseconds * 1_000_000_000)
    }
}

extension [RunEvent] {
    /// The conversation with the model that they tell of.
    func conversation() throws -> [ModelTurn] {
        try compactMap { event in
            guard case .modelTurn(let entry) = event else { return nil }
            return try ModelTurn(entry)
        }
    }
}
