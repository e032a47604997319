#!/usr/bin/env python3
"""Checks request bodies against the request types of the providers' own SDKs, strictly.

usage: validate-wire.py DIRECTORY

Each file of the directory is named PROVIDER--WHAT.json, where PROVIDER is claude, openai, openai-chat or gemini. A field that
the SDK does not know is as wrong as one that is missing or of another type. Prints "FILE: PLACE: WHAT" for each thing that is
wrong, and exits with 1 if there is any.
"""

import collections.abc
import copy
import functools
import json
import pathlib
import sys
import types
import typing

import typing_extensions

MAXIMUM_DEPTH = 80
WRAPPERS = {
    getattr(module, name)
    for module in (typing, typing_extensions)
    for name in ("Annotated", "NotRequired", "ReadOnly", "Required")
    if hasattr(module, name)
}
UNIONS = {typing.Union, types.UnionType}
LITERALS = {typing.Literal, typing_extensions.Literal}
SCALARS = {
    str: (str, "text"),
    bool: (bool, "true or false"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
    type(None): (type(None), "null"),
}


def bare(kind):
    """The type behind aliases and marks such as Required."""
    while True:
        if typing_extensions.get_origin(kind) in WRAPPERS:
            kind = typing_extensions.get_args(kind)[0]
        elif isinstance(kind, typing_extensions.TypeAliasType):
            kind = kind.__value__
        elif isinstance(kind, typing.NewType):
            kind = kind.__supertype__
        elif kind is None:
            return type(None)
        else:
            return kind


@functools.cache
def fields(kind):
    """The fields of a typed dictionary: name to (type, whether it must be there)."""
    hints = typing_extensions.get_type_hints(kind, include_extras=True)
    # The class's own list of required keys is empty where annotations are kept as text, so the marks are read instead.
    required = typing_extensions.Required, typing.Required
    return {name: (hint, typing_extensions.get_origin(hint) in required) for name, hint in hints.items()}


def arms(kind):
    """The types of a union, unions inside it laid flat."""
    kind = bare(kind)
    if typing_extensions.get_origin(kind) not in UNIONS:
        return [kind]
    return [arm for part in typing_extensions.get_args(kind) for arm in arms(part)]


def tags(kind):
    """The fields of a typed dictionary that can only have certain values, such as type and role."""
    found = {}
    for name, (hint, _) in fields(kind).items():
        choices = arms(hint)
        if all(typing_extensions.get_origin(arm) in LITERALS or arm is type(None) for arm in choices):
            found[name] = {value for arm in choices for value in typing_extensions.get_args(arm)}
    return found


def named_by_tags(kinds, value):
    """Those typed dictionaries of a union that the value says it is, for complaints about that one alone."""

    def fits(kind):
        for name, allowed in tags(kind).items():
            if name not in ("type", "role"):
                continue
            if name in value:
                if value[name] not in allowed:
                    return False
            elif fields(kind)[name][1]:
                return False
        return True

    return [kind for kind in kinds if fits(kind)]


def is_map(kind):
    container = typing_extensions.get_origin(kind) or kind
    return isinstance(container, type) and issubclass(container, collections.abc.Mapping)


def complaints(kind, value, place, depth=0):
    """What is wrong with a value as one of a type."""
    kind = bare(kind)
    if kind in (typing.Any, object):
        return []
    if depth > MAXIMUM_DEPTH:
        return [f"{place}: nested too deeply"]
    choices = arms(kind)
    if len(choices) > 1:
        return best(choices, value, place, depth)
    origin, arguments = typing_extensions.get_origin(kind), typing_extensions.get_args(kind)
    if origin in LITERALS:
        same = any(type(value) is type(choice) and value == choice for choice in arguments)
        return [] if same else [f"{place}: {value!r:.80} is none of {', '.join(map(repr, arguments[:6]))}"]
    if typing_extensions.is_typeddict(kind):
        return about_object(kind, value, place, depth)
    if kind in SCALARS:
        accepted, name = SCALARS[kind]
        is_right = isinstance(value, accepted) and (kind is bool or not isinstance(value, bool))
        return [] if is_right else [f"{place}: wants {name}, has {type(value).__name__}"]
    container = origin or kind
    if is_map(kind):
        if not isinstance(value, dict):
            return [f"{place}: wants an object, has {type(value).__name__}"]
        inner = arguments[1] if len(arguments) == 2 else object
        return [c for name, item in value.items() for c in complaints(inner, item, f"{place}.{name}", depth + 1)]
    # SequenceNotStr is a protocol of the SDKs' own.
    if getattr(container, "__name__", "") == "SequenceNotStr" or (
        isinstance(container, type) and issubclass(container, collections.abc.Iterable)
    ):
        if not isinstance(value, list):
            return [f"{place}: wants a list, has {type(value).__name__}"]
        inner = arguments[0] if arguments else object
        return [c for i, item in enumerate(value) for c in complaints(inner, item, f"{place}[{i}]", depth + 1)]
    return [f"{place}: the type {kind} is not understood by this script"]


def best(choices, value, place, depth):
    """The complaints of that arm of a union which the value most likely is."""
    if isinstance(value, dict):
        objects = [kind for kind in choices if typing_extensions.is_typeddict(kind)]
        named = named_by_tags(objects, value)
        others = [kind for kind in choices if kind not in objects]
        # Where the value names no known kind at all, that is the complaint; not what some other kind would miss.
        if objects and not named and "type" in value and all("type" in fields(kind) for kind in objects):
            if all(kind in SCALARS for kind in others):
                return [f"{place}: there is no type {value['type']!r:.80} here"]
        maps = [kind for kind in others if is_map(kind)]
        choices = named + maps if named else objects + others
    results = [complaints(kind, value, place, depth + 1) for kind in choices]
    return min(results, key=lambda found: (len(found), -max((len(text.split(": ")[0]) for text in found), default=0)))


def about_object(kind, value, place, depth):
    if not isinstance(value, dict):
        return [f"{place}: wants an object, has {type(value).__name__}"]
    known = fields(kind)
    found = [f"{place}: {name} is missing" for name, (_, needed) in known.items() if needed and name not in value]
    for name, item in value.items():
        if name in known:
            found += complaints(known[name][0], item, f"{place}.{name}", depth + 1)
        else:
            found.append(f"{place}: there is no field {name} in {kind.__name__}")
    return found


def claude(body):
    from anthropic.types.beta import message_create_params as params

    streaming = params.MessageCreateParamsStreaming
    return complaints(streaming if body.get("stream") else params.MessageCreateParamsNonStreaming, body, "body")


def not_strict(holder, name, place):
    """What is wrong with a schema that is said to be strict. The types say nothing of that; the SDK makes schemas so."""
    from openai.lib._pydantic import _ensure_strict_json_schema

    if not isinstance(holder, dict) or not holder.get("strict"):
        return []
    wanted = copy.deepcopy(holder.get(name))
    wanted = _ensure_strict_json_schema(wanted, path=(), root=wanted)
    return [] if wanted == holder[name] else [f"{place}.{name}: not strict, which would be {json.dumps(wanted)}"]


def unanswered(items):
    """Calls of a conversation without an answer behind them, and answers that lack the picture that must be in them."""
    found, calls = [], {}
    for i, item in enumerate(items):
        place, kind = f"body.input[{i}]", item.get("type", "")
        if kind in ("computer_call", "function_call"):
            calls[item["call_id"]] = place
        elif kind.endswith("_call_output"):
            if calls.pop(item["call_id"], None) is None:
                found.append(f"{place}: answers no call before it")
            if kind == "computer_call_output" and not {"image_url", "file_id"} & item["output"].keys():
                found.append(f"{place}.output: holds no picture")
    return found + [f"{place}: is not answered" for place in calls.values()]


def openai(body):
    from openai.types.responses import response_create_params as params

    streaming = params.ResponseCreateParamsStreaming
    found = complaints(streaming if body.get("stream") else params.ResponseCreateParamsNonStreaming, body, "body")
    for i, tool in enumerate(body.get("tools", [])):
        found += not_strict(tool, "parameters", f"body.tools[{i}]")
    return found or unanswered(body["input"])


def openai_chat(body):
    from openai.types.chat import completion_create_params as params

    streaming = params.CompletionCreateParamsStreaming
    found = complaints(streaming if body.get("stream") else params.CompletionCreateParamsNonStreaming, body, "body")
    place = "body.response_format.json_schema"
    return found or not_strict(body.get("response_format", {}).get("json_schema"), "schema", place)


def gemini(body):
    import pydantic
    from google.genai import types as models

    # The SDK spreads the body's parts over the arguments of its calls, so there is no one type for the whole.
    parts = {
        "contents": list[models.Content],
        "systemInstruction": models.Content,
        "tools": list[models.Tool],
        "toolConfig": models.ToolConfig,
        "generationConfig": models.GenerationConfig,
        "safetySettings": list[models.SafetySetting],
        "cachedContent": str,
    }
    found = [f"body: there is no field {name}" for name in body if name not in parts]
    if "contents" not in body:
        found.append("body: contents is missing")
    for name, kind in parts.items():
        if name in body:
            try:
                pydantic.TypeAdapter(kind).validate_json(json.dumps(body[name]))
            except pydantic.ValidationError as error:
                for e in error.errors():
                    found.append(f"body.{name}.{'.'.join(map(str, e['loc']))}: {e['msg']}")
    return found


CHECKS = {"claude": claude, "openai": openai, "openai-chat": openai_chat, "gemini": gemini}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"))
    if not files:
        sys.exit("There are no requests to check.")
    wrong = 0
    for file in files:
        provider = file.name.split("--")[0]
        body = json.loads(file.read_text())
        check = CHECKS.get(provider)
        found = check(body) if check else [f"there is no provider {provider}"]
        for text in dict.fromkeys(found):
            print(f"{file.name}: {text}")
        wrong += bool(found)
    print(f"{len(files)} requests checked, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
