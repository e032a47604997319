import GodHandCore

/// One block of a report.
enum ReportEntry {
    case lifecycle(LifecycleEvent, Duration)
    case notice(Markup, Duration)
    /// A step, the name by which links find it, and the commands that ran for it.
    case step(Step, Duration, anchor: String, commands: [CommandRun])
    case checks([Verdict], Duration)
    case finished(Outcome, Duration)
    case unfinished

    /// The pictures in it.
    var screenshots: [Screenshot] {
        guard case .step(let step, _, _, _) = self else { return [] }
        return [step.before.screenshot, step.after.screenshot]
    }

    /// The block itself.
    ///
    /// - Parameter scale: The longest step of the run; the bars of all steps are drawn to it.
    func markup(album: Album, scale: Duration) -> Markup {
        switch self {
        case .lifecycle(let event, let elapsed):
            return """
                <p class="event" data-kind="machine"><span>\(ReportWords.lifecycle(event))</span>\(Self.time(elapsed))</p>
                """
        case .notice(let words, let elapsed):
            return #"<p class="event" data-kind="people"><span>\#(words)</span>\#(Self.time(elapsed))</p>"#
        case .step(let step, let elapsed, let anchor, let commands):
            return Self.step(step, elapsed, anchor, commands, album, scale)
        case .checks(let verdicts, let elapsed):
            return """
                <section class="stop checks" id="checks" tabindex="-1"><div class="head">\
                <h2>Checks of the goal</h2>\(Self.time(elapsed))</div>\(verdicts.map { Self.verdict($0) })</section>
                """
        case .finished(let outcome, let elapsed): return Self.end(outcome, elapsed)
        case .unfinished: return Self.end(nil, nil)
        }
    }

    /// Its line in the list at the side, if it has one.
    func railMarkup(album: Album) -> Markup? {
        guard case .step(let step, _, let anchor, _) = self else { return nil }
        let marks = Marks.of(step.action)
        let picture =
            album.picture(
                marks.html.isEmpty ? step.after.screenshot : step.before.screenshot,
                marks: marks, label: "") ?? ""
        return """
            <li><a href="#\(anchor)">\(picture)<span class="name">\
            <span class="dot \(ReportWords.tone(step.verdict))"></span><span>\(step.index). \(step.intent)</span>\
            </span></a></li>
            """
    }

    private static func step(
        _ step: Step, _ elapsed: Duration, _ anchor: String, _ commands: [CommandRun], _ album: Album, _ scale: Duration
    ) -> Markup {
        let why: Markup = step.reasoning.map { #"<p class="why">\#($0)</p>"# } ?? ""
        let before = shot("Before", step.before, Marks.of(step.action), album)
        let after = shot("After", step.after, Marks.of(step.after.changes, on: step.after.screenshot.size), album)
        return """
            <article class="stop" id="\(anchor)" tabindex="-1" aria-labelledby="\(anchor)h" \
            data-kind="\(ReportWords.kind(step.action))" data-tone="\(ReportWords.tone(step.verdict))">
            <div class="head"><span class="no">\(step.index)</span><h2 id="\(anchor)h"><bdi>\(step.intent)</bdi></h2>\
            \(time(elapsed))</div>
            \(why)
            <p class="action">\(ReportWords.icon(step.action).markup)<span>\(ReportWords.action(step.action))</span></p>
            \(commands.map { CommandLines.markup(of: $0) })
            <div class="shots">\(before)\(after)</div>
            \(step.verdict.map { verdict($0) } ?? "")
            \(timings(step, scale))
            </article>
            """
    }

    private static func shot(
        _ name: String, _ observation: Observation, _ marks: Markup, _ album: Album
    ) -> Markup {
        let picture = picture(of: observation.screenshot, named: name, marks, album)
        let window: Markup = observation.windowTitle.map { "<bdi>\($0)</bdi>" } ?? ""
        let restless: Markup = observation.isSettled ? "" : #"<span class="restless">still moving</span>"#
        return """
            <figure class="shot">\(picture)<figcaption><span>\(name)</span>\(window)\(restless)</figcaption></figure>
            """
    }

    /// A picture that can be enlarged.
    static func picture(
        of screenshot: Screenshot, named name: String, _ marks: Markup, _ album: Album
    ) -> Markup {
        album.picture(screenshot, marks: marks, label: "The screen \(name.lowercased())").map { picture in
            #"<button type="button">\#(picture)</button>"#
        } ?? #"<div class="none">This picture is missing</div>"#
    }

    static func verdict(_ verdict: Verdict) -> Markup {
        """
        <div class="verdict \(ReportWords.tone(verdict))">\(verdictContent(verdict, depth: 0))</div>
        """
    }

    private static func verdictContent(_ verdict: Verdict, depth: Int) -> Markup {
        let icon: Icon = verdict.passed ? .pass : .fail
        let parts =
            depth > 16
            ? []
            : verdict.parts.map { part -> Markup in
                #"<li class="\#(ReportWords.tone(part))">\#(verdictContent(part, depth: depth + 1))</li>"#
            }
        let list: Markup = parts.isEmpty ? "" : #"<ul class="parts">\#(parts)</ul>"#
        return """
            <p class="claim">\(icon.markup)<span>\(verdict.claim)</span></p>\
            <p class="evidence">\(verdict.evidence)</p>\(list)
            """
    }

    private static func timings(_ step: Step, _ scale: Duration) -> Markup {
        let timings = step.timings
        let whole = max(Seconds.value(scale), 1e-9)
        var x = 0
        var blocks: [Markup] = []
        var words: [Markup] = []
        for (name, time) in timings.phases where time > .zero {
            let width = RunChart.place(Seconds.value(time), of: whole)
            blocks.append(#"<rect class="\#(name)" x="\#(x)" y="0" width="\#(width)" height="6"/>"#)
            words.append(#"<li class="\#(name)">\#(name) \#(ReportWords.duration(time))</li>"#)
            x += width
        }
        let cost = [step.cost, step.judgeCost].compactMap(\.self)
        if !cost.isEmpty {
            words.append(#"<li class="cost">\#(ReportWords.cost(cost.reduce(StepCost(), +)))</li>"#)
        }
        return """
            <div class="time num"><svg viewBox="0 0 10000 6" preserveAspectRatio="none" aria-hidden="true">\(blocks)\
            </svg><ul>\(words)<li>\(ReportWords.duration(timings.total))</li></ul></div>
            """
    }

    private static func end(_ outcome: Outcome?, _ elapsed: Duration?) -> Markup {
        let look = ReportWords.outcome(outcome)
        let after: Markup = elapsed.map { "<p>after \(ReportWords.duration($0))</p>" } ?? ""
        return """
            <section class="stop end" id="end" tabindex="-1"><span class="badge \(look.tone)">\(look.icon.markup)\
            \(look.title)</span><h2>\(look.text)</h2>\(after)</section>
            """
    }

    static func time(_ elapsed: Duration) -> Markup {
        "<time>at \(ReportWords.duration(elapsed))</time>"
    }
}

extension StepTimings {
    /// The phases with the names that a report gives them.
    var phases: [(name: String, time: Duration)] {
        [("look", perceive), ("plan", plan), ("act", act), ("check", verify)]
    }
}
