/// The few calls through which durable records reach the disk: a seam, so that tests can have each of them fail.
package protocol FileSystem: Sendable {
    /// Makes a directory that only this user can enter, and the missing ones above it. Harmless if it exists.
    func makeDirectories(_ path: String) throws
    /// Makes one directory that only this user can enter.
    func makeDirectory(_ path: String) throws
    /// Makes a new file that only this user can read and opens it for writing. It must not exist.
    func createFile(_ path: String) throws -> OpenFile
    /// Writes all of the bytes.
    func write(_ bytes: [UInt8], to file: OpenFile) throws
    /// Returns when what was written would survive a power cut.
    func synchronise(_ file: OpenFile) throws
    /// The same for the names in a directory.
    func synchroniseDirectory(_ path: String) throws
    /// Gives a file or directory another name, replacing a file of that name.
    func rename(_ path: String, to other: String) throws
    /// Removes a file. Harmless if there is none.
    func removeFile(_ path: String) throws
    /// Removes an empty directory. Harmless if there is none.
    func removeDirectory(_ path: String) throws
    /// The names in a directory, sorted; empty if there is no such directory.
    func names(in path: String) throws -> [String]
    /// The contents of a regular file; links are not followed.
    func read(_ path: String, limit: Int) throws -> [UInt8]
    /// Opens an existing file and locks it for this process, or returns nil if it is locked or not there.
    func tryLock(_ path: String) throws -> OpenFile?
    /// Locks a file for this process, waiting for whoever has it.
    func lock(_ file: OpenFile) throws
}
