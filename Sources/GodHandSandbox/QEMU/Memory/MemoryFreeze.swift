/// The copying of a live guest's memory, in steps: a plan, then ``prepare()`` while the guest runs, and ``harvest()`` while
/// it stands still, which is kept as short as it can be.
///
/// The frozen file under a guest never changes, and a page that the guest has written never becomes the file's again. So
/// all but the written pages can be copied beforehand, and room for those can be got ready.
///
/// A small difference to the file is kept apart and copied into each new machine, which is faster than copying the file. A
/// large one is laid into a file of its own, which all new machines share.
final class MemoryFreeze: Sendable {
    /// Differences up to this many bytes are kept apart. Copying them into a machine costs some 50 ms, a new file several
    /// hundred, but only once.
    static let largestDelta = 64 << 20
    /// The same where there is time, since a fork is only expected: what is laid out then is not copied in the fork.
    static let largestDeltaAhead = 16 << 20
    /// The same where so many machines stand ready over the old file, which a new one would make useless. Each of them gets
    /// a copy of its own.
    static func largestDelta(standingReady count: Int) -> Int { max(largestDelta, (512 << 20) / max(1, count)) }

    /// The file that new machines map. It may not be complete before the harvest, so they must not read it.
    let result: FrozenMemory
    /// Whether that is a file which, after the harvest, is all of the guest's memory and could be its base from then on.
    let isNewBase: Bool
    /// The memory of the running guest.
    let memory: ProcessMemory
    private let base: FrozenMemory
    private let target: Target
    private let planned: PageSet

    private enum Target: Sendable {
        case delta(MemoryDelta)
        case file(MemoryFile)
    }

    /// Decides how.
    ///
    /// - Parameters:
    ///   - memory: The memory of the running guest, a private mapping of `base`.
    ///   - flatFile: Where a large difference goes, laid over a copy of the base.
    ///   - largestDelta: The largest that is kept apart, in bytes; nil if one file is wanted in any case, as for storing: then
    ///     it stays.
    init(
        planning memory: ProcessMemory, over base: FrozenMemory, flatFile: String,
        largestDelta: Int? = MemoryFreeze.largestDelta
    ) async throws {
        self.memory = memory
        self.base = base
        planned = try await onThread { try memory.privatePages() }
        if let largestDelta, planned.byteCount <= largestDelta {
            isNewBase = false
            target = .delta(try MemoryDelta(capacity: memory.size))
            result = base
        } else {
            isNewBase = largestDelta != nil
            let file = try MemoryFile(creating: flatFile, size: memory.size)
            target = .file(file)
            result = file.frozen(isTemporary: largestDelta != nil)
        }
    }

    /// Does all that can be done while the guest runs.
    func prepare() async throws {
        try await onThread { [memory, base, target, planned] in
            switch target {
            case .delta(let delta):
                // Some more for what the guest writes until it stands still.
                delta.expect(planned.count + planned.count / 4 + 1024)
            case .file(let file):
                let source = try MemorySource(base.path)
                let rest = planned.complement(below: memory.pageCount)
                try concurrently(rest.split(into: workers)) { try source.copy($0, to: file) }
                try concurrently(planned.split(into: workers)) { try file.populate($0) }
            }
        }
    }

    /// Takes what the guest has written. It must stand still.
    ///
    /// - Returns: What new machines must be given besides the file; nil if the file is all.
    func harvest() async throws -> MemoryDelta? {
        try await onThread { [memory, target] in
            let pages = try memory.privatePages()
            switch target {
            case .delta(let delta):
                try delta.fill(with: pages, of: memory)
                return pages.count == 0 ? nil : delta
            case .file(let file):
                try concurrently(pages.split(into: workers)) { share in
                    try memory.read(share) { file.pointer(to: $0.first) }
                }
                return nil
            }
        }
    }
}
