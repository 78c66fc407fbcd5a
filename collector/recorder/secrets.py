"""Patterns of secrets and of terminal sequences. All are linear: bounded prefixes, no nested repeats."""

import re

_SEQUENCES = (
    r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?"  # OSC, DCS …: titles, links
    r"|\x1b[ -/]{0,4}[0-~]"
    r"|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]"
)
_CONTROL = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)

_VALUE = r"(?:\"(?:[^\"\\\n]|\\.){3,512}\"|'(?:[^'\\\n]|\\.){3,512}'|[^\s\"'`,;|<>{}\[\]]{3,512})"
_ASSIGNED = r"[\"']?\s{0,4}(?:=>|:=|=|:)\s{0,4}"
# What stands where a secret would, and is none: a type, a placeholder, a call, a path, another variable.
_NO_SECRET = (
    r"(?!\"?(?:none|null|true|false|str|string|bytes|int|any|optional|undefined|required|\*+|x{3,}|\.{3})\b[\"']?)"
    r"(?![\"']?(?:\$[A-Za-z_({]|\{|<|%|/|\[redacted|os\.|process\.|self\.|env\.|config\.|settings\.|args\.)|[\w.]{1,80}\()"
)
_COUNT = r"(?![\"']?\d{1,7}(?![\w.-]))"  # max_tokens=4096

_NAMED = (
    "secret token _key -key apikey accesskey privatekey accountkey encryptionkey signingkey authkey credential cookie"
    " authoriz"
)
_PREFIXED = (
    "gsk_ xai- pplx- r8_ sbp_ pscale_ nfp_ rubygems_ dckr_pat_ tskey- atatt3x atctt3x nrak- pmak- glsa_ glc_ dp. pul-"
    " sntrys_ sntryu_ ntn_"
)
# (kind, what a text must hold one of, in lower case, before it is worth looking, pattern, the group that is the secret).
# Compiling all patterns costs as much as starting Python: only those are that a text asks for.
PATTERNS = [
    ("private-key", "-----begin", r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,8192}?"
     r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)", 0),
    ("anthropic-key", "sk-", r"\bsk-ant-[A-Za-z0-9_-]{8,512}", 0),
    ("api-key", "sk-", r"\bsk-(?:proj-|svcacct-|or-v1-|live-|test-)?[A-Za-z0-9_-]{16,512}", 0),
    ("stripe-key", "_live_ _test_", r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{8,256}", 0),
    ("webhook-secret", "whsec_", r"\bwhsec_[A-Za-z0-9+/=]{16,256}", 0),
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\b(?:gh[pousr]_[A-Za-z0-9]{16,255}|github_pat_[A-Za-z0-9_]{16,255})", 0),
    ("gitlab-token", "glpat gldt glptt glrt glcbt glsoat", r"\bgl(?:pat|ptt|dt|rt|cbt|soat)-[A-Za-z0-9_.-]{16,255}", 0),
    ("aws-key-id", "akia asia agpa aida aroa anpa", r"\b(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}\b", 0),
    ("jwt", "eyj", r"\beyJ[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{4,4096}(?:\.[A-Za-z0-9_-]{0,1024})?", 0),
    ("slack-token", "xox xapp-", r"\bxox[abeoprs]-[A-Za-z0-9-]{8,255}|\bxapp-[0-9]-[A-Za-z0-9-]{8,255}", 0),
    ("slack-webhook", "hooks.slack", r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{8,255}", 0),
    ("discord-webhook", "/webhooks/", r"discord(?:app)?\.com/api/webhooks/[0-9]{5,25}/[A-Za-z0-9_-]{16,255}", 0),
    ("google-key", "aiza", r"\bAIza[A-Za-z0-9_-]{30,64}", 0),
    ("google-token", "ya29.", r"\bya29\.[A-Za-z0-9_-]{16,1024}", 0),
    ("google-secret", "gocspx-", r"\bGOCSPX-[A-Za-z0-9_-]{16,64}", 0),
    ("npm-token", "npm_", r"\bnpm_[A-Za-z0-9]{30,64}", 0),
    ("pypi-token", "pypi-", r"\bpypi-[A-Za-z0-9_-]{32,512}", 0),
    ("huggingface-token", "hf_", r"\bhf_[A-Za-z0-9]{24,64}", 0),
    ("sendgrid-key", "sg.", r"\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}", 0),
    ("digitalocean-token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{32,128}", 0),
    ("databricks-token", "dapi", r"\bdapi[a-f0-9]{32}\b", 0),
    ("shopify-token", "shpat_ shpca_ shppa_ shpss_", r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b", 0),
    ("square-token", "sq0", r"\bsq0(?:atp|csp|idp)-[A-Za-z0-9_-]{16,64}", 0),
    ("linear-key", "lin_api lin_oauth", r"\blin_(?:api|oauth)_[A-Za-z0-9]{24,64}", 0),
    ("figma-token", "figd_", r"\bfigd_[A-Za-z0-9_-]{24,64}", 0),
    ("vault-token", "hvs. hvb. hvr.", r"\bhv[sbr]\.[A-Za-z0-9_-]{20,255}", 0),
    ("age-key", "age-secret", r"\bAGE-SECRET-KEY-1[A-Z0-9]{40,64}", 0),
    ("twilio-key", "sk0 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 sk9 ska skb skc skd ske skf", r"\bSK[0-9a-f]{32}\b", 0),
    ("telegram-token", ":aa", r"(?:(?<=bot)|\b)[0-9]{8,10}:AA[A-Za-z0-9_-]{32,36}", 0),
    ("service-token", _PREFIXED, r"\b(?:gsk_|xai-|pplx-|r8_|sbp_|pscale_(?:tkn|pw|oauth)_|nfp_|rubygems_|dckr_pat_"
     r"|tskey-[a-z]{3,8}-|AT(?:AT|CT)T3x|NRAK-|PMAK-|glsa_|glc_|dp\.(?:pt|st|ct|sa)\.|pul-|sntry[su]_|ntn_)"
     r"(?=[A-Za-z_-]{0,64}[0-9])[A-Za-z0-9_.=-]{20,512}", 0),
    ("service-token", ".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{32,128}", 0),
    ("service-token", "key- -us", r"\b(?:key-[0-9a-f]{32}|[0-9a-f]{32}-us[0-9]{1,2})\b", 0),
    ("bearer", "bearer basic token", r"(?i)\b(?:bearer|basic|token)[ \t]{1,4}([A-Za-z0-9._~+/=-]{8,4096})(?<=[0-9=._~+/-])", 1),
    ("bearer", "authoriz", r"(?i)\bauthorization" + _ASSIGNED + r"[\"']?(?:bearer|basic|token)[ \t]{1,4}"
     + _NO_SECRET + r"([^\s\"']{4,4096})", 1),
    ("url-credentials", "://", r"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/:@\"'`<>]{0,128}:[^\s\"'`<>]{1,256})"
     r"@(?=[\w.-]+(?:[:/?#\s\"']|$))", 1),
    ("url-credentials", "://", r"(?i)\bhttps?://([A-Za-z0-9_-]{20,256})@", 1),
    ("password", "pass pwd", r"(?i)(?:password|passwd|passphrase|passwort|\bpwd|_pwd|\bpass|_pass)[\w-]{0,20}" + _ASSIGNED
     + _NO_SECRET + "(" + _VALUE + ")", 1),
    ("password", "pass", r"(?i)(?:--?(?:password|passwd|passphrase|pass)|\bsshpass -p)[ \t]{1,4}" + _NO_SECRET
     + "(" + _VALUE + ")", 1),
    ("password", "curl", r"(?i)\bcurl\b[^\n|;&]{0,200}?[ \t](?:-u|--user)[ \t]{1,4}[\"']?"
     r"([^\s\"':]{1,128}:[^\s\"']{1,256})", 1),
    ("password", "mysql", r"(?i)\bmysql(?:dump|admin|import)?\b[^\n|;&]{0,200}?[ \t]-p([^\s\"'-][^\s\"']{2,127})", 1),
    ("password", "login", r"(?i)\blogin[ \t]{1,4}\S{1,128}[ \t]{1,4}password[ \t]{1,4}([^\s\"']{3,256})", 1),
    ("secret", "cookie", r"(?i)\b(?:set-)?cookie:[ \t]{0,4}([^\n\"']{4,4096})", 1),
    ("secret", '"auth"', r"\"auth\"\s{0,4}:\s{0,4}\"([A-Za-z0-9+/=]{8,4096})\"", 1),
    ("secret", "sig=", r"(?i)[?&]sig=([A-Za-z0-9%+/=]{20,256})", 1),
    # In a shell or an .env file an upper-case NAME=value is a value, not a type or an expression.
    ("secret", "secret token _key credential _auth", r"\b(?:[A-Z0-9]{1,30}_){0,4}(?:SECRET|TOKEN|KEY|CREDENTIALS?|AUTH)(?:_[A-Z0-9]{1,30}){0,3}="
     + _NO_SECRET + _COUNT + "(" + _VALUE + ")", 1),
    ("secret", _NAMED, r"(?i)(?:secret|token|(?:api|access|private|account|encryption|signing|auth)[_-]?key"
     r"|credentials?|authorization|cookie)[\w-]{0,24}" + _ASSIGNED
     + _NO_SECRET + _COUNT + r"(?=[\"']?[^\s\"']{0,80}[0-9+/=_-])(" + _VALUE + ")", 1),
    ("secret", "secret token apikey _key -key", r"(?i)\b(?:secret|token|api[_-]?key)=(?=[A-Za-z]{12,}(?:[\s&;\"']|$))" + "(" + _VALUE + ")", 1),
    ("secret", "token secret apikey -key", r"(?i)--(?:api-?key|token|secret|access-token|auth-token)[ \t]{1,4}" + _NO_SECRET
     + "([^\\s\"']{8,512})", 1),
    ("secret", "secret token", r"(?i)\b(?:aws_secret_access_key|aws_session_token)[ \t]{1,4}([^\s\"']{8,512})", 1),
]  # fmt: skip


def strip_sequences(text: str) -> str:
    """Remove terminal sequences, then control and bidirectional characters (newline and tab stay)."""
    return re.sub(_CONTROL, "", re.sub(_SEQUENCES, "", text))


def replace_secrets(text: str) -> str:
    """Replace what each pattern finds by `[redacted:KIND]`."""
    lowered = text.lower()
    for kind, markers, pattern, group in PATTERNS:
        if any(marker in lowered for marker in markers.split()):
            text = _masked(text, kind, re.compile(pattern), group)
    return text


def _masked(text: str, kind: str, pattern: "re.Pattern[str]", group: int) -> str:
    parts, done = [], 0
    for found in pattern.finditer(text):
        secret = found.group(group)
        if secret and "[redacted:" not in secret:
            parts += [text[done : found.start(group)], f"[redacted:{kind}]"]
            done = found.end(group)
    return "".join(parts) + text[done:] if parts else text
