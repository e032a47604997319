public import GodHandCore

/// What happens in a run, without secret values.
extension Redactor {
    /// An event without secret values in any of its texts. Pictures keep their pixels, and nothing else that their files
    /// hold.
    public func redacted(_ event: RunEvent) -> RunEvent { isEmpty ? event : redactedWhole(event.strippingPictures()) }

    private func redactedWhole(_ event: RunEvent) -> RunEvent {
        switch event {
        case .started(let header): return .started(redacted(header))
        case .lifecycle(var event):
            event.sandbox = redacted(event.sandbox)
            event.origin = event.origin.map { redacted($0) }
            event.spec = event.spec.map { redacted($0) }
            return .lifecycle(event)
        case .step(let step): return .step(redacted(step))
        case .exec(var command):
            command.sandbox = redacted(command.sandbox)
            command.arguments = redacted(command.arguments)
            command.output = redacted(command.output)
            command.errorOutput = redacted(command.errorOutput)
            return .exec(command)
        case .check(let verdict): return .check(redacted(verdict))
        case .modelTurn(var entry):
            entry.content = redacted(entry.content)
            entry.model = redacted(entry.model)
            return .modelTurn(entry)
        case .decision(var decision):
            decision.action = redacted(decision.action)
            decision.reason = redacted(decision.reason)
            decision.replacement = decision.replacement.map { redacted($0) }
            return .decision(decision)
        case .intervention(var intervention):
            intervention.text = redacted(intervention.text)
            return .intervention(intervention)
        case .branch(var event):
            event.change = redacted(event.change)
            return .branch(event)
        case .within(let branch, let event): return .within(branch: branch, redactedWhole(event))
        case .finished(let outcome): return .finished(redacted(outcome))
        }
    }

    private func redacted(_ header: RunHeader) -> RunHeader {
        var header = header
        header.run = header.run.map { redacted($0) }
        header.goal = redacted(header.goal)
        header.spec = redacted(header.spec)
        header.sandbox = redacted(header.sandbox)
        header.backend = redacted(header.backend)
        header.planner = redacted(header.planner)
        header.model = header.model.map {
            ModelIdentity(provider: $0.provider.map { redacted($0) }, name: redacted($0.name))
        }
        header.provenance = header.provenance.map {
            MachineProvenance(
                imageDigest: $0.imageDigest.map { redacted($0) }, engine: $0.engine.map { redacted($0) })
        }
        header.versions = redacted(header.versions)
        if let run = header.continues?.run { header.continues?.run = redacted(run) }
        return header
    }

    private func redacted(_ sandbox: SandboxID) -> SandboxID { SandboxID(rawValue: redacted(sandbox.rawValue)) }

    func redacted(_ change: BranchEvent.Change) -> BranchEvent.Change {
        switch change {
        case .opened(var opening):
            opening.sandbox = redacted(opening.sandbox)
            opening.title = redacted(opening.title)
            opening.reasoning = opening.reasoning.map { redacted($0) }
            return .opened(opening)
        case .scored(var score, let screen):
            score.reason = redacted(score.reason)
            score.verdicts = score.verdicts.map { redacted($0) }
            return .scored(score, screen: screen)
        case .closed(var closing):
            closing.reason = redacted(closing.reason)
            return .closed(closing)
        }
    }

    func redacted(_ step: Step) -> Step {
        var step = step
        step.intent = redacted(step.intent)
        step.reasoning = step.reasoning.map { redacted($0) }
        step.action = redacted(step.action)
        step.before.windowTitle = step.before.windowTitle.map { redacted($0) }
        step.after.windowTitle = step.after.windowTitle.map { redacted($0) }
        step.verdict = step.verdict.map { redacted($0) }
        return step
    }

    func redacted(_ verdict: Verdict) -> Verdict {
        var verdict = verdict
        verdict.claim = redacted(verdict.claim)
        verdict.evidence = redacted(verdict.evidence)
        verdict.parts = verdict.parts.map { redacted($0) }
        verdict.check = verdict.check.map { redacted($0) }
        return verdict
    }

    func redacted(_ outcome: Outcome) -> Outcome {
        switch outcome {
        case .achieved(let answer): .achieved(answer.map { redacted($0) })
        case .abandoned(let reason): .abandoned(redacted(reason))
        case .stopped(let reason): .stopped(redacted(reason))
        case .failed(let code, let message): .failed(code: code, message: redacted(message))
        }
    }

    func redacted(_ action: Action) -> Action {
        switch action {
        case .input(.type(let text)): .input(.type(redacted(text)))
        case .input(.key(let chord, let count)): .input(.key(redacted(chord), repeat: count))
        case .input(.hold(let chord, let duration)): .input(.hold(redacted(chord), duration: duration))
        case .input, .look, .zoom, .cursorPosition, .wait: action
        case .exec(let arguments): .exec(redacted(arguments))
        case .open(let target): .open(redacted(target))
        case .element(let target, .type(let text, let replacing)):
            .element(redacted(target), .type(redacted(text), replacing: replacing))
        case .element(let target, let gesture): .element(redacted(target), gesture)
        case .waitFor(let condition, let duration): .waitFor(redacted(condition), atMost: duration)
        case .done(let text): .done(redacted(text))
        case .fail(let text): .fail(redacted(text))
        case .ask(let text): .ask(redacted(text))
        }
    }

    private func redacted(_ chord: KeyChord) -> KeyChord { KeyChord(keys: redacted(chord.keys)) }

    private func redacted(_ target: ElementTarget) -> ElementTarget {
        switch target {
        case .mark: target
        case .named(let role, let name): .named(role: role.map { redacted($0) }, name: redacted(name))
        }
    }

    private func redacted(_ condition: WaitCondition) -> WaitCondition {
        switch condition {
        case .text(let text): .text(redacted(text))
        case .window(let title): .window(redacted(title))
        case .element(let role, let name): .element(role: role.map { redacted($0) }, name: redacted(name))
        case .stillScreen: .stillScreen
        }
    }

    private func redacted(_ spec: SandboxSpec) -> SandboxSpec {
        var spec = spec
        spec.environment = redacted(spec.environment)
        spec.labels = redacted(spec.labels)
        spec.hostname = spec.hostname.map { redacted($0) }
        spec.image = redacted(spec.image)
        spec.name = spec.name.map { redacted($0) }
        spec.user = spec.user.map { redacted($0) }
        for index in spec.mounts.indices {
            spec.mounts[index].source = redacted(spec.mounts[index].source)
            spec.mounts[index].target = redacted(spec.mounts[index].target)
        }
        if case .named(let name) = spec.network { spec.network = .named(redacted(name)) }
        return spec
    }

    private func redacted(_ texts: [String: String]) -> [String: String] {
        Dictionary(texts.map { (redacted($0.key), redacted($0.value)) }, uniquingKeysWith: { first, _ in first })
    }
}
