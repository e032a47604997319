import Foundation
import GodHandSandbox
import Testing

extension Live {
    /// The code of the article "Your first sandbox", run. It uses only what is public.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct FirstSandboxTests {
        @Test func `commands and files`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let kernel = try await sandbox.exec(["uname", "-sr"])
                print("Inside runs \(kernel.output)")

                try await sandbox.writeFile("/home/user/note.txt", "remember the milk\n")
                let words = try await sandbox.exec(["wc", "-w", "/home/user/note.txt"])
                guard words.isSuccess else { return print("wc ended with \(words.status): \(words.errorOutput)") }
                let note = try await sandbox.readFile("/home/user/note.txt")
                #expect(kernel.output.hasPrefix("Linux"))
                #expect(words.output.hasPrefix("3 "))
                #expect(note == Array("remember the milk\n".utf8))
            }
        }

        @Test func `output as it comes`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                var received = 0
                try await sandbox.withExec(["find", "/usr/share", "-name", "*.png"]) { process in
                    for try await piece in process.output {
                        if case .output(let bytes) = piece { received += bytes.count }
                    }
                    let status = try await process.status()
                    #expect(status == .exited(0))
                }
                #expect(received > 1_000)
            }
        }

        @Test func `mouse, keyboard and screen`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let display = try sandbox.display
                let before = try await display.frame()

                try await display.click(x: 640, y: 400, button: .right)
                let menu = try await display.settledScreenshot(after: before.serial, reaction: .seconds(2))
                try await display.press("Escape")

                let difference = try await display.frame().frame.difference(to: before.frame)
                print("\(difference.changedPixels) pixels are not as they were")
                #expect(menu.isSettled)
                #expect(menu.screenshot.png.count > 1_000)
            }
        }

        @Test func `two forks of one desktop`() async throws {
            let backend = DockerBackend()
            try await backend.withSandboxScope { scope in
                let base = try await scope.create(.desktop)
                try await base.writeFile("/home/user/plan.txt", "one\n")
                let forks = try await scope.fork(base, into: 2, preserving: .filesystem)
                for (number, fork) in forks.enumerated() {
                    try await fork.writeFile("/home/user/plan.txt", "way \(number)\n")
                }
                let plan = try await base.readFile("/home/user/plan.txt")
                #expect(plan == Array("one\n".utf8))
            }
        }

        @Test func `what a failure says`() async throws {
            var spec = SandboxSpec.desktop
            spec.image = "acme/no-such-desktop:latest"
            let error = await failure { [spec] in try await explain(spec) }
            #expect(error?.code == .imageMissing)
            #expect(error?.hint != nil)
        }

        private func explain(_ spec: SandboxSpec) async throws {
            let backend = DockerBackend()
            do {
                try await backend.withSandbox(spec) { sandbox in
                    try await self.use(sandbox)
                }
            } catch let error as GodHandError where error.code == .imageMissing {
                print("\(error.message) \(error.hint ?? "")")
                throw error
            }
        }

        private func use(_ sandbox: Sandbox) async throws {}

        @Test(.liveWiki) func `a desktop that reads a private site`() async throws {
            let backend = DockerBackend()
            try await backend.withSandboxScope { scope in
                let network = "lab-\(SandboxID.unique())"
                _ = try await scope.create(.wiki(on: network))

                var spec = SandboxSpec.desktop
                spec.screen = Size(width: 1024, height: 768)
                spec.network = .named(network)
                let reader = try await scope.create(spec)
                let page = try await reader.exec(["curl", "-fsS", "http://wiki/wiki/Alan_Turing"])
                #expect(page.output.contains("Turing"))
            }
        }
    }
}
