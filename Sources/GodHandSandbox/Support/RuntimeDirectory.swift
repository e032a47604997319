import Foundation

/// Where the sockets of live machines lie: `$XDG_RUNTIME_DIR/godhand`, or a directory of the user's own under `/tmp`.
///
/// The top belongs to this user and nobody else may enter. Each machine has a directory in it that its guest sees, so
/// that one may be entered by any id that a guest may have.
struct RuntimeDirectory: Sendable {
    let root: String

    /// Makes the top if it is missing, and refuses one that others could have prepared.
    ///
    /// - Throws: `GodHandError` with `host.failed` or `disk.full`.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let base = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") && Self.isDirectory($0) ? $0 : nil }
        root = base.map { "\($0)/godhand" } ?? "/tmp/godhand-\(getuid())"
        if mkdir(root, 0o700) != 0, errno != EEXIST { throw Self.failure("make", root) }
        var status = stat()
        guard lstat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(),
            status.st_mode & 0o077 == 0
        else {
            throw GodHandError(
                .hostFailed, "'\(root)' is not a directory that only this user can enter.",
                hint: "Remove it, or make it yours: chmod 700 '\(root)'.")
        }
    }

    /// The directory of one machine.
    func path(of id: SandboxID) -> String { "\(root)/\(id)" }

    /// Makes the directory of one machine.
    ///
    /// - Throws: `GodHandError` with `name.taken` if there is one, `disk.full` or `host.failed`.
    func make(_ id: SandboxID) throws -> String {
        let path = path(of: id)
        guard mkdir(path, 0o711) == 0 else {
            guard errno == EEXIST else { throw Self.failure("make", path) }
            throw GodHandError(
                .nameTaken, "There is a sandbox '\(id)' already.", hint: "Choose another name, or destroy that one.")
        }
        // The mask of this process may have taken bits away.
        guard chmod(path, 0o711) == 0 else { throw Self.failure("open", path) }
        return path
    }

    /// Removes the directory of one machine with the sockets in it. Harmless if it is gone.
    func remove(_ id: SandboxID) throws {
        let path = path(of: id)
        // A listener that closes at the same time takes its own socket away, so what is listed may be gone already.
        for _ in 0..<3 {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] { unlink("\(path)/\(name)") }
            if rmdir(path) == 0 || errno == ENOENT { return }
        }
        throw Self.failure("remove", path)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func failure(_ what: String, _ path: String) -> GodHandError {
        let number = errno
        return GodHandError(
            number == ENOSPC ? .diskFull : .hostFailed, "Cannot \(what) '\(path)': \(SystemError.text(number)).",
            hint: number == ENOSPC ? "Free space on that file system." : nil)
    }
}
