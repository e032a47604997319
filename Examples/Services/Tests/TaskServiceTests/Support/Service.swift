import Foundation
import GodHandCore
import GodHandTesting
import Logging
import ServiceSupport
import TaskService
import Testing

/// Runs a service in this process, on simulated machines, for as long as the body takes.
func withService<Value: Sendable>(
    in directory: URL? = nil, backend: SimulatedBackend = SimulatedBackend(),
    _ change: (inout TaskService.Settings) -> Void = { _ in },
    _ body: @escaping @Sendable (Client) async throws -> Value
) async throws -> Value {
    let place = directory ?? temporaryPlace()
    defer { if directory == nil { try? FileManager.default.removeItem(at: place) } }
    var settings = TaskService.Settings(directory: place)
    settings.isRehearsal = true
    settings.requestsPerSecond = 10_000
    change(&settings)
    let service = TaskService(settings, token: .random(), backend: backend)
    let token = service.token.revealed
    let (ports, port) = AsyncStream<Int>.makeStream()
    let (ends, end) = AsyncStream<Never>.makeStream()
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask {
            defer { port.finish() }
            try await service.run(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) { number, _ in
                port.yield(number)
            } until: {
                for await _ in ends {}
            }
            return nil
        }
        group.addTask {
            defer { end.finish() }
            for await number in ports { return try await body(Client(port: number, token: token)) }
            return nil
        }
        var result: Value?
        for try await value in group { result = result ?? value }
        return try #require(result, "the service did not start")
    }
}

func temporaryPlace() -> URL {
    FileManager.default.temporaryDirectory.appending(
        path: "godhand-service-\(UInt64.random(in: 0...UInt64.max))", directoryHint: .isDirectory)
}
