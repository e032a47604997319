import Synchronization

/// What the service counts, in the text format of Prometheus.
final class ServiceMetrics: Sendable {
    /// What is counted up.
    enum Counter: String, CaseIterable {
        /// Tasks that were handed in.
        case submissions = "godhand_submissions_total"
        /// Steps that were done.
        case steps = "godhand_steps_total"
        /// Requests without a proper token.
        case unauthorized = "godhand_unauthorized_total"
        /// Requests that a rate limit refused.
        case limited = "godhand_rate_limited_total"
        /// Pictures sent to watchers.
        case frames = "godhand_frames_total"
        /// Actions by hand.
        case inputs = "godhand_inputs_total"

        var help: String {
            switch self {
            case .submissions: "Tasks that were handed in."
            case .steps: "Steps that were done."
            case .unauthorized: "Requests without a proper token."
            case .limited: "Requests that a rate limit refused."
            case .frames: "Pictures that were sent to watchers."
            case .inputs: "Actions of people by hand."
            }
        }
    }

    private static let bounds = [0.005, 0.025, 0.1, 0.5, 2.5, 10]
    private struct Operation {
        var statuses: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: ServiceMetrics.bounds.count)
        var count = 0
        var seconds = 0.0
    }
    private struct State {
        var counters: [Counter: Int] = [:]
        var operations: [String: Operation] = [:]
    }
    private let state = Mutex(State())

    func count(_ counter: Counter, by number: Int = 1) {
        state.withLock { $0.counters[counter, default: 0] += number }
    }

    /// Notes a request that was answered.
    func note(_ operation: String, status: Int, took time: Duration) {
        let seconds = time / .seconds(1)
        state.withLock { state in
            var known = state.operations[operation] ?? Operation()
            known.statuses[status, default: 0] += 1
            known.count += 1
            known.seconds += seconds
            for (place, bound) in Self.bounds.enumerated() where seconds <= bound { known.buckets[place] += 1 }
            state.operations[operation] = known
        }
    }

    /// All of it as text.
    ///
    /// - Parameter gauges: What is so now: name, explanation, and values by label.
    func text(gauges: [(name: String, help: String, values: [(labels: String, value: Int)])]) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func head(_ name: String, _ help: String, _ type: String) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
        }
        for gauge in gauges {
            head(gauge.name, gauge.help, "gauge")
            lines += gauge.values.map { "\(gauge.name)\($0.labels) \($0.value)" }
        }
        for counter in Counter.allCases {
            head(counter.rawValue, counter.help, "counter")
            lines.append("\(counter.rawValue) \(state.counters[counter] ?? 0)")
        }
        let operations = state.operations.sorted { $0.key < $1.key }
        head("godhand_http_requests_total", "Requests that were answered.", "counter")
        for (name, operation) in operations {
            for (status, count) in operation.statuses.sorted(by: { $0.key < $1.key }) {
                lines.append("godhand_http_requests_total{operation=\"\(name)\",status=\"\(status)\"} \(count)")
            }
        }
        let time = "godhand_http_request_seconds"
        head(time, "How long it took until an answer began.", "histogram")
        for (name, operation) in operations {
            let label = "operation=\"\(name)\""
            for (bound, count) in zip(Self.bounds, operation.buckets) {
                lines.append("\(time)_bucket{\(label),le=\"\(bound)\"} \(count)")
            }
            lines.append("\(time)_bucket{\(label),le=\"+Inf\"} \(operation.count)")
            lines.append("\(time)_sum{\(label)} \(operation.seconds)")
            lines.append("\(time)_count{\(label)} \(operation.count)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
