import Foundation

/// Looks at what a process holds, so that two looks can be compared: open descriptors by kind, child processes, threads,
/// files below given directories, and whatever else a probe can list.
///
/// Descriptors, children and threads belong to the whole process: compare them only where nothing else runs beside, such
/// as in an exit test. They are looked at on Linux; elsewhere only files and probes are.
public struct LeakCheck: Sendable {
    /// Lists what exists of one kind: containers, networks, images.
    public typealias Probe = @Sendable () async throws -> Set<String>

    /// Directories whose files, at any depth, count.
    public var directories: [String]
    /// Further things to list, by kind.
    public var probes: [String: Probe]
    /// Whether descriptors, children and threads of this process count.
    public var includesProcess: Bool
    /// How many more threads are no leak: the language's own pool grows when it is first used.
    public var threadAllowance = 24
    /// How long to look again while something is left: engines and kernels end things a moment after they said so.
    public var patience = Duration.seconds(2)

    /// Prepares a check.
    ///
    /// - Parameters:
    ///   - directories: Directories whose files count.
    ///   - probes: Further things to list, by kind.
    ///   - includesProcess: Whether descriptors, children and threads of this process count.
    public init(directories: [String] = [], probes: [String: Probe] = [:], includesProcess: Bool = true) {
        self.directories = directories
        self.probes = probes
        self.includesProcess = includesProcess
    }

    /// Runs a body and compares what exists before and after.
    ///
    /// - Returns: What is left: a sentence for each kind of thing, empty if nothing is.
    public func run(_ body: () async throws -> Void) async throws -> [String] {
        let before = try await look()
        try await body()
        let end = ContinuousClock.now + patience
        while true {
            let left = before.whatIsLeft(in: try await look(), threadAllowance: threadAllowance)
            if left.isEmpty || ContinuousClock.now >= end { return left }
            // Nobody tells when the kernel or an engine is through.
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func look() async throws -> Look {
        var look = Look()
        if includesProcess {
            look.descriptors = Self.descriptors()
            look.threads = Self.names(in: "/proc/self/task").count
            look.things["child process"] = Self.children()
        }
        for directory in directories {
            let paths = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
            look.things["file in \(directory)"] = Set(paths)
        }
        for (kind, probe) in probes { look.things[kind] = try await probe() }
        return look
    }

    private struct Look {
        var descriptors: [String: Int] = [:]
        var threads = 0
        var things: [String: Set<String>] = [:]

        func whatIsLeft(in after: Look, threadAllowance: Int) -> [String] {
            var left: [String] = []
            for (kind, count) in after.descriptors.sorted(by: { $0.key < $1.key }) {
                let more = count - (descriptors[kind] ?? 0)
                if more > 0 { left.append("\(more) more open: \(kind)") }
            }
            if after.threads > threads + threadAllowance { left.append("\(after.threads - threads) more threads") }
            for (kind, names) in after.things.sorted(by: { $0.key < $1.key }) {
                let more = names.subtracting(things[kind] ?? [])
                if !more.isEmpty { left.append("\(kind): \(more.sorted().joined(separator: ", "))") }
            }
            return left
        }
    }

    /// Open descriptors, counted by what they lead to; sockets and pipes without their numbers.
    private static func descriptors() -> [String: Int] {
        var counts: [String: Int] = [:]
        for name in names(in: "/proc/self/fd") {
            // The one by which the directory is read is gone by now.
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            else {
                continue
            }
            let isFile = target.hasPrefix("/")
            let kind = isFile ? target : String(target.prefix { $0 != ":" || target.hasPrefix("anon") })
            counts[kind, default: 0] += 1
        }
        return counts
    }

    private static func children() -> Set<String> {
        let own = ProcessInfo.processInfo.processIdentifier
        var children: Set<String> = []
        for name in names(in: "/proc") where Int(name) != nil {
            guard let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let close = stat.lastIndex(of: ")")
            else { continue }
            // After the program's name in brackets come state and parent.
            let fields = stat[close...].split(separator: " ")
            if fields.count > 2, fields[2] == "\(own)" { children.insert("\(name) \(stat.prefix(through: close))") }
        }
        return children
    }

    private static func names(in directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    }
}

/// Runs a body and says what it left behind.
///
/// - Parameters:
///   - check: What counts.
///   - body: What should leave nothing.
/// - Returns: What is left: a sentence for each kind of thing, empty if nothing is.
public func withLeakCheck(_ check: LeakCheck = LeakCheck(), _ body: () async throws -> Void) async throws -> [String] {
    try await check.run(body)
}
