import GodHandCore

/// The words and marks of a video, as a file of subtitles in the format ASS, which can also draw.
///
/// Whatever was said goes through a file and through ``escape(_:)``; no part of it is ever in a filter or an argument.
enum VideoCaptions {
    static let file = "captions.ass"

    static func text(of script: VideoScript, on canvas: VideoCanvas) -> String {
        var lines = [header(canvas)]
        var start = 0
        var pointer = Point(x: canvas.screen.width / 2, y: canvas.screen.height / 2)
        let whole = max(1, script.scenes.reduce(0) { $0 + $1.milliseconds })
        for scene in script.scenes {
            let span = Span(start: start, end: start + scene.milliseconds)
            lines += drawings(scene, span, canvas, &pointer)
            if case .title = scene.marks {
                lines += title(scene.caption, span, canvas)
            } else {
                lines += bar(scene.caption, span, canvas, progress: Double(span.end) / Double(whole))
            }
            start = span.end
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// From when to when something is seen, in milliseconds.
    struct Span {
        var start: Int
        var end: Int

        static func moment(_ milliseconds: Int) -> String {
            let hundredths = milliseconds / 10
            func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "\(hundredths / 360_000):\(pad(hundredths / 6000 % 60)):\(pad(hundredths / 100 % 60))."
                + pad(hundredths % 100)
        }
    }

    static func line(_ span: Span, layer: Int = 1, style: String = "Mark", _ text: String) -> String {
        "Dialogue: \(layer),\(Span.moment(span.start)),\(Span.moment(span.end)),\(style),,0,0,0,,\(text)"
    }

    /// Text as it is meant: no override, no line break, nothing that turns its direction, and no more than fits.
    static func escape(_ text: String, columns: Int) -> String {
        var shown = ""
        var width = 0
        for scalar in text.unicodeScalars {
            // What East Asian fonts draw is twice as wide.
            width += scalar.value >= 0x1100 ? 2 : 1
            guard width <= columns else { return shown + "…" }
            switch scalar {
            case "\\": shown += "\\\u{2060}"
            case "{": shown += "\\{"
            case "}": shown += "\\}"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": shown += " "
            case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": shown += "\u{FFFD}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func header(_ canvas: VideoCanvas) -> String {
        let bar = canvas.bar
        let fields =
            "Name,Fontname,Fontsize,PrimaryColour,OutlineColour,BackColour,Bold,BorderStyle,Outline,Shadow,"
            + "Alignment,MarginL,MarginR,MarginV,Encoding"
        func style(
            _ name: String, _ size: Int, _ colour: String, font: String = "DejaVu Sans", bold: Bool, alignment: Int
        ) -> String {
            "Style: \(name),\(font),\(size),\(colour),&H00000000,&H00000000,\(bold ? -1 : 0),1,0,0,\(alignment),"
                + "\(canvas.size.width / 10),\(canvas.size.width / 10),0,1"
        }
        return """
            [Script Info]
            ScriptType: v4.00+
            PlayResX: \(canvas.size.width)
            PlayResY: \(canvas.size.height)
            WrapStyle: 2
            ScaledBorderAndShadow: yes

            [V4+ Styles]
            Format: \(fields)
            \(style("Title", bar * 32 / 100, "&H00FFFFFF", bold: true, alignment: 4))
            \(style("Detail", bar * 26 / 100, "&H00C9BEB4", bold: false, alignment: 4))
            \(style("Number", bar * 26 / 100, "&H00C9BEB4", bold: false, alignment: 6))
            \(style("Goal", bar * 45 / 100, "&H00FFFFFF", bold: true, alignment: 5))
            \(style("Output", canvas.outputSize, "&H00E8E4DF", font: "DejaVu Sans Mono", bold: false, alignment: 7))
            \(style("Mark", 20, "&H00741DE1", bold: false, alignment: 7))

            [Events]
            Format: Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text
            """
    }

    private static func bar(
        _ caption: VideoScript.Caption, _ span: Span, _ canvas: VideoCanvas, progress: Double
    ) -> [String] {
        let bar = canvas.bar
        let top = canvas.screen.height
        let edge = bar * 32 / 100
        let room = canvas.size.width - 2 * edge
        // On average a letter is a little more than half as wide as its font is high.
        func columns(_ style: Int) -> Int { max(8, room * 100 / (bar * style * 58 / 100)) }
        let number = caption.number.isEmpty ? 0 : caption.number.count + 3
        let mark =
            switch caption.tone {
            case .plain: ""
            case .good: "{\\c&H9CD345&}✓ {\\c}"
            case .bad: "{\\c&H847AFF&}✗ {\\c}"
            case .odd: "{\\c&H5FB9F2&}• {\\c}"
            }
        let marked = caption.detail.isEmpty ? "" : mark
        let title = escape(caption.title, columns: columns(32) - number - 2)
        let detail = escape(caption.detail, columns: columns(26) - 2)
        var lines = [
            line(span, style: "Title", "{\\pos(\(edge),\(top + bar * 34 / 100))}\(title)"),
            line(span, style: "Detail", "{\\pos(\(edge),\(top + bar * 72 / 100))}\(marked)\(detail)"),
            line(
                span,
                "{\\pos(0,\(top))\\c&HFF7C78&}"
                    + box(Rect(x: 0, y: 0, width: Int(progress * Double(canvas.size.width)), height: max(2, bar / 28)))),
        ]
        if !caption.number.isEmpty {
            let place = "{\\pos(\(canvas.size.width - edge),\(top + bar * 34 / 100))}"
            lines.append(line(span, style: "Number", place + escape(caption.number, columns: 20)))
        }
        return lines
    }

    /// Words in the middle of a picture that is made dark for them.
    private static func title(_ caption: VideoScript.Caption, _ span: Span, _ canvas: VideoCanvas) -> [String] {
        let middle = canvas.size.width / 2
        let ground = box(Rect(canvas.size))
        let columns = 4 * canvas.size.width * 100 / (canvas.bar * 45 * 60 / 100)
        return [
            line(span, layer: 0, "{\\pos(0,0)\\c&H170F0F&\\1a&H30&}\(ground)"),
            line(
                span, style: "Goal",
                "{\\q0\\pos(\(middle),\(canvas.size.height * 45 / 100))}\(escape(caption.title, columns: columns * 7 / 10))"
            ),
            line(
                span, style: "Number",
                "{\\an5\\pos(\(middle),\(canvas.size.height * 80 / 100))}\(escape(caption.detail, columns: columns / 2))"
            ),
        ]
    }

    /// A filled box, drawn from the place of the line.
    static func box(_ box: Rect) -> String {
        "{\\p1}m \(box.x) \(box.y) l \(box.maxX) \(box.y) \(box.maxX) \(box.maxY) \(box.x) \(box.maxY){\\p0}"
    }
}
