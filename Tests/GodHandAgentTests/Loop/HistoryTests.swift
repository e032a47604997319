import Foundation
import GodHandCore
import Testing

@testable import GodHandAgent

@Suite struct HistoryTests {
    private func turns(_ count: Int) -> [ModelTurn] {
        (0..<count).flatMap { index -> [ModelTurn] in
            let image = ModelImage(png: Data([UInt8(index % 250)]), size: Size(width: 1, height: 1))
            return [
                .user([.text("turn \(index)"), .image(image)]),
                .model(ModelResponse(items: [.text("answer \(index)")], stop: .end)),
            ]
        }
    }

    @Test func `only the newest pictures are sent, and the beginning seldom changes`() {
        let policy = HistoryPolicy(pictures: 4, chunk: 10)
        var changes = 0
        var last: [ModelTurn] = []
        for count in 1...60 {
            let all = turns(count)
            let sent = policy.pruned(all)
            let pictures = sent.flatMap(\.pictures)
            #expect(pictures.count <= 4 + 9 && pictures.count >= min(count, 4))
            #expect(pictures == all.flatMap(\.pictures).suffix(pictures.count), "the newest are kept")
            #expect(sent.map(\.words) == all.map(\.words), "no word is lost")
            if Array(sent.prefix(last.count)) != last { changes += 1 }
            last = sent
        }
        #expect(changes == 5)
    }

    @Test(arguments: [(0, 0), (Int.min, Int.min), (Int.max, 1), (1, Int.max)])
    func `any numbers will do`(pictures: Int, chunk: Int) {
        let sent = HistoryPolicy(pictures: pictures, chunk: chunk).pruned(turns(5)).flatMap(\.pictures)
        #expect((1...5).contains(sent.count))
    }
}

extension ModelTurn {
    /// The words in it, without what stands for a picture that was dropped.
    fileprivate var words: [String] {
        switch self {
        case .user(let content):
            content.compactMap { if case .text(let text) = $0, $0 != HistoryPolicy.placeholder { text } else { nil } }
        case .model(let response): [response.text]
        case .results: []
        }
    }
}
