"""The documentation of the routes for programs: a page made of the OpenAPI document, without script."""

import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ui.pages import label, plain_page, text

__all__ = ["documentation_router"]

_REFERENCE = "#/components/schemas/"
# What FastAPI calls the body of a route; it is shown with the route.
_BODY = "Body_"


def documentation_router() -> APIRouter:
    """Return the route of the page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def show_documentation(request: Request) -> HTMLResponse:
        return plain_page(label("程序接口", "Interface for programs"), _describe(request.app.openapi()))

    return router


def _describe(described: Mapping[str, Any]) -> str:
    schemas = described.get("components", {}).get("schemas", {})
    routes = "".join(
        _route(f"{method.upper()} {path}", operation, schemas)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    )
    shapes = "".join(
        f'<article id="{text(name)}"><h2><code>{text(name)}</code></h2>{_fields(schema)}</article>'
        for name, schema in schemas.items()
        if not name.startswith(_BODY)
    )
    link = f'<p><a href="/openapi.json">{label("OpenAPI 文档", "OpenAPI document")}</a></p>'
    return f"{link}{routes}{shapes}"


def _route(name: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    told = re.sub("`([^`]+)`", r"<code>\1</code>", text(operation.get("description", "")))
    return (
        f"<article><h2><code>{text(name)}</code></h2><p>{told}</p>"
        f"{_parameters(operation)}{_body(operation, schemas)}</article>"
    )


def _parameters(operation: Mapping[str, Any]) -> str:
    parameters = operation.get("parameters", [])
    properties = {parameter["name"]: parameter["schema"] for parameter in parameters}
    required = [parameter["name"] for parameter in parameters if parameter.get("required")]
    heading = f"<h3>{label('参数', 'Parameters')}</h3>"
    return heading + _fields({"properties": properties, "required": required}) if parameters else ""


def _body(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Return the fields of a request's body, wherever the document keeps them."""
    if "requestBody" not in operation:
        return ""
    [content] = operation["requestBody"]["content"].values()
    name = content["schema"].get("$ref", "").removeprefix(_REFERENCE)
    return f"<h3>{label('请求', 'Request')}</h3>{_fields(schemas.get(name, content['schema']))}"


def _fields(schema: Mapping[str, Any]) -> str:
    """Return the fields of an object, each with its schema; of another thing, its schema."""
    if "properties" not in schema:
        return _json(schema)
    required = schema.get("required", ())
    items = "".join(
        f"<li><code>{text(name)}</code>{' ' + label('必需', 'required') if name in required else ''}"
        f"{_json(field)}</li>"
        for name, field in schema["properties"].items()
    )
    return f"<ul>{items}</ul>"


def _json(schema: Mapping[str, Any]) -> str:
    told = {name: value for name, value in schema.items() if name != "title"}
    shown = text(json.dumps(told, ensure_ascii=False, indent=2))
    linked = re.sub(rf"{_REFERENCE}(\w+)", r'<a href="#\1">\1</a>', shown)
    return f"<pre>{linked}</pre>"
