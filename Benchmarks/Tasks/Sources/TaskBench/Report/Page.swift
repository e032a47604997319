import Foundation

/// A web page that needs nothing else: no network, no script, and it may be mailed as it is.
struct Page {
    /// What a browser's tab shows.
    var title: String
    private var body = ""

    init(_ title: String) {
        self.title = title
        add("<h1>\(Self.escaped(title))</h1>")
    }

    /// Adds markup. Texts in it must be escaped.
    mutating func add(_ markup: String) { body += markup + "\n" }

    /// Adds a paragraph of text.
    mutating func say(_ text: String) { add("<p>\(Self.escaped(text))</p>") }

    /// Adds a table with a heading.
    ///
    /// - Parameters:
    ///   - heading: What it shows.
    ///   - columns: The names of its columns.
    ///   - rows: Its cells.
    mutating func table(_ heading: String, _ columns: [String], _ rows: [[Cell]]) {
        add("<h2>\(Self.escaped(heading))</h2><div class=wide><table><thead><tr>")
        add(columns.map { "<th>\(Self.escaped($0))</th>" }.joined() + "</tr></thead><tbody>")
        for row in rows { add("<tr>\(row.map(\.markup).joined())</tr>") }
        add("</tbody></table></div>")
    }

    /// A cell of a table.
    enum Cell {
        case text(String)
        case number(String)
        /// A share from 0 to 1, with its interval, as a bar.
        case share(Double, Interval? = nil)
        /// A link to something beside the page.
        case link(String, to: String)

        fileprivate var markup: String {
            switch self {
            case .text(let text): return "<td\(text.count > 30 ? " class=words" : "")>\(Page.escaped(text))</td>"
            case .number(let text): return "<td class=n>\(Page.escaped(text))</td>"
            case .share(let share, let interval):
                let bounds = interval.map { " <small>\(Figures.bounds($0))</small>" } ?? ""
                let width = Int((min(max(0, share), 1) * 100).rounded())
                return "<td class=n><span class=bar><i style=\"width:\(width)%\"></i></span>"
                    + "\(Page.escaped(Figures.share(share)))\(bounds)</td>"
            case .link(let text, let target):
                return "<td><a href=\"\(Page.escaped(target))\">\(Page.escaped(text))</a></td>"
            }
        }
    }

    /// The whole page.
    var html: String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(Self.escaped(title))</title><style>\(Self.style)</style></head><body><main>
        \(body)</main></body></html>

        """
    }

    /// Text as it stands in markup and in quoted attributes.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1d2733; --dim: #5c6b7d; --paper: #fff; --line: #dde3ea; --bar: #2f7d5b; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e1e7ef; --dim: #93a2b5; --paper: #141b24; --line: #2c3846; --bar: #63c195; } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        p, small { color: var(--dim); } .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
        th { font-weight: 600; } th, td:first-child { white-space: nowrap; } td { overflow-wrap: anywhere; }
        td.words { min-width: 16rem; }
        .n { white-space: nowrap; font-variant-numeric: tabular-nums; } a { color: inherit; }
        .bar { display: inline-block; width: 3.5rem; height: .6rem; margin-right: .5rem; background: var(--line); border-radius: .3rem; overflow: hidden; }
        .bar i { display: block; height: 100%; background: var(--bar); }
        """
}
