import Foundation
import GodHandCore

/// Finds the address that a browser would make of a line in its address bar.
enum TypedAddress {
    /// What a line comes to; nil if it would be no address.
    ///
    /// - Parameter mayBeAddressBar: Whether the line may stand there. If it surely does not, an e-mail address is one.
    static func find(in line: String, mayBeAddressBar: Bool) -> WebAddress.Reading? {
        // Browsers drop tabs and line feeds wherever they stand, and take compatibility forms for the plain ones.
        let text = String(
            String.UnicodeScalarView(
                line.prefix(4_096).precomposedStringWithCompatibilityMapping.unicodeScalars.filter { scalar in
                    !scalar.isInvisible
                })
        ).trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\u{3002}", with: ".")
        if text.isEmpty { return nil }
        if let colon = text.firstIndex(of: ":"), isScheme(text[..<colon]) {
            let scheme = text[..<colon].lowercased()
            let rest = text[text.index(after: colon)...]
            if scheme == "http" || scheme == "https" {
                let authority = authority(of: rest.drop { $0 == "/" || $0 == "\\" })
                return authority.isEmpty ? nil : WebAddress.read(authority: authority, scheme: scheme)
            }
            if rest.hasPrefix("//") || (powerful.contains(scheme) && !(rest.first?.isWhitespace ?? true)) {
                return .refused("only http and https may be opened")
            }
        }
        return bare(text, mayBeAddressBar)
    }

    /// Schemes by which a browser does more than show a page of the web.
    private static let powerful: Set<String> = [
        "javascript", "data", "file", "about", "view-source", "chrome", "resource", "blob", "jar", "vbscript", "ftp",
        "ws", "wss", "moz-extension", "mailto",
    ]

    /// Ends of file names that are not ends of domains.
    private static let fileEndings: Set<String> = [
        "txt", "pdf", "png", "jpg", "jpeg", "gif", "svg", "odt", "ods", "odp", "doc", "docx", "xls", "xlsx", "pptx",
        "csv", "html", "htm", "json", "xml", "yaml", "yml", "log", "conf", "mp3", "mp4", "wav", "tar", "gz", "iso",
        "deb", "tmp", "bak", "js", "css", "swift", "java", "exe", "etc",
    ]

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, Character(Unicode.Scalar(first)).isLetter else { return false }
        return text.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || "+-".contains(character))
        }
    }

    private static func authority(of text: Substring) -> Substring {
        text.prefix { !"/\\?#".contains($0) && !$0.isWhitespace }
    }

    /// A line without a scheme: `evil.example/path`, `10.0.0.1`, `wiki/page`.
    private static func bare(_ text: String, _ mayBeAddressBar: Bool) -> WebAddress.Reading? {
        // One slash begins a path, two begin a host.
        let authority = authority(of: text.hasPrefix("//") ? text[...].drop { $0 == "/" } : text[...])
        let following = text[authority.endIndex...].first
        // Words with spaces between them are searched for.
        if following?.isWhitespace == true || authority.isEmpty { return nil }
        if authority.contains("@") {
            let isMailAddress = following == nil && !authority.contains(":")
            if isMailAddress && !mayBeAddressBar { return nil }
            let host = authority.split(separator: "@").last.map(String.init) ?? ""
            return looksLikeHost(host[...]) ? .refused("it has a user name in front of its host") : nil
        }
        let name = authority.prefix { $0 != ":" }
        let hasMore = following != nil || name.endIndex != authority.endIndex
        let reading = WebAddress.read(authority: authority, scheme: "https")
        if looksLikeHost(name) { return reading }
        if isNumeric(name), name.filter({ $0 == "." }).count == 3 || (mayBeAddressBar && hasMore && name.utf8.count > 6)
        {
            return .refused("its host is a number")
        }
        if authority.hasPrefix("["), authority.contains(":") { return .refused("its host is a number") }
        let isOneWord = !text.contains(where: \.isWhitespace) && isWord(name) && !isNumeric(name)
        return mayBeAddressBar && hasMore && isOneWord ? reading : nil
    }

    private static func isNumeric(_ text: Substring) -> Bool {
        !text.isEmpty && text.lowercased().allSatisfy { $0.isHexDigit || $0 == "." || $0 == "x" }
            && (text.first?.isNumber ?? false)
    }

    private static func isWord(_ text: Substring) -> Bool { HostName(String(text)) != nil }

    /// Whether it has a dot and ends as domains do, not as files do.
    private static func looksLikeHost(_ text: Substring) -> Bool {
        guard let name = HostName(String(text)), name.labels.count > 1, let last = name.labels.last else {
            return false
        }
        return last.utf8.count >= 2 && !fileEndings.contains(String(last)) && last.first?.isLetter == true
    }
}
