extension BackendConformance {
    func checkScreenSize() async throws {
        try await withDisplay { display in
            let state = try await display.state()
            let (frame, serial) = try await display.frame()
            try expect(state.size == spec.screen, "The display is \(state.size) pixels large.")
            try expect(frame.size == spec.screen, "A frame is \(frame.size) pixels large.")
            try expect(serial >= state.serial, "A later frame has an earlier serial.")
        }
    }

    func checkInputReaches() async throws {
        try await withDisplay { display in _ = try await provoked(display) }
    }

    /// Makes the screen change by input.
    ///
    /// - Returns: What it shows once it has come to rest.
    func provoked(_ display: any Display) async throws -> Frame {
        let (before, first) = try await display.frame()
        var (after, serial) = (before, first)
        try await provoke(display)
        // A server may draw the same again before it draws what the input led to.
        while after == before {
            let change = try await display.change(after: serial, within: .seconds(10))
            try expect(change != nil, "Nothing changed on the screen after the input.")
            (after, serial) = try await display.frame()
        }
        return try await display.settledFrame().frame
    }

    func checkChanges() async throws {
        try await withDisplay { display in
            let serial = try await display.state().serial
            try await provoke(display)
            for _ in 1...2 {
                guard let change = try await display.change(after: serial, within: .seconds(10)) else {
                    throw ConformanceFailure("A change that had passed was not told.")
                }
                try expect(change.serial > serial, "A change after \(serial) has the serial \(change.serial).")
                try expect(!change.damage.isEmpty, "A change has no damage.")
                let screen = Rect(change.size)
                try expect(
                    change.damage.allSatisfy { !$0.isEmpty && screen.contains($0) }, "Damage lies outside the screen.")
            }
            let never = try await display.change(after: .max, within: .milliseconds(20))
            try expect(never == nil, "A change that never came was told.")
        }
    }

    func checkPointsOutside() async throws {
        try await withDisplay { display in
            let size = try await display.state().size
            for point in [Point(x: size.width, y: 0), Point(x: 0, y: size.height), Point(x: -1, y: 0)] {
                try await expect(.invalidRequest, "A click at \(point.x), \(point.y)") {
                    try await display.input.perform(.click(at: point))
                }
            }
        }
    }
}
