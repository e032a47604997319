import GodHandCore
import MCPServer
import Testing

@Suite("Arguments against a schema")
struct SchemaCheckTests {
    private let schema: JSONValue = [
        "type": "object",
        "properties": [
            "name": ["type": "string", "minLength": 1, "maxLength": 4],
            "count": ["type": "integer", "minimum": 1, "maximum": 9],
            "share": ["type": "number", "minimum": 0.5, "maximum": 2],
            "sure": ["type": "boolean"],
            "kind": ["type": "string", "enum": ["a", "b"]],
            "list": ["type": "array", "minItems": 1, "maxItems": 2, "items": ["type": "integer"]],
            "words": ["type": "object", "additionalProperties": ["type": "string"], "maxProperties": 1],
        ],
        "required": ["name"],
        "additionalProperties": false,
    ]

    @Test(
        "what fits is taken",
        arguments: [
            ["name": "x"], ["name": "xxxx", "count": 9, "share": 0.5, "sure": true, "kind": "b", "list": [1, 2]],
            ["name": "äöüß", "share": 2, "words": ["any": "thing"]],
        ] as [JSONValue])
    func fits(_ value: JSONValue) { #expect(SchemaCheck.complaint(about: value, schema) == nil) }

    @Test(
        "what does not is named",
        arguments: [
            ([:], "'name'"), (["name": ""], "'name'"), (["name": "xxxxx"], "'name'"), (["name": 1], "'name'"),
            (["name": "x", "count": 0], "'count'"), (["name": "x", "count": 10], "'count'"),
            (["name": "x", "count": 1.5], "'count'"), (["name": "x", "count": "1"], "'count'"),
            (["name": "x", "share": 0.4], "'share'"), (["name": "x", "share": 3], "'share'"),
            (["name": "x", "sure": 1], "'sure'"), (["name": "x", "kind": "c"], "'kind'"),
            (["name": "x", "kind": 1], "'kind'"),
            (["name": "x", "list": []], "'list'"), (["name": "x", "list": [1, 2, 3]], "'list'"),
            (["name": "x", "list": [1, "2"]], "'list[1]'"), (["name": "x", "list": 1], "'list'"),
            (["name": "x", "words": ["a": 1]], "'words.a'"), (["name": "x", "words": ["a": "", "b": ""]], "'words'"),
            (["name": "x", "nme": 1], "'nme'"), ([], "The arguments"), ("x", "The arguments"), (nil, "The arguments"),
        ] as [(JSONValue, String)])
    func fails(_ value: JSONValue, _ named: String) throws {
        let complaint = try #require(SchemaCheck.complaint(about: value, schema))
        #expect(complaint.contains(named), "\(complaint)")
    }
}
