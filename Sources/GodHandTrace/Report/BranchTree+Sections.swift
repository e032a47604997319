import GodHandCore

/// The blocks that tell of each branch, with its steps in it.
extension BranchTree {
    func sections(album: Album, scale: Duration) -> [Markup] {
        inOrder.map { section($0, album, scale) }
    }

    /// The lines of the branches in the list at the side.
    func rail(album: Album) -> [Markup] {
        inOrder.map { node in
            let look = ReportWords.fate(node.closing?.fate)
            let picture = node.screen.flatMap { album.picture($0, marks: .empty, label: "") } ?? .empty
            return """
                <li class="\(winners.contains(node.id) ? "path" : "")"><a href="#b\(node.id)">\(picture)\
                <span class="name"><span class="dot \(look.tone)"></span><span>Branch \(node.id). \(node.opening.title)</span>\
                </span></a></li>
                """
        }
    }

    private func section(_ node: Node, _ album: Album, _ scale: Duration) -> Markup {
        let isWinner = winners.contains(node.id)
        let inner = node.entries.map { $0.markup(album: album, scale: scale) }
        let steps: Markup =
            inner.isEmpty
            ? .empty
            : """
            <details class="steps"\(isWinner ? " open" : "")><summary>\(Self.count(node.steps))</summary>\
            <div class="feed">\(inner)</div></details>
            """
        return """
            <section class="\(isWinner ? "branch path" : "branch")">\(head(node, album))\(steps)</section>
            """
    }

    private func head(_ node: Node, _ album: Album) -> Markup {
        let look = ReportWords.fate(node.closing?.fate)
        let why: Markup = node.opening.reasoning.map { #"<p class="why">\#($0)</p>"# } ?? ""
        let score: Markup = node.score.map { " · \(ReportWords.score($0))" } ?? ""
        let reason = [node.score?.reason, node.closing?.reason].compactMap(\.self).filter { !$0.isEmpty }
        let picture: Markup =
            node.screen.map { screen in
                let picture = ReportEntry.picture(of: screen, named: "Last", .empty, album)
                return """
                    <div class="shots"><figure class="shot">\(picture)<figcaption><span>What it led to</span></figcaption>\
                    </figure></div>
                    """
            } ?? .empty
        return """
            <article class="stop" id="b\(node.id)" tabindex="-1" aria-labelledby="b\(node.id)h" data-kind="branch" \
            data-tone="\(look.tone)">
            <div class="head"><span class="no">Branch \(node.id)</span><h2 id="b\(node.id)h"><bdi>\(node.opening.title)</bdi></h2>\
            <span class="badge \(look.tone)">\(look.icon.markup)\(look.title)\(score)</span>\(ReportEntry.time(node.openedAt))</div>
            \(why)<p class="why">\(origin(node))</p>
            \(reason.map { text -> Markup in #"<p class="reason">\#(text)</p>"# })
            \(picture)
            \(node.score.map { $0.verdicts.map { ReportEntry.verdict($0) } } ?? [])
            </article>
            """
    }

    private func origin(_ node: Node) -> Markup {
        let parent = node.opening.parent
        let from: Markup =
            nodes[parent].map { "<a href=\"#b\(parent)\">branch \(parent), \($0.opening.title)</a>" }
            ?? "the beginning"
        let kept = node.opening.preservation == .memory ? "memory and disk" : "the disk"
        let took: Markup = node.opening.took.map { ", made in \(ReportWords.duration($0))" } ?? ""
        let cost: Markup = node.closing.map { $0.cost.tokens > 0 ? ", \($0.cost.tokens) tokens" : "" } ?? ""
        return "A fork of \(from) with \(kept)\(took), sandbox <bdi>\(node.opening.sandbox.rawValue)</bdi>\(cost)."
    }

    private static func count(_ steps: Int) -> String { steps == 1 ? "1 step" : "\(steps) steps" }
}
