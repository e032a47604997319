import GodHandAgent

/// How fast the events of a model's answer are read, in the pieces in which they come from the network.
func measureStreams() throws {
    note("streams: server-sent events")
    let stream = answer(ofAtLeast: 16 << 20)
    let pieces = stride(from: 0, to: stream.count, by: 16 << 10).map { start in
        Array(stream[start..<min(start + 16 << 10, stream.count)])
    }
    var times: [Double] = []
    for _ in 0..<runs {
        var reader = ServerSentEvents()
        var count = 0
        let time = try ContinuousClock().measure {
            for piece in pieces { count += try reader.append(piece).count }
        }
        guard count > 0, reader.isBetweenEvents else { return note("error: the stream was not read whole") }
        times.append(time / .seconds(1))
    }
    report("sse_parse_mb_s", Double(stream.count) / 1e6 / times.sorted()[runs / 2], "MB/s")
}

/// Small pieces of text and now and then a large one, as a model's answer arrives.
private func answer(ofAtLeast size: Int) -> [UInt8] {
    func event(_ text: String) -> [UInt8] {
        let data =
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":""# + text + #""}}"#
        return Array("event: content_block_delta\ndata: \(data)\n\n".utf8)
    }
    let small = event(" the search box")
    let large = event(String(repeating: "x", count: 4096))
    var stream: [UInt8] = []
    while stream.count < size {
        for _ in 0..<50 { stream += small }
        stream += large
    }
    return stream
}
