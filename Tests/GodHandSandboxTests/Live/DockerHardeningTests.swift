import Foundation
import Testing

@testable import GodHandSandbox

extension Live {
    /// What a guest can do, asked from inside.
    @Suite(.liveDesktop, .timeLimit(.minutes(3))) struct DockerHardeningTests {
        @Test func `a guest has no privileges and cannot get any`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let status = try await sandbox.exec(["cat", "/proc/self/status"]).output
                for line in [
                    "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000000",
                    "NoNewPrivs:\t1",
                    "Seccomp:\t2",
                ] {
                    #expect(status.contains(line), "\(line)")
                }
                // Not even as the administrator of the guest.
                let root = try await sandbox.exec(["cat", "/proc/self/status"], user: "root").output
                #expect(root.contains("CapEff:\t0000000000000000"))
            }
        }

        @Test(arguments: [
            ["unshare", "--mount", "true"], ["unshare", "--uts", "true"], ["unshare", "--cgroup", "true"],
            ["mount", "-t", "tmpfs", "none", "/mnt"], ["unshare", "--user", "--map-root-user", "--mount", "true"],
            ["chroot", "/", "true"], ["ls", "/var/run/docker.sock"], ["touch", "/run/godhand/mine"],
            ["rm", "/run/godhand/agent.sock"], ["perl", "-e", "exit(syscall(425, 1, 0) >= 0 ? 0 : 1)"],
            ["perl", "-e", "use Socket; exit(socket(my $s, 16, SOCK_RAW, 12) ? 0 : 1)"],
            ["perl", "-e", "use Socket; exit(socket(my $s, 40, SOCK_STREAM, 0) ? 0 : 1)"],
        ])
        func `what a guest may not do`(command: [String]) async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let result = try await sandbox.exec(command)
                #expect(!result.isSuccess)
            }
        }

        @Test func `a browser may isolate its pages`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let spaces = ["unshare", "--user", "--net", "--ipc", "--pid", "--fork", "true"]
                let result = try await sandbox.exec(spaces)
                #expect(result.isSuccess, "\(result.errorOutput)")
            }
        }

        @Test func `limits hold`() async throws {
            var spec = SandboxSpec.desktop
            spec.memory = 512 << 20
            spec.processLimit = 200
            try await DockerBackend().withSandbox(spec) { [spec] sandbox in
                let script = "for i in $(seq 400); do sleep 100 & done 2>&1; wait -n"
                let forks = try await sandbox.exec(["timeout", "5", "sh", "-c", script])
                #expect(forks.output.lowercased().contains("fork"))
                let hog = try await sandbox.exec(["perl", "-e", "my $x = 'x' x \(spec.memory * 2); print length $x"])
                #expect(!hog.isSuccess)
                #expect(try await sandbox.exec(["true"]).isSuccess)
            }
        }

        @Test func `a sealed machine writes only where nothing stays`() async throws {
            var spec = SandboxSpec.desktop
            spec.profile = .sealed
            try await DockerBackend().withSandbox(spec) { sandbox in
                let root = try await sandbox.exec(["touch", "/usr/share/x"], user: "root")
                #expect(!root.isSuccess)
                for place in ["/tmp/x", "/home/user/x", "/var/tmp/x"] {
                    #expect(try await sandbox.exec(["touch", place]).isSuccess)
                }
                #expect(sandbox.machine.filesystemSnapshots == nil)
                let error = await failure { _ = try await sandbox.snapshot(.filesystem) }
                #expect(error?.code == .unsupported)
            }
        }

        @Test func `without a network there is only loopback, on a named one only the others on it`() async throws {
            let name = "test-\(SandboxID.unique())"
            try await DockerBackend().withSandboxScope { scope in
                var spec = SandboxSpec.desktop
                let alone = try await scope.create(spec)
                #expect(try await alone.exec(["ls", "/sys/class/net"]).output == "lo\n")

                spec.network = .named(name)
                spec.hostname = "first"
                let first = try await scope.create(spec)
                spec.hostname = "second"
                let second = try await scope.create(spec)
                #expect(try await first.exec(["getent", "hosts", "second"]).isSuccess)
                #expect(try await second.exec(["getent", "hosts", "first"]).isSuccess)
                // Neither the host nor what is beyond it: the gateway, the engine's own network, the world.
                let port = try TakenPort()
                let script = """
                    use IO::Socket::INET;
                    my ($port) = @ARGV; my %at = ("172.17.0.1" => $port, "1.1.1.1" => 53);
                    open(my $r, "<", "/proc/net/route"); <$r>;
                    while (<$r>) { my @f = split; $at{join ".", reverse map hex, $f[2] =~ /../g} = $port if $f[2] ne "00000000" }
                    for (keys %at) { print "$_\\n" if IO::Socket::INET->new(PeerAddr => $_, PeerPort => $at{$_}, Timeout => 2) }
                    """
                let reached = try await first.exec(["perl", "-e", script, "\(port.number)"])
                #expect(reached.isSuccess && reached.output.isEmpty, "\(reached)")
            }
            let left = try await DockerBackend().engine().listNetworks(label: DockerLabel.id).map(\.name)
            #expect(!left.contains("gh-net-\(name)"))
        }

        @Test func `nothing secret and nothing of the host is told to the engine`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let engine = try await DockerBackend().engine()
                let answer = try await engine.call(
                    "GET", "/containers/\(DockerName.container(sandbox.id))/json", "look")
                let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
                let host = json?["HostConfig"] as? [String: Any]
                #expect((host?["PortBindings"] as? [String: Any])?.isEmpty != false)
                #expect(host?["Privileged"] as? Bool == false)
                #expect(host?["NetworkMode"] as? String == "none")
                #expect(host?["PidsLimit"] as? Int == 1024)
                #expect(host?["Memory"] as? Int == 2 << 30)
                let environment = (json?["Config"] as? [String: Any])?["Env"] as? [String] ?? []
                // All of them are the image's own, but for the size of the screen.
                let names = Set(environment.map { String($0.prefix { $0 != "=" }) })
                #expect(names.isSuperset(of: ["GODHAND_SCREEN", "PATH"]))
                #expect(
                    names.isDisjoint(
                        with: Set(ProcessInfo.processInfo.environment.keys).subtracting([
                            "PATH", "HOME", "LANG", "USER",
                        ])))
            }
        }
    }
}
