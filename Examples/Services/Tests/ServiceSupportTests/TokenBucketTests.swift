import ServiceSupport
import Testing

@Suite("How often something may be done")
struct TokenBucketTests {
    private let start = ContinuousClock().now

    @Test("so many at once, then one for each span of time")
    func refill() {
        var bucket = TokenBucket(capacity: 3, perSecond: 2)
        for _ in 0..<3 { #expect(bucket.take(at: start) == nil) }
        #expect(bucket.take(at: start) == .milliseconds(500))
        #expect(bucket.take(at: start + .milliseconds(500)) == nil)
        #expect(bucket.take(at: start + .milliseconds(500)) != nil)
    }

    @Test("a long rest fills it no further than to the brim")
    func brim() {
        var bucket = TokenBucket(capacity: 2, perSecond: 100)
        #expect(bucket.take(at: start) == nil)
        let later = start + .seconds(3600)
        #expect(bucket.take(at: later) == nil)
        #expect(bucket.take(at: later) == nil)
        #expect(bucket.take(at: later) != nil)
    }

    @Test("time that goes backwards gives nothing")
    func backwards() {
        var bucket = TokenBucket(capacity: 1, perSecond: 1)
        #expect(bucket.take(at: start) == nil)
        #expect(bucket.take(at: start - .seconds(60)) != nil)
        #expect(bucket.take(at: start) != nil)
    }
}
