import Foundation
import GodHandCore

/// Body of a `model-turn` record. Maps to `ConversationEntry`.
struct EncodedEntry: Codable {
    var speaker: String
    var model: String
    var content: JSONValue
    var pictures: [String]
    var cost: EncodedCost?

    enum CodingKeys: String, CodingKey {
        case speaker, model, content, pictures, cost
    }

    init(_ entry: ConversationEntry, blobs: (Data) throws -> String) rethrows {
        speaker = entry.speaker.rawValue
        model = entry.model
        content = entry.content.cut(toDepth: TraceFormat.contentDepth)
        pictures = try entry.pictures.map(blobs)
        cost = entry.cost.map(EncodedCost.init)
    }

    func entry(pictures source: inout some PictureSource) throws -> ConversationEntry {
        guard let speaker = ConversationEntry.Speaker(rawValue: speaker) else { throw UnreadableValue("a speaker") }
        var data: [Data] = []
        for name in pictures { data.append(source.picture(name)) }
        return ConversationEntry(speaker, model: model, content: content, pictures: data, cost: cost?.cost)
    }
}

/// What turns of a model cost. Maps to `StepCost`.
struct EncodedCost: Codable {
    var input: Int
    var cachedInput: Int
    var cacheWrite: Int
    var output: Int
    var images: Int
    var price: Double?

    enum CodingKeys: String, CodingKey {
        case input, cachedInput, cacheWrite, output, images, price
    }

    init(_ cost: StepCost) {
        input = cost.input
        cachedInput = cost.cachedInput
        cacheWrite = cost.cacheWrite
        output = cost.output
        images = cost.images
        price = cost.price.flatMap { $0.isFinite ? $0 : nil }
    }

    var cost: StepCost {
        var cost = StepCost()
        cost.input = max(0, input)
        cost.cachedInput = max(0, cachedInput)
        cost.cacheWrite = max(0, cacheWrite)
        cost.output = max(0, output)
        cost.images = max(0, images)
        cost.price = price
        return cost
    }
}

/// Body of a `decision` record. Maps to `ActionDecision`.
struct EncodedDecision: Codable {
    var ruling: String
    var action: EncodedAction
    var reason: String
    var replacement: EncodedAction?

    enum CodingKeys: String, CodingKey {
        case ruling, action, reason, replacement
    }

    init(_ decision: ActionDecision) {
        ruling = decision.ruling.rawValue
        action = EncodedAction(decision.action)
        reason = decision.reason
        replacement = decision.replacement.map(EncodedAction.init)
    }

    func decision() throws -> ActionDecision {
        guard let ruling = ActionDecision.Ruling(rawValue: ruling) else { throw UnreadableValue("a ruling") }
        return ActionDecision(
            ruling, of: try action.action(), reason: reason, replacement: try replacement?.action())
    }
}

/// Body of an `intervention` record. Maps to `Intervention`.
struct EncodedIntervention: Codable {
    var kind: String
    var text: String

    enum CodingKeys: String, CodingKey {
        case kind, text
    }

    init(_ intervention: Intervention) {
        kind = intervention.kind.rawValue
        text = intervention.text
    }

    func intervention() throws -> Intervention {
        guard let kind = Intervention.Kind(rawValue: kind) else { throw UnreadableValue("a kind of intervention") }
        return Intervention(kind, text)
    }
}

extension JSONValue {
    /// The same, with null for what is nested deeper: a reader must be able to take the line, whatever a provider sent.
    func cut(toDepth depth: Int) -> JSONValue {
        switch self {
        case .array(let elements): depth > 1 ? .array(elements.map { $0.cut(toDepth: depth - 1) }) : .null
        case .object(let members): depth > 1 ? .object(members.mapValues { $0.cut(toDepth: depth - 1) }) : .null
        case .ordered(let members):
            depth > 1 ? .ordered(members.map { .init($0.name, $0.value.cut(toDepth: depth - 1)) }) : .null
        case .number(let value): value.isFinite ? self : .null
        default: self
        }
    }
}
