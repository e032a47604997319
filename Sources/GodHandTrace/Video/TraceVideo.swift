public import Foundation
import GodHandCore

/// Makes a video of a trace: every step with what was done in words, the pointer and its clicks, and how it went.
///
/// `ffmpeg` draws and encodes it, and has to be installed. Of a search the way that won is shown, and at each decision what
/// else was tried, what it led to and why that was not good enough. Waiting is left out: each step stays for as long as a
/// person needs to read it.
public enum TraceVideo {
    /// What kind of file is made.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// H.264 in MP4, which plays everywhere.
        case mp4
        /// VP9 in WebM.
        case webm
        /// An animated picture, for pages that play no videos.
        case gif
    }

    /// How a video looks, and how large it may become.
    public struct Settings: Sendable, Hashable {
        /// The most pixels from left to right, 160 to 3840. Nil for 1280, and 800 for an animated picture.
        public var width: Int?
        /// The longest that it may last. Where a run has more to tell, every step is shown more briefly.
        public var longest: Duration = .seconds(300)
        /// The most bytes that the file may have.
        public var bytes = 256 << 20

        /// The usual settings.
        public init() {}
    }

    /// Writes the video of a trace. A file that is there is replaced; after an error or a cancellation there is none.
    ///
    /// - Parameters:
    ///   - directory: The trace's directory.
    ///   - file: Where to write; `run.mp4`, or whatever the format is, in the trace's directory if nil.
    ///   - format: What kind of file.
    ///   - settings: How it looks, and its bounds.
    ///   - limits: How much of the trace is read.
    /// - Returns: The file.
    /// - Throws: What ``Trace/init(directory:limits:)`` throws, and `GodHandError`: `ffmpeg.unavailable` if it is not
    ///   installed, `not-found` if there is no picture in the trace, `limit` if the file would be too large,
    ///   `ffmpeg.failed`, `disk.full`, `host.failed`.
    @discardableResult
    public static func write(
        of directory: URL, to file: URL? = nil, as format: Format = .mp4, settings: Settings = Settings(),
        limits: TraceLimits = TraceLimits()
    ) async throws -> URL {
        let program = try FFmpeg()
        let trace = try Trace(directory: directory, limits: limits)
        let file = file ?? directory.appending(path: "run.\(format.rawValue)")
        let path = file.absoluteURL.path(percentEncoded: false)
        let workshop = FileManager.default.temporaryDirectory
            .appending(path: "godhand-video-\(UInt64.random(in: 0...UInt64.max))", directoryHint: .isDirectory)
        let place = workshop.path(percentEncoded: false)
        try HostFile.makeDirectory(place)
        defer { try? FileManager.default.removeItem(at: workshop) }

        let width = settings.width ?? (format == .gif ? 800 : 1280)
        var script = VideoScript(trace)
        script.fit(into: settings.longest)
        guard let canvas = VideoCanvas(script, width: width) else {
            throw GodHandError(
                .notFound, "There is no picture in the trace, so there is nothing to make a video of.",
                hint: "Its pictures lie in \(TraceFormat.blobsDirectory)/, which belongs to the trace.")
        }
        try canvas.write(script, in: place)
        try HostFile.create("\(place)/\(VideoCaptions.file)").write(
            Array(VideoCaptions.text(of: script, on: canvas).utf8))
        // Next to its place, so that it can be moved there in one go.
        let temporary = "\(path).\(UInt32.random(in: 0...UInt32.max)).\(format.rawValue)"
        do {
            try await program.encode(in: place, to: temporary, as: format, bytes: settings.bytes)
            try HostFile.rename(temporary, to: path)
        } catch {
            HostFile.remove(temporary)
            throw error
        }
        return file
    }
}
