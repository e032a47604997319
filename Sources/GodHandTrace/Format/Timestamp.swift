import Foundation
import GodHandCore

/// Moments as RFC 3339 text in UTC.
///
/// With nine digits a `Date` of our decades comes back as the same value: its own steps are about a tenth of a
/// microsecond.
enum Timestamp {
    /// Days from 0001-01-01 to 2001-01-01, the day on which a `Date` counts zero.
    private static let referenceDay = 730_485
    private static let lastDay = 3_652_058

    /// `2026-01-31T12:34:56.789Z`. What lies outside the years 1 to 9999 is put at their edge.
    static func format(_ date: Date, digits: Int) -> String {
        let interval = date.timeIntervalSinceReferenceDate
        let bounded = interval.isFinite ? min(max(interval, -6.3e10), 2.52e11) : 0
        let scale = digits == 9 ? 1_000_000_000 : 1_000
        var seconds = Int(bounded.rounded(.down))
        // Milliseconds are cut off, not rounded, so that no record seems to be from the future.
        let part = (bounded - Double(seconds)) * Double(scale)
        var fraction = Int(digits == 9 ? part.rounded() : part.rounded(.down))
        if fraction >= scale {
            fraction -= scale
            seconds += 1
        }
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - day * 86_400
        let (year, month, dayOfMonth) = civil(min(max(day + referenceDay, 0), lastDay))
        return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(dayOfMonth, 2) + "T" + pad(second / 3600, 2) + ":"
            + pad(second / 60 % 60, 2) + ":" + pad(second % 60, 2) + "." + pad(fraction, digits) + "Z"
    }

    /// Reads what ``format(_:digits:)`` writes, with any number of decimals up to nine.
    static func parse(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard (20...30).contains(bytes.count), bytes.last == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = number(bytes[0..<4]), (1...9999).contains(year),
            let month = number(bytes[5..<7]), (1...12).contains(month),
            let day = number(bytes[8..<10]), (1...31).contains(day),
            let hour = number(bytes[11..<13]), hour < 24,
            let minute = number(bytes[14..<16]), minute < 60,
            let second = number(bytes[17..<19]), second < 61
        else { return nil }
        var fraction = 0.0
        if bytes.count > 20 {
            let digits = bytes[20..<(bytes.count - 1)]
            guard bytes[19] == UInt8(ascii: "."), let value = number(digits) else { return nil }
            fraction = Double(value) / (0..<digits.count).reduce(1.0) { power, _ in power * 10 }
        }
        let days = ordinal(year: year, month: month, day: day) - referenceDay
        return Date(
            timeIntervalSinceReferenceDate: Double(days * 86_400 + hour * 3600 + minute * 60 + second) + fraction)
    }

    /// Reads a moment of a record.
    static func required(_ text: String) throws -> Date {
        guard let date = parse(text) else { throw UnreadableValue("a moment") }
        return date
    }

    /// Days from 0001-01-01 in the Gregorian calendar, years taken to begin in March so that leap days come last.
    private static func ordinal(year: Int, month: Int, day: Int) -> Int {
        let shifted = month < 3 ? year - 1 : year
        let fromMarch = (month + 9) % 12
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + (fromMarch * 153 + 2) / 5 + day - 307
    }

    private static func civil(_ ordinal: Int) -> (year: Int, month: Int, day: Int) {
        var year = ordinal / 366 + 1
        while year < 9999, Self.ordinal(year: year + 1, month: 1, day: 1) <= ordinal { year += 1 }
        var month = 1
        while month < 12, Self.ordinal(year: year, month: month + 1, day: 1) <= ordinal { month += 1 }
        return (year, month, ordinal - Self.ordinal(year: year, month: month, day: 1) + 1)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// Durations as seconds, to the nanosecond.
enum Seconds {
    /// About a hundred days: as far as a `Double` counts nanoseconds exactly.
    static let limit = 9_000_000.0

    static func value(_ duration: Duration) -> Double {
        let parts = duration.components
        let nanoseconds = Double(parts.attoseconds / 1_000_000_000)
        return min(max(Double(parts.seconds) + nanoseconds / 1e9, -limit), limit)
    }

    /// With six decimals, for the envelope.
    static func text(_ duration: Duration) -> String {
        let micros = Int(value(duration) * 1e6)
        let fraction = String(abs(micros) % 1_000_000)
        return (micros < 0 ? "-" : "") + "\(abs(micros) / 1_000_000)."
            + String(repeating: "0", count: 6 - fraction.count) + fraction
    }

    static func duration(_ seconds: Double) throws -> Duration {
        guard seconds.isFinite, abs(seconds) <= limit else { throw UnreadableValue("a duration") }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }
}

/// A value in a record that is not what the format says.
struct UnreadableValue: Error {
    let what: String
    init(_ what: String) { self.what = what }
}
