import GodHandCore

/// Body of a `step` record. Maps to `Step`.
struct EncodedStep: Codable {
    var index: Int
    var intent: String
    var reasoning: String?
    var action: EncodedAction
    var before: EncodedObservation
    var after: EncodedObservation
    var verdict: EncodedVerdict?
    var timings: EncodedTimings
    var startedAt: String
    var cost: EncodedCost?
    var judgeCost: EncodedCost?

    enum CodingKeys: String, CodingKey {
        case index, intent, reasoning, action, before, after, verdict, timings, startedAt, cost, judgeCost
    }

    init(_ step: Step, blobs: (Screenshot) throws -> String) rethrows {
        index = step.index
        intent = step.intent
        reasoning = step.reasoning
        action = EncodedAction(step.action)
        before = try EncodedObservation(step.before, blobs: blobs)
        after = try EncodedObservation(step.after, blobs: blobs)
        verdict = step.verdict.map { EncodedVerdict($0) }
        timings = EncodedTimings(step.timings)
        startedAt = Timestamp.format(step.startedAt, digits: 9)
        cost = step.cost.map(EncodedCost.init)
        judgeCost = step.judgeCost.map(EncodedCost.init)
    }

    func step(pictures: inout some PictureSource) throws -> Step {
        guard let startedAt = Timestamp.parse(startedAt) else { throw UnreadableValue("the time of a step") }
        return Step(
            index: index, intent: intent, reasoning: reasoning, action: try action.action(),
            before: try before.observation(pictures: &pictures), after: try after.observation(pictures: &pictures),
            verdict: verdict?.verdict, timings: try timings.timings(), startedAt: startedAt,
            cost: cost?.cost, judgeCost: judgeCost?.cost)
    }
}

/// What was seen. Maps to `Observation`.
struct EncodedObservation: Codable {
    var picture: EncodedPicture
    var settled: Bool
    var changes: [EncodedRect]
    var windowTitle: String?
    var cursor: EncodedPoint?
    var hidden: [EncodedRect]?

    enum CodingKeys: String, CodingKey {
        case picture, settled, changes, windowTitle, cursor, hidden
    }

    init(_ observation: Observation, blobs: (Screenshot) throws -> String) rethrows {
        picture = EncodedPicture(observation.screenshot, blob: try blobs(observation.screenshot))
        settled = observation.isSettled
        changes = observation.changes.map(EncodedRect.init)
        windowTitle = observation.windowTitle
        cursor = observation.cursor.map(EncodedPoint.init)
        hidden = observation.hidden.isEmpty ? nil : observation.hidden.map(EncodedRect.init)
    }

    func observation(pictures: inout some PictureSource) throws -> Observation {
        Observation(
            screenshot: try picture.screenshot(pictures: &pictures), isSettled: settled, changes: changes.map(\.rect),
            windowTitle: windowTitle, cursor: cursor?.point, hidden: (hidden ?? []).map(\.rect))
    }
}

/// A picture by the name of its blob. Maps to `Screenshot`.
struct EncodedPicture: Codable {
    var blob: String
    var size: EncodedSize
    var takenAt: String
    var serial: UInt64

    enum CodingKeys: String, CodingKey {
        case blob, size, takenAt, serial
    }

    init(_ screenshot: Screenshot, blob: String) {
        self.blob = blob
        size = EncodedSize(screenshot.size)
        takenAt = Timestamp.format(screenshot.takenAt, digits: 9)
        serial = screenshot.serial
    }

    func screenshot(pictures: inout some PictureSource) throws -> Screenshot {
        guard let takenAt = Timestamp.parse(takenAt) else { throw UnreadableValue("the time of a picture") }
        return Screenshot(png: pictures.picture(blob), size: size.size, takenAt: takenAt, serial: serial)
    }
}

/// Seconds spent in each phase. Maps to `StepTimings`.
struct EncodedTimings: Codable {
    var perceive: Double
    var plan: Double
    var act: Double
    var verify: Double
    var application: Double?

    enum CodingKeys: String, CodingKey {
        case perceive, plan, act, verify, application
    }

    init(_ timings: StepTimings) {
        perceive = Seconds.value(timings.perceive)
        plan = Seconds.value(timings.plan)
        act = Seconds.value(timings.act)
        verify = Seconds.value(timings.verify)
        application = timings.application == .zero ? nil : Seconds.value(timings.application)
    }

    func timings() throws -> StepTimings {
        // Nothing takes less than no time, and sums of such would be no lengths that can be drawn.
        guard [perceive, plan, act, verify, application ?? 0].allSatisfy({ $0 >= 0 }) else {
            throw UnreadableValue("the timings of a step")
        }
        var timings = StepTimings()
        timings.perceive = try Seconds.duration(perceive)
        timings.plan = try Seconds.duration(plan)
        timings.act = try Seconds.duration(act)
        timings.verify = try Seconds.duration(verify)
        timings.application = try application.map(Seconds.duration) ?? .zero
        return timings
    }
}
