/// The paths that entries may have.
enum TarPath {
    /// The path in its plain form: without `./` in front and `/` at the end.
    ///
    /// - Throws: ``GodHandError`` with `protocol.violation` if it could lead out of the directory, or is no path at all.
    static func normalised(_ bytes: [UInt8]) throws -> String {
        guard bytes.count <= TarLimits.path + 1 else { throw refused("a path is longer than \(TarLimits.path) bytes") }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw refused("a path is not text")
        }
        guard !text.hasPrefix("/") else { throw refused("the path '\(text)' is absolute") }
        var parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
        if parts.last?.isEmpty == true { parts.removeLast() }
        while parts.first == ".", parts.count > 1 { parts.removeFirst() }
        guard !parts.isEmpty, parts.count <= TarLimits.depth else { throw refused("a path is empty or too deep") }
        for part in parts {
            guard !part.isEmpty, part != "..", part != "." || parts.count == 1 else {
                throw refused("the path '\(text)' has a part that is empty or made of dots")
            }
            guard part.utf8.count <= TarLimits.component else {
                throw refused("a part of a path is longer than \(TarLimits.component) bytes")
            }
        }
        return parts.joined(separator: "/")
    }

    static func refused(_ why: String) -> GodHandError {
        GodHandError(
            .protocolViolation, "The archive was refused: \(why).",
            hint: "Only regular files and directories can be copied.")
    }
}
