"""Read the paths of Windows in a command as the shells of Unix spell them. Loaded only where there may be some."""

from claudesess_collector import light_re as re
from claudesess_collector.system import posix

# A drive's letter begins a word: `https://` has more of them. Behind a quote blanks are part of the name.
_QUOTED = r"(?P<quote>[\"'])(?P<path>[A-Za-z]:[\\/](?:(?!(?P=quote)).)*)(?P=quote)"
_PLAIN = r"(?<![\w:/.@\\-])[A-Za-z]:[\\/][^\s\"'`;|&<>(){},]*"
# What its own shell calls these.
_AT_ITS_BEGIN = r"(?im)(?P<before>^|[;&|{(]\s*)"
_GOES = {
    "cd": rf"{_AT_ITS_BEGIN}(?:set-location|chdir|sl)(?:\s+-(?:literal)?path)?(?=\s)",
    "pushd": rf"{_AT_ITS_BEGIN}push-location(?:\s+-(?:literal)?path)?(?=\s)",
    "popd": rf"{_AT_ITS_BEGIN}pop-location\b",
}


def rewritten(command: str) -> str:
    """Return a command whose paths are spelled as on Unix, and that goes to a folder as there."""
    quoted = re.compile(_QUOTED).sub(lambda found: f"{found['quote']}{posix(found['path'])}{found['quote']}", command)
    plain = re.compile(_PLAIN).sub(lambda found: posix(found[0]), quoted)
    for name, pattern in _GOES.items():
        plain = re.compile(pattern).sub(rf"\g<before>{name}", plain)
    return plain
