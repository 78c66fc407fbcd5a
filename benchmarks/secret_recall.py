"""How many secrets are found, and how often what is none is taken for one.

Give it folders: checkouts of scanners, whose tests hold examples, and folders of text that holds no secret:

    python benchmarks/secret_recall.py gitleaks=DIR noseyparker=DIR … text=DIR text=DIR

Nothing of these is kept here. What was measured, with the revisions, stands in docs/secrets.md. A secret
counts as found when no run of ten characters of it is left. `--misses N` shows some of what was missed or
wrongly replaced; `--half 0` and `--half 1` take every second rule or file: tune on one, measure on the other.
`repeats=100000` says what texts of so many characters cost that are made to take long.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import random
import re
import sys
import time
import tomllib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "collector"))

from claudesess_collector.privacy_redact import clean, redact  # noqa: E402
from claudesess_collector.privacy_secrets import PATTERNS  # noqa: E402

CHUNK = 8000  # characters of source code that are looked at together
TEXTS = {
    ".py",
    ".js",
    ".ts",
    ".tsx",
    ".jsonl",
    ".md",
    ".rst",
    ".go",
    ".txt",
    ".sh",
    ".yml",
    ".yaml",
    ".toml",
    ".1",
}


class Case(NamedTuple):
    """An example of a scanner: what it was made for, and what may not be left of it."""

    rule: str
    kind: str  # "prefix": the secret shows itself; "name": what stands around it does
    text: str
    secret: str


def is_found(case: Case) -> bool:
    kept = redact(clean(case.text))
    length = min(10, len(case.secret))
    pieces = (case.secret[at : at + length] for at in range(len(case.secret) - length + 1))
    return not any(piece in kept for piece in pieces)


# What an example shows that is no secret, in all corpora alike: by what its rule is called, or by its value.
_NAMES_SOMETHING = re.compile(
    r"(?i)\b(?:id|url|host|hostname|domain|username|name|recipient|nonce|salt)(?: ?\d+)?$"
)
_PLACEHOLDER = re.compile(
    r"(?i)[^a-z]*(?:(?:pass|passw(?:or|ro)d|passwd|pwd|secret|token|key|api|apikey|access|auth|my|your|some|the"
    r"|a|this|is|here|goes|test(?:ing)?|example|fake|dummy|sample|placeholder|change|changeme|insert|enter"
    r"|redacted|user|username|not|real|abc|xyz|foo|bar)[^a-z]*)+"
)
_SHAPELESS = re.compile(
    r"(?i)[0-9a-f-]{8,}|[A-Z2-7]{16,}|\d+|\S{1,15}"
)  # alone in its text nothing says what it is
_ALONG = 3  # a third of the steps go to the same or the next character: somebody typed along


def is_literal(case: Case) -> bool:
    """Say whether an example shows a secret: no name, placeholder, row of the alphabet, number alone."""
    if _NAMES_SOMETHING.search(re.sub(r"[-_.]", " ", case.rule)) or _NOTHING.fullmatch(case.secret):
        return False
    is_alone = case.text.strip() == case.secret and _SHAPELESS.fullmatch(case.secret) is not None
    return not is_alone and _PLACEHOLDER.fullmatch(case.secret) is None and not _runs_along(case.secret)


def _runs_along(secret: str) -> bool:
    chars = [ord(char) for char in secret.lower() if char.isalnum()]
    steps = [two - one for one, two in itertools.pairwise(chars)]
    return len(chars) >= 12 and sum(step in (0, 1) for step in steps) * _ALONG >= len(steps)


# scanners


def compiled(pattern: str) -> re.Pattern[str] | None:
    """Compile what Go or Rust read as a pattern, where Python can."""
    pattern = pattern.replace(r"\z", r"\Z").replace("[[:alnum:]]", "[A-Za-z0-9]")
    flags = re.X if pattern.lstrip().startswith("(?x)") else 0
    pattern = pattern.replace("(?x)", "")
    first = re.match(r"\s*(\(\?[ims]+\))", pattern)
    if first is None and (inner := re.search(r"\(\?([ims]+)\)", pattern)):
        pattern = f"(?{inner[1]})" + pattern.replace(inner[0], "")
    try:
        return re.compile(pattern.strip() if not flags else pattern.lstrip(), flags)
    except re.error:
        return None


def shown(pattern: re.Pattern[str] | None, text: str) -> str | None:
    """Return what a scanner's pattern takes for the secret: its group, the second behind a user."""
    found = pattern.search(text) if pattern is not None else None
    if found is None:
        return None
    groups = [group for group in found.groups() if group and len(group) > 1]
    for group in groups:
        if re.search(r"(?i)(?:secret|key|password|pwd)\s*=\s*$", text[: text.find(group)]):
            return group
    at = 2 if "machine" in text and len(groups) > 2 else min(len(groups), 2) - 1
    return groups[at] if groups else found.group()


def random_of(pattern: str, draw: random.Random) -> str:
    """Return a text that a simple pattern matches."""
    return _random(_parser.parse(pattern), draw)


def _random(parsed: Any, draw: random.Random) -> str:
    made = ""
    for op, value in parsed:
        name = str(op)
        if name == "LITERAL":
            made += chr(value)
        elif name == "IN" and str(value[0][0]) == "NEGATE":
            made += " "
        elif name == "IN":
            made += draw.choice([char for item in value for char in _chars(item)])
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = value
            made += "".join(_random(inner, draw) for _ in range(draw.randint(low, min(int(high), low + 10))))
        elif name == "SUBPATTERN":
            made += _random(value[3], draw)
        elif name == "BRANCH":
            made += _random(draw.choice(value[1]), draw)
        elif name == "ANY":
            made += "x"
        elif name == "NOT_LITERAL":
            made += "z"
        elif name != "AT":
            raise ValueError(name)
    return made


def _chars(item: Any) -> str:
    name, value = str(item[0]), item[1]
    if name == "RANGE":
        return "".join(map(chr, range(value[0], value[1] + 1)))
    return chr(value) if name == "LITERAL" else "abcdefXYZ0123456789"


_GO_STRING = re.compile(r"`([^`]*)`|\"((?:[^\"\\\n]|\\.)*)\"")
_GO_SIZES = {
    "Numeric": "0-9",
    "Hex": "a-f0-9",
    "AlphaNumeric": "a-z0-9",
    "AlphaNumericExtendedShort": "a-z0-9_-",
    "AlphaNumericExtended": r"a-z0-9=_\-",
    "AlphaNumericExtendedLong": r"a-z0-9\/=_\+\-",
}
_GO_TEST = re.compile(r"input:\s*(`[^`]*`|\"(?:[^\"\\\n]|\\.)*\"),\s*want:\s*\[\]string\{([^}]*)\}")
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def _go_text(source: str, draw: random.Random) -> str | None:
    """Return the text that a Go expression stands for: literals and random texts, put together."""
    made = ""
    for part in _go_items(source, "+"):
        if literal := _GO_STRING.fullmatch(part):
            made += _literal(literal)
        elif call := re.fullmatch(r"(?:secrets\.NewSecret|newPlausibleSecret)\((.*)\)", part, re.S):
            pattern = _go_pattern(call[1].strip())
            if pattern is None:
                return None
            made += random_of(pattern, draw)
        else:
            return None
    return made


def _literal(literal: re.Match[str]) -> str:
    return literal[1] if literal[1] is not None else str(ast.literal_eval(f'"{literal[2]}"'))


def _go_pattern(source: str) -> str | None:
    made = ""
    for part in _go_items(source, "+"):
        if literal := _GO_STRING.fullmatch(part):
            made += literal[1] if literal[1] is not None else literal[2]
        elif "Hex8_4_4_4_12" in part:
            made += _UUID
        elif sized := re.fullmatch(r"utils\.(\w+)\(\"([\d,]+)\"\)", part):
            made += f"[{_GO_SIZES[sized[1]]}]{{{sized[2]}}}"
        else:
            return None
    return made


def _go_items(source: str, mark: str = ",") -> Iterator[str]:
    """Yield the arguments or items of a Go list, split at its own commas."""
    source = re.sub(r"(?m)^\s*//.*$|(?<=[,)])[ \t]*//.*$", "", source)
    depth, start, at = 0, 0, 0
    while at < len(source):
        if literal := _GO_STRING.match(source, at):
            at = literal.end()
            continue
        char = source[at]
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            break
        if char == mark and depth == 0:
            yield source[start:at].strip()
            start = at + 1
        at += 1
    if source[start:at].strip():
        yield source[start:at].strip()


def gitleaks(folder: Path) -> Iterator[Case]:
    """Yield what the rules' own tests have to find: literal lines, and samples in every syntax."""
    rules = {
        rule["id"]: rule
        for rule in tomllib.loads(next(folder.glob("config/*leaks.toml")).read_text(encoding="utf-8"))[
            "rules"
        ]
    }
    base = (folder / "cmd/generate/config/utils/generate.go").read_text(encoding="utf-8")
    samples = base[base.index("samples := map") :]
    templates = [
        text
        for line in samples.splitlines()
        if (row := re.match(r"\s*\"[^\"]*\":\s*(.*?),?\s*$", line))
        and (text := _go_text(row[1], random.Random(0))) is not None
    ]
    for path in sorted((folder / "cmd/generate/config/rules").glob("*.go")):
        source = path.read_text(encoding="utf-8")
        for body in source.split("\nfunc ")[1:]:
            named = re.search(r"RuleID:\s*\"([^\"]+)\"", body)
            if named is None or "tps" not in body or named[1] not in rules:
                continue
            pattern = rules[named[1]].get("regex", "")
            kind = "name" if pattern.startswith((r"[\w.-]{0,50}?", r"(?i)[\w.-]{0,50}?")) else "prefix"
            draw = random.Random(named[1])
            for text, secret in _gitleaks_texts(body, compiled(pattern), templates, draw):
                yield Case(named[1], kind, text, secret)


def _gitleaks_texts(
    body: str, pattern: re.Pattern[str] | None, templates: list[str], draw: random.Random
) -> Iterator[tuple[str, str]]:
    tps = body[body.index("tps") : body.find("fps :=") if "fps :=" in body else len(body)]
    for call in re.finditer(r"GenerateSampleSecrets?\(", tps):
        given = list(_go_items(tps[call.end() :]))
        name, secret = _go_text(given[0], draw), _go_text(given[1], draw)
        if name is None or secret is None:
            continue
        forms = templates if call[0].startswith("GenerateSampleSecrets") else ['{i}_api_token = "{s}"']
        for template in forms:
            filled = template.replace("{i}", name).replace("{I}", name.upper()).replace("{s}", secret)
            yield filled, secret
    for opened in re.finditer(r"(?:\[\]string\{|append\(tps,)", tps):
        for item in _go_items(tps[opened.end() :]):
            text = _go_text(item, draw) if "GenerateSample" not in item else None
            if text and (secret := _password_of(shown(pattern, text) or "")):
                yield text, secret


def _yaml_rules(folder: Path) -> Iterator[Case]:
    for path in sorted(folder.glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            if not _looks_for_a_secret(rule):
                continue
            pattern = compiled(rule["pattern"])
            for text in rule.get("examples") or ():
                if (secret := _password_of(shown(pattern, str(text)) or "")) and not _NOTHING.fullmatch(
                    secret
                ):
                    yield Case(rule["id"], _by_look(secret), str(text), secret)


# What names somebody or something and opens nothing: by what a rule is called, and by what it shows.
_NO_SECRET = re.compile(
    r"(?i)\b(?:client|account|key|org|application|user|reporter) ?id\b|\brecipient\b"
    r"|\b(?:host|url|domain|username)$"
)
_NOTHING = re.compile(
    r"(?:https?://)?[\w-]+(?:\.[\w-]+)*\.(?:com|io|net)(?:/[\w/]*)?|https?|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|[\s:]*|\"kty\": .*"
    r"|\$\w+|%\w+%|#\{.*\}\"?\s*|(?:[A-Za-z]{0,6}-)?([A-Za-z#*])\1{5,}-?"  # … or one character again
)


def _looks_for_a_secret(rule: dict[str, Any]) -> bool:
    """Say so of a rule that is no helper of another and not named for what opens nothing."""
    is_helper = rule.get("visible") is False or "secret" not in rule.get("categories", "secret")
    return not is_helper and not _NO_SECRET.search(rule["name"])


def noseyparker(folder: Path) -> Iterator[Case]:
    return _yaml_rules(folder / "crates/noseyparker/data/default/builtin/rules")


def kingfisher(folder: Path) -> Iterator[Case]:
    return _yaml_rules(folder / "data/rules")


def titus(folder: Path) -> Iterator[Case]:
    return _yaml_rules(folder / "pkg/rule/rules")


def trufflehog(folder: Path) -> Iterator[Case]:
    """Yield the literal inputs of the detectors' tests with what each has to find."""
    for path in sorted((folder / "pkg/detectors").rglob("*_test.go")):
        source = path.read_text(encoding="utf-8", errors="replace")
        for found in _GO_TEST.finditer(source):
            text = _go_text(found[1], random.Random(0))
            for item in _go_items(found[2]):
                secret = _go_text(item, random.Random(0))
                secret = _password_of(secret or "")
                if text and len(secret) >= 8 and secret in text:
                    yield Case(path.parent.name, _by_look(secret), text, secret)


def _by_look(secret: str) -> str:
    """Say whether a secret begins with letters and a mark, as those with a prefix of their own do."""
    return "prefix" if re.match(r"[A-Za-z][A-Za-z0-9]{1,9}[-_.][A-Za-z0-9]", secret) else "name"


_ADDRESS = re.compile(r"jdbc:|[a-z+]{2,20}://|(?:[A-Z][\w ]{1,30}=[^;]*;){2}")
_PASSWORD = re.compile(r"://[^\s/:@]*:([^\s\"']+)@[\w.(-]|[?&;,](?:password|pwd)=([^\s&;,\"']+)", re.I)


def _password_of(secret: str) -> str:
    """Return the password of an address that is reported whole, "" where it has none; else all of it."""
    if secret.startswith("{"):
        keys = re.findall(r"\"(?:private_key|client_secret|refresh_token)\"\s*:\s*\"([^\"]+)", secret)
        return max(keys, key=len, default=secret)
    if not _ADDRESS.match(secret):
        return secret
    found = _PASSWORD.search(secret)
    if found is not None:
        return found[1] or found[2]
    return "" if secret.startswith("jdbc:") or ";" in secret else secret


# Rules that show how one is written, look for no secret, or report a whole file.
_NO_RULES = {"secret-alphabet", "secret-number", "example", "no-homedir", "pattern", "gcp"}


def secretlint(folder: Path) -> Iterator[Case]:
    """Yield the snapshots that its rules have to complain about."""
    for path in sorted(folder.glob("packages/**/test/snapshots/**/ng.*/output.json")):
        given = next(iter(sorted(path.parent.glob("input.*"))), None)
        if given is None or "preset" in str(path):
            continue
        text = given.read_text(encoding="utf-8", errors="replace")
        for message in json.loads(path.read_text(encoding="utf-8"))["messages"]:
            low, high = message["range"]
            rule = message["ruleId"].removeprefix("@secretlint/secretlint-rule-")
            secret = _password_of(text[low:high])
            if (
                message["type"] == "message"
                and len(secret) >= 4
                and "\ufffd" not in secret
                and rule not in _NO_RULES
            ):
                yield Case(rule, _by_look(secret), text, secret)


def detect_secrets(folder: Path) -> Iterator[Case]:
    """Yield the assignments of the keyword detector's tests that it has to find."""
    tree = ast.parse((folder / "tests/plugins/keyword_test.py").read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        if isinstance(node.value, ast.Constant):
            names[node.targets[0].id] = str(node.value.value)
        for item in node.value.elts if isinstance(node.value, ast.List) else ():
            match item:
                case ast.Tuple(
                    elts=[
                        ast.Call(func=ast.Attribute(value=ast.Constant(form)), args=args),
                        ast.Name(wanted),
                    ]
                ):
                    given = (names[arg.id] for arg in args if isinstance(arg, ast.Name))
                    yield Case("keyword", "name", str(form).format(*given), names[wanted])


# What names something and opens nothing: a host, a bucket, an account.
_NO_SECRETS = {"UUID", "AWS S3 Bucket", "Firebase Domain", "Tencent WeChat API App ID", "Google Multi"}


def _whole_key(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines of a key as one text: none of them shows by itself what it is."""
    text = "\n".join(line["line"] for line in lines)
    values = [line["value"] for line in lines if not line["value"].startswith("-----")]
    return [{**lines[0], "line": text, "value": max(values, key=len)}] if values else []


def credsweeper(folder: Path) -> Iterator[Case]:
    """Yield the lines of its samples that it takes for secrets, those of text."""
    seen = set()
    for one in json.loads((folder / "tests/data/output.json").read_text(encoding="utf-8")):
        for line in _whole_key(one["line_data_list"]) if "PEM" in one["rule"] else one["line_data_list"]:
            value, text = line["value"], line["line"]
            key = (text, value)
            if one["rule"] in _NO_SECRETS:
                continue
            is_sample = line["path"].startswith("./tests/samples") and value and value in text
            if is_sample and len(value) >= 4 and key not in seen:
                seen.add(key)
                yield Case(one["rule"], _by_look(value), text, value)


# What a Go, Python, YAML or shell comment begins with, before `ruleid: NAME`.
_RULE_ID = re.compile(r"(?://|#|--|<!--|/\*)\s*ruleid:\s*([\w-]+)")


def semgrep(folder: Path) -> Iterator[Case]:
    """Yield the lines that stand below the name of the rule that has to find them."""
    for path in sorted((folder / "generic/secrets").rglob("*.yaml")):
        rule = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"][0]
        said = re.findall(r"pattern-regex: *[|'\"]?(?:-\n +)?(.*?)['\"]?\n", path.read_text(encoding="utf-8"))
        patterns = [one for text in said if (one := compiled(text.strip())) is not None]
        for given in sorted(path.parent.glob(f"{path.stem}.*")):
            lines = given.read_text(encoding="utf-8", errors="replace").splitlines()
            for at, line in enumerate(lines[:-1]):
                found = _RULE_ID.search(line)
                if given.suffix == ".yaml" or found is None or _NO_SECRET.search(found[1].replace("-", " ")):
                    continue
                text = "\n".join(lines[at + 1 : at + 40]) if "-----BEGIN" in lines[at + 1] else lines[at + 1]
                secret = max((shown(one, text) or "" for one in patterns), key=len, default="")
                secret = _password_of(_bare(_bare(secret)))
                if len(secret) >= 4 and not _NOTHING.fullmatch(secret):
                    yield Case(rule["id"], _by_look(secret), text, secret)


def _bare(secret: str) -> str:
    """Return the value of an assignment that a pattern without a group shows whole."""
    found = re.fullmatch(r"[\w.\"' -]{2,40}?\s*(?:=>|:=|[:=])\s*[\"'`]?(.{6,}?)[\"'`;,]*", secret)
    return found[1] if found is not None and "PRIVATE KEY" not in secret else secret.strip("\"'`; ")


def whispers(folder: Path) -> Iterator[Case]:
    """Yield the words of its fixtures that say that they are `hardcoded`, each in its file."""
    for path in sorted((folder / "tests/fixtures").rglob("*")):
        if not path.is_file() or "falsepositive" in str(path):
            continue
        whole = path.read_text(encoding="utf-8", errors="replace")
        lines = ["", *whole.splitlines()]
        for at, line in enumerate(lines[1:], 1):
            first = at - 1
            while first and lines[first].lstrip().startswith("- ") and line.lstrip().startswith("- "):
                first -= 1  # the name of a list stands above all of it
            before = "\n".join(lines[first:at])
            for word in re.finditer(
                r"(?i)(?<![\w@<#])[\w+.-]*h[a4]rd-?c[o0]d[e3]d[\w+.=-]*(?![\w>]*>)", line
            ):
                named = re.split(r"[:=]", line[: word.start()])[0].lower()
                text = line if "hardcoded" in before.lower() else f"{before}\n{line}"
                text = whole if re.search(r"PRIVATE KEY|Private-Lines", whole) else text
                if len(word[0]) >= 8 and not re.search(r"user|login|compliant|arn|uri|<!--", named):
                    yield Case(path.name, "name", text, word[0])


def ripsecrets(folder: Path) -> Iterator[Case]:
    """Yield what its files show, one a line."""
    for path in sorted((folder / "test/one_per_line").iterdir()):
        for text in path.read_text(encoding="utf-8").splitlines():
            words = (
                re.findall(r"[^\s\"'=,;:@<>{}]{6,}(?:={1,2})?", text)
                if "://" not in text
                else re.findall(r":([^/@:]+)@", text)
            )
            if words:
                secret = max(words, key=len)
                yield Case(path.name, _by_look(secret), text, secret)


def sonar(folder: Path) -> Iterator[Case]:
    """Yield the examples of its rules that hold a secret, with what each says has to be found."""
    for path in sorted((folder / "sonar-text-plugin/src/main/resources").rglob("configuration/*.yaml")):
        try:
            said = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError:  # an anchor where this reader knows none
            continue
        for rule in said["provider"].get("rules", ()):
            for example in rule.get("examples", ()):
                secret = _password_of(str(example.get("match", "")).strip())
                text = str(example["text"])
                if example["containsSecret"] and len(secret) >= 4 and secret in text:
                    yield Case(rule["id"], _by_look(secret), text, secret)


_GO_CONST = re.compile(r"(?m)^\s*(?:const\s+|var\s+)?(\w+)\s*:?=\s*(`[^`]*`|\"(?:[^\"\\\n]|\\.)*\")\s*$")
_GO_FIELD = re.compile(
    r"\b\w*(?:Token|Key|Secret|Password|PAT|Cookie|JWT|Credential)s?:\s*(\w+|`[^`]*`|\"[^\"\n]*\")\s*[,}]"
)


def scalibr(folder: Path) -> Iterator[Case]:
    """Yield the inputs of its detectors' tests with the keys, tokens and passwords that each has to find."""
    for path in sorted((folder / "veles/secrets").rglob("*detector_test.go")):
        source = path.read_text(encoding="utf-8")
        named = {found[1]: _literal(made) for found in _GO_CONST.finditer(source)
                 if (made := _GO_STRING.fullmatch(found[2])) is not None}  # fmt: skip
        for test in re.split(r"(?m)^\s*\},? ?\{|^\tcases|AcceptDetector\(", source):
            at = test.find("input:")
            given = list(_go_items(test[at + 6 :] if at >= 0 else test))
            text = (
                _go_sum(given[0] if at >= 0 else given[2], named)
                if len(given) > (0 if at >= 0 else 3)
                else None
            )
            for field in _GO_FIELD.finditer(test):
                secret = _password_of(_go_sum(field[1], named) or "")
                if text and len(secret) >= 8 and secret in text:
                    yield Case(path.parent.name, _by_look(secret), text, secret)


def _go_sum(source: str, named: dict[str, str]) -> str | None:
    """Return what literals and named constants, put together, say."""
    made = [
        _literal(literal) if (literal := _GO_STRING.fullmatch(part)) else named.get(part)
        for part in _go_items(source, "+")
    ]
    return None if None in made else "".join(map(str, made))


def microsoft(folder: Path) -> Iterator[Case]:
    """Yield texts that chance makes of its patterns, of those that stand by themselves."""
    for name in ("High", "Medium"):
        path = folder / f"GeneratedRegexPatterns/{name}ConfidenceSecurityModels.json"
        for rule in json.loads(path.read_text(encoding="utf-8")):
            draw = random.Random(rule["Id"])
            pattern = compiled(rule["Pattern"])
            for _ in range(3 if pattern is not None else 0):
                text = random_of(rule["Pattern"].replace("(^|", "("), draw)
                found = pattern.search(text) if pattern is not None else None
                if found is not None and (secret := _password_of(found.groupdict().get("refine") or "")):
                    yield Case(rule["Name"], _by_look(secret), text, secret)


def sarif(folder: Path) -> Iterator[Case]:
    """Yield what a scanner's results say that it found in inputs beside them, with the lines around it."""
    for path in sorted(folder.rglob("ExpectedOutputs/*.sarif")):
        for result in (json.loads(path.read_text(encoding="utf-8-sig"))["runs"][0]).get("results", ()):
            place = result["locations"][0]["physicalLocation"]
            given = path.parent.parent / "Inputs" / Path(place["artifactLocation"]["uri"]).name
            said = json.loads(result.get("fingerprints", {}).get("secretFingerprint/v0", "{}"))
            region = place.get("region", {})
            secret = _password_of(str(said.get("secret") or region.get("snippet", {}).get("text", "")))
            if not given.exists() or result.get("kind", "fail") != "fail" or len(secret) < 4:
                continue
            lines = given.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            first, last = region.get("startLine", 1), region.get("endLine", 0)
            text = "\n".join(lines[max(0, first - 4) : max(first, last) + 3])
            if secret in text:
                yield Case(path.stem, _by_look(secret), text, secret)


_GO_INPUT = re.compile(
    r"\{\s*input:\s*((?:`[^`]*`|\"(?:[^\"\\\n]|\\.)*\")(?:\s*\+\s*(?:`[^`]*`|\"(?:[^\"\\\n]|\\.)*\"))*),?"
    r"(.*?)\}(?=,?\s*(?:\n|\}|\{|//))",
    re.S,
)


def hypercredscan(folder: Path) -> Iterator[Case]:
    """Yield the examples that a scanning service's test has of each maker's tokens."""
    source = (folder / "hyperscan_providers_integration_test.go").read_text(encoding="utf-8")
    for rule in re.split(r"\n(?=\t+\"[A-Z0-9_]+\":)", source[: source.index("func TestMatchSimple")]):
        named = re.match(r"\t+\"([A-Z0-9_]+)\":", rule)
        if named is None or "PRESENCE" in named[1]:  # that a maker is named
            continue
        for given in _GO_INPUT.finditer(rule):
            text = _go_text(given[1], random.Random(0))
            if text is None or "shouldNotMatch" in given[2]:
                continue
            said = re.search(r"matches:\s*\[\]string\{(.*)", given[2], re.S)
            wanted = (
                [text] if said is None else [_go_text(one, random.Random(0)) for one in _go_items(said[1])]
            )
            for secret in (_password_of(one or "") for one in wanted):
                if len(secret) >= 8 and secret in text:
                    yield Case(named[1], _by_look(secret), text, secret)


def _made_of(rule: str, pattern: str, n: int = 4) -> Iterator[Case]:
    """Yield texts that chance makes of a rule's pattern, and what it shows of each."""
    pattern = re.sub(r"\(\?<(\w+)>", r"(?P<\1>", pattern.replace("(?i)", "").replace(r"\x60", "`"))
    reads = compiled(pattern)
    for at in range(n if reads is not None else 0):
        try:
            text = random_of(pattern, random.Random(f"{rule}{at}"))
        except (ValueError, re.error):  # it looks around
            return
        found = reads.search(text) if reads is not None else None
        if found is None:
            continue
        told = found.groupdict().get("secret")
        secret = told or max((group for group in found.groups() if group), key=len, default=found[0])
        secret = secret if told or 2 * len(secret) >= len(found[0]) else found[0]
        if len(secret := secret.strip(" \"'`=:;,\t\n")) >= 8 and any(map(str.isdigit, secret)):
            yield Case(rule, _by_look(secret), text, secret)


def rule_files(folder: Path) -> Iterator[Case]:
    """Yield texts made of the patterns in files of rules: of gitleaks, lists, names and patterns, Go."""
    for path in sorted(folder.glob("*")):
        said = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            rules = [(rule["id"], rule.get("regex", "")) for rule in tomllib.loads(said)["rules"]]
        elif path.suffix == ".json":
            rules = [
                (name, one if isinstance(one, str) else one["pattern"])
                for name, one in json.loads(said).items()
            ]
        elif path.suffix == ".go":
            rules = list(_go_rules(said))
        else:
            given = [one["pattern"] for one in yaml.safe_load(said)["patterns"]]
            rules = [(one["name"], str(one["regex"])) for one in given if one["confidence"] == "high"]
        for rule, pattern in rules:
            yield from _made_of(rule, pattern)


def _go_rules(source: str) -> Iterator[tuple[str, str]]:
    """Yield the patterns of rules that are written as Go, without what is put into them."""
    for rule in source.split("\n\t{\n")[1:]:
        named = re.search(r"ID:\s+\"([^\"]+)\"", rule)
        given = re.search(r"Regex:\s+\w+\((?:fmt\.Sprintf\()?`([^`]*)`", rule)
        if named is not None and given is not None:
            pattern = re.sub(r"%s", "", given[1])
            yield named[1], f"({pattern})" if pattern.startswith("?P") else pattern


SCANNERS: dict[str, Callable[[Path], Iterator[Case]]] = {
    "gitleaks": gitleaks, "kingfisher": kingfisher, "noseyparker": noseyparker, "trufflehog": trufflehog,
    "secretlint": secretlint, "detect-secrets": detect_secrets, "credsweeper": credsweeper,
    "semgrep": semgrep, "whispers": whispers, "ripsecrets": ripsecrets, "betterleaks": gitleaks,
    "titus": titus, "sonar": sonar, "scalibr": scalibr, "microsoft": microsoft,
    "hypercredscan": hypercredscan, "rules": rule_files, "sarif": sarif,
}  # fmt: skip


# texts without secrets


def chunks(folder: Path, half: int | None) -> Iterator[str]:
    """Yield the text of a folder in pieces that end with a line."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in TEXTS or not path.is_file() or not _in_half(path.name, half):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".jsonl":
            for line in text.splitlines():
                yield from _cut("\n".join(_texts(json.loads(line)))) if line.startswith("{") else ()
        else:
            yield from _cut(text)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON value."""
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)


def _cut(text: str) -> Iterator[str]:
    while text:
        end = text.rfind("\n", 0, CHUNK) + 1 if len(text) > CHUNK else len(text)
        end = end or CHUNK
        yield text[:end]
        text = text[end:]


def wrongly(text: str) -> list[str]:
    """Return what of a text was replaced, each with what stands around it."""
    kept = redact(text)
    marks = list(re.finditer(r"\[redacted:[\w-]+\]", kept))
    return [kept[max(0, mark.start() - 60) : mark.end() + 20] for mark in marks if mark[0] not in text]


def _in_half(name: str, half: int | None) -> bool:
    return half is None or zlib.crc32(name.encode()) % 2 == half


def measure_scanner(name: str, folder: Path, half: int | None, shown_misses: int) -> None:
    """Print how many of all examples are found, and how many of those that show a secret."""
    cases = [case for case in SCANNERS[name](folder) if _in_half(case.rule, half)]
    missed = [case for case in cases if not is_found(case)]
    for kind in ("prefix", "name"):
        line = f"{name:<16}{kind:<8}"
        for are_literal in (False, True):
            of = [case for case in cases if case.kind == kind and (is_literal(case) or not are_literal)]
            n_missed = sum(case.kind == kind and (is_literal(case) or not are_literal) for case in missed)
            n_rules = len({case.rule for case in of})
            line += f"{len(of):>7} {n_rules:>5} rules {1 - n_missed / max(len(of), 1):>8.1%}"
        print(line)
    random.Random(0).shuffle(missed)
    for case in sorted(missed[:shown_misses], key=lambda case: (not is_literal(case), case)):
        at = case.text.find(case.secret)
        before = case.text[max(0, at - 60) : at]
        sort = case.kind if is_literal(case) else "none"
        print(f"    {case.rule} | {sort} | {before!r} → {case.secret[:70]!r}")


def measure_text(folder: Path, half: int | None, shown_misses: int) -> None:
    size, wrong = 0, []
    for text in chunks(folder, half):
        size += len(text)
        wrong += wrongly(text)
    rate = len(wrong) / max(size / 1e6, 0.001)
    print(f"{folder.name:<16}{'text':<8}{size / 1e6:>7.1f} MB {len(wrong):>5} replaced {rate:>7.2f} per MB")
    random.Random(0).shuffle(wrong)
    for line in sorted(wrong[:shown_misses]):
        print("   ", repr(line))


def measure_repeats(size: int) -> None:
    """Print how long the slowest texts take that are made of what a pattern begins with, again and again."""
    pieces = set()
    for _, markers, _, pattern, _ in PATTERNS:
        pieces |= {marker + end for marker in markers.split()[:8] for end in ("", " ", '="', ": ")}
        try:
            made = random_of(pattern, random.Random(pattern))
            pieces |= {made[: max(3, len(made) * part // 5)][:400] for part in range(1, 5)}
        except (ValueError, re.error):  # it looks around
            pass
    slowest = sorted(pieces, key=lambda piece: seconds_of(piece, size // 32), reverse=True)[:20]
    for seconds, piece in sorted(((seconds_of(piece, size), piece) for piece in slowest), reverse=True):
        print(f"{seconds:>6.2f} s  {piece[:60]!r}")


def seconds_of(piece: str, size: int) -> float:
    begin = time.process_time()
    redact((piece * (size // len(piece) + 1))[:size])
    return time.process_time() - begin


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    names = ", ".join(SCANNERS)
    parser.add_argument(
        "folders", nargs="+", metavar="NAME=DIR", help=f"text, repeats=SIZE, or one of {names}"
    )
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--misses", type=int, default=0)
    given = parser.parse_args()
    for folder in given.folders:
        name, _, path = folder.partition("=")
        if name == "repeats":
            measure_repeats(int(path))
        elif name == "text":
            measure_text(Path(path), given.half, given.misses)
        else:
            measure_scanner(name, Path(path), given.half, given.misses)


if __name__ == "__main__":
    main()
