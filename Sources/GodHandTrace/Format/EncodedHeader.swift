import Foundation
import GodHandCore

/// Body of a `started` record. Maps to `RunHeader`.
struct EncodedHeader: Codable {
    var run: String?
    var goal: String
    var spec: EncodedSpec
    var sandbox: String
    var backend: String
    var planner: String
    var model: EncodedModel?
    var imageDigest: String?
    var engine: String?
    var limits: EncodedLimits?
    var versions: [String: String]?
    var startedAt: String?
    var continues: EncodedContinuation?

    enum CodingKeys: String, CodingKey {
        case run, goal, spec, sandbox, backend, planner, model, imageDigest, engine, limits, versions, startedAt
        case continues
    }

    init(_ header: RunHeader) {
        run = header.run
        goal = header.goal
        spec = EncodedSpec(header.spec)
        sandbox = header.sandbox.rawValue
        backend = header.backend
        planner = header.planner
        model = header.model.map(EncodedModel.init)
        imageDigest = header.provenance?.imageDigest
        engine = header.provenance?.engine
        limits = header.limits.map(EncodedLimits.init)
        versions = header.versions.isEmpty ? nil : header.versions
        startedAt = header.startedAt.map { Timestamp.format($0, digits: 9) }
        continues = header.continues.map(EncodedContinuation.init)
    }

    func header() throws -> RunHeader {
        var header = RunHeader(
            run: run, goal: goal, spec: try spec.spec(), sandbox: SandboxID(rawValue: sandbox), backend: backend,
            planner: planner, model: model.map { ModelIdentity(provider: $0.provider, name: $0.name) },
            limits: try limits?.limits(), versions: versions ?? [:],
            startedAt: try startedAt.map(Timestamp.required), continues: try continues?.continuation())
        if imageDigest != nil || engine != nil {
            header.provenance = MachineProvenance(imageDigest: imageDigest, engine: engine)
        }
        return header
    }
}

/// A model. Maps to `ModelIdentity`.
struct EncodedModel: Codable {
    var provider: String?
    var name: String

    enum CodingKeys: String, CodingKey {
        case provider, name
    }

    init(_ model: ModelIdentity) {
        provider = model.provider
        name = model.name
    }
}

/// Where a run ends at the latest; what is absent is not limited. Maps to `RunLimits`.
struct EncodedLimits: Codable {
    var steps: Int?
    var time: Double?
    var tokens: Int?
    var price: Double?

    enum CodingKeys: String, CodingKey {
        case steps, time, tokens, price
    }

    init(_ limits: RunLimits) {
        steps = limits.steps
        time = limits.time.map(Seconds.value)
        tokens = limits.tokens
        price = limits.price.flatMap { $0.isFinite ? $0 : nil }
    }

    func limits() throws -> RunLimits {
        var limits = RunLimits()
        limits.steps = steps
        limits.time = try time.map(Seconds.duration)
        limits.tokens = tokens
        limits.price = price
        return limits
    }
}

/// Of which run this is the rest. Maps to `Continuation`.
struct EncodedContinuation: Codable {
    var run: String?
    var records: Int
    var sha256: String
    var steps: Int
    var time: Double
    var judgeCost: EncodedCost?

    enum CodingKeys: String, CodingKey {
        case run, records, sha256, steps, time, judgeCost
    }

    init(_ continuation: Continuation) {
        run = continuation.run
        records = continuation.records
        sha256 = continuation.digest
        steps = continuation.steps
        time = Seconds.value(continuation.time)
        judgeCost = continuation.judgeCost.map(EncodedCost.init)
    }

    func continuation() throws -> Continuation {
        guard records >= 0, (0...1_000_000_000).contains(steps), BlobName.isValid(sha256) else {
            throw UnreadableValue("a run that is continued")
        }
        return Continuation(
            run: run, records: records, digest: sha256, steps: steps, time: try Seconds.duration(time),
            judgeCost: judgeCost?.cost)
    }
}
