import GodHandAgent
import GodHandCore

extension TaskFile.SolutionStep {
    /// How long to wait for what is expected. A host with few processors may be slow.
    private static let patience = Duration.seconds(45)

    /// The step as a plan has it.
    func planned() throws -> PlannedStep {
        let kinds: [(String, PlannedStep.Planned)?] = [
            open.map { ("Open \($0)", .open($0)) }, type.map { ("Type \($0.shown)", .type($0)) },
            press.map { ("Press \($0)", .press(KeyChord($0))) },
            clickText.map { ("Click “\($0)”", .clickText($0)) }, exec.map { ("Run \($0.first ?? "")", .exec($0)) },
            answer.map { ("Answer", .action(.done($0))) },
            try click.map { place in
                guard place.count == 2 else { throw FileProblem("a click needs two numbers") }
                return ("Click at \(place[0]), \(place[1])", .click(Point(x: place[0], y: place[1])))
            },
        ]
        let found = kinds.compactMap(\.self)
        guard let (words, action) = found.first ?? until.map({ _ in ("Wait", .look) }), found.count <= 1 else {
            throw FileProblem("a step of its solution needs just one thing to do, or something to wait for")
        }
        return PlannedStep(why ?? words, action, expecting: until?.eventually(within: Self.patience))
    }
}

extension String {
    /// For people, on one line.
    fileprivate var shown: String {
        let line = split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= 60 ? line : line.prefix(60) + "…"
    }
}
