import Foundation
import GodHandCore
import Synchronization

/// Shows a model only what changed: in place of a picture of the screen the parts of it that differ from the one before.
///
/// Parts are cut from pictures in the size in which they would be sent whole, and each is told with its place there, so
/// that a model's points keep their meaning: the pixel of a part and that of the whole picture are the same.
final class ChangedParts: Sendable {
    /// A model sees little in a part that is smaller, and what is around a change helps to understand it.
    private static let leastSide = 200
    private static let margin = 24
    /// More parts than these, or more than half of the screen, are harder to read than the whole.
    private static let mostParts = 4
    /// How many comparisons are kept: a conversation is sent again with every turn.
    private static let capacity = 64

    private struct Pair: Hashable {
        var old: Data
        var new: Data

        // Files of pictures begin alike, and all of them need not be read for a hash.
        func hash(into hasher: inout Hasher) {
            hasher.combine(new.count)
            hasher.combine(Data(new.suffix(64)))
        }
    }
    private struct Kept {
        /// Nil where the whole is to be sent.
        var parts: [ModelImage]?
        var use: UInt64
    }
    private let kept = Mutex<[Pair: Kept]>([:])

    /// The parts of a picture that differ from the one before it; nil if the whole is better. Both are in the size in
    /// which they are sent, and a part's region is its place in that picture.
    func parts(of new: ModelImage, since old: ModelImage, aligned multiple: Int) throws -> [ModelImage]? {
        guard new.size == old.size else { return nil }
        let pair = Pair(old: old.png, new: new.png)
        let known = kept.withLock { kept -> Kept? in
            let latest = kept.values.map(\.use).max() ?? 0
            kept[pair]?.use = latest + 1
            return kept[pair]
        }
        if let known { return known.parts }
        let parts = try cut(new, since: old, aligned: multiple)
        kept.withLock { kept in
            let latest = kept.values.map(\.use).max() ?? 0
            kept[pair] = Kept(parts: parts, use: latest + 1)
            guard kept.count > Self.capacity, let oldest = kept.min(by: { $0.value.use < $1.value.use }) else { return }
            kept[oldest.key] = nil
        }
        return parts
    }

    private func cut(_ new: ModelImage, since old: ModelImage, aligned multiple: Int) throws -> [ModelImage]? {
        let frame = try PNG.decode(new.png)
        let changes = try PNG.decode(old.png).difference(to: frame).boxes
        let places = Self.places(of: changes, in: frame.size, aligned: multiple)
        guard places.count <= Self.mostParts, places.reduce(0, { $0 + $1.size.area }) * 2 <= frame.size.area else {
            return nil
        }
        return try places.map { place in
            ModelImage(png: try PNG.encode(frame.cropped(to: place), as: .small), size: place.size, region: place)
        }
    }

    /// Boxes with room around them, none over another, whose sides are multiples of what the model wants.
    static func places(of changes: [Rect], in size: Size, aligned multiple: Int) -> [Rect] {
        var places: [Rect] = []
        for box in changes {
            let x = span(from: box.x, to: box.maxX, within: size.width, aligned: multiple)
            let y = span(from: box.y, to: box.maxY, within: size.height, aligned: multiple)
            var place = Rect(x: x.lowerBound, y: y.lowerBound, width: x.count, height: y.count)
            while let index = places.firstIndex(where: { !$0.intersection(place).isEmpty }) {
                place = place.union(places.remove(at: index))
            }
            places.append(place)
        }
        return places
    }

    private static func span(from start: Int, to end: Int, within length: Int, aligned multiple: Int) -> Range<Int> {
        let missing = max(0, leastSide - (end - start) - 2 * margin) / 2
        let low = max(0, start - margin - missing) / multiple * multiple
        let high = (min(length, end + margin + missing) + multiple - 1) / multiple * multiple
        return low..<max(low + 1, min(length, high))
    }
}

extension ImageScaler {
    /// A request's conversation as it is sent where only changes are wanted, for a model that counts in pixels of the
    /// whole picture.
    ///
    /// What becomes of a picture depends on it and the one before alone, so the beginning of a conversation stays what
    /// it was, and a provider's cache holds.
    func turns(of request: ModelRequest) throws -> [ModelTurn] {
        guard request.changesOnly else { return request.turns }
        var last: ModelImage?
        return try request.turns.map { turn in
            try turn.flatMapContent { content in
                guard case .image(let image) = content, image.region == Rect(request.screen) else { return [content] }
                let whole = try scaled(image)
                defer { last = whole }
                guard let before = last, let parts = try changes.parts(of: whole, since: before, aligned: rule.multiple)
                else { return [.image(whole)] }
                if parts.isEmpty { return [.text("The screen looks as it did in the picture before.")] }
                return parts.flatMap { [.text(Self.caption($0.region)), .image($0)] }
            }
        }
    }

    private static func caption(_ place: Rect) -> String {
        """
        Only a part of the screen is shown here, since it changed: that from (\(place.x), \(place.y)) to \
        (\(place.maxX), \(place.maxY)) in the picture of the whole screen, in the same scale. Its pixel (0, 0) is \
        (\(place.x), \(place.y)) there; say points as they are in the whole.
        """
    }
}

extension ModelTurn {
    /// The same with each piece of content replaced by any number of pieces; a model's own turn stays as it is.
    func flatMapContent(_ body: (ModelContent) throws -> [ModelContent]) rethrows -> ModelTurn {
        switch self {
        case .user(let content): .user(try content.flatMap(body))
        case .model: self
        case .results(let results):
            .results(
                try results.map { result in
                    var result = result
                    result.content = try result.content.flatMap(body)
                    return result
                })
        }
    }
}
