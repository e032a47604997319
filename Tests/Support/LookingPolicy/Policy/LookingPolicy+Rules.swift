import Foundation
import GodHandAgent
import GodHandCore

/// What to do for each kind of part.
///
/// Each rule looks at the screen and at what was tried last. An effect that is not there yet gets one wait before the
/// same is tried again: a page may be slow, or a click may have missed. Where a title tells that it is there, it is waited
/// for, however long that takes on a machine that has much to do: to look again and again only counts how fast one looks.
extension LookingPolicy {
    func next(for part: GoalPart, _ index: Int) -> Decision {
        switch part {
        case .open(let program): open(program.command, index, "The \(program.rawValue) is what this is done with.")
        case .page(let title): reach(title, index)
        case .answer(_, let page): isPage(page) ? readOn(index) : reach(page, index)
        case .follow(let text): follow(text, index)
        case .back: browsing(index) ?? decision(.press("alt+Left"), index, "back", "The page before is wanted.")
        case .write(let text): write(text, index)
        case .save(let name): save(name, index)
        case .makeFolder(let name): makeFolder(name, index)
        case .enterFolder(let name): enterFolder(name, index)
        case .copy(let word): copy(word, index)
        case .paste: decision(.press("ctrl+v"), index, "paste", "What was copied belongs here.")
        }
    }

    private func decision(
        _ move: Decision.Move, _ index: Int, _ label: String, _ reason: String, expecting text: String? = nil
    ) -> Decision {
        Decision(move: move, part: index, label: label, reason: reason, expectation: text)
    }

    private func wait(_ index: Int, _ seconds: Double = 1.5) -> Decision {
        decision(.wait(seconds), index, "wait", "What I did needs a moment.")
    }

    private func open(_ target: String, _ index: Int, _ reason: String) -> Decision {
        if last(index) == "open" { return wait(index) }
        return decision(.open(target), index, "open", reason)
    }

    private func waitForWindow(_ words: String, _ index: Int, atMost seconds: Double) -> Decision {
        // Where no titles are told, none can be waited for.
        guard title != nil else { return wait(index) }
        return decision(.waitForWindow(words, atMost: seconds), index, "wait", "“\(words)” needs a moment.")
    }

    /// Opens the encyclopedia if the browser is not in front, and waits for its first page; nil if it shows one.
    private func browsing(_ index: Int) -> Decision? {
        // A title that names the browser alone: no page has come yet, and a key that is pressed now is lost.
        let hasPage = goal.site == nil || title?.plain != "mozillafirefox"
        if isInFront(.browser), hasPage { return nil }
        // What was waited for in vain was stopped by somebody, or the browser has closed again.
        let isLost = moves(for: index).last.map { $0.label == "wait" && $0.failed } ?? false
        if !isLost, last(index) == "open" || isInFront(.browser) && count("open", index) > 0 {
            let words = isInFront(.browser) ? "— Mozilla Firefox" : "Mozilla Firefox"
            return decision(.waitForWindow(words, atMost: 30), index, "wait", "The browser needs a moment.")
        }
        return open(goal.site.map { "\($0)/" } ?? "firefox-esr", index, "The browser is needed.")
    }

    /// Gets to a page by the encyclopedia's search box.
    private func reach(_ page: String, _ index: Int) -> Decision {
        if let decision = browsing(index) { return decision }
        let moves = moves(for: index)
        switch last(index) {
        case "focus" where moves.last { $0.label != "close dialog" }?.failed != true:
            return decision(
                .type("\(page)\n"), index, "search", "A name that is the title of a page leads straight to it.",
                expecting: page)
        case "search", "pick": return waitForWindow(page, index, atMost: 5)
        case "open", "reload": return wait(index)
        default: break
        }
        if let box = searchBox ?? moves.last(where: { $0.label == "focus" })?.point {
            // Three clicks select what an attempt before may have left in the box.
            let isFirst = count("focus", index) == 0
            if !isFirst, let link = seen.places(of: page).first(where: { seen.isLink($0) && $0.y > 170 }),
                count("pick", index) < count("search", index)
            {
                return decision(.click(link.center), index, "pick", "The search has found it.", expecting: page)
            }
            return decision(
                .click(box, count: isFirst ? 1 : 3), index, "focus", "The search box finds pages by their names.")
        }
        if count("top", index) < 2 {
            return decision(.press("ctrl+Home"), index, "top", "The search box is at the top of the page.")
        }
        return decision(.press("F5"), index, "reload", "There is no search box on this page.")
    }

    /// The middle of the box that says that one may search in it; the browser's own box is another.
    private var searchBox: Point? {
        let lines = seen.text.lines.filter { line in
            let text = line.text.lowercased()
            return line.box.y < 400 && text.contains("search") && !text.contains("address")
                && !text.contains("google") && line.words.count <= 6
        }
        return lines.first { $0.text.lowercased().contains("wiki") }?.box.center ?? lines.first?.box.center
    }

    /// Scrolls on, for something that is further down.
    private func readOn(_ index: Int) -> Decision {
        if count("scroll", index) >= 8, last(index) != "top" {
            return decision(.press("ctrl+Home"), index, "top", "It was not further down, so from the beginning.")
        }
        return decision(.scroll(middle, 6), index, "scroll", "What I look for may be further down.")
    }

    private var middle: Point { Rect(seen.frame.size).center }

    private func follow(_ text: String, _ index: Int) -> Decision {
        if let decision = browsing(index) { return decision }
        if last(index) == "follow" { return waitForWindow(text, index, atMost: 5) }
        let places = seen.places(of: text).filter { $0.y > 110 && $0.maxY < seen.frame.size.height - 40 }
        let links = places.filter(seen.isLink)
        if let place = links.first ?? (count("scroll", index) >= 5 ? places.first : nil) {
            return decision(.click(place.center), index, "follow", "This is the link to \(text).", expecting: text)
        }
        return readOn(index)
    }

    private func write(_ text: String, _ index: Int) -> Decision {
        switch last(index) {
        case "write":
            // It may stand there in part, or went elsewhere: what replaces everything cannot double it.
            return decision(
                .click(middleOfEditor), index, "refocus", "The text is not there: the cursor may be elsewhere.")
        case "refocus": return decision(.press("ctrl+a"), index, "select all", "What is there is replaced.")
        default: return decision(.type(text), index, "write", "The cursor waits for text.", expecting: text)
        }
    }

    /// A place within the editor: below its menu.
    private var middleOfEditor: Point {
        guard let menu = seen.text.find("Search View Document") else { return middle }
        return Point(x: menu.center.x, y: menu.maxY + 150)
    }

    private func save(_ name: String, _ index: Int) -> Decision {
        guard isSaving else {
            if last(index) == "name" || last(index) == "save" { return wait(index, 1) }
            return decision(.press("ctrl+s"), index, "save", "This key saves.", expecting: "Save As")
        }
        if last(index) == "all" {
            return decision(.type("\(name)\n"), index, "name", "The dialog asks for the name.")
        }
        if last(index) == "name" { return wait(index, 1) }
        return decision(.press("ctrl+a"), index, "all", "The name that is proposed is replaced.")
    }

    private func makeFolder(_ name: String, _ index: Int) -> Decision {
        guard isNaming else {
            if !isInFront(.files) { return open(GoalPart.Program.files.command, index, "Folders are made there.") }
            if last(index) == "name" || last(index) == "new" { return wait(index, 1) }
            if count("name", index) > 0, count("deselect", index) == 0, let place = emptyPlace {
                return decision(.click(place), index, "deselect", "A name is hard to read while it is selected.")
            }
            return decision(.press("ctrl+shift+n"), index, "new", "This key makes a folder.", expecting: "Folder")
        }
        if last(index) == "all" {
            return decision(.type("\(name)\n"), index, "name", "The dialog asks for the name.", expecting: name)
        }
        if last(index) == "name" { return wait(index, 1) }
        return decision(.press("ctrl+a"), index, "all", "The name that is proposed is replaced.")
    }

    /// A place in the file manager where nothing is: above the line that tells how much there is.
    private var emptyPlace: Point? {
        seen.text.find("Free space").map { Point(x: $0.maxX + 60, y: $0.y - 30) }
    }

    private func enterFolder(_ name: String, _ index: Int) -> Decision {
        if last(index) == "enter" { return wait(index, 1) }
        // Places are listed on the left; what is in the folder stands to the right of them.
        guard let place = seen.places(of: name).max(by: { $0.x < $1.x }) else {
            return isInFront(.files)
                ? readOn(index) : open(GoalPart.Program.files.command, index, "Folders are opened there.")
        }
        return decision(.click(place.center, count: 2), index, "enter", "Two clicks open a folder.", expecting: name)
    }

    private func copy(_ word: String, _ index: Int) -> Decision {
        let places = seen.text.lines.flatMap(\.words).filter { $0.text.plain == word.plain && $0.box.y > 110 }.map(
            \.box)
        // What is selected is hard to read, but easy to see.
        let clicked = moves(for: index).last { $0.label == "select" }?.point
        let around = clicked.map { Rect(x: $0.x - 12, y: $0.y - 5, width: 24, height: 10) }
        if last(index) == "select", let around, seen.isSelected(around) {
            return decision(.press("ctrl+c"), index, "copy", "The word is selected.")
        }
        guard let place = places.first(where: { !seen.isLink($0) }) else { return readOn(index) }
        return decision(.click(place.center, count: 2), index, "select", "Two clicks select a word.")
    }
}
