import Foundation

/// Figures as people read them.
enum Figures {
    /// `87.5 %`.
    static func share(_ share: Double) -> String { fixed(share * 100, 1) + " %" }

    /// `61.0 to 93.1 %`.
    static func bounds(_ interval: Interval?) -> String {
        guard let interval else { return "unknown bounds" }
        return "\(fixed(interval.low * 100, 1)) to \(fixed(interval.high * 100, 1)) %"
    }

    /// A number with so many digits behind the point.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        value.formatted(
            .number.precision(.fractionLength(digits)).locale(Locale(identifier: "en_US_POSIX")).grouping(.never))
    }

    /// A price in dollars, or that it is not known.
    static func price(_ price: Double?) -> String { price.map { "$" + fixed($0, 4) } ?? "not known" }

    /// A probability.
    static func probability(_ value: Double) -> String { value < 0.001 ? "below 0.001" : fixed(value, 3) }
}
