import HTTPTypes
import Hummingbird

extension ServiceAPI {
    /// The page for people: files in which nothing of any task is.
    var pageEndpoints: [Endpoint] {
        [
            page("page", "/", PackageResources.live_html, "text/html"),
            page("pageStyle", "/live.css", PackageResources.live_css, "text/css"),
        ] + Self.scripts.map { page("pageScript", "/live/\($0).js", $1, "text/javascript") }
    }

    private static var scripts: KeyValuePairs<String, [UInt8]> {
        [
            "live": PackageResources.live_js, "page": PackageResources.page_js,
            "service": PackageResources.service_js, "streams": PackageResources.streams_js,
            "tasks": PackageResources.tasks_js, "wall": PackageResources.wall_js, "task": PackageResources.task_js,
            "questions": PackageResources.questions_js, "feed": PackageResources.feed_js,
            "hand": PackageResources.hand_js,
        ]
    }

    private func page(_ operation: String, _ path: String, _ bytes: [UInt8], _ type: String) -> Endpoint {
        Endpoint(operation, .get, path, access: .anybody) { _ in
            .bytes(
                bytes, type: "\(type); charset=utf-8",
                headers: [
                    .cacheControl: "no-cache",
                    // It loads and asks nothing but this service.
                    .contentSecurityPolicy:
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data: blob:; "
                        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                ])
        }
    }
}
