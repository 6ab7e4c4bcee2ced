"""The documentation of the routes for programs: a page made of the OpenAPI document, without script."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ui.pages import label, plain_page, text

__all__ = ["documentation_router"]


def documentation_router() -> APIRouter:
    """Return the route of the page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def show_documentation(request: Request) -> HTMLResponse:
        described = request.app.openapi()
        link = f'<p><a href="/openapi.json">{label("OpenAPI 文档", "OpenAPI document")}</a></p>'
        routes = "".join(
            _route(method, path, operation)
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        )
        schemas = "".join(map(_schema, described.get("components", {}).get("schemas", {}).items()))
        return plain_page(label("程序接口", "Interface for programs"), link + routes + schemas)

    return router


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(map(_parameter, operation.get("parameters", [])))
    body = operation.get("requestBody")
    sent = f"<h3>{label('请求', 'Request')}</h3>{_json(body['content'])}" if body else ""
    return (
        f"<article><h2><code>{method.upper()} {text(path)}</code></h2>"
        f"<p>{text(operation.get('description', ''))}</p>{f'<ul>{parameters}</ul>' if parameters else ''}"
        f"{sent}</article>"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    return f"<li><code>{text(parameter['name'])}</code> ({parameter['in']}){_json(parameter['schema'])}</li>"


def _schema(named: tuple[str, dict[str, Any]]) -> str:
    name, schema = named
    return f"<article><h2><code>{text(name)}</code></h2>{_json(schema)}</article>"


def _json(value: Any) -> str:
    return f"<pre>{text(json.dumps(value, ensure_ascii=False, indent=2))}</pre>"
