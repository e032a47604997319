import Foundation
import GodHandCore
import Tracing

/// A time by the clock on the wall, for spans.
struct Moment: TracerInstant {
    let nanosecondsSinceEpoch: UInt64

    init(nanosecondsSinceEpoch: UInt64) { self.nanosecondsSinceEpoch = nanosecondsSinceEpoch }

    /// Times before 1970 count as 1970, since no span can lie there.
    init(_ date: Date) {
        let nanoseconds = date.timeIntervalSince1970 * 1e9
        nanosecondsSinceEpoch = nanoseconds.isFinite ? UInt64(min(max(0, nanoseconds), 9e18)) : 0
    }

    static func < (left: Moment, right: Moment) -> Bool { left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch }

    static func + (left: Moment, right: Duration) -> Moment {
        let more = UInt64(min(max(0, right / .nanoseconds(1)), 9e18))
        return Moment(nanosecondsSinceEpoch: min(left.nanosecondsSinceEpoch, 9_000_000_000_000_000_000) + more)
    }

    static func - (left: Moment, right: Duration) -> Moment {
        let less = UInt64(min(max(0, right / .nanoseconds(1)), 9e18))
        return Moment(nanosecondsSinceEpoch: left.nanosecondsSinceEpoch - min(left.nanosecondsSinceEpoch, less))
    }
}

extension RunHeader {
    /// The provider in the words of the conventions.
    var provider: String? {
        switch model?.provider {
        case "google": "gcp.gemini"
        case let provider: provider
        }
    }
}

extension Action {
    /// What the tool is called that does it, as kinds of actions are called in traces.
    var toolName: String {
        switch self {
        case .input(let input):
            switch input {
            case .move: "move"
            case .click: "click"
            case .press: "press"
            case .release: "release"
            case .drag: "drag"
            case .scroll: "scroll"
            case .key: "key"
            case .hold: "hold"
            case .type: "type"
            }
        case .exec: "exec"
        case .open: "open"
        case .look: "look"
        case .zoom: "zoom"
        case .cursorPosition: "cursor"
        case .element: "element"
        case .wait: "wait"
        case .waitFor: "wait-for"
        case .done: "done"
        case .fail: "fail"
        case .ask: "ask"
        }
    }
}
