import Synchronization

@testable import GodHandCore

/// A display that gives prepared answers, in order, and notes what it was asked.
final class ScriptedDisplay: Display, InputDriver {
    struct Question: Equatable {
        var serial: UInt64
        var within: Duration
    }

    private struct Script {
        var answers: [DisplayChange?]
        var frames: [(Frame, UInt64)]
        var questions: [Question] = []
        var actions: [InputAction] = []
    }

    let size: Size
    private let first: UInt64
    private let script: Mutex<Script>

    /// Answers that run out are nil; of the frames the last one stays.
    init(size: Size, serial: UInt64, answers: [DisplayChange?] = [], frames: [(Frame, UInt64)] = []) {
        self.size = size
        first = serial
        script = Mutex(Script(answers: answers, frames: frames))
    }

    var questions: [Question] { script.withLock { $0.questions } }
    var actions: [InputAction] { script.withLock { $0.actions } }
    var input: any InputDriver { self }

    func state() async throws -> DisplayState { DisplayState(size: size, serial: first) }

    func frame() async throws -> (frame: Frame, serial: UInt64) {
        let next = script.withLock { $0.frames.count > 1 ? $0.frames.removeFirst() : $0.frames.first }
        guard let next else { throw GodHandError(.displayLost, "The script has no frame.") }
        return (next.0, next.1)
    }

    func change(after serial: UInt64, within duration: Duration) async throws -> DisplayChange? {
        script.withLock { script in
            script.questions.append(Question(serial: serial, within: duration))
            return script.answers.isEmpty ? nil : script.answers.removeFirst()
        }
    }

    func perform(_ action: InputAction) async throws { script.withLock { $0.actions.append(action) } }
}
