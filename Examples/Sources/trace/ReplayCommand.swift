import ArgumentParser
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox
import GodHandTrace

/// Does a run again on fresh machines.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Do the run again on fresh machines, up to the first difference.",
        discussion: "Ends with 0 if everything went as recorded, with 1 at the first difference.")

    @OptionGroup var source: TraceArgument
    @OptionGroup var secrets: SecretsArgument
    @Option(help: "How often.") var times = 1
    @Option(help: "How many seconds a screen may take to look as recorded.") var patience = 10
    @Option(help: "A place of the screen that is not compared: x,y,width,height. May be given several times.")
    var ignore: [RectArgument] = []
    @Option(help: "Where the two pictures of a difference go.") var pictures = "replay-difference"
    @Flag(help: "Show directories of the host in machines, as the trace asks. Only if you trust it.")
    var allowMounts = false
    @Flag(help: "Let machines reach the whole network, as the trace asks. Only if you trust it.")
    var allowNetwork = false
    @Flag(help: "As JSON, pictures included.") var json = false

    func validate() throws {
        guard (1...1_000).contains(times), (0...3_600).contains(patience) else {
            throw ValidationError("A replay is done 1 to 1000 times, with a patience of 0 to 3600 seconds.")
        }
    }

    func run() async throws {
        let replay = try self.replay()
        let backend = try backend(named: replay.header.backend)
        var reports: [ReplayReport] = []
        for _ in 0..<times {
            let report = try await replay.run(on: backend)
            reports.append(report)
            if !json { try show(report) }
        }
        if json { try printJSON(reports) }
        if reports.contains(where: { !$0.isClean }) { throw ExitCode.failure }
    }

    private func replay() throws -> Replay {
        let values = try secrets.values()
        var replay = try Replay(source.read().events)
        replay.patience = .seconds(patience)
        replay.comparison.ignored += ignore.map(\.rect)
        replay.secret = { values[$0] }
        if allowMounts { replay.permissions.insert(.hostDirectories) }
        if allowNetwork { replay.permissions.insert(.network) }
        if !json {
            replay.progress = { step in print("✓ \(step.index.map { "\($0). " } ?? "")\(step.summary.printable)") }
        }
        return replay
    }

    private func backend(named name: String) throws -> any SandboxBackend {
        let known: [any SandboxBackend] = [DockerBackend(), QEMUBackend()]
        guard let backend = known.first(where: { $0.name == name }) else {
            throw ValidationError(
                "The run was recorded on '\(name.printable)', which this tool cannot make machines with.")
        }
        return backend
    }

    private func show(_ report: ReplayReport) throws {
        for note in report.notes { print("· \(note.printable)") }
        guard let difference = report.difference else {
            return print(
                "Clean: \(report.comparedScreens) screens and \(report.comparedVerdicts) verdicts are as recorded.")
        }
        print("✗ \(difference.summary.printable)")
        guard let recorded = difference.recorded, let found = difference.found else { return }
        let place = URL(filePath: pictures, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for (name, png) in [("recorded", recorded), ("found", found)] {
            var frame = try PNG.decode(png)
            for box in difference.boxes { frame = frame.outlining(box, red: 255, green: 0, blue: 0) }
            let file = place.appending(path: "\(name).png")
            try PNG.encode(frame, as: .small).write(to: file)
            print("    \(file.relativePath)")
        }
    }
}
