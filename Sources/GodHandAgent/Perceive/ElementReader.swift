import Foundation
import GodHandCore

/// Reads the lines in which the guest tells its elements. All of it may be made up: what cannot be is passed over.
struct ElementReader {
    /// The most elements that are taken.
    static let mostElements = 3000
    private static let longestLine = 8192
    private static let longestText = 400
    private static let longestAddress = 4000
    private static let furthest = 100_000
    private static let deepest = 100

    private struct Line: Decodable {
        var depth: Int?
        var role: String?
        var name: String?
        var description: String?
        var text: String?
        var value: Double?
        var action: String?
        var address: String?
        var box: [Int]?
        var start: [Int]?
        var states: [String]?
        var complete: Bool?
    }

    /// The elements that can be seen, in the order in which they were told, and whether that is all of them.
    static func read(_ output: String, on screen: Size) -> (elements: [ScreenElement], isComplete: Bool) {
        let decoder = JSONDecoder()
        var elements: [ScreenElement] = []
        var isComplete = false
        // What is in something that scrolls cannot be seen outside it: for each depth, what is left of the screen there.
        var views: [Rect] = []
        for text in output.utf8.split(separator: UInt8(ascii: "\n")) where text.count <= longestLine {
            guard elements.count < mostElements, let line = try? decoder.decode(Line.self, from: Data(text)) else {
                continue
            }
            if let complete = line.complete { isComplete = complete }
            guard let depth = line.depth, (0...deepest).contains(depth), let role = line.role else { continue }
            views.removeLast(max(0, views.count - depth))
            // A menu that popped up hangs over the edges of its window.
            let isMenu = role.contains("menu") && role != "menu bar"
            let around = isMenu ? Rect(screen) : views.last ?? Rect(screen)
            let whole = rect(line.box)
            let isView = whole.map { !$0.isEmpty && framesItsContents(role) } ?? false
            let view = isView ? around.intersection(whole ?? around) : around
            while views.count < depth { views.append(around) }
            views.append(view)
            guard let whole else { continue }
            let box = firstLine(of: whole, beginning: rect(line.start)).intersection(around)
            guard box.width >= 3, box.height >= 3 else { continue }
            var name = shortened(line.name ?? "")
            if name.isEmpty { name = shortened(line.description ?? "") }
            let isHidden = role == "password text"
            elements.append(
                ScreenElement(
                    role: shortened(role), name: name,
                    value: isHidden ? nil : line.text.map(shortened) ?? line.value.map { "\($0.formatted)" },
                    action: line.action.map(shortened), box: box,
                    states: Set((line.states ?? []).prefix(40).map(shortened)), depth: depth,
                    address: line.address.flatMap { $0.utf8.count <= longestAddress ? $0 : nil }))
        }
        return (elements, isComplete)
    }

    private static func framesItsContents(_ role: String) -> Bool {
        ["frame", "window", "dialog", "scroll pane", "viewport", "internal frame", "document web", "terminal"].contains(
            role)
    }

    /// The part of a link over several lines that is in the first of them: the middle of its box may be another's.
    private static func firstLine(of box: Rect, beginning first: Rect?) -> Rect {
        guard let first, !first.isEmpty, box.contains(first.center) else { return box }
        return Rect(x: first.x, y: first.y, width: box.maxX - first.x, height: first.height)
    }

    private static func rect(_ numbers: [Int]?) -> Rect? {
        guard let numbers, numbers.count == 4, numbers.allSatisfy({ (-furthest...furthest).contains($0) }),
            numbers[2] >= 0, numbers[3] >= 0
        else { return nil }
        return Rect(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    private static func shortened(_ text: String) -> String {
        let plain = String(
            text.unicodeScalars.prefix(longestText).map {
                $0.properties.generalCategory == .control ? " " : Character($0)
            })
        return plain.trimmingCharacters(in: .whitespaces)
    }
}

extension Double {
    /// Without a fraction where there is none.
    fileprivate var formatted: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}
