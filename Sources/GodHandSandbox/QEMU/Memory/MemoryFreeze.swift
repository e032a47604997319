/// The copying of a live guest's memory, in two parts: ``init(preparing:over:flatFile:)`` while the guest runs, and
/// ``harvest()`` while it stands still, which is kept as short as it can be.
///
/// The frozen file under a guest never changes, and a page that the guest has written never becomes the file's again. So
/// all but the written pages can be copied beforehand, and room for those can be got ready.
final class MemoryFreeze: Sendable {
    /// Differences up to this many bytes are kept apart. Copying them into a machine then costs less than 50 ms, while a
    /// file of its own would cost several hundred, once.
    static let largestDelta = 64 << 20

    private enum Target: Sendable {
        case delta(MemoryDelta)
        case file(MemoryFile)
    }

    private let memory: ProcessMemory
    private let base: FrozenMemory
    private let target: Target

    /// Does all that can be done while the guest runs.
    ///
    /// - Parameters:
    ///   - memory: The memory of the running guest, a private mapping of `base`.
    ///   - flatFile: Where a large difference goes, laid over a copy of the base.
    ///   - alwaysFlat: Whether one file is wanted in any case, as for storing.
    init(preparing memory: ProcessMemory, over base: FrozenMemory, flatFile: String, alwaysFlat: Bool = false)
        async throws
    {
        self.memory = memory
        self.base = base
        target = try await onThread {
            let pages = try memory.privatePages()
            guard alwaysFlat || pages.byteCount > Self.largestDelta else {
                // Some more for what the guest writes until it stands still.
                let expected = pages.count + pages.count / 4 + 1024
                return .delta(try MemoryDelta(capacity: memory.size, expecting: expected))
            }
            let file = try MemoryFile(creating: flatFile, size: memory.size)
            let rest = pages.complement(below: memory.pageCount)
            let source = try MemorySource(base)
            try concurrently(rest.split(into: workers)) { try source.copy($0, to: file) }
            try concurrently(pages.split(into: workers)) { file.populate($0) }
            return .file(file)
        }
    }

    /// Takes what the guest has written. It must stand still.
    func harvest() async throws -> MemoryImage {
        try await onThread { [memory, base, target] in
            let pages = try memory.privatePages()
            switch target {
            case .delta(let delta):
                try delta.fill(with: pages, of: memory)
                return MemoryImage(base: base, delta: pages.count == 0 ? nil : delta)
            case .file(let file):
                try concurrently(pages.split(into: workers)) { share in
                    try memory.read(share) { file.pointer(to: $0.first) }
                }
                return MemoryImage(base: file.freeze(isTemporary: true), delta: nil)
            }
        }
    }
}
