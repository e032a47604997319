import Foundation
import GodHandCore
import GodHandTrace
import GodHandTracing
import InMemoryTracing
import Tracing

/// Spans of a trace in OTLP's JSON: `curl -H 'Content-Type: application/json' -d @FILE http://collector:4318/v1/traces`.
enum SpanFile {
    static func make(of trace: Trace, content: Bool) throws -> Data {
        let ids = InMemoryTracer.IDGenerator(
            nextTraceID: { hexadecimal(digits: 32) }, nextSpanID: { hexadecimal(digits: 16) })
        let tracer = InMemoryTracer(idGenerator: ids)
        let recorder = TracingRecorder(tracer: tracer, recordsContent: content)
        for record in trace.records { if let event = record.event { recorder.take(event, at: record.time) } }
        recorder.finish(at: trace.records.last?.time ?? Date())
        let spans = tracer.finishedSpans.map(span)
        let service: JSONValue = ["key": "service.name", "value": ["stringValue": "godhand"]]
        let scope: JSONValue = ["name": "godhand", "version": .string(HostVersions.godhand)]
        let file: JSONValue = [
            "resourceSpans": [
                ["resource": ["attributes": [service]], "scopeSpans": [["scope": scope, "spans": .array(spans)]]]
            ]
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(file)
    }

    private static func hexadecimal(digits: Int) -> String {
        String((0..<digits).map { _ in Array("0123456789abcdef")[Int.random(in: 0..<16)] })
    }

    private static func span(_ span: FinishedInMemorySpan) -> JSONValue {
        var members: [String: JSONValue] = [
            "traceId": .string(span.traceID), "spanId": .string(span.spanID), "name": .string(span.operationName),
            "kind": span.kind == .client ? 3 : 1, "startTimeUnixNano": time(span.startInstant),
            "endTimeUnixNano": time(span.endInstant), "attributes": attributes(span.attributes),
            "events": .array(
                span.events.map {
                    [
                        "name": .string($0.name), "timeUnixNano": .string("\($0.nanosecondsSinceEpoch)"),
                        "attributes": attributes($0.attributes),
                    ]
                }),
        ]
        if let parent = span.parentSpanID { members["parentSpanId"] = .string(parent) }
        if let status = span.status {
            members["status"] = ["code": status.code == .error ? 2 : 1, "message": .string(status.message ?? "")]
        }
        return .object(members)
    }

    private static func time(_ instant: any TracerInstant) -> JSONValue { .string("\(instant.nanosecondsSinceEpoch)") }

    private static func attributes(_ attributes: SpanAttributes) -> JSONValue {
        var list: [JSONValue] = []
        attributes.forEach { name, attribute in
            if let value = value(attribute.toSpanAttribute()) { list.append(["key": .string(name), "value": value]) }
        }
        return .array(list)
    }

    /// Whole numbers are texts in OTLP's JSON.
    private static func value(_ attribute: SpanAttribute) -> JSONValue? {
        switch attribute {
        case .string(let text): ["stringValue": .string(text)]
        case .int32(let number): ["intValue": .string("\(number)")]
        case .int64(let number): ["intValue": .string("\(number)")]
        case .double(let number): number.isFinite ? ["doubleValue": .number(number)] : JSONValue?.none
        case .bool(let value): ["boolValue": .bool(value)]
        default: nil
        }
    }
}
