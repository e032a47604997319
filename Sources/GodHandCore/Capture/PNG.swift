import CPNG
public import Foundation

/// How much work goes into making a PNG file small.
///
/// No row filter is used at any level. Screens are flat areas and repeated glyphs, which deflate finds best in the
/// plain bytes; filters help photographs. Measured on one core at 1280x800, two views of a browser with a page of text
/// and one made of noisy glyphs and a noisy gradient:
///
/// | level, filter | page of text | the same, scaled | noisy |
/// |---|---|---|---|
/// | 1, none | 6.4 ms, 56 KB | 6.8 ms, 81 KB | 15 ms, 463 KB |
/// | **2, none** | 6.4 ms, 55 KB | 6.8 ms, 80 KB | 16 ms, 447 KB |
/// | 3, none | 6.5 ms, 53 KB | 7.1 ms, 78 KB | 21 ms, 429 KB |
/// | 2, sub | 7.9 ms, 65 KB | 8.3 ms, 94 KB | 18 ms, 468 KB |
/// | 2, up | 8.3 ms, 61 KB | 8.8 ms, 91 KB | 20 ms, 505 KB |
/// | 2, adaptive | 19 ms, 60 KB | 18 ms, 88 KB | 28 ms, 436 KB |
/// | **6, none** | 13 ms, 41 KB | 15 ms, 67 KB | 46 ms, 408 KB |
/// | 9, none | 51 ms, 37 KB | 67 ms, 64 KB | 591 ms, 391 KB |
public struct PNGEncoding: Sendable, Hashable {
    /// The level of zlib, from 0 to 9.
    let level: Int32

    /// Level 2: for every step of a run.
    public static let fast = PNGEncoding(level: 2)
    /// Level 6: twice the time for files a quarter smaller, for those that are kept or sent far.
    public static let small = PNGEncoding(level: 6)
}

/// Frames as PNG files and back, by libpng.
public enum PNG {
    /// The largest picture that ``decode(_:maximumPixels:)`` accepts unless told otherwise: a little more than 8K
    /// video.
    public static let maximumPixels = 1 << 25

    /// Encodes a frame as an RGB file of 8 bits a channel.
    ///
    /// - Throws: ``GodHandError`` with `host.failed` if there is no memory for the file.
    public static func encode(_ frame: Frame, as encoding: PNGEncoding = .fast) throws -> Data {
        var io = godhand_png_io()
        let succeeded = frame.pixels.withUnsafeBufferPointer {
            godhand_png_encode(
                &io, $0.baseAddress, UInt32(frame.size.width), UInt32(frame.size.height), encoding.level)
        }
        guard succeeded == 1, let output = io.output else {
            throw GodHandError(.hostFailed, "The frame of \(frame.size) pixels was not encoded: \(message(of: io)).")
        }
        return Data(bytesNoCopy: output, count: io.output_count, deallocator: .free)
    }

    /// Decodes a PNG file of any kind: gray, palette, 16 bits a channel, interlaced. Transparent pixels are laid on
    /// white.
    ///
    /// This is for pictures of our own making, such as fixtures and traces. Do not give it files that a guest made: a
    /// decoder is a large target, and this one runs in your process.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - maximumPixels: The largest width times height that is accepted.
    /// - Throws: ``GodHandError`` with `data.damaged` if it is not a whole PNG file, and `limit` if the picture is
    ///   larger than allowed or a side is over ``Frame/maximumSide``.
    public static func decode(_ bytes: some Sequence<UInt8>, maximumPixels: Int = maximumPixels) throws -> Frame {
        let file = Array(bytes)
        let size = try headerSize(of: file)
        guard size.width <= Frame.maximumSide, size.height <= Frame.maximumSide, size.area <= maximumPixels else {
            throw GodHandError(
                .limitExceeded, "The PNG file has \(size) pixels, more than the \(maximumPixels) that are accepted.",
                hint: "Sides may be up to \(Frame.maximumSide); the number of pixels is a parameter.")
        }
        var pixels = [UInt8](repeating: 255, count: size.area * 4)
        var io = godhand_png_io()
        let succeeded = file.withUnsafeBufferPointer { source in
            pixels.withUnsafeMutableBufferPointer { target in
                godhand_png_decode(
                    &io, source.baseAddress, source.count, target.baseAddress, UInt32(size.width), UInt32(size.height))
            }
        }
        guard succeeded == 1 else {
            throw GodHandError(.dataDamaged, "The PNG file cannot be read: \(message(of: io)).")
        }
        return Frame(uncheckedSize: size, pixels: pixels)
    }

    /// Width and height as the first chunk states them, read here so that no limit depends on libpng.
    package static func headerSize(of file: [UInt8]) throws -> Size {
        let start: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        guard file.count >= 33, file.starts(with: start) else {
            throw GodHandError(.dataDamaged, "The data of \(file.count) bytes is not a PNG file.")
        }
        func number(at offset: Int) -> Int { file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
        let size = Size(width: number(at: 16), height: number(at: 20))
        guard size.width > 0, size.height > 0 else {
            throw GodHandError(.dataDamaged, "The PNG file has no pixels: its header says \(size).")
        }
        return size
    }

    private static func message(of io: godhand_png_io) -> String {
        withUnsafeBytes(of: io.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
