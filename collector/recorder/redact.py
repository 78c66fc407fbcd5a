"""Make text fit to be stored: no escape sequences, no secrets, no more characters than asked for.

`re` and the patterns are loaded only when a marker that every pattern needs is in the text.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

WINDOW = 8192  # of a long text the first and the last so many characters are looked at, the middle goes

# Each pattern in secrets.py contains one of these, in lower case.
MARKERS = tuple(
    "-----begin sk- _live_ _test_ whsec_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat glptt gldt glrt glcbt glsoat akia"
    " asia agpa aida aroa anpa eyj xox xapp- hooks.slack /webhooks/ aiza ya29. gocspx- npm_ pypi- hf_ sg. _v1_ dapi"
    " shpat_ shpca_ shppa_ shpss_ sq0 lin_api lin_oauth figd_ hvs. hvb. hvr. age-secret :aa bearer basic :// pass pwd"
    " secret token credential cookie authoriz _key -key apikey accesskey privatekey accountkey encryptionkey signingkey"
    " authkey curl _auth gsk_ xai- pplx- r8_ sbp_ pscale_ nfp_ rubygems_ dckr_pat_ tskey- atatt3x atctt3x nrak- pmak-"
    ' glsa_ glc_ dp. pul- sntrys_ sntryu_ ntn_ .atlasv1. key- -us mysql login "auth" sig='.split()
) + tuple("sk" + digit for digit in "0123456789abcdef")


def redact(text: str) -> str:
    """Replace every secret that a known pattern shows by `[redacted:KIND]`."""
    if len(text) < 8:  # shorter than any secret worth the name together with what gives it away
        return text
    lowered = text.lower()
    if not any(marker in lowered for marker in MARKERS):
        return text
    from recorder.secrets import replace_secrets

    return replace_secrets(text)


def clean(text: str) -> str:
    """Drop ANSI sequences whole, and control and bidirectional characters except newline and tab."""
    text = window(text)
    if text.replace("\n", "").replace("\t", "").isprintable():  # what is to go is not: then no pattern is compiled
        return text
    from recorder.secrets import strip_sequences

    return strip_sequences(text)


def window(text: str) -> str:
    """Cut the middle out of a text too long to be looked through."""
    if len(text) <= 2 * WINDOW:
        return text
    return f"{text[:WINDOW]}\n[cut]\n{text[-WINDOW:]}"


def storable(text: "Optional[str]", limit: int) -> "Optional[str]":
    """Clean, redact, then cut to `limit` characters (the order matters: a cut secret would escape the patterns)."""
    if not text:
        return None
    return _cut(redact(clean(text)), limit)


def one_line(text: "Optional[str]", limit: int) -> "Optional[str]":
    """Store text as a single line."""
    kept = storable(text, 2 * WINDOW + 64)
    if kept is None:
        return None
    return _cut(" ".join(kept.split()), limit)


def _cut(text: str, limit: int) -> "Optional[str]":
    return (text if len(text) <= limit else text[: limit - 1] + "…") or None


def head_and_tail(text: str, limit: int) -> str:
    """Cut an already redacted text in its middle: its beginning says what ran, its end how it went."""
    if len(text) <= limit:
        return text
    mark = f"\n[{len(text) - limit} characters cut]\n"
    room = limit - len(mark)
    head = room // 3
    return text[:head] + mark + text[-(room - head) :]
