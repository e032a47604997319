/// Finds keys in a text by their looks: what cloud services, code hosts and models give out, tokens of the web, and
/// private keys as files hold them.
enum KeyMaterial {
    /// What stands in place of a key.
    static let placeholder = Array("(key material)".utf8)

    /// A kind of key: how it begins, how many characters follow at least, and which.
    private struct Shape {
        var prefix: [UInt8]
        var length: Int
        var isPart: @Sendable (UInt8) -> Bool

        init(_ prefix: String, _ length: Int, _ isPart: @escaping @Sendable (UInt8) -> Bool = isWord) {
            self.prefix = Array(prefix.utf8)
            self.length = length
            self.isPart = isPart
        }
    }

    private static let shapes: [Shape] =
        ["AKIA", "ASIA"].map { Shape($0, 16, isUpper) }
        + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { Shape($0, 36) }
        + ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-"].map { Shape($0, 10) }
        + [
            Shape("github_pat_", 22), Shape("glpat-", 20), Shape("npm_", 36), Shape("hf_", 30), Shape("AIza", 35),
            Shape("sk-", 20), Shape("sk_live_", 16), Shape("rk_live_", 16), Shape("Bearer ", 20, isToken),
        ]
    private static let webToken = Array("eyJ".utf8)
    private static let begin = Array("-----BEGIN ".utf8)
    private static let privateKey = Array("PRIVATE KEY".utf8)
    private static let end = Array("-----END ".utf8)

    @Sendable private static func isUpper(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
    }

    @Sendable private static func isWord(_ byte: UInt8) -> Bool {
        isUpper(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x5f
    }

    @Sendable private static func isToken(_ byte: UInt8) -> Bool {
        isWord(byte) || [0x2b, 0x2e, 0x2f, 0x3d, 0x7e].contains(byte)
    }

    /// Whether a key can begin with this.
    static let starts: [Bool] = {
        var starts = [Bool](repeating: false, count: 256)
        for shape in shapes { starts[Int(shape.prefix[0])] = true }
        starts[Int(webToken[0])] = true
        starts[Int(begin[0])] = true
        return starts
    }()

    /// How many bytes from a place on are a key; nil if none begins there.
    static func match(in bytes: [UInt8], at index: Int) -> Int? {
        let rest = bytes[index...]
        if rest.starts(with: begin) { return pem(rest) }
        // Within a word nothing begins.
        if index > 0, isWord(bytes[index - 1]) { return nil }
        for shape in shapes where rest.starts(with: shape.prefix) {
            let tail = rest.dropFirst(shape.prefix.count).prefix(while: shape.isPart)
            guard tail.count >= shape.length else { continue }
            return shape.prefix.count + tail.count
        }
        return rest.starts(with: webToken) ? threeParts(rest) : nil
    }

    /// A token of the web has three parts with dots between them. What has more is none, and is not read beyond: so a
    /// text that is full of beginnings takes no longer than any other.
    private static func threeParts(_ text: ArraySlice<UInt8>) -> Int? {
        var place = text.startIndex
        var parts = 1
        while place < text.endIndex, text[place] == dot || isWord(text[place]) {
            if text[place] == dot {
                if parts == 3 {
                    // With this a sentence ends, or another part begins.
                    if place + 1 < text.endIndex, isWord(text[place + 1]) { return nil }
                    break
                }
                parts += 1
            }
            place += 1
        }
        let length = place - text.startIndex
        return parts == 3 && length >= 33 ? length : nil
    }

    private static let dot = UInt8(ascii: ".")

    /// From the first line of a private key to its last, or to the end of what there is.
    private static func pem(_ text: ArraySlice<UInt8>) -> Int? {
        let head = text.prefix(80)
        guard head.firstRange(of: privateKey) != nil else { return nil }
        guard let end = text.firstRange(of: end) else { return text.count }
        let label = text[end.upperBound...].prefix(80)
        guard let close = label.firstRange(of: Array("-----".utf8)) else { return text.count }
        return close.upperBound - text.startIndex
    }
}
