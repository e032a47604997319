import Testing

@testable import GodHandAgent

@Suite struct SearchFrontierTests {
    private func frontier(_ strategy: BranchSearch.Strategy, depth: Int = 3) -> SearchFrontier {
        SearchFrontier(strategy, depth: depth)
    }

    private func place(_ branch: Int, _ score: Double, depth: Int = 1) -> SearchFrontier.Candidate {
        SearchFrontier.Candidate(branch: branch, depth: depth, score: score)
    }

    @Test func `a beam keeps the best of a level, and lets go of each other one as soon as it is known to lose`() {
        var beam = frontier(.beam(2))
        #expect(beam.next() == [0] && beam.next() == [])
        #expect(beam.add(place(1, 0.5)) == [] && beam.add(place(2, 0.1)) == [])
        #expect(beam.add(place(3, 0.9)) == [2])
        #expect(beam.add(place(4, 0.5)) == [4], "of equals the one that was opened first stays")
        #expect(beam.add(place(5, 0.05)) == [5])
        #expect(beam.next() == [3, 1] && beam.next() == [])
    }

    @Test func `a beam does not go on from the deepest level`() {
        var beam = frontier(.beam(1), depth: 1)
        #expect(beam.next() == [0] && beam.add(place(1, 0.5)) == [])
        #expect(beam.next() == [])
    }

    @Test func `best first goes on from the best place of any level`() {
        var best = frontier(.bestFirst(keeping: 3))
        #expect(best.next() == [0])
        for candidate in [place(1, 0.2), place(2, 0.6), place(3, 0.4)] { #expect(best.add(candidate) == []) }
        #expect(best.next() == [2])
        #expect(best.add(place(4, 0.3, depth: 2)) == [] && best.add(place(5, 0.1, depth: 2)) == [5])
        #expect(best.add(place(6, 0.9, depth: 3)) == [6], "nothing can come after it")
        #expect(best.next() == [3] && best.next() == [4] && best.next() == [1] && best.next() == [])
    }

    @Test func `the first good one is gone on from, and the one before it when nothing is left there`() {
        var first = frontier(.firstGood(atLeast: 0.5))
        #expect(first.next() == [0] && first.stride == 1)
        #expect(first.add(place(1, 0.4)) == [1])
        #expect(first.next() == [0])
        #expect(first.add(place(2, 0.5)) == [])
        #expect(first.next() == [2])
        first.remove(2)
        #expect(first.next() == [0])
        first.remove(0)
        #expect(first.next() == [])
    }
}
