import Foundation

extension RunEvent {
    /// The event with parts of its screens painted over, exactly as a ``ScreenMask`` would have done it.
    ///
    /// Pictures that were sent to a model may be scaled or cut out, so no place in them is known: all of these become
    /// one black pixel. A picture that cannot be read becomes a missing one, for nobody can tell what is in it.
    ///
    /// - Parameter parts: Rectangles in pixels of the screen; what reaches over an edge is left off.
    public func hiding(_ parts: [Rect]) -> RunEvent {
        if parts.isEmpty { return self }
        func hidden(_ screen: Screenshot) -> Screenshot {
            screen.replacingFile { file in
                guard let frame = try? PNG.decode(file).hiding(parts) else { return nil }
                return try? PNG.encode(frame)
            }
        }
        return mapPictures(
            seen: { observation in
                var observation = observation
                observation.screenshot = hidden(observation.screenshot)
                observation.hidden += parts
                return observation
            }, shown: hidden, sent: { _ in Self.nothing })
    }

    /// The event with nothing in the files of its pictures but pixels: no texts, times, places or programs, which other
    /// tools write into such files. A file that is no PNG becomes a missing one.
    package func strippingPictures() -> RunEvent {
        func stripped(_ screen: Screenshot) -> Screenshot { screen.replacingFile { PNG.pixelsOnly($0) } }
        return mapPictures(
            seen: { observation in
                var observation = observation
                observation.screenshot = stripped(observation.screenshot)
                return observation
            }, shown: stripped, sent: { PNG.pixelsOnly($0) ?? Data() })
    }

    /// The event with other pictures.
    ///
    /// - Parameters:
    ///   - seen: What becomes of what a step saw.
    ///   - shown: What becomes of what a branch showed.
    ///   - sent: What becomes of a picture that belongs to a turn of the conversation.
    private func mapPictures(
        seen: (Observation) -> Observation, shown: (Screenshot) -> Screenshot, sent: (Data) -> Data
    ) -> RunEvent {
        switch self {
        case .step(var step):
            step.before = seen(step.before)
            step.after = seen(step.after)
            return .step(step)
        case .modelTurn(var entry):
            entry.pictures = entry.pictures.map(sent)
            return .modelTurn(entry)
        case .branch(var event):
            switch event.change {
            case .opened: break
            case .scored(let score, let screen): event.change = .scored(score, screen: screen.map(shown))
            case .closed(var closing):
                closing.screen = closing.screen.map(shown)
                event.change = .closed(closing)
            }
            return .branch(event)
        case .within(let branch, let inner):
            return .within(branch: branch, inner.mapPictures(seen: seen, shown: shown, sent: sent))
        case .started, .lifecycle, .exec, .check, .decision, .intervention, .finished: return self
        }
    }

    /// One black pixel.
    private static let nothing: Data =
        (try? Frame.filled(Size(width: 1, height: 1), red: 0, green: 0, blue: 0)).flatMap { try? PNG.encode($0) }
        ?? Data()
}

extension Screenshot {
    /// The same with another file; without one if there is none for it.
    fileprivate func replacingFile(_ change: (Data) -> Data?) -> Screenshot {
        png.isEmpty ? self : Screenshot(png: change(png) ?? Data(), size: size, takenAt: takenAt, serial: serial)
    }
}
