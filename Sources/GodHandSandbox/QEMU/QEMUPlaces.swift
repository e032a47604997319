import Foundation

/// Where the files of virtual machines lie.
///
/// The home is `$GODHAND_HOME`, else `/var/lib/godhand` for root, else `$XDG_DATA_HOME/godhand`, else
/// `~/.local/share/godhand`. In it are `images` (made by `Scripts/images.sh vm`), `machines` with a directory for each
/// live machine, `snapshots`, and `prepared`. The memory of live machines is a file on a memory file system: `/dev/shm/godhand-UID`.
struct QEMUPlaces: Sendable {
    let home: String
    /// The directory of all live machines.
    let machines: String
    /// The directory of all that is stored.
    let snapshots: String
    /// The directory of booted machines that new ones are made of.
    let prepared: String
    /// The directory of all guests' memory.
    let memory: String
    private let user: QEMUUser

    /// Finds them, and makes those that are missing.
    ///
    /// - Throws: `GodHandError` with `host.failed` or `disk.full`.
    init(environment: [String: String], user: QEMUUser = .current) throws {
        self.user = user
        home = try Self.home(environment)
        machines = "\(home)/machines"
        snapshots = "\(home)/snapshots"
        prepared = "\(home)/prepared"
        #if os(Linux)
            memory = "/dev/shm/godhand-\(getuid())"
        #else
            memory = "\(home)/memory"
        #endif
        try HostFileSystem().makeDirectories((home as NSString).deletingLastPathComponent)
        // Its images are for everybody to read; nobody else can list it.
        if mkdir(home, 0o711) == 0 {
            chmod(home, 0o711)
        } else if errno != EEXIST {
            throw HostFailure.current("make the directory", home)
        }
        for place in [machines, snapshots, prepared, memory] { try makeTop(place) }
    }

    /// The path of an image's directory, links and all.
    func image(_ name: String) -> String { "\(home)/images/\(name)" }

    /// Where the disk and the record of a live machine are.
    func machine(_ id: SandboxID) -> String { "\(machines)/\(id)" }

    /// Where the memory of a live machine is.
    func memory(of id: SandboxID) -> String { "\(memory)/\(id)" }

    /// Where a stored machine or disk is.
    func snapshot(_ id: SandboxID) -> String { "\(snapshots)/\(id)" }

    /// Makes a directory in one of these places, through which QEMU can pass.
    ///
    /// It stays ours, so QEMU can use only the files in it that are given to it.
    ///
    /// - Throws: `GodHandError` with `name.taken` if there is one.
    func make(_ directory: String) throws {
        guard mkdir(directory, 0o700) == 0 else {
            guard errno == EEXIST else { throw HostFailure.current("make the directory", directory) }
            throw GodHandError(
                .nameTaken, "There is something at '\(directory)' already.",
                hint: "Choose another name, or destroy the sandbox of that name.")
        }
        do { try user.admit(to: directory) } catch {
            rmdir(directory)
            throw error
        }
    }

    /// Removes a directory of these places with all that is in it. Harmless if it is gone.
    func remove(_ directory: String) throws {
        var status = stat()
        for name in try HostFileSystem().names(in: directory) {
            let path = "\(directory)/\(name)"
            // A snapshot that was not finished is a directory in the machine's.
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                try remove(path)
            } else {
                try HostFileSystem().removeFile(path)
            }
        }
        try HostFileSystem().removeDirectory(directory)
    }

    /// Makes a file of a size that takes no room until it is written, for QEMU to write.
    func makeFile(_ path: String, size: Int) throws {
        let file = OwnedDescriptor(try Self.create(path))
        if ftruncate(file.rawValue, off_t(size)) != 0 { throw HostFailure.current("make room for", path) }
        try user.own(path)
    }

    /// Makes a file with these contents, for QEMU to write.
    func makeFile(_ path: String, _ bytes: [UInt8]) throws {
        let file = OwnedDescriptor(try Self.create(path))
        try bytes.withUnsafeBytes { try writeAll($0, to: file.rawValue) }
        try user.own(path)
    }

    /// Takes a file back from QEMU: from now on it can only be read.
    func freeze(_ path: String) throws {
        if user.other != nil, lchown(path, getuid(), getgid()) != 0 { throw HostFailure.current("take back", path) }
        if chmod(path, 0o444) != 0 { throw HostFailure.current("freeze", path) }
    }

    /// Lets QEMU open a file that it maps for itself. Old versions of it want to be allowed to write such a file, although
    /// they never do.
    func share(_ path: String) throws {
        guard let other = user.other else { return }
        if lchown(path, getuid(), other.group) != 0 || chmod(path, 0o660) != 0 {
            throw HostFailure.current("share", path)
        }
    }

    /// Gives a finished directory its place among what is stored, all at once.
    func publish(_ directory: String, as id: SandboxID) throws {
        let files = HostFileSystem()
        try files.synchroniseDirectory(directory)
        try files.rename(directory, to: snapshot(id))
        try files.synchroniseDirectory(snapshots)
    }

    private static func create(_ path: String) throws -> Int32 {
        let descriptor = Descriptor.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw HostFailure.current("make the file", path) }
        return descriptor
    }

    private func makeTop(_ path: String) throws {
        if mkdir(path, 0o700) == 0 {
            try user.admit(to: path)
        } else if errno != EEXIST {
            throw HostFailure.current("make the directory", path)
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
            status.st_mode & 0o067 == 0
        else {
            throw GodHandError(
                .hostFailed, "'\(path)' is not a directory that only this user can list and change.",
                hint: "Remove it, or make it yours: chmod 700 '\(path)'.")
        }
    }

    private static func home(_ environment: [String: String]) throws -> String {
        if let home = environment["GODHAND_HOME"], home.hasPrefix("/") { return home }
        if getuid() == 0 { return "/var/lib/godhand" }
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return "\(data)/godhand" }
        let home = environment["HOME"] ?? NSHomeDirectory()
        guard home.hasPrefix("/") else {
            throw GodHandError(
                .hostFailed, "There is no home directory to keep machines in.", hint: "Set GODHAND_HOME or HOME.")
        }
        return "\(home)/.local/share/godhand"
    }
}
