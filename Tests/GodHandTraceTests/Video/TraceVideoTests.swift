import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

/// Made by the real ffmpeg, and looked at by its own reader.
@Suite(.enabled(if: ProgramSearch.path(of: "ffprobe") != nil, "ffmpeg is not installed"), .timeLimit(.minutes(3)))
struct TraceVideoTests {
    private static let hostile =
        #"{\pos(0,0)\p1}m 0 0 l 999 0 999 999{\p0}\N%{pts}':;[x]\#u{202E}"# + "\nDialogue: 9,0:00:00.00"

    @Test(arguments: TraceVideo.Format.allCases)
    func `each format has the size, and as long as it takes to read`(format: TraceVideo.Format) async throws {
        try await withTrace(of: Self.run()) { directory in
            let file = try await TraceVideo.write(of: directory, as: format)
            let facts = try Tool.run(
                "ffprobe",
                [
                    "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,width,height,nb_read_frames",
                    "-show_entries", "format=duration", "-of", "default=noprint_wrappers=1", file.path,
                ])
            let codec = [.mp4: "h264", .webm: "vp9", .gif: "gif"][format] ?? ""
            #expect(facts.contains("codec_name=\(codec)\n"))
            #expect(facts.contains("width=320\n") && facts.contains("height=248\n"))
            let trace = try Trace(directory: directory)
            let length = Double(VideoScript(trace).scenes.reduce(0) { $0 + $1.milliseconds }) / 1000
            let duration = try #require(Self.number("duration", in: facts))
            let frames = try #require(Self.number("nb_read_frames", in: facts))
            #expect(abs(duration - length) < 1 && length > 5)
            #expect(frames >= length * (format == .gif ? 1 : 19))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 3, "nothing is left behind"
            )
        }
    }

    @Test func `captions stand below the picture, and the click on it`() async throws {
        try await withTrace(of: Self.run()) { directory in
            let script = VideoScript(try Trace(directory: directory))
            let file = try await TraceVideo.write(of: directory, as: .mp4)
            // Towards the end of the second scene: the title is over, and the pointer has arrived.
            let end = script.scenes[0].milliseconds + script.scenes[1].milliseconds
            let frame = try Self.frame(of: file, at: Double(end - 150) / 1000)
            #expect(
                Self.count(frame, Rect(x: 0, y: 200, width: 320, height: 48)) { $0 > 180 && $1 > 180 && $2 > 180 } > 60)
            let around = Rect(x: 130, y: 70, width: 60, height: 60)
            #expect(Self.count(frame, around) { $0 > 150 && $1 < 110 && $2 > 60 } > 40, "the ring")
            let elsewhere = Rect(x: 220, y: 20, width: 60, height: 60)
            #expect(Self.count(frame, elsewhere) { $0 > 150 && $1 < 110 && $2 > 60 } == 0)
        }
    }

    @Test func `what was said stays in its place and is no command`() async throws {
        var events = Self.run(saying: Self.hostile)
        events.insert(contentsOf: Self.interlude(saying: Self.hostile), at: 3)
        try await withTrace(of: events) { directory in
            let script = VideoScript(try Trace(directory: directory))
            let captions = try VideoCaptions.text(of: script, on: #require(VideoCanvas(script, width: 320)))
            #expect(captions.contains(#"\{\#("\\\u{2060}")pos(0,0)"#) && !captions.contains("\u{202E}"))
            #expect(!captions.contains("\nDialogue: 9"))
            let file = try await TraceVideo.write(of: directory, as: .mp4)
            let end = script.scenes[0].milliseconds + script.scenes[1].milliseconds
            let frame = try Self.frame(of: file, at: Double(end - 150) / 1000)
            let corner = Rect(x: 0, y: 0, width: 60, height: 60)
            #expect(
                Self.count(frame, corner) { abs(Int($0) - 40) + abs(Int($1) - 90) > 60 || $2 < 90 } == 0,
                "only the picture")
        }
    }

    @Test func `decisions, people and what commands wrote are told between the steps`() async throws {
        var events = Self.run()
        events.insert(contentsOf: Self.interlude(saying: "Only the wiki is allowed."), at: 2)
        try await withTrace(of: events) { directory in
            let scenes = VideoScript(try Trace(directory: directory)).scenes
            let captions = scenes.map { "\($0.caption.title) | \($0.caption.detail)" }
            let denied = Action.open("http://evil.example/").summary
            for words in [
                "Denied: \(denied) | Only the wiki is allowed.",
                "Changed: \(Action.wait(.seconds(9)).summary) | \(Action.wait(.seconds(1)).summary) instead",
                "A person told the model | Only the wiki is allowed.", "A person took over | ",
            ] { #expect(captions.contains(words), "\(captions)") }
            let outputs = scenes.indices.filter { if case .output = scenes[$0].marks { true } else { false } }
            #expect(outputs.map { scenes[$0].caption.title } == ["Run uname", "List the files"])
            guard case .output(let lines) = scenes[try #require(outputs.last)].marks else { return }
            #expect(lines.first == "$ ls -l" && lines[1] == "total 36" && lines.last == "… and 3 more lines")

            let file = try await TraceVideo.write(of: directory, as: .mp4)
            let start = scenes[..<(outputs.last ?? 0)].reduce(0) { $0 + $1.milliseconds }
            let frame = try Self.frame(of: file, at: Double(start + 700) / 1000)
            let sheet = Rect(x: 20, y: 20, width: 280, height: 160)
            let dark = Self.count(frame, sheet) { $0 < 60 && $1 < 70 && $2 < 80 }
            #expect(dark > sheet.size.area / 2, "\(dark) dark pixels")
            #expect(Self.count(frame, sheet) { $0 > 150 && $1 > 150 && $2 > 150 } > 300, "letters")
        }
    }

    @Test func `a long run is shown more briefly, not cut off`() async throws {
        var events = Self.run()
        for index in 3...60 { events.insert(.step(Self.step(index, .look)), at: events.count - 1) }
        try await withTrace(of: events) { directory in
            var script = VideoScript(try Trace(directory: directory))
            let count = script.scenes.count
            script.fit(into: .seconds(9))
            #expect(script.scenes.count == count)
            #expect((8_000...9_000).contains(script.scenes.reduce(0) { $0 + $1.milliseconds }))
        }
    }

    @Test func `a file that grows too large is an error, and is not left`() async throws {
        try await withTrace(of: Self.run()) { directory in
            var settings = TraceVideo.Settings()
            settings.bytes = 2_000
            let error = await Self.failure { try await TraceVideo.write(of: directory, settings: settings) }
            #expect(error?.code == .limitExceeded)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            #expect(files.count == 2)
        }
    }

    @Test func `a cancelled task ends the program in the middle of its work and leaves nothing`() async throws {
        var events = Self.run()
        for index in 3...200 { events.insert(.step(Self.step(index, .look)), at: events.count - 1) }
        try await withTrace(of: events) { directory in
            let task = Task { try await TraceVideo.write(of: directory, as: .webm) }
            // Nobody tells when the program begins to write, so this looks again and again.
            while try Self.videos(in: directory).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let left = try Self.videos(in: directory)
            #expect(left.isEmpty)
            #if os(Linux)
                let running = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { id in
                    let words = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
                    return String(decoding: words, as: UTF8.self).contains(directory.lastPathComponent)
                }
                #expect(running.isEmpty)
            #endif
        }
    }

    @Test func `without pictures there is nothing to show`() async throws {
        try await withTrace(of: [.started(Samples.header), .finished(.achieved(nil))]) { directory in
            let error = await Self.failure { try await TraceVideo.write(of: directory) }
            #expect(error?.code == .notFound)
        }
    }

    @Test func `of a search the way that won is told, and what became of the others`() async throws {
        try await withTrace(of: Samples.search) { directory in
            let script = VideoScript(try Trace(directory: directory))
            let details = script.scenes.map(\.caption.detail)
            #expect(details.contains { $0.hasPrefix("Branch 2, ") } && !details.contains { $0.hasPrefix("Branch 1, ") })
            let titles = script.scenes.map(\.caption.title)
            let forks = titles.indices.filter { titles[$0] == "2 ways are tried, each in a fork of the machine" }
            #expect(forks.count == 2, "\(titles)")
            for (fork, loser) in zip(forks, [1, 3]) { #expect(titles[fork + 1].contains("branch \(loser), ")) }
            #expect(titles.contains { $0.hasPrefix("Won: branch 4, ") }, "\(titles)")
        }
    }
}

@Suite struct MissingFFmpegTests {
    @Test func `where ffmpeg is missing the error says how to get it`() throws {
        let error = #expect(throws: GodHandError.self) { try FFmpeg(named: "ffmpeg-that-is-nowhere") }
        #expect(error?.code == .ffmpegUnavailable && error?.hint?.contains("apt-get install ffmpeg") == true)
    }
}

extension TraceVideoTests {
    private static func step(_ index: Int, _ action: Action, saying words: String = "Press the button") -> Step {
        var step = Samples.step(index, action)
        step.intent = words
        step.before.screenshot = (try? picture(index)) ?? step.before.screenshot
        step.after.screenshot = (try? picture(index + 1)) ?? step.after.screenshot
        return step
    }

    private static func run(saying words: String = "Press the button") -> [RunEvent] {
        [
            .started(Samples.header), .step(step(1, .input(.click(at: Point(x: 160, y: 100))), saying: words)),
            .step(step(2, .input(.drag(path: [Point(x: 10, y: 10), Point(x: 200, y: 150)])), saying: words)),
            .finished(.achieved(words)),
        ]
    }

    /// What happens between steps, and a step that runs a command.
    private static func interlude(saying words: String) -> [RunEvent] {
        let sandbox = SandboxID(rawValue: "abc")
        let files = (1...9).map { "-rw-r--r-- 1 user user 12 Jan 31 12:34 letter-\($0).txt" }
        let list = CommandRun(
            sandbox: sandbox, arguments: ["ls", "-l"], status: .exited(0),
            output: (["total 36"] + files + [words]).joined(separator: "\n") + "\n", errorOutput: "one\n",
            took: .milliseconds(7), step: 5)
        let kernel = CommandRun(
            sandbox: sandbox, arguments: ["uname"], status: .exited(0), output: "Linux\n", errorOutput: "")
        let silent = CommandRun(
            sandbox: sandbox, arguments: ["true"], status: .exited(0), output: "", errorOutput: "", step: 5)
        return [
            .decision(ActionDecision(.denied, of: .open("http://evil.example/"), reason: words)),
            .decision(
                ActionDecision(.rewritten, of: .wait(.seconds(9)), reason: "", replacement: .wait(.seconds(1)))),
            .exec(kernel), .intervention(Intervention(.hint, words)), .intervention(Intervention(.takenOver)),
            .exec(silent), .exec(list), .step(step(5, .exec(["ls", "-l"]), saying: "List the files")),
        ]
    }

    private static func picture(_ seed: Int) throws -> Screenshot {
        let size = Size(width: 320, height: 200)
        let frame = try Frame.filled(size, red: 40, green: 90, blue: 160)
            .filling(Rect(x: seed % 10 * 30, y: 180, width: 20, height: 10), red: 240, green: 240, blue: 240)
        return Screenshot(png: try PNG.encode(frame), size: size)
    }

    private static func videos(in directory: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".webm") }
    }

    private static func failure(of body: () async throws -> URL) async -> GodHandError? {
        do { _ = try await body() } catch { return error as? GodHandError }
        return nil
    }

    private static func number(_ name: String, in facts: String) -> Double? {
        facts.split(separator: "\n").first { $0.hasPrefix("\(name)=") }
            .flatMap { Double($0.dropFirst(name.count + 1)) }
    }

    private static func frame(of file: URL, at seconds: Double) throws -> Frame {
        let picture = file.deletingLastPathComponent().appending(path: "frame.png")
        _ = try Tool.run(
            "ffmpeg", ["-v", "error", "-ss", "\(seconds)", "-i", file.path, "-frames:v", "1", picture.path])
        defer { try? FileManager.default.removeItem(at: picture) }
        return try PNG.decode(Data(contentsOf: picture))
    }

    private static func count(_ frame: Frame, _ part: Rect, where holds: (UInt8, UInt8, UInt8) -> Bool) -> Int {
        (part.y..<part.maxY).reduce(0) { sum, y in
            sum
                + (part.x..<part.maxX).count { x in
                    frame[Point(x: x, y: y)].map { holds($0.red, $0.green, $0.blue) } ?? false
                }
        }
    }

    private func withTrace(of events: [RunEvent], _ body: (URL) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory, durability: .none)
            for event in events { try await writer.record(event) }
            try await body(directory)
        }
    }
}

/// Programs that tests ask about what was made.
enum Tool {
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(ProgramSearch.path(of: program)))
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
