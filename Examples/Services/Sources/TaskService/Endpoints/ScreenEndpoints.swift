extension ServiceAPI {
    var screenEndpoints: [Endpoint] { [] }
    var pageEndpoints: [Endpoint] { [] }
}
