import Foundation
import Hummingbird
import NIOCore

/// Messages as server-sent events.
enum EventStream {
    /// How often a connection on which nothing is said is shown to be alive, which also finds out that it is not.
    static let keepAlive: Duration = .seconds(15)

    private enum Piece: Sendable {
        case line(Data)
        case keepAlive
    }

    /// Writes lines as they come, until there are no more.
    static func write(_ lines: AsyncStream<Data>, to writer: inout any ResponseBodyWriter) async throws {
        let (pieces, sink) = AsyncStream<Piece>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await line in lines { sink.yield(.line(line)) }
                sink.finish()
            }
            group.addTask {
                // What sleeps is cancelled at the end; that is no failure.
                while (try? await Task.sleep(for: keepAlive)) != nil { sink.yield(.keepAlive) }
            }
            for await piece in pieces {
                switch piece {
                case .line(let line): try await writer.write(event(line))
                case .keepAlive: try await writer.write(ByteBuffer(string: ":\n\n"))
                }
            }
            group.cancelAll()
        }
    }

    /// One event. JSON of one line has no line feeds in it.
    private static func event(_ line: Data) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: line.count + 32)
        buffer.writeString("event: message\ndata: ")
        buffer.writeBytes(line)
        buffer.writeString("\n\n")
        return buffer
    }
}
