import GodHandCore

/// The pointer, its clicks and drags, and what they changed.
extension VideoCaptions {
    private static let pink = "\\c&H741DE1&"
    private static let amber = "\\3c&H0B9EF5&"
    private static let mostBoxes = 40

    static func drawings(
        _ scene: VideoScript.Scene, _ span: Span, _ canvas: VideoCanvas, _ pointer: inout Point
    ) -> [String] {
        let (scale, corner) = canvas.place(of: scene.picture.size)
        func place(_ point: Point) -> Point {
            // Coordinates come from models and files.
            func side(_ value: Int, _ corner: Int, _ end: Int) -> Int {
                min(max(Int(min(max(Double(value), -1e6), 1e6) * scale) + corner, 0), end)
            }
            return Point(
                x: side(point.x, corner.x, canvas.screen.width), y: side(point.y, corner.y, canvas.screen.height))
        }
        switch scene.marks {
        case .none, .title: return []
        case .output(let lines): return output(lines, span, canvas)
        case .changes(let changes):
            return changed(
                changes.map { rect in
                    let (start, end) = (place(Point(x: rect.x, y: rect.y)), place(Point(x: rect.maxX, y: rect.maxY)))
                    return Rect(x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y)
                }, span, canvas)
        case .hand(let action):
            guard let path = HandPath(action) else { return [] }
            return hand(path.points.map(place), isPressed: path.isPressed, span, &pointer)
        }
    }

    /// What commands wrote, on a dark sheet at the lower edge of the screen.
    private static func output(_ lines: [String], _ span: Span, _ canvas: VideoCanvas) -> [String] {
        let size = canvas.outputSize
        let (edge, high) = (size, size * 3 / 2)
        let room = max(1, (canvas.screen.height - 3 * edge) / high)
        let shown = lines.count <= room ? lines : Array(lines.prefix(max(1, room - 1))) + ["…"]
        let top = canvas.screen.height - shown.count * high - 2 * edge
        let sheet = box(Rect(x: 0, y: 0, width: canvas.screen.width - 2 * edge, height: shown.count * high + edge))
        // Each letter of this font is three fifths as wide as it is high.
        let columns = max(8, (canvas.screen.width - 4 * edge) * 5 / (size * 3))
        let words = shown.enumerated().map { index, text in
            line(
                span, layer: 3, style: "Output",
                "{\\pos(\(2 * edge),\(top + edge / 2 + index * high))}" + escape(text, columns: columns))
        }
        return [line(span, layer: 2, "{\\pos(\(edge),\(top))\\c&H170F0F&\\1a&H0C&}\(sheet)")] + words
    }

    /// The pointer travels to where it is needed; there a ring grows, or a line follows it.
    private static func hand(
        _ points: [Point], isPressed: Bool, _ span: Span, _ pointer: inout Point
    ) -> [String] {
        guard let first = points.first, let last = points.last else { return [] }
        let length = span.end - span.start
        let arrival = span.start + length * 55 / 100
        let shape = "{\\p1}m 0 0 l 0 19 4 15 7 22 10 21 7 14 13 14{\\p0}"
        let look = "\(pink)\\bord2\\3c&HFFFFFF&"
        var lines = [
            line(
                Span(start: span.start, end: span.end), layer: 4,
                "{\\move(\(pointer.x),\(pointer.y),\(first.x),\(first.y),\(length / 6),\(length * 55 / 100))\(look)}\(shape)"
            )
        ]
        pointer = last
        let after = Span(start: arrival, end: span.end)
        if points.count > 1 {
            let strokes = zip(points, points.dropFirst()).prefix(200).map { stroke($0, $1) }.joined(separator: " ")
            lines.append(
                line(after, layer: 3, "{\\pos(0,0)\\fad(200,0)\(pink)\\bord1\\3c&HFFFFFF&}{\\p1}\(strokes){\\p0}"))
        }
        guard isPressed else { return lines }
        lines.append(
            line(
                after, layer: 3,
                "{\\pos(\(last.x),\(last.y))\\an5\\fscx40\\fscy40\\t(0,220,\\fscx100\\fscy100)\\1a&HFF&\\bord4"
                    + "\\3c&H741DE1&}\(ring(20))"))
        return lines
    }

    private static func changed(_ boxes: [Rect], _ span: Span, _ canvas: VideoCanvas) -> [String] {
        let visible = Span(start: span.start, end: min(span.end, span.start + 1_200))
        return Marks.joined(boxes).prefix(mostBoxes).compactMap { box in
            // A frame around everything says nothing.
            guard box.size.area < canvas.screen.area * 6 / 10 else { return nil }
            let shape = self.box(Rect(x: 0, y: 0, width: box.width, height: box.height))
            return line(
                visible, layer: 2, "{\\pos(\(box.x),\(box.y))\\fad(120,400)\\1a&HFF&\\bord2\(amber)}\(shape)")
        }
    }

    /// A circle of four curves, around the place of the line.
    private static func ring(_ radius: Int) -> String {
        let (r, d) = (radius, radius * 2)
        let k = r * 55 / 100
        return "{\\p1}m \(r) 0 b \(r + k) 0 \(d) \(r - k) \(d) \(r) b \(d) \(r + k) \(r + k) \(d) \(r) \(d) "
            + "b \(r - k) \(d) 0 \(r + k) 0 \(r) b 0 \(r - k) \(r - k) 0 \(r) 0{\\p0}"
    }

    /// A line as a thin box between two points.
    private static func stroke(_ start: Point, _ end: Point) -> String {
        let (dx, dy) = (Double(end.x - start.x), Double(end.y - start.y))
        let length = max((dx * dx + dy * dy).squareRoot(), 1)
        let (x, y) = (Int((-dy / length * 3).rounded()), Int((dx / length * 3).rounded()))
        return "m \(start.x + x) \(start.y + y) l \(end.x + x) \(end.y + y) \(end.x - x) \(end.y - y) "
            + "\(start.x - x) \(start.y - y)"
    }
}
