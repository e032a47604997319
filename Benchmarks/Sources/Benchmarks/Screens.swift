import Foundation
import GodHandCore
import GodHandSandbox

/// Looking and clicking on a desktop with a browser, and the same done the usual way in the same run.
func measureScreens(_ backend: DockerBackend) async throws {
    note("screens: a browser page, clicks, and the usual way")
    let network = "bench-\(SandboxID.unique())"
    try await backend.withSandboxScope { scope in
        _ = try await scope.create(.wiki(on: network))
        var spec = SandboxSpec.desktop
        spec.network = .named(network)
        let sandbox = try await scope.create(spec)
        let display = try sandbox.display

        let click = try await median(preparing: { try await closeMenu(display) }) {
            let serial = try await display.state().serial
            try await display.click(x: 300, y: 500, button: .right)
            _ = try await display.settledScreenshot(quiet: .milliseconds(20), after: serial, reaction: .seconds(1))
        }
        report("click_to_settled_ms", click, "ms")
        let peer = try await median(preparing: { try await closeMenu(display) }) {
            try await clickAndLookThroughExec(sandbox)
        }
        report("peer_exec_click_shot_ms", peer, "ms")
        report("click_speedup_x", peer / click, "x")
        try await closeMenu(display)

        let serial = try await display.state().serial
        _ = try await sandbox.exec(
            ["setsid", "-f", "firefox-esr", "http://wiki/index.php/Alan_Turing"], timeout: .seconds(20))
        _ = try await display.waitUntilChanged(after: serial, within: .seconds(20))
        _ = try await display.settledScreenshot(quiet: .seconds(2), deadline: .seconds(30))
        report("screenshot_png_ms", try await median { _ = try await display.screenshot() }, "ms")
        try measurePixels(try await display.frame().frame)
    }
}

private func closeMenu(_ display: any Display) async throws {
    let serial = try await display.state().serial
    try await display.press("Escape")
    _ = try await display.settledScreenshot(quiet: .milliseconds(60), after: serial, reaction: .milliseconds(60))
}

/// What a program does that knows only how to run commands in a container: start xdotool, start a screenshot program,
/// copy its file out. Each goes through the engine's own exec.
private func clickAndLookThroughExec(_ sandbox: Sandbox) async throws {
    let environment = ["DISPLAY": ":0"]
    let click = ["xdotool", "mousemove", "300", "500", "click", "3"]
    for command in [click, ["scrot", "--overwrite", "/tmp/shot.png"], ["cat", "/tmp/shot.png"]] {
        let result = try await sandbox.exec(command, environment: environment, user: "user", outputLimit: 8 << 20)
        guard result.isSuccess else {
            throw GodHandError(.execFailed, "\(command[0]) failed with \(result.status): \(result.errorOutput)")
        }
    }
}

/// What is done to pictures once they are here.
private func measurePixels(_ frame: Frame) throws {
    func best(_ body: () throws -> Void) rethrows -> Double {
        let times = try (0..<runs).map { _ in try ContinuousClock().measure(body) / .milliseconds(1) }
        return times.sorted()[runs / 2]
    }
    report("png_encode_ms", try best { _ = try PNG.encode(frame) }, "ms")
    report("frame_scale_ms", try best { _ = try frame.scaled(to: Size(width: 1024, height: 640)) }, "ms")
    let other = frame.filling(Rect(x: 200, y: 200, width: 300, height: 300), red: 1, green: 2, blue: 3)
    report("frame_difference_ms", best { _ = frame.difference(to: other) }, "ms")
}
