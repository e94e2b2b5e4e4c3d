"""An API's published OpenAPI 3.0 document: whether requests are allowed by it, and answers of its shape."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30ReadValidator, oas30_format_checker

from tests.providers.answering import Request

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_JSON = "application/json"


@cache
def read_document(path: str) -> "Document":
    """The document of a file, read once a process: some are long."""
    return Document(yaml.load(Path(path).read_text(), Loader=_LOADER))


class Document:
    """What a document says of its GET operations."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content

    @property
    def servers(self) -> list[str]:
        """The addresses its paths lie below."""
        return [server["url"] for server in self._content["servers"]]

    def refusals(self, request: Request) -> Iterator[str]:
        """Why the request, to a path of this document, is not allowed by it."""
        operation = self._operation(request.url)
        if operation is None:
            yield f"no GET {request.url}"
            return
        for kind, sent in (("query", request.params), ("header", request.headers)):
            known = {one["name"].lower(): one for one in self._parameters(request.url) if one["in"] == kind}
            for name, value in sent.items():
                parameter = known.pop(name.lower(), None)
                if parameter is None:
                    yield f"{request.url} has no {kind} parameter {name}"
                else:
                    yield from self._faults(parameter["schema"], _typed(value, self._found(parameter["schema"])), name)
            yield from (f"{request.url} needs {name}" for name, one in known.items() if one.get("required"))

    def faults(self, url: str, body: Any) -> Iterator[str]:
        """What in a successful answer is not as the document has it: a wrong value, or a field it does not know."""
        schema = self._operation(url)["responses"]["200"]["content"][_JSON]["schema"]
        yield from self._faults(schema, body, url)
        yield from sorted(set(self._unknown(schema, body, url)))

    def _faults(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
        rooted = {"allOf": [schema], "components": self._content["components"]}
        check = OAS30ReadValidator(rooted, format_checker=oas30_format_checker)
        yield from (f"{where}{error.json_path[1:]}: {error.message}" for error in check.iter_errors(value))

    def _unknown(self, schema: Any, value: Any, where: str) -> Iterator[str]:
        known = self._found(schema)
        if isinstance(value, list):
            for one in value:
                yield from self._unknown(known.get("items", {}), one, f"{where}[]")
        elif isinstance(value, dict) and "properties" in known:
            for name, held in value.items():
                if name not in known["properties"]:
                    yield f"{where}.{name} is not known"
                else:
                    yield from self._unknown(known["properties"][name], held, f"{where}.{name}")

    def _operation(self, url: str) -> Any:
        return self._content["paths"].get(url, {}).get("get")

    def _parameters(self, url: str) -> list[Any]:
        path = self._content["paths"][url]
        return [self._found(one) for one in (*path.get("parameters", ()), *path["get"].get("parameters", ()))]

    def _found(self, schema: Any) -> Any:
        while "$ref" in schema:
            place: Any = self._content
            for step in schema["$ref"].removeprefix("#/").split("/"):
                place = place[step]
            schema = place
        return schema


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    """A parameter's text as what it stands for; text that stands for no such thing stays text."""
    if schema.get("type") == "integer" and value.isdecimal():
        return int(value)
    return {"true": True, "false": False}.get(value, value) if schema.get("type") == "boolean" else value
