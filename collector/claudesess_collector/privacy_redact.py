"""Make text fit to be stored: no escape sequences, no secrets, no more characters than asked for.

`re` and the patterns are loaded only when a marker that every pattern needs is in the text, or when it is a long one.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

LONG = 2000
WINDOW = 8192  # of a long text the first and the last so many characters are looked at, the middle goes

# Every text that a pattern in secrets.py is tried on contains one of these, in lower case.
MARKERS = tuple(
    "-----begin -----end iba b3blbnnzac1rzxktdje mhccaqe caqawbq sk- _live_ _test_ whsec_ ghp_ gho_ ghu_ ghs_"
    " ghr_ github_pat_ glpat gldt glptt glrt glcbt glsoat glft glimt glagent gloas akia asia agpa aida aroa anpa"
    " absk q~ eyj xox xapp- hooks.slack webhookb2 /webhooks/ aiza ya29. 1//0 gocspx- npm_ pypi- hf_ sg. _v1_"
    " dapi shpat_ shpca_ shppa_ shpss_ sq0 lin_api lin_oauth figd_ hvs. hvb. hvr. :aa gsk_ xai- pplx- r8_ lsv2_"
    " sbp_ pscale_ nfp_ rubygems_ clojars_ dckr_ atatt3x atctt3x nrak- nrii- pmak- glsa_ glc_ dp. pul- sntrys_"
    " sntryu_ ntn_ squ_ sqp_ sqa_ ccipat_ cciprj_ bkua_ sgp_ hrku- fm1_ fm2_ fo1_ xkeysib- xsmtpsib- dt0"
    " akcp sha256~ pat-na1 pat-eu1 oy2 ltai atbb sl. eaa .atlasv1. key- -us bearer basic token authoriz"
    " cookie :// sig= signature= pass pwd login curl mysql mariadb mongo sqlcmd unzip redis-cli key> \"auth 'auth"
    " secret _key credential _auth -key apikey privatekey accountkey encryptionkey signingkey authkey aws_s".split()
) + tuple("sk" + digit for digit in "0123456789abcdef")

# What a secret that stands by itself is made of, and what is closely around it: neither blanks nor quotes.
_WORD = "".join(char for char in map(chr, range(33, 127)) if char not in "\"'`")

# Files made for secrets: of these no line is stored, whatever it looks like.
_SECRET_FILES = set(
    ".netrc _netrc .pgpass .npmrc .pypirc .htpasswd .git-credentials .vault-token .my.cnf credentials kubeconfig"
    " id_rsa id_dsa id_ecdsa id_ed25519 secrets.yml secrets.yaml secrets.json secrets.toml".split()
)
_SECRET_ENDS = (".pem", ".key", ".p12", ".pfx", ".ppk", ".jks", ".keystore", ".kdbx", ".tfvars", ".env")
_EXAMPLES = (".example", ".sample", ".template", ".dist")

#: Where markers are in a text in lower case, all at once; see secrets.search_with.
search: "Optional[Callable[[str], Mapping[str, list[int]]]]" = None


def redact(text: str) -> str:
    """Replace every secret that a known pattern shows by `[redacted:KIND]`."""
    if len(text) < 8:  # shorter than any secret worth the name together with what gives it away
        return text
    is_short = search is None and len(text) < LONG  # hardly any longer one is without a marker
    if is_short and not _holds_marker(lowered(text)):
        return text
    from claudesess_collector.privacy_secrets import replace_secrets

    return replace_secrets(text)


def lowered(text: str) -> str:
    """Lower a text as patterns do that ignore case, and keep its length, so that places in it stay."""
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s").lower()


def _holds_marker(said: str) -> bool:
    for marker in MARKERS:  # noqa: SIM110 (`any` takes half as long again)
        if marker in said:
            return True
    return False


def clean(text: str) -> str:
    """Drop ANSI sequences whole, and control and bidirectional characters except newline and tab."""
    return without_sequences(window(text))


def without_sequences(text: str) -> str:
    """Drop the same of a text as long as it is."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # what is to go is not: then no pattern is compiled
        return text
    from claudesess_collector.privacy_secrets import strip_sequences

    return strip_sequences(text)


def window(text: str) -> str:
    """Cut the middle out of a text too long to be looked through, and what the cuts go through.

    Half a secret is one that no pattern knows, nor a secret without what stands before it in its line.
    """
    if len(text) <= 2 * WINDOW:
        return text
    half = WINDOW // 2  # longer than any secret
    head = text[:half] + "\n".join(_from_a_line(text[half:WINDOW].split("\n")[::-1], str.rstrip)[::-1])
    tail = "\n".join(_from_a_line(text[-WINDOW:-half].split("\n"), str.lstrip)) + text[-half:]
    return f"{head}\n[cut]\n{tail}"


def _from_a_line(lines: "list[str]", strip: "Callable[[str, str], str]") -> "list[str]":
    """Leave out lines from where a text was cut to the first whole one that is more than one long word, a key's say."""
    if len(lines) == 1:
        return [strip(lines[0], _WORD)]
    first = 1
    while first + 1 < len(lines) and len(lines[first].split()) < 2 and len(lines[first]) not in range(1, 20):
        first += 1
    return lines[first:]


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


def is_secret_file(path: str) -> bool:
    """Say whether a file is one that holds secrets by its nature: `.env`, a private key, a password file."""
    name = path.replace("\\", "/").rsplit("/", 1)[-1].lower()
    if name.startswith(".env"):
        return not name.endswith(_EXAMPLES)
    return name in _SECRET_FILES or name.endswith(_SECRET_ENDS)


def head_and_tail(text: str, limit: int) -> str:
    """Cut an already redacted text in its middle: its beginning says what ran, its end how it went."""
    if len(text) <= limit:
        return text
    mark = f"\n[{len(text) - limit} characters cut]\n"
    room = limit - len(mark)
    head = room // 3
    return text[:head] + mark + text[-(room - head) :]
