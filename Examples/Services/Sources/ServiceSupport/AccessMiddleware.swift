public import Hummingbird
import HTTPTypes

/// Lets only those requests pass that ``AccessRules`` allow.
public struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
    private let rules: AccessRules
    private let refuse: @Sendable (AccessRules.Refusal) -> Response

    /// Makes it.
    ///
    /// - Parameters:
    ///   - rules: Who may.
    ///   - refuse: The answer to others; its status and the header that asks for a token are set here.
    public init(_ rules: AccessRules, refuse: @escaping @Sendable (AccessRules.Refusal) -> Response) {
        self.rules = rules
        self.refuse = refuse
    }

    /// Hands the request on, or answers it.
    @concurrent
    public func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Two of the same would let one be checked and the other be believed.
        let repeated = [HTTPField.Name.origin, .authorization].contains { request.headers[values: $0].count > 1 }
        let refusal =
            repeated
            ? .origin
            : rules.refusal(
                host: request.head.authority, origin: request.headers[.origin],
                authorization: request.headers[.authorization], path: request.uri.path)
        guard let refusal else { return try await next(request, context) }
        var response = refuse(refusal)
        response.status = .init(code: refusal.status)
        if refusal == .token { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }
}
