/// The programs of a simulated guest. Each takes a process and returns an exit code.
enum SimulatedProgram {
    typealias Main = @Sendable (SimulatedProcess) async throws -> Int32

    static func named(_ name: String) -> Main? {
        switch name.split(separator: "/").last.map(String.init) {
        case "true": { _ in 0 }
        case "false": { _ in 1 }
        case "echo": echo
        case "cat": cat
        case "env": env
        case "pwd": pwd
        case "sleep": sleep
        case "head": head
        case "setsid": setsid
        case "sh": sh
        case "test": test
        case "pgrep": pgrep
        case "xargs": xargs
        case "xclip": xclip
        case "tar": tar
        default: nil
        }
    }

    private static let echo: Main = { process in
        try await process.write(Array((process.arguments.dropFirst().joined(separator: " ") + "\n").utf8))
        return 0
    }

    private static let cat: Main = { process in
        let paths = process.arguments.dropFirst().filter { $0 != "--" }
        if paths.isEmpty {
            while let piece = try await process.command.read() { try await process.write(piece) }
            return 0
        }
        var code: Int32 = 0
        for path in paths {
            if case .file(let bytes, _)? = try process.guest.files()[process.path(path)] {
                try await process.write(bytes)
            } else {
                try await process.complain("\(path): No such file or directory")
                code = 1
            }
        }
        return code
    }

    private static let env: Main = { process in
        let lines = process.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }
        try await process.write(Array(lines.joined().utf8))
        return 0
    }

    private static let pwd: Main = { process in
        try await process.write(Array("\(process.directory.isEmpty ? "/" : process.directory)\n".utf8))
        return 0
    }

    private static let sleep: Main = { process in
        try await process.command.sleepForEver()
        return 0
    }

    /// `head -c COUNT FILE`, for files, `/dev/zero` and `/dev/urandom`.
    private static let head: Main = { process in
        let arguments = process.arguments.filter { $0 != "--" }
        guard arguments.count == 4, arguments[1] == "-c", var left = Int(arguments[2]), left >= 0 else { return 2 }
        if arguments[3] == "/dev/zero" {
            let zeros = [UInt8](repeating: 0, count: 64 << 10)
            while left > 0 {
                try await process.write(Array(zeros.prefix(left)))
                left -= min(left, zeros.count)
            }
            return 0
        }
        if arguments[3] == "/dev/urandom" {
            try await process.write((0..<min(left, 4096)).map { _ in .random(in: .min ... .max) })
            return 0
        }
        guard case .file(let bytes, _)? = try process.guest.files()[process.path(arguments[3])] else { return 1 }
        try await process.write(Array(bytes.prefix(left)))
        return 0
    }

    /// `test -e PATH`.
    private static let test: Main = { process in
        guard process.arguments.count == 3, process.arguments[1] == "-e" else { return 2 }
        return try process.guest.files()[process.path(process.arguments[2])] == nil ? 1 : 0
    }

    /// `pgrep -f WORDS`.
    private static let pgrep: Main = { process in
        guard process.arguments.count == 3, process.arguments[1] == "-f" else { return 2 }
        let found = process.guest.commandLines.contains {
            !$0.hasPrefix("pgrep") && $0.contains(process.arguments[2])
        }
        return found ? 0 : 1
    }

    /// `xargs PROGRAM`: runs it with the words of standard input as arguments.
    private static let xargs: Main = { process in
        var input: [UInt8] = []
        while let piece = try await process.command.read() { input += piece }
        let words = String(decoding: input, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        var child = process
        child.arguments = process.arguments.dropFirst() + words
        guard let program = child.arguments.first.flatMap(named) else { return 127 }
        // The child shows up by its own name, as `pgrep` would see it.
        let line = SimulatedCommand(Command(child.arguments))
        let number = try process.guest.add(line)
        defer { process.guest.forget(number) }
        return try await program(child)
    }

    private static let tar: Main = { process in
        let arguments = process.arguments
        guard let flag = arguments.firstIndex(of: "-C"), flag + 1 < arguments.count else { return 2 }
        let directory = process.path(arguments[flag + 1])
        guard try process.guest.files()[directory] == .directory else {
            try await process.complain("\(directory): Cannot open: No such file or directory")
            return 2
        }
        if arguments.contains("-x") { return try await unpack(process, into: directory) }
        guard let name = arguments.last, flag + 2 < arguments.count else { return 2 }
        return try await pack(process, name, from: directory)
    }

    private static func unpack(_ process: SimulatedProcess, into directory: String) async throws -> Int32 {
        var reader = TarReader()
        var current: String?
        var failed = false
        do {
            while let piece = try await process.command.read() {
                try reader.read(piece) { event in
                    process.guest.changeFiles { files in
                        switch event {
                        case .entry(let entry):
                            let path = "\(directory)/\(entry.path)"
                            let node = entry.isDirectory ? .directory : SimulatedFiles.Node.file([], mode: entry.mode)
                            if !files.put(node, at: path) { failed = true }
                            current = path
                        case .data(let bytes): if let current { files.append(bytes, to: current) }
                        }
                    }
                }
            }
            try reader.finish()
        } catch let error as GodHandError {
            try await process.complain(error.message)
            return 2
        }
        return failed ? 2 : 0
    }

    private static func pack(_ process: SimulatedProcess, _ name: String, from directory: String) async throws -> Int32
    {
        let tree = try process.guest.files().tree(at: "\(directory)/\(name)")
        guard !tree.isEmpty else {
            try await process.complain("\(name): Cannot stat: No such file or directory")
            return 2
        }
        for (path, node) in tree {
            let relative = String(path.dropFirst(directory.count + 1))
            switch node {
            case .directory:
                let entry = TarEntry(path: relative, isDirectory: true, mode: 0o755)
                try await process.write(try TarWriter.header(of: entry))
            case .file(let bytes, let mode):
                let entry = TarEntry(path: relative, isDirectory: false, mode: mode, size: bytes.count)
                try await process.write(try TarWriter.header(of: entry))
                try await process.write(bytes)
                try await process.write(TarWriter.padding(after: bytes.count))
            }
        }
        try await process.write(TarWriter.end)
        return 0
    }
}
