import GodHandCore

/// A decision in the words of the schema for weak models.
enum ChatAnswer {
    static func object(for decision: Decision, parts: Int) -> JSONValue {
        var fields: [String: JSONValue] = ["thought": .string(decision.thought(of: parts))]
        if let text = decision.expectation { fields["expect"] = .string(text) }
        switch decision.move {
        case .click(let point, let count):
            fields["action"] = "click"
            fields["count"] = .integer(count)
            set(point, in: &fields)
        case .type(let text):
            fields["action"] = "type"
            fields["text"] = .string(text)
        case .press(let keys):
            fields["action"] = "key"
            fields["keys"] = .string(keys)
        case .scroll(let point, let clicks):
            fields["action"] = "scroll"
            fields["direction"] = "down"
            fields["amount"] = .integer(clicks)
            set(point, in: &fields)
        case .open(let target):
            fields["action"] = "open"
            fields["target"] = .string(target)
        case .wait(let seconds):
            fields["action"] = "wait"
            fields["seconds"] = .number(seconds)
        case .waitForWindow(let title, let seconds):
            fields["action"] = "wait_for"
            fields["window"] = .string(title)
            fields["seconds"] = .number(seconds)
        case .done(let answer):
            fields["action"] = "done"
            fields["text"] = .string(answer)
        case .fail(let reason):
            fields["action"] = "fail"
            fields["text"] = .string(reason)
        }
        return .object(fields)
    }

    private static func set(_ point: Point, in fields: inout [String: JSONValue]) {
        fields["x"] = .integer(point.x)
        fields["y"] = .integer(point.y)
    }
}
