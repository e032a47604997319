import Foundation
import Testing

@testable import GodHandSandbox

extension Live {
    /// The images do what they are for.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct DesktopImageTests {
        @Test func `Firefox isolates all its pages`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                try await Self.openFirefox("about:blank", in: sandbox)
                // Processes that show pages, each with the user name space that it is in; the first line is our own.
                let script = """
                    readlink /proc/self/ns/user
                    for process in $(pgrep -f -- '-contentproc.* tab ?$'); do
                        readlink /proc/$process/ns/user
                    done
                    """
                let spaces = try await sandbox.exec(["sh", "-c", script]).output.split(separator: "\n")
                #expect(spaces.count >= 2, "\(spaces)")
                #expect(!spaces.dropFirst().contains(spaces[0]), "\(spaces)")
            }
        }

        /// What looks at a desktop sooner sees the same as what looks later: else no run could be done again.
        @Test func `a desktop that is there has its panel`() async throws {
            try await DockerBackend().withSandboxScope { scope in
                for _ in 0..<4 {
                    let sandbox = try await scope.create(.desktop)
                    let area = try await sandbox.exec(["xprop", "-root", "_NET_WORKAREA"]).output
                    #expect(area.contains("= 0, 0, 1280, 764"), "\(area)")
                }
            }
        }

        @Test func `the session comes back after the X server died`() async throws {
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let display = try sandbox.display
                let first = try await sandbox.exec(["pgrep", "-x", "Xvnc"]).output
                let kill = try await sandbox.exec(["pkill", "-9", "-x", "Xvnc"])
                #expect(kill.isSuccess)
                let isUp = "until xprop -root _NET_SUPPORTING_WM_CHECK 2>&1 | grep -q window; do sleep 0.05; done"
                let back = try await sandbox.exec(["sh", "-c", isUp], timeout: .seconds(20))
                #expect(back.isSuccess)
                let second = try await sandbox.exec(["pgrep", "-x", "Xvnc"]).output
                #expect(!second.isEmpty && second != first)
                // The same display shows the new session, and hands reach it.
                let before = try await display.settledFrame(quiet: .milliseconds(300))
                try await display.click(x: 640, y: 400, button: .right)
                let change = try await display.change(after: before.serial, within: .seconds(10))
                #expect(change != nil)
            }
        }

        @Test func `the encyclopedia is reached by name, and searched`() async throws {
            let network = "test-\(SandboxID.unique())"
            try await DockerBackend().withSandboxScope { scope in
                var spec = SandboxSpec.desktop
                spec.network = .named(network)
                async let wiki = scope.create(.wiki(on: network))
                async let desktop = scope.create(spec)
                let (_, sandbox) = try await (wiki, desktop)
                let pages = try await Self.get(
                    "/api.php?action=query&list=allpages&aplimit=200&format=json", in: sandbox)
                let titles = pages.components(separatedBy: "\"title\":").count - 1
                #expect(titles >= 40)
                let found = try await Self.get("/index.php?search=enigma+machine&ns0=1&fulltext=1", in: sandbox)
                #expect(found.contains("Alan Turing"))
                let article = try await Self.get("/index.php/Alan_Turing", in: sandbox)
                #expect(article.contains("23 June 1912"))
                #expect(article.contains("Category:"))
            }
        }

        @Test func `the image is small, and says what is in it`() async throws {
            struct Inspection: Decodable { let size: Int }
            let engine = try await DockerBackend().engine()
            let desktop = try await engine.fetch(
                Inspection.self, "GET", "/images/\(SandboxSpec.desktop.image)/json", "inspect the desktop image")
            #expect(desktop.size < 1_200_000_000)
            try await DockerBackend().withSandbox(.desktop) { sandbox in
                let manifest = try await sandbox.exec(["cat", "/usr/share/godhand/packages.manifest"]).output
                for package in ["firefox-esr", "tigervnc-standalone-server", "openbox", "xdotool", "xclip"] {
                    #expect(manifest.contains(package), "\(package)")
                }
                for character in ["中", "あ", "가", "é", "Ж", "😀"].compactMap(\.unicodeScalars.first) {
                    let pattern = ":charset=\(String(character.value, radix: 16))"
                    let families = try await sandbox.exec(["fc-list", pattern, "family"]).output
                    #expect(!families.isEmpty, "\(character)")
                }
            }
        }

        /// Opens the browser and waits until a process that shows pages is there.
        private static func openFirefox(_ address: String, in sandbox: Sandbox) async throws {
            _ = try await sandbox.exec(["setsid", "-f", "firefox-esr", address])
            let hasPage = "until pgrep -f -- '-contentproc.* tab ?$'; do sleep 0.05; done"
            let result = try await sandbox.exec(["sh", "-c", hasPage], timeout: .seconds(60))
            #expect(result.isSuccess)
            _ = try await sandbox.display.settledFrame(quiet: .seconds(1), deadline: .seconds(30))
        }

        private static func get(_ path: String, in sandbox: Sandbox) async throws -> String {
            let script = """
                use IO::Socket::INET;
                my $s = IO::Socket::INET->new(PeerAddr => "wiki", PeerPort => 80, Timeout => 20) or die "no answer: $@";
                print $s "GET $ARGV[0] HTTP/1.0\\r\\nHost: wiki\\r\\n\\r\\n";
                print while <$s>;
                """
            let result = try await sandbox.exec(["perl", "-e", script, path])
            #expect(result.isSuccess, "\(result.errorOutput)")
            return result.output
        }
    }
}
