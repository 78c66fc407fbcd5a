"""Make text fit to be stored: no escape sequences, no secrets, no more characters than asked for.

`re` and the patterns are loaded only when a marker that every pattern needs is in the text, or when it is a long one.
"""

from claudesess_collector import system
from claudesess_collector.payload import SHORTEST_SECRET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Mapping, Optional

LONG = 2000
WINDOW = 8192  # of a long text the first and the last so many characters are looked at, the middle goes

# By these a character is written that may be one of a marker's.
CODES = ("\\u00", "\\x", "%5f", "%2d", "%3a", "&#", "\\_", "\\-", "\\/")
# Every text that a pattern in secrets.py is tried on contains one of these, in lower case, and a word this long.
MARKERS: "tuple[tuple[int, tuple[str, ...]], ...]" = (
    (
        0,
        (
            *(
                '"auth "s. $1$ $2a$ $2b$ $2y$ $5$ $6$ $8$ $9$ $apr1$ $argon2 $krb5 $y$ &auth= \'auth'
                " 's. +aba +acr +aeh +amc +arm +asb +ast -----begin -----end -auth -key -stdin -us"
                " .atlasv1. .auth( .com/webhook/ .dockerc .tochararray( /add /p: /user: /webhooks/"
                " 1//0 3mvg9 4b1d 5aep861 7z :*: :// :5432: :5433: :aa :s. <<< =s. ?auth= @tcp("
                " @unix( _auth _gitlab_session _key _live_ _mmk _prod_ _test_ _v1_ a3- a3t aaaaaaaaaa"
                " abia absk acca access-development- access-production- access-sandbox- accountkey"
                " acdb add_user addidentity( adgangskode aes( aes.decrypt( aes.encrypt( aes.new( agpa"
                " aida aik_ci_ aio_ aiot aiza akab- akcp akia akid aklt alchemy alcht_ alias altak"
                " amzn.mws. anpa anva apa91b api_live. api_org_ api_sandbox. apify_api_ apikey apim"
                " apiversion apk_ apka aq.ab aqvn arc4.new( aroa asca asia astracs: asw atatt3 atbb"
                " atctt3 atoa auth=( auth=[ authkey authoriz authprovider( avns_ aws_s azca azdo azeg"
                ' azfu azse b3blbnnzac1rzxktdje basic bbdc- bbff- bcp bcrypt. bearer bind("cn='
                " bind(\"uid= bind('cn= bind('uid= bkaj_ bkpat_ bkua_ blowfish bundle_ bxt_ caqawbq"
                " ccdb1_ ccipat_ cciprj_ cfat_ cfk_ cfpat- cfut_ chacha20 chainstack cifs client-id"
                " client_id clientid clojars_ cloudflared cmvmd codecov codemagic_ cog_ conan"
                " config:set configcat-sdk-1/ connect( connection( contrase cookie cosmo_ cqlsh"
                " crackmapexec create_user( createcipher created: createdecipher createhmac("
                " createuser( cred crsr_ csa_ csrf.protect( curl da2- dapi dbtc_ dbtu_ dckr_ ddp_"
                " derivebytes( des.decrypt( des.encrypt( des.new( des3.new( digestauth dls_ dp. dt0"
                " dtn_ dvc_client_ dvc_mobile_ dvc_server_ e2b_ eaa encode(payload encryptionkey"
                " essu_ etcdctl evil-winrm ewog exec.py eyj ezak eztk facebook fb- fb_ fernet( figd_"
                " fio-u- flwpubk flwseck fm1a_ fm1r_ fm2_ fo1_ from-literal fw_ fwogzxivyxdz"
                " generated: gho_ ghp_ ghr_ ghs_ ghu_ github_pat_ glagent glc_ glcbt gldt glffct glft"
                " glimt gloas glpat glptt glrt glsa_ glsoat glwt gocspx- gr1348941 gsk_ hash_hmac("
                " haslo hasło hawk. hcaik_ hcbik_ hcmik_ heslo hf_ hmac.digest( hmac.hexdigest("
                " hmac.new( hmac256( hmac384( hmac512( hmacsha hooks.slack hooks.zapier hrku- hvb."
                " hvr. hvs. hxtp_ iba ico- identified ifre igqv igqw infura ion_ ipmitool"
                " iqojb3jpz2lu isql issued: jelsz jeton jina_ jqqj9 jwt kennwort key\" key' key- key:"
                " key= key> keygrip( keys ldap lftp lin_api lin_oauth lip_ llx- login ls0tls1crudjti"
                " lsk_ lsv2_ ltai machine mariadb master> masterauth mdb_sa_ mercury_sandbox_"
                " messageencryptor messageverifier mhccaqe mid-server- mig2ageamb mighageamb migkageb"
                " mihcageb mihuageamb mlsn. mongo mosquitto_ mysql napi_ nbp_ ncftp netexec"
                " newcipher( nfc_ nfo_ nfp_ nfu_ npm_ nraa- nrak- nral nrbr- nrii- nriq- nrjs- nrra-"
                " ntn_ nvapi- odt_ openssl_decrypt( openssl_encrypt( os_v2_ oy2 p8e- packagist_ pass"
                " pat-ap1 pat-eu1 pat-na1 pat-na2 pat-na3 pat. pat: pat= pbkdf2( pbkdf2_hmac("
                " pbkdf2sync( pcsk_ pdo( persona_sandbox_ pgp_sym_ pha_ phc_ phr_ phs_ phx_ pina_"
                " pmak- pmat- pnu_ polar_at_ polar_oat_ polar_pat_ pplx- prf_ private-lines:"
                " privatekey pscale_ psexec psk psw pul- pw pypi- quiknode q~ r8_ rabbit("
                " rabbit.decrypt( rabbit.encrypt( rabbitmqadmin ramp_sec_ rdesktop rdme_ recovery"
                " redis-cli rnd_ rootly_ rpa_ rpc rubygems_ s-s4t2 salad_cloud_ salasana salsa20"
                " samsara_api_ sat. sbp_ scp-live- scp-test- scrypt( scryptsync( sec-c- secret"
                " securestring securitykey( senha senord sensitive sequelize( session({ sg. sgp_"
                " sha256~ shltm_ shpat_ shpca_ shpltka_ shppa_ shpss_ shpua_ sig= signature="
                " signedstring( signingkey signwith( simple_bind sk- sl. slk_ sm_aat_ sm_pat_ sm_sat_"
                " smb snmp sntrya_ sntryi_ sntryr_ sntrys_ sntryu_ snyk sq0 sqa_ sqlcmd sqlplus sqp_"
                " squ_ ssh2 ssw sts.n sudo superuser( swmtkn- t1.9eu telegram tfp_ thingsboard thog-"
                " timedserializer( timestampsigner( tkn.v1_ tlrmtvntuaad token tr_dev_ tr_pat_ tss_"
                " tvly- twine u-s4t2 ucat_ unkey_ unlock unrar unseal urlsafeserializer( useradd"
                " usermod v1.0- vault vca_ vci_ vck_ vcp_ vcr_ vercel_blob_rw_ vf.dm. vf.ws. vtwn_"
                " wachtwoord waka_ webhookb2 wget whsec_ wifi.begin( winexe wmic xaat- xai- xapp-"
                " xapt- xau_ xox xsmtpsib- y0_ag ya29. zip zpka_ zxlk {md5} {sha {smd5} {ssha"
                " $7$ $gy$ $md5 _salt aipa auth: clave loginwith login_with mdp"
                ' otp" otp\\" parola pin" pin\\" x509certificate'
                " \u043f\u0430\u0440\u043e\u043b\u044c \u5bc6\u7801 \u5bc6\u78bc \u30d1\u30b9\u30ef\u30fc\u30c9"
                " \ube44\ubc00\ubc88\ud638"
            ).split(),
            *("sk" + digit for digit in "0123456789abcdef"),
        ),
    ),
    (16, ("access", "endr+", "key", "private")),
    (25, ("api-", "exo", "hook/", "hooks/")),
    (
        32,
        (
            *(
                '-do-not-share-this "d" "dp" "dq" "k" "p" "q" "qi" .local. .v1. 00d 1000. ::server:'
                " <d> <dp> <dq> <inverseq> <p> <q> ak_ ek_ api_ atta cio"
                " cr- eya cais cflt cnvca dg9ro fc- flp_ flyv1 gcntfy- live_ lufrpt"
                " mob- mobile_ na1. nf- nsec1 pa- pat perm- perm: pk. pk_ prd- pri_ prv pub-c- px-dep- re_ rk_"
                " sbx- sdk- sec_ server_ sk. sk_ spu- st. sub-c- test_ tk. tok_ web_"
            ).split(),
            *(one + two for one in "md mt mj mz nd nt nj nz od ot".split() for two in "aeimquycgk"),
            *("ac" + digit for digit in "0123456789abcdef"),
        ),
    ),
)
# So long is what stands behind the mark of a key that shows itself, and what such a word is not made of.
RUN = 16
_NO_KEY = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "_.-"}
_MARKS = {ord(mark): " " for mark in "_.-"}
#: As long is a key that is told by the name of its service alone.
SERVED = 20

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
_replace: "Optional[Callable[[str], str]]" = None


def redact(text: str) -> str:
    """Replace every secret that a known pattern shows by `[redacted:KIND]`."""
    if len(text) < SHORTEST_SECRET:
        return text
    if system.own_secrets:
        from claudesess_collector.privacy_own import replace_own

        text = replace_own(text, system.own_secrets)
    is_short = search is None and len(text) < LONG  # hardly any longer one is without a marker
    if is_short and not _holds_marker(lowered(text)):
        return text
    global _replace
    if _replace is None:  # to import it again takes longer than to look up what is known of a short text
        from claudesess_collector.privacy_secrets import replace_secrets

        _replace = replace_secrets
    return _replace(text)


def lowered(text: str) -> str:
    """Lower a text as patterns do that ignore case, and keep its length, so that places in it stay."""
    if text.isascii():
        return text.lower()
    return text.replace("\u0130", "i").replace("\u0131", "i").replace("\u017f", "s").lower()


def _holds_marker(text: str) -> bool:
    words = text.split()
    longest = max(map(len, words), default=0)
    for shortest, markers in MARKERS:
        if longest >= shortest:
            for marker in markers:  # `any` takes half as long again
                if marker in text:
                    return True
    for code in CODES:
        if code in text:
            return True
    if not any(len(word) >= SERVED and any(map(str.isdigit, word)) for word in words):
        return False
    if holds_run(text):
        return True
    from claudesess_collector.privacy_services import NAMES

    return any(name in text for name in NAMES)


def holds_run(text: str) -> bool:
    """Say whether a word may be a key that shows itself: a mark, and so many letters and digits behind one another."""
    for word in text.split():
        if len(word) > RUN and any(map(str.isdigit, word)):
            for part in word.translate(_NO_KEY).split():
                runs = part.translate(_MARKS).split() if len(part) > RUN else ()
                if len(runs) > 1 and any(map(_is_run, runs)):
                    return True
    return False


def _is_run(word: str) -> bool:
    return len(word) >= RUN and not word.isdigit() and not word.isalpha()


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
    while first + 1 < len(lines) and (lines[first - 1].endswith("\\") or _wants_its_line_before(lines[first])):
        first += 1
    return lines[first:]


def _wants_its_line_before(line: str) -> bool:
    """Say whether a line is one long word, a key's say, or the value of what the line before it names."""
    words = line.split()
    is_word = len(words[0]) >= 64 or (len(words) < 2 and len(line) >= 20) if words else True
    if len(words) == 2 and line[0] in " \t" and words[0].endswith(":") and len(words[1]) >= 16:
        return True
    if line.lstrip().startswith(("- '", '- "')):  # the next of a list
        return True
    return is_word or line.lstrip(" \t\"'").startswith(("value", "default", "login", "password"))


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
