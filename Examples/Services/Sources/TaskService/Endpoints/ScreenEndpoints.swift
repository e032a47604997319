import GodHandAgent
import GodHandCore
import Hummingbird
import NIOCore

extension ServiceAPI {
    var screenEndpoints: [Endpoint] {
        [
            Endpoint("watchScreen", .get, "/v1/tasks/{task}/screen", parameters: ["fps"]) { call in
                let id = try task(call)
                _ = try await core.task(id)
                let fps = try call.integer("fps", in: 1...30) ?? 20
                let admission = try Admission(to: streams, "streams")
                return .stream(call, type: "application/octet-stream", admission) { writer in
                    var reader = ScreenReader(core: core, task: id, fps: fps)
                    while let messages = try await reader.next() {
                        core.metrics.count(.frames)
                        try await writer.write(ByteBuffer(bytes: messages.flatMap(\.bytes)))
                    }
                }
            },
            Endpoint("watchThumbnails", .get, "/v1/thumbnails") { call in
                let admission = try Admission(to: streams, "streams")
                return .stream(call, type: "application/octet-stream", admission) { writer in
                    var reader = ThumbnailReader(core: core, thumbnails: thumbnails)
                    while let messages = try await reader.next() {
                        try await writer.write(ByteBuffer(bytes: messages.flatMap(\.bytes)))
                    }
                }
            },
        ]
    }
}
