import GodHandCore

/// The drawing of the tree: from left to right, each branch a picture of what it led to.
extension BranchTree {
    private static let card = Size(width: 216, height: 196)
    private static let picture = Size(width: 216, height: 135)
    private static let gap = Size(width: 64, height: 20)
    private static let margin = 4

    /// The tree as one drawing whose branches are links; nothing if there are none.
    func map(album: Album) -> Markup {
        guard !isEmpty else { return .empty }
        let order = inOrder
        let rows = rows(order)
        let last = order.map { rows[$0.id] ?? 0 }.max() ?? 0
        let deepest = order.map(\.depth).max() ?? 0
        let width = Self.margin * 2 + Self.card.width * (deepest + 1) + Self.gap.width * deepest
        let height = Self.margin * 2 + Int(last * Double(Self.card.height + Self.gap.height)) + Self.card.height
        let base = roots.compactMap { rows[$0] }
        let beginning = Self.place(0, ((base.min() ?? 0) + (base.max() ?? 0)) / 2)
        // Lines first, and the winner's last among them, so that nothing lies upon it.
        let lines = order.sorted { !winners.contains($0.id) && winners.contains($1.id) }.map { node -> Markup in
            let from =
                nodes[node.opening.parent].map { Self.place($0.depth, rows[$0.id] ?? 0) } ?? beginning
            return Self.line(
                from: from, to: Self.place(node.depth, rows[node.id] ?? 0), isWinner: winners.contains(node.id))
        }
        let first = self.beginning ?? roots.lazy.compactMap { nodes[$0]?.first }.first
        var cards = [Self.beginning(at: beginning, first, album)]
        for node in order { cards.append(card(node, at: Self.place(node.depth, rows[node.id] ?? 0), album)) }
        let more: Markup = count > order.count ? "<p class=\"ends\">\(count - order.count) more branches</p>" : ""
        return """
            <section class="tree" aria-label="The branches"><svg viewBox="0 0 \(width) \(height)" \
            width="\(width)" height="\(height)">\(lines)\(cards)</svg>\(more)</section>
            """
    }

    /// Which row each branch is drawn in: leaves one below the other, a parent in the middle of its forks.
    private func rows(_ order: [Node]) -> [Int: Double] {
        var rows: [Int: Double] = [:]
        var next = 0.0
        for node in order where node.children.isEmpty {
            rows[node.id] = next
            next += 1
        }
        for node in order.reversed() where !node.children.isEmpty {
            let ends = node.children.compactMap { rows[$0] }
            rows[node.id] = ((ends.first ?? 0) + (ends.last ?? 0)) / 2
        }
        return rows
    }

    private static func place(_ depth: Int, _ row: Double) -> Point {
        Point(
            x: margin + depth * (card.width + gap.width), y: margin + Int(row * Double(card.height + gap.height)))
    }

    private static func line(from parent: Point, to child: Point, isWinner: Bool) -> Markup {
        let (x1, y1) = (parent.x + card.width, parent.y + picture.height / 2)
        let (x2, y2) = (child.x, child.y + picture.height / 2)
        let middle = (x1 + x2) / 2
        return """
            <path class="\(isWinner ? "edge path" : "edge")" d="M\(x1) \(y1)C\(middle) \(y1) \(middle) \(y2) \(x2) \(y2)"/>
            """
    }

    private static func beginning(at place: Point, _ screen: Screenshot?, _ album: Album) -> Markup {
        """
        <g class="card path">\(face(screen, at: place, album))<text x="\(place.x + 2)" y="\(place.y + 155)" \
        class="title">The beginning</text></g>
        """
    }

    private func card(_ node: Node, at place: Point, _ album: Album) -> Markup {
        let look = ReportWords.fate(node.closing?.fate)
        let path = winners.contains(node.id) ? "path" : ""
        let score: Markup = node.score.map { "\(ReportWords.score($0)) · " } ?? ""
        return """
            <a href="#b\(node.id)" class="card \(path) \(look.tone)"><title>\(node.opening.title)\n\
            \(node.closing?.reason ?? "")</title>\(Self.face(node.screen, at: place, album))\
            <text x="\(place.x + 2)" y="\(place.y + 155)" class="title">\(node.id). \(Self.short(node.opening.title))</text>\
            <text x="\(place.x + 2)" y="\(place.y + 176)" class="fate">\(score)\(look.title)</text></a>
            """
    }

    private static func face(_ screen: Screenshot?, at place: Point, _ album: Album) -> Markup {
        let box = Rect(x: place.x, y: place.y, width: picture.width, height: picture.height)
        let inside = screen.flatMap { album.thumbnail($0, in: box) } ?? .empty
        return """
            <rect class="well" x="\(box.x)" y="\(box.y)" width="\(box.width)" height="\(box.height)" rx="8"/>\(inside)\
            <rect class="frame" x="\(box.x)" y="\(box.y)" width="\(box.width)" height="\(box.height)" rx="8"/>
            """
    }

    /// Drawings do not break lines.
    private static func short(_ text: String) -> String { text.count <= 24 ? text : text.prefix(23) + "…" }
}
