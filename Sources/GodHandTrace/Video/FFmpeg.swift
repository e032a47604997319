import Foundation
public import GodHandCore
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// The program that encodes videos.
struct FFmpeg {
    private let program: String

    /// - Throws: `GodHandError` with `ffmpeg.unavailable` if it is not installed.
    init(named name: String = "ffmpeg") throws {
        guard let program = ProgramSearch.path(of: name) else {
            throw GodHandError(
                .ffmpegUnavailable, "Videos are made by \(name), which is not on this machine.",
                hint: "Install it: apt-get install ffmpeg fonts-dejavu-core, or: brew install ffmpeg.")
        }
        self.program = program
    }

    /// Encodes the list of pictures in a directory, with the captions that lie next to it. A cancelled task ends it.
    func encode(in directory: String, to file: String, as format: TraceVideo.Format, bytes: Int) async throws {
        let captions = "ass=\(VideoCaptions.file)"
        // Bounds are in the arguments, so that a file that grows too large is noticed here and not on a full disk.
        let bounds = ["-fs", String(max(1, bytes)), "-map_metadata", "-1", "-fflags", "+bitexact", file]
        switch format {
        case .mp4:
            try await run(
                ["-vf", "fps=20,\(captions),format=yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-crf", "24"]
                    + ["-movflags", "+faststart"] + bounds, in: directory)
        case .webm:
            try await run(
                ["-vf", "fps=20,\(captions),format=yuv420p", "-c:v", "libvpx-vp9", "-crf", "36", "-b:v", "0"]
                    + ["-deadline", "realtime", "-cpu-used", "7", "-row-mt", "1"] + bounds, in: directory)
        case .gif:
            // In two passes, since one would hold all frames in memory until the colours are chosen.
            let frames = "fps=8,\(captions)"
            try await run(
                ["-vf", "\(frames),palettegen=stats_mode=diff", "-update", "1", "palette.png"], in: directory)
            try await run(
                ["-i", "palette.png", "-lavfi", "\(frames) [x]; [x][1:v] paletteuse=dither=none:diff_mode=rectangle"]
                    + bounds, in: directory)
        }
        try check(file, bytes)
    }

    private func run(_ arguments: [String], in directory: String) async throws {
        var options = PlatformOptions()
        // A session of its own, so that Ctrl-C reaches the task and not the program.
        options.createSession = true
        let common = ["-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file"]
        let input = ["-f", "concat", "-i", VideoCanvas.list]
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(common + input + arguments),
            // It has no use for our secrets; fontconfig wants a place for its cache.
            environment: .custom(["HOME": directory, "PATH": "/usr/bin:/bin"]), workingDirectory: FilePath(directory),
            platformOptions: options, input: .none, output: .discarded, error: .string(limit: 1 << 20))
        try Task.checkCancellation()
        guard case .exited(0) = result.terminationStatus else {
            let words = result.standardError.split(separator: "\n").suffix(4).joined(separator: " ")
            throw GodHandError(
                .ffmpegFailed, "ffmpeg ended with \(result.terminationStatus): \(words)",
                hint: "It needs libass for captions, and libx264 or libvpx for the format.")
        }
    }

    private func check(_ file: String, _ bytes: Int) throws {
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        // It stops a little before the bound.
        guard size < bytes - bytes / 50 else {
            throw GodHandError(
                .limitExceeded, "The video would have more than \(bytes) bytes.",
                hint: "Make it narrower or shorter, or allow more.")
        }
    }
}

extension GodHandError.Code {
    /// `ffmpeg` is not installed.
    public static let ffmpegUnavailable: Self = "ffmpeg.unavailable"
    /// `ffmpeg` gave up.
    public static let ffmpegFailed: Self = "ffmpeg.failed"
}
