extension Frame {
    /// The part of the picture inside a rectangle; what lies outside the picture is left off.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if nothing of the picture is inside.
    public func cropped(to rect: Rect) throws -> Frame {
        let part = rect.intersection(Rect(size))
        guard !part.isEmpty else {
            throw GodHandError(
                .invalidRequest,
                "Nothing of a picture of \(size) pixels is inside the rectangle at \(rect.x), \(rect.y) "
                    + "of \(rect.size).")
        }
        var result: [UInt8] = []
        result.reserveCapacity(part.size.area * 4)
        for y in part.y..<part.maxY {
            let start = (y * size.width + part.x) * 4
            result.append(contentsOf: pixels[start..<start + part.width * 4])
        }
        return Frame(uncheckedSize: part.size, pixels: result)
    }

    /// This picture with another one laid over it.
    ///
    /// - Parameters:
    ///   - other: The picture on top. What reaches over an edge is left off.
    ///   - point: Where its top left corner goes; may be outside.
    public func pasting(_ other: Frame, at point: Point) -> Frame {
        let target = Rect(x: point.x, y: point.y, width: other.size.width, height: other.size.height)
            .intersection(Rect(size))
        guard !target.isEmpty else { return self }
        var result = pixels
        result.withUnsafeMutableBytes { result in
            other.pixels.withUnsafeBytes { source in
                for y in target.y..<target.maxY {
                    let from = ((y - point.y) * other.size.width + target.x - point.x) * 4
                    let to = (y * size.width + target.x) * 4
                    let row = UnsafeRawBufferPointer(rebasing: source[from..<from + target.width * 4])
                    UnsafeMutableRawBufferPointer(rebasing: result[to..<to + row.count]).copyMemory(from: row)
                }
            }
        }
        return Frame(uncheckedSize: size, pixels: result)
    }

    /// This picture with one colour in a rectangle; what reaches over an edge is left off.
    public func filling(_ rect: Rect, red: UInt8, green: UInt8, blue: UInt8) -> Frame {
        var result = pixels
        Self.fill(rect.intersection(Rect(size)), of: &result, width: size.width, red: red, green: green, blue: blue)
        return Frame(uncheckedSize: size, pixels: result)
    }

    /// This picture with the edges of a rectangle drawn in a colour, to point something out.
    ///
    /// - Parameters:
    ///   - rect: What is pointed out. Its own pixels stay visible but for the edges, which are drawn on its inside.
    ///   - red: The colour's red part.
    ///   - green: Its green part.
    ///   - blue: Its blue part.
    ///   - thickness: The width of the edges in pixels.
    public func outlining(_ rect: Rect, red: UInt8, green: UInt8, blue: UInt8, thickness: Int = 2) -> Frame {
        guard !rect.isEmpty, thickness > 0 else { return self }
        let across = min(thickness, rect.width)
        let down = min(thickness, rect.height)
        var bottom = Rect(x: rect.x, y: rect.maxY, width: rect.width, height: down)
        bottom.y -= down
        var right = Rect(x: rect.maxX, y: rect.y, width: across, height: rect.height)
        right.x -= across
        let edges = [
            Rect(x: rect.x, y: rect.y, width: rect.width, height: down), bottom,
            Rect(x: rect.x, y: rect.y, width: across, height: rect.height), right,
        ]
        var result = pixels
        for edge in edges {
            Self.fill(edge.intersection(Rect(size)), of: &result, width: size.width, red: red, green: green, blue: blue)
        }
        return Frame(uncheckedSize: size, pixels: result)
    }

    /// Colours a rectangle that lies inside the picture.
    private static func fill(
        _ rect: Rect, of pixels: inout [UInt8], width: Int, red: UInt8, green: UInt8, blue: UInt8
    ) {
        guard !rect.isEmpty else { return }
        let row = run(of: rect.width, red: red, green: green, blue: blue)
        pixels.withUnsafeMutableBytes { pixels in
            for y in rect.y..<rect.maxY {
                let start = (y * width + rect.x) * 4
                UnsafeMutableRawBufferPointer(rebasing: pixels[start..<start + row.count]).copyBytes(from: row)
            }
        }
    }
}
