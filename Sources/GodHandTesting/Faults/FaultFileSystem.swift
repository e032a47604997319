/// The host's file system, with faults: each call comes to a place named after it, such as `write` or `rename`.
package struct FaultFileSystem: FileSystem {
    private let host = HostFileSystem()
    private let faults: FaultPoints

    package init(_ faults: FaultPoints) { self.faults = faults }

    package func makeDirectories(_ path: String) throws {
        try faults.reachNow("makeDirectories")
        try host.makeDirectories(path)
    }
    package func makeDirectory(_ path: String) throws {
        try faults.reachNow("makeDirectory")
        try host.makeDirectory(path)
    }
    package func createFile(_ path: String) throws -> OpenFile {
        try faults.reachNow("createFile")
        return try host.createFile(path)
    }
    package func write(_ bytes: [UInt8], to file: OpenFile) throws {
        do { try faults.reachNow("write") } catch {
            // A full disk takes a part first: that is what makes a torn file.
            try? host.write(Array(bytes.prefix(bytes.count / 2)), to: file)
            throw error
        }
        try host.write(bytes, to: file)
    }
    package func synchronise(_ file: OpenFile) throws {
        try faults.reachNow("synchronise")
        try host.synchronise(file)
    }
    package func synchroniseDirectory(_ path: String) throws {
        try faults.reachNow("synchroniseDirectory")
        try host.synchroniseDirectory(path)
    }
    package func rename(_ path: String, to other: String) throws {
        try faults.reachNow("rename")
        try host.rename(path, to: other)
    }
    package func removeFile(_ path: String) throws {
        try faults.reachNow("removeFile")
        try host.removeFile(path)
    }
    package func removeDirectory(_ path: String) throws {
        try faults.reachNow("removeDirectory")
        try host.removeDirectory(path)
    }
    package func names(in path: String) throws -> [String] {
        try faults.reachNow("names")
        return try host.names(in: path)
    }
    package func read(_ path: String, limit: Int) throws -> [UInt8] {
        try faults.reachNow("read")
        return try host.read(path, limit: limit)
    }
    package func tryLock(_ path: String) throws -> OpenFile? {
        try faults.reachNow("tryLock")
        return try host.tryLock(path)
    }
    package func lock(_ file: OpenFile) throws {
        try faults.reachNow("lock")
        try host.lock(file)
    }
}
