import GodHandCore

extension ModelRequest {
    /// The picture of the whole screen as it was after the actions that a turn answers.
    ///
    /// A conversation holds it once: in the result of one of the actions, or in what the user says right after them if
    /// none of these can hold it. Providers whose every answer shows the screen want it in each.
    func screen(answering place: Int) -> ModelImage? {
        func whole(_ place: Int) -> ModelImage? { turns[place].images.last { $0.region == Rect(screen) } }
        if let own = whole(place) { return own }
        guard case .results = turns[place], place + 1 < turns.count, case .user = turns[place + 1] else { return nil }
        return whole(place + 1)
    }
}

extension [ModelContent] {
    /// The same without a picture that is shown elsewhere already.
    func without(_ image: ModelImage?) -> [ModelContent] {
        guard let image else { return self }
        return filter { $0 != .image(image) }
    }
}
