/// A piece of HTML. Text that is put into it is escaped; only other pieces and literals go in as they are.
///
/// So no string of a guest or a model can become markup by being forgotten somewhere.
struct Markup: ExpressibleByStringInterpolation {
    private(set) var html: String

    init(stringLiteral value: String) { html = value }
    init(stringInterpolation: Interpolation) { html = stringInterpolation.html }

    /// No markup.
    static let empty: Markup = ""

    struct Interpolation: StringInterpolationProtocol {
        var html = ""

        init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity * 2) }
        mutating func appendLiteral(_ literal: String) { html += literal }
        mutating func appendInterpolation(_ text: String) { Markup.escape(text, into: &html) }
        mutating func appendInterpolation(_ number: Int) { html += String(number) }
        mutating func appendInterpolation(_ piece: Markup) { html += piece.html }
        mutating func appendInterpolation(_ pieces: [Markup]) { for piece in pieces { html += piece.html } }
        /// Only for what is ours: styles, scripts, and encoded pictures.
        mutating func appendInterpolation(trusted text: String) { html += text }
    }

    /// The longest text that is shown; the rest is in the trace.
    private static let limit = 20_000

    private static func escape(_ text: String, into html: inout String) {
        var shown = 0
        for scalar in text.unicodeScalars {
            shown += 1
            if shown > limit {
                html += " … (cut off here)"
                return
            }
            switch scalar {
            case "&": html += "&amp;"
            case "<": html += "&lt;"
            case ">": html += "&gt;"
            case "\"": html += "&quot;"
            case "'": html += "&#39;"
            case "\n", "\t": html.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}": html.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
            case "\u{7F}"..."\u{9F}": html += "\u{FFFD}"
            // Marks that turn the direction of writing could make a line read as something else.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": html += "\u{FFFD}"
            default: html.unicodeScalars.append(scalar)
            }
        }
    }
}

/// The small drawings of a report: strokes on a grid of 24.
enum Icon: String {
    case pointer = "M5 3l14 8.5-6.2 1.6L10 19z"
    case keys = "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8"
    case terminal = "M3 5h18v14H3zM7 9l3 3-3 3M13 15h4"
    case globe = "M12 3a9 9 0 100 18 9 9 0 000-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"
    case eye = "M2 12c4-8 16-8 20 0-4 8-16 8-20 0zM12 9a3 3 0 100 6 3 3 0 000-6z"
    case clock = "M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3 2"
    case flag = "M6 21V4h12l-3 4 3 4H6"
    case pass = "M12 3a9 9 0 100 18 9 9 0 000-18zM8 12.2l2.8 2.8L16 9.5"
    case fail = "M12 3a9 9 0 100 18 9 9 0 000-18zM9 9l6 6M15 9l-6 6"
    case pause = "M12 3a9 9 0 100 18 9 9 0 000-18zM10 9v6M14 9v6"
    case question = "M12 3a9 9 0 100 18 9 9 0 000-18zM9.5 9.5c0-3.5 5-3.5 5 0 0 2-2.5 2-2.5 4M12 17h.01"

    var markup: Markup {
        """
        <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" \
        stroke-linejoin="round" aria-hidden="true"><path d="\(trusted: rawValue)"/></svg>
        """
    }
}
