/// Finds one value in a text in whatever encoding it may stand there.
///
/// Encodings that work letter by letter (JSON, percent signs, HTML, shells) are matched letter by letter, so that any
/// mixture of them is found. Those that mix neighbours (Base64) are found by the part that does not depend on what stands
/// around.
struct RedactionPattern: Sendable {
    private let tracks: [RedactionTrack]
    /// The pairs of bytes with which anything of this may begin, the first one in the upper half.
    let starts: Set<UInt16>

    init(_ value: String) {
        let plain = Array(value.utf8)
        let little = value.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        let big = value.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
        var tracks = [RedactionTrack(value.unicodeScalars.map { LetterForms.of($0) }, .continuation)]
        for bytes in [plain, little, big] {
            tracks.append(RedactionTrack(bytes.map { LetterForms.hexadecimal($0) }, .separators))
            tracks += RadixForms.base64(bytes).map { RedactionTrack($0.map(LetterForms.base64), .lineBreak) }
        }
        tracks += RadixForms.base32(plain).map { RedactionTrack($0.map(LetterForms.base32), .lineBreak) }
        // What is kept in Base64 is often put into a file that is kept in Base64.
        for inner in RadixForms.base64(plain) {
            tracks += RadixForms.base64(inner).map { RedactionTrack($0.map(LetterForms.base64), .lineBreak) }
        }
        for bytes in [little, big] {
            // As it is in a file, and as it is after it was read as UTF-8.
            for form in Set([bytes, Array(String(decoding: bytes, as: UTF8.self).utf8)]) {
                tracks.append(RedactionTrack(form.map { [[$0]] }, .none))
            }
        }
        self.tracks = tracks
        starts = tracks.reduce(into: []) { $0.formUnion($1.starts) }
    }

    static func pair(_ first: UInt8, _ second: UInt8) -> UInt16 { UInt16(first) << 8 | UInt16(second) }

    /// How many bytes from here on are the value; nil if it does not begin here.
    func match(in text: ArraySlice<UInt8>) -> Int? { tracks.compactMap { $0.match(in: text) }.max() }
}

/// One way to write a value: for each of its letters all that may stand for it, and what may lie between two of them.
struct RedactionTrack: Sendable {
    private let letters: [[[UInt8]]]
    private let gap: RedactionGap

    init(_ letters: [[[UInt8]]], _ gap: RedactionGap) {
        self.letters = letters
        self.gap = gap
    }

    /// The first two bytes of each way to write a beginning.
    var starts: Set<UInt16> {
        let following = letters.dropFirst().first ?? []
        var pairs: Set<UInt16> = []
        for form in letters.first ?? [] where !form.isEmpty {
            if form.count > 1 {
                pairs.insert(RedactionPattern.pair(form[0], form[1]))
                continue
            }
            for next in following.compactMap(\.first) + gap.starts {
                pairs.insert(RedactionPattern.pair(form[0], next))
            }
        }
        return pairs
    }

    /// Goes through the ways of each letter in step, with all places where the text may be by then.
    func match(in text: ArraySlice<UInt8>) -> Int? {
        guard !letters.isEmpty else { return nil }
        var places = [text.startIndex]
        for (index, forms) in letters.enumerated() {
            var next: [Int] = []
            for place in places {
                let length = index == 0 ? 0 : gap.length(in: text[place...])
                for start in length == 0 ? [place] : [place, place + length] {
                    for form in forms where text[start...].starts(with: form) && !next.contains(start + form.count) {
                        next.append(start + form.count)
                    }
                }
            }
            if next.isEmpty { return nil }
            places = next
        }
        return places.max().map { $0 - text.startIndex }
    }
}

/// What may lie between two letters of a value without being of it.
enum RedactionGap: Sendable {
    case none
    /// A line that goes on, as shells and mails write it.
    case continuation
    /// The end of a line, and how the next one is indented.
    case lineBreak
    /// What is put between the digits of two bytes, ends of lines among it.
    case separators

    private static let most = 64
    private static let ends: [UInt8] = [0x0a, 0x0d]
    private static let blanks: [UInt8] = [0x20, 0x09]
    private static let marks: [UInt8] = [0x2c, 0x3a, 0x2d]
    private static let backslash: UInt8 = 0x5c

    /// With what it may begin.
    var starts: [UInt8] {
        switch self {
        case .none: []
        case .continuation: [Self.backslash, UInt8(ascii: "=")]
        case .lineBreak: Self.ends + Self.blanks + [Self.backslash]
        case .separators: Self.ends + Self.blanks + Self.marks + [Self.backslash]
        }
    }

    /// How long it is here; zero if there is none.
    func length(in text: ArraySlice<UInt8>) -> Int {
        guard let first = text.first, starts.contains(first) else { return 0 }
        if case .continuation = self {
            let rest = text.dropFirst()
            if rest.starts(with: [0x0d, 0x0a]) { return 3 }
            return rest.first == 0x0a ? 2 : 0
        }
        var place = text.startIndex
        var isBroken = false
        while place < text.endIndex, place - text.startIndex < Self.most {
            let byte = text[place]
            if Self.ends.contains(byte) {
                isBroken = true
            } else if byte == Self.backslash {
                // As it is written in JSON, and in JSON in JSON.
                let letter = text[place...].firstIndex { $0 != Self.backslash } ?? text.endIndex
                guard letter < text.endIndex, [0x6e, 0x72].contains(text[letter]) else { break }
                isBroken = true
                place = letter
            } else if !Self.blanks.contains(byte), !(self == .separators && Self.marks.contains(byte)) {
                break
            }
            place += 1
        }
        return isBroken || self == .separators ? place - text.startIndex : 0
    }
}
