package import Foundation

extension PNG {
    /// A PNG file without all that is not its pixels: texts, times, places, colour profiles, further pictures, and what
    /// follows its end. The pixels are not touched, nor decoded.
    ///
    /// - Returns: The file itself if there is nothing else in it, as in those that ``encode(_:as:)`` makes; nil if it is
    ///   not a PNG file, or not a whole one.
    package static func pixelsOnly(_ file: Data) -> Data? {
        let bytes = [UInt8](file)
        guard (try? headerSize(of: bytes)) != nil else { return nil }
        var kept = Array(bytes[..<signatureLength])
        var place = signatureLength
        // A chunk is its length, four letters, as many bytes, and a checksum.
        while bytes.count - place >= 12 {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - place - 12 else { return nil }
            let end = place + 12 + length
            let name = bytes[place + 4..<place + 8]
            if pixelChunks.contains(Array(name)) { kept += bytes[place..<end] }
            place = end
            if name.elementsEqual("IEND".utf8) { return kept.count == bytes.count ? file : Data(kept) }
        }
        return nil
    }

    private static let signatureLength = 8
    /// Size and kind, palette, transparency, pixels, end.
    private static let pixelChunks = Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"].map { Array($0.utf8) })
}
