import Foundation

/// Guest memory that nobody writes any more: a sparse file of its full size, mapped privately by any number of machines.
///
/// A temporary one is removed when the last machine that builds on it has gone.
final class FrozenMemory: Sendable {
    let path: String
    /// Its length in bytes.
    let size: Int
    private let isTemporary: Bool

    /// Names a file that is there.
    init(path: String, size: Int, isTemporary: Bool) {
        self.path = path
        self.size = size
        self.isTemporary = isTemporary
    }

    deinit { if isTemporary { unlink(path) } }
}

/// All of a guest's memory at one moment: a frozen file, and the pages in which the guest differed from it.
///
/// A small difference is kept apart and copied into each new machine, which is faster than copying the file. A large one
/// is laid into a file of its own, which all new machines share.
struct MemoryImage: Sendable {
    var base: FrozenMemory
    var delta: MemoryDelta?
}
