import GodHandCore
public import Foundation

extension BearerToken {
    /// Where a token came from, so that a service knows whether its owner has to be told.
    public enum Source: Sendable, Equatable {
        /// From the environment, under this name.
        case environment(String)
        /// From a file, or made and written to it.
        case file(String)
        /// Made for this run; nobody knows it yet.
        case made
    }

    /// Gets the token that a service is to use: from a file, or from the environment, or a new one.
    ///
    /// - Parameters:
    ///   - file: The path of a file that holds it. If there is none, it is made with a new token, for its owner alone.
    ///   - variable: The name in the environment that counts if no file is given.
    ///   - environment: The environment.
    /// - Throws: `GodHandError` with `request.invalid` if what is found cannot be a token or others may read the file, and
    ///   `host.failed` if the file can be neither read nor made.
    public static func find(
        file: String?, variable: String, in environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> (token: BearerToken, source: Source) {
        if let file { return (try read(or: file), .file(file)) }
        if let value = environment[variable], !value.isEmpty {
            return (try BearerToken(value), .environment(variable))
        }
        return (.random(), .made)
    }

    private static func read(or path: String) throws -> BearerToken {
        let made = BearerToken.random()
        // Made in one step and for its owner alone, so that two services never each believe in their own.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            defer { close(descriptor) }
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(
                contentsOf: Data((made.revealed + "\n").utf8))
            return made
        }
        var status = stat()
        guard errno == EEXIST, stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
            throw GodHandError(
                .hostFailed, "The token file '\(path)' can be neither read nor made.",
                hint: "Its directory must exist and belong to you.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw GodHandError(
                .invalidRequest, "Others may read the token file '\(path)'.", hint: "Run: chmod 600 '\(path)'")
        }
        return try BearerToken(
            String(decoding: data.prefix(1024), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
