/// How alike two rows are, from 0 to 1: twice the length of what they share, by the length of both. What they share is
/// found as Python's difflib finds it, since scores depend on that: the longest common run first, then left and right of
/// it the same.
struct SequenceRatio<Element: Hashable> {
    private let first: [Element]
    private let second: [Element]
    private let places: [Element: [Int]]

    init(_ first: [Element], _ second: [Element]) {
        self.first = first
        self.second = second
        var places: [Element: [Int]] = [:]
        for (place, element) in second.enumerated() { places[element, default: []].append(place) }
        // In long rows, what is everywhere begins no run.
        if second.count >= 200 {
            let often = second.count / 100 + 1
            places = places.filter { $0.value.count <= often }
        }
        self.places = places
    }

    var ratio: Double {
        let whole = first.count + second.count
        return whole == 0 ? 1 : 2 * Double(shared) / Double(whole)
    }

    private var shared: Int {
        var sum = 0
        // A list of what is left to look at, because rows may be longer than a stack is deep.
        var left = [(first.startIndex..<first.endIndex, second.startIndex..<second.endIndex)]
        while let (a, b) = left.popLast() {
            let (start, other, length) = longestRun(a, b)
            guard length > 0 else { continue }
            sum += length
            left.append((a.lowerBound..<start, b.lowerBound..<other))
            left.append((start + length..<a.upperBound, other + length..<b.upperBound))
        }
        return sum
    }

    private func longestRun(_ a: Range<Int>, _ b: Range<Int>) -> (Int, Int, Int) {
        var (start, other, length) = (a.lowerBound, b.lowerBound, 0)
        var runs: [Int: Int] = [:]
        for i in a {
            var next: [Int: Int] = [:]
            for j in places[first[i]] ?? [] where b.contains(j) {
                let run = (runs[j - 1] ?? 0) + 1
                next[j] = run
                if run > length { (start, other, length) = (i - run + 1, j - run + 1, run) }
            }
            runs = next
        }
        // What is everywhere begins no run, and still may be at its ends.
        while start > a.lowerBound, other > b.lowerBound, first[start - 1] == second[other - 1] {
            (start, other, length) = (start - 1, other - 1, length + 1)
        }
        while start + length < a.upperBound, other + length < b.upperBound,
            first[start + length] == second[other + length]
        { length += 1 }
        return (start, other, length)
    }
}
