import GodHandCore
import HTTPTypes
import Hummingbird
import Logging
import ServiceSupport

/// Answers all requests: who may ask is looked at first, then what is asked for.
struct ServiceResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let endpoints: [Endpoint]
    let rules: AccessRules
    let passes: Passes
    let metrics: ServiceMetrics
    let rates: Rates
    let log: Logger

    /// How much is let pass.
    struct Rates: Sendable {
        /// Requests with the token.
        var requests: RateLimit
        /// Actions by hand, which come with each move of a mouse.
        var inputs: RateLimit
        /// Requests without it.
        var strangers: RateLimit
    }

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let began = ContinuousClock.now
        var operation = "none"
        var response: Response
        do { response = try await answer(request, &operation) } catch {
            let problem = Problem(error)
            if problem.status.code >= 500, !(error is Problem), !(error is CancellationError) {
                log.error("A request failed", metadata: ["operation": "\(operation)", "error": "\(error)"])
            }
            if problem.status == .tooManyRequests { metrics.count(.limited) }
            response = problem.response
        }
        metrics.note(operation, status: response.status.code, took: ContinuousClock.now - began)
        harden(&response)
        return response
    }

    private func answer(_ request: Request, _ operation: inout String) async throws -> Response {
        let path = request.uri.path
        let matches = endpoints.compactMap { endpoint in endpoint.path.match(path).map { (endpoint, $0) } }
        let match = matches.first { $0.0.method == request.method }
        if let match { operation = match.0.operation }
        try admit(request, to: match?.0)
        guard let (endpoint, parts) = match else {
            guard !matches.isEmpty else { throw Problem.notFound("There is nothing at this address.") }
            var problem = Problem(
                .methodNotAllowed, "request.invalid", "\(request.method.rawValue) cannot be done with this address.")
            problem.headers[.allow] = matches.map(\.0.method.rawValue).joined(separator: ", ")
            throw problem
        }
        let query = try JSONBody.query(request.uri.query, allowing: endpoint.parameters)
        return try await endpoint.handler(Call(request: request, path: parts, query: query))
    }

    private func admit(_ request: Request, to endpoint: Endpoint?) throws {
        // Two of the same would let one be checked and the other be believed.
        let isRepeated = [HTTPField.Name.origin, .authorization].contains { request.headers[values: $0].count > 1 }
        let refusal =
            isRepeated
            ? .origin
            : rules.refusal(
                host: request.head.authority, origin: request.headers[.origin],
                authorization: request.headers[.authorization], path: "")
        switch refusal {
        case nil: return try (endpoint?.operation == "input" ? rates.inputs : rates.requests).pass()
        case .token:
            try rates.strangers.pass()
            // What is at an address is no secret; what is done there is.
            if endpoint == nil || endpoint?.access == .anybody { return }
            if endpoint?.access == .passHolder, passes.redeem(request.uri.query, for: request.uri.path) { return }
            metrics.count(.unauthorized)
            var problem = Problem(.unauthorized, "unauthorized", AccessRules.Refusal.token.message)
            problem.headers[.wwwAuthenticate] = "Bearer"
            throw problem
        case .host?, .origin?:
            try rates.strangers.pass()
            throw Problem(.forbidden, "forbidden", refusal?.message ?? "")
        }
    }

    /// What no answer of ours needs is forbidden to browsers.
    private func harden(_ response: inout Response) {
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        if let name = HTTPField.Name("Cross-Origin-Resource-Policy") { response.headers[name] = "same-origin" }
        if let name = HTTPField.Name("X-Frame-Options") { response.headers[name] = "DENY" }
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'; sandbox"
        }
    }
}
