import Foundation

/// Guest memory that nobody writes any more: a sparse file of its full size, mapped privately by any number of machines.
///
/// Each machine has a name of its own for it, so the file goes with the last of them.
final class FrozenMemory: Sendable {
    let path: String
    /// Its length in bytes.
    let size: Int
    private let isTemporary: Bool

    /// Names a file that is there.
    ///
    /// - Parameter isTemporary: Whether this name of the file goes with this object.
    init(path: String, size: Int, isTemporary: Bool) {
        self.path = path
        self.size = size
        self.isTemporary = isTemporary
    }

    deinit { if isTemporary { unlink(path) } }

    /// Gives the file another name, the first of these that is on its file system.
    ///
    /// - Returns: The name that it got.
    func linked(at names: [String]) throws -> String {
        for name in names {
            if Descriptor.link(path, name) == 0 { return name }
            if errno != EXDEV { break }
        }
        throw HostFailure.current("link", path)
    }
}
