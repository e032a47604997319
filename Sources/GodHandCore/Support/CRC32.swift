/// The checksum of zlib, gzip and PNG (reflected polynomial 0xEDB88320): tells torn or damaged bytes from whole ones.
///
/// It finds accidents, not attacks.
package enum CRC32 {
    /// The checksum of some bytes.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        if let checksum = bytes.withContiguousStorageIfAvailable({ checksum(of: $0) }) { return checksum }
        return Array(bytes).withUnsafeBufferPointer { checksum(of: $0) }
    }

    private static func checksum(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            var remainder: UInt32 = 0xffff_ffff
            for byte in bytes {
                remainder = table[Int((remainder ^ UInt32(byte)) & 0xff)] ^ (remainder >> 8)
            }
            return ~remainder
        }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }
}
