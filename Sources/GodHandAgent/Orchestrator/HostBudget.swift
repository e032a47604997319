/// Whether there is room for another machine, so that a host never swaps.
///
/// A machine counts with all the memory that it may use, from before it is made until it is gone. Memory that others use
/// is what was in use when no machine of ours was there, or what is in use now beyond all that ours may use, whichever is
/// more. Besides, what a machine may use must be free when it begins: a neighbour that grows while our machines have not
/// filled their memory yet is seen by that alone.
struct HostBudget {
    /// What one machine may use.
    struct Demand: Hashable {
        var memory: Int
        var processors: Double
    }
    /// Whether there is room.
    enum Answer: Hashable {
        case fits
        /// Not now; why.
        case waits(String)
        /// Never on this host; why.
        case never(String)
    }

    let share: HostShare
    private(set) var claims: [Int: Demand] = [:]
    private var claimed = 0
    /// Bytes that others used when no machine of ours was there.
    private var others = 0

    init(_ share: HostShare) { self.share = share }

    private var memory: Int { claims.values.reduce(0) { $0 + $1.memory } }
    private var processors: Double { claims.values.reduce(0) { $0 + $1.processors } }

    /// Notes what was measured; called before each decision.
    mutating func observe(_ reading: HostReading) {
        if claims.isEmpty { others = max(0, reading.memory - reading.available) }
    }

    func answer(to demand: Demand, _ reading: HostReading) -> Answer {
        let reserve = share.reserve(of: reading.memory)
        let most = Double(reading.processors) * share.overcommit
        if demand.memory > reading.memory - reserve {
            return .never(
                "It needs \(mebibytes(demand.memory)), and this host can give \(mebibytes(reading.memory - reserve)).")
        }
        if demand.processors > most {
            return .never("It needs \(demand.processors) processors, and this host can give \(most).")
        }
        if let pressure = reading.memoryPressure, pressure >= share.memoryPressure {
            return .waits("The host is short of memory: it stood still for \(pressure) % of the last ten seconds.")
        }
        let used = max(others, reading.memory - reading.available - memory)
        let room = min(reading.memory - used - memory, reading.available) - reserve
        if demand.memory > room {
            return .waits("It needs \(mebibytes(demand.memory)), and \(mebibytes(max(0, room))) are left.")
        }
        if processors + demand.processors > most {
            return .waits("It needs \(demand.processors) processors, and \(most - processors) are left.")
        }
        return .fits
    }

    /// Claims room for a machine that is going to be made.
    mutating func claim(_ demand: Demand) -> Int {
        claimed += 1
        claims[claimed] = demand
        return claimed
    }

    /// Gives back the room of a machine that is gone.
    mutating func release(_ claim: Int) { claims[claim] = nil }

    /// A machine that stands still needs no processor; nor room to go on, since processors are shared.
    mutating func setProcessors(_ processors: Double, of claim: Int) { claims[claim]?.processors = processors }

    private func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
}

/// How much of a host machines may take.
public struct HostShare: Sendable, Hashable {
    /// Bytes of memory that are left free for everything else; nil for a tenth, and at least half a gibibyte.
    public var reserve: Int?
    /// How many processors of machines may share one of the host. Desktops are idle while models think, and one that gets
    /// less than it may use is only slower.
    public var overcommit = 4.0
    /// The share of time, 0 to 100, in which the host may stand still for want of memory before nothing more begins.
    public var memoryPressure = 10.0

    /// The usual share.
    public init() {}

    func reserve(of memory: Int) -> Int { reserve ?? max(512 << 20, memory / 10) }
}
