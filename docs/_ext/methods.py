"""The page of a method: what the catalog says of it, its call in four forms, and what it came to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from docs._ext import execution, forms
from docs._ext.execution import Ended, WentWrong
from docs._ext.scenes import scenes
from docs._ext.words import CATALOG, TABLE, TYPES, say
from oint.catalog import CDEK
from oint.catalog.model import RISKS
from oint.cdek.errors import RequestRejected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docs._ext.scenes import Scene
    from docs._ext.stage import Language, Stage
    from oint.catalog.model import Method, Parameter

_LABELS = {"python": "Python", "opi": "Python: OPI_CDEK", "bash": "bash", "cmd": "cmd"}
_NO = "CDEK's no"
_LEXERS = {"python": "python", "opi": "python", "bash": "bash", "cmd": "bat"}


def write_all(stage: Stage, folder: Path, only: str | None = None) -> None:
    """Write the page of every method, and their index.

    Raises:
        WentWrong: an example did not come to what it should, or the forms of one came to different things
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = scenes()
    for method in CDEK.methods:
        if only in {None, method.name.en}:
            page = _page(stage, method, known[method.name.en])
            (folder / f"{method.name.en}.md").write_text(page, "utf-8")
    (folder / "index.md").write_text(_index(stage.language), "utf-8")


def title(method: Method, language: Language) -> str:
    """The method's name in words."""
    name = say(method.name, language)
    first, *rest = re.findall(r"[A-ZА-ЯЁ][a-zа-яё]*", name)
    return " ".join([first, *(word.lower() for word in rest)])


def _index(language: Language) -> str:
    lines = [f"# {say(CATALOG['title'], language)}", "", say(CATALOG["about"], language), ""]
    for region, name in CDEK.groups.items():
        methods = [method for method in CDEK.methods if method.group == region]
        lines += [
            f"## {say(name, language)}",
            "",
            f"| {say(CATALOG['method'], language)} | {say(CATALOG['does'], language)} | CDEK |",
            "|--|--|--|",
        ]
        lines += [
            f"| [{say(method.name, language)}]({method.name.en}.md) | {say(method.summary, language)} | {_http(method, language)} |"
            for method in methods
        ]
        lines += ["", "```{toctree}", ":hidden:", "", *(method.name.en for method in methods), "```", ""]
    return "\n".join(lines)


def _http(method: Method, language: Language) -> str:
    return say(CATALOG["offline"], language) if method.offline else f"`{method.http} /v2{method.path}`"


def _page(stage: Stage, method: Method, scene: Scene) -> str:
    language = stage.language
    parts = [
        f"# {title(method, language)}",
        f"{say(method.summary, language)}.",
        _risk(method, scene, language),
        f"```{{code-block}} text\n{_signature(method, language)}\n```",
        "\n".join(_table(method, language)),
        f"**{say(TABLE['returns'], language)}:** {say(method.returns, language)}.",
        f"**{say(TABLE['http'], language)}:** {_http(method, language)}",
        "\n".join(_examples(stage, method, scene)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _risk(method: Method, scene: Scene, language: Language) -> str:
    words = [] if method.risk == "read" else [f"{say(TABLE['call'], language)} {say(RISKS[method.risk], language)}."]
    words += [say(scene.note, language)] if scene.note else []
    kind = "note" if method.risk == "read" else "warning"
    return f":::{{{kind}}}\n{' '.join(words)}\n:::" if words else ""


def _signature(method: Method, language: Language) -> str:
    """As 1C declares it."""
    function, value, export = ("Функция", "Знач", "Экспорт") if language == "ru" else ("Function", "Val", "Export")
    words = [f"{value} {_declared(parameter, language)}" for parameter in method.parameters]
    return f"{function} {say(method.name, language)}({', '.join(words)}) {export}"


def _declared(parameter: Parameter, language: Language) -> str:
    name = say(parameter.name, language)
    if parameter.required:
        return name
    default = parameter.default
    if isinstance(default, bool) or (default is None and parameter.type == "boolean"):
        words = ("Истина", "Ложь") if language == "ru" else ("True", "False")
        return f"{name} = {words[0] if default else words[1]}"
    if default is None or default == "":
        return f'{name} = ""'
    return f'{name} = "{default}"' if isinstance(default, str) else f"{name} = {default}"


def _table(method: Method, language: Language) -> Iterator[str]:
    """The parameters, in the options of OInt's pages."""
    heads = [say(TABLE[name], language) for name in ("parameter", "option", "type", "required", "purpose")]
    yield "{.parameters}"
    yield f"| {' | '.join(heads)} |"
    yield "|--|--|--|--|--|"
    for parameter in method.parameters:
        kind = say(TYPES[parameter.type], language)
        required = "✔" if parameter.required else "✖"
        purpose = say(parameter.help, language)
        yield f"| {say(parameter.name, language)} | `--{parameter.option}`, `-{parameter.short}` | {kind} | {required} | {purpose} |"


def _examples(stage: Stage, method: Method, scene: Scene) -> Iterator[str]:
    language = stage.language
    texts, files, result = carried_out(stage, method, scene)
    yield f"## {say(TABLE['examples'], language)}"
    for name, text in files.items():
        yield f"\n{say(TABLE['file'], language)} `{name}`:\n\n```json\n{text}```"
    yield "\n::::{tab-set}\n:sync-group: form\n"
    for form in forms.FORMS:
        yield f":::{{tab-item}} {_LABELS[form]}\n:sync: {form}\n\n```{_LEXERS[form]}\n{texts[form]}\n```\n:::\n"
    yield "::::\n"
    yield f"## {say(TABLE['result'], language)}\n"
    lexer = "json" if result.startswith(("{", "[")) else "text"
    yield f"```{{code-block}} {lexer}\n:force:\n\n{result}\n```"  # what is cut, or followed by words, is no JSON


def carried_out(stage: Stage, method: Method, scene: Scene) -> tuple[dict[str, str], dict[str, str], str]:
    """The call in each form, the files it reads, and what it came to: the same in all forms.

    Raises:
        WentWrong: it did not
    """
    texts: dict[str, str] = {}
    files: dict[str, str] = {}
    found: dict[str, Any] = {}
    shown = ""
    for form in forms.FORMS:
        stage.begin()
        values = forms.complete(method, scene.prepare(stage.box))
        files = forms.files(values)
        for name, text in files.items():
            (stage.folder / name).write_text(text, "utf-8")
        texts = forms.written(scene, method, values, stage.language)
        if form in {"bash", "cmd"}:
            ended = _commanded(stage, form, texts[form], scene.code)
            shown = stage.shown((ended.out + ended.err if scene.code else ended.out).rstrip("\n"))
            found[form] = _NO if scene.code else _plain(stage, _printed(stage, scene, ended.out))
        else:
            found[form] = _computed(stage, texts[form], refused=scene.code != 0)
    first = found["bash"]
    for form, value in found.items():
        if value != first:
            raise WentWrong(f"{method.name.en}: {form} came to {value!r}, bash to {first!r}")
    return texts, files, _cut(shown, scene.lines, stage.language)


def _commanded(stage: Stage, form: str, text: str, code: int) -> Ended:
    run = execution.in_bash if form == "bash" else execution.in_cmd
    ended = run(stage, text, stage.token())
    if ended.code != code:
        raise WentWrong(f"{form} ended with {ended.code}\n{text}\n{ended.out}{ended.err}")
    return ended


def _computed(stage: Stage, text: str, *, refused: bool) -> Any:
    """What the client or the function came to; CDEK's no is an error of the one, and an answer of the other."""
    try:
        names = execution.in_python(stage, text, stage.token())
    except WentWrong as error:
        if refused and isinstance(error.__cause__, RequestRejected):
            return _NO
        raise
    value = next(names[name] for name in ("answer", "Ответ", "Response") if name in names)
    if refused and value is not names.get("answer"):
        return _NO
    return _plain(stage, getattr(value, "raw", value))


def _printed(stage: Stage, scene: Scene, out: str) -> Any:
    """What a command gave: the file that it wrote, else the JSON that it printed."""
    return (stage.folder / scene.out).read_bytes() if scene.out else execution.value_of(out)


def _plain(stage: Stage, value: Any) -> Any:
    """A value to compare: tokens are made anew by every call."""
    if isinstance(value, bytes):
        return value
    return json.loads(stage.shown(json.dumps(value, ensure_ascii=False)))


def _cut(text: str, most: int, language: Language) -> str:
    lines = text.splitlines()
    if len(lines) <= most:
        return text
    return "\n".join([*lines[:most], say(TABLE["more"], language).format(len(lines) - most)])
