import Foundation

/// An image of a whole system, on this host: a disk, a kernel, and how they are started.
///
/// It is a directory behind a link, and a newer one may take its place at any time; a lock keeps this one from being
/// removed as long as the value, or a copy, exists.
struct VMImage: Sendable {
    /// What the image says about itself.
    let description: Description
    /// Its directory, without links.
    let directory: String
    private let lock: OwnedDescriptor

    var disk: String { "\(directory)/disk.qcow2" }
    /// The digest of its disk, as the image states it.
    var digest: String? { description.files["disk.qcow2"].map { "sha256:\($0.sha256)" } }
    var kernel: String { "\(directory)/vmlinuz" }
    var initrd: String { "\(directory)/initrd" }

    /// The contents of `image.json`.
    struct Description: Sendable, Hashable, Codable {
        /// What this program understands.
        static let knownFormat = 1

        var format: Int
        var name: String
        /// A digest of all that it was made from.
        var inputs: String
        /// As `uname -m` says it.
        var architecture: String
        /// The kernel's command line.
        var commandLine: String
        /// QEMU's word for the machine that it was made for, such as `q35`.
        var machine: String
        /// The least memory that it should have, in MiB.
        var memory: Int
        var files: [String: File]

        struct File: Sendable, Hashable, Codable {
            var size: Int
            var sha256: String
        }
    }

    /// Finds an image and keeps it from being removed.
    ///
    /// - Parameter path: Its directory, or a link to it.
    /// - Throws: `GodHandError` with `image.missing`, or `data.damaged` if it is not whole.
    init(at path: String, name: String) throws {
        guard let resolved = realpath(path, nil) else { throw Self.missing(name) }
        defer { free(resolved) }
        directory = String(cString: resolved)
        let file = "\(directory)/image.json"
        let descriptor = Descriptor.open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Self.missing(name) }
        lock = OwnedDescriptor(descriptor)
        // Shared: only who wants to remove it asks for more, and then finds it used.
        if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { throw Self.missing(name) }
        let bytes = try HostFileSystem().read(file, limit: 1 << 20)
        do { description = try JSONDecoder().decode(Description.self, from: Data(bytes)) } catch {
            throw GodHandError(
                .dataDamaged, "The image '\(name)' does not say what it is.", hint: "Build it anew: make vm.",
                cause: error)
        }
        guard description.format == Description.knownFormat else {
            throw GodHandError(
                .unsupported, "The image '\(name)' has format \(description.format); this program knows 1.",
                hint: "Build it anew: make vm.")
        }
        // The digests were checked when it was built. A size is quick to look at and tells a copy that was cut off.
        for (name, file) in description.files {
            var status = stat()
            guard !name.contains("/"), stat("\(directory)/\(name)", &status) == 0, Int(status.st_size) == file.size
            else {
                throw GodHandError(
                    .dataDamaged, "The image '\(description.name)' has no whole file '\(name)'.",
                    hint: "Build it anew: make vm.")
            }
        }
    }

    private static func missing(_ name: String) -> GodHandError {
        GodHandError(
            .imageMissing, "There is no image '\(name)' for virtual machines on this host.",
            hint: "Build it with: make vm.")
    }
}
