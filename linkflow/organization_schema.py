"""The JSON Schema of an organization's file, for editors: every key with its description, limits and choices.

Pages, mails, their places and sentences are those of the templates. What needs more than one key to judge (a link that
outlives its request, a colour that cannot be read) is for ``linkflow check`` alone.
"""

from collections.abc import Mapping
from typing import Any

from linkflow.organization_file import OrganizationFile
from linkflow.organization_texts import VARIANTS
from linkflow.shipped_texts import MAIL, PageTexts, Shipped, shipped_texts

Schema = dict[str, Any]
_TEXTS: Mapping[str, Schema] = {
    "line": {"type": "string", "minLength": 1, "maxLength": 2000, "description": "One line: a title, label or button."},
    "paragraph": {
        "type": "string",
        "minLength": 1,
        "maxLength": 2000,
        "description": "A paragraph; may hold emphasis, strong, links, lists and line breaks in Markdown.",
    },
}


def organization_schema() -> Schema:
    """The whole of it, draft 2020-12."""
    made: Schema = _tidy(OrganizationFile.model_json_schema())
    shipped = shipped_texts()
    pages = {name: _page(shipped[name]) for name in shipped if not name.startswith(MAIL)}
    mails = {name.removeprefix(MAIL): _mail(name) for name in shipped if name.startswith(MAIL)}
    made["$defs"] |= {_variant(name): _page(shipped[name]) for name in shipped if name.startswith(MAIL)}
    made["$defs"]["LookTable"]["properties"]["font"]["default"] = "system"
    for key, tables in (("content", pages), ("emails", mails)):
        made["$defs"][key] = {"type": "object", "properties": tables, "additionalProperties": False}
        languages = made["properties"][key]
        languages["patternProperties"] = {
            pattern: {"$ref": f"#/$defs/{key}"} for pattern in languages.pop("patternProperties")
        }
        languages["additionalProperties"] = False
    made["$defs"] |= _TEXTS
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": "An organization of linkflow",
        "description": "One file for each organization; its name is the organization's id.",
    }


def _page(texts: PageTexts) -> Schema:
    return {"type": "object", "properties": _words(texts), "additionalProperties": False}


def _mail(name: str) -> Schema:
    """Words for all requests, and below a data type's name those for one kind."""
    one_kind = {"$ref": f"#/$defs/{_variant(name)}"}
    properties = _words(shipped_texts()[name]) | dict.fromkeys(sorted(VARIANTS), one_kind)
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _variant(name: str) -> str:
    return name.replace("/", "-")


def _words(texts: PageTexts) -> dict[str, Schema]:
    places = {slot: {**_kind(text), "description": _told(text)} for slot, text in texts.slots.items()}
    return places | {key: _kind(text) for key, text in texts.sentences.items()}


def _kind(text: Shipped) -> Schema:
    return {"$ref": f"#/$defs/{'paragraph' if text.is_paragraph else 'line'}"}


def _told(text: Shipped) -> str:
    return f"Shipped: “{text.text}” May name {', '.join(f'{{{name}}}' for name in sorted(text.names))}."


def _tidy(value: Any) -> Any:
    """TOML has no null: what may be left out is simply not required. A key needs no second name."""
    if isinstance(value, list):
        return [_tidy(one) for one in value if one != {"type": "null"}]
    if isinstance(value, str):
        return value.replace("``", "`")
    if not isinstance(value, dict):
        return value
    made_up = {name for name in ("title", "default") if not isinstance(value.get(name), dict)}
    kept = {key: _tidy(one) for key, one in value.items() if not (key in made_up and (key == "title" or one is None))}
    if len(alternatives := kept.get("anyOf", ())) == 1:
        return {**alternatives[0], **{key: one for key, one in kept.items() if key != "anyOf"}}
    return kept
