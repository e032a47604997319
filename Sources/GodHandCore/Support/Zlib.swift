import CZlib

/// The checksum of zlib, gzip and PNG (reflected polynomial 0xEDB88320): tells torn or damaged bytes from whole ones.
///
/// It finds accidents, not attacks.
package enum CRC32 {
    /// The checksum of some bytes.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        if let checksum = bytes.withContiguousStorageIfAvailable({ checksum(of: UnsafeRawBufferPointer($0)) }) {
            return checksum
        }
        return Array(bytes).withUnsafeBytes { checksum(of: $0) }
    }

    /// The checksum of bytes in memory.
    package static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        // By zlib's rule nil would ask for the initial value, which is that of no bytes as well.
        UInt32(truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }
}

/// Opens what gzip and zlib compressed.
package enum Inflation {
    /// What is in some bytes, as far as they are whole.
    ///
    /// - Parameters:
    ///   - bytes: A gzip or zlib stream, or several gzip streams in a row. It may break off anywhere.
    ///   - limit: The most bytes that come out.
    /// - Returns: The content, and whether there is more of it than the limit; nil if the bytes are no such stream.
    package static func content(of bytes: [UInt8], limit: Int) -> (bytes: [UInt8], isCut: Bool)? {
        var stream = z_stream()
        // The largest window, and 32 to tell the two formats apart by their heads.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 16)
        input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(clamping: source.count)
            while output.count <= limit {
                let (status, count) = part.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, target.count - Int(stream.avail_out))
                }
                output += part[..<count]
                if status == Z_STREAM_END, stream.avail_in > 0, inflateReset(&stream) == Z_OK { continue }
                guard status == Z_OK, count > 0 || stream.avail_in > 0 else { break }
            }
        }
        return output.isEmpty ? nil : (Array(output.prefix(limit)), output.count > limit)
    }
}
