import Dispatch
import Foundation
import GodHandCore
import Synchronization

/// The pictures of a report: each is embedded once, most of them as what differs from the one before, and drawn by
/// reference wherever it is seen.
///
/// They are decoded here, within bounds, and encoded anew: what a browser gets is only what this wrote.
struct Album {
    private var numbers: [Data: Int] = [:]
    private var sizes: [Size] = []
    private var sheets: [Markup] = []

    /// - Parameters:
    ///   - screenshots: All that may be shown, in an order in which neighbours are alike.
    ///   - room: How many bytes of pictures may be embedded in all. Those that come after are left out.
    init(_ screenshots: [Screenshot], room: Int) {
        var different: [Data] = []
        var known: Set<Data> = []
        for screenshot in screenshots where known.insert(screenshot.png).inserted { different.append(screenshot.png) }
        var room = room
        for reel in Self.reels(of: different) {
            let first = sheets.count
            for sheet in reel {
                let bytes = sheet.parts.reduce(0) { $0 + $1.png.count }
                guard bytes <= room else {
                    room = 0
                    break
                }
                room -= bytes
                numbers[sheet.original] = sheets.count
                sizes.append(sheet.size)
                sheets.append(sheet.markup(number: sheets.count, base: sheet.base.map { first + $0 }))
            }
        }
    }

    /// What lies in the page for the references to point to: data, which no browser runs or draws by itself.
    var markup: Markup { "\(sheets)" }

    /// A picture with marks on it, or nil where there is none to show.
    func picture(_ screenshot: Screenshot, marks: Markup, label: String) -> Markup? {
        guard let number = numbers[screenshot.png] else { return nil }
        let role: Markup = label.isEmpty ? #"aria-hidden="true""# : #"role="img" aria-label="\#(label)""#
        return """
            <svg class="screen" viewBox="0 0 \(sizes[number].width) \(sizes[number].height)" \(role)>\
            <g data-picture="\(number)"></g><g class="marks">\(marks)</g></svg>
            """
    }

    /// A picture at a place of another drawing, or nil where there is none to show.
    func thumbnail(_ screenshot: Screenshot, in place: Rect) -> Markup? {
        guard let number = numbers[screenshot.png] else { return nil }
        return """
            <svg class="screen" x="\(place.x)" y="\(place.y)" width="\(place.width)" height="\(place.height)" \
            viewBox="0 0 \(sizes[number].width) \(sizes[number].height)" preserveAspectRatio="xMidYMid slice">\
            <g data-picture="\(number)"></g></svg>
            """
    }

    /// One picture as it is stored.
    private struct Sheet: Sendable {
        let original: Data
        let size: Size
        /// The one in its reel on which the parts are laid; nil for a whole picture.
        let base: Int?
        let parts: [(place: Rect, png: Data)]

        func markup(number: Int, base: Int?) -> Markup {
            let lines = parts.map { part -> Markup in
                let place = part.place
                return """
                    \(place.x) \(place.y) \(place.width) \(place.height) \(trusted: part.png.base64EncodedString())

                    """
            }
            let below: Markup = base.map { #" data-base="\#($0)""# } ?? ""
            return """
                <script type="text/plain" id="p\(number)"\(below)>\(lines)</script>

                """
        }
    }

    /// How many pictures may lie one on the other until one is stored whole.
    private static let longest = 12
    private static let mostParts = 8

    /// The pictures in runs that do not depend on each other, so that all cores work on them.
    private static func reels(of pictures: [Data]) -> [[Sheet]] {
        let count = (pictures.count + longest - 1) / longest
        let done = Mutex<[Int: [Sheet]]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let reel = reel(of: pictures[index * longest..<min(pictures.count, (index + 1) * longest)])
            done.withLock { $0[index] = reel }
        }
        return done.withLock { reels in (0..<count).map { reels[$0] ?? [] } }
    }

    private static func reel(of pictures: ArraySlice<Data>) -> [Sheet] {
        var sheets: [Sheet] = []
        var before: Frame?
        for picture in pictures {
            guard let frame = try? PNG.decode(picture), let parts = try? parts(of: frame, after: before) else {
                continue
            }
            let isWhole = parts.first?.place == Rect(frame.size)
            sheets.append(
                Sheet(original: picture, size: frame.size, base: isWhole ? nil : sheets.count - 1, parts: parts))
            before = frame
        }
        return sheets
    }

    /// Where a picture differs from the one before; the whole of it if that is most of it.
    private static func parts(of frame: Frame, after before: Frame?) throws -> [(place: Rect, png: Data)] {
        let whole = Rect(frame.size)
        var places = [whole]
        if let before, before.size == frame.size {
            let boxes = Marks.joined(before.difference(to: frame).boxes)
            places = boxes.count <= mostParts ? boxes : [boxes.reduce(boxes[0]) { $0.union($1) }]
            if places.reduce(0, { $0 + $1.size.area }) > whole.size.area * 3 / 4 { places = [whole] }
        }
        return try places.map { place in
            (place, try PNG.encode(place == whole ? frame : frame.cropped(to: place), as: .small))
        }
    }
}
