/// Reads an archive that comes in pieces of any size from somebody who is not trusted.
///
/// It takes regular files and directories with relative paths, in an order in which each directory comes before what is
/// in it, and nothing twice. Links, devices, sparse files, absolute paths and `..` end it with an error. It holds one
/// block and the set of directories and names seen, never contents.
package struct TarReader: Sendable {
    /// What is in the archive.
    package enum Event {
        /// A file or directory begins.
        case entry(TarEntry)
        /// The next bytes of the file that began last.
        case data(ArraySlice<UInt8>)
    }

    private enum Phase {
        case header
        case contents(left: Int, padding: Int)
        case name(left: Int, padding: Int, isPax: Bool)
        case skip(left: Int)
        case firstEnd
        case end
    }

    private let limits: TarLimits
    private var phase = Phase.header
    private var pending: [UInt8] = []
    private var overrides = Overrides()
    private var isDirectory: [String: Bool] = [:]
    private var totalBytes = 0
    private var totalPathBytes = 0

    private struct Overrides {
        var path: [UInt8]?
        var size: Int?
        var areSet: Bool { path != nil || size != nil }
    }

    package init(limits: TarLimits = TarLimits()) { self.limits = limits }

    /// Takes the next piece and hands on what is in it.
    ///
    /// - Throws: ``GodHandError`` with `data.damaged`, `protocol.violation` or `limit`; the reader is of no use then.
    package mutating func read(_ piece: [UInt8], _ handle: (Event) throws -> Void) throws {
        var rest = piece[...]
        while !rest.isEmpty {
            switch phase {
            case .header, .firstEnd:
                guard fill(from: &rest, upTo: TarFormat.block) else { return }
                let block = pending
                pending = []
                try readHeader(block, handle)
            case .contents(let left, let padding):
                let part = rest.prefix(left)
                rest = rest.dropFirst(part.count)
                if !part.isEmpty { try handle(.data(part)) }
                let stillLeft = left - part.count
                phase = stillLeft > 0 ? .contents(left: stillLeft, padding: padding) : afterContents(padding)
            case .name(let size, let padding, let isPax):
                guard fill(from: &rest, upTo: size) else { return }
                if isPax { try readPax() } else { overrides.path = Array(pending.prefix { $0 != 0 }) }
                pending = []
                phase = afterContents(padding)
            case .skip(let left):
                let count = min(left, rest.count)
                rest = rest.dropFirst(count)
                phase = left > count ? .skip(left: left - count) : .header
            case .end:
                guard rest.allSatisfy({ $0 == 0 }) else { throw damaged("something follows its end") }
                return
            }
        }
    }

    /// Says that nothing more comes.
    ///
    /// - Throws: ``GodHandError`` with `data.damaged` if the archive is not complete.
    package func finish() throws {
        guard case .end = phase else { throw damaged("it ends too early") }
    }

    private mutating func fill(from rest: inout ArraySlice<UInt8>, upTo count: Int) -> Bool {
        let part = rest.prefix(count - pending.count)
        pending += part
        rest = rest.dropFirst(part.count)
        return pending.count == count
    }

    private func afterContents(_ padding: Int) -> Phase { padding > 0 ? .skip(left: padding) : .header }

    private mutating func readHeader(_ block: [UInt8], _ handle: (Event) throws -> Void) throws {
        if block.allSatisfy({ $0 == 0 }) {
            if case .firstEnd = phase { phase = .end } else { phase = .firstEnd }
            return
        }
        guard case .header = phase else { throw damaged("a single empty block lies in it") }
        let header = try TarHeader(block)
        let padding = TarFormat.padding(after: header.size)
        switch header.type {
        case UInt8(ascii: "L"), UInt8(ascii: "x"):
            let isPax = header.type == UInt8(ascii: "x")
            guard (1...(isPax ? 64 << 10 : TarLimits.path + 2)).contains(header.size) else {
                throw damaged("an extended header has \(header.size) bytes")
            }
            phase = .name(left: header.size, padding: padding, isPax: isPax)
        case UInt8(ascii: "0"), 0, UInt8(ascii: "5"):
            try begin(header, handle)
        default:
            let type = header.type < 0x7F && header.type > 0x20 ? "'\(Unicode.Scalar(header.type))'" : "\(header.type)"
            throw TarPath.refused("'\(header.printablePath)' is a link, a device or of another kind (\(type))")
        }
    }

    private mutating func begin(_ header: TarHeader, _ handle: (Event) throws -> Void) throws {
        let isFolder = header.type == UInt8(ascii: "5")
        let size = isFolder ? 0 : overrides.size ?? header.size
        guard !isFolder || header.size == 0 else { throw damaged("a directory has contents") }
        let path = try TarPath.normalised(overrides.path ?? header.path)
        overrides = Overrides()
        guard isDirectory[path] == nil else { throw TarPath.refused("'\(path)' is in it twice") }
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), isDirectory[String(path[..<slash])] != true {
            throw TarPath.refused("'\(path)' comes before its directory")
        }
        isDirectory[path] = isFolder
        guard isDirectory.count <= limits.entries else { throw limit("more than \(limits.entries) entries") }
        totalPathBytes += path.utf8.count
        guard totalPathBytes <= TarLimits.allPaths else { throw limit("too many long names") }
        let (total, overflow) = totalBytes.addingReportingOverflow(size)
        guard !overflow, total <= limits.bytes else { throw limit("more than \(limits.bytes) bytes") }
        totalBytes = total
        try handle(.entry(TarEntry(path: path, isDirectory: isFolder, mode: header.mode, size: size)))
        phase = size > 0 ? .contents(left: size, padding: TarFormat.padding(after: size)) : .header
    }

    /// Records of the form `length key=value\n`. Only path and size matter; a sparse file would be told here too.
    private mutating func readPax() throws {
        var rest = pending[...]
        while !rest.isEmpty {
            guard let space = rest.prefix(8).firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
                length > space - rest.startIndex + 2, length <= rest.count
            else { throw damaged("an extended header cannot be read") }
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            rest = rest.dropFirst(length)
            guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
                throw damaged("an extended header cannot be read")
            }
            let key = String(decoding: record[..<equals], as: UTF8.self)
            let value = Array(record[(equals + 1)...].dropLast())
            switch key {
            case "path": overrides.path = value
            case "size":
                guard let size = Int(String(decoding: value, as: UTF8.self)), size >= 0 else {
                    throw damaged("an extended header has a size that is none")
                }
                overrides.size = size
            case _ where key.hasPrefix("GNU.sparse"): throw TarPath.refused("a file in it is sparse")
            default: break
            }
        }
    }

    private func damaged(_ why: String) -> GodHandError { TarHeader.damaged(why) }

    private func limit(_ what: String) -> GodHandError {
        GodHandError(.limitExceeded, "The archive has \(what).", hint: "Copy less at once.")
    }
}
