import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

@Suite struct ConversationTests {
    @Test func `what nests deeper than a reader takes is left out, and the trace stays whole`() async throws {
        try await withTemporaryDirectory { directory in
            var content: JSONValue = "deep"
            for _ in 0..<200 { content = ["inner": [content]] }
            let writer = try TraceWriter(directory: directory, durability: .none)
            try await writer.record(.modelTurn(ConversationEntry(.model, model: "m", content: content)))
            try await writer.record(.finished(.achieved(nil)))
            let trace = try Trace(directory: directory)
            #expect(trace.tail == nil && trace.events.count == 2)
            guard case .modelTurn(let entry)? = trace.events.first else { throw GodHandError(.notFound, "none") }
            #expect(entry.content["inner"]?.array?.first?["inner"] != nil)
        }
    }

    @Test func `a price that is no number is not written`() async throws {
        try await withTemporaryDirectory { directory in
            var cost = StepCost()
            cost.price = .infinity
            let writer = try TraceWriter(directory: directory, durability: .none)
            try await writer.record(
                .modelTurn(ConversationEntry(.model, model: "m", content: [.number(.nan)], cost: cost)))
            let trace = try Trace(directory: directory)
            guard case .modelTurn(let entry)? = trace.events.first else { throw GodHandError(.notFound, "none") }
            #expect(entry.cost?.price == nil && entry.content == [nil])
        }
    }
}
