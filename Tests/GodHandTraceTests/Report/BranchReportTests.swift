import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

@Suite struct BranchReportTests {
    private func report(of events: [RunEvent]) async throws -> String {
        try await withTemporaryDirectory { directory in
            let writer = try TraceWriter(directory: directory, durability: .none)
            for event in events { try await writer.record(event) }
            return try TraceReport.html(of: directory)
        }
    }

    private func tree(of events: [RunEvent]) -> BranchTree {
        var tree = BranchTree()
        for event in events {
            switch event {
            case .branch(let event): _ = tree.add(event, at: .zero)
            case .within(let branch, let event): _ = tree.add(event, in: branch, at: .zero)
            default: break
            }
        }
        return tree
    }

    @Test func `the tree says who comes from whom, and who won`() {
        let tree = tree(of: Samples.search)
        #expect(tree.inOrder.map(\.id) == [1, 2, 3, 4] && tree.inOrder.map(\.depth) == [1, 1, 2, 2])
        #expect(tree.winners == [2, 4] && tree.steps == 3 && tree.count == 4)
        #expect(tree.nodes[4]?.screen == Samples.picture(4) && tree.nodes[1]?.screen == Samples.picture(4))
    }

    @Test func `the page draws it, with links to what was done and the winner's path marked`() async throws {
        let html = try await report(of: Samples.search)
        let map = try #require(html.firstMatch(of: #/<section class="tree".*?</section>/#.dotMatchesNewlines())).0
        for branch in 1...4 {
            #expect(
                map.contains("<a href=\"#b\(branch)\" ") && html.contains("<article class=\"stop\" id=\"b\(branch)\""))
        }
        #expect(map.components(separatedBy: "class=\"edge path\"").count == 3)
        #expect(map.components(separatedBy: "class=\"edge\"").count == 3)
        #expect(map.contains("100 % · Won") && map.contains("Failed") && map.contains("25 % · Lost"))
        #expect(html.contains("id=\"b2s1\"") && html.contains("id=\"b1s1\"") && html.contains("id=\"b3s1\""))
        #expect(
            html.contains("<details class=\"steps\" open><summary>1 step</summary>"), "the winner's way is unfolded")
        #expect(html.contains("A fork of the beginning with memory and disk, made in 212 ms"))
        #expect(html.contains("A fork of <a href=\"#b2\">branch 2, By the keyboard</a> with the disk"))
        let branches = try #require(html.range(of: "id=\"b4\"")), end = try #require(html.range(of: "id=\"end\""))
        #expect(branches.lowerBound < end.lowerBound)
        #expect(html.matches(of: #/(src|href)="(?!#|data:)/#).isEmpty && !html.contains(" style=\""))
    }

    @Test func `a page without branches has no tree`() async throws {
        let html = try await report(of: Samples.run)
        #expect(!html.contains("class=\"tree\"") && !html.contains("class=\"branch"))
    }

    @Test func `a search that has not ended is drawn as far as it came`() async throws {
        for count in 1...Samples.search.count {
            let html = try await report(of: Array(Samples.search.prefix(count)))
            #expect(html.contains("Unfinished") == (count < Samples.search.count))
        }
    }

    @Test func `nothing that was said of a branch becomes markup`() async throws {
        let nasty = "<script>alert('x')</script>\"'&"
        var opening = BranchOpening(
            parent: 0, title: nasty, reasoning: nasty, sandbox: SandboxID(rawValue: nasty), preservation: .memory)
        opening.took = .seconds(1)
        let verdict = Verdict(passed: true, claim: nasty, evidence: nasty)
        let html = try await report(of: [
            .branch(BranchEvent(1, .opened(opening))),
            .branch(BranchEvent(1, .scored(BranchScore(1, reason: nasty, verdicts: [verdict]), screen: nil))),
            .branch(BranchEvent(1, .closed(BranchClosing(.won, reason: nasty)))),
        ])
        #expect(html.components(separatedBy: "<script>").count == 2 && !html.contains("alert('x')"))
    }

    @Test func `a tree that makes no sense, or is very large, is drawn as far as it does`() async throws {
        func opened(_ id: Int, _ parent: Int) -> RunEvent {
            .branch(
                BranchEvent(
                    id,
                    .opened(
                        BranchOpening(
                            parent: parent, title: "t", sandbox: SandboxID(rawValue: "s"), preservation: .memory))))
        }
        let odd = try await report(of: [
            opened(1, 0), opened(1, 0), opened(9, 7), .branch(BranchEvent(5, .closed(BranchClosing(.won, reason: "")))),
            .within(branch: 3, .step(Samples.step(1, .look))),
        ])
        #expect(odd.contains("4 records are of a kind that this version does not know"))
        let chain = tree(of: (1...2_000).map { opened($0, $0 - 1) })
        #expect(chain.inOrder.count == 500 && chain.count == 2_000)
        let wide = try await report(of: (1...700).map { opened($0, 0) })
        #expect(wide.contains("200 more branches"))
    }
}
