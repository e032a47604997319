import CProcessorCounter
import Foundation

/// The counter of this host's processor, which a guest whose instructions QEMU translates counts with.
enum ProcessorCounter {
    /// How fast it counts, in thousands a second; nil where it cannot be read.
    ///
    /// Measured once, in 10 milliseconds, to a few parts in a million; the guest's kernel refines that while it runs.
    static let kilohertz: Int? = {
        var counts: (first: UInt64, last: UInt64) = (0, 0)
        var times: (first: UInt64, last: UInt64) = (0, 0)
        guard unsafe godhand_counter_read(&counts.first, &times.first) else { return nil }
        usleep(10_000)
        guard unsafe godhand_counter_read(&counts.last, &times.last), times.last > times.first else { return nil }
        let rate = Double(counts.last &- counts.first) / Double(times.last - times.first) * 1_000_000
        return rate > 100_000 && rate < 100_000_000 ? Int(rate.rounded()) : nil
    }()

    /// What spares a guest's kernel its own measurement.
    ///
    /// Translated on a busy host that goes wrong by up to several times, and the guest's time then runs as wrong.
    ///
    /// - Parameter acceleration: What runs the guest's instructions: only translated ones count with the host's counter.
    static func kernelArgument(_ acceleration: QEMUAcceleration) -> String? {
        guard acceleration == .tcg, let kilohertz else { return nil }
        return "tsc_early_khz=\(kilohertz)"
    }
}
