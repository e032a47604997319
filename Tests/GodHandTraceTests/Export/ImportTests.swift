import Foundation
import GodHandCore
import Testing

@testable import GodHandTrace

@Suite struct ImportTests {
    @Test func `an export to ATIF comes back with all that it carries`() async throws {
        try await withTemporaryDirectory { directory in
            let events = try ExportSamples.run()
            let trace = try await ExportSamples.trace(events, in: directory)
            let file = try trace.export(as: .atif, to: directory.appending(path: "atif"))
            let run = try ImportedRun.atif(file)
            #expect(run.events.first == events.first)
            #expect(run.events == ExportSamples.kept(trace.events))
            #expect(run.losses == ["Trajectories of sub-agents are not kept."])
            try await run.write(to: directory.appending(path: "again"))
            #expect(try Trace(directory: directory.appending(path: "again")).events == run.events)
        }
    }

    @Test func `an export to OSWorld comes back with its actions, pictures and verdicts`() async throws {
        try await withTemporaryDirectory { directory in
            let trace = try await ExportSamples.trace(ExportSamples.run(), in: directory)
            let place = directory.appending(path: "osworld")
            _ = try trace.export(as: .osworld, to: place)
            let run = try ImportedRun.osWorld(place)
            let steps = run.events.compactMap { if case .step(let step) = $0 { step } else { nil } }
            #expect(steps.map(\.action) == trace.steps.map(\.action))
            #expect(steps.map(\.verdict) == trace.steps.map(\.verdict))
            #expect(steps.map(\.after.screenshot.png) == trace.steps.map(\.after.screenshot.png))
            #expect(steps.first?.before.screenshot.png == trace.steps.first?.before.screenshot.png)
            #expect(zip(steps, trace.steps).allSatisfy { abs($0.startedAt.timeIntervalSince($1.startedAt)) < 1e-5 })
            #expect(run.events.last == .finished(.achieved(nil)))
        }
    }

    @Test func `an export is made once and only of runs with steps`() async throws {
        try await withTemporaryDirectory { directory in
            let trace = try await ExportSamples.trace(ExportSamples.run(), in: directory)
            for format in ExportFormat.allCases {
                let place = directory.appending(path: format.rawValue)
                _ = try trace.export(as: format, to: place)
                #expect(throws: GodHandError.self) { try trace.export(as: format, to: place) }
            }
            let empty = try await ExportSamples.trace([.started(Samples.header)], in: directory.appending(path: "e"))
            #expect(throws: GodHandError.self) { try empty.export(as: .atif, to: directory.appending(path: "none")) }
        }
    }

    @Test func `a trajectory of another agent becomes steps as far as they are known`() async throws {
        try await withTemporaryDirectory { directory in
            try ExportSamples.picture(1, takenAt: Date()).png.write(to: directory.appending(path: "shot.png"))
            let json = #"""
                {"schema_version": "ATIF-v1.4", "session_id": "s", "agent": {"name": "a", "version": "1", "model_name": "m"},
                 "steps": [
                  {"step_id": 1, "source": "system", "message": "You are"},
                  {"step_id": 2, "source": "user", "message": "Find it"},
                  {"step_id": 3, "source": "agent", "timestamp": "2026-01-31T12:00:00+01:00", "message": "I click",
                   "reasoning_content": "Because", "metrics": {"prompt_tokens": 10, "cached_tokens": 4, "completion_tokens": 2},
                   "tool_calls": [
                    {"tool_call_id": "a", "function_name": "computer", "arguments": {"action": "left_click", "coordinate": [3, 4]}},
                    {"tool_call_id": "b", "function_name": "bash_command", "arguments": {"command": "ls"}},
                    {"tool_call_id": "c", "function_name": "browse", "arguments": {"q": "x"}}],
                   "observation": {"results": [
                    {"source_call_id": "a", "content": [{"type": "image", "source": {"media_type": "image/png", "path": "shot.png"}}]},
                    {"source_call_id": "b", "content": "file"}]}},
                  {"step_id": 4, "source": "user", "message": "Go on"},
                  {"step_id": 5, "source": "agent", "message": "",
                   "tool_calls": [{"tool_call_id": "d", "function_name": "finish", "arguments": {"answer": "42"}}]}]}
                """#
            let file = directory.appending(path: "t.json")
            try Data(json.utf8).write(to: file)
            let run = try ImportedRun.atif(file)
            let steps = run.events.compactMap { if case .step(let step) = $0 { step } else { nil } }
            #expect(
                steps.map(\.action) == [
                    .input(.click(at: Point(x: 3, y: 4))), .exec(["sh", "-c", "ls"]), .look, .done("42"),
                ])
            #expect(steps[0].after.screenshot.size == Size(width: 40, height: 30) && steps[1].before == steps[0].after)
            #expect(steps[0].cost?.input == 6 && steps[0].cost?.cachedInput == 4 && steps[1].cost == nil)
            #expect(steps[0].startedAt == Date(timeIntervalSince1970: 1_769_857_200))
            #expect(steps[2].reasoning?.contains("browse") == true && run.losses.count == 4)
            guard case .started(let header) = run.events[0] else { throw GodHandError(.notFound, "no beginning") }
            #expect(header.goal == "Find it" && header.planner == "m")
            #expect(run.events.contains(.intervention(Intervention(.hint, "Go on"))))
        }
    }

    @Test(arguments: [
        ("pyautogui.click(10, 20.6)", [Action.input(.click(at: Point(x: 10, y: 21)))]),
        (
            "import pyautogui; pyautogui.click(x=1, y=2, clicks=2, button='right')",
            [.input(.click(at: Point(x: 1, y: 2), button: .right, count: 2))]
        ),
        (#"pyautogui.write('it\'s; "a"', interval=0.1)"#, [.input(.type(#"it's; "a""#))]),
        (
            "pyautogui.hotkey('ctrl', 'pgup')\npyautogui.press(['enter'])",
            [.input(.key(KeyChord(keys: ["ctrl", "Page_Up"]))), .input(.key(KeyChord(keys: ["Return"])))]
        ),
        ("pyautogui.scroll(-5)\ntime.sleep(0.5)", [.input(.scroll(at: nil, dx: 0, dy: 5)), .wait(.milliseconds(500))]),
        ("DONE", [.done("")]), ("x = 1\npyautogui.click(x, 2)", []), ("pyautogui.click(os.system('x'))", []),
        ("pyautogui.write('a' + 'b')", []), ("pyautogui.write('open", []),
        ("pyautogui.moveTo(" + String(repeating: "[", count: 1_000) + ")", []),
    ])
    func `calls of pyautogui are understood if they are plain`(code: String, actions: [Action]) {
        #expect(PyAutoGUI.actions(in: code) == actions)
    }

    @Test(arguments: ["../secret.png", "/etc/passwd", "a/../../secret.png", "", "a//b", "link.png", "http://x/y.png"])
    func `a picture outside of the directory is not read`(path: String) async throws {
        try await withTemporaryDirectory { directory in
            let inner = directory.appending(path: "inner")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
            let secret = directory.appending(path: "secret.png")
            try ExportSamples.picture(1, takenAt: Date()).png.write(to: secret)
            try FileManager.default.createSymbolicLink(
                at: inner.appending(path: "link.png"), withDestinationURL: secret)
            var files = ImportedFiles(inner, TraceLimits())
            #expect(files.picture(path, takenAt: Date()) == nil)
        }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"schema_version":"ATIF-v1.4","steps":[]}"#, String(repeating: "[", count: 100_000),
        #"{"schema_version":"ATIF-v2.0","steps":[{}]}"#,
    ])
    func `what is no trajectory is refused`(text: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appending(path: "t.json")
            try Data(text.utf8).write(to: file)
            #expect(throws: GodHandError.self) { try ImportedRun.atif(file) }
        }
    }
}
