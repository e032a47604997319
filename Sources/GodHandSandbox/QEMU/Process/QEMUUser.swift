import Foundation

/// Who QEMU runs as: when this process is root, somebody without any rights; else the user of this process.
struct QEMUUser: Sendable, Hashable {
    /// Its numbers; nil if QEMU runs as this process does.
    let other: Numbers?

    struct Numbers: Sendable, Hashable {
        var user: UInt32
        var group: UInt32
    }

    /// The user for machines of this process.
    static let current: QEMUUser = {
        #if os(Linux)
            guard getuid() == 0 else { return QEMUUser(other: nil) }
            guard let entry = getpwnam("nobody") else { return QEMUUser(other: .init(user: 65_534, group: 65_534)) }
            return QEMUUser(other: .init(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid))
        #else
            return QEMUUser(other: nil)
        #endif
    }()

    /// What stands before the program so that it runs as this user and can never get rights again.
    var prefix: [String] {
        #if os(Linux)
            guard let other else { return ["setpriv", "--no-new-privs", "--"] }
            let groups = KVMDevice.group.map { "--groups=\($0)" } ?? "--clear-groups"
            return [
                "setpriv", "--reuid=\(other.user)", "--regid=\(other.group)", groups, "--no-new-privs",
                "--bounding-set=-all", "--",
            ]
        #else
            return []
        #endif
    }

    /// Gives a file or directory to this user.
    func own(_ path: String) throws {
        guard let other else { return }
        if lchown(path, other.user, other.group) != 0 { throw HostFailure.current("give away", path) }
    }

    /// Lets this user pass through a directory of ours, without seeing what is in it.
    func admit(to path: String) throws {
        guard let other else { return }
        if lchown(path, getuid(), other.group) != 0 || chmod(path, 0o710) != 0 {
            throw HostFailure.current("open", path)
        }
    }
}
