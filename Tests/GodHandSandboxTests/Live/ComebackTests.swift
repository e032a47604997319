import Testing

@testable import GodHandSandbox

extension Live {
    /// What comes back in a fork of a container, of which only the disk survives.
    @Suite(.liveWiki, .timeLimit(.minutes(3))) struct ComebackTests {
        @Test func `the browser comes back with its page and what was typed into it`() async throws {
            let network = "test-\(SandboxID.unique())"
            try await DockerBackend().withSandboxScope { scope in
                var spec = SandboxSpec.desktop
                spec.network = .named(network)
                async let wiki = scope.create(.wiki(on: network))
                async let desktop = scope.create(spec)
                let (_, sandbox) = try await (wiki, desktop)
                try await Self.open(
                    ["firefox-esr", "http://wiki/index.php/Special:AllPages"], "All pages", in: sandbox)
                let elements = "/usr/lib/godhand/look elements"
                try await Self.waitUntil("\(elements) | grep -q 'Display pages'", in: sandbox)
                try await sandbox.display.input.perform(.click(at: Self.field))
                try await sandbox.display.input.perform(.type("Bletchley"))

                // Right after the last letter.
                let fork = try await scope.fork(sandbox, into: 1, preserving: .filesystem)[0]
                let before = try await Self.windows(in: sandbox)
                let after = try await Self.windows(in: fork)
                #expect(after == before && after.contains("All pages"), "\(before)\n\(after)")
                try await Self.waitUntil("\(elements) | grep -q 'Display pages'", in: fork)
                // Forms are filled in once all of the page is there, and nothing tells of that.
                var text = ""
                for _ in 0..<20 where text != "Bletchley" {
                    try await fork.display.input.perform(.click(at: Self.field))
                    text = try await Self.copyAll(in: fork)
                }
                #expect(text == "Bletchley")
            }
        }

        @Test func `an editor, a terminal and the clipboard come back, and what was closed does not`() async throws {
            try await DockerBackend().withSandboxScope { scope in
                let sandbox = try await scope.create(.desktop)
                _ = try await sandbox.exec(["mkdir", "/home/user/work"])
                try await Self.open(["thunar"], "Thunar", in: sandbox)
                try await Self.open(["lxterminal", "--working-directory=/home/user/work"], "work", in: sandbox)
                try await Self.open(["mousepad"], "Mousepad", in: sandbox)
                try await sandbox.display.input.perform(.type("not saved"))
                try await sandbox.setClipboard("copied")
                _ = try await sandbox.exec(["pkill", "-x", "Thunar|thunar"])

                let forks = try await scope.fork(sandbox, into: 2, preserving: .filesystem)
                for fork in forks {
                    let titles = try await Self.titles(in: fork)
                    #expect(titles.contains { $0.hasSuffix("work") }, "\(titles)")
                    #expect(titles.contains { $0.hasSuffix(" - Mousepad") }, "\(titles)")
                    #expect(!titles.contains { $0.contains("Thunar") }, "\(titles)")
                    #expect(try await fork.clipboard() == "copied")
                    let active = try await fork.exec(["xdotool", "getactivewindow", "getwindowname"]).output
                    #expect(active.contains("Mousepad"))
                    #expect(try await Self.copyAll(in: fork) == "not saved")
                }
            }
        }

        @Test func `a program of one's own comes back as it is registered`() async throws {
            try await DockerBackend().withSandboxScope { scope in
                let sandbox = try await scope.create(.desktop)
                let script = """
                    mkdir -p ~/.config/godhand/comeback.d
                    ln -s /usr/lib/godhand/comeback.d/.again ~/.config/godhand/comeback.d/yad
                    cd /home/user/Documents
                    setsid -f yad --title="two words" --text="it's here" --no-buttons </dev/null >/dev/null 2>&1
                    """
                #expect(try await sandbox.exec(["sh", "-c", script]).isSuccess)
                try await Self.waitUntil("xdotool search --onlyvisible --name 'two words'", in: sandbox)
                let fork = try await scope.fork(sandbox, into: 1, preserving: .filesystem)[0]
                let titles = try await Self.titles(in: fork)
                #expect(titles.contains("two words"), "\(titles)")
                let place = "readlink /proc/$(pgrep -x yad)/cwd"
                #expect(try await fork.exec(["sh", "-c", place]).output == "/home/user/Documents\n")
                // A session that starts again on the same machine begins empty.
                #expect(try await sandbox.exec(["pkill", "-9", "-x", "Xvnc"]).isSuccess)
                try await Self.waitUntil("xprop -root _NET_SUPPORTING_WM_CHECK 2>&1 | grep -q window", in: sandbox)
                try await Self.waitUntil("pgrep -x tint2", in: sandbox)
                #expect(try await !sandbox.exec(["pgrep", "-x", "yad"]).isSuccess)
            }
        }

        /// The first field of the page that lists all pages.
        private static let field = Point(x: 400, y: 349)

        /// What is open, with title and place, but not by which number the X server knows it.
        private static func windows(in sandbox: Sandbox) async throws -> String {
            let look = "/usr/lib/godhand/look windows | sed 's/\"[ip]i*d\":[0-9]*,//g'"
            return try await sandbox.exec(["sh", "-c", look]).output
        }

        /// The text of what has the focus.
        private static func copyAll(in sandbox: Sandbox) async throws -> String {
            try await sandbox.setClipboard("nothing")
            for keys in ["ctrl+a", "ctrl+c"] as [KeyChord] { try await sandbox.display.input.perform(.key(keys)) }
            _ = try await sandbox.display.settledFrame(quiet: .milliseconds(300))
            return try await sandbox.clipboard()
        }

        private static func titles(in sandbox: Sandbox) async throws -> [String] {
            let search = ["xdotool", "search", "--onlyvisible", "--name", ".", "getwindowname", "%@"]
            return try await sandbox.exec(search).output.split(separator: "\n").map(String.init)
        }

        /// Starts a program that stays, and waits for its window.
        private static func open(_ program: [String], _ title: String, in sandbox: Sandbox) async throws {
            #expect(try await sandbox.exec(["setsid", "-f"] + program).isSuccess)
            try await waitUntil("xdotool search --onlyvisible --name '\(title)'", in: sandbox)
        }

        private static func waitUntil(_ condition: String, in sandbox: Sandbox) async throws {
            let script = "until \(condition); do sleep 0.1; done"
            do { _ = try await sandbox.exec(["sh", "-c", script], timeout: .seconds(30)) } catch {
                Issue.record("It never came that: \(condition)")
                throw error
            }
        }
    }
}
