import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How often everything is done. The median is what counts: a busy machine spoils single runs.
let runs = 25

/// Prints one figure in the form that scripts read.
func report(_ name: String, _ value: Double, _ unit: String) {
    let text = value.formatted(.number.precision(.significantDigits(3)).grouping(.never))
    // Not by print, which holds lines back when the output is a file.
    FileHandle.standardOutput.write(Data("bench \(name) \(text) \(unit)\n".utf8))
}

/// Does something many times and gives the median of how long it took, in milliseconds.
///
/// - Parameters:
///   - prepare: Done before each run, and not counted.
///   - body: What is measured.
func median(
    of count: Int = runs, preparing prepare: () async throws -> Void = {}, _ body: () async throws -> Void
) async throws -> Double {
    let clock = ContinuousClock()
    return try await median(of: count) {
        try await prepare()
        return try await clock.measure { try await body() } / .milliseconds(1)
    }
}

/// The median of many measurements.
///
/// - Parameter measurement: Gives its figure itself.
func median(of count: Int = runs, _ measurement: () async throws -> Double) async throws -> Double {
    var figures: [Double] = []
    // The first one warms caches and is not counted.
    for round in 0...count {
        let figure = try await measurement()
        if round > 0 { figures.append(figure) }
    }
    return figures.sorted()[count / 2]
}

/// Says on standard error what is going on, so that nobody stares at a silent terminal.
func note(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}

/// Processor time that this process has used.
func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// Resident memory of this process in MiB.
func residentMiB() throws -> Double {
    #if os(Linux)
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return Double(Int(fields[1]) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    #else
        return 0
    #endif
}
