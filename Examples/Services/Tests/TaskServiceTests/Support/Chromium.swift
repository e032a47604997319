import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A real browser without a window, driven by its own protocol over two pipes: no port that others could reach.
///
/// Calls block. What has to be waited for is waited for in the page, by a promise.
final class Chromium {
    static let program = ["/usr/bin/chromium", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    private static let deadline = 60_000 as Int32

    /// What happened besides the answers.
    private(set) var events: [(method: String, params: [String: Any])] = []

    private let process = Process()
    private let home: URL
    private let input: Int32
    private let output: Int32
    private var buffer: [UInt8] = []
    private var number = 0
    private var session = ""

    init(width: Int = 1280, height: Int = 900, isDark: Bool = false) throws {
        home = FileManager.default.temporaryDirectory.appending(
            path: "godhand-chromium-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let pipes = [home.path + "/in", home.path + "/out"]
        for pipe in pipes { try #require(mkfifo(pipe, 0o600) == 0) }
        // For reading and writing, so that neither end waits for the other to open.
        input = open(pipes[0], O_RDWR | O_CLOEXEC)
        output = open(pipes[1], O_RDWR | O_CLOEXEC)
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", #"in=$1 out=$2; shift 2; exec "$@" 3<"$in" 4>"$out""#, "sh", pipes[0], pipes[1],
            try #require(Self.program), "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
            "--disable-background-networking", "--no-first-run", "--hide-scrollbars",
            "--user-data-dir=\(home.path)/profile",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let target = try call("Target.createTarget", ["url": "about:blank"])
        let attached = try call("Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
        session = try #require(attached["sessionId"] as? String)
        for domain in ["Page", "Runtime", "Log", "Network"] { try call("\(domain).enable") }
        try call(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600])
        try call(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
    }

    /// Ends the browser and removes what it wrote.
    func quit() {
        _ = try? call("Browser.close")
        process.waitUntilExit()
        for descriptor in [input, output] { _ = close(descriptor) }
        try? FileManager.default.removeItem(at: home)
    }

    /// Opens a page and waits until it and its script are there.
    func load(_ page: URL) throws {
        events = []
        try call("Page.navigate", ["url": page.absoluteString])
        try evaluate(
            "new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))"
        )
    }

    /// The value of an expression in the page; a promise is waited for.
    @discardableResult
    func evaluate(_ expression: String) throws -> Any? {
        let answer = try call(
            "Runtime.evaluate", ["expression": expression, "awaitPromise": true, "returnByValue": true])
        try #require(answer["exceptionDetails"] == nil, "\(answer)")
        return (answer["result"] as? [String: Any])?["value"]
    }

    /// Presses and releases a key as a person does.
    func press(_ key: String) throws {
        let text = key.count == 1 ? key : key == "Enter" ? "\r" : ""
        // Some keys are known to the browser itself only by their number.
        let code = ["Escape": 27, "Enter": 13][key] ?? 0
        for type in [text.isEmpty ? "rawKeyDown" : "keyDown", "keyUp"] {
            try call(
                "Input.dispatchKeyEvent",
                ["type": type, "key": key, "text": type == "keyDown" ? text : "", "windowsVirtualKeyCode": code])
        }
        try settle()
    }

    /// Clicks into the middle of an element.
    func click(_ selector: String) throws {
        let place = try #require(
            try evaluate(
                """
                (() => { const it = document.querySelector(\(literal(selector))); it.scrollIntoView({ block: "center" });
                const box = it.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()
                """) as? [Double])
        for type in ["mousePressed", "mouseReleased"] {
            try call(
                "Input.dispatchMouseEvent",
                ["type": type, "x": place[0], "y": place[1], "button": "left", "clickCount": 1])
        }
        try settle()
    }

    /// Waits until what was asked for is drawn.
    func settle() throws {
        try evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    }

    /// What the window shows.
    func screenshot() throws -> Data {
        let answer = try call("Page.captureScreenshot", ["format": "png"])
        return try #require(Data(base64Encoded: answer["data"] as? String ?? ""))
    }

    /// What the browser complained about: errors, warnings, exceptions, and what the page's policy forbade.
    var complaints: [String] {
        events.filter { ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].contains($0.method) }
            .map { "\($0.params)" }
    }

    /// Waits until something is so in the page.
    func wait(until condition: String) throws {
        try evaluate(
            """
            new Promise((done, fail) => {
              const began = performance.now();
              const look = () => { let holds = false; try { holds = \(condition); } catch {}
                if (holds) done(); else if (performance.now() - began > 50000) fail(new Error("it did not come"));
                else setTimeout(look, 20); };
              look();
            })
            """)
    }

    /// The addresses that were asked for.
    var requests: [String] {
        events.filter { $0.method == "Network.requestWillBeSent" }
            .compactMap { ($0.params["request"] as? [String: Any])?["url"] as? String }
    }

    /// A string as it is written in a script.
    func literal(_ text: String) -> String {
        let data = (try? JSONEncoder().encode([text])) ?? Data("[\"\"]".utf8)
        return "\(String(decoding: data, as: UTF8.self))[0]"
    }

    @discardableResult
    private func call(_ method: String, _ params: [String: Any] = [:]) throws -> [String: Any] {
        number += 1
        var message: [String: Any] = ["id": number, "method": method, "params": params]
        if !session.isEmpty { message["sessionId"] = session }
        var bytes = [UInt8](try JSONSerialization.data(withJSONObject: message)) + [0]
        while !bytes.isEmpty {
            let count = write(input, bytes, bytes.count)
            try #require(count > 0, "the browser takes nothing")
            bytes.removeFirst(count)
        }
        while true {
            let answer = try receive()
            if answer["id"] as? Int == number {
                try #require(answer["error"] == nil, "\(method): \(answer)")
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
            try #require(poll(&waiting, 1, Self.deadline) > 0, "the browser does not answer")
            var part = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(output, &part, part.count)
            try #require(count > 0, "the browser is gone")
            buffer += part[..<count]
        }
    }
}
