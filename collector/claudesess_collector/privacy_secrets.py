"""Patterns of secrets and of terminal sequences. All are linear: bounded prefixes, no nested repeats."""

import re

from claudesess_collector import privacy_redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterator, Mapping, Optional

    Search = Callable[[str], Mapping[str, list[int]]]

_SEQUENCES = (
    r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?"  # OSC, DCS …: titles, links
    r"|\x1b[ -/]{0,4}[0-~]"
    r"|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]"
)
_CONTROL = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

# A value: in quotes (also escaped ones, JSON in a string), in backticks, or up to the next blank or separator.
_VALUE = (
    r"(?:\\{1,3}[\"'][^\"'\\\n]{3,4096}|\"(?:[^\"\\\n]|\\.){3,4096}\"|'(?:[^'\\\n]|\\.){3,4096}'|`[^`\n]{3,4096}`"
    r"|[^\s\"'`,;|<>{}\[\]]{3,4096})"
)
_ASSIGNED = r"(?:\\{0,3}[\"'])?\s{0,4}(?:=>|:=|=|:)\s{0,4}"
# What stands where a secret would, and is none: a type, a placeholder, a call, a path, another variable.
_NO_SECRET = (
    r"(?![\"'`]?(?:none|null|true|false|str|string|bytes|int|any|optional|undefined|required|\*+|x{3,}|\.{3})\b[\"'`]?)"
    r"(?![\"'`]?(?:\$[A-Za-z_({]|\{|<|%|/|\[redacted|os\.|process\.|self\.|env\.|config\.|settings\.|args\.)|[\w.]{1,80}\()"
)
_COUNT = r"(?![\"']?\d{1,7}(?![\w.-]))"  # max_tokens=4096

# `pass` as the key of a password: no verdict of a test (`--- PASS: TestAdd`, `passed: 3`), no rate, no way through.
_PASS = (
    r"(?!(?-i:PASS):[ \t]{1,4}(?!(?=\S{0,80}\d)\S{0,80}[!@$%^&*]))(?:\b|_)pass"
    r"(?!ed|es\b|e[ns]|ing|i[ov]|age|able|port|thr|-through|s\b|[_-]?(?:rate|ratio|count|total|percent|fail))"
    r"(?!(?:\\{0,3}[\"'])?\s{0,4}[:=]\s{0,4}\d{1,5}(?![\w.-]))"
)
_NAMED = (
    "secret token _key -key apikey accesskey privatekey accountkey encryptionkey signingkey authkey credential cookie"
    " authoriz"
)
_PREFIXED = (
    "gsk_ xai- pplx- r8_ lsv2_ sbp_ sb_secret_ pscale_ nfp_ rubygems_ clojars_ dckr_ tskey- atatt3x atctt3x nrak- nrii- pmak-"
    " glsa_ glc_ dp. pul- sntrys_ sntryu_ ntn_ squ_ sqp_ sqa_ ccipat_ cciprj_ bkua_ sgp_ hrku- fm1_ fm2_ fo1_ xkeysib-"
    " xsmtpsib- dt0 ops_eyj akcp sha256~ pat-na1 pat-eu1"
)
# (kind, markers, how many characters before its marker a match may begin, pattern, the group that is the secret).
# A match holds one of the markers: one in lower case stands there in any case. It is tried only where they are, and only
# patterns that are tried are compiled: all of them cost as much as starting Python.
PATTERNS = [
    # To the end of the text where the end of the key is not in it.
    ("private-key", "-----begin", 0, r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,17000}?"
     r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)", 0),
    # Its last lines, its first line without what introduces it.
    ("private-key", "-----end", None, r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/=]{20,128}(?:(?:\s|\\n){1,2}[A-Za-z0-9+/=]{20,128}){0,60}"
     r"(?:(?:\s|\\n){1,2}[A-Za-z0-9+/=]{1,128})?(?:\s|\\n){0,2}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", 0),
    ("private-key", "iba b3blbnnzac1rzxktdje mhccaqe caqawbq", 6, r"\b(?:MII[A-Za-z0-9+/]{3}IBA[ADK]|b3BlbnNzaC1rZXktdjE|MHcCAQE|M[A-Z][45]?CAQAwBQ)"
     r"[A-Za-z0-9+/=]{16,17000}(?:(?:\s|\\n){1,4}[A-Za-z0-9+/=]{20,128}){0,200}", 0),
    ("anthropic-key", "sk-", 0, r"\bsk-ant-[A-Za-z0-9_-]{8,1024}", 0),
    ("api-key", "sk-", 0, r"\bsk-(?:proj-|svcacct-|or-v1-|live-|test-)?[A-Za-z0-9_-]{16,1024}", 0),
    ("stripe-key", "_live_ _test_", 6, r"\b(?:sk|rk|pk|rzp|shippo|duffel)_(?:live|test)_[A-Za-z0-9_-]{8,256}", 0),
    ("webhook-secret", "whsec_", 0, r"\bwhsec_[A-Za-z0-9+/=]{16,256}", 0),
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", 0, r"\b(?:gh[pousr]_[A-Za-z0-9]{16,512}|github_pat_[A-Za-z0-9_]{16,512})", 0),
    ("gitlab-token", "glpat gldt glptt glrt glcbt glsoat glft glimt glagent gloas", 0,
     r"\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent|oas)-[A-Za-z0-9_.-]{16,512}", 0),
    ("aws-key-id", "akia asia agpa aida aroa anpa", 0, r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\b", 0),
    ("aws-key", "absk", 0, r"\bABSK[A-Za-z0-9+/]{100,512}={0,2}", 0),
    ("azure-secret", "q~", 4, r"(?<![\w~.-])[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,64}", 0),
    ("jwt", "eyj", 0, r"\beyJ[A-Za-z0-9_-]{8,16384}\.[A-Za-z0-9_-]{4,16384}(?:\.[A-Za-z0-9_-]{0,2048})?", 0),
    ("slack-token", "xox xapp-", 0, r"\bxox[abeoprs]-[A-Za-z0-9-]{8,512}|\bxapp-[0-9]-[A-Za-z0-9-]{8,512}", 0),
    ("slack-webhook", "hooks.slack", 0, r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{8,512}", 0),
    ("teams-webhook", "webhookb2", 19, r"webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]{16,512}", 0),
    ("discord-webhook", "/webhooks/", 18, r"discord(?:app)?\.com/api/webhooks/[0-9]{5,25}/[A-Za-z0-9_-]{16,255}", 0),
    ("google-key", "aiza", 0, r"\bAIza[A-Za-z0-9_-]{30,64}", 0),
    ("google-token", "ya29. 1//0", 0, r"\bya29\.[A-Za-z0-9_-]{16,2048}|\b1//0[A-Za-z0-9_-]{24,512}", 0),
    ("google-secret", "gocspx-", 0, r"\bGOCSPX-[A-Za-z0-9_-]{16,64}", 0),
    ("npm-token", "npm_", 0, r"\bnpm_[A-Za-z0-9]{30,64}", 0),
    ("pypi-token", "pypi-", 0, r"\bpypi-[A-Za-z0-9_-]{32,1024}", 0),
    ("huggingface-token", "hf_", 0, r"\bhf_[A-Za-z0-9]{24,64}", 0),
    ("sendgrid-key", "sg.", 0, r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}", 0),
    ("digitalocean-token", "_v1_", 3, r"\bdo[opr]_v1_[a-f0-9]{32,128}", 0),
    ("databricks-token", "dapi", 0, r"\bdapi[a-f0-9]{32}\b", 0),
    ("shopify-token", "shpat_ shpca_ shppa_ shpss_", 0, r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b", 0),
    ("square-token", "sq0", 0, r"\bsq0(?:atp|csp|idp)-[A-Za-z0-9_-]{16,64}", 0),
    ("linear-key", "lin_api lin_oauth", 0, r"\blin_(?:api|oauth)_[A-Za-z0-9]{24,64}", 0),
    ("figma-token", "figd_", 0, r"\bfigd_[A-Za-z0-9_-]{24,64}", 0),
    ("vault-token", "hvs. hvb. hvr.", 0, r"\bhv[sbr]\.[A-Za-z0-9_-]{20,512}", 0),
    ("age-key", "age-secret", 0, r"\bAGE-SECRET-KEY-1[A-Z0-9]{40,64}", 0),
    ("twilio-key", "sk0 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 sk9 ska skb skc skd ske skf", 0, r"\bSK[0-9a-f]{32}\b", 0),
    ("telegram-token", ":aa", 10, r"(?:(?<=bot)|\b)[0-9]{8,10}:AA[A-Za-z0-9_-]{32,36}", 0),
    ("service-token", _PREFIXED, 0, r"\b(?:gsk_|xai-|pplx-|r8_|lsv2_(?:pt|sk)_|sbp_|sb_secret_|pscale_(?:tkn|pw|oauth)_|nfp_|rubygems_|CLOJARS_"
     r"|dckr_[a-z]{2,4}_|tskey-[a-z]{3,8}-|AT(?:AT|CT)T3x|NRAK-|NRII-|PMAK-|glsa_|glc_|dp\.(?:pt|st|ct|sa)\.|pul-|sntry[su]_|ntn_|sq[upa]_"
     r"|CCI(?:PAT|PRJ)_|bkua_|sgp_|HRKU-|f(?:m[12]|o1)_|x(?:key|smtp)sib-|dt0[a-z][0-9]{2}\.|ops_eyJ|AKCp|sha256~|pat-(?:na|eu)1-)"
     r"(?=[A-Za-z_.+/-]{0,80}[0-9])[A-Za-z0-9_.=+/-]{20,4096}", 0),
    ("service-token", "oy2 ltai atbb sl. eaa", 0, r"\b(?:oy2[a-z0-9]{43}\b|LTAI[A-Za-z0-9]{16,24}\b|ATBB[A-Za-z0-9]{28,64}|sl\.(?:u\.)?[A-Za-z0-9_-]{100,2048}"
     r"|EAA[A-Za-z0-9]{80,512})", 0),
    ("service-token", ".atlasv1.", 14, r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{32,128}", 0),
    ("service-token", "key- -us", 32, r"\b(?:key-[0-9a-f]{32}|[0-9a-f]{32}-us[0-9]{1,2})\b", 0),
    ("bearer", "bearer", 0, r"(?i)\bbearer[ \t]{1,4}(?=[^\s\"']{0,400}[0-9])([A-Za-z0-9._~+/=-]{8,8192})", 1),
    ("bearer", "basic token", 0, r"(?i)\b(?:basic[ \t]{1,4}(?=[^\s\"']{0,400}[0-9])([A-Za-z0-9+/]{12,4096}={0,2})(?![\w.-])"
     r"|token[ \t]{1,4}(?=[^\s\"']{0,400}[0-9])([A-Za-z0-9_~+/=-]{16,4096}))", 0),
    ("bearer", "authoriz", 0, r"(?i)\bauthorization" + _ASSIGNED + r"(?:\\{0,3}[\"'])?(?:bearer|basic|token|api-?key|key|negotiate|ntlm|splunk|oauth)"
     r"[ \t]{1,4}" + _NO_SECRET + r"([^\s\"'\\]{4,8192})", 1),
    ("cookie", "cookie", 0, r"(?i)\bcookie(?:\\{0,3}[\"'])?\s{0,4}[:=]\s{0,4}(?:\\{0,3}[\"'])?([\w.%-]{1,80}=[^\r\n\"'\\=][^\r\n\"'\\]{2,4096})", 1),
    ("url-credentials", "://", 21, r"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/:@\"'`<>]{0,128}:[^\s\"'`<>]{1,256})"
     r"@(?=[\w.-]+(?:[:/?#\s\"']|$))", 1),
    ("url-credentials", "://", 5, r"(?i)\bhttps?://([A-Za-z0-9_-]{20,256})@", 1),
    ("url-credentials", "sig= signature=", 1, r"(?i)(?:[?&;]sig|signature)=([A-Za-z0-9%+/=_~.-]{16,4096})", 1),
    ("password", "pass pwd", 1, r"(?i)(?:password|passwd|passphrase|passwort|\bpwd|_pwd|" + _PASS + r")[\w-]{0,20}" + _ASSIGNED
     + _NO_SECRET + "(" + _VALUE + ")", 1),
    ("password", "pass", 3, r"(?i)(?:--?(?:password|passwd|passphrase|pass)|\bsshpass -p)[ \t]{1,4}" + _NO_SECRET
     + "(" + _VALUE + ")", 1),
    ("password", "login", 0, r"(?i)\blogin\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?=\S{0,80}[0-9!@#$%^&*])(\S{3,512})", 1),
    ("password", "curl", 0, r"(?i)\bcurl\b[^\n|;&]{0,200}?[ \t](?:-u|--(?:proxy-)?user)[ \t=]{0,4}[\"']?"
     r"([^\s\"':]{1,128}:[^\s\"']{1,256})", 1),
    ("password", "mysql mariadb", 0, r"(?i)\b(?:mysql|mariadb)[\w-]{0,20}[ \t][^\n|;&]{0,200}?(?<=[ \t])-p([^\s\"'=-][^\s\"']{3,256})", 1),
    ("password", "login mongo sqlcmd unzip redis-cli", 44, r"(?i)\b(?:(?:docker|podman|nerdctl|skopeo|az|oc|helm[ \t]{1,16}registry|crane[ \t]{1,16}auth)[ \t]{1,16}login"
     r"|mongo[a-z]{0,8}|sqlcmd|unzip|redis-cli)\b[^\n|;&]{0,200}?[ \t]-[pa][ \t]{1,4}" + _NO_SECRET + "(" + _VALUE + ")", 1),
    ("secret", "password> passwd> secret> token> key>", 4, r"(?i)(?:password|passwd|secret|token|api[_-]?key)>(?=[^<\s])([^<]{3,4096})</", 1),
    ("secret", "\"auth 'auth", 0, r"(?i)[\"']auth\\{0,3}[\"']\s{0,4}:\s{0,4}\\{0,3}[\"']([A-Za-z0-9+/=]{8,4096})", 1),
    # In a shell or an .env file an upper-case NAME=value is a value, not a type or an expression.
    ("secret", "SECRET TOKEN _KEY CREDENTIAL _AUTH", 124, r"\b(?:[A-Z0-9]{1,30}_){0,4}(?:SECRET|TOKEN|KEY|CREDENTIALS?|AUTH)(?:_[A-Z0-9]{1,30}){0,3}="
     + _NO_SECRET + _COUNT + "(" + _VALUE + ")", 1),
    ("secret", _NAMED, 10, r"(?i)(?:secret|token|(?:api|access|private|account|encryption|signing|auth)[_-]?key"
     r"|credentials?|authorization|cookie)[\w-]{0,24}" + _ASSIGNED
     + _NO_SECRET + _COUNT + r"(?=[\\\"'`]{0,4}[^\s\"']{0,80}[0-9+/=_-])(" + _VALUE + ")", 1),
    ("secret", "secret token apikey _key -key", 3, r"(?i)\b(?:secret|token|api[_-]?key)=(?=[A-Za-z]{12,}(?:[\s&;,)\]\"']|$))" + "(" + _VALUE + ")", 1),
    ("secret", "token secret apikey -key", 9, r"(?i)--(?:api-?key|token|secret|access-token|auth-token|with-token)[ \t]{1,4}" + _NO_SECRET
     + "([^\\s\"']{8,4096})", 1),
    ("secret", "aws_s", 0, r"(?i)\b(?:aws_secret_access_key|aws_session_token)[ \t]{1,4}([^\s\"']{8,4096})", 1),
]  # fmt: skip

_patterns_of: "dict[str, list[int]]" = {}


def strip_sequences(text: str) -> str:
    """Remove terminal sequences, then control and bidirectional characters (newline and tab stay)."""
    return re.sub(_CONTROL, "", re.sub(_SEQUENCES, "", text))


def replace_secrets(text: str) -> str:
    """Replace what each pattern finds by `[redacted:KIND]`."""
    found = _found(text)
    if not found:
        return text
    for number in sorted({number for marker in found for number in _asked_by()[marker]}):
        kind, markers, reach, pattern, group = PATTERNS[number]
        places = _places(text, found, markers)
        if places:
            masked = _masked(text, kind, _matches(re.compile(pattern), text, places, reach), group)
            if masked is not text:
                text, found = masked, _found(masked)
    return text


def _asked_by() -> "dict[str, list[int]]":
    """Return which patterns a marker asks for, by their numbers."""
    if not _patterns_of:
        for number, (_, markers, *_) in enumerate(PATTERNS):
            for marker in markers.lower().split():
                _patterns_of.setdefault(marker, []).append(number)
    return _patterns_of


def search_with(search: "Callable[[list[str]], Search]") -> None:
    """Look for all markers in one pass, by what `search` makes of them: for who has many texts and such a library."""
    privacy_redact.search = search(list(_asked_by()))


def _found(text: str) -> "Mapping[str, list[int]]":
    """Return where in a text which markers are, in any case."""
    lowered = privacy_redact.lowered(text)
    if privacy_redact.search is not None:
        return privacy_redact.search(lowered)
    said = (
        lowered if len(text) < privacy_redact.LONG else " ".join(set(lowered.split()))
    )  # no marker goes beyond a word
    return {marker: _each(lowered, marker) for marker in _asked_by() if marker in said}


def _each(lowered: str, marker: str) -> "list[int]":
    places = []
    place = lowered.find(marker)
    while place >= 0:
        places.append(place)
        place = lowered.find(marker, place + 1)
    return places


def _places(text: str, found: "Mapping[str, list[int]]", markers: str) -> "list[int]":
    """Return where a pattern's markers are; one in upper case stands there as it is."""
    return [
        place
        for marker in markers.split()
        for place in found.get(marker.lower(), ())
        if not marker.isupper() or text.startswith(marker, place)
    ]


def _matches(
    pattern: "re.Pattern[str]", text: str, places: "list[int]", reach: "Optional[int]"
) -> "Iterator[re.Match[str]]":
    """Yield what `pattern.finditer` would: a match can only begin so far before a marker."""
    if reach is None:
        yield from pattern.finditer(text)
        return
    begin = 0
    for place in sorted(places):
        begin = max(begin, place - reach)
        while begin <= place:
            found = pattern.match(text, begin)
            begin = begin + 1 if found is None else found.end()
            if found is not None:
                yield found


def _masked(text: str, kind: str, matches: "Iterator[re.Match[str]]", group: int) -> str:
    parts, done = [], 0
    for found in matches:
        secret = found.group(group)
        if secret and "[redacted:" not in secret:
            parts += [text[done : found.start(group)], f"[redacted:{kind}]"]
            done = found.end(group)
    return "".join(parts) + text[done:] if parts else text
