import GodHandCore

/// What is drawn on pictures.
enum Marks {
    private static let mostChanges = 200

    /// Where a hand was laid: rings for clicks, a line for a drag, arrows for the wheel.
    static func of(_ action: Action) -> Markup {
        guard case .input(let input) = action else { return .empty }
        switch input {
        case .move(let point): return ring(point, 6)
        case .click(let point?, _, let count, _):
            let rings = (0..<min(max(count, 1), 3)).map { ring(point, 15 + 8 * $0) }
            return "\(rings)\(dot(point))"
        case .drag(let path, _, _): return drag(path)
        case .scroll(let point?, let dx, let dy, _):
            return "\(ring(point, 15))\(arrow(point, dx.signum(), dy.signum()))"
        default: return .empty
        }
    }

    /// Boxes where a picture differs from the one before.
    static func of(_ changes: [Rect], on size: Size) -> Markup {
        let boxes = joined(changes).map { box -> Markup in
            // A tint over most of the picture would only hide it.
            let isLarge = Double(box.width) * Double(box.height) > 0.4 * Double(size.width) * Double(size.height)
            return """
                <rect class="\(isLarge ? "change whole" : "change")" x="\(box.x)" y="\(box.y)" \
                width="\(box.width)" height="\(box.height)" rx="3"/>
                """
        }
        return "\(boxes)"
    }

    /// Fewer boxes for people: those that nearly touch become one. Letters that changed are a word that changed.
    static func joined(_ changes: [Rect]) -> [Rect] {
        let gap = 12
        var boxes: [Rect] = []
        for change in changes.prefix(mostChanges) where !change.isEmpty {
            var box = change
            // What it is joined with may make it touch others that it did not touch before.
            while let near = boxes.firstIndex(where: { other in
                !Rect(x: box.x - gap, y: box.y - gap, width: box.width + 2 * gap, height: box.height + 2 * gap)
                    .intersection(other).isEmpty
            }) {
                box = box.union(boxes.remove(at: near))
            }
            boxes.append(box)
        }
        return boxes
    }

    private static func ring(_ center: Point, _ radius: Int) -> Markup {
        """
        <circle class="halo" cx="\(center.x)" cy="\(center.y)" r="\(radius)"/>\
        <circle class="line" cx="\(center.x)" cy="\(center.y)" r="\(radius)"/>
        """
    }

    private static func dot(_ center: Point) -> Markup {
        #"<circle class="point" cx="\#(center.x)" cy="\#(center.y)" r="4"/>"#
    }

    private static func drag(_ path: [Point]) -> Markup {
        guard let first = path.first, let last = path.last else { return .empty }
        let points = path.map { "\($0.x),\($0.y)" }.joined(separator: " ")
        return """
            <polyline class="halo" points="\(points)"/><polyline class="line" points="\(points)"/>\
            \(ring(first, 8))\(ring(last, 12))\(dot(last))
            """
    }

    private static func arrow(_ from: Point, _ dx: Int, _ dy: Int) -> Markup {
        let tip = Point(x: from.x + dx * 44, y: from.y + dy * 44)
        let left = Point(x: tip.x - dx * 10 - dy * 8, y: tip.y - dy * 10 - dx * 8)
        let right = Point(x: tip.x - dx * 10 + dy * 8, y: tip.y - dy * 10 + dx * 8)
        let d = "M\(from.x) \(from.y)L\(tip.x) \(tip.y)M\(left.x) \(left.y)L\(tip.x) \(tip.y)L\(right.x) \(right.y)"
        return #"<path class="halo" d="\#(d)"/><path class="line" d="\#(d)"/>"#
    }
}
