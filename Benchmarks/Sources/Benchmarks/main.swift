// Prints a line `bench <name> <value> <unit>` for each figure; progress goes to standard error.
import Foundation
import GodHandCore
import GodHandSandbox

// Without an argument everything is measured, else what is named: `containers`, `goals`, `machines`, `replays`, `reports`
// or `traces`.
let wanted = Set(CommandLine.arguments.dropFirst())
func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }

do {
    if wanted == ["restore"] {
        try await restoreHere()
        exit(0)
    }
    if isWanted("goals") { try await measureGoals(DockerBackend()) }
    if isWanted("machines") { try await measureForks(QEMUBackend()) }
    if isWanted("reports") { try await measureReports() }
    if isWanted("traces") { try await measureTraces(DockerBackend()) }
    if isWanted("replays") { try await measureReplays(DockerBackend()) }
    guard isWanted("containers") else { exit(0) }
    let backend = DockerBackend()
    note(try await backend.engineDescription())
    try await measureMachines(backend)
    try await measureScreens(backend)
    try await measureSteps(backend)
    try measureStreams()
    try await measureCost(backend)
} catch {
    note("error: \(error)")
    exit(1)
}
