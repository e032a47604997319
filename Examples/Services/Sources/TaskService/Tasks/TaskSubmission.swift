import Foundation
import GodHandAgent
import GodHandCore
import HTTPTypes

/// What somebody hands in: a goal, and how it is to be pursued.
struct TaskSubmission: Sendable, Hashable, Codable {
    var goal: String
    var group = ""
    var priority = 0
    var checks: [TaskCheck] = []
    var steps = 60
    var seconds = 1800
    var tokens: Int?
    var attempts = 3
    var machine = TaskMachine()
    /// Which actions a person is asked about; nil for those that machine and service suggest.
    var approval: Approval?

    /// Which actions a person is asked about.
    enum Approval: String, Sendable, Codable, CaseIterable {
        /// None.
        case none
        /// Those whose effects cannot be taken back.
        case critical
        /// All that do something.
        case all
    }

    /// Who is asked about what, in force.
    var effectiveApproval: Approval { approval ?? (machine.network == .full ? .critical : .none) }

    /// Reads the body of a request.
    ///
    /// - Throws: ``Problem`` that names what is wrong.
    init(_ body: JSONValue) throws {
        let names: Set = ["goal", "group", "priority", "checks", "limits", "attempts", "machine", "approval"]
        let fields = try Fields(body, allowing: names)
        goal = try fields.required("goal", scalars: 1...4000)
        group = try fields.string("group", scalars: 0...32) ?? ""
        priority = try fields.integer("priority", in: -10...10) ?? 0
        checks = try fields.list("checks", atMost: 16).map { try TaskCheck($0.value, at: $0.place) }
        if let limits = try fields.object("limits", allowing: ["steps", "seconds", "tokens"]) {
            steps = try limits.integer("steps", in: 1...1000) ?? steps
            seconds = try limits.integer("seconds", in: 1...86_400) ?? seconds
            tokens = try limits.integer("tokens", in: 1...1_000_000_000)
        }
        attempts = try fields.integer("attempts", in: 1...10) ?? attempts
        if let machine = try fields.object("machine", allowing: TaskMachine.names) {
            self.machine = try TaskMachine(machine)
        }
        approval = try fields.word("approval", as: Approval.self)
    }

    /// Reads it back from what the orchestrator was given.
    init(of request: GoalRequest) {
        if let known = request.details.flatMap({ try? JSONEncoder().encode($0) }).flatMap({
            try? JSONDecoder().decode(TaskSubmission.self, from: $0)
        }) {
            self = known
            goal = request.text
            return
        }
        // Of an earlier version, which did not hand on what only the service needs.
        goal = request.text
        group = request.group
        priority = request.priority
        attempts = request.attempts
        steps = request.limits.steps ?? steps
        tokens = request.limits.tokens
        seconds = request.limits.time.map { Int($0 / .seconds(1)) } ?? seconds
    }

    /// It as it is shown.
    var json: JSONValue {
        var limits: [String: JSONValue] = ["steps": .integer(steps), "seconds": .integer(seconds)]
        if let tokens { limits["tokens"] = .integer(tokens) }
        return .object([
            "goal": .string(goal), "group": .string(group), "priority": .integer(priority),
            "checks": .array(checks.map(\.json)), "limits": .object(limits), "attempts": .integer(attempts),
            "machine": machine.json, "approval": .string(effectiveApproval.rawValue),
        ])
    }

    /// What the orchestrator is given: all of it, since the database may be lost.
    func request(in workplace: Workplace) throws -> GoalRequest {
        var request = GoalRequest(goal, on: workplace.spec(of: machine))
        request.group = group
        request.priority = priority
        request.attempts = attempts
        request.limits.steps = steps
        request.limits.time = .seconds(seconds)
        request.limits.tokens = tokens
        var rest = self
        rest.goal = ""
        request.details = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(rest))
        return request
    }
}

/// What machine a task, or a person, gets.
struct TaskMachine: Sendable, Hashable, Codable {
    var memory = 1024
    var cpus = 2.0
    var width = 1280
    var height = 800
    var network = Network.none

    static let names: Set = ["memory", "cpus", "width", "height", "network"]

    /// What it reaches.
    enum Network: String, Sendable, Codable, CaseIterable {
        /// Nothing.
        case none
        /// The offline encyclopedia of the service.
        case wiki
        /// Whatever the host's engine reaches.
        case full
    }

    init() {}

    init(_ fields: Fields) throws {
        memory = try fields.integer("memory", in: 256...4096) ?? memory
        cpus = try fields.number("cpus", in: 0.25...8) ?? cpus
        width = try fields.integer("width", in: 320...1920) ?? width
        height = try fields.integer("height", in: 240...1200) ?? height
        network = try fields.word("network", as: Network.self) ?? network
    }

    var json: JSONValue {
        .object([
            "memory": .integer(memory), "cpus": .number(cpus), "width": .integer(width), "height": .integer(height),
            "network": .string(network.rawValue),
        ])
    }
}

/// On what machines tasks are done.
struct Workplace: Sendable {
    /// What all machines are made from.
    var base = SandboxSpec.desktop
    /// The network on which the encyclopedia is; nil if there is none.
    var wiki: String?

    /// What machine is made.
    func spec(of machine: TaskMachine) -> SandboxSpec {
        var spec = base
        spec.memory = machine.memory << 20
        spec.cpus = machine.cpus
        spec.screen = Size(width: machine.width, height: machine.height)
        spec.network =
            switch machine.network {
            case .none: .none
            case .wiki: wiki.map { .named($0) } ?? .none
            case .full: .full
            }
        return spec
    }

    /// - Throws: ``Problem`` if there is no such network here.
    func require(_ machine: TaskMachine) throws {
        guard machine.network == .wiki, wiki == nil else { return }
        throw Problem(
            .unprocessableContent, "unsupported", "This service has no encyclopedia.",
            hint: "Start it with --wiki, or ask for another network.")
    }
}
