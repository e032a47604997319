extension Frame {
    /// This picture in another size.
    ///
    /// Where it shrinks, a pixel becomes the mean of the area that it covers, so thin lines of text stay visible; where
    /// it grows, pixels are blended linearly. Both work on the stored values, without regard to gamma, as desktops and
    /// browsers do: fine patterns of dark and light come out slightly darker than they look. One colour stays exactly
    /// that colour.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if a side is not in 1...16384.
    public func scaled(to size: Size) throws -> Frame {
        try Self.checkSides(of: size)
        if size == self.size { return self }
        return FrameScaler(from: self.size, to: size).scale(self)
    }

    /// This picture made smaller, if need be, so that it fits into a size; its shape stays the same to within a pixel.
    ///
    /// - Throws: ``GodHandError`` with `request.invalid` if a side of the box is less than 1.
    public func scaledDown(toFit box: Size) throws -> Frame {
        guard box.width > 0, box.height > 0 else {
            throw GodHandError(.invalidRequest, "A picture cannot be made to fit into \(box) pixels.")
        }
        let factor = min(1, min(Double(box.width) / Double(size.width), Double(box.height) / Double(size.height)))
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * factor).rounded())) }
        return try scaled(to: Size(width: side(size.width), height: side(size.height)))
    }
}

/// Which neighbouring source pixels make up each target pixel along one axis, and with what weights.
struct ScalingAxis {
    /// The weights of one target pixel add up to exactly this, which keeps one colour that colour.
    static let unit = 1 << 14

    /// For each target pixel its first source pixel.
    private(set) var firsts: [Int] = []
    /// For each target pixel where its weights begin; one more entry at the end.
    private(set) var bounds: [Int] = [0]
    /// The weights, target pixel after target pixel.
    private(set) var weights: [UInt32] = []

    init(from source: Int, to target: Int) {
        firsts.reserveCapacity(target)
        bounds.reserveCapacity(target + 1)
        for index in 0..<target {
            if target < source {
                addMean(at: index, from: source, to: target)
            } else {
                addBlend(at: index, from: source, to: target)
            }
            bounds.append(weights.count)
        }
    }

    /// The target pixel covers `index * source / target` up to `(index + 1) * source / target`; lengths are counted in
    /// parts of 1 / target of a source pixel.
    private mutating func addMean(at index: Int, from source: Int, to target: Int) {
        let start = index * source
        let end = start + source
        firsts.append(start / target)
        var given = 0
        var position = start
        while position < end {
            position = min(end, (position / target + 1) * target)
            // The rounded sum so far, less what is given out, so that errors do not add up.
            let sum = ((position - start) * Self.unit + source / 2) / source
            weights.append(UInt32(sum - given))
            given = sum
        }
    }

    /// The middle of the target pixel, seen between the middles of two source pixels.
    private mutating func addBlend(at index: Int, from source: Int, to target: Int) {
        // In parts of 1 / (2 * target); below zero left of the first middle.
        let position = max(0, (2 * index + 1) * source - target)
        let first = position / (2 * target)
        let second = ((position % (2 * target)) * Self.unit + target) / (2 * target)
        firsts.append(first)
        if second == 0 || first + 1 >= source {
            weights.append(UInt32(Self.unit))
        } else {
            weights += [UInt32(Self.unit - second), UInt32(second)]
        }
    }
}

/// Resizes along both axes, in fixed point: rows first into one row of 16 bits a channel, and that into pixels.
struct FrameScaler {
    let source: Size
    let target: Size
    private let columns: ScalingAxis
    private let rows: ScalingAxis

    init(from source: Size, to target: Size) {
        self.source = source
        self.target = target
        columns = ScalingAxis(from: source.width, to: target.width)
        rows = ScalingAxis(from: source.height, to: target.height)
    }

    func scale(_ frame: Frame) -> Frame {
        let stride = source.width * 4
        var sums = [UInt32](repeating: 0, count: stride)
        var line = [SIMD4<UInt16>](repeating: .zero, count: source.width)
        var result = [SIMD4<UInt8>](repeating: .zero, count: target.width)
        let pixels = [UInt8](unsafeUninitializedCapacity: target.area * 4) { output, count in
            frame.pixels.withUnsafeBufferPointer { input in
                for y in 0..<target.height {
                    add(rows: y, of: input, into: &sums)
                    Self.narrow(sums, into: &line)
                    mix(line, into: &result)
                    result.withUnsafeBytes { row in
                        UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(output)[count..<count + row.count]
                        ).copyMemory(from: row)
                        count += row.count
                    }
                }
            }
        }
        return Frame(uncheckedSize: target, pixels: pixels)
    }

    /// The weighted sum of the source rows that make up one target row: 22 bits a channel.
    private func add(rows y: Int, of input: UnsafeBufferPointer<UInt8>, into sums: inout [UInt32]) {
        let stride = sums.count
        sums.withUnsafeMutableBufferPointer { sums in
            for tap in rows.bounds[y]..<rows.bounds[y + 1] {
                let weight = rows.weights[tap]
                let start = (rows.firsts[y] + tap - rows.bounds[y]) * stride
                let row = UnsafeBufferPointer(rebasing: input[start..<start + stride])
                if tap == rows.bounds[y] {
                    for index in 0..<stride { sums[index] = UInt32(row[index]) &* weight }
                } else {
                    for index in 0..<stride { sums[index] &+= UInt32(row[index]) &* weight }
                }
            }
        }
    }

    /// Drops the six lowest bits, so that the second sum has room in 32 bits.
    private static func narrow(_ sums: [UInt32], into line: inout [SIMD4<UInt16>]) {
        line.withUnsafeMutableBytes { line in
            let line = line.bindMemory(to: UInt16.self)
            sums.withUnsafeBufferPointer { sums in
                for index in 0..<sums.count { line[index] = UInt16(truncatingIfNeeded: sums[index] &>> 6) }
            }
        }
    }

    /// The weighted sums along one row.
    private func mix(_ line: [SIMD4<UInt16>], into result: inout [SIMD4<UInt8>]) {
        line.withUnsafeBufferPointer { line in
            columns.weights.withUnsafeBufferPointer { weights in
                columns.bounds.withUnsafeBufferPointer { bounds in
                    for x in result.indices {
                        var sum = SIMD4<UInt32>(repeating: 1 << 21)
                        var position = columns.firsts[x]
                        for tap in bounds[x]..<bounds[x + 1] {
                            sum &+= SIMD4<UInt32>(truncatingIfNeeded: line[position]) &* weights[tap]
                            position += 1
                        }
                        result[x] = SIMD4<UInt8>(truncatingIfNeeded: sum &>> 22)
                    }
                }
            }
        }
    }
}
