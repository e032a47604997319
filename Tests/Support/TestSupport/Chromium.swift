import Foundation
import GodHandCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real browser without a window, driven by its own protocol over two pipes: no port that others could reach.
///
/// Calls block. What has to be waited for is waited for in the page, by a promise.
public final class Chromium {
    /// Where it is on this machine; nil if it is not there.
    public static let program = ToolRun.path(of: "chromium") ?? ToolRun.path(of: "google-chrome")
    private static let deadline = 60_000 as Int32

    /// What happened besides the answers.
    public private(set) var events: [(method: String, params: [String: Any])] = []

    private let process = Process()
    private let home: URL
    private let input: Int32
    private let output: Int32
    private var buffer: [UInt8] = []
    private var number = 0
    private var session = ""

    /// Starts a browser with one empty page.
    ///
    /// - Throws: `GodHandError` with `host.failed` if it does not start, or does not answer.
    public init(width: Int = 1280, height: Int = 900, isDark: Bool = false) throws {
        guard let program = Self.program else { throw Self.failure("There is no Chromium.") }
        home = FileManager.default.temporaryDirectory.appending(
            path: "godhand-chromium-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let pipes = [home.path + "/in", home.path + "/out"]
        for pipe in pipes where mkfifo(pipe, 0o600) != 0 { throw Self.failure("A pipe cannot be made.") }
        // For reading and writing, so that neither end waits for the other to open.
        input = open(pipes[0], O_RDWR | O_CLOEXEC)
        output = open(pipes[1], O_RDWR | O_CLOEXEC)
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #"in=$1 out=$2; shift 2; exec "$@" 3<"$in" 4>"$out""#, "sh", pipes[0], pipes[1],
            program, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
            "--disable-background-networking", "--no-first-run", "--hide-scrollbars",
            "--user-data-dir=\(home.path)/profile",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let target = try call("Target.createTarget", ["url": "about:blank"])
        let attached = try call("Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
        session = attached["sessionId"] as? String ?? ""
        for domain in ["Page", "Runtime", "Log", "Network"] { try call("\(domain).enable") }
        try call(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600])
        try call(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
    }

    /// Ends the browser and removes what it wrote.
    public func quit() {
        _ = try? call("Browser.close")
        process.waitUntilExit()
        for descriptor in [input, output] { _ = close(descriptor) }
        try? FileManager.default.removeItem(at: home)
    }

    /// Forgets what happened.
    func forgetEvents() { events = [] }

    /// Asks the browser for something, and waits for its answer.
    @discardableResult
    func call(_ method: String, _ params: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var message: [String: Any] = ["id": number, "method": method, "params": params]
        if !session.isEmpty { message["sessionId"] = session }
        var bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
        while !bytes.isEmpty {
            let count = write(input, bytes, bytes.count)
            guard count > 0 else { throw Self.failure("The browser takes nothing.") }
            bytes.removeFirst(count)
        }
        while true {
            let answer = try receive()
            if answer["id"] as? Int == number {
                if let error = answer["error"] { throw Self.failure("\(method): \(error)") }
                return answer["result"] as? [String: Any] ?? [:]
            }
            events.append((answer["method"] as? String ?? "", answer["params"] as? [String: Any] ?? [:]))
        }
    }

    private func receive() throws -> [String: Any] {
        while true {
            if let end = buffer.firstIndex(of: 0) {
                let message = try JSONSerialization.jsonObject(with: Data(buffer[..<end])) as? [String: Any]
                buffer.removeFirst(end + 1)
                return message ?? [:]
            }
            var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Self.deadline) > 0 else { throw Self.failure("The browser does not answer.") }
            var part = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(output, &part, part.count)
            guard count > 0 else { throw Self.failure("The browser is gone.") }
            buffer += part[..<count]
        }
    }

    static func failure(_ words: String) -> GodHandError { GodHandError(.hostFailed, words) }
}
