import Foundation
import GodHandCore

/// The names of pictures: the SHA-256 of their bytes as 64 lower-case hexadecimal digits.
enum BlobName {
    /// Whether a string from a file is such a name. Only then may it become part of a path.
    static func isValid(_ name: String) -> Bool {
        name.utf8.count == 64 && name.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// Where the picture lies, below the trace's directory.
    static func path(_ name: String, in directory: String) -> String {
        "\(directory)/\(TraceFormat.blobsDirectory)/\(name.prefix(2))/\(name).png"
    }
}

/// Stores each different picture once.
struct BlobWriter {
    private let directory: String
    private let synchronizes: Bool
    private var stored: Set<String> = []
    private var latest: (png: Data, name: String)?

    init(directory: String, synchronizes: Bool) {
        self.directory = directory
        self.synchronizes = synchronizes
    }

    /// Stores a picture and returns its name. When this returns the file is whole under its name.
    mutating func store(_ png: Data) throws -> String {
        // What one step saw last is what the next one sees first.
        if let latest, latest.png == png { return latest.name }
        let name = SHA256.hexadecimal(png)
        if !stored.contains(name) {
            try write(png, name)
            stored.insert(name)
        }
        latest = (png, name)
        return name
    }

    private func write(_ png: Data, _ name: String) throws {
        let path = BlobName.path(name, in: directory)
        let shelf = (path as NSString).deletingLastPathComponent
        try HostFile.makeDirectory(shelf)
        let temporary = "\(shelf)/.\(name).\(UInt32.random(in: 0...UInt32.max))"
        do {
            let file = try HostFile.create(temporary)
            try file.write(png)
            if synchronizes { try file.synchronize() }
            try HostFile.rename(temporary, to: path)
            if synchronizes { try HostFile.synchronizeDirectory(shelf) }
        } catch {
            HostFile.remove(temporary)
            throw error
        }
    }
}

/// Where the pictures of records come from.
protocol PictureSource {
    /// The bytes of a picture, or none if it is missing.
    mutating func picture(_ name: String) -> Data
}

/// Reads pictures by name, each once, and notes which are missing.
struct BlobReader: PictureSource {
    private let directory: String
    private let limits: TraceLimits
    private var known: [String: Data] = [:]
    private var total = 0
    /// Names that were asked for since ``takeMissing()`` and for which there is no whole picture.
    private var missing: [String] = []

    init(directory: String, limits: TraceLimits) {
        self.directory = directory
        self.limits = limits
    }

    mutating func picture(_ name: String) -> Data {
        let data = known[name] ?? load(name) ?? Data()
        if data.isEmpty, !missing.contains(name) { missing.append(name) }
        known[name] = data
        return data
    }

    mutating func takeMissing() -> [String] {
        defer { missing = [] }
        return missing
    }

    /// A picture whose bytes do not have their name's hash is as good as missing.
    private mutating func load(_ name: String) -> Data? {
        guard BlobName.isValid(name), let (file, size) = try? HostFile.read(BlobName.path(name, in: directory)),
            size > 0, size <= limits.blobBytes, size <= limits.totalBlobBytes - total
        else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        while bytes.count <= size, let part = try? file.read(upTo: min(size - bytes.count + 1, 1 << 20)), !part.isEmpty
        {
            bytes += part
        }
        guard bytes.count == size, SHA256.hexadecimal(bytes) == name else { return nil }
        total += size
        return Data(bytes)
    }
}
