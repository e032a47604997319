import ArgumentParser
import Foundation
import GodHandCore
import GodHandSandbox
import TaskBench

/// Runs tasks with an agent, and says how well it did.
@main
struct BenchTasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-tasks",
        abstract: "Run tasks on desktops with an agent, and say how well it did.",
        discussion:
            "Without --agent it follows the known solutions, and then does nothing, which shows that the tasks can be done and that nothing is given away."
    )

    @Option(
        parsing: .upToNextOption,
        help:
            "Who attempts the tasks: solution, nothing, looking (the built-in policy), or model (the one that the environment names)."
    )
    var agent: [AgentChoice] = [.solution, .nothing]

    @Option(parsing: .upToNextOption, help: "Only these tasks, or these kinds of task.")
    var tasks: [String] = []

    @Option(help: "The first seed: it decides about names, numbers and articles.")
    var seed: UInt64 = 1

    @Option(help: "How many attempts at each task, each with the next seed.")
    var repeats = 1

    @Option(help: "How many attempts run at once.")
    var concurrency = 2

    @Option(help: "The directory of the task files.")
    var folder = "Benchmarks/Tasks/Tasks"

    @Option(help: "OSWorld's tasks, out of this file, in place of ours.")
    var osworld: String?

    @Flag(help: "Run nothing, and print which of OSWorld's tasks run here.")
    var table = false

    @Option(help: "The directory in which each run gets its own.")
    var results = "Results"

    @Option(parsing: .upToNextOption, help: "Run nothing, and compare two result files.")
    var compare: [String] = []

    mutating func validate() throws {
        guard (1...1000).contains(repeats), (1...64).contains(concurrency) else {
            throw ValidationError("--repeats must be 1 to 1000, and --concurrency 1 to 64.")
        }
        guard compare.isEmpty || compare.count == 2 else { throw ValidationError("--compare needs two files.") }
        guard !table || osworld != nil else { throw ValidationError("--table needs --osworld.") }
        guard Set(agent).count == agent.count else { throw ValidationError("Each --agent can run only once.") }
        guard !seed.addingReportingOverflow(UInt64(repeats)).overflow else {
            throw ValidationError("--seed is too large.")
        }
    }

    func run() async throws {
        if table { return try printTable() }
        let place = try newDirectory()
        if compare.count == 2 { return try comparison(compare.map { URL(filePath: $0) }, in: place) }
        let plans = try plans()
        var files: [URL] = []
        for choice in agent { files.append(try await run(choice, plans, in: place)) }
        // Whoever asked for two agents wants to know which is better.
        if files.count == 2, agent != [.solution, .nothing] { try comparison(files, in: place) }
    }

    private func run(_ choice: AgentChoice, _ plans: [TaskRunner.Plan], in place: URL) async throws -> URL {
        let competitor = try Competitor(choice)
        defer { competitor.stop() }
        say("\(competitor.agent.name): \(plans.count) attempts, \(concurrency) at once")
        let home = place.appending(path: choice.rawValue, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        let runner = TaskRunner(
            backend: DockerBackend(), agent: competitor.agent, concurrency: concurrency,
            traces: home.appending(path: "traces", directoryHint: .isDirectory))
        let result = try await runner.run(plans) { say("  " + $0.line) }
        let file = home.appending(path: "result.json")
        try result.write(to: file)
        let page = home.appending(path: "report.html")
        try Data(result.page.utf8).write(to: page, options: .atomic)
        say(result.summary)
        say("the figures: \(file.relativePath)\nthe report:  \(page.relativePath)\n")
        return file
    }

    private func comparison(_ files: [URL], in place: URL) throws {
        let comparison = try Comparison(BenchResult.read(files[0]), BenchResult.read(files[1]))
        let page = place.appending(path: "comparison.html")
        try Data(comparison.page.utf8).write(to: page, options: .atomic)
        say(comparison.summary)
        say("the comparison: \(page.relativePath)")
    }

    private func plans() throws -> [TaskRunner.Plan] {
        if let osworld { return try osworldPlans(osworld) }
        let folder = try TaskFolder(URL(filePath: folder, directoryHint: .isDirectory))
        var plans: [TaskRunner.Plan] = []
        var known: Set<String> = []
        for name in folder.names {
            for seed in seed..<seed + UInt64(repeats) {
                let task = try folder.task(name, seed: seed)
                known.formUnion([name, task.category])
                guard tasks.isEmpty || tasks.contains(name) || tasks.contains(task.category) else { continue }
                plans.append(TaskRunner.Plan(task, seed: seed))
            }
        }
        if let stranger = tasks.first(where: { !known.contains($0) }) {
            throw ValidationError(
                "There is no task or kind '\(stranger)'. There are: \(known.sorted().joined(separator: ", "))")
        }
        return plans
    }

    /// A directory of this run alone, named after its beginning.
    private func newDirectory() throws -> URL {
        let parent = URL(filePath: results, directoryHint: .isDirectory)
        let style = Date.ISO8601FormatStyle(timeZone: .current).year().month().day()
        let name = "tasks-" + Date().formatted(style.time(includingFractionalSeconds: false).timeSeparator(.omitted))
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        for number in 1...100 {
            let place = parent.appending(path: number == 1 ? name : "\(name)-\(number)", directoryHint: .isDirectory)
            // Making it is what claims it. What was on the screen is nobody else's business.
            if (try? FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])) != nil
            {
                return place
            }
        }
        throw CocoaError(.fileWriteNoPermission)
    }
}

/// Writes a line at once, also where the output is a file or a pipe.
private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
