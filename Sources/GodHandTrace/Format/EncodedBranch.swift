import Foundation
import GodHandCore

/// Body of a `branch-opened` record. Maps to `BranchOpening`.
struct EncodedOpening: Codable {
    var branch: Int
    var parent: Int
    var title: String
    var reasoning: String?
    var sandbox: String
    var preserving: String
    var took: Double?

    enum CodingKeys: String, CodingKey {
        case branch, parent, title, reasoning, sandbox, preserving, took
    }

    init(_ branch: Int, _ opening: BranchOpening) {
        self.branch = branch
        parent = opening.parent
        title = opening.title
        reasoning = opening.reasoning
        sandbox = opening.sandbox.rawValue
        preserving = opening.preservation.rawValue
        took = opening.took.map(Seconds.value)
    }

    func event() throws -> BranchEvent {
        guard let preservation = Preservation(rawValue: preserving) else { throw UnreadableValue("a kind of fork") }
        // A parent is older than its forks: so what is read is a tree whatever was written.
        guard branch > parent, parent >= 0 else { throw UnreadableValue("a branch without a beginning") }
        return BranchEvent(
            branch,
            .opened(
                BranchOpening(
                    parent: parent, title: title, reasoning: reasoning, sandbox: SandboxID(rawValue: sandbox),
                    preservation: preservation, took: try took.map(Seconds.duration))))
    }
}

/// Body of a `branch-scored` record. Maps to `BranchScore`.
struct EncodedScore: Codable {
    var branch: Int
    var score: Double
    var reachesGoal: Bool
    var reason: String
    var verdicts: [EncodedVerdict]
    var picture: EncodedPicture?

    enum CodingKeys: String, CodingKey {
        case branch, score, reachesGoal, reason, verdicts, picture
    }

    init(
        _ branch: Int, _ score: BranchScore, _ screen: Screenshot?, blobs: (Screenshot) throws -> String
    ) rethrows {
        self.branch = branch
        self.score = score.value
        reachesGoal = score.reachesGoal
        reason = score.reason
        verdicts = score.verdicts.map { EncodedVerdict($0) }
        picture = try screen.map { EncodedPicture($0, blob: try blobs($0)) }
    }

    func event(pictures: inout some PictureSource) throws -> BranchEvent {
        let score = BranchScore(
            score, reachesGoal: reachesGoal, reason: reason, verdicts: verdicts.map(\.verdict))
        return BranchEvent(branch, .scored(score, screen: try picture?.screenshot(pictures: &pictures)))
    }
}

/// Body of a `branch-closed` record. Maps to `BranchClosing`.
struct EncodedClosing: Codable {
    var branch: Int
    var fate: String
    var reason: String
    var picture: EncodedPicture?
    var steps: Int
    var cost: EncodedCost

    enum CodingKeys: String, CodingKey {
        case branch, fate, reason, picture, steps, cost
    }

    init(_ branch: Int, _ closing: BranchClosing, blobs: (Screenshot) throws -> String) rethrows {
        self.branch = branch
        fate = closing.fate.rawValue
        reason = closing.reason
        picture = try closing.screen.map { EncodedPicture($0, blob: try blobs($0)) }
        steps = closing.steps
        cost = EncodedCost(closing.cost)
    }

    func event(pictures: inout some PictureSource) throws -> BranchEvent {
        guard let fate = BranchClosing.Fate(rawValue: fate) else { throw UnreadableValue("the fate of a branch") }
        return BranchEvent(
            branch,
            .closed(
                BranchClosing(
                    fate, reason: reason, screen: try picture?.screenshot(pictures: &pictures), steps: steps,
                    cost: cost.cost)))
    }
}

/// Body of an `in-branch` record without what is inside: which branch, and the kind of what happened there.
struct BranchEnvelope: Decodable {
    var branch: Int
    var kind: String

    enum CodingKeys: String, CodingKey {
        case branch, kind
    }

    /// Puts a body together; what is inside is JSON already.
    static func make(branch: Int, kind: String, body: Data) -> Data {
        Data(#"{"branch":\#(branch),"kind":"\#(kind)","body":"#.utf8) + body + Data("}".utf8)
    }
}
