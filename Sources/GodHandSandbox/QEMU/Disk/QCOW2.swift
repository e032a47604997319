import Foundation

/// The little that has to be known about QEMU's format of disks to begin a new layer without starting a program.
enum QCOW2 {
    private static let clusterBits = 16
    private static let magic: UInt32 = 0x5146_49FB

    /// An empty layer: everything is read from the layer below, which the file does not name.
    ///
    /// - Parameter size: How many bytes the disk has.
    static func emptyLayer(size: Int) -> [UInt8] {
        let cluster = 1 << clusterBits
        // An entry of the first table stands for as many clusters as a second table has entries.
        let perEntry = cluster / 8 * cluster
        let entries = max(1, (size + perEntry - 1) / perEntry)
        let tableClusters = (entries * 8 + cluster - 1) / cluster
        // Header, table of counts, one block of counts, first table.
        let clusters = 3 + tableClusters

        var header = BigEndian()
        header.add(magic)
        header.add(UInt32(3))
        header.add(UInt64(0))  // no file below
        header.add(UInt32(0))
        header.add(UInt32(clusterBits))
        header.add(UInt64(size))
        header.add(UInt32(0))  // not encrypted
        header.add(UInt32(entries))
        header.add(UInt64(3 * cluster))
        header.add(UInt64(cluster))
        header.add(UInt32(1))  // clusters of the table of counts
        header.add(UInt32(0))  // snapshots within the file
        header.add(UInt64(0))
        header.add(UInt64(0))  // features that must be understood
        header.add(UInt64(0))
        header.add(UInt64(0))
        header.add(UInt32(4))  // counts of 16 bits
        header.add(UInt32(104))
        var bytes = header.bytes + [UInt8](repeating: 0, count: clusters * cluster - header.bytes.count)

        var place = BigEndian()
        place.add(UInt64(2 * cluster))
        bytes.replaceSubrange(cluster..<cluster + 8, with: place.bytes)
        for index in 0..<clusters { bytes[2 * cluster + 2 * index + 1] = 1 }
        return bytes
    }

    /// How many bytes the disk in a file has.
    ///
    /// - Throws: `GodHandError` with `data.damaged` if it is no disk of this format, or `unsupported` if it names a file
    ///   below it: what a file names is never opened.
    static func size(ofDiskAt path: String) throws -> Int {
        let descriptor = Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw HostFailure.current("open", path) }
        let file = OwnedDescriptor(descriptor)
        let bytes = try readSome(from: file.rawValue, atMost: 104)
        guard bytes.count >= 32, UInt32(bigEndian: Array(bytes[0..<4])) == magic else {
            throw GodHandError(.dataDamaged, "'\(path)' is not a disk in the format qcow2.")
        }
        guard bytes[8..<16].allSatisfy({ $0 == 0 }) else {
            throw GodHandError(.unsupported, "The disk '\(path)' builds on another file.", hint: "Flatten it first.")
        }
        return bytes[24..<32].reduce(0) { $0 << 8 | Int($1) }
    }

    private struct BigEndian {
        var bytes: [UInt8] = []

        mutating func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
        }
    }
}
