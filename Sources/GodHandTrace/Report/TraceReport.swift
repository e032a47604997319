public import Foundation
import GodHandCore

/// Makes one web page of a trace: open it anywhere, without a network, and see what happened step by step.
///
/// Pictures, styles and script are inside the page, and its content policy forbids it to fetch anything. What guests and
/// models said appears as text only.
public enum TraceReport {
    /// The page for a trace on disk.
    ///
    /// - Parameters:
    ///   - directory: The trace's directory.
    ///   - limits: How much is read.
    /// - Throws: What ``Trace/init(directory:limits:)`` throws.
    public static func html(of directory: URL, limits: TraceLimits = TraceLimits()) throws -> String {
        html(of: try Trace(directory: directory, limits: limits))
    }

    /// The page for a trace in memory.
    ///
    /// Pictures beyond 256 mebibytes in all are left out.
    public static func html(of trace: Trace) -> String {
        let summary = RunSummary(trace)
        let album = Album(summary.screenshots, room: 256 << 20)
        let scale = summary.chart.longest
        let branches = summary.tree.sections(album: album, scale: scale)
        // The end of a search is told after its branches.
        var stops = summary.entries.map { $0.markup(album: album, scale: scale) }
        stops.insert(contentsOf: branches, at: max(0, stops.count - 1))
        let rail = summary.entries.compactMap { $0.railMarkup(album: album) } + summary.tree.rail(album: album)
        return page(summary, stops: stops, rail: rail, album: album).html
    }

    /// Writes the page for a trace to a file that only this user can read. A file that is there is replaced.
    ///
    /// - Parameters:
    ///   - directory: The trace's directory.
    ///   - file: Where to write; `report.html` in the trace's directory if nil.
    /// - Returns: The file.
    /// - Throws: What ``html(of:limits:)`` throws, and `GodHandError` with `disk.full` or `host.failed`.
    @discardableResult
    public static func write(of directory: URL, to file: URL? = nil) throws -> URL {
        let html = try html(of: directory)
        let file = file ?? directory.appending(path: "report.html")
        let path = file.path(percentEncoded: false)
        let temporary = "\(path).\(UInt32.random(in: 0...UInt32.max))"
        do {
            try HostFile.create(temporary).write(Array(html.utf8))
            try HostFile.rename(temporary, to: path)
        } catch {
            HostFile.remove(temporary)
            throw error
        }
        return file
    }

    private static func page(
        _ summary: RunSummary, stops: [Markup], rail: [Markup], album: Album
    ) -> Markup {
        let style = String(decoding: PackageResources.report_css, as: UTF8.self)
        let script = String(decoding: PackageResources.report_js, as: UTF8.self)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src blob:; \
            style-src '\(trusted: digest(style))'; script-src '\(trusted: digest(script))'; base-uri 'none'; \
            form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta name="generator" content="GodHand">
            <title>\(summary.title)</title>
            <style>\(trusted: style)</style>
            </head>
            <body>
            <a class="skip" href="#steps">Go to the steps</a>
            <div class="page">
            \(bar)
            <noscript><p class="notice">Scripts are off, so there are no pictures, no search and no keys. All words are \
            here.</p></noscript>
            \(summary.headMarkup(album: album))
            \(summary.tree.map(album: album))
            \(tools)
            <div class="body">
            <nav class="rail" aria-label="Steps"><ol>\(rail)</ol></nav>
            <main class="feed" id="steps" tabindex="-1">\(stops)</main>
            </div>
            \(footer)
            </div>
            <dialog aria-label="Picture"><figure><div class="stage"></div><figcaption></figcaption></figure></dialog>
            \(album.markup)
            <script>\(trusted: script)</script>
            </body>
            </html>

            """
    }

    private static func digest(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(text.utf8)).base64EncodedString()
    }

    private static let bar: Markup = """
        <div class="bar"><span class="brand"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor" \
        stroke-width="2.4" aria-hidden="true"><circle cx="12" cy="12" r="9.5"/><circle cx="12" cy="12" r="3" \
        fill="currentColor" stroke="none"/></svg><b>GodHand</b> <small>run report</small></span>\
        <button id="marks" type="button" aria-pressed="true">Marks</button>\
        <button id="theme" type="button">Light / dark</button></div>
        """

    /// The script fills in how many there are of each kind, and takes out those of which there are none.
    private static let tools: Markup = """
        <search class="tools"><input id="find" type="search" placeholder="Search" aria-label="Search the steps" \
        aria-keyshortcuts="/" autocomplete="off" spellcheck="false"><div class="filters" role="group" aria-label="Show only">\
        <button type="button" data-only="" aria-pressed="true">All</button>\
        <button type="button" data-only="bad">Failed</button>\
        <button type="button" data-only="good">Passed</button>\
        <button type="button" data-only="pointer">Pointer</button>\
        <button type="button" data-only="keys">Keyboard</button>\
        <button type="button" data-only="command">Commands</button>\
        <button type="button" data-only="people">People and rules</button>\
        <button type="button" data-only="machine">Machines</button></div><output id="found"></output></search>
        """

    private static let footer: Markup = """
        <footer><span><kbd>j</kbd> <kbd>k</kbd> or <kbd>←</kbd> <kbd>→</kbd> go through the steps</span>\
        <span><kbd>/</kbd> searches</span>\
        <span><kbd>Enter</kbd> enlarges, <kbd>Esc</kbd> closes</span><span><kbd>m</kbd> hides the marks</span>\
        <span><kbd>t</kbd> turns the light on or off</span></footer>
        """
}
