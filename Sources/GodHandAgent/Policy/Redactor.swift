import Foundation
public import GodHandCore

/// Replaces secret values by their names, in whatever encoding they stand in a text.
///
/// Found are the value itself and its forms in JSON, addresses, mails, HTML, programs, shells, UTF-16, hexadecimal, Base32
/// and Base64 (once and twice, and broken into lines), also in mixtures; and all of that inside of what gzip or zlib
/// compressed, where that stands in Base64 or hexadecimal digits. Such a text is replaced as a whole, and so is one that
/// holds more than a mebibyte, for nobody looks through it.
///
/// Not found are pieces of a value, other compressions, what was encrypted, and pixels. Compressed bytes that were read as
/// text are no longer what they were, so nobody can open those.
public struct Redactor: Sendable {
    private let patterns: [(name: String, pattern: RedactionPattern)]
    private let findsKeys: Bool
    /// For each pair of bytes whether anything can begin with it. Most places in a text are passed over by this alone.
    private let starts: [Bool]

    /// Makes a redactor.
    ///
    /// - Parameters:
    ///   - values: The values by their names. Those of fewer than 4 bytes are passed over.
    ///   - keyMaterial: Whether what looks like a key is replaced, too: private keys as files hold them, and the tokens of
    ///     well-known services.
    public init(_ values: [String: String], keyMaterial: Bool = true) {
        findsKeys = keyMaterial
        // Longer ones first: one value may begin with another.
        patterns = values.filter { $0.value.utf8.count >= 4 }
            .sorted { ($1.value.utf8.count, $0.key) < ($0.value.utf8.count, $1.key) }
            .map { ($0.key, RedactionPattern($0.value)) }
        var starts = [Bool](repeating: false, count: patterns.isEmpty ? 0 : 1 << 16)
        for (_, pattern) in patterns { for pair in pattern.starts { starts[Int(pair)] = true } }
        self.starts = starts
    }

    private init(patternsOf other: Redactor) {
        patterns = other.patterns
        starts = other.starts
        findsKeys = false
    }

    /// The same without a look for keys.
    var valuesOnly: Redactor { Redactor(patternsOf: self) }

    /// Whether there is nothing to replace.
    public var isEmpty: Bool { patterns.isEmpty && !findsKeys }

    /// The text with names instead of values: `(secret mail-password)`.
    public func redacted(_ text: String) -> String {
        if isEmpty { return text }
        var room = Self.room
        guard let clean = redacted(Array(text.utf8), room: &room) else { return text }
        return String(decoding: clean, as: UTF8.self)
    }

    /// The most bytes that are read as compressed parts of one text and come out of them: it may be a hostile guest's.
    private static let room = 8 << 20

    /// The bytes without values, or nil if there were none.
    ///
    /// - Parameters:
    ///   - depth: In how many compressed texts they lie.
    ///   - room: How many more bytes may be read as compressed texts and come out of them.
    private func redacted(_ bytes: [UInt8], depth: Int = 0, room: inout Int) -> [UInt8]? {
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        // Nothing that is looked for has a single byte.
        while index + 1 < bytes.count {
            guard let (word, length) = found(in: bytes, at: index, depth, &room) else {
                index += 1
                continue
            }
            result += bytes[copied..<index]
            result += word
            index += length
            copied = index
        }
        if copied == 0 { return nil }
        return result + bytes[copied...]
    }

    /// What is to be replaced at a place, and by what.
    private func found(
        in bytes: [UInt8], at index: Int, _ depth: Int, _ room: inout Int
    ) -> (word: [UInt8], length: Int)? {
        let pair = RedactionPattern.pair(bytes[index], bytes[index + 1])
        if !patterns.isEmpty, starts[Int(pair)], let (name, length) = longest(in: bytes[index...], pair), length > 0 {
            return (Array("(secret \(name))".utf8), length)
        }
        if CompressedText.starts[Int(bytes[index])], depth < CompressedText.depth,
            let (length, content, isCut) = CompressedText.match(in: bytes, at: index, room: &room)
        {
            if isCut { return (CompressedText.unseen, length) }
            if redacted(content, depth: depth + 1, room: &room) != nil { return (CompressedText.placeholder, length) }
        }
        guard findsKeys, KeyMaterial.starts[Int(bytes[index])] else { return nil }
        return KeyMaterial.match(in: bytes, at: index).map { (KeyMaterial.placeholder, $0) }
    }

    private func longest(in text: ArraySlice<UInt8>, _ pair: UInt16) -> (name: String, length: Int)? {
        var best: (name: String, length: Int)?
        for (name, pattern) in patterns where pattern.starts.contains(pair) {
            if let length = pattern.match(in: text), length > best?.length ?? 0 { best = (name, length) }
        }
        return best
    }

    /// An error without values in its message, hint and causes. Of errors of other kinds nothing but their type is kept
    /// if they hold one.
    public func redacted(_ error: any Error) -> any Error {
        if isEmpty || error is CancellationError { return error }
        if var own = error as? GodHandError {
            own.message = redacted(own.message)
            own.hint = own.hint.map { redacted($0) }
            own.cause = own.cause.map { redacted($0) }
            return own
        }
        let shown = "\(String(reflecting: error)) \(String(describing: error)) \(error.localizedDescription)"
        guard redacted(shown) != shown else { return error }
        return GodHandError(.hostFailed, "An error of the type \(type(of: error)) held a secret and is not shown.")
    }

    func redacted(_ texts: [String]) -> [String] { texts.map { redacted($0) } }

    /// JSON without values, in names too.
    public func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(redacted(text))
        case .array(let elements): .array(elements.map { redacted($0) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (redacted($0.key), redacted($0.value)) }, uniquingKeysWith: { first, _ in first }))
        case .ordered(let members):
            .ordered(members.map { JSONValue.Member(redacted($0.name), redacted($0.value)) })
        case .integer(let number): replaced("\(number)") ?? value
        case .number(let number): replaced("\(number)") ?? value
        case .null, .bool: value
        }
    }

    /// A value of digits may stand somewhere as a number.
    private func replaced(_ number: String) -> JSONValue? {
        let clean = redacted(number)
        return clean == number ? nil : .string(clean)
    }
}

extension Redactor: CustomReflectable {
    /// Without children: dumps show no value.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
