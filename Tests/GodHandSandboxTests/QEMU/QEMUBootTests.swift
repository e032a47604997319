import Foundation
import GodHandTesting
import Testing

@testable import GodHandSandbox

extension LiveMachines {
    @Suite(.liveVM, .timeLimit(.minutes(5))) struct QEMUBootTests {
        @Test func `a machine boots, shows its screen, runs commands and goes without a trace`() async throws {
            let backend = QEMUBackend()
            let places = try backend.places()
            var spec = SandboxSpec.vm
            spec.hostname = "newcomer"
            spec.environment = ["GODHAND_COLOUR": "blue"]
            let id = try await backend.withSandbox(spec) { sandbox in
                let shot = try await sandbox.display.screenshot()
                #expect(shot.size == Size(width: 1280, height: 800))
                let kernel = try await sandbox.exec(["uname", "-sn"]).output
                #expect(kernel == "Linux newcomer\n")
                let colour = try await sandbox.exec(["printenv", "GODHAND_COLOUR"]).output
                #expect(colour == "blue\n")
                let users = try await [sandbox.exec(["id", "-u"]), sandbox.exec(["id", "-u"], user: "root")].map(
                    \.output)
                #expect(users == ["1000\n", "0\n"])
                let interfaces = try await sandbox.exec(["ls", "/sys/class/net"]).output
                #expect(interfaces == "lo\n")
                let clock = try await sandbox.exec(["date", "+%s"]).output.trimmingCharacters(
                    in: .whitespacesAndNewlines)
                #expect(abs((Double(clock) ?? 0) - Date().timeIntervalSince1970) < 60)
                return sandbox.id
            }
            #expect(!FileManager.default.fileExists(atPath: places.machine(id)))
            #expect(!FileManager.default.fileExists(atPath: places.memory(of: id)))
            #expect(HostProcess.all(whoseArgumentsContain: "gh-\(id)").isEmpty)
        }

        @Test func `a guest with a network reaches this host, and shows its ports on the loopback address`()
            async throws
        {
            var spec = SandboxSpec.vm
            spec.network = .full
            let port = try { try TakenPort().number }()
            spec.ports = [.init(guest: 8080, host: port)]
            try await QEMUBackend().withSandbox(spec) { sandbox in
                let machine = try #require(sandbox.machine as? QEMUMachine)
                guard case .user(let address, _) = machine.files.record.board.network else {
                    Issue.record("The machine has no interface.")
                    return
                }
                let own = try await sandbox.exec(["cat", "/sys/class/net/eth0/address"]).output
                #expect(own == address + "\n")
                try await sandbox.withExec(["python3", "-m", "http.server", "8080"]) { _ in
                    let text = try await Self.fetch(port: port)
                    #expect(text.hasPrefix("HTTP/1.0 200"))
                }
            }
        }

        @Test func `letters, capitals and signs arrive as they were typed`() async throws {
            try await QEMUBackend().withSandbox(.vm) { sandbox in
                let line = "cat > /tmp/typed; touch /tmp/end"
                try await sandbox.withExec(["lxterminal", "--no-remote", "-e", "sh", "-c", line]) { _ in
                    let shell = "until xdotool search --onlyvisible --class lxterminal; do sleep 0.1; done"
                    _ = try await sandbox.exec(["sh", "-c", shell])
                    _ = try await sandbox.display.settledScreenshot(quiet: .seconds(1), deadline: .seconds(20))
                    let text = "Yours, Charles! 1+1=2; (A_b-C) {x|y} <z> \"q\" 'r' ~ ` @ # $ % ^ & * : / ? \\ [ ]"
                    try await sandbox.display.type(text + "\n")
                    try await sandbox.display.press("ctrl+d")
                    _ = try await sandbox.exec(["sh", "-c", "until [ -e /tmp/end ]; do sleep 0.1; done"])
                    let typed = try await sandbox.exec(["cat", "/tmp/typed"]).output
                    #expect(typed == text + "\n")
                }
            }
        }

        /// The first bytes that a web server says, asked again until it listens.
        private static func fetch(port: Int) async throws -> String {
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end {
                let socket = try await LoopbackTransport(port: UInt16(port)).connect()
                let stream = SocketStream(descriptor: try Descriptor.duplicate(socket.rawValue))
                try await stream.write(Array("GET / HTTP/1.0\r\n\r\n".utf8))
                let answer = String(decoding: try await stream.read(upTo: 100), as: UTF8.self)
                if !answer.isEmpty { return answer }
                try await Task.sleep(for: .milliseconds(200))
            }
            return ""
        }
    }
}
