/// What a person had done to a run when its machine was stored, so that it is still so when it goes on.
struct RunHold: Sendable, Hashable, Codable {
    var isPaused = false
    var isTakenOver = false
    /// What the model was not told yet.
    var hints: [String] = []
}
