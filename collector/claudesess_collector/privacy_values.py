"""Say whether what stands behind a name is a secret: of `password=hunter2` yes, of `token = next(it)` no.

A name alone decides nothing: source code is full of them. A value counts that nobody would write but as a secret: what
chance made behind a token's or a key's name, and any literal that is not a word of the trade behind a password's.
"""

from claudesess_collector import light_re as re
from claudesess_collector.privacy_redact import RUN

#: How far before a marker a name may begin, and how much of a value is looked at.
NAME = 64
JUDGED = 256
# A value with so many assignments in it is none.
_CHAIN = 12
# What may stand around the mark between a name and its value.
_AROUND = " \t\n\\\"'`])"

# Last words of names that say something about a secret and are none: `token_type`, `password_field`.
_ABOUT = set(
    "type types name names url uri urls file files filename path paths dir folder endpoint host port length len size"
    " count counts num number limit max min ttl expiry expires expiration expire duration timeout age policy field"
    " fields label placeholder hint prompt error errors message msg method mode format prefix suffix pattern regex"
    " regexp class form input page view reset validator validators validation manager mgr provider store"
    " storage service handler factory helper helpers index idx start end line column col pos position offset map list"
    " set dict stream status state env"
    " ref reference version algorithm alg required enabled disabled visible visibility valid invalid exists usage"
    " rate ratio total percent pass fail source scope scopes kind schema model option options config settings docs"
    " doc text title description desc icon button link id ids stmt fds args arg param params func fn callback hook"
    " exception level strength rules rule rotation request response event action actions test tests check"
    " typ ver header headers cost costs price budget used left remaining window table tree node nodes parser lexer"
    " mask masked embedding embeddings vector indices weight weights logits probs prob stem regexes"
    " weak strong medium require askpass hasher hashers encoder encoders".split()
)
# Words in names of what is shown to everybody, or stands for a place in a table. Those of passwords hold them, too.
_OPEN = set(
    "public pub publickey csrf xsrf primary foreign sort partition group row column index lookup dedup"
    " idempotency i18n translation locale hot shortcut query object dict map json yaml item unique composite natural"
    " filter color theme trace lock storagekey cursor page next starting"
    " continuation sync resume pagination site sitekey pad eos bos unk cls sep mask special socket".split()
)
# The same where the name is that of a key: what keeps many things by their keys has a token of its own.
_KEYED = set("cache cached context redis queue registry bucket topic event routing s object".split())
_OPEN_OR_KEYED = _OPEN | _KEYED
# Words that are written together with `key`: `GITHUBKEY`.
_KEYS = tuple(
    f"{word}key"
    for word in "github gitlab bitbucket aws gcp azure google stripe slack heroku npm docker app db server admin"
    " service deploy ssh gpg pgp rsa aes hmac crypto cipher master".split()
)
# What a value says that only stands for one.
_STANDS = re.compile(
    r"(?i)(?:none|null|nil|true|false|undefined|void|str|string|bytes?|text|hidden|int|any|optional|required|default|empty|missing"
    r"|user(?:name)?|admin|email|label|input|login|value|self|this|new|function|return|await|async|lambda|typeof|const"
    r"|basic|bearer|digest|secret|token|key|api|auth|cookie|x{3,}|\*+|\.{2,}|-+|_+|#+|=+|\?+|<.*>|\[.*\]?"
    r"|latin[-_]?1|ascii|cp\d{3,4}|(?:u?int|float|utf|iso|base|sha|md|bytes?)[-_]?\d+\w*|argon2(?:id|i|d)?|[bs]crypt|pbkdf2"
    r"|(?:your|my|the|some|example|dummy|sample|insert|enter|change|replace|put|set|add|use|see|get)"
    r"[-_ ](?:\w+[-_ ]){0,6}\w+"
    r"|0x[0-9a-f]{1,8}|redacted|censored|removed|masked|placeholder|todo|tbd|n/?a)"
)
_VARIABLE = re.compile(
    r"\$[A-Za-z_({]|\{|%[\w(]+%?|<[%\w]|\[redacted|\(|&[A-Za-z]|\*{2}|@(?:[a-z]+[/:{(]|\{)|#\{|!|~?/[\w.-]+/|\.{1,2}/|[a-z][a-z0-9+-]{1,15}://|file:|arn:|vault:|env:|secretref|\\\\"
)
_HOLE = re.compile(r"\$\{[\w.:?()\[\]'\", +*-]+\}|\{\{[^{}]+\}\}|#\{[^}]+\}|%\(|<%|%[sdv]\b|\{\w*(?:[.!:]\w+)?\}|\$\(")
_CODE = re.compile(
    r"[A-Za-z_$][\w$]*(?:\(|\[|\.[A-Za-z_$]|::|->|\?\.|\?:?[A-Za-z])|&&|\|\||=>|==|!=|\)\.|\(\)|[-+*/]=|\+\+|^[!(\[{+*:~-]"
)
_VARIABLE_NAME = re.compile(
    r"(?i)(?:[a-z]\w*_)?(?:pass|passwd|password|pwd|user|auth|secret|arg|str|test_)\w{0,3}|[a-z]{1,2}\d{1,3}"
)
_COMPARES = re.compile(r"&&|\|\||[=!]==\w")
_CALL = re.compile(r"[()\[\]{}]|&&|\|\||=>|==|!=|::|->|\?.*:")
# Compiled when they are asked for, as few texts do. What stands before the password of a connection: `Server=…;`.
_ADDRESS = (
    r"(?i)(?:://|\b(?:user|uid|user[ _]?(?:id|name)|server|host|port|data[ _]source|database|catalog)[ ]?=)"
    r"[^\s\"'`][^\n]*(?:[?&]|;[ \t]{0,2})\Z"
)
# The same where blanks stand around its marks: then only in quotes, all of which are settings.
_SPACED_ADDRESS = r"[\"'](?:[A-Za-z][\w ]{0,29}=[^=;\"'\n]{0,60};[ ]?){1,8}\Z"
# What else opens a connection, each given as a text.
_USER = r"(?i)\b(?:user(?:_?name)?|login)\\?[\"']?\s?(?:=>|[:=])\s?\\?[\"']"
_HOST = r"(?i)\b(?:host(?:_?name)?|server|database|db(?:_?name)?)\\?[\"']?\s?(?:=>|[:=])\s?\\?[\"']"
_NEXT_LINE = r";[ \t]{0,4}\r?\n[ \t]{0,80}"
_ADDRESS_GOES_ON = r"(?i)[;&,](?:user|uid|login|user[ _]?(?:id|name))=\w"
_DSN = r"(?i)\b(?:host|hostaddr|dbname|port|\w{0,16}user)=[^\s,;()\"']{1,64}[ ]\Z"
_DSN_GOES_ON = r"(?i)[ ](?:host|hostaddr|dbname|port|sslmode)=[^\s,()]"
# What sets something: a call by its name, the first argument of one, the beginning of a line; and a user beside it.
_SETTER = r"(?i)(?:^|[._])(?:set|with|check|verify|change|update)_?[a-z][\w]{0,24}$"
_GETTER = r"(?i)(?:^|[._])(?:get|split|parse|read|find|fetch|load|look_?up)_?[a-z]\w{0,40}$"
_SETS = (
    r"(?i)\b(?:define|(?:put|set|get)_?env|env|environ\.get|ENV\.fetch|set_?default|set_?property|put|set_?EnvironmentVariable)"
    r"\([ ]?\\?[\"'][\w.]{0,20}\Z"
)
_ENDS_A_CALL = r"\)|\.(?:getBytes|toCharArray|encode|as_bytes)\("
_SETS_A_USER = r"(?i)\.(?:with|set)?_?user(?:_?name)?\("
_DEFINES = ("", "@", "#define", "(setq", "(def", "-define(", "setx")
_OF_THE_TRADE = r"(?i)pass|pwd|secret|token|key|auth|name|test|example|value|string|field|valid|column|label"
_TYPES = r"(?i)(?:fill|type|send_?keys|enter_?text|press_?sequentially)\((?:[\"'][^\"'\n]{1,80}[\"'],\s{0,2})?\Z"
_AS_ONE = r"(?i)auth:[ ]?\Z"  # a user and a password
_NAMES_A_KEY = r"\(key\s{0,2}[:=]\s{0,4}b?\Z"
# What opens a store of keys.
_OPENS = (
    r"(?i)(?:load|init|store|getKey|getPrivateKey|KeyEntry|PasswordProtection|PasswordAuthentication|Credential|KeySpec)"
    r"\([^;{}]{0,120}\Z"
)
_BETWEEN = r"[\"'][\s,-]{1,40}[\"']"
_OR_ELSE = r"(?<=[\"'`])\s{0,20}:\s{0,4}(?=[\"'`])"
_GROUPS = r"[A-Z0-9]{5,8}(?:-[A-Z0-9]{5,8}){3,5}"
_LOGIN = r"(?i)^[ \t]*-?[ \t]*(?:user|user[_ -]?name|login|user[_ -]?id)[ \t]*[:=][ \t]*[\w.@-]{2,64}[ \t]*$"
_NEXT = r"&(?=[\w.\[\]-]{1,40}=)"
# A name that ends with `pass` may be that of a verdict, unless it says so.
_NO_VERDICT = (
    r"(?i)pass(?:word|wd|phrase|code|wort)|pa?s{0,2}wo?r?s?d|pw$|de_?passe|kennwort|contrase|senha|wachtwoord|has.o|heslo|salasana|ifre|senord|adgangskode|jelsz"
    r"|(?:db|sql|pg|postgres|smtp|mail|ftp|user|usr|root|admin|ldap|ssh|redis|mongo|mq|proxy|key|store|login|wifi|auth|my|app|web)[_.-]?pass$"
)
# Names that leave no doubt. Of `secretKey` it may be the name of a key in somebody's store.
_SECRET_KEY = r"(?i)secret[_-](?:access[_-]?)?key$"
_SAYS_SECRET = r"(?i)(?:secret(?:[_-]?(?:access)?[_-]?key)?|security_credentials)$"
_OWN_KEY = r"(?i)secret_?access_?key$"
_IN_A_CALL = r"\(\{[^{}]*\Z"
_SESSION = r"(?i)sess|sid$|auth|token|csrf|jwt|login|remember|secret"
_LONGEST_WORD = 20
_NO_WORD = r"(?i)[b-df-hj-np-tv-xz]{6}"
_PLACE_IN_CODE = (
    r"[a-z][a-z_]{2,}\d{0,5}(?:\.[a-z_][a-z_0-9]{0,40}){0,8}\.(?!\d)\w{0,40}?(?:[A-Z][a-z]{3}|[a-z]{6})\w{0,40}"
)
_DOTTED_NAME = r"[A-Za-z]+(?:[_.][A-Za-z_]+)+"
_NO_WORDS = r"(?i)[bcdfghjklmnpqrstvwxz]{5}"
_NO_NAME = r"(?i)[b-df-hj-np-tv-xz]{9}"  # nor is what has so many of these one of several words
_UUID = r"[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}"
_NUMBERED = r"\d{1,9}(?:\.\d{1,9}){3,}"  # an object's identifier, a version, an address
_PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PASSWORD = re.compile(
    r"pass(?:word|wd|phrase|code|wort)?s?$|passw$|pa?s{0,2}wo?r?s?d$|pw$|psk$|kennwort$|contrasena$|senhas?$|wachtwoord$|haslo$|heslo$|salasana$|s?ifre$|senord$|adgangskode$|jelszo?$|^(?:mdp|clave|parola)$"
)
_PASSWORD_OTHERWISE = (
    "\u043f\u0430\u0440\u043e\u043b\u044c|\u5bc6[\u7801\u78bc]|\u30d1\u30b9\u30ef\u30fc\u30c9|\ube44\ubc00\ubc88\ud638"
)
_SECRET = re.compile(
    r"(?:secrete?|token|cred|pat|credential|jwt|bearer|authtoken|authorization|cookie|auth|signature|salt|nonce|passkey|sonarlogin|jeton)s?$"
    r"|(?:api|access|private|account|encryption|signing|auth|secret|license|client|master)keys?$"
)
_KEY_OF = set(
    "api access private account encryption signing auth secret license deploy master service shared app application"
    " consumer client subscription integration license write read ingest admin user team project personal live"
    " prod authentication cipher hmac jwt wireless network security wifi product activation".split()
)
# What stands behind the word that counts, and what kind of a pass is no password.
_BEHIND = set("value val string str base b prod dev local hash raw plain here".split())
_PASSES = set(
    "by low high band first second two one multi single render shader full all and each forward backward next".split()
)
# Behind a service's name: what says that a key follows, and what says that something else does.
_ROLES = set("api access auth secret private token tok key code live prod".split())
_NO_KEY = set(
    "version commit sha sha1 sha256 hash digest checksum ref rev revision image tag url uri host path file dir"
    " integrity branch build release md etag".split()
)
_DOTTED = r"^v?\d+\.\d+|\.(?:[a-z]{2,4}|[A-Z][a-z]+)$|\.\w{1,4}\."
# What people call a password, or where it is kept, and what they put before the word.
_NAMED = set(
    " new old confirm current reset forgot change repeat verify user login input show hide update set enter db admin"
    " root password passwd passphrase secret string hashed hidden optional required default getpass prompt random"
    " variable undefined number boolean object plain value encrypted callback buffer bytes config correct"
    " incorrect wrong invalid valid missing"
    " weak strong short long expired stored accepted rejected provided specified enabled disabled".split()
) | {""}
# Names of programs that keep passwords.
_MANAGERS = set("one last nord proton apple samsung kee enpass ipasswords google robo true".split())
# Words that are not secrets although chance made what stands behind their mark: what is shown to tell things apart.
_IDS = set(
    "toolu srvtoolu mcptoolu tooluse tool msg req call fc rs resp chatcmpl cmpl run thread asst file vs batch"
    " msgbatch event evt session sess ses prompt org user usr proj prj ws wrkspc env dpl team task agent job wf"
    " trace span conv gen sha1 sha256 sha384 sha512 md5 id".split()
)
# The same, told by the name it is given to, or by that name's last word: `--id`, `uploadId`, and not `said`.
_NAMES_AN_ID = (
    r"(?:(?<![A-Za-z])(?:ids?|identifier|arn|boundary\*?|hash|digest|integrity|etag|sha\d{0,3}|checksum|csrf(?:-token)?|signature|version)"
    r"|(?<![A-Z])(?:I[dD]s?|Identifier|A[rR][nN]|Hash|HASH|Digest|DIGEST|E[tT]ag|SHA\d{0,3}|Checksum|Signature|Version))"
    r"[\"'\\]{0,3}(?:\]?[ \t]{0,3}[:=]>?[ \t]{0,3}|[ \t])(?:content=)?[\\\"']{0,2}\Z"
)
# What says before a mark that a key follows: `sk`, `live`, `v1`, `acmetoken`.
_KEYS_MARK = r"(?:[sprae]k|live|prod|prd|sandbox|sbx|sbox|auth|sec|v\d|\w{0,16}(?:tkn|token|tok|api|key|pat|secret))"
_LONG_RUN, _LONGER_RUN = 20, 24
_SALT, _SALT_MARKS = 40, 9
_GIVEN, _DIGITS = 8, 6
_PHRASE = re.compile(
    r"(?i)\b(?:the|your|a|an|is|are|not|to|of|for|please|must|enter|invalid|wrong|missing|required|password|passwords"
    r"|token|with|and|or|in|on|has|have|was|be|by|from|reset|forgot|confirm|new|current|statement|at|least)\b"
)


def holds_secret(found: "re.Match[str]") -> bool:
    """Say so of a match with the groups `name`, `op` and `value`, from the whole name and from what is around.

    Where a condition chooses one of two texts, either is enough.
    """
    values = re.compile(_OR_ELSE).split(found["value"]) if found["op"].rstrip().endswith("?") else [found["value"]]
    return any(_is_secret(found, value) for value in values)


def _is_secret(found: "re.Match[str]", value: str) -> bool:
    text = found.string
    begin = _begin_of_name(text, found.start("name"))
    name, op = text[begin : found.start("op")], found["op"]
    bare, is_quoted = _unquoted(value)
    bare, end = bare[:JUDGED], found.end("value")
    if not is_quoted:
        if bare.rstrip("=").count("=") > _CHAIN or bare.count(":") > _CHAIN:
            return False
        first = re.search(_NEXT, bare)  # the rest of an address
        if first is not None and first.start():
            bare, end = bare[: first.start()], found.start("value") + first.start()
        bare = bare.rstrip(").,;:")  # the end of a sentence
    mark = op.strip(_AROUND)
    if mark.rstrip(":") in ("is", "was"):
        mark = ""
    if mark.endswith(("<value>", "<string>")):
        mark = ">"
    if _is_within_a_name(text, begin, op) or _is_chosen(text, begin, op):
        return False
    if name.lower() in ("key", "keys"):
        name = _key_of(text, begin, "" if is_quoted else op, "" if is_quoted else bare) + name
        if is_quoted and op.strip() in ("=", ":=") and op != "=" and _is_mixed_word(bare):
            name = f"any_{name}"
    family = "secret" if name == "key" and text[begin - 1 : begin] in ("?", "&") else _family(name)
    if family is None or _ends_a_text(text, begin, op, value):
        return False
    if mark in ("-", "_"):
        return is_random(bare)
    if is_quoted and family != "password" and _is_salt(bare):
        return True
    is_of_address = op.strip(" ") == "=" and not is_quoted and _is_of_address(text, begin, op, end)
    if len(bare) < 4 or (_is_none(bare, is_quoted) and not (is_of_address and bare.isalpha())):
        return False
    if _is_elsewhere(text, begin, name, op, found.end("value"), bare):
        return False
    if not is_quoted and not _is_config(text, begin, end, name, op, mark, bare):
        return False
    if family == "password" and not is_quoted and _is_of_a_login(text, begin, end, bare):
        return True
    if family == "password" and op == "=" and _is_of_the_shell(text, begin, end, name, bare):
        return True
    if family == "password":
        is_line = not is_quoted and op in ("=", ":") and _is_line(text, begin, found.end("value"))
        is_line = is_line or (op == "=" and _is_whole(text, begin, found.end("value")))
        is_line = is_line and re.search(r"(?i)passw|passphrase$|pwd$|(?:^|[_.-])pass$", name) is not None
        if is_quoted and _is_of_a_connection(text, begin, found.end("value"), bare):
            return True
        if is_quoted and _is_set(text, begin, name, op, found.end("value")) and _is_own(bare):
            return True
        if not is_quoted and _is_of_a_setting(text, found.end("value"), name, mark) and _is_own(bare):
            return True
        return (is_line and _is_made_up(bare)) or _is_password(name, op, mark, bare, is_quoted, is_of_address)
    if is_quoted and _is_mangled(bare):
        return True
    if mark == "," and name.rsplit(".", 1)[-1].isupper() and re.search(_SAYS_SECRET, name) and _is_pass_word(bare):
        return True
    if (
        mark in ("(", ",")
        and _is_set(text, begin, name, op, found.end("value"))
        and (_is_own(bare) or _is_pass_word(bare))
    ):
        return True
    if (
        is_quoted
        and _is_own(bare)
        and (
            re.search(_OWN_KEY, name) or (name == "secret" and re.search(_IN_A_CALL, text[max(0, begin - 120) : begin]))
        )
    ):
        return True
    if mark in ("", ",", "(", "?"):
        return is_random(bare) and (family == "secret" or len(bare) >= 24)
    if not is_quoted and _is_shell(text, begin, name, op):
        return _is_shell_value(bare, family)
    if is_quoted and re.search(_SAYS_SECRET, name) and _is_pass_word(bare):
        return True
    if is_quoted and re.search(_SECRET_KEY, name) and _is_made_up(bare):
        return True
    return is_random(bare) and (family == "secret" or len(bare) >= 16)


def holds_compared(found: "re.Match[str]") -> bool:
    """Say so of a text that something with a secret's name is compared with."""
    bare, _ = _unquoted(found["value"])
    if len(bare) < 4 or _is_none(bare, True):
        return False
    family = _family(found["name"])
    if family not in ("password", "secret"):
        return False
    if family == "password":
        return _is_password(found["name"], "==", "==", bare, True, False)
    return _is_mangled(bare) or is_random(bare)


def holds_literal(found: "re.Match[str]") -> bool:
    """Say so of a text in quotes where only a password stands: not of a name, a variable or a sentence."""
    bare, _ = _unquoted(found["value"])
    if _is_none(bare, True) or any(map(str.isspace, bare)):
        return False
    if _is_own(bare) and re.search(_TYPES, found.string[max(0, found.start("value") - 120) : found.start("value")]):
        return True
    return _is_pass_word(bare) or _is_mangled(bare) or is_random(bare)


def holds_given(found: "re.Match[str]") -> bool:
    """Say so of a text in quotes that is given to what signs or encrypts: any but a word of the trade and a file."""
    bare, _ = _unquoted(found["value"])
    is_named = bare.isalpha() and bare.lower() in _NAMED
    if _is_none(bare, True) or is_named or not any(map(str.isalnum, bare)) or re.search(r"/|\.\w{2,4}$", bare):
        return is_random(bare)
    begin = found.start("value")
    if re.search(_AS_ONE, found.string[max(0, begin - 12) : begin]):
        bare = bare.partition(":")[2]
        return not _is_none(bare, True) and (_is_own(bare) or _is_pass_word(bare))
    is_key = re.search(_NAMES_A_KEY, found.string[max(0, begin - 16) : begin]) is not None
    return is_key or len(bare) >= _GIVEN or _is_pass_word(bare) or (bare.isdigit() and len(bare) >= _DIGITS)


def holds_opening(found: "re.Match[str]") -> bool:
    """Say so of a row of characters that is given to what opens a store of keys or logs in."""
    before = found.string[max(0, found.start() - 160) : found.start()]
    return re.search(_OPENS, before) is not None and holds_given(found)


def holds_listed(found: "re.Match[str]") -> bool:
    """Say so of texts in quotes below a name of several: each is one."""
    inner = found["value"].strip()[1:-1]
    if found.string[found.end() : found.end() + 4].lstrip().startswith(":"):  # a name, of which something is said
        return False
    return all(
        _is_pass_word(bare) or _is_mangled(bare) or is_random(bare)
        for bare in re.compile(_BETWEEN).split(inner)
        if not _is_none(bare, True)
    )


def holds_said(found: "re.Match[str]") -> bool:
    """Say so of what a sentence says that a password is."""
    bare, is_quoted = _unquoted(found["value"])
    if _is_none(bare, True):
        return False
    return _is_pass_word(bare) or is_random(bare) or (is_quoted and _is_made_up(bare))


def holds_login(found: "re.Match[str]") -> bool:
    """Say so of a user and a password in base64, or of what chance made; code has a call or a place there."""
    value = found["value"]
    if found.string[found.end("value") : found.end("value") + 1] in ("(", ".", "["):
        return False
    return _is_login(value) or (len(value) >= 16 and any(map(str.isdigit, value)) and is_random(value))


def holds_key(found: "re.Match[str]") -> bool:
    """Say so of what stands close behind the name of a service that gives out keys."""
    name, op, bare = found["name"], found["op"], found["value"].rstrip(".,;:)=")
    text, end = found.string, found.end("value")
    words = [word.lower() for word in _WORDS.findall(name)]
    if re.fullmatch(_GROUPS, bare) and not _ROLES.isdisjoint(words):
        return any(map(str.isdigit, bare))
    is_path = text[end : end + 1] in ("/", "@", "(", "\\") or "/" in bare[:8]
    is_path = is_path or (
        bare.count("/") > 3 and not any(len(part) >= RUN and _is_scattered(part) for part in bare.split("/"))
    )
    if is_path or not _NO_KEY.isdisjoint(words) or (words[0] == "auth" and words[-1] in _ABOUT):
        return False
    if not any(map(str.isdigit, bare)) or not is_random(bare) or re.search(_DOTTED, bare):
        return False
    is_said = not _ROLES.isdisjoint(words) or any(mark in op for mark in "=:,")
    is_one_word = re.fullmatch(rf"\w{{32,128}}|{_UUID}", bare) is not None
    return is_said or is_one_word


def holds_prefixed(found: "re.Match[str]") -> bool:
    """Say whether a word is a key that shows itself: a short mark of who made it, and behind it what chance made.

    Keys of makers that nobody named have this form. So have ids, which are shown everywhere: these are told by their
    mark or by what they are given to. A mark that says `key` or `live` needs less behind it than one that says nothing.
    """
    word = found["value"]
    parts = re.compile(r"[_.-]").split(word)
    first = parts[0].lower()
    if first in _IDS or re.search(_NAMES_AN_ID, found.string[max(0, found.start() - 48) : found.start()]):
        return False
    run = max(parts, key=len)
    marks = [part.lower() for part in parts[: parts.index(run)]]
    if len(run) < RUN or not marks or not _OPEN_OR_KEYED.isdisjoint(marks) or run.isdigit():
        return False
    tail = word[len(first) :]
    if not any(map(str.isdigit, tail)) or (tail[0] == "." and not parts[0].islower()):
        return False
    is_key = any(re.fullmatch(_KEYS_MARK, mark) for mark in marks)
    if any(map(str.isupper, run)) and any(map(str.islower, run)):
        is_long = is_key or len(run) >= _LONG_RUN or len(tail) >= _LONGER_RUN
        return is_long and _is_scattered(run)
    if len(re.compile(r"\d+").findall(run)) < 3:
        return False
    return is_key or (len(run) >= _LONGER_RUN and re.fullmatch(r"[0-9a-f]+", run) is None)


def _is_login(value: str) -> bool:
    bare = value.rstrip("=")
    if re.fullmatch(r"[A-Za-z0-9+/]+", bare) is None:
        return False
    from binascii import Error, a2b_base64

    try:
        user, _, password = a2b_base64(bare + "=" * (-len(bare) % 4)).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return False
    return bool(user and password) and (user + password).isprintable()


def _is_scattered(run: str) -> bool:
    """Say whether letters of both cases and digits change as neither camelCase nor a version does."""
    once = re.sub(r"(.)\1{2,}", r"\1", run)
    return _is_mixed(once) and len(once) < 3 * len(_PIECES.findall(once)) and len(set(run)) >= 9


def holds_cookie(found: "re.Match[str]") -> bool:
    """Say whether one of a header's cookies is a session's, by its name or since chance made it."""
    pairs = [pair.strip().partition("=") for pair in found["value"].split(";")]
    return any(is_random(value) or (len(value) >= 12 and re.search(_SESSION, name)) for name, _, value in pairs)


def _ends_a_text(text: str, begin: int, op: str, value: str) -> bool:
    """Say whether the quotes behind a name are those that end a text: of `'Password: '` nothing follows."""
    quote = value[:1]
    if quote not in ("'", '"', "`") or op.strip() != ":":
        return False
    inside = "A-Za-z %{}" if quote == "'" else f"^{quote}\n=:"
    before = text[max(0, begin - 60) : begin]
    return re.search(rf"(?:^|[\s(,=+\[{{]){quote}[{inside}]{{0,58}}\Z", before) is not None


def _key_of(text: str, begin: int, op: str, bare: str) -> str:
    """Return what kind of a key the words before `key` say: `API key: …`; of `key=…` anything may be.

    A long value that chance made is any key's, but those of a table or a cache.
    """
    before = re.search(r"([A-Za-z]\w{1,15})[ \t]{1,4}\Z", text[max(0, begin - 20) : begin])
    word = before[1].lower() if before is not None else ""
    if word in _KEY_OF:
        return f"{word}_"
    if word and word not in _OPEN_OR_KEYED and len(bare) >= 20 and re.fullmatch(r"[\w+/=-]+", bare) and is_random(bare):
        return "any_"
    return "any_" if op == "=" and text[begin - 1 : begin].isspace() else ""


def _is_pass_word(bare: str) -> bool:
    """Say whether a literal is one that somebody made up for a secret, and no name of one."""
    has_mark = any(char in "!@#$%^&*" for char in bare)
    has_digit = any(map(str.isdigit, bare)) and any(map(str.isalpha, bare))
    return len(bare) >= 6 and not any(map(str.isspace, bare)) and (has_mark or (has_digit and bare.isalnum()))


def is_random(value: str) -> bool:
    """Say whether a value looks as chance makes them: neither words nor a number nor a version."""
    if len(value) < 8 or any(char.isspace() for char in value):
        return False
    letters = sum(map(str.isalpha, value))
    digits = sum(map(str.isdigit, value))
    if not letters:
        return digits >= 14 and re.fullmatch(_NUMBERED, value) is None
    if not digits:
        is_one = len(value) > 24 and value.isalpha() and (value.islower() or value.isupper())
        if is_one:  # words written together have more vowels, and no five consonants side by side
            return (
                10 * sum(char in "aeiouAEIOU" for char in value) < 3 * len(value)
                or re.search(_NO_WORDS, value) is not None
            )
        is_mixed = _is_mixed(value) and re.fullmatch(_DOTTED_NAME, value) is None
        return len(value) >= 16 and (is_mixed or re.search(_NO_NAME, value) is not None)
    return not _is_wordlike(value)


def _is_mixed(value: str) -> bool:
    """Say whether upper and lower case change as no camelCase does."""
    changes = sum(one.isupper() != two.isupper() for one, two in zip(value, value[1:]))
    return changes * 4 >= len(value) and len(value) < 4 * len(_PIECES.findall(value))


def _is_mixed_word(value: str) -> bool:
    """Say whether chance made a word of letters of both cases and digits."""
    kinds = (str.isupper, str.islower, str.isdigit)
    return len(value) >= 24 and all(any(map(kind, value)) for kind in kinds) and is_random(value)


def _is_salt(value: str) -> bool:
    """Say whether a long value has so many kinds of marks, blanks among them, as chance alone puts into one."""
    if len(value) < _SALT or "\\" in value or not any(map(str.isdigit, value)):
        return False
    return len({char for char in value if not char.isalnum()}) >= _SALT_MARKS and len(value.split()) * 8 <= len(value)


def _is_mangled(value: str) -> bool:
    """Say whether a value has marks of so many kinds as neither a template nor a pattern has."""
    if len(value) > 100 or "\\" in value or any(map(str.isspace, value)):
        return False
    return len({char for char in value if not char.isalnum()}) >= 7


def _is_wordlike(value: str) -> bool:
    pieces = _PIECES.findall(value)
    words = [piece for piece in pieces if piece[0].isalpha()]
    if max(map(len, words), default=0) > _LONGEST_WORD or re.search(_NO_WORD, value) or re.fullmatch(_UUID, value):
        return False
    runs = [piece for piece in pieces if piece[0].isdigit()]
    n_marks = sum(not char.isalnum() for char in value)
    n_breaks = len(re.compile(r"(?<=[A-Za-z0-9])[^A-Za-z0-9]+(?=[A-Za-z0-9])").findall(value))
    if max(map(len, runs), default=0) > 4 or sum(map(len, words)) < 3 * len(words):
        return False
    is_one = n_marks == 0 and len(value) >= 16 and (value.islower() or value.isupper())
    return len(runs) <= 1 + n_breaks and not is_one and not _is_mixed(value)


def _is_elsewhere(text: str, begin: int, name: str, op: str, end: int, bare: str) -> bool:
    """Say whether what comes next is not of this name: the next of a list, the first of several that are assigned."""
    mark = op.strip(_AROUND)
    if mark == ",":
        is_argument = "(" in text[max(0, begin - 3) : begin] or "buildConfigField" in text[max(0, begin - 48) : begin]
        is_alone = len(bare) >= 24 and is_random(bare)
        return not (is_argument or is_alone or (name.isupper() and text[begin - 1 : begin] not in ("'", '"')))
    if mark != "=" or op == "=" or not text[end : end + 4].lstrip(" \t").startswith(",") or is_random(bare):
        return False
    return re.search(r"(?:^|\n)[ \t]*[\w.]+,[ \t]*$", text[max(0, begin - 80) : begin]) is not None


def _begin_of_name(text: str, at: int) -> int:
    begin = at
    while begin > 0 and at - begin < NAME and (text[begin - 1].isalnum() or text[begin - 1] in "_-."):
        begin -= 1
    return begin


def _unquoted(value: str) -> "tuple[str, bool]":
    bare = value.lstrip("bBrRuUN@$") if value[:1] in "bBrRuUN@$" and value[1:2] in "\"'" else value
    inner = bare.lstrip("\\")
    if inner[:1] not in ("'", '"', "`"):
        return value, False
    return inner[1:].rstrip("\\").rstrip(inner[0]).rstrip("\\"), True


def _is_none(bare: str, is_quoted: bool) -> bool:
    if _STANDS.fullmatch(bare) or len(set(bare)) == 1 or "[redacted:" in bare:
        return True
    if _HOLE.search(bare) and not (is_quoted and _is_mangled(_HOLE.sub("", bare))):
        return True
    starts = _VARIABLE.match(bare)
    return starts is not None and not (is_quoted and starts[0] in ("(", "!", "{"))


def _family(name: str) -> "str | None":
    """Return whether a name is that of a password, of another secret or of a key of any kind, or of none of these."""
    plain = name.replace("\u017f", "s").replace("\u0131", "i")  # as patterns take them that ignore case
    plain = plain.replace("\u00f1", "n").replace("\u00d1", "N").replace("\u0142", "l")
    if not plain.isascii() and re.search(_PASSWORD_OTHERWISE, plain.lower()):
        return "password"
    words = [word.lower() for word in _WORDS.findall(plain) if not word.isdigit()]
    while words and words[-1] in _BEHIND:
        words.pop()
    if words[-2:] == ["token", "data"]:  # a parser's table
        return None
    if words[-2:] in (["client", "id"], ["secret", "id"]) or (words and words[-1] in ("access", "private")):
        return "key"
    if not words or (words[-1] in _ABOUT and words[-1] != "pass"):
        return None
    last = words[-1]
    if last == "pass" and not _PASSES.isdisjoint(words):
        return None
    if not _MANAGERS.isdisjoint(words) and words[-1].startswith(("pass", "enpass", "ipass")):
        return None
    joined = "".join(words[-2:])
    if "".join(words[-3:]) == "motdepasse":
        return "password"
    if _PASSWORD.search(last) or (_PASSWORD.search(joined) and joined.endswith(("password", "passwd"))):
        return "password"
    if any((_PASSWORD.search(word) and len(word) > 4) or word == "pwd" for word in words):
        return "password"
    if not _OPEN.isdisjoint(words) or (last.endswith(("key", "keys")) and not _KEYED.isdisjoint(words)):
        return None
    if last == "auth" and len(words) == 1:
        return None
    if last in ("key", "keys"):
        if len(words) == 1:
            return None
        return "secret" if not _KEY_OF.isdisjoint(words) else "key"
    if any(_SECRET.search(word) for word in words) or any(map(_SECRET.search, map("".join, zip(words, words[1:])))):
        return "secret"
    return "key" if last in _KEYS else None


def _is_within_a_name(text: str, begin: int, op: str) -> bool:
    """Say whether a name is the last part of a type's or of an ARN: `"AWS::IAM::AccessKey": …`, `arn:…:secret:…`.

    Where parts of a setting's name are joined, `"Smtp:Password"` or `"shop::db::password"`, the last says what it is.
    """
    before = text[max(0, begin - 80) : begin]
    if op == ":":
        arn = before[before.rfind("arn:") :] if "arn:" in before else ""
        return re.search(r"[\w*:]:\Z", arn) is not None and not any(map(str.isspace, arn))
    is_key = op.lstrip("\\")[:1] in ("'", '"') and ":" in op
    return is_key and re.search(r"\b[A-Z]\w{0,40}::[A-Z]\w{0,40}::\Z", before) is not None


def _is_chosen(text: str, begin: int, op: str) -> bool:
    """Say whether a name in quotes is itself what a condition chooses: `is_shown ? 'PASS' : 'FAIL'`."""
    return op[:1] in ("'", '"', "`") and re.search(r"\?\s{0,4}[\"'`]\Z", text[max(0, begin - 6) : begin]) is not None


def _is_of_address(text: str, begin: int, op: str, end: int) -> bool:
    """Say whether a password is one of an address or a connection, from what stands before it or the user behind it."""
    before = re.compile(_NEXT_LINE).sub(";", text[max(0, begin - 160) : begin])
    if op != "=":
        return re.search(_SPACED_ADDRESS, before) is not None
    if re.search(_DSN, before) or re.compile(_DSN_GOES_ON).match(text, end):
        return True
    return re.search(_ADDRESS, before) is not None or re.compile(_ADDRESS_GOES_ON).match(text, end) is not None


def _is_of_a_connection(text: str, begin: int, end: int, bare: str) -> bool:
    """Say whether a user and a host or a database are given beside a password: then it may hold the word itself."""
    if len(bare) < _GIVEN or any(map(str.isspace, bare)) or "".join(filter(str.isalpha, bare.lower())) in _NAMED:
        return False
    around = text[max(0, begin - 160) : begin] + text[end : end + 120]
    return re.search(_USER, around) is not None and re.search(_HOST, around) is not None


def _is_of_the_shell(text: str, begin: int, end: int, name: str, bare: str) -> bool:
    """Say whether `NAME=value` begins a line as in a shell or an .env file: what it names is no other variable."""
    before = text[max(0, begin - 8) : begin].rsplit("\n", 1)[-1]
    if before not in ("", "export ") or text[end : end + 1] not in ("", "\n", "\r"):
        return False
    plain = "".join(filter(str.isalpha, bare.lower()))
    is_made_up = name.isupper() or any(map(str.isdigit, bare))
    return (
        is_made_up
        and not any(map(str.isspace, bare))
        and plain not in _NAMED
        and plain != "".join(filter(str.isalpha, name.lower()))
    )


def _is_line(text: str, begin: int, end: int) -> bool:
    """Say whether an assignment is all of its line, as in files of settings."""
    before = text[max(0, begin - 24) : begin].rsplit("\n", 1)[-1].lstrip(" \t-")
    return before in ("", "export ", "set ") and (text[end : end + 1] in ("", "\n", "\r"))


def _is_whole(text: str, begin: int, end: int) -> bool:
    """Say whether an assignment is all of a text in quotes, of an element, or its end: `"Password=…"`, `>Pwd=…<`."""
    before, after = text[max(0, begin - 6) : begin], text[end : end + 1]
    opens = re.search(r"(?:[\"'>;]\s{0,2}|\\e|\x1b|\\u001b)\Z", before)
    return opens is not None and after in ("'", '"', "<", ";") and after != ""


def _is_of_a_login(text: str, begin: int, end: int, bare: str) -> bool:
    """Say whether a value ends its line, and a user's name is assigned in the line before or after."""
    if text[end : end + 1] not in ("", "\n", "\r") or not _is_made_up(bare.replace("_", "").replace("-", "")):
        return False
    lines = text[max(0, begin - 160) : begin].split("\n")[:-1][-1:] + text[end : end + 120].split("\n")[1:2]
    return any(re.search(_LOGIN, line) for line in lines)


def _is_made_up(bare: str) -> bool:
    """Say whether a word is one that people make up, and none by which they name where one is typed or kept."""
    word = bare.lower()
    return (
        len(bare) >= 6 and bare.isalpha() and (bare.islower() or bare.isupper())
        and (word not in _NAMED and word.replace("password", "").replace("passwd", "") not in _NAMED)
    )  # fmt: skip


def _is_own(bare: str) -> bool:
    """Say whether a word is one that people make up, and says nothing of what it stands for."""
    return _is_made_up(bare) and re.search(_OF_THE_TRADE, bare) is None


def _is_set(text: str, begin: int, name: str, op: str, end: int) -> bool:
    """Say whether a text is what a call sets, by its name or by what stands before it, or all of a line that does."""
    mark = op.strip(_AROUND)
    if mark == "(":
        if re.compile(_ENDS_A_CALL).match(text, end) is None:
            return False
        if re.search(_SETTER, name):
            return True
        around = text[max(0, begin - 160) : begin] + text[end : end + 120]
        return name.startswith(".") and re.search(_SETS_A_USER, around) is not None
    if mark == ",":
        return re.search(_SETS, text[max(0, begin - 48) : begin]) is not None
    before = text[max(0, begin - 24) : begin].rsplit("\n", 1)[-1].strip()
    return not mark and before in _DEFINES and text[end : end + 1] in ("", "\n", "\r", ")")


def _is_of_a_setting(text: str, end: int, name: str, mark: str) -> bool:
    """Say whether a word ends the line of a setting that has a name of several: `DB_PASSWORD: …`, `db.password: …`."""
    is_setting = (name.isupper() and "_" in name) or ("." in name and name.islower())
    return is_setting and mark in (":", "value:") and text[end : end + 1] in ("", "\n", "\r")


def _is_shell(text: str, begin: int, name: str, op: str) -> bool:
    """Say whether `NAME=value` stands as in a shell or an .env file, `ENV NAME value` or `setx NAME value`."""
    before = text[max(0, begin - 8) : begin]
    if before.endswith((".", "(", "?", ":")):
        return False
    if op.isspace():
        return re.search(r"(?i)\b(?:ENV|ARG|setx|set|setenv)[ \t]{1,4}$", before) is not None
    return op == "=" and name.upper() == name


def _is_shell_value(bare: str, family: str) -> bool:
    if bare.isdigit():
        return len(bare) > 7
    if family == "key":
        return is_random(bare) and len(bare) >= 16
    is_constant = bare.upper() == bare and not any(map(str.isdigit, bare))
    is_place = ("/" in bare and bare[0] in "./~") or re.fullmatch(_DOTTED_NAME, bare) is not None
    is_place = is_place and re.search(_NO_NAME, bare) is None
    return len(bare) >= 6 and not is_constant and not is_place


def _is_config(text: str, begin: int, end: int, name: str, op: str, mark: str, bare: str) -> bool:
    """Say whether a value without quotes is one, and no expression of a program."""
    if mark in (",", "(", "==", "!=", "===", "!=="):
        return False
    if not mark and not (_is_shell(text, begin, name, op) or is_random(bare)):
        return _is_line(text, begin, end) and op.isspace() and len(bare) >= _GIVEN and _is_pass_word(bare)
    if mark == ">":  # XML
        return (
            text[begin - 1 : begin] != "/" and name[-1:] != "-"
        )  # what follows its end is nobody's, `name->` is a call
    if text[end : end + 1] in ("(", "[", "{") or re.fullmatch(_PLACE_IN_CODE, bare):
        return False
    if len(bare) >= 24 and any(map(str.isdigit, bare)) and is_random(bare) and not _CALL.search(bare.rstrip("=")):
        return True
    if _COMPARES.search(bare):
        return False
    code = _CODE.search(bare.rstrip("="))
    return code is None or any(char.isdigit() or char in "!@#$%^*" for char in bare[: code.start()])


def _is_password(name: str, op: str, mark: str, bare: str, is_quoted: bool, is_of_address: bool) -> bool:
    if re.fullmatch(r"(?i)[a-z_ ./:-]*(?:pass|pwd)[a-z_ ./:-]*", bare):  # `Enter password: `, `password_field`
        return is_of_address or (is_quoted and bare.islower() and len(bare) >= 12 and _is_made_up(bare))
    if is_of_address:
        return True
    if re.fullmatch(r"[A-Za-z_]+(?:\.[A-Za-z_]+){2,}(?::\w+)?", bare):  # a place in code
        return False
    has_digit = any(map(str.isdigit, bare))
    has_mark = any(char in "!@#$%^&*" for char in bare)
    is_pass = re.search(_NO_VERDICT, name) is None
    is_argument = mark in ("", ",", "(", "?")
    if is_argument and (is_pass or not (has_digit or has_mark or is_random(bare))):
        return False
    if mark == "(" and re.search(_GETTER, name):
        return False
    if any(map(str.isspace, bare)):
        return is_quoted and len(bare.split()) <= 6 and not _PHRASE.search(bare) and not is_pass
    if is_quoted:
        return any(map(str.isalnum, bare)) and (len(bare) >= 4)
    if mark == ">":
        return has_digit or has_mark or len(bare) >= 6
    if name == "PASS" and mark == ":":  # a verdict, unless nobody would call a test so
        return has_digit and any(char in "!@$%^&*" for char in bare)
    if is_pass and mark == ":":
        return has_digit and (has_mark or bare.isalnum())
    if bare.isdigit():
        return len(bare) >= 6 and (not is_pass or name.isupper())
    if has_digit or has_mark or bare.endswith("="):
        return not _VARIABLE_NAME.fullmatch(bare)
    is_one_word = re.fullmatch(r"[A-Za-z]+", bare) is not None
    return is_random(bare) or (op == "=" and name.upper() == name and is_one_word)
