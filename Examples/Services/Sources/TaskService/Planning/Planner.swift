import Foundation
import GodHandAgent
import LookingPolicy

/// Who decides what is done: the model that the environment names, or else one that is built in.
final class Planner: Sendable {
    let model: any LanguageModel
    /// What it is, in words for people.
    let description: String
    private let server: LookingServer?

    /// - Parameter isRehearsal: Whether machines are simulated, which no model could make anything of.
    /// - Throws: `GodHandError` if the environment names a model that cannot be used.
    init(
        isRehearsal: Bool, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
        if isRehearsal {
            (model, server) = (RehearsalModel(), nil)
            description = "Nobody decides: machines are simulated, and tasks are rehearsed"
        } else if isSet("ANTHROPIC_API_KEY") {
            (model, server) = (ClaudeModel(), nil)
            description = "Claude decides (\(model.name), by ANTHROPIC_API_KEY)"
        } else if isSet("OPENAI_API_KEY") {
            (model, server) = (OpenAIModel(), nil)
            description = "OpenAI's model decides (\(model.name), by OPENAI_API_KEY)"
        } else if isSet("GODHAND_MODEL_URL") {
            (model, server) = (try LocalModel.fromEnvironment(), nil)
            description = "Your own model decides (\(model.name), by GODHAND_MODEL_URL)"
        } else {
            let server = try LookingServer()
            self.server = server
            model = LocalModel("looking-policy", at: server.address.absoluteString)
            description = "A small policy decides that is built in: it reads the screen and follows rules"
        }
    }

    /// Ends what was started for it.
    func stop() { server?.stop() }
}
