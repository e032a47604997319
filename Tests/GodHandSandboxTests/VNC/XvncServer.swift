import Foundation

@testable import GodHandSandbox

/// A real X server of its own for a test, with programs in it.
final class XvncServer {
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/Xvnc")
    static func has(_ programs: String...) -> Bool {
        isInstalled && programs.allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }
    }

    let directory: URL
    let display: String
    let shell: LocalShell
    private let server = Process()
    private var programs: [Process] = []

    var socket: String { directory.appendingPathComponent("rfb.sock").path }
    var transport: UnixSocketTransport { UnixSocketTransport(path: socket) }

    init(_ size: Size = Size(width: 640, height: 480), arguments: [String] = ["-SecurityTypes", "None"]) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "ghx-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        server.executableURL = URL(fileURLWithPath: "/usr/bin/Xvnc")
        server.arguments =
            [
                "-displayfd", "1", "-geometry", size.description, "-depth", "24", "-rfbport", "-1",
                "-rfbunixpath", directory.appendingPathComponent("rfb.sock").path, "-nolisten", "tcp", "-noreset",
                "-FrameRate", "250",
            ] + arguments
        let output = Pipe()
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        try server.run()
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
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        program.arguments = arguments
        program.environment = ProcessInfo.processInfo.environment.merging(shell.environment) { $1 }
        let path = directory.appendingPathComponent(file)
        _ = FileManager.default.createFile(atPath: path.path, contents: nil)
        let handle = try FileHandle(forWritingTo: path)
        program.standardOutput = handle
        program.standardError = FileHandle.nullDevice
        program.standardInput = FileHandle.nullDevice
        try program.run()
        programs.append(program)
        return path
    }

    func kill() { Foundation.kill(server.processIdentifier, SIGKILL) }
    func signal(_ number: Int32) { Foundation.kill(server.processIdentifier, number) }

    deinit {
        for program in programs where program.isRunning { Foundation.kill(program.processIdentifier, SIGKILL) }
        if server.isRunning { Foundation.kill(server.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: directory)
    }
}
