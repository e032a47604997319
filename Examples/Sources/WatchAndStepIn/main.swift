// Watches an agent at work. In the middle a person takes the keyboard, writes a line, tells the agent, and hands back.
import Foundation
import GodHandAgent
import GodHandCore
import GodHandSandbox

let letter = "/home/user/letter.txt"

// What a model would decide, written down, so that this goes the same way each time.
let model = ScriptedModel([
    .act(.waitFor(.window("letter.txt"), atMost: .seconds(30))), .act(.input(.type("Dear Ada,\n"))),
    .act(.input(.type("Yours, Charles\n"))), .act(.input(.key("ctrl+s"))), .act(.done("The letter is written.")),
])
let goal = Goal("Write a letter to Ada", checks: [.fileContains(path: letter, text: "Yours, Charles")])

do {
    try await DockerBackend().withSandbox(.desktop) { desktop in
        try await desktop.writeFile(letter, "")
        _ = try await desktop.exec(["sh", "-c", "setsid -f mousepad \(letter) >/dev/null 2>&1"])

        // Each turn of the loop is a step of the agent: it goes on when the next one is asked for.
        let control = RunControl()
        for try await step in Agent(model: model).steps(toward: goal, in: desktop, control: control) {
            print("\(step.index). \(step.action.summary)  [\(step.after.windowTitle ?? "no window")]")
            guard step.index == 2 else { continue }

            control.takeOver()  // Whatever the agent does now is refused.
            try await desktop.display.type("the engine works.\n")
            print("   A person has written a line")
            control.hint("I have written the middle. What is missing is the end.")
            control.handBack()  // It looks afresh before it goes on, and reads the hint.
        }

        print("The letter:\n\(String(decoding: try await desktop.readFile(letter), as: UTF8.self))")
    }
} catch {
    print("error: \(error)")
    exit(1)
}
