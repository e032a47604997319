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
