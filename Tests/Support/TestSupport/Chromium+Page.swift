public import Foundation

/// What a person does with a page, and what can be asked about it.
extension Chromium {
    /// Opens a page and waits until it and its script are there.
    public func load(_ page: URL) throws {
        forgetEvents()
        try call("Page.navigate", ["url": page.absoluteString])
        try evaluate(
            "new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))"
        )
    }

    /// The value of an expression in the page; a promise is waited for.
    @discardableResult
    public func evaluate(_ expression: String) throws -> Any? {
        let answer = try call(
            "Runtime.evaluate", ["expression": expression, "awaitPromise": true, "returnByValue": true])
        if let details = answer["exceptionDetails"] { throw Self.failure("\(expression): \(details)") }
        return (answer["result"] as? [String: Any])?["value"]
    }

    /// Waits until something is so in the page.
    public func wait(until condition: String) throws {
        try evaluate(
            """
            new Promise((done, fail) => {
              const began = performance.now();
              const look = () => { let holds = false; try { holds = \(condition); } catch {}
                if (holds) done(); else if (performance.now() - began > 50000) fail(new Error("it did not come"));
                else setTimeout(look, 20); };
              look();
            })
            """)
    }

    /// Presses and releases a key as a person does.
    public func press(_ key: String) throws {
        let text = key.count == 1 ? key : key == "Enter" ? "\r" : ""
        // Some keys are known to the browser itself only by their number.
        let code = ["Escape": 27, "Enter": 13][key] ?? 0
        for type in [text.isEmpty ? "rawKeyDown" : "keyDown", "keyUp"] {
            try call(
                "Input.dispatchKeyEvent",
                ["type": type, "key": key, "text": type == "keyDown" ? text : "", "windowsVirtualKeyCode": code])
        }
        try settle()
    }

    /// Clicks into the middle of an element.
    public func click(_ selector: String) throws {
        let place = try evaluate(
            """
            (() => { const it = document.querySelector(\(literal(selector))); it.scrollIntoView({ block: "center" });
            const box = it.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()
            """)
        guard let place = place as? [Double] else { throw Self.failure("\(selector) has no place.") }
        for type in ["mousePressed", "mouseReleased"] {
            try call(
                "Input.dispatchMouseEvent",
                ["type": type, "x": place[0], "y": place[1], "button": "left", "clickCount": 1])
        }
        try settle()
    }

    /// Waits until what was asked for is drawn.
    public func settle() throws {
        try evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    }

    /// What the window shows.
    public func screenshot() throws -> Data {
        let answer = try call("Page.captureScreenshot", ["format": "png"])
        guard let picture = Data(base64Encoded: answer["data"] as? String ?? "") else {
            throw Self.failure("The browser gives no picture.")
        }
        return picture
    }

    /// Lets requests for these addresses fail, as where a network is bad; `*` stands for anything. None lets all pass.
    public func block(_ addresses: [String]) throws {
        try call("Network.setBlockedURLs", ["urls": addresses])
    }

    /// What the browser complained about: errors, warnings, exceptions, and what the page's policy forbade.
    public var complaints: [String] {
        events.filter { ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"].contains($0.method) }
            .map { "\($0.params)" }
    }

    /// The addresses that were asked for.
    public var requests: [String] {
        events.filter { $0.method == "Network.requestWillBeSent" }
            .compactMap { ($0.params["request"] as? [String: Any])?["url"] as? String }
    }

    /// A string as it is written in a script.
    public func literal(_ text: String) -> String {
        let data = (try? JSONEncoder().encode([text])) ?? Data("[\"\"]".utf8)
        return "\(String(decoding: data, as: UTF8.self))[0]"
    }
}
