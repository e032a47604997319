import ArgumentParser
import Foundation
import GodHandTrace

/// Makes a web page of a trace.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Make one web page of it that needs no network.")

    @OptionGroup var source: TraceArgument
    @Option(name: .shortAndLong, help: "The file; report.html in the trace if not said.") var output: String?

    func run() throws {
        print(try TraceReport.write(of: source.directory, to: output.map { URL(filePath: $0) }).relativePath)
    }
}

/// Makes a video of a trace.
struct VideoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "video", abstract: "Make a video of it, with captions; needs ffmpeg.")

    @OptionGroup var source: TraceArgument
    @Option(name: .shortAndLong, help: "The file, which ends in mp4, webm or gif; run.mp4 in the trace if not said.")
    var output: String?

    func run() async throws {
        let file = URL(filePath: output ?? "\(source.trace)/run.mp4")
        guard let format = TraceVideo.Format(rawValue: file.pathExtension.lowercased()) else {
            let known = TraceVideo.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(file.pathExtension)' is no format of videos; there are: \(known).")
        }
        print(try await TraceVideo.write(of: source.directory, to: file, as: format).relativePath)
    }
}
