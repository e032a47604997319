/// The files of a simulated guest: a value, so a snapshot is a copy.
struct SimulatedFiles: Sendable, Hashable {
    enum Node: Sendable, Hashable {
        case directory
        case file([UInt8], mode: UInt16)
    }

    /// By absolute path without a slash at the end; the root is the empty string.
    private var nodes: [String: Node] = [
        "": .directory, "/tmp": .directory, "/root": .directory, "/var": .directory, "/var/tmp": .directory,
        "/dev": .directory, "/dev/shm": .directory, "/etc": .directory, "/proc": .directory, "/proc/sys": .directory,
        "/proc/sys/kernel": .directory,
    ]

    /// What lies in memory, as a temporary file system does.
    private static let inMemory = "/dev/shm/"

    init() {}

    /// What is left of them without memory.
    var onDisk: SimulatedFiles {
        var copy = self
        copy.nodes = nodes.filter { !$0.key.hasPrefix(Self.inMemory) }
        return copy
    }

    /// Gives the machine a name of its own, as a real one gets when it starts and after each fork.
    mutating func identify(as id: SandboxID) {
        nodes["/proc/sys/kernel/hostname"] = .file(Array("\(id)\n".utf8), mode: 0o644)
        nodes["/etc/machine-id"] = .file(Array("\(id)\n".utf8), mode: 0o444)
    }

    /// The plain form of a path, resolved against a directory.
    static func resolve(_ path: String, in directory: String) -> String {
        var parts: [Substring] = []
        let full = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts.map { "/" + $0 }.joined()
    }

    subscript(path: String) -> Node? { nodes[path] }

    /// Puts something at a path, if there is a directory above. False if there is none.
    mutating func put(_ node: Node, at path: String) -> Bool {
        guard let slash = path.lastIndex(of: "/"), nodes[String(path[..<slash])] == .directory else { return false }
        if case .directory? = nodes[path] { return node == .directory }
        nodes[path] = node
        return true
    }

    /// Adds to the end of a file.
    mutating func append(_ bytes: ArraySlice<UInt8>, to path: String) {
        guard case .file(var contents, let mode) = nodes[path] else { return }
        nodes[path] = nil
        contents += bytes
        nodes[path] = .file(contents, mode: mode)
    }

    /// A path and all below it, each directory before what is in it.
    func tree(at path: String) -> [(path: String, node: Node)] {
        nodes.filter { $0.key == path || $0.key.hasPrefix(path + "/") }.sorted { $0.key < $1.key }
            .map { (path: $0.key, node: $0.value) }
    }
}
