import Foundation
import GodHandCore

/// What a host has at one moment.
public struct HostReading: Sendable, Hashable {
    /// Bytes of memory that this process and what it starts may use: the host's, or less where a control group says so.
    public var memory: Int
    /// Bytes of these that could be had now without swapping.
    public var available: Int
    /// How many processors there are.
    public var processors: Int
    /// The share of the last ten seconds, 0 to 100, in which something stood still for want of memory; nil if not known.
    public var memoryPressure: Double?

    /// Makes a reading.
    public init(memory: Int, available: Int, processors: Int, memoryPressure: Double? = nil) {
        self.memory = memory
        self.available = available
        self.processors = processors
        self.memoryPressure = memoryPressure
    }

    /// Measures this host: `/proc/meminfo`, the memory limits of the control groups around this process, and
    /// `/proc/pressure/memory` where it is there. On macOS only how much memory and how many processors there are.
    ///
    /// - Throws: `GodHandError` with `host.failed` or `data.damaged` if it cannot be measured.
    public static func now() throws -> HostReading { try read { try? String(contentsOfFile: $0, encoding: .utf8) } }

    /// - Parameter file: The contents of a file; nil if there is none.
    static func read(_ file: (String) -> String?) throws -> HostReading {
        let processors = ProcessInfo.processInfo.activeProcessorCount
        #if os(macOS)
            let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
            return HostReading(memory: memory, available: memory, processors: processors)
        #else
            let fields = file("/proc/meminfo").map { numbers(in: $0, separator: ":") } ?? [:]
            guard let total = fields["MemTotal"], let available = fields["MemAvailable"] else {
                throw GodHandError(
                    .hostFailed, "The host's memory cannot be measured: /proc/meminfo does not tell.",
                    hint: "Mount /proc, or give the orchestrator another way to measure.")
            }
            var reading = HostReading(
                memory: total.bytes, available: available.bytes, processors: processors,
                memoryPressure: file("/proc/pressure/memory").flatMap(pressure))
            for group in groups(file) {
                reading.memory = min(reading.memory, group.limit)
                reading.available = min(reading.available, max(0, group.limit - group.used))
            }
            return reading
        #endif
    }

    /// The limits of the control groups in which this process is, and of those above them.
    private static func groups(_ file: (String) -> String?) -> [(limit: Int, used: Int)] {
        var found: [(Int, Int)] = []
        for line in (file("/proc/self/cgroup") ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isFirst = parts[1].split(separator: ",").contains("memory")
            guard isFirst || (parts[0] == "0" && parts[1].isEmpty) else { continue }
            let root = isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"
            let names = isFirst ? ("limit_in_bytes", "usage_in_bytes") : ("max", "current")
            var path = parts[2].split(separator: "/").map(String.init)
            while true {
                let place = ([root] + path).joined(separator: "/") + "/memory."
                if let limit = file(place + names.0).flatMap(number), let used = file(place + names.1).flatMap(number) {
                    let statistics = file(place + "stat").map { numbers(in: $0, separator: " ") } ?? [:]
                    // Cached files give way, and some counters call them by another name.
                    let cached = statistics["inactive_file"] ?? statistics["total_inactive_file"]
                    found.append((limit, max(0, used - (cached?.value ?? 0))))
                }
                if path.isEmpty { break }
                path.removeLast()
            }
        }
        return found
    }

    private static func number(_ text: String) -> Int? {
        Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private struct Field {
        var value: Int
        var unit: Substring?
        var bytes: Int {
            let (bytes, overflow) = value.multipliedReportingOverflow(by: unit == "kB" ? 1024 : 1)
            return overflow ? .max : bytes
        }
    }

    private static func numbers(in text: String, separator: Character) -> [String: Field] {
        let pairs = text.split(separator: "\n").compactMap { line -> (String, Field)? in
            let parts = line.split(whereSeparator: { $0 == separator || $0 == " " })
            guard parts.count >= 2, let value = Int(parts[1]), value >= 0 else { return nil }
            return (String(parts[0]), Field(value: value, unit: parts.count > 2 ? parts[2] : nil))
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    /// `some avg10=0.12 avg60=…`
    private static func pressure(_ text: String) -> Double? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("some ") }) else { return nil }
        let value = line.split(separator: " ").first { $0.hasPrefix("avg10=") }?.dropFirst("avg10=".count)
        return value.flatMap { Double($0) }
    }
}
