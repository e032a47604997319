import Foundation
import GodHandTesting
import Testing

@testable import GodHandSandbox

extension LiveMachines {
    @Suite(.liveVM, .timeLimit(.minutes(5))) struct QEMUBootTests {
        @Test func `a machine boots, shows its screen, runs commands and goes without a trace`() async throws {
            let backend = QEMUBackend()
            let places = try backend.places()
            let began = ContinuousClock.now
            let id = try await backend.withSandbox(.vm) { sandbox in
                print("booted in", ContinuousClock.now - began)
                let shot = try await sandbox.display.screenshot()
                #expect(shot.size == Size(width: 1280, height: 800))
                let name = try await sandbox.exec(["uname", "-s"]).output
                #expect(name == "Linux\n")
                return sandbox.id
            }
            #expect(!FileManager.default.fileExists(atPath: places.machine(id)))
            #expect(!FileManager.default.fileExists(atPath: places.memory(of: id)))
            #expect(HostProcess.all(whoseArgumentsContain: "gh-\(id)").isEmpty)
        }
    }
}
