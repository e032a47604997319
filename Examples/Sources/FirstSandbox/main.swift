// Makes a desktop, asks it who it is, opens its menu, and keeps a picture of that.
import Foundation
import GodHandCore
import GodHandSandbox

do {
    try await DockerBackend().withSandbox(.desktop) { sandbox in
        let kernel = try await sandbox.exec(["uname", "-sr"])
        print("Inside runs \(kernel.output)", terminator: "")

        try await sandbox.display.click(x: 640, y: 400, button: .right)
        let picture = try await sandbox.display.settledScreenshot(reaction: .milliseconds(300)).screenshot
        try picture.png.write(to: URL(filePath: "first-sandbox.png"))
        print("first-sandbox.png shows its menu")
    }  // Here the machine is gone, whatever happened above.
} catch {
    print("error: \(error)")
    exit(1)
}
