// Prints a line `bench <name> <value> <unit>` for each figure; progress goes to standard error.
import Foundation
import GodHandCore
import GodHandSandbox

do {
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
