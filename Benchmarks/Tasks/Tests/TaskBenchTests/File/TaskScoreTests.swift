import TaskBench
import Testing

struct TaskScoreTests {
    @Test func `parts count by their weights`() {
        let score = TaskScore([.init("a", weight: 3, credit: 1), .init("b", weight: 1, credit: 0.5)])
        #expect(score.value == 0.875)
        #expect(!score.isFull)
    }

    @Test func `what was so at the beginning is worth nothing alone`() {
        let idle = TaskScore([.init("others are there", credit: 1, isGuard: true), .init("done", credit: 0)])
        #expect(idle.value == 0)
        let done = TaskScore([.init("others are there", credit: 1, isGuard: true), .init("done", credit: 1)])
        #expect(done.value == 1 && done.isFull)
        let careless = TaskScore([.init("others are there", credit: 0, isGuard: true), .init("done", credit: 1)])
        #expect(careless.value == 0.5)
    }

    @Test(arguments: [[], [TaskScore.Part("weightless", weight: 0, credit: 1)], [.init("odd", weight: -1, credit: 1)]])
    func `no weight at all is no score`(_ parts: [TaskScore.Part]) {
        #expect(TaskScore(parts).value == 0)
        #expect(!TaskScore(parts).isFull)
    }
}
