import Foundation
import GodHandCore

/// The files of a trace as a tar archive, made piece by piece.
struct TraceArchive: Sendable {
    private static let piece = 64 << 10
    private let root: URL
    private let name: String
    private var files: [(path: String, size: Int)]
    private var open: (handle: FileHandle, left: Int, padding: Int)?
    private var isOver = false

    /// - Parameter name: The directory that the archive unpacks to.
    /// - Throws: `CocoaError` if the directory cannot be read.
    init(of root: URL, named name: String) throws {
        self.root = root
        self.name = name
        let manager = FileManager.default
        files = []
        for path in try manager.subpathsOfDirectory(atPath: root.path(percentEncoded: false)) {
            let attributes = try manager.attributesOfItem(
                atPath: root.appending(path: path).path(percentEncoded: false))
            // A trace has only plain files; what else lies there is not handed out.
            guard attributes[.type] as? FileAttributeType == .typeRegular, files.count < 100_000,
                let size = (attributes[.size] as? NSNumber)?.intValue
            else { continue }
            files.append((path, size))
        }
        files.sort { $0.path < $1.path }
        files.reverse()
    }

    /// The next piece; nil at the end.
    mutating func next() throws -> Data? {
        if let current = open { return try rest(of: current) }
        guard let (path, size) = files.popLast() else {
            if isOver { return nil }
            isOver = true
            return Data(count: 1024)
        }
        let handle = try FileHandle(forReadingFrom: root.appending(path: path))
        open = (handle, size, (512 - size % 512) % 512)
        return try header(of: "\(name)/\(path)", size: size)
    }

    /// A file that grows is cut off at the size that was told, and one that has shrunk is filled up.
    private mutating func rest(of current: (handle: FileHandle, left: Int, padding: Int)) throws -> Data {
        var piece = try current.handle.read(upToCount: min(Self.piece, current.left)) ?? Data()
        if piece.isEmpty { piece = Data(count: min(Self.piece, current.left)) }
        let left = current.left - piece.count
        if left > 0 {
            open = (current.handle, left, current.padding)
            return piece
        }
        try current.handle.close()
        open = nil
        return piece + Data(count: current.padding)
    }

    private func header(of path: String, size: Int) throws -> Data {
        let bytes = Array(path.utf8)
        guard bytes.count <= 100 else { throw GodHandError(.limitExceeded, "A path in the trace is too long.") }
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(path, at: 0)
        put(octal(0o600, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size, digits: 11), at: 124)
        put(octal(Int(Date().timeIntervalSince1970), digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = block.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\0 ", at: 148)
        return Data(block)
    }
}
