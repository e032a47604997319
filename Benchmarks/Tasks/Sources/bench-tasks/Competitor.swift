import ArgumentParser
import Foundation
import GodHandAgent
import GodHandCore
import LookingPolicy
import TaskBench

/// Who can be asked for on the command line.
enum AgentChoice: String, ExpressibleByArgument, CaseIterable {
    case solution, nothing, looking, model
}

/// An agent with what was started for it.
struct Competitor {
    let agent: BenchAgent
    private var server: LookingServer?

    init(_ choice: AgentChoice) throws {
        switch choice {
        case .solution: agent = .solution
        case .nothing: agent = .nothing
        case .looking:
            let server = try LookingServer()
            self.server = server
            let model = LocalModel("looking-policy", at: server.address.absoluteString)
            agent = .model(Agent(model: model, settings: Self.settings), named: "looking")
        case .model:
            let model = try Self.model(ProcessInfo.processInfo.environment)
            agent = .model(Agent(model: model, settings: Self.settings), named: model.name)
        }
    }

    /// Ends what was started.
    func stop() { server?.stop() }

    /// The same for all models, so that their figures can be compared.
    private static var settings: AgentSettings {
        var settings = AgentSettings()
        settings.limits.steps = 40
        settings.limits.time = .seconds(600)
        return settings
    }

    /// By the same names as in the examples.
    private static func model(_ environment: [String: String]) throws -> any LanguageModel {
        func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
        if isSet("ANTHROPIC_API_KEY") { return ClaudeModel() }
        if isSet("OPENAI_API_KEY") { return OpenAIModel() }
        if isSet("GODHAND_MODEL_URL") { return try LocalModel.fromEnvironment() }
        throw GodHandError(
            .invalidRequest, "No model is named.",
            hint: "Set ANTHROPIC_API_KEY, OPENAI_API_KEY, or GODHAND_MODEL_URL with GODHAND_MODEL.")
    }
}
