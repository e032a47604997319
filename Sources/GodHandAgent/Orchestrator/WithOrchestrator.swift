import Foundation
public import GodHandCore

/// Lends an ``Orchestrator`` to the body. When this returns, nothing of it runs any more, and no machine is left.
///
/// - Parameters:
///   - backend: What makes the machines.
///   - settings: How it works.
///   - ledger: Where ownership of machines is written down; nil for `OwnerLedger.process`.
///   - work: Done in each attempt, many at once. What it returns is how the goal ended; a failed outcome, or an error, may
///     lead to another attempt.
///   - body: Submits goals and waits for them. The orchestrator must not outlive it.
/// - Returns: What the body returns, after the shutdown that ``OrchestratorSettings/atEnd`` names.
/// - Throws: The body's error, after runs were stored; `GodHandError` with `name.taken` if another orchestrator has the
///   directory, `unsupported` if a later version wrote its journal, `request.invalid`, `host.failed` or `disk.full`.
public func withOrchestrator<Success>(
    on backend: any SandboxBackend, _ settings: OrchestratorSettings = OrchestratorSettings(),
    ledger: OwnerLedger? = nil, work: @escaping Orchestrator.Work,
    body: (Orchestrator) async throws -> sending Success
) async throws -> sending Success {
    try await withOrchestrator(
        on: backend, settings, ledger: ledger, time: OrchestratorTime(ContinuousClock()), work: work, body: body)
}

func withOrchestrator<Success>(
    on backend: any SandboxBackend, _ settings: OrchestratorSettings, ledger: OwnerLedger?, time: OrchestratorTime,
    work: @escaping Orchestrator.Work, body: (Orchestrator) async throws -> sending Success
) async throws -> sending Success {
    let ledger = try ledger ?? OwnerLedger.process
    return try await backend.withSandboxScope(ledger: ledger) { scope in
        let journal = try settings.directory.map { try GoalJournal(in: $0.path(percentEncoded: false)) }
        let orchestrator = try Orchestrator(
            on: backend, settings, journal: journal, scope: scope, ledger: ledger, time: time, work: work)
        await orchestrator.takeUp()
        // Not a child, since who cancels the caller wants runs to be stored, not to be broken off.
        let loop = Task { await orchestrator.run() }
        func end(_ mode: Shutdown) async {
            await withTaskCancellationHandler {
                await orchestrator.shutdown(Task.isCancelled ? .checkpoint(within: .seconds(30)) : mode)
                await loop.value
            } onCancel: {
                Task { await orchestrator.shutdown(.checkpoint(within: .seconds(30))) }
            }
            await orchestrator.close()
        }
        do {
            let result = try await body(orchestrator)
            await end(settings.atEnd)
            return result
        } catch {
            await end(.checkpoint(within: .seconds(30)))
            throw error
        }
    }
}
