import Foundation
import GodHandCore
import Synchronization

/// Makes pictures fit for a model, each only once.
///
/// A conversation is sent again with every turn, and so are its pictures: what was scaled is kept, by the picture's
/// content, and the longest unused goes first.
public final class ImageScaler: Sendable {
    private struct Key: Hashable {
        var digest: [UInt8]
        var size: Size
    }
    private struct Kept {
        var data: Data
        var lastUse: UInt64
    }
    private struct Cache {
        var kept: [Key: Kept] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    let rule: ImageRule
    let changes = ChangedParts()
    private let capacity: Int
    private let cache = Mutex(Cache())

    /// Makes a scaler.
    ///
    /// - Parameters:
    ///   - rule: How large pictures may be.
    ///   - capacity: How many bytes of scaled pictures are kept.
    public init(rule: ImageRule, capacity: Int = 32 << 20) {
        self.rule = rule
        self.capacity = capacity
    }

    /// How many scaled pictures are kept.
    var count: Int { cache.withLock(\.kept.count) }

    /// The picture in the size that the rule allows; the same bytes if it fits.
    ///
    /// - Throws: `GodHandError` with `data.damaged` or `limit` if the picture cannot be read.
    public func scaled(_ image: ModelImage) throws -> ModelImage {
        let size = rule.size(for: image.size)
        guard size != image.size else { return image }
        let key = Key(digest: SHA256.hash(image.png), size: size)
        if let data = kept(key) { return ModelImage(png: data, size: size, region: image.region) }
        // Outside the lock: two tasks may do the same work once, but none waits for another's picture.
        let data = try PNG.encode(PNG.decode(image.png).scaled(to: size), as: .small)
        keep(data, for: key)
        return ModelImage(png: data, size: size, region: image.region)
    }

    private func kept(_ key: Key) -> Data? {
        cache.withLock { cache in
            cache.clock += 1
            cache.kept[key]?.lastUse = cache.clock
            return cache.kept[key]?.data
        }
    }

    private func keep(_ data: Data, for key: Key) {
        cache.withLock { cache in
            cache.clock += 1
            if let old = cache.kept.updateValue(Kept(data: data, lastUse: cache.clock), forKey: key) {
                cache.bytes -= old.data.count
            }
            cache.bytes += data.count
            while cache.bytes > capacity, let oldest = cache.kept.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                cache.kept[oldest.key] = nil
                cache.bytes -= oldest.value.data.count
            }
        }
    }
}
