import Foundation

/// The files of one machine or of one stored disk: everything that its QEMU opens, in a directory of its own.
///
/// Layers, kernel and the rest are hard links to the same files elsewhere: an image, a snapshot, an origin. So each
/// directory is whole by itself, can be removed without asking who else uses what is in it, and the file system frees a
/// file with its last name.
struct MachineFiles: Sendable {
    let directory: String
    /// The layers of the disk, the lowest first.
    var layers: [String]
    /// The number of the next layer. Those between may have been joined since.
    private var next = 0
    var kernel: String { "\(directory)/vmlinuz" }
    var initrd: String { "\(directory)/initrd" }

    /// The name of a layer in any such directory.
    static func layer(_ index: Int) -> String { "disk-\(index).qcow2" }

    /// Links an image's files into a new directory.
    init(linking image: VMImage, into directory: String) throws {
        self.directory = directory
        layers = []
        try link(image.kernel, kernel)
        try link(image.initrd, initrd)
        try linkLayer(image.disk)
    }

    /// Links other files into a new directory.
    init(linking other: MachineFiles, into directory: String) throws {
        self.directory = directory
        layers = []
        try link(other.kernel, kernel)
        try link(other.initrd, initrd)
        for layer in other.layers { try linkLayer(layer) }
    }

    /// The files that are in a directory already.
    init(in directory: String, layers count: Int) {
        self.directory = directory
        layers = (0..<count).map { "\(directory)/\(Self.layer($0))" }
        next = count
    }

    /// Makes a new layer on top, which is the next to be written.
    mutating func addLayer(_ places: QEMUPlaces) throws {
        guard let below = layers.first else { return }
        let path = "\(directory)/\(Self.layer(next))"
        try places.makeFile(path, QCOW2.emptyLayer(size: try QCOW2.size(ofDiskAt: below)))
        layers.append(path)
        next += 1
    }

    private mutating func linkLayer(_ path: String) throws {
        let own = "\(directory)/\(Self.layer(next))"
        try link(path, own)
        layers.append(own)
        next += 1
    }

    private func link(_ path: String, _ own: String) throws {
        if Descriptor.link(path, own) == 0 { return }
        // Another file system, or one on which files have only one name: then it has to be copied.
        guard errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP else {
            throw HostFailure.current("link", path)
        }
        do { try FileManager.default.copyItem(atPath: path, toPath: own) } catch {
            throw GodHandError(.hostFailed, "Could not copy '\(path)'.", cause: error)
        }
        if chmod(own, 0o444) != 0 { throw HostFailure.current("freeze", own) }
    }
}
