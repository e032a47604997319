import Foundation
import GodHandCore
import TestSupport
import Testing

@testable import GodHandAgent

@Suite struct HostBudgetTests {
    private static let gibibyte = 1 << 30

    private static func reading(_ available: Int, of memory: Int = 16, pressure: Double? = nil) -> HostReading {
        HostReading(
            memory: memory * gibibyte, available: available * gibibyte, processors: 4, memoryPressure: pressure)
    }
    private static func demand(_ memory: Int, _ processors: Double = 0.5) -> HostBudget.Demand {
        HostBudget.Demand(memory: memory * gibibyte, processors: processors)
    }
    private static var share: HostShare {
        var share = HostShare()
        share.reserve = gibibyte
        return share
    }

    /// A host whose machines fill their memory bit by bit, and whose neighbours use more or less all the time.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a host never promises more than it has`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let total = Int.random(in: 4...64, using: &random) << 30
        let areConstant = seed % 2 == 0
        var others = Int.random(in: 0...total / 2, using: &random)
        var budget = HostBudget(Self.share)
        var used: [Int: Int] = [:]
        var began = 0
        for _ in 0..<400 {
            for claim in used.keys {
                let limit = budget.claims[claim]?.memory ?? 0
                used[claim] = min(limit, (used[claim] ?? 0) + Int.random(in: 0...limit / 3, using: &random))
            }
            if !areConstant {
                let free = max(0, total - used.values.reduce(0, +))
                others = min(free, max(0, others + Int.random(in: -(total / 20)...total / 20, using: &random)))
            }
            if Int.random(in: 0..<3, using: &random) == 0, let claim = used.keys.sorted().randomElement(using: &random)
            {
                budget.release(claim)
                used[claim] = nil
            }
            let available = total - others - used.values.reduce(0, +)
            let reading = HostReading(memory: total, available: available, processors: 8)
            budget.observe(reading)
            let demand = HostBudget.Demand(
                memory: Int.random(in: 1...6, using: &random) << 29,
                processors: Double.random(in: 0.1...4, using: &random))
            switch budget.answer(to: demand, reading) {
            case .fits:
                began += 1
                used[budget.claim(demand)] = 0
                let promised = budget.claims.values.reduce(0) { $0 + $1.memory }
                #expect(demand.memory + Self.gibibyte <= available)
                #expect(promised + Self.gibibyte <= total)
                if areConstant { #expect(others + promised + Self.gibibyte <= total) }
                #expect(budget.claims.values.reduce(0) { $0 + $1.processors } <= 32)
            case .waits: #expect(demand.memory <= total - Self.gibibyte)
            case .never: #expect(demand.memory > total - Self.gibibyte || demand.processors > 32)
            }
        }
        if total > 32 << 30 { #expect(began > 0) }
    }

    @Test func `machines that have filled their memory are not counted twice`() {
        var budget = HostBudget(Self.share)
        budget.observe(Self.reading(14))
        for _ in 0..<6 { _ = budget.claim(Self.demand(2)) }
        // Of 16, others have 2, one is kept free, and the machines have all their 12.
        let full = Self.reading(2)
        budget.observe(full)
        #expect(budget.answer(to: Self.demand(1), full) == .fits)
        #expect(budget.answer(to: Self.demand(2), full) != .fits)
        // A neighbour takes one more.
        let less = Self.reading(1)
        budget.observe(less)
        #expect(budget.answer(to: Self.demand(1), less) != .fits)
    }

    @Test func `what can never fit is told from what does not fit now`() {
        var budget = HostBudget(Self.share)
        budget.observe(Self.reading(1))
        func isNever(_ demand: HostBudget.Demand) -> Bool {
            if case .never = budget.answer(to: demand, Self.reading(1)) { true } else { false }
        }
        #expect(isNever(Self.demand(16)) && !isNever(Self.demand(15)))
        #expect(isNever(Self.demand(1, 17)) && !isNever(Self.demand(1, 16)))
    }

    @Test func `nothing begins while the host stalls, and a machine that stands still needs no processor`() {
        var budget = HostBudget(Self.share)
        budget.observe(Self.reading(14))
        let claim = budget.claim(Self.demand(1, 16))
        #expect(budget.answer(to: Self.demand(1, 1), Self.reading(13)) != .fits)
        budget.setProcessors(0, of: claim)
        #expect(budget.answer(to: Self.demand(1, 1), Self.reading(13)) == .fits)
        #expect(budget.answer(to: Self.demand(1, 1), Self.reading(13, pressure: 10)) != .fits)
        #expect(budget.answer(to: Self.demand(1, 1), Self.reading(13, pressure: 9.9)) == .fits)
    }

    // MARK: Readings

    private static let meminfo = "MemTotal:       24684084 kB\nMemAvailable:   20995668 kB\nHugePages_Total: 0\n"

    #if os(Linux)
        @Test func `memory is the least that the host and its control groups allow`() throws {
            var files = ["/proc/meminfo": Self.meminfo]
            let host = try HostReading.read { files[$0] }
            #expect(host.memory == 24_684_084 << 10 && host.available == 20_995_668 << 10 && host.memoryPressure == nil)

            files["/proc/pressure/memory"] = "some avg10=1.25 avg60=0.00 total=1\nfull avg10=9.00 total=1\n"
            files["/proc/self/cgroup"] = "0::/user.slice/run.scope\n"
            files["/sys/fs/cgroup/user.slice/run.scope/memory.max"] = "max\n"
            files["/sys/fs/cgroup/user.slice/run.scope/memory.current"] = "5\n"
            files["/sys/fs/cgroup/user.slice/memory.max"] = "\(8 << 30)\n"
            files["/sys/fs/cgroup/user.slice/memory.current"] = "\(3 << 30)\n"
            files["/sys/fs/cgroup/user.slice/memory.stat"] = "anon 1\ninactive_file \(1 << 30)\n"
            let second = try HostReading.read { files[$0] }
            #expect(second.memory == 8 << 30 && second.available == 6 << 30 && second.memoryPressure == 1.25)

            files["/proc/self/cgroup"] = "4:cpuset,memory:/a:b\n0::/\n"
            files["/sys/fs/cgroup/memory/a:b/memory.limit_in_bytes"] = "\(2 << 30)\n"
            files["/sys/fs/cgroup/memory/a:b/memory.usage_in_bytes"] = "\(3 << 30)\n"
            let first = try HostReading.read { files[$0] }
            #expect(first.memory == 2 << 30 && first.available == 0)
        }

        @Test func `this host can be measured`() throws {
            let reading = try HostReading.now()
            #expect(reading.memory > 64 << 20 && reading.available <= reading.memory && reading.processors > 0)
        }

        @Test(arguments: ["", "MemTotal: x kB\nMemAvailable: 1 kB", "MemTotal: -5 kB\nMemAvailable: 1 kB"])
        func `a host that does not tell is refused`(_ text: String) {
            #expect(throws: GodHandError.self) { try HostReading.read { $0 == "/proc/meminfo" ? text : nil } }
        }
    #endif
}
