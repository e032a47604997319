import GodHandCore
public import Hummingbird
public import NIOCore
import HTTPTypes

extension Request {
    /// Reads the whole body, which stays in the request.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that it may have. A larger one is refused before it is read, where its length is told.
    ///   - time: How long the client may take to send it.
    /// - Throws: `GodHandError` with `limit` or `deadline`, or what reading throws.
    public mutating func boundedBody(upTo limit: Int, within time: Duration = .seconds(30)) async throws -> ByteBuffer {
        let tooLarge = GodHandError(.limitExceeded, "The body of the request has more than \(limit) bytes.")
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let body = body
        let read = try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask {
                do { return try await body.collect(upTo: limit) } catch is NIOTooManyBytesError { throw tooLarge }
            }
            group.addTask {
                try await Task.sleep(for: time)
                throw GodHandError(.deadlineExceeded, "The body of the request did not come within \(time).")
            }
            defer { group.cancelAll() }
            guard let buffer = try await group.next() else { throw CancellationError() }
            return buffer
        }
        self.body = RequestBody(buffer: read)
        return read
    }
}
