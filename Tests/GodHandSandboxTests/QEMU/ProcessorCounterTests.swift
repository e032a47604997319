import Testing

@testable import GodHandSandbox

@Suite("The processor's counter")
struct ProcessorCounterTests {
    #if arch(x86_64)
        @Test("Its rate is one that a processor has, and translated guests are told")
        func rate() throws {
            let kilohertz = try #require(ProcessorCounter.kilohertz)
            #expect((500_000...10_000_000).contains(kilohertz))
            #expect(ProcessorCounter.kernelArgument(.tcg) == "tsc_early_khz=\(kilohertz)")
        }
    #endif

    @Test("Guests that run on the processor itself ask it", arguments: [QEMUAcceleration.kvm, .hvf])
    func accelerated(_ acceleration: QEMUAcceleration) {
        #expect(ProcessorCounter.kernelArgument(acceleration) == nil)
    }
}
