extension Sandbox {
    /// Writes a file in the guest, replacing one of that name.
    ///
    /// - Parameters:
    ///   - path: The absolute path in the guest. Its directory must exist.
    ///   - contents: The bytes.
    ///   - mode: The permission bits.
    /// - Throws: ``GodHandError`` with `not-found` if there is no such directory, `exec.failed` if the guest could not
    ///   write it, `unsupported`, `request.invalid`, `deadline`.
    public func writeFile(_ path: String, _ contents: [UInt8], mode: UInt16 = 0o644) async throws {
        let (directory, name) = try guestPlace(path)
        let entry = TarEntry(path: name, isDirectory: false, mode: mode, size: contents.count)
        let archive =
            try TarWriter.header(of: entry) + contents + TarWriter.padding(after: contents.count) + TarWriter.end
        try await unpack(.bytes(archive), in: directory, timeout: spec.timeouts.exec)
    }

    /// Writes a text file in the guest as UTF-8, replacing one of that name.
    ///
    /// - Parameters:
    ///   - path: The absolute path in the guest. Its directory must exist.
    ///   - text: The text.
    ///   - mode: The permission bits.
    /// - Throws: What the form that takes bytes throws.
    public func writeFile(_ path: String, _ text: String, mode: UInt16 = 0o644) async throws {
        try await writeFile(path, Array(text.utf8), mode: mode)
    }

    /// Reads a file in the guest. Links are followed, as the guest sees them.
    ///
    /// - Parameters:
    ///   - path: The absolute path in the guest.
    ///   - limit: The most bytes that it may have.
    /// - Returns: Its bytes.
    /// - Throws: ``GodHandError`` with `not-found`, `limit` if it is larger, `exec.failed` if the guest could not read it.
    public func readFile(_ path: String, limit: Int = 64 << 20) async throws -> [UInt8] {
        _ = try guestPlace(path)
        let result = try await run(
            Command(["cat", "--", path]), input: .none, timeout: nil, into: FileContents(limit: limit, path: path)
        ) { try $0.take($1) }
        guard result.status.isSuccess else {
            throw try await failure("read '\(path)'", missing: path, result.status, result.sink.complaint)
        }
        return result.sink.bytes
    }

    /// Copies a file or directory of the host into the guest. However large it is, little of it is in memory at a time.
    ///
    /// - Parameters:
    ///   - hostPath: What to copy. A directory must hold nothing but regular files and directories.
    ///   - guestPath: The absolute path that it gets in the guest. The directory above must exist.
    ///   - timeout: How long it may take.
    /// - Throws: ``GodHandError`` with `request.invalid` if there is a link or device in it, `not-found`, `limit`,
    ///   `exec.failed`, `deadline`.
    public func copyIn(
        from hostPath: String, to guestPath: String, timeout: Duration = .seconds(600)
    ) async throws {
        let (directory, name) = try guestPlace(guestPath)
        try await unpack(.stream(HostTree(hostPath, as: name)), in: directory, timeout: timeout)
    }

    /// Copies a file or directory of the guest to the host. However large it is, little of it is in memory at a time.
    ///
    /// The guest is not trusted: links and devices are refused, permissions become 0644 or 0755, and the target appears
    /// whole at the end or not at all.
    ///
    /// - Parameters:
    ///   - guestPath: The absolute path in the guest.
    ///   - hostPath: The path that it gets on the host. A file there is replaced; a directory must be empty.
    ///   - timeout: How long it may take.
    /// - Throws: ``GodHandError`` with `not-found`, `protocol.violation` if there is a link or device in it, `limit`,
    ///   `name.taken`, `disk.full`, `exec.failed`, `deadline`.
    public func copyOut(
        from guestPath: String, to hostPath: String, timeout: Duration = .seconds(600)
    ) async throws {
        let (directory, name) = try guestPlace(guestPath)
        let extractor = try HostExtractor(to: hostPath)
        do {
            let command = Command(["tar", "-c", "-f", "-", "-C", directory, "--", name])
            var result = try await run(
                command, input: .none, timeout: timeout, into: Unpacking(extractor: extractor)
            ) { try $0.take($1) }
            guard result.status.isSuccess else {
                throw try await failure("copy '\(guestPath)'", missing: guestPath, result.status, result.sink.complaint)
            }
            try result.sink.extractor.finish()
        } catch {
            extractor.discard()
            throw error
        }
    }

    // MARK: Parts

    private func unpack(_ archive: ExecInput, in directory: String, timeout: Duration) async throws {
        var command = Command(["tar", "-x", "-o", "-f", "-", "-C", directory])
        command.takesInput = true
        let result = try await run(command, input: archive, timeout: timeout, into: Complaint()) {
            if case .error(let bytes) = $1 { $0.take(bytes) }
        }
        guard result.status.isSuccess else {
            throw try await failure("write into '\(directory)'", missing: directory, result.status, result.sink)
        }
    }

    /// What went wrong, in the words of the guest: the path is not there, or something else.
    private func failure(
        _ what: String, missing path: String, _ status: ExitStatus, _ complaint: Complaint
    ) async throws -> GodHandError {
        if case .exited(1) = try await exec(["test", "-e", path]).status {
            return GodHandError(
                .notFound, "Sandbox \(id) could not \(what): '\(path)' is not there.",
                hint: "Check the path; directories must exist before something is put into them.")
        }
        return GodHandError(
            .execFailed, "Sandbox \(id) could not \(what): \(complaint.text.isEmpty ? "\(status)" : complaint.text)")
    }

    private func guestPlace(_ path: String) throws -> (directory: String, name: String) {
        guard path.hasPrefix("/") else {
            throw GodHandError(
                .invalidRequest, "'\(path)' is not an absolute path of the guest.", hint: "Begin it with '/'.")
        }
        return try HostExtractor.split(path)
    }
}

/// The first words that a program wrote to standard error, made fit for a message.
private struct Complaint: Sendable {
    private var bytes: [UInt8] = []

    mutating func take(_ piece: [UInt8]) { bytes += piece.prefix(max(0, 400 - bytes.count)) }

    var text: String {
        let printable = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar -> Character in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        return String(String(printable).split(separator: " ").joined(separator: " "))
    }
}

private struct FileContents: Sendable {
    let limit: Int
    let path: String
    var bytes: [UInt8] = []
    var complaint = Complaint()

    init(limit: Int, path: String) {
        self.limit = limit
        self.path = path
    }

    mutating func take(_ event: CommandEvent) throws {
        switch event {
        case .output(let piece):
            guard piece.count <= limit - bytes.count else {
                throw GodHandError(
                    .limitExceeded, "The file '\(path)' in the guest is larger than \(limit) bytes.",
                    hint: "Raise the limit, or use copyOut for large files.")
            }
            bytes += piece
        case .error(let piece): complaint.take(piece)
        case .ended: break
        }
    }
}

private struct Unpacking: Sendable {
    var extractor: HostExtractor
    var complaint = Complaint()

    init(extractor: HostExtractor) { self.extractor = extractor }

    mutating func take(_ event: CommandEvent) throws {
        switch event {
        case .output(let piece): try extractor.take(piece)
        case .error(let piece): complaint.take(piece)
        case .ended: break
        }
    }
}
