import GodHandCore

extension Action {
    /// The action itself, if it can be done on this screen.
    ///
    /// - Throws: ``MalformedInput`` with what the input drivers say against it.
    func understood(on screen: Size) throws -> Action {
        if case .input(let input) = self {
            do { try input.validated(in: screen) } catch let error as GodHandError {
                throw MalformedInput(error)
            }
        }
        return self
    }

    /// The action itself, if it is among what the model may do.
    func allowed(by abilities: Set<ModelRequest.Ability>) throws -> Action {
        if let ability, !abilities.contains(ability) {
            throw MalformedInput("you may not do this here: \(ability.rawValue) is not among your abilities")
        }
        return self
    }
}

extension ModelItem {
    /// The calls for these actions, or what is wrong with them.
    ///
    /// Either all of a call's actions are good or none is done: half of a call would surprise the model.
    static func calls(
        id: String, for request: ModelRequest, expectation: String? = nil, checks: [SafetyCheck] = [],
        _ actions: () throws -> [Action]
    ) -> [ModelItem] {
        do {
            return try actions().map { action in
                let action = try action.allowed(by: request.abilities).understood(on: request.screen)
                return .action(
                    ActionCall(id: id, action: action, expectation: expectation, safetyChecks: checks))
            }
        } catch let error as MalformedInput {
            return [.malformed(MalformedCall(id: id, reason: String(error.reason.prefix(600))))]
        } catch {
            return [.malformed(MalformedCall(id: id, reason: "the call could not be read"))]
        }
    }
}
