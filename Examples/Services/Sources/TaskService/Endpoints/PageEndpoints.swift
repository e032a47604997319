import HTTPTypes
import Hummingbird

extension ServiceAPI {
    /// The page for people: three files, in which nothing of any task is.
    var pageEndpoints: [Endpoint] {
        [
            page("page", "/", PackageResources.live_html, "text/html"),
            page("pageStyle", "/live.css", PackageResources.live_css, "text/css"),
            page("pageScript", "/live.js", PackageResources.live_js, "text/javascript"),
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
