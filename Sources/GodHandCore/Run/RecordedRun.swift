/// A run as its trace tells of it, for whoever goes on with it.
public struct RecordedRun: Sendable, Hashable {
    /// What happened, as far as it is understood.
    public var events: [RunEvent]
    /// How long it went on, without the time in which a person held it up.
    public var time: Duration
    /// How many whole records its trace has.
    public var records: Int
    /// The SHA-256 of these, as they lie in the file, in 64 hexadecimal digits.
    public var digest: String
    /// Whether its process still writes to it.
    public var isBeingWritten: Bool

    /// Makes one of what a trace tells.
    public init(
        events: [RunEvent], time: Duration = .zero, records: Int = 0,
        digest: String = String(repeating: "0", count: 64), isBeingWritten: Bool = false
    ) {
        self.events = events
        self.time = time
        self.records = records
        self.digest = digest
        self.isBeingWritten = isBeingWritten
    }

    /// How it began; nil if it did not come to that.
    public var header: RunHeader? {
        events.lazy.compactMap { if case .started(let header) = $0 { header } else { nil } }.first
    }

    /// How it ended; nil if it did not.
    public var outcome: Outcome? {
        events.lazy.reversed().compactMap { if case .finished(let outcome) = $0 { outcome } else { nil } }.first
    }

    /// The number of its last step, counted from the beginning of the first run that it goes on with.
    public var lastStep: Int {
        events.reduce(header?.continues?.steps ?? 0) { last, event in
            if case .step(let step) = event { max(last, step.index) } else { last }
        }
    }

    /// What its judge cost, that of the runs before it included.
    public var judgeCost: StepCost? {
        var total: StepCost?
        var hasSteps = false
        for case .step(let step) in events {
            hasSteps = true
            if let cost = step.judgeCost { total = total.map { $0 + cost } ?? cost }
        }
        // The first step of a run that goes on with another holds what that one cost.
        return hasSteps ? total : header?.continues?.judgeCost
    }

    /// What a run says that goes on with this one.
    public var continuation: Continuation {
        Continuation(
            run: header?.run, records: records, digest: digest, steps: lastStep,
            time: time + (header?.continues?.time ?? .zero), judgeCost: judgeCost)
    }

    /// The newest point in time of its machine that was stored so that it outlives the process, and after which step that
    /// was; nil if there is none.
    public var restorePoint: (snapshot: Snapshot, step: Int)? {
        guard let header else { return nil }
        var found: (snapshot: Snapshot, step: Int)?
        var step = header.continues?.steps ?? 0
        for event in events {
            switch event {
            case .step(let done): step = max(step, done.index)
            case .lifecycle(let event):
                guard let name = event.origin else { continue }
                if event.kind == .discarded, found?.snapshot.id.rawValue == name { found = nil }
                guard event.kind == .snapshotted, let stored = event.stored, stored.outlivesProcess else { continue }
                found = (header.snapshot(named: name, of: event.sandbox, stored), step)
            default: break
            }
        }
        return found
    }
}

extension RunHeader {
    fileprivate func snapshot(named name: String, of origin: SandboxID, _ stored: StoredMachine) -> Snapshot {
        let id = SandboxID(rawValue: name)
        switch stored.preserves {
        case .filesystem:
            return .filesystem(
                FilesystemSnapshot(id: id, backend: backend, origin: origin, spec: spec, takenAt: stored.takenAt))
        case .memory:
            return .memory(
                MemorySnapshot(id: id, backend: backend, origin: origin, spec: spec, takenAt: stored.takenAt))
        }
    }
}
