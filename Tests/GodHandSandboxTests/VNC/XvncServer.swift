import Foundation

@testable import GodHandSandbox

/// A real X server of its own for a test, with programs in it.
final class XvncServer {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/Xvnc")
    static func has(_ programs: String...) -> Bool {
        // Where nothing may be skipped, what is missing shows as a failure.
        LiveEngine.isRequired
            || isInstalled && programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }

    let directory: URL
    let display: String
    let shell: LocalShell
    // Not Foundation's Process: it looks through all descriptors at each start, and crashes when there are very many.
    private let server: Int32
    private var programs: [Int32] = []

    var socket: String { directory.appendingPathComponent("rfb.sock").path }
    var transport: UnixSocketTransport { UnixSocketTransport(path: socket) }

    init(_ size: Size = Size(width: 640, height: 480), arguments: [String] = ["-SecurityTypes", "None"]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "ghx-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let output = PrivatePipe()
        let command = Command(
            [
                "/usr/bin/Xvnc", "-displayfd", "1", "-geometry", size.description, "-depth", "24", "-rfbport", "-1",
                "-rfbunixpath", directory.appendingPathComponent("rfb.sock").path, "-nolisten", "tcp", "-noreset",
                "-FrameRate", "250",
            ] + arguments)
        server = try LocalCommand.spawn(
            command, environment: [:],
            standardStreams: [FileHandle.nullDevice, output.fileHandleForWriting, FileHandle.nullDevice])
        try output.fileHandleForWriting.close()
        // It writes its number once it can be used.
        var line = Data()
        while !line.contains(10), case let data = output.fileHandleForReading.availableData, !data.isEmpty {
            line += data
        }
        display = ":" + String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        shell = LocalShell(environment: [
            "DISPLAY": display, "LC_ALL": "C.UTF-8", "HOME": directory.path, "GTK_IM_MODULE": "gtk-im-context-simple",
            "NO_AT_BRIDGE": "1", "GSETTINGS_BACKEND": "memory",
        ])
    }

    /// Starts a program and leaves it running; its output goes to a file in the directory.
    @discardableResult
    func start(_ arguments: [String], outputTo file: String = "output") throws -> URL {
        let path = directory.appendingPathComponent(file)
        _ = FileManager.default.createFile(atPath: path.path, contents: nil)
        let handle = try FileHandle(forWritingTo: path)
        programs.append(
            try LocalCommand.spawn(
                Command(arguments), environment: shell.environment,
                standardStreams: [FileHandle.nullDevice, handle, FileHandle.nullDevice]))
        return path
    }

    func kill() { Foundation.kill(server, SIGKILL) }

    deinit {
        for program in programs + [server] {
            Foundation.kill(program, SIGKILL)
            waitpid(program, nil, 0)
        }
        try? FileManager.default.removeItem(at: directory)
    }
}
