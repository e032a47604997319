/// Feeds any bytes to a gate and the decoder behind it, for fuzzers and tests: it must return, whatever they are.
///
/// The first byte chooses whether there is a password, the second how many bytes arrive at a time.
package func rfbGateFuzz(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 2 else { return }
    var gate = RFBGate(hasPassword: bytes[0] & 1 == 1)
    let pieceLength = 1 + Int(bytes[1])
    // Any input is made to get past the handshake, or hardly one would.
    if bytes[0] & 2 == 2 {
        gate.phase = .message
        gate.size = Size(width: 1 + Int(bytes[0] >> 2), height: 33)
    }
    var decoder = gate.size.area > 0 ? try? RFBDecoder(gate.size) : nil
    var pending: [UInt8] = Array(repeating: 0, count: RFBDecoder.headroom)
    var rest = bytes.dropFirst(2)
    while !rest.isEmpty {
        pending += rest.prefix(pieceLength)
        rest = rest.dropFirst(pieceLength)
        var start = RFBDecoder.headroom
        let isAlive = pending.withUnsafeMutableBytes { buffer in
            do {
                while let step = try gate.step(UnsafeRawBufferPointer(rebasing: buffer[start...])) {
                    switch step.event {
                    case .opened(let size): decoder = try RFBDecoder(size)
                    case .resized(let size): try decoder?.resize(size)
                    case .copied(let source, let rect): try decoder?.copy(from: source, to: rect)
                    case .rows(let rect, let range):
                        let first = start + range.lowerBound - RFBDecoder.headroom
                        let part = buffer[first..<start + range.upperBound]
                        try decoder?.draw(rect, headroom: UnsafeMutableRawBufferPointer(rebasing: part))
                    default: break
                    }
                    start += step.used
                }
                return true
            } catch {
                return false
            }
        }
        guard isAlive else { return }
        pending.removeSubrange(RFBDecoder.headroom..<start)
    }
}
