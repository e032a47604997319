import Dispatch
import Foundation
import Synchronization

/// How many threads at once make copying of memory faster; beyond this memory itself is the limit.
let workers = min(4, ProcessInfo.processInfo.activeProcessorCount)

/// Runs blocking work on a thread that no task needs. It cannot be cancelled, so it must end by itself and soon.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async { continuation.resume(with: Result(catching: work)) }
    }
}

/// Runs blocking work for each element, on several threads, and waits for all; throws one of the errors if there are any.
func concurrently<Element: Sendable>(_ elements: [Element], _ work: @Sendable (Element) throws -> Void) throws {
    _ = try concurrentlyMap(elements, work)
}

/// The same for work that has results; they come in the order of the elements.
func concurrentlyMap<Element: Sendable, Value: Sendable>(
    _ elements: [Element], _ work: @Sendable (Element) throws -> Value
) throws -> [Value] {
    let results = Mutex<[Int: Result<Value, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: elements.count) { index in
        let result = Result { try work(elements[index]) }
        results.withLock { $0[index] = result }
    }
    return try results.withLock { results in try elements.indices.compactMap { try results[$0]?.get() } }
}
