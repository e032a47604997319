/// The pixels of a display, or of a part of it, at one moment.
///
/// Four bytes a pixel in the order red, green, blue, unused; rows from top to bottom without gaps. The unused byte is
/// always 255, so that equal pictures are equal bytes.
public struct Frame: Sendable, Hashable {
    /// Width and height in pixels.
    public let size: Size
    /// `size.width * size.height * 4` bytes.
    public let pixels: [UInt8]

    /// The largest width or height that is accepted from anywhere.
    public static let maximumSide = 16_384

    /// Makes a frame of bytes in the order red, green, blue, unused.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if the sizes do not agree or a side is not in 1...16384.
    public init(size: Size, pixels: [UInt8]) throws {
        guard (1...Self.maximumSide).contains(size.width), (1...Self.maximumSide).contains(size.height),
            pixels.count == size.area * 4
        else {
            throw GodHandError(.invalidRequest, "A frame of \(size) pixels cannot be made of \(pixels.count) bytes.")
        }
        self.size = size
        self.pixels = pixels
    }

    /// For callers that made the buffer themselves at the right length.
    package init(uncheckedSize size: Size, pixels: [UInt8]) {
        self.size = size
        self.pixels = pixels
    }

    /// A frame of one colour.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if a side is not in 1...16384.
    public static func filled(_ size: Size, red: UInt8, green: UInt8, blue: UInt8) throws -> Frame {
        try checkSides(of: size)
        return Frame(uncheckedSize: size, pixels: run(of: size.area, red: red, green: green, blue: blue))
    }

    /// The bytes of some pixels of one colour, copied by doubling: as fast as memory, in debug builds too.
    static func run(of count: Int, red: UInt8, green: UInt8, blue: UInt8) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 4)
        bytes += [red, green, blue, 255]
        while bytes.count < count * 4 { bytes += bytes.prefix(count * 4 - bytes.count) }
        return bytes
    }

    /// Throws `request.invalid` unless both sides are in 1...16384.
    package static func checkSides(of size: Size) throws {
        guard (1...maximumSide).contains(size.width), (1...maximumSide).contains(size.height) else {
            throw GodHandError(
                .invalidRequest, "A picture cannot have \(size) pixels.",
                hint: "Width and height must be from 1 to \(maximumSide).")
        }
    }

    /// The red, green and blue of one pixel, or nil outside.
    public subscript(point: Point) -> (red: UInt8, green: UInt8, blue: UInt8)? {
        guard size.contains(point) else { return nil }
        let offset = (point.y * size.width + point.x) * 4
        return (pixels[offset], pixels[offset + 1], pixels[offset + 2])
    }
}
