"""The OpenAPI document of the sandbox, built from its operations and their schemas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.schema import Field
from oint import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cdek_sandbox.core.operation import Operation

Schema = dict[str, Any]
_ABOUT = (
    "What the sandbox answers, not what CDEK promises. Values of a neighbouring type are taken too, as CDEK does: "
    "numbers and flags as text, a single object for an array, null for an absent field. "
    "Any call may also end as a fault rule or the rate limit has it."
)
_TYPES = {"int": "integer", "float": "number", "str": "string", "bool": "boolean"}
_TOKEN_FORM = dict.fromkeys(("grant_type", "client_id", "client_secret"), Field("str"))
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def build_document(operations: Iterable[Operation], url: str) -> Schema:
    """Build the document of a sandbox that is reached at `url`."""
    paths: dict[str, Schema] = {}
    for operation in operations:
        for method in operation.methods:
            place = paths.setdefault(_PARAMETER.sub(r"{\1}", operation.path), {})
            place[method.lower()] = _describe_operation(operation, method)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The CDEK sandbox of oint", "version": __version__, "description": _ABOUT},
        "servers": [{"url": url}],
        "paths": paths,
        "components": {"schemas": _SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _describe_operation(operation: Operation, method: str) -> Schema:
    name = operation.name if len(operation.methods) == 1 else f"{operation.name}_{method.lower()}"
    content: Schema = {
        "operationId": name,
        "parameters": [*_list_parameters(operation)],
        "responses": _list_responses(operation),
    }
    if method in {"POST", "PATCH"}:
        content |= _describe_body(operation)
    return content | ({"security": [{"token": []}]} if operation.needs_token else {})


def _list_parameters(operation: Operation) -> Iterable[Schema]:
    for name in _PARAMETER.findall(operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
    for name in operation.query_parameters:
        yield {"name": name, "in": "query", "schema": {"type": "string"}}


def _describe_body(operation: Operation) -> Schema:
    if operation.name == "token":
        return {
            "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": _describe_object(_TOKEN_FORM)}}}
        }
    if operation.schema is None:
        return {}
    return {"requestBody": {"content": {"application/json": {"schema": _describe_object(operation.schema)}}}}


def _describe_object(fields: Mapping[str, Field]) -> Schema:
    return {"type": "object", "properties": {name: _describe_field(form) for name, form in fields.items()}}


def _describe_field(form: Field) -> Schema:
    one: Schema = {"type": _TYPES[form.kind]} if form.fields is None else _describe_object(form.fields)
    return {"type": "array", "items": one} if form.many else one


def _list_responses(operation: Operation) -> Schema:
    errors = {str(status): response for status, response in _ERRORS.items()}
    if operation.name == "token":
        return {"200": _describe_response("a token", "Token"), **errors}
    return {
        "200": {"description": "the answer", "content": {"*/*": {}}},
        "202": _describe_response("queued: it speaks of the request, not of the entity", "Envelope"),
        **errors,
    }


def _describe_response(about: str, *names: str) -> Schema:
    schemas = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return {
        "description": about,
        "content": {"application/json": {"schema": schemas[0] if len(names) == 1 else {"anyOf": schemas}}},
    }


_ERRORS = {
    400: _describe_response("refused at once", "Refused", "Errors", "OAuthError"),
    401: _describe_response("no token, or one that does not hold", "Refused", "OAuthError"),
    403: _describe_response("another client's, where a setting says so", "Refused", "Errors"),
    404: _describe_response("nothing there", "Spring", "Refused", "Errors"),
    405: _describe_response("not a method of this route", "Spring"),
    409: _describe_response("a similar request is unfinished, where a setting says so", "Refused"),
    429: {"description": "above the rate limit, where a setting asks for one"},
}


def _build_object_schema(needed: Mapping[str, Schema], **more: Schema) -> Schema:
    return {"type": "object", "properties": {**needed, **more}, "required": list(needed)}


_TEXT: Schema = {"type": "string"}
_PROBLEM = _build_object_schema({"code": _TEXT, "message": _TEXT}, additional_code=_TEXT)
_PROBLEMS = {"type": "array", "items": _PROBLEM, "minItems": 1}
_RELATED: Schema = {"type": "array", "items": {"type": "object"}}
_ENTRY = {"type": _TEXT, "date_time": _TEXT, "state": {"enum": ["ACCEPTED", "WAITING", "SUCCESSFUL", "INVALID"]}}
_SCHEMAS = {
    "Token": _build_object_schema(
        {"access_token": _TEXT, "token_type": _TEXT, "expires_in": {"type": "integer"}, "scope": _TEXT}
    ),
    "Envelope": _build_object_schema(
        {
            "requests": {
                "type": "array",
                "items": _build_object_schema(_ENTRY, request_uuid=_TEXT, warnings=_PROBLEMS),
            },
            "related_entities": _RELATED,
        },
        entity={"type": "object"},
    ),
    "Refused": _build_object_schema(
        {
            "requests": {"type": "array", "items": _build_object_schema({**_ENTRY, "errors": _PROBLEMS})},
            "related_entities": _RELATED,
        }
    ),
    "Errors": _build_object_schema({"errors": _PROBLEMS}),
    "OAuthError": _build_object_schema({"error": _TEXT, "error_description": _TEXT}),
    "Spring": _build_object_schema({"timestamp": _TEXT, "status": {"type": "integer"}, "error": _TEXT, "path": _TEXT}),
}
