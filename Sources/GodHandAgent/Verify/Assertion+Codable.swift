import GodHandCore

/// Assertions as people write them into files, in the form in which traces have them:
/// `{"kind": "file", "path": "/home/user/letter.txt", "text": "Dear Ada"}`.
///
/// The kinds and their members are: `text` (`text`), `window-title` (`text`), `clipboard` (`text`), `file` (`path`, and
/// `text` if it must contain one), `process` (`name`), `command` (`arguments`), `address-is` and `address` (`text`),
/// `screen-changed`; `all`, `any` and `not` (`parts`), `within` (`milliseconds`, `part`). `text` and `screen-changed` may
/// have `in`, a rectangle as x, y, width and height.
extension Assertion: Codable {
    /// Reads an assertion. What it does not understand is an error: a check that was misread would pass or fail for
    /// the wrong reason.
    public init(from decoder: any Decoder) throws {
        let written = try JSONValue(from: decoder)
        guard let assertion = Assertion(recorded: written) else {
            let kind = written["kind"]?.string
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: kind.map { "The assertion '\($0)' is unknown, or lacks a member." }
                        ?? "An assertion needs a 'kind'."))
        }
        guard assertion.recorded == written else {
            let kind = written["kind"]?.string ?? ""
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "The assertion '\(kind)' has a member or value that it does not take."))
        }
        self = assertion
    }

    /// Writes the assertion.
    ///
    /// - Throws: `EncodingError` for one that holds a picture.
    public func encode(to encoder: any Encoder) throws {
        guard let recorded else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "It holds a picture."))
        }
        try recorded.encode(to: encoder)
    }
}
