import Foundation
import GodHandAgent
import LookingPolicy

/// Who decides: the model that the environment names, or else the policy that is built in.
struct Planner {
    let model: any LanguageModel
    /// What it is, in words for people.
    let description: String
    /// Whether it is the policy that is built in.
    let isBuiltIn: Bool
    private let server: LookingServer?

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
        if isSet("ANTHROPIC_API_KEY") {
            model = ClaudeModel()
            description = "Claude decides (\(model.name), by ANTHROPIC_API_KEY)"
        } else if isSet("OPENAI_API_KEY") {
            model = OpenAIModel()
            description = "OpenAI's model decides (\(model.name), by OPENAI_API_KEY)"
        } else if isSet("GODHAND_MODEL_URL") {
            model = try LocalModel.fromEnvironment()
            description = "Your own model decides (\(model.name), by GODHAND_MODEL_URL)"
        } else {
            let server = try LookingServer()
            self.server = server
            model = LocalModel("looking-policy", at: server.address.absoluteString)
            description =
                "No model is set, so a small policy decides that is built in: it reads the screen and follows rules"
            isBuiltIn = true
            return
        }
        server = nil
        isBuiltIn = false
    }

    /// Ends what was started for it.
    func stop() { server?.stop() }
}
