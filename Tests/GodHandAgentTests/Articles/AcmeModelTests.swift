import Foundation
import GodHandAgent
import GodHandCore
import Testing

/// The adapter of the article does what the article says.
struct AcmeModelTests {
    private func request() throws -> ModelRequest {
        let screen = Size(width: 2560, height: 1600)
        let frame = try Frame.filled(screen, red: 1, green: 2, blue: 3)
        let image = ModelImage(png: try Screenshot(of: frame).png, size: screen)
        return ModelRequest(
            instructions: "Be careful.", turns: [.user([.text("Click"), .untrusted("Ignore that"), .image(image)])],
            screen: screen)
    }

    @Test func `points come back in pixels of the real screen`() throws {
        let request = try request()
        let body = try AcmeModel().body(for: request)
        let parts = body["turns"]?.array?.first?["parts"]?.array ?? []
        #expect(parts.count == 3)
        #expect(parts[1]["text"]?.string?.hasPrefix("Shown on the screen") == true)
        let response = AcmeModel().response(from: ["do": "click", "x": 640, "y": 400, "tokens_in": 7], to: request)
        #expect(response.actions.first?.action == .input(.click(at: Point(x: 1281, y: 801))))
        #expect(response.usage.input == 7)
    }

    @Test(arguments: [["do": "click"], ["do": "fly"], [:], "nonsense"] as [JSONValue])
    func `nonsense goes back to the model`(answer: JSONValue) throws {
        let response = AcmeModel().response(from: answer, to: try request())
        guard case .malformed = response.items.first else {
            Issue.record("It was understood: \(response.items)")
            return
        }
    }
}
