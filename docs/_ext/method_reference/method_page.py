"""The page of a method: its description in the catalog, its call in four forms, and the result."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from docs._ext import execution
from docs._ext.execution import CompletedExample, ExampleFailed
from docs._ext.method_reference import call_forms
from docs._ext.method_reference.texts import CATALOG, TABLE, TYPES, localize
from oint.catalog import CDEK
from oint.catalog.model import RISKS
from oint.cdek.errors import RequestRejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docs._ext.environment import ExampleEnvironment, Language
    from docs._ext.method_reference.examples import MethodExample
    from oint.catalog.model import Method, Parameter

_LABELS = {"python": "Python", "opi": "Python: OPI_CDEK", "bash": "bash", "cmd": "cmd"}
_REJECTION = "rejected by CDEK"
_LEXERS = {"python": "python", "opi": "python", "bash": "bash", "cmd": "bat"}


def build_title(method: Method, language: Language) -> str:
    """Return the name of a method as separate words."""
    name = localize(method.name, language)
    first, *rest = re.findall(r"[A-ZА-ЯЁ][a-zа-яё]*", name)
    return " ".join([first, *(word.lower() for word in rest)])


def write_index(language: Language) -> str:
    """Return the page that lists the methods by group."""
    lines = [f"# {localize(CATALOG['title'], language)}", "", localize(CATALOG["about"], language), ""]
    for region, name in CDEK.groups.items():
        methods = [method for method in CDEK.methods if method.group == region]
        lines += [
            f"## {localize(name, language)}",
            "",
            f"| {localize(CATALOG['method'], language)} | {localize(CATALOG['does'], language)} | CDEK |",
            "|--|--|--|",
        ]
        lines += [
            f"| [{localize(method.name, language)}]({method.name.en}.md) | {localize(method.summary, language)} | {_write_operation(method, language)} |"
            for method in methods
        ]
        lines += ["", "```{toctree}", ":hidden:", "", *(method.name.en for method in methods), "```", ""]
    return "\n".join(lines)


def _write_operation(method: Method, language: Language) -> str:
    return localize(CATALOG["offline"], language) if method.offline else f"`{method.http} /v2{method.path}`"


def write_page(environment: ExampleEnvironment, method: Method, example: MethodExample) -> str:
    """Return the page of a method. Its example is executed in each form.

    Raises:
        ExampleFailed: an example gave another result than expected, or its forms gave different results
    """
    language = environment.language
    parts = [
        f"# {build_title(method, language)}",
        f"{localize(method.summary, language)}.",
        _write_warning(method, example, language),
        f"```{{code-block}} text\n{_write_signature(method, language)}\n```",
        "\n".join(_write_parameters(method, language)),
        f"**{localize(TABLE['returns'], language)}:** {localize(method.returns, language)}.",
        f"**{localize(TABLE['http'], language)}:** {_write_operation(method, language)}",
        "\n".join(_write_example(environment, method, example)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _write_warning(method: Method, example: MethodExample, language: Language) -> str:
    words = (
        []
        if method.risk == "read"
        else [f"{localize(TABLE['call'], language)} {localize(RISKS[method.risk], language)}."]
    )
    words += [localize(example.note, language)] if example.note else []
    kind = "note" if method.risk == "read" else "warning"
    return f":::{{{kind}}}\n{' '.join(words)}\n:::" if words else ""


def _write_signature(method: Method, language: Language) -> str:
    """Return the declaration of the function in 1C."""
    function, value, export = ("Функция", "Знач", "Экспорт") if language == "ru" else ("Function", "Val", "Export")
    words = [f"{value} {_declare_parameter(parameter, language)}" for parameter in method.parameters]
    return f"{function} {localize(method.name, language)}({', '.join(words)}) {export}"


def _declare_parameter(parameter: Parameter, language: Language) -> str:
    name = localize(parameter.name, language)
    if parameter.required:
        return name
    default = parameter.default
    if isinstance(default, bool) or (default is None and parameter.type == "boolean"):
        words = ("Истина", "Ложь") if language == "ru" else ("True", "False")
        return f"{name} = {words[0] if default else words[1]}"
    if default is None or default == "":
        return f'{name} = ""'
    return f'{name} = "{default}"' if isinstance(default, str) else f"{name} = {default}"


def _write_parameters(method: Method, language: Language) -> Iterator[str]:
    """Yield the table of parameters, with the columns of OInt's documentation."""
    heads = [localize(TABLE[name], language) for name in ("parameter", "option", "type", "required", "purpose")]
    yield "{.parameters}"
    yield f"| {' | '.join(heads)} |"
    yield "|--|--|--|--|--|"
    for parameter in method.parameters:
        kind = localize(TYPES[parameter.type], language)
        required = "✔" if parameter.required else "✖"
        purpose = localize(parameter.help, language)
        yield f"| {localize(parameter.name, language)} | `--{parameter.option}`, `-{parameter.short}` | {kind} | {required} | {purpose} |"


def _write_example(environment: ExampleEnvironment, method: Method, example: MethodExample) -> Iterator[str]:
    language = environment.language
    texts, files, result = execute_example(environment, method, example)
    yield f"## {localize(TABLE['examples'], language)}"
    for name, text in files.items():
        yield f"\n{localize(TABLE['file'], language)} `{name}`:\n\n```json\n{text}```"
    yield "\n::::{tab-set}\n:sync-group: form\n"
    for form in call_forms.FORMS:
        yield f":::{{tab-item}} {_LABELS[form]}\n:sync: {form}\n\n```{_LEXERS[form]}\n{texts[form]}\n```\n:::\n"
    yield "::::\n"
    yield f"## {localize(TABLE['result'], language)}\n"
    lexer = "json" if result.startswith(("{", "[")) else "text"
    yield f"```{{code-block}} {lexer}\n:force:\n\n{result}\n```"  # a shortened result, or one with a message, is not JSON


def execute_example(
    environment: ExampleEnvironment, method: Method, example: MethodExample
) -> tuple[dict[str, str], dict[str, str], str]:
    """Execute a call in each form. Return the forms, the files that they read, and the common result.

    Raises:
        ExampleFailed: a form ended with another exit code than expected, or two forms had different results
    """
    texts: dict[str, str] = {}
    files: dict[str, str] = {}
    results: dict[str, Any] = {}
    shown = ""
    for form in call_forms.FORMS:
        environment.reset()
        values = call_forms.add_common_values(method, example.prepare(environment.box))
        files = call_forms.build_files(values)
        for name, text in files.items():
            (environment.folder / name).write_text(text, "utf-8")
        texts = call_forms.write_forms(example, method, values, environment.language)
        if form in {"bash", "cmd"}:
            completed = _run_command(environment, form, texts[form], example.code)
            output = completed.out + completed.err if example.code else completed.out
            shown = environment.normalize(output.rstrip("\n"))
            results[form] = _REJECTION if example.code else _read_result(environment, example, completed.out)
        else:
            results[form] = _run_python(environment, texts[form], rejected=example.code != 0)
    for form, result in results.items():
        if result != results["bash"]:
            raise ExampleFailed(f"{method.name.en}: {form} returned {result!r}, bash {results['bash']!r}")
    return texts, files, _shorten(shown, example.lines, environment.language)


def _run_command(environment: ExampleEnvironment, form: str, text: str, code: int) -> CompletedExample:
    run = execution.run_bash if form == "bash" else execution.run_cmd
    completed = run(environment, text, environment.issue_token())
    if completed.code != code:
        raise ExampleFailed(f"{form}: exit code {completed.code}\n{text}\n{completed.out}{completed.err}")
    return completed


def _run_python(environment: ExampleEnvironment, text: str, *, rejected: bool) -> Any:
    """Return the result of the client or of the function. A rejection is an error of the first, a result of the second."""
    try:
        names = execution.run_python(environment, text, environment.issue_token())
    except ExampleFailed as error:
        if rejected and isinstance(error.__cause__, RequestRejected):
            return _REJECTION
        raise
    value = next(names[name] for name in ("answer", "Ответ", "Response") if name in names)
    if rejected and value is not names.get("answer"):
        return _REJECTION
    return _normalize(environment, getattr(value, "raw", value))


def _read_result(environment: ExampleEnvironment, example: MethodExample, out: str) -> Any:
    """Return the file that a command wrote, or the JSON that it printed."""
    if example.out:
        return (environment.folder / example.out).read_bytes()
    return _normalize(environment, execution.parse_output(out))


def _normalize(environment: ExampleEnvironment, value: Any) -> Any:
    """Return a value without its tokens, which differ in each call."""
    if isinstance(value, bytes):
        return value
    return json.loads(environment.normalize(json.dumps(value, ensure_ascii=False)))


def _shorten(text: str, max_lines: int, language: Language) -> str:
    lines = text.splitlines()
    if len(lines) <= max_lines:
        return text
    return "\n".join([*lines[:max_lines], localize(TABLE["more"], language).format(len(lines) - max_lines)])
