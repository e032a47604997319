// Copies a desktop twice, does something else in each copy at the same time, and compares what came of it.
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox

let folder = "/home/user/Documents"
let ways = ["as text": "sort numbers.txt", "as numbers": "sort -n numbers.txt"]

do {
    try await DockerBackend().withSandboxScope { scope in
        let origin = try await scope.create(.desktop)
        try await origin.writeFile("\(folder)/numbers.txt", "10\n9\n1\n")

        // Containers keep the disk. With QEMUBackend(), .memory keeps the programs, too, in the middle of what they do.
        let copies = try await scope.fork(origin, into: ways.count, preserving: .filesystem)

        var pictures: [Frame] = []
        try await withThrowingTaskGroup(of: (String, String, Frame).self) { group in
            for (copy, (name, way)) in zip(copies, ways) {
                group.addTask {
                    let show = "setsid -f mousepad sorted.txt >/dev/null 2>&1"
                    let sorted = try await copy.exec(["sh", "-c", "cd \(folder); \(way) | tee sorted.txt; \(show)"])
                    let window = Assertion.windowTitle(contains: "sorted").eventually(within: .seconds(30))
                    _ = try await window.check(in: copy)
                    return (name, sorted.output, try await copy.display.settledFrame().frame)
                }
            }
            for try await (name, output, picture) in group {
                print("\(name): \(output.split(separator: "\n").joined(separator: ", "))")
                pictures.append(picture)
            }
        }

        let difference = pictures[0].difference(to: pictures[1])
        print("Their screens differ in \(difference.changedPixels) pixels, at \(difference.boxes.count) places")
        let files = try await origin.exec(["ls", folder])
        print("The origin has what it had: \(files.output)", terminator: "")
    }
} catch {
    print("error: \(error)")
    exit(1)
}
