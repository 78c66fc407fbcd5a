"""Patterns of secrets and of terminal sequences. All are linear: bounded prefixes, no nested repeats."""

from claudesess_collector import light_re as re
from claudesess_collector import privacy_redact
from claudesess_collector.privacy_services import NAMES, SERVICES

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
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"

# A value: in quotes (also escaped ones, JSON in a string), in backticks, or up to the next blank or separator. Quotes that
# nothing closes end with their line: half of a text that somebody cut.
_VALUE = (
    r"(?:\\{1,3}[\"'][^\"'\\\n]{3,4096}(?:\\{1,3}[\"'])?|[bBrRuU@$]?\"(?:[^\"\\\n]|\\.){3,4096}(?:\"|(?=[\n\\])|\Z)"
    r"|[bBrRuUN@$]?'(?:[^'\\\n]|\\.){3,4096}(?:'|(?=[\n\\])|\Z)|`[^`\n]{3,4096}(?:`|(?=\n)|\Z)|[^\s\"'`,;|<>{}\[\]]{3,512}"
    r"|[^\s\"'`,;|<>{}\[\]]{1,2}[<>{}\[\]|;,][^\s\"'`]{8,100}(?=[ \t]{0,9}(?:[\r\n;]|\Z)))"
)
# What may follow of a value without quotes that is as long as it says.
_PLAIN, _REST = 512, r"[^\s\"'`,;|<>{}\[\]]{0,16384}"
_END = r"(?:\\{0,3}[\"'`])?"
# What stands between a name and its value: an assignment in whatever language, the next argument of a call, an element of
# XML, `value:` behind `name:`, the lines under `name: |`, or a blank.
# What makes a secret of a text, or other bytes of it: `SecretStr("…")`, `Buffer.from('…')`, `Hash::make('…')`.
_WRAPPED = (
    r"(?:(?:await|new)[ ])?(?:\w{1,24}(?:\.|::)){0,5}(?:Secret(?:Str|Bytes|String)?|SecretValue\.\w{1,24}|Secure(?:String|Text)|Sensitive|Redacted"
    r"|Buffer\.from|b(?:ase)?64_?\w{0,20}|BASE64\.\w{0,12}|(?:from)?hex(?:2bin)?|unhexlify|Decode(?:String|Base64)?|atob|btoa|bytes|bytearray|Array|Data|(?:String|Vec)::from|(?:Text)?Encoder\(\)\.encode|String|str|Some|Just"
    r"|bcrypt|Hash::make|(?:make|hash)_password|generate_password_hash|password_hash|hashpw|(?<=\.)hash(?:Sync)?)\("
)
_OP = (
    r"(?P<op>"
    + _END
    + r"(?:[\])]|\(\)(?=\.)|\[\w{0,8}\](?=\s?=))?(?:\.(?:assign|set|setValue|AppendChar|equals|equalsIgnoreCase)\(\s{0,2}(?=[\"'])"
    r"|\s{0,4}:?=\s{0,4}[\w.]{0,24}(?:getenv|environ\.get|env\.get)\(\s{0,3}[\"'][^\"'\n]{1,64}[\"']\s{0,2},\s{0,3}(?=[\"'])"
    r"|[ ]?=[ ]?(?!\w{0,40}?(?:key|pass|pwd|secret|token|auth|cred))[a-z_]\w{0,40}[ ]?=[ ]?(?=[\"'])"  # assigned to several
    r"|[ ]?=[ ]?[\"']\s{0,2}[+&]\s{0,2}(?=[\"'])"  # of an address, what is put to it
    r"|\s{0,4}(?::[ ]?[\w.<>\[\]?|]{1,30}[ ])?(?:[:=(]|:=|=>)\s{0,4}" + _WRAPPED + r"\s{0,4}(?=[bBuU]?[\"'`])"
    r"|\s{0,4}:?=\s{0,4}[\w.!()]{1,48}(?:\s?[!=]==?\s?[\"'][^\"'\n]{1,40}[\"'])?\s{0,12}(?:\|\||\?\??|\?:|\bor\b)\s{0,4}(?=[\"'`])"  # by a condition
    r"|(?:\s{0,4}|[ \t]{5,24})(?::\s{0,4}[|>][+-]?[ \t]{0,4}\n\s{1,40}|=>|:{1,3}=|\?\?=|[!=]==?|[?.+]?=|\|{1,2}=|<-(?=[ ]?[\"'])"
    r"|:[ \t]?(?-i:[A-Za-z])[\w.<>\[\]?|]{0,30}(?:[ \t]=(?!=)|=(?=[\"'`]|[bru][\"']))|:(?!-\w))[ \t]{0,24}|[ \t]{1,2}(?:is|was):?[ \t]{1,2}|\s(?:as[ ])?(?:string|str|\[\]byte|std::string)\s{0,4}=\s{0,4}"
    # a property of C#
    r"|\s{0,4}\{[ \t]{0,4}get;[^{}\n]{0,30}\}\s{0,4}=\s{0,4}"
    r"|[\"']\s{1,2}to\s{1,2}(?=\")|\s{1,2}by\s{1,2}lazy\s{0,2}\{\s{0,20}(?=\")"  # Kotlin
    r"|(?:</\w{1,20}|[\"']\s?)>\s{0,40}<(?:value|string)>|[\"'],[ ]with:[ ](?=[\"'])|(?:\s{0,4}(?:\|\||\?\?|\?:|->)|\s{1,4}(?:or|\?))\s{0,4}(?=[\"'`])|:-(?!-)"
    r"|\(\w{0,12}\)[^\n\"'();]{0,24}[{:]\s{0,24}return\s{1,4}(?=[\"'`])"
    r"|[ \t]?[,{]?\s{0,20}(?:(?:type|description|sensitive)\s{0,8}=\s{0,2}(?:\"[^\"\n]{0,160}\"|\w{1,12})\s{1,20}){0,3}"
    + _END
    + r"(?:(?:parameter|option)?value|val|default|content)"
    + _END
    + r"\s{0,4}[:=]\s{0,4}"
    r"|\s{0,2},\s{0,4}(?=[\"'`])|\(\s{0,4}(?=[\"'`])|>\s{0,40}|(?:[ \t]|\\t){1,4})(?:\"\"(?=\")|''(?='))?)"
)
_DATA = r"(?:\s{0,16}(?:#[^\n]{0,200}\s{1,16})?(?![\"']?(?:kind|type|apiVersion|immutable)\b)[\"']?[\w.-]{1,100}[\"']?:[ ]?(?:[|>][+-]?\s{1,40})?[\"']?(?:[A-Za-z0-9+/=]{4,8192}|\[redacted:[\w-]{1,40}\])[\"']?,?){1,30}"
_COLUMN = r"\s{0,4}(?:N?'[^'\n]{0,200}'|\"[^\"\n]{0,200}\"|[\w.]{1,60}(?:\(\))?)\s{0,4}"
# Long lines of base64 and a short last one, of which the next word is none: another secret may begin with it.
_BASE64_LINES = r"[A-Za-z0-9+/=]{16,17000}(?:(?:\s|\\n){1,4}[A-Za-z0-9+/=]{40,128}(?![\w+/=:.~$-])){0,200}(?:(?:\n|\\n)[ \t]{0,16}[A-Za-z0-9+/=]{1,76}(?![ \t\w+/=:.~$-]))?"
# Two texts, of which a condition chooses one.
_CHOSEN = r"(?:(?<=\?)|(?<=\?\s))[\"'`][^\"'`\n]{0,128}[\"'`]\s{0,20}:\s{0,4}[\"'`][^\"'`\n]{0,128}[\"'`]"
_NAMED_VALUE = r"[\w-]{0,30}?(?!\w)" + _OP + "(?P<value>" + _CHOSEN + "|" + _VALUE + ")"
_ARGUMENT = (
    r"(?![\"']?(?:\$[A-Za-z_({]|\{\{|<[a-z]|%[A-Za-z_]+%|\[redacted|-))(" + _VALUE + ")"
)  # no variable, option, hole
_ANY = r"(?:\$?[\w.]{1,40}|[\"'][^\"'\n]{0,120}[\"']),\s{0,24}"  # an argument of a call, before another
# A password without quotes in a sentence: it has a digit, and the sentence goes on or ends behind it.
_IN_A_SENTENCE = r"(?=[^\s\"'`]{0,60}\d)[A-Za-z0-9!@#$%^&*+=?_-]{8,64}(?=[.,;:)]{0,2}(?:\s|\Z))"
_NO_HOLE = r"(?!(?:\$\{[^<{}]{1,100}\}|\{\{[^<{}]{1,100}\}\}|@[\w.-]{1,60}@|%\w{1,60}%)\s{0,8}<)"  # of a template
_NO_MAIL = r"(?![\"'][\w.+-]{1,64}@[\w-]{1,64}\.)"  # nor a user's address
_TO_ARGUMENT = r"\b[^\n|;&]{0,200}?[ \t]"
_SECRET_MARKERS = (
    "secret token _key -key key= key: key\" key' key pat= pat: apikey accesskey privatekey accountkey encryptionkey signingkey authkey cred"
    " authoriz _auth -auth _salt jwt bearer clientid client_id client-id access private sonar.login sonar_login sonarlogin jeton"
)
_PREFIXED = (
    "gsk_ xai- pplx- r8_ lsv2_ sbp_ sb_secret_ pscale_ nfp_ rubygems_ clojars_ dckr_ atatt3 atctt3 nrak- nrii- nrjs-"
    " nrbr- nrra- nraa- nral- nriq- pmak- glsa_ glc_ dp. pul- sntrys_ sntryu_ sntryi_ sntrya_ sntryr_ ntn_ secret_ squ_ sqp_ sqa_ ccipat_ cciprj_ bkua_ sgp_ slk_ hrku-"
    " fm1r_ fm1a_ fm2_ fo1_ xkeysib- xsmtpsib- dt0 ops_eyj akcp sha256~ pat-na1 pat-na2 pat-na3 pat-eu1 pat-ap1 pnu_ pcsk_ rdme_ ico- tk-us- fio-u-"
    " s-s4t2 u-s4t2 p8e- phx_ phc_ phs_ phr_ pha_ flwseck flwpubk dnkey- cfpat- cfut_ cfat_ cfk_ aio_ tvly- tfp_ ion_ swmtkn- mdb_sa_"
    " tkn.v1_ shltm_ odt_ codemagic_ scp-live- scp-test- vf.dm. vf.ws. nvapi- e2b_ jina_ napi_ cosmo_ gr1348941 _gitlab_session access_token$"
    " bedrock-api-key- cmvmd iqojb3jpz2lu fwogzxivyxdz zxlk"
)
# Of more services; behind each come 16 characters or more, one of them a digit.
_MORE = (
    "amzn.mws. da2- access-sandbox- access-development- access-production- xaat- xapt- tgp_v1_ csk- ctx7sk- lsk_ wandb_v1_ zpka_"
    " vercel_blob_rw_ nfc_ nfo_ nfb_ nfu_ rpa_ AVNS_ hxtp_ dbtc_ dbtu_ CCDB1_ xau_ nbp_ dls_ snyk_uat. snyk_sat. hawk. hcaik_ hcbik_"
    " secret_scanning_ packagist_ 3MVG9 5Aep861 gcntfy- k2sk_v1_ AIK_CI_ AIK_SECRET_ STS.N bkaj_ bkpat_ AstraCS: dvc_server_ dvc_client_ dvc_mobile_ SWMKEY-1- Mid-server- os_v2_ api_live."
    " api_live_ api_sandbox. persona_production_ persona_sandbox_ pina_ polar_at_ ramp_sec_ samsara_api_ waka_ AQVN"
    " EAACEdEose0cBA llx- PMAT- akab- skapi_ IGQV IGQW salad_cloud_ thog- mercury_production_ mercury_sandbox_"
    " mergify_application_key_ sk-pyx- ALTAK AKLT y0_Ag sec-c- APA91b"
    " hcmik_ pylf_v1_ tr_dev_ tr_prod_ tr_pat_ polar_oat_ polar_pat_ pdl_live_apikey_ pdl_sdbx_apikey_ secret-token: secret_admin_"
    " secret-live- secret-test- mlsn. ATOA essu_ shpltka_ AQ.Ab BBDC- bxt_ ddp_ apk_ unkey_ xoxe. rnd_ t1.9eu crsr_"
)
# How base64 begins of a number that begins with 1 to 9, in lower case.
_DIGIT = "md mt mj mz nd nt nj nz od ot".split()
# A short mark, and behind it a long word. It begins and ends as a word does.
_SHOWS_ITSELF = r"(?<![\w.+/~%@&#$:-])(?P<value>[A-Za-z][A-Za-z0-9]{1,15}[_.-][A-Za-z0-9][A-Za-z0-9_.-]{14,512}[A-Za-z0-9_-])(?![\w@-]|\.\w)"
# (kind, markers, how many characters before its marker a match may begin, pattern, the group that is the secret).
# A match holds one of the markers: one in lower case stands there in any case. It is tried only where they are, and only
# patterns that are tried are compiled: all of them cost as much as starting Python. Where the group is one of
# JUDGES, what privacy_values says of name and value decides.
PATTERNS: "list[tuple[str, str, Optional[int], str, int | str]]" = [
    # To the end of the text where the end of the key is not in it.
    ("private-key", "-----begin ssh2", 12, r"-----?[ ]?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?[ ]?----(?!-?(?:\s|\\{1,3}n){0,4}(?:X{4}|\.{3}|\*{3}))[\s\S]{0,17000}?"
     r"(?:-----?[ ]?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?[ ]?-----?|\Z)", 0),
    # Its last lines, its first line without what introduces it.
    ("private-key", "-----end", None, r"(?<![\w+/=.-])[A-Za-z0-9+/=]{20,128}(?:(?:\s|\\n){1,2}[A-Za-z0-9+/=]{20,128}){0,60}"
     r"(?:(?:\s|\\n){1,2}[A-Za-z0-9+/=]{1,128})?(?:\s|\\n){0,2}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----", 0),
    ("private-key", "iba b3blbnnzac1rzxktdje mhccaqe caqawbq mihcageb migkageb mighageamb mig2ageamb mihuageamb", 6, r"\b(?:MII[A-Za-z0-9+/]{3}IBA[ADK]|b3BlbnNzaC1rZXktdjE|MHcCAQE|MIHcAgEB|MIGkAgEB|MI(?:GH|G2|Hu)AgEAMB|M[A-Z][45]?CAQAwBQ)"
     r"[A-Za-z0-9+/=]{16,17000}(?:(?:\s|\\n){1,24}[A-Za-z0-9+/=]{20,128}(?![\w+/=.:~$-])){0,200}", 0),
    # A whole one in base64 once more: `-----BEGIN`, and PRIVATE KEY in each of the three ways in which it can fall.
    ("private-key", "ls0tls1crudjti", 0, r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{0,40}?(?:UFJJVkFURSBLRVk|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)" + _BASE64_LINES, 0),
    ("private-key", "private-lines:", 0, r"(?i)Private-Lines: \d{1,3}\s{1,3}(" + _BASE64_LINES + ")", 1),
    ("vault-file", "$ansible_vault", 0, r"\$ANSIBLE_VAULT;[\w.;-]{3,60}((?:(?:\s|\\n){1,12}[0-9a-f]{16,128}){1,2000})", 1),
    ("anthropic-key", "sk-", 0, r"\bsk-ant-[A-Za-z0-9_-]{8,1024}", 0),
    ("api-key", "sk-", 0, r"\bsk-(?!ssh-|ecdsa-)(?:proj-|svcacct-|admin-|or-v1-|live-|test-)?(?=[A-Za-z_-]{0,80}[0-9])[A-Za-z0-9_-]{16,1024}", 0),
    # Of others too: who made it, where it works, a word of chance.
    ("stripe-key", "_live_ _test_ _prod_", 12, r"\b(?:sk_(?:live|test)_a2V5Xz[A-Za-z0-9+/]{40,256}={0,2}|(?:sk|rk|pk|ak|ek|flb|rzp|shippo|duffel)_(?:live|test|prod)_[A-Za-z0-9_=-]{8,256}"
     r"|[a-z]{2,12}_(?:live|test|prod)_(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{24,256}(?![\w-]))", 0),
    ("webhook-secret", "whsec_", 0, r"\bwhsec_[A-Za-z0-9+/=]{16,256}", 0),
    ("github-token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", 0,
     r"\b(?:gh[pousr]_[A-Za-z0-9_]{16,512}(?:\.[\w-]{8,2048}){0,2}|github_pat_[A-Za-z0-9_]{16,512})", 0),
    ("gitlab-token", "glpat gldt glptt glrt glcbt glsoat glft glffct glimt glagent gloas glwt", 0,
     r"\bgl(?:pat|ptt|dt|rtr?|cbt|soat|ft|ffct|imt|agent|oas|wt)-[A-Za-z0-9_.-]{16,512}", 0),
    # A table or a line of an account's keys: the id tells what the word behind it is.
    ("aws-key", "akia asia", 0, r"\bA[KS]IA[A-Z0-9]{16}\b[^\n]{1,80}?(?<![\w+/=.-])(?=[A-Za-z+/]{0,39}[0-9])(?=[a-z0-9+/]{0,39}[A-Z])([A-Za-z0-9+/]{40})(?![\w+/=.-])", 1),
    ("aws-key-id", "akia asia agpa aida aipa aroa anpa anva abia acca apka asca a3t", 0,
     r"\b(?:AKIA|ASIA|AGPA|AIDA|AIPA|AROA|ANPA|ANVA|ABIA|ACCA|APKA|ASCA|A3T[A-Z0-9])(?=[A-Z]{0,15}[0-9])[A-Z0-9]{16}\b", 0),
    ("aws-key", "absk", 0, r"\bABSK[A-Za-z0-9+/]{100,512}={0,2}", 0),
    ("azure-secret", "q~", 4, r"(?<![\w~.-])[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,64}", 0),
    ("azure-secret", "jqqj9 azdo +ast +arm +acr +asb +aeh +aba +amc azeg acdb aiot azfu azse azca apim", 80, r"(?<![\w+/])[A-Za-z0-9+/_-]{32,80}(?:JQQJ9[9A-D]|AZDO|AZEG|\+A(?:St|Rm|CR|Sb|Eh|Ba|MC)|ACDb|AIoT"
     r"|AzFu|AzSe|AzCa|APIM)[A-Za-z0-9+/_-]{4,40}={0,2}(?![\w+/])", 0),
    ("service-token", ".v1.", 17, r"\boaa[A-Za-z0-9]{14}\.v1\.[A-Za-z0-9+/=_.-]{40,1024}", 0),
    ("jwt", "eyj eya ewog", 0, r"\beyJ[A-Za-z0-9_-]{8,16384}\.[A-Za-z0-9_/+\\-]{4,16384}(?:\.[A-Za-z0-9_/+\\-]{0,2048})?|\beyJrIjoi[A-Za-z0-9+/=_-]{40,1024}|\b(?:eyA|ewog)[A-Za-z0-9_-]{12,16384}\.(?:ey|ew)[A-Za-z0-9_-]{12,16384}(?:\.[A-Za-z0-9_-]{0,2048})?", 0),
    ("slack-token", "xox xapp-", 0, r"\bxox[a-ce-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,512}|\bxapp-[0-9]-[A-Za-z0-9-]{8,512}|\bxoxd-[A-Za-z0-9%+/=_-]{8,1024}", 0),
    ("slack-webhook", "hooks.slack", 0, r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/_-]{8,512}", 0),
    ("teams-webhook", "webhookb2 .com/webhook/", 19, r"(?:webhook|outlook)\.office\.com/webhook(?:b2)?/[A-Za-z0-9@/%_-]{16,512}", 0),
    ("discord-webhook", "/webhooks/", 22, r"discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/[0-9]{5,25}/[A-Za-z0-9_-]{16,255}", 0),
    ("zapier-webhook", "hooks.zapier", 0, r"hooks\.zapier\.com/hooks/catch/[A-Za-z0-9/]{8,128}", 0),
    # The number of an account in base64, a moment, a signature.
    ("discord-token", " ".join(one + two for one in _DIGIT for two in "aeimquycgk"), 0, r"(?<![\w.-])[MNO][A-Za-z0-9_-]{22,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,64}(?![\w-])", 0),
    # A number, a colon and twenty bytes, in base64.
    ("service-token", " ".join(one + two for one in _DIGIT for two in "aeimquycgk"), 0, r"(?<![\w+=.-])(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){4}O[g-v][A-Za-z0-9+/]{26}(?![\w+/=])", 0),
    ("service-token", "aaaaaaaaaa", 11, r"(?<![\w+/=.-])(?!A{4})[A-Za-z0-9_-]{11}A{10}(?!A)(?=[A-Za-z_-]{0,42}[0-9])[A-Za-z0-9_-]{43}(?![\w+/=-])", 0),
    ("google-key", "aiza", 0, r"\bAIza[A-Za-z0-9_-]{30,64}", 0),
    ("google-token", "ya29. 1//0", 0, r"\bya29\.[A-Za-z0-9_-]{16,2048}|\b1//0[A-Za-z0-9_-]{24,512}", 0),
    ("google-secret", "gocspx-", 0, r"\bGOCSPX-[A-Za-z0-9_-]{16,64}", 0),
    ("npm-token", "npm_", 0, r"\b(?:(?:npm_[A-Za-z0-9]{36}){1,9}(?![A-Za-z0-9])|npm_[A-Za-z0-9]{30,64})", 0),
    ("pypi-token", "pypi-", 0, r"\bpypi-[A-Za-z0-9_-]{32,1024}", 0),
    ("huggingface-token", "hf_ api_org_", 0, r"\b(?:(?:hf_[A-Za-z0-9]{34}){1,9}(?![A-Za-z0-9])|(?:hf_|api_org_)[A-Za-z0-9]{24,64})", 0),
    ("sendgrid-key", "sg.", 0, r"(?:\b|(?<=[a-z]))SG\.(?:(?=[A-Za-z_.=-]{0,40}[0-9])[A-Za-z0-9_.=-]{40,130}|[A-Za-z_-]{22}\.[A-Za-z0-9_-]{43})", 0),
    ("digitalocean-token", "_v1_", 3, r"\b(?:do[opr]_v1_[a-f0-9]{64}){1,9}|\bdo[opr]_v1_[a-f0-9]{32,128}", 0),
    ("databricks-token", "dapi", 0, r"\bdapi(?:[a-h0-9-]{32}|[A-F0-9]{32})(?:-\d)?\b", 0),
    ("shopify-token", "shpat_ shpca_ shppa_ shpss_ shpua_", 0, r"\bshp(?:at|ca|pa|ss|ua)_[A-Za-z0-9]{30,64}\b", 0),
    ("square-token", "sq0", 0, r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{16,64}", 0),
    ("linear-key", "lin_api lin_oauth", 0, r"\blin_(?:api|oauth)_[A-Za-z0-9]{24,64}", 0),
    ("figma-token", "figd_", 0, r"\bfig[dur]h?_[A-Za-z0-9_-]{24,64}", 0),
    ("vault-token", "hvs. hvb. hvr.", 0, r"\bhv[sbr]\.[A-Za-z0-9_-]{20,512}", 0),
    ("vault-token", "=s. \"s. 's. :s.", 0, r"[=\"':](s\.(?=[A-Za-z]{0,23}[0-9])(?=[a-z0-9]{0,23}[A-Z])[A-Za-z0-9]{24,26})\b(?!\.)", 1),
    ("age-key", "age-secret", 0, r"\bAGE-SECRET-KEY-1[A-Z0-9]{40,64}", 0),
    ("1password-key", "a3-", 0, r"\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){2,3}\b", 0),
    ("twilio-key", "sk0 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 sk9 ska skb skc skd ske skf", 0, r"\bSK[0-9a-fA-F]{32}\b", 0),
    ("telegram-token", ":aa telegram", 10, r"(?:(?:(?<=bot)|\b)[0-9]{8,10}:AA[A-Za-z0-9_-]{32,36}|(?i:telegram)[^\n]{0,40}?\b[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![\w-]))", 0),
    ("service-token", _PREFIXED, 0, r"(?:\b|(?<=_))(?:gsk_|xai-|pplx-|r8_|lsv2_(?:pt|sk)_|sbp_|sb_secret_|pscale_(?:tkn|pw|oauth)_|nfp_|rubygems_|CLOJARS_|clojars_"
     r"|dckr_[a-z]{2,4}_|AT(?:AT|CT)T3|(?i:NR(?:AK|AA|AL|II|IQ|JS|BR|RA)-)|PMAK-|glsa_|glc_|dp\.(?:pt|st|ct|sa|scim|audit)\.|pul-|sntry[suiar]_|ntn_|secret_(?=[A-Za-z0-9]{43}\b)"
     r"|sq[upa]_|CCI(?:PAT|PRJ)_|bkua_|s(?:gp|lk)_|HRKU-|f(?:m1[ar]|m2|o1)_|x(?:key|smtp)sib-|dt0[a-z][0-9]{2}\.|ops_eyJ|AKCp|sha256~|pat-(?:na|eu|ap)[1-3]-|pnu_|pcsk_|rdme_|ico-|tk-us-|fio-u-"
     r"|[su]-s4t2(?:ud|af)-|p8e-|ph[acrsx]_|FLW(?:SECK|PUBK)(?:_TEST)?-|dnkey-|CFPAT-|cf(?:ut|at|k)_|aio_|tvly-|tfp_|ion_|SWMTKN-|mdb_sa_(?:sk|id)_|tkn\.v1_|shltm_|odt_|codemagic_|scp-(?:live|test)-|VF\.(?:DM|WS)\."
     r"|nvapi-|e2b_|jina_|napi_|cosmo_|GR1348941|_gitlab_session=|access_token\$\w{4,12}\$|bedrock-api-key-|cmVmd|IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz|ZXlK)"
     r"(?=[A-Za-z_.$+/=-]{0,80}[0-9]|[A-Za-z.+/=-]{32})[A-Za-z0-9_.$=+/-]{12,4096}", 0),
    ("service-token", "sm_aat_ sm_pat_ sm_sat_ oy2 ltai akid atbb sl. eaa ezak eztk 4b1d v1.0- bbff- tlrmtvntuaad", 0, r"\b(?:sm_[aps]at_[A-Za-z0-9]{16}\b|oy2[a-z0-9]{43}\b|LTAI[A-Za-z0-9]{16,24}\b|AKID[A-Za-z0-9]{32}\b"
     r"|ATBB[A-Za-z0-9]{24,64}|sl\.(?:u\.)?[A-Za-z0-9_=-]{100,2048}|EAA[A-Za-z0-9_-]{50,512}|EZ[AT]K[A-Za-z0-9]{54}\b|4b1d[A-Za-z0-9]{38}\b|BBFF-[A-Za-z0-9]{30}\b|TlRMTVNTUAAD[A-Za-z0-9+/=]{16,2048}|v1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b)", 0),
    ("service-token", "pat. sat. pat sk_", 0, r"\b(?:[ps]at\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}\b|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b|sk_[0-9a-f]{40,64}\b)", 0),
    ("service-token", ".atlasv1. _mmk nral", 36, r"\b(?:[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{32,128}|[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b|[a-z0-9]{36}NRAL\b)", 0),
    ("service-token", "tskey-", 0, r"(?:\b|(?<=[_0]))tskey-[a-z]{3,8}-[A-Za-z0-9]{3,40}(?:-[A-Za-z0-9]{6,64})?", 0),
    ("service-token", "glc_eyj vca_ vci_ vck_ vcp_ vcr_ apify_api_ alcht_ live_", 0, r"\b(?:glc_eyJ[A-Za-z0-9+/=]{20,4096}"
     r"|vc[aikpr]_(?=[A-Za-z_-]{0,20}[0-9])[A-Za-z0-9_-]{24,128}|apify_api_[A-Za-z0-9_-]{30,64}|alcht_[A-Za-z0-9]{24,64}|live_[0-9]{6,12}_[A-Za-z0-9]{24,40}"
     r")", 0),
    ("service-token", _MORE.lower(), 0, r"\b(?:" + "|".join(_MORE.split()).replace(".", r"\.")
     + r")(?=[A-Za-z_.+/=-]{0,80}[0-9]|[A-Za-z.+/=-]{32})[A-Za-z0-9_.=+/-]{16,4096}", 0),
    # Variables begin like these: behind them stands one word.
    ("service-token", "lip_ tss_ csa_ fw_ dtn_ prf_ ucat_ vtwn_ cog_ rootly_", 0,
     r"\b(?:lip|tss|csa|fw|dtn|prf|ucat|vtwn|cog|rootly)_(?:(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{20,256}(?![\w-])|(?=[a-z0-9_-]{0,40}[A-Z])(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,256})", 0),
    # One word and exactly so long, or of so many parts.
    ("service-token", "prd- sbx- key_ pat_ tok_ test_ sec_ rk_ ak_ flp_ cr- rgapi- gcntfy- flyv1 .acc- .acc_ configcat-sdk-1/ exo key0 aaaaaaaaaaaaaaaaaaaa pk. sk. tk. px-dep- sub-c- pub-c- nf- rh-api- live_ api_ web_ server_ mobile_ sk_ pk_", 46,
     r"\b(?:(?:PRD|SBX)-[0-9a-f]{8,12}(?:-[0-9a-f]{4}){3}-[0-9a-f]{4,12}\b|(?:sc|ext|scauth|authress)_[A-Za-z0-9]{5,30}\.[A-Za-z0-9]{4,6}\.(?:acc|ACC)[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}"
     r"|ApiKey-v1\s{1,4}gcntfy-[\w-]{40,200}|FlyV1[ ][A-Za-z0-9=_,/+-]{60,4096}|(?:key|pat|live|test|tok|sec|rk|ak|flp)_(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{28,128}(?![\w-])|cr-[0-9a-f]{40,64}\b|configcat-sdk-1/[\w-]{22}/[\w-]{22}|EXO(?=[A-Za-z]{0,24}[0-9])[A-Za-z0-9]{24,32}\b|KEY0[0-9A-F]{31}_[A-Za-z0-9]{22}\b|A{20,24}[A-Za-z0-9]{5,60}%[A-Za-z0-9%]{30,100}"
     r"|[pst]k\.[A-Za-z0-9]{40,80}\.[A-Za-z0-9_-]{20,24}(?![\w-])|(?:px-dep|pub-c|sub-c|rh-api|RGAPI)-[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}\b|NF-(?=[A-Za-z]{0,31}[0-9])[A-Za-z0-9]{32}\b"
     r"|live_(?=[A-Za-z_=-]{0,40}[0-9])(?:[A-Za-z0-9_=-]{40,42}|[A-Za-z0-9]{27})(?![\w-])|api_[A-Za-z0-9]{10,24}\.[A-Za-z0-9]{20,40}\b|(?:web|server|mobile)_(?=[a-z]{0,31}[0-9])[0-9a-z]{32}\b"
     r"|[ps]k_(?=[A-Za-z-]{0,40}[0-9])(?:[A-Za-z0-9]{28,64}(?![\w-])|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b))", 0),
    ("webhook", "hook/ hooks/", 215, r"\bhttps?://[\w.-]{3,80}/(?:[\w.-]{1,40}/){0,3}(?:web)?hooks?/(?:[\w.-]{1,40}/){0,3}(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{24,128}(?:/[A-Za-z0-9_-]{8,128}){0,3}", 0),
    # Short marks, and behind them exactly so much.
    ("service-token", "re_ pk_ ek_ fc- pa- key_ st. atta nsec1 prv cio api- ::server: .local. ac0 ac1 ac2 ac3 ac4 ac5 ac6 ac7 ac8 ac9 aca acb acc acd ace acf", 68,
     r"\b(?:re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}\b|ek_[0-9a-f]{32,64}\b|pk_(?:[0-9a-f]{34}|[0-9]{6,8}_[A-Z0-9]{32})\b|fc-[0-9a-f]{32}\b|pa-(?=[A-Za-z_-]{0,42}[0-9])[A-Za-z0-9_-]{43}(?![\w-])"
     r"|key_[0-9a-f]{64}\b|st\.[0-9a-f]{24}\.[\w.]{32,256}|ATTA[0-9A-Za-z]{60,72}\b|nsec1[a-z0-9]{58}\b|[xyz]prv[A-Za-z0-9]{107,108}\b|cio(?=[A-Za-z]{0,31}[0-9])[A-Za-z0-9]{32}\b"
     r"|API-[A-Z0-9]{25,32}\b|K10[0-9a-f]{64}::server:[^\s\"']{8,256}|v[1-4]\.local\.[A-Za-z0-9_-]{40,4096}|AC[0-9a-f]{32}\b)", 0),
    ("service-token", "na1. pri_ spu- 1000. 00d", 0, r"\b(?:na1\.[A-Za-z0-9+/]{64,128}={0,2}|pri_[0-9a-f]{32}\b|spu-[a-z0-9]{32}\b"
     r"|1000\.[0-9a-f]{32}\.[0-9a-f]{32}\b|00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{60,128})", 0),
    # Letters of a maker without a mark behind them, and so much as no word has; a site's cookie.
    ("service-token", "cflt cnvca cais lufrpt dg9ro perm: perm- endr+ eyjhijoi -do-not-share-this", 10, r"(?<![\w+/.-])(?:cflt[A-Za-z0-9+/]{60}(?![\w+/=])|cnvca[A-Za-z0-9_-]{51}(?![\w-])"
     r"|CAIS(?=[A-Za-z+/=_-]{0,80}[0-9])[A-Za-z0-9+/=_-]{64,4096}|LUFRPT[01][A-Za-z0-9+/]{40,512}={0,2}|dG9rO[A-Za-z0-9+/]{44,128}={0,2}"
     r"|perm[:-][A-Za-z0-9+/=]{4,128}\.[A-Za-z0-9+/=-]{4,128}\.[A-Za-z0-9+/=]{24,128}|endr\+[A-Za-z0-9-]{16,64}(?![\w-])|eyJhIjoi[A-Za-z0-9+/_-]{112,1024}={0,2}"
     r"|_\|WARNING:-DO-NOT-SHARE-THIS[^\s\"'\\]{100,4096})", 0),
    ("service-token", "api- sdk- mob-", 0, r"\b(?:api|sdk|mob)-[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}\b", 0),
    ("service-token", "key- -us", 32, r"\b(?:key-(?=[A-Za-z]{0,31}[0-9])(?:[0-9A-Za-z]{32}(?![\w-])|[0-9a-f]{32,128})|[0-9a-f]{32}-us[0-9]{1,2})\b", 0),
    ("password-hash", "$md5 $7$ $gy$ $1$ $5$ $6$ $8$ $9$ $y$ $2a$ $2b$ $2y$ $apr1$ $argon2 $krb5", 0, r"\$(?:2[aby]\$\d\d\$[./A-Za-z0-9]{53}|(?:1|5|6|7|8|9|g?y|apr1)\$(?:rounds=\d{1,9}\$)?(?:[^\s$:\"']{1,64}\$){1,2}[./A-Za-z0-9]{20,90}"
     r"|md5(?:,rounds=\d{1,9})?\$[./A-Za-z0-9]{1,64}\${1,2}[./A-Za-z0-9]{20,90}|argon2id?\$[\w$=,]{6,60}\$[A-Za-z0-9+/$=]{30,200}|krb5\w{2,8}\$\d{1,2}\$[^\s\"']{30,4096})", 0),
    ("password-hash", "{sha {ssha {md5} {smd5}", 0, r"(?i)\{(?:s?sha(?:256|384|512)?|s?md5)\}[A-Za-z0-9+/]{16,200}={0,2}", 0),
    ("bearer", "bearer ssws", 0, r"(?i)\b(?:bearer|ssws)[ \t]{1,4}(?=[^\s\"']{0,400}[0-9])([A-Za-z0-9._~+/=-]{8,8192})", 1),
    ("bearer", "basic token", 0, r"(?i)\b(?:basic[ \t]{1,4}(?=[^\s\"']{0,400}[0-9])([A-Za-z0-9+/]{12,4096}={0,2})(?![\w.-])"
     r"|token[ \t]{1,4}(?=[^\s\"']{0,400}[0-9])([A-Za-z0-9_~+/=-]{20,4096}))", 0),
    ("bearer", "authoriz", 0, r"(?i)\bauthorization" + _END + r"\s{0,4}[:=,]\s{0,4}(?:\\{0,3}[\"'`])?(?:(?:bearer|basic|token|api-?key|key|negotiate|ntlm|splunk|oauth|digest)(?=[ \t])|[\w-]{2,20}(?=[ \t]{1,4}[^\s\"']{0,200}\d))"
     r"[ \t]{1,4}(?![${<%*\[]|\.{3}|x{3})([^\s\"'`\\]{4,8192})", 1),
    ("url-credentials", "://", 21, r"(?i)\b(?!\w{1,20}://\w{0,20}:pass@|(?:https?|ftp)://\w{0,20}:(?:secret|token)@)[a-z][a-z0-9+.-]{1,20}://(?!\w{0,20}(?:@[\w.-]{1,60})?:(?:pass(?:word|wd)|pwd|xxx+|\*+|\.+|[${<%\[][^@\s]{0,80})@)([^\s/:@\"'`<>]{0,128}(?::|@[\w.-]{1,60}:(?!\d{1,5}@)(?=[^\s/]{1,256}@))[^\s\"'`<>]{1,256})"
     r"@(?=[\w.\[-]+(?:[:/?#\s\"'`,;<>|)}\\\]]|$)|[\"'`]\s{0,4}[+&.])", 1),
    ("url-credentials", "://", 5, r"(?i)\bhttps?://([A-Za-z0-9_-]{20,256})@", 1),
    ("url-credentials", "sig= signature= &auth= ?auth=", 1, r"(?i)(?:[?&;](?:sig|auth)|(?<![a-z])signature)=[\"']?(?=[a-z%+/=_~.-]{0,60}[0-9])([A-Za-z0-9%+/=_~.-]{16,4096})", 1),
    ("password", "pass pw psk psw ssw asw mdp clave parola \u043f\u0430\u0440\u043e\u043b\u044c \u5bc6\u7801 \u5bc6\u78bc \u30d1\u30b9\u30ef\u30fc\u30c9 \ube44\ubc00\ubc88\ud638 kennwort contrase senha wachtwoord haslo has\u0142o heslo salasana ifre senord adgangskode jelsz", 2, r"(?i)(?P<name>_?(?:pass(?:word|wd|phrase|code|wort)?|kennwort|contrase[n\u00f1]a|senha|wachtwoord|has[l\u0142]o|heslo|salasana|[s\u015f]ifre|l[o\u00f6]senord|adgangskode|jelsz[o\u00f3]|(?<![a-z])(?:mdp|clave|parola)(?![a-z])|\u043f\u0430\u0440\u043e\u043b\u044c|\u5bc6[\u7801\u78bc]|\u30d1\u30b9\u30ef\u30fc\u30c9|\ube44\ubc00\ubc88\ud638|pa?s{0,2}wo?r?s?d|(?:(?<![a-z])|(?<=db)|(?<=bind)|(?<=root)|(?<=user)|(?<=admin))pw(?![a-z])|psk(?![a-z])))" + _NAMED_VALUE, "value"),
    ("password", "pass pwd", 11, r"(?i)(?:(?<![\w-])--?(?:[a-z]{2,8}-?)?(?:password|passwd|passphrase|pass|pwd)|\bsshpass[ \t]{1,4}-p|\bpass(?:in|out)[ \t]{1,4}pass:)(?:[ \t]{1,4}|(?<=-p)|(?<=pass:))" + _ARGUMENT, 1),
    ("password", "login", 0, r"(?i)\blogin\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?=\S{0,80}[0-9!@#$%^&*])(\S{3,512})", 1),
    ("password", "login", 6, r"\bvault[ \t]login[ \t]{1,4}(?![\w-]{1,20}=)" + _ARGUMENT, 1),
    ("password", "machine", 0, r"(?i)\bmachine\s{1,8}\S{1,128}\s{1,8}login\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?=\S{10}|\S{0,9}[0-9!@#$%^&*])(\S{3,512})", 1),
    ("password", ":5432: :*: :5433:", 128, r"(?<![\w.*:/-])[\w.*-]{1,100}:(?:\d{4,5}|\*):[^:\s]{1,64}:[^:\s]{1,64}:([^\s:\"'),]{3,256})(?!:)", 1),
    ("password", "curl wget", 0, r"(?i)\b(?:curl|wget)(?:\.exe)?(?=[\s\\])(?:(?!(?:curl|wget)[ \t])[^\n|;&]|\\\n|&(?![&\s])){0,600}?[ \t\n](?:-u|-U|--(?:proxy-)?user)(?:[ \t=]|\\\n){0,6}[\"']?(?!\$)"
     r"([^\s\"':$]{0,128}[\"']?:[\"']?(?![$/<]|\{\{)[^\s\"']{3,256}|[^\s\"':$]{8,128}:(?=[\"']))", 1),
    ("password", "mysql mariadb 7z unrar", 0, r"(?i)\b(?:mysql|mariadb|7z|(?:un)?rar\b)[\w-]{0,20}[ \t][^\n|;&]{0,200}?(?<=[ \t])-p([^\s\"'=$-][^\s\"']{3,256}|[\"'][^\"'\s$][^\"'\n]{2,256}[\"'])", 1),
    ("password", "login mongo psexec sqlcmd isql redis-cli twine bcp ncftp cqlsh rabbitmqadmin conan usermod useradd rdesktop crackmapexec netexec evil-winrm mosquitto_ ipmitool", 44, r"(?i)\b(?:(?:docker|podman|nerdctl|skopeo|buildah|az|oc|helm[ \t]{1,16}registry|crane[ \t]{1,16}auth|oras)[ \t]{1,16}login"
     r"|mongo[a-z]{0,8}|psexec|sqlcmd|isql|bcp|twine[ \t]{1,4}upload|redis-cli|ncftp\w{0,4}|cqlsh|rabbitmqadmin|conan|user(?:mod|add)|rdesktop|crackmapexec|netexec|evil-winrm"
     r"|mosquitto_\w{3}|ipmitool)" + _TO_ARGUMENT + r"(?:-[pa][ \t=]{1,4}|-P[ \t]{0,4})" + _ARGUMENT, 1),
    ("password", "ldap ssh-keygen lftp", 0, r"\b(?:ldap[a-z]{3,8}" + _TO_ARGUMENT + r"-w[ \t]{0,4}|ssh-keygen" + _TO_ARGUMENT
     + r"-[NP][ \t]{1,4}|lftp" + _TO_ARGUMENT + r"-u[ \t]{1,4}[^\s,]{1,64},)" + _ARGUMENT, 1),
    ("password", "smb rpc winexe wmic cifs /user:", 132, r"(?i)\b(?:(?:smb\w{1,10}|rpcclient|winexe|wmic|net[ \t]{1,4}(?:rpc|ads|-U)|mount\.cifs)" + _TO_ARGUMENT
     + r"(?:-U|--user)[ \t=]{0,4}[\"']?[\w.\\/-]{1,40}%|net[ \t]{1,4}use[ \t][^\n]{0,120}?[ \t]/user:\S{1,64}[ \t]{1,4})" + _ARGUMENT, 1),
    ("password", "htpasswd", 0, r"\bhtpasswd[ \t]{1,4}-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ \t]{1,4}(?:\S{1,200}[ \t]{1,4})?\S{1,128}[ \t]{1,4}" + _ARGUMENT, 1),
    ("password", "zip codecov", 2, r"\b(?:(?:un)?zip" + _TO_ARGUMENT + r"-P[ \t]{0,4}|codecov" + _TO_ARGUMENT + r"-t[ \t]{1,4})" + _ARGUMENT, 1),
    # What a program takes by its place, not by a name.
    ("password", "add_user change_password passphrase login snyk cloudflared unlock requirepass masterauth alias pypi-token http-basic storepass keypass -psk", 36,
     r"\b(?:(?:add_user|change_password)[ \t]{1,4}\S{1,64}[ \t]{1,4}|wpa_passphrase[ \t]{1,4}\S{1,64}[ \t]{1,4}|cargo[ \t]{1,4}login[ \t]{1,4}|snyk[ \t]{1,4}auth[ \t]{1,4}|wandb[ \t]{1,4}login[ \t]{1,4}"
     r"|cloudflared[ \t]{1,4}service[ \t]{1,4}install[ \t]{1,4}|bw[ \t]{1,4}unlock[ \t]{1,4}|(?:requirepass|masterauth|wpa-psk)[ \t]{1,4}|mc[ \t]{1,4}alias[ \t]{1,4}set[ \t]{1,4}\S{1,64}[ \t]{1,4}\S{1,200}[ \t]{1,4}\S{1,128}[ \t]{1,4}"
     r"|config[ \t]{1,4}(?:--\S{1,20}[ \t]{1,4})?(?:pypi-token\.\S{1,64}|http-basic\.\S{1,128}[ \t]{1,4}\S{1,64})[ \t]{1,4})" + _ARGUMENT + r"|(?<=[ \t])-(?:store|key|srcstore|deststore)pass[ \t]{1,4}([\"']?(?![$%{])[^\s\"']{3,256})", 0),
    ("password", "/p: http_basic add-generic-pass add-internet-pass -keychain /add", 130, r"(?:(?<=[ \t])/u:\S{1,60}[ \t]{1,4}/p:|\bhttp_basic[ \t]{1,4}\w{1,64},[ \t]{1,4}|\bsecurity[ \t]{1,4}(?:add|unlock)-[^\n|;&]{1,200}?[ \t]-[wp][ \t]{1,4}"
     r"|\bnet[ \t]{1,4}user[ \t]{1,4}\S{1,64}[ \t]{1,4}(?!/))" + _ARGUMENT, 1),
    ("password", "snmp ldappasswd", 0, r"\b(?:snmp\w{2,10}|ldappasswd)" + _TO_ARGUMENT + r"-[AXsa][ \t]{1,4}([^\s\"'$-][^\s\"']{3,256}(?:[ \t]{1,4}-X[ \t]{1,4}[^\s\"'$-][^\s\"']{3,256})?)", 1),
    ("password", "sqlplus exec.py secretsdump.py etcdctl", 24, r"\b(?:sqlplus[ \t]{1,4}(?:-\w{1,2}[ \t]{1,4}){0,3}\w{1,64}/|\w{2,20}\.py[ \t]{1,4}(?:[\w.-]{1,64}/)?[\w.-]{1,64}:(?=[^\s@]{1,128}@)|etcdctl\b[^\n|;&]{0,200}?[ \t]--user[ \t=]\w{1,64}:)(?![$/<{])([^\s\"'@]{4,256})", 1),
    ("password", "://", 130, r"\bhttps?[ \t](?:[^\n|;&]{0,60}?[ \t])?(?:-a|--auth)[ \t=]{1,2}[\w.-]{1,64}:(?![$/<{])([^\s\"'@]{4,256})", 1),
    ("password", "pass key", 0, r"(?i)(?:pass|key)[\w-]{0,20}[= \t]{0,2}<\(\s{0,2}(?:echo|printf)(?:[ \t]-[ne]{1,2})?[ \t]{1,4}(?:[\"']%s[\"'][ \t]{1,4})?" + _ARGUMENT.replace("\\s\\\"'`,", "\\s\\\"'`)(,") + r"[ \t]{0,2}\)", 1),
    # A user and a password as one argument; a program that types what it is asked for.
    ("password", "-auth -cred -login -pass", 12, r"(?<=[ \t])-{1,2}(?:(?:basic|http|proxy)-)?(?:auth|creds?|credentials?|login|user-?pass(?:word)?)[ \t=]{1,2}[\"']?[\w.@-]{1,64}:(?![$/<{])(?=[^\s\"']{0,60}[0-9])([^\s\"']{6,256})", 1),
    ("password", "assw assphrase", 0, r"(?i)ass(?:word|phrase)[^\n\"'{}]{0,24}\\{0,3}[\"']?[);]?[ \t]{0,4}\{?\s{0,20}(?:\w{1,24}\.)?(?:exp_)?send_?(?:line)?(?:\(\s{0,4}|[ \t]{1,4}(?:--?[ \t]{1,4})?)(?:\\{0,3}[\"'])(?![$<\[])([^\s\"'\\$]{4,128})", 1),
    # Names of anything, where all that is set is one.
    ("secret", "secret config:set vault", 8, r"\b(?:vault[ \t]{1,4}(?:-\S{1,40}[ \t]{1,4}){0,2})?(?:secrets?[ \t](?:set|import)|kv[ \t](?:put|patch)|config:(?:set|add))\b(?:[ \t]{1,4}[\w./:@-]{1,80}){0,3}?(?:[ \t]{1,4}(?:-{1,2}[\w-]{1,20}[ \t=]{1,2}[\w.-]{1,40}|\w{1,60}=\S{0,3}(?=\s))){0,3}[ \t]{1,4}\w{1,60}="
     r"(?=[\"']?[^\s\"']{0,60}[0-9])(?=[\"']?[^\s\"']{8})" + _ARGUMENT, 1),
    ("secret", "secret", 0, r"\bsecrets?[ \t]{1,4}set[ \t]{1,4}\S{1,100}[ \t]{1,4}-b" + _ARGUMENT, 1),
    ("secret", "--secret", 160, r"\bconfig[ \t]{1,4}set[ \t]{1,4}[\w:.-]{1,60}[ \t]{1,4}" + _ARGUMENT + r"[ \t]{1,4}--secret\b", 1),
    ("secret", "secret", 0, r"\bsecrets?:[ \t]{0,4}\n[ \t]{1,16}[\w.-]{1,60}:[ \t]{1,4}[\"']?(?=[A-Za-z_+/=-]{0,60}[0-9])([A-Za-z0-9_+/=-]{20,512})(?![\w+/=.-])", 1),
    # All that a Secret of Kubernetes holds, whatever it is called. Its kind stands before or behind it.
    ("secret", "apiversion", 0, r"\bapiVersion[\"']?:[ ]?[\"']?v1[\"']?,?(?=(?:(?!\n---)[\s\S]){0,6000}?\bkind[\"']?:[ ]?[\"']?[sS]ecret\b)(?:(?!\n---)[\s\S]){0,800}?\bdata[\"']?:[ ]?\{?\s{0,16}(" + _DATA + ")", 1),
    ("secret", "-key-data: _auth .dockerc", 6, r"(?:client-key-data:[ \t]{0,4}|\.docker(?:cfg|configjson)\\{0,3}[\"']?:[ \t]{0,4}(?:[|>][+-]?\s{1,40}|\\{0,3}[\"'])?|(?<=:)_authToken[ \t]?=[ \t]?)([A-Za-z0-9+/=_-][A-Za-z0-9+/=_.-]{15,17000})", 1),
    ("secret", "_auth", 0, r"(?<![\w.])_auth[ \t]?=[ \t]?[\"']?(?P<value>[A-Za-z0-9+/=_-]{8,17000})", "login"),
    # A user and a password, one behind the other.
    ("password", "basicauth basic_auth digestauth bearerauth( bearer_auth( _auth, credential passwordauthentication( authenticationtoken( passwordauthenticator( authprovider( password( .auth( auth=( auth: login( loginwith login_with wifi.begin(", 12,
     r"(?i)(?:\b(?:http_?)?(?:(?:set|with|use|add)_?)?(?:basic|digest)_?auth(?:entication)?\w{0,10}(?:\(|[ ](?=[\"'][^\"'\n]{1,60}[\"'],))\s{0,4}(?:" + _ANY + r"){1,3}?|\bbearer_?auth\(\s{0,4}"
     r"|:(?:basic_auth,[ ](?:" + _ANY + r")|(?:bearer|token)_auth,[ ])|(?:credentials?|Password_?Authentication|AuthenticationToken|PasswordAuthenticator|AuthProvider)(?:\.(?:new|basic|of|create\w{0,12}))?\(\s{0,24}(?:" + _ANY + r"){1,2}?"
     r"|(?:\bsign_?in\w{0,5}|\bsign_?up\w{0,5}|And|_)password\(\s{0,24}(?:" + _ANY + r"){1,2}?|\.auth\(\s{0,2}(?=[\"'])" + _ANY + r"|\blog_?in\(\s{0,24}" + _ANY + r"(?=[\"'][^\"'\n]{1,128}[\"']\s{0,4}\))|\blog_?in_?with\w{1,32}\(\s{0,24}" + _ANY + r"|\bbasic_?auth\(\{\s{0,24}users\s{0,2}:\s{0,2}\{\s{0,24}[\"']?[\w.@-]{1,64}[\"']?\s{0,2}:\s{0,2}|\bWiFi\.begin\(\s{0,24}" + _ANY
     + r"|\bauth\s?=\s?\(\s{0,24}" + _ANY + r"|\bauth:[ ]?(?=[\"'][\w.@-]{1,64}:))(?:Some\()?(?P<value>" + _NO_MAIL + r"[\"'][^\"'\s]{6,128}[\"'])", "given"),
    # Behind a host or an address and a user.
    ("password", "getconnection( get_connection( mysqli_connect( mysql_connect( mysqldb.connect( pymysql.connect( dbi.connect( dbi->connect( mysqli( ldap_bind( simple_bind pdo( sequelize( x509certificate", 0, r"(?i)\b(?:(?:get_?connection|(?:mysqli?_|MySQLdb\.|pymysql\.|DBI(?:\.|->))connect|mysqli|PDO|Sequelize|ldap_bind)\(\s{0,24}(?:" + _ANY + "){2}|(?:simple_bind(?:_s)?|X509Certificate2?)" + r"\(\s{0,24}" + _ANY
     + r")(?P<value>[\"'][^\"'\s]{6,128}[\"'])", "given"),
    ("password", "auth=( auth=[ login( connect( connection( mysqli( ldap_bind( simple_bind createuser( create_user( superuser(", 21, r"(?i)\b(?:(?:basic_?|digest_?)?auth\s{0,2}[:=]\s{0,2}[\[(]|(?:log_?in|signin|authenticate|create_?(?:super)?_?user)\("
     r"|(?:(?:\w{1,20}_?)?connect(?:ion)?|ldap_bind)\(\s{0,24}" + _ANY + r"|mysqli\(|simple_bind(?:_s)?\()\s{0,24}(?:" + _ANY + r"){1,3}?(?P<value>" + _NO_MAIL + r"[\"'][^\"'\s]{6,128}[\"'])", "literal"),
    ("password", "pass", 0, r"(?i)(?:passw(?:or)?d|passphrase)(?!mgr|manager)[^\s\"'`(){}]{0,16}[\])]?[\"'`][\])]{0,3}(?:,\s{0,2}|\.(?:fill|type|clear_and_type|send_?keys|input|enter_text|set_?value|press_?sequentially)\(\s{0,2})(?P<value>[\"'][^\"'\n]{4,128}[\"'])", "literal"),
    # What signs, encrypts or derives takes its key by its place.
    ("secret", " ".join((
        "jwt.sign( jwt.verify( jwt.encode jwt.decode jwt::encode( jwt::decode( encode(payload decode(token decode(jwt signedstring( signwith( securitykey( createhmac( hmac.new( hmac256( hmac384( hmac512( hmacsha hash_hmac( hmac.hexdigest( hmac.digest("
        " cookieparser( signedcookie askey( createsecretkey( createprivatekey( createcipher createdecipher secretkeyspec( addidentity( fernet( bind('cn= bind(\"cn= bind('uid= bind(\"uid= .auth(' .auth(\" derivebytes( pbekeyspec( jsoncookie session({ jwt({ secretorkey",
        "cookiesession( keygrip( cookiestore( securecookie.new( csrf.protect( timedserializer( urlsafeserializer( timestampsigner( messageencryptor messageverifier aes( aes.new( aes.encrypt( aes.decrypt( des.new( des3.new( des.encrypt( des.decrypt("
        " blowfish chacha20 salsa20 rabbit( rabbit.encrypt( rabbit.decrypt( arc4.new( newcipher( openssl_encrypt( openssl_decrypt( pgp_sym_ scrypt( scryptsync( pbkdf2( pbkdf2sync( pbkdf2_hmac( bcrypt.",
    )), 12,
     r"(?i)(?:\bjwt(?:\.|::)(?:sign|verify|encode|decode)(?:\(|[ ])\s{0,12}(?:\{[^{}]{0,300}(?:\{[^{}]{0,200}\}[^{}]{0,100}){0,3}\}|\[[^\[\]\n]{0,120}\]|[^,(){}\[\]\n]{1,60}),|\b(?:encode\(payload|decode\((?:token|jwt))\w{0,12},|\bSignedString\(|\bsignWith\((?:[\w.]{1,48},\s?)?|\bSecurityKey\(|(?<=Symmetric)SecurityKey\("
     r"|\bcreateHmac\([^,()\n]{1,60},|\bhmac\.new\((?:[\w.]{1,40},\s?(?=\[\]byte\())?|\bHMAC(?:256|384|512)\(|(?<=\.)HmacSHA\d{1,3}\([^,()\n]{1,80},|\bhash_hmac\([^,()\n]{1,40},[^,()\n]{1,80},|\bHMAC\.(?:hex)?digest\([^,()\n]{1,40},"
     r"|\b(?:cookieParser|asKey|create(?:Secret|Private)Key|SecretKeySpec|Fernet|PBEKeySpec|\w{3,12}DeriveBytes|(?:URLSafe)?TimedSerializer|URLSafeSerializer|TimestampSigner|Message(?:Encryptor|Verifier)\.new|(?:scrypt|pbkdf2)(?:Sync)?|bcrypt\.(?:hash|compare|hashpw|checkpw)(?:Sync)?)\("
     r"|\bpbkdf2_hmac\([^,()\n]{1,40},|\bJSONCookies?\([^()\n]{1,80},|\bsignedCookies?\([^,()\n]{1,60},|\bcreate(?:C|Dec)ipher(?:iv)?\([^,()\n]{1,60},|\baddIdentity\([^,()\n]{1,80},|\bbind\([\"'](?:cn|uid)=[^\"'\n]{1,120}[\"'],|\b(?:express_?)?(?:session|jwt)\(\{(?:[^{}\"'`]{0,120}[\s,])?secret\s{0,2}:|\bsecretOrKey\s{0,2}:|\.auth\((?=[\"'][\w.@-]{1,64}:)"
     r"|\b(?:cookie_?session|keygrip)\((?:\{[^{}\"'`]{0,80}\bkeys\s{0,2}:\s{0,2})?\[|(?:CookieStore|securecookie\.New|csrf\.Protect|NewCipher)\((?=\[\]byte\()|\bopenssl_(?:en|de)crypt\([^,()\n]{1,80},[^,()\n]{1,60},|\bpgp_sym_(?:en|de)crypt\([^,()\n]{1,80},"
     r"|\b(?:(?:AES|DES3?|Blowfish|X?ChaCha20|Salsa20|Rabbit|ARC4)(?:_Poly1305)?(?:\.new\(|\.(?:en|de)crypt\((?:[\w.$]{1,40}|[\"'][^\"'\n]{0,80}[\"']),)|(?:AES|Blowfish|ChaCha20|Salsa20|Rabbit)\()\s{0,4}(?:key\s{0,2}[:=])?)"
     r"\s{0,12}(?:\[\]byte\(|(?:\w{1,20}\.){1,4}GetBytes\(|(?:new[ ])?Key\()?[bBrRuU]{0,2}(?P<value>\"[^\"\s]{4,256}\"|'[^'\s]{4,256}'|`[^`\s]{4,256}`)(?![\w:(\[]|\.(?!getBytes|toCharArray|encode|utf8)|\s?[+%])", "given"),
    # Java keeps passwords as rows of characters, and gives them to what opens a store of keys.
    ("secret", ".tochararray(", 130, r"(?P<value>\"[^\"\s]{6,128}\")\.toCharArray\(", "opening"),
    ("password", "@tcp( @unix(", 194, r"[\"'`=][\w.-]{1,64}:(?![$%{<])([^\s\"'@:/]{3,128})@(?:tcp|unix)\(", 1),
    ("secret", "created: generated: issued: token password", 30, r"(?i)(?:\b(?:api|access|secret)[ \t]key|token|password)[ \t](?:created|generated|issued|set[ \t]to|changed[ \t]to|will[ \t]be)[ \t]{0,2}:?[ \t]{0,4}[\"'`]?(?=[^\s\"']{0,60}[0-9])([^\s\"'`]{8,512})", 1),
    # What a pipe or a here-string gives to a program that reads a secret.
    ("password", "-stdin sudo chpasswd with-token secret vercel -pass smbpasswd", 300, r"\b(?:echo|printf|print)(?:[ \t]{1,4}-[neE]{1,3})?(?:[ \t]{1,4}[\"']%s(?:\\n)?[\"'])?[ \t]{1,4}" + _ARGUMENT
     + r"[ \t]{0,4}\|[^\n|;]{0,200}?(?:-stdin\b|\bsudo\b[^\n|;]{0,40}?[ \t]-[a-zA-Z]{0,6}S|\bchpasswd\b|-with-token\b|\bvercel[ \t]env[ \t]add\b"
     r"|\bsecrets?[ \t:]?(?:versions[ \t])?(?:put|create|set|add|import|generic)\b|\bsmbpasswd\b[^\n|;]{0,40}?[ \t]-[a-zA-Z]{0,6}s|-pass(?:in|out)?[ \t]{1,4}(?:stdin\b|\[redacted:)|--?pass(?:phrase|word)-f(?:d|ile)[ \t=](?:0|-|/dev/stdin)(?=\s|\Z))", 1),
    ("password", "<<<", 96, r"(?i)(?:-stdin\b|token\b|secret|\bsudo[ \t]{1,4}-[a-zA-Z]{0,6}S\b|passwd\b|\bpass[ \t]insert|\benv[ \t]add\b|\blogin\b)[^\n|;]{0,80}?<<<[ \t]{0,4}" + _ARGUMENT, 1),
    ("password", "identified", 0, r"(?i)\bidentified\s{1,8}(?:with\s{1,8}\S{1,64}\s{1,8})?(?:by|as)\s{1,8}(?:password\s{1,8})?((?-i:(?<=BY )|(?<=AS ))[^\s;\\\"'`$<]{4,256}|'[^'\n]{3,256}'|\"[^\"\n$]{3,256}\")", 1),
    # The value of a column, as far as it is counted from the first.
    ("password", "password, password) password` passwd, passwd)", 413, r"(?i)\binsert\s{1,4}into\s{1,4}[\w.\"`\[\]]{1,80}\s{0,4}\((?:" + "|".join(
        rf"(?:[^,()]{{1,60}},){{{n}}}\s{{0,4}}`?passw(?:or)?d`?(?:,[^()]{{0,400}})?\)\s{{0,8}}values\s{{0,8}}\((?:{_COLUMN},){{{n}}}" for n in range(6)
    ) + r")\s{0,4}N?(?P<value>'[^'\s]{6,256}'|\"[^\"\s]{6,256}\")", "given"),
    ("password", "password", 0, r"(?i)\bpassword\s{1,4}('[^'\n]{3,256}')", 1),
    ("password", "userpwd xoauth2_bearer securestring networkcred", 533, r"(?i)(?:USERPWD|XOAUTH2_BEARER)\s{0,4},\s{0,4}(\"[^\"\n]{3,512}\"|'[^'\n]{3,512}')"
     r"|NetworkCredential\([^,()\n]{1,100},\s{0,4}(\"[^\"\n$]{3,512}\")|ConvertTo-SecureString(?:[ \t]{1,4}-(?:String|AsPlainText|Force)){0,3}[ \t]{1,4}(\"[^\"\n$]{3,512}\"|'[^'\n]{3,512}'|[^\s\"'$(-][^\s\"']{3,256})"
     r"|(?:\"[^\"\n$]{3,512}\"|'[^'\n]{3,512}')[ \t]{0,4}\|[ \t]{0,4}ConvertTo-SecureString", 0),
    ("secret", "password> passwd> passphrase> secret> token> key> master>", 4, r"(?i)(?:password|passwd|passphrase|secret|token|api[_-]?key|(?<=<)master)>[ \t]{0,8}(?=[^<\s])" + _NO_HOLE + r"([^<]{3,1024})</", 1),
    ("secret", "<pass <secret <token", 0, r"(?i)<(?:pass(?:word|wd)?|secret|token)[ \t][^<>\n]{1,80}>(?=[^<\s])" + _NO_HOLE + r"([^<]{3,1024})</", 1),
    ("secret", "\"auth 'auth", 0, r"(?i)[\"']auth\\{0,3}[\"']\s{0,4}:\s{0,4}\\{0,3}[\"'](?=[A-Za-z+/_-]{0,60}[0-9=])([A-Za-z0-9+/=_-]{8,4096})", 1),
    ("secret", "from-literal", 2, r"--from-literal[ \t=]{1,4}[\"']?[\w.-]{1,100}=" + _ARGUMENT, 1),
    ("secret", "secret", 0, r"\bsecrets?[ \t]{1,4}(?:set|put|create|add)\b[^\n|;]{0,160}?[ \t](?:-b|--body|--value|--secret-string|--data)(?:[ \t]{1,4}|=)" + _ARGUMENT, 1),
    ("secret", "secret-string securestring", 123, r"(?i)(?:--secret-string(?:[ \t]{1,4}|=)|\bput-parameter\b[^\n|;]{0,100}?(?:--type[ \t]{1,4}SecureString[^\n|;]{0,60}?--value|--value)[ \t]{1,4})" + _ARGUMENT, 1),
    ("secret", _SECRET_MARKERS, 10, r"(?i)(?P<name>(?:secret|token|(?:api|access|private|account|encryption|signing|auth)[_-]?key|key|credential|creds?|authorization|[_-](?:auth|pat|salt)|jwt|bearer|client[_-]?id|access|private|sonar[._]?login|(?<![a-z])jeton(?![a-z])))"
     + _NAMED_VALUE, "value"),
    ("password", "pass pwd secret token key", 130, r"(?P<value>\"[^\"\n]{4,100}\"|'[^'\n]{4,100}')(?:\s?[!=]==?\s?|[ ](?:=|<>)[ ]|\.[eE]quals(?:IgnoreCase)?\(\s?)(?P<name>[\w.]{2,60})", "compared"),
    # Numbers that open something.
    ("secret", "pin\" otp\" pin\\\" otp\\\"", 14, r"(?i)\"(?:\w{1,12}_)?(?:pin|otp)\\{0,3}\"\s{0,2}:\s{0,2}\\{0,3}\"?(\d{4,8})\b(?!\.\d)", 1),
    ("secret", "bundle_", 0, r"\bBUNDLE_[A-Z0-9_]{2,60}__[A-Z]{2,12}\\{0,2}[\"']?\s{0,4}[:=]\s{0,4}\\{0,2}[\"']?([\w.-]{1,128}:[\w.-]{4,256})", 1),
    ("secret", "unseal recovery", 0, r"(?i)\b(?:unseal|recovery)[ _-]key(?:[ _-]{0,2}\(?\w{1,9}\)?)?[ \t]{0,2}[:=][ \t]{0,4}[\"']?(?=[A-Za-z+/=-]{0,60}[0-9])([A-Za-z0-9+/=-]{32,128})", 1),
    # What says of the value beside it that it is one, in the same object.
    ("secret", "sensitive securestring keyname", 22, r"(?i)\"(?:sensitive\\{0,3}\"\s{0,4}:\s{0,4}true|type\\{0,3}\"\s{0,4}:\s{0,4}\\{0,3}\"SecureString\\{0,3}\"|keyName\\{0,3}\"\s{0,4}:\s{0,4}\\{0,3}\"[\w-]{1,40}\\{0,3}\")"
     r"[^{}]{0,200}?\"value\\{0,3}\"\s{0,4}:\s{0,4}\\{0,3}\"([^\"\\\n]{4,8192})", 1),
    ("password", "random_password", 0, r"\brandom_password\b[^{}]{0,120}\{[^{}]{0,800}?\bresult\s{1,24}=\s\"([^\"\n]{4,256})\"", 1),
    ("secret", "jwt", 0, r"(?i)\bjwt\w{0,16}\\{0,3}[\"']?\s{0,2}:\s{0,4}\{?[^{}\n]{0,80}?\s{0,24}\\{0,3}[\"']?(?<![A-Za-z])(?:(?:signing|secret|private)_?)?key\\{0,3}[\"']?\s{0,2}:\s{0,4}\\{0,3}[\"']?(?=[A-Za-z_+/=-]{0,60}[0-9])([\w+/=.-]{16,512})", 1),
    ("secret", "infura alchemy thingsboard quiknode chainstack drpc", 132, r"(?i)\b[a-z]{2,6}://(?:[\w-]{1,40}\.){0,3}(?:infura|alchemy|alchemyapi|thingsboard|quiknode|chainstack|drpc)\.[a-z]{2,6}"
     r"/(?:[\w-]{1,12}/){0,3}(?=[A-Za-z_-]{0,60}[0-9])([A-Za-z0-9_-]{20,64})(?![\w-])", 1),
    ("secret", "passwords tokens secrets keys passwds", 4, r"(?i)(?:password|passwd|secret|token|api[_-]?key)s\\{0,2}[\"']?\s{0,3}[:=]{1,2}\s{0,3}(?:[\[({]\s{0,20}|\n[ \t]{0,20}-[ \t]{1,3})"
     r"(?P<value>[\"'][^\"'\n]{4,100}[\"'](?:\s{0,3}(?:,|\n[ \t]{0,20}-)\s{0,20}[\"'][^\"'\n]{4,100}[\"']){0,40})", "listed"),
    # The numbers of a private key.
    ("private-key", "\"d\" \"k\" \"p\" \"q\" \"dp\" \"dq\" \"qi\" <d> <p> <q> <dp> <dq> <inverseq>", 0, r"\"(?:d|k|p|q|dp|dq|qi)\"\s{0,4}:\s{0,4}\"(?=[A-Za-z_-]{0,60}[0-9])(?=[^A-Z\"]{0,60}[A-Z])[A-Za-z0-9_-]{32,4096}\""
     r"|<(?:D|P|Q|DP|DQ|InverseQ)>\s{0,4}(?=[A-Za-z+/]{0,60}[0-9])[A-Za-z0-9+/=\s]{32,4096}</", 0),
    ("secret", "facebook fb_ fb-", 0, r"(?i)\b(?:facebook|fb)[^\n|]{0,48}?(\d{13,17}(?:\||%7C)[A-Za-z0-9_-]{27,40})(?![\w-])", 1),
    # The last of several names, and what is assigned to it.
    ("password", "pass pwd secret token apikey _key", 201, r"(?i)\b\w{1,40},[ ]?(?:\w{1,40},[ ]?){0,3}\w{0,30}(?:passw(?:or)?d|pwd|pass|secret|token|api_?key)\d{0,3}(?:[ \t]string)?[ \t]{0,4}:?=[ \t]{0,4}[\[(]?"
     r"(?:[\"'][^\"'\n]{0,100}[\"'],[ ]?){1,4}(?P<value>[\"'][^\"'\n]{4,100}[\"'])", "literal"),
    # Of a user and a password only what is told as a login.
    ("password", "password", 102, r"(?i)\b(?:user(?:name)?|login)\s{1,8}[\"'][^\"'\n]{1,60}[\"']\s{1,24}password\s{1,8}(\"[^\"\n$]{3,256}\")", 1),
    ("password", "password", 0, r"(?i)\bpassword[ \t](?:(?:for|of)[ \t][^\n.:;=\"'`]{1,60}(?:[\"'`][^\"'`\n]{1,40}[\"'`][ \t]{1,2})?)?(?:is|was|set to):?[ \t]{1,2}(?P<value>[\"'`][^\"'`\s]{4,64}[\"'`]|" + _IN_A_SENTENCE + ")", "said"),
    # A user and a password, told as one.
    ("password", "creds credentials: login:", 0, r"(?i)\b(?:creds|credentials(?=:)|login(?=:))(?:(?:[ ](?:are|is))?:?[ \t]{1,2}[\w.@+-]{2,64}[ ]/[ ]|:[ \t]{1,2}[\w.@+-]{2,64}:)(?P<value>" + _IN_A_SENTENCE + ")", "said"),
    # What a program prints in a line of its own below the words that say what it is.
    ("secret", "password token secret key:", 40, r"(?i)(?:\b(?:(?:password|token|secret)\b[^\n:=\"'`(){}]{0,60}|key):|(?<![^\n])#[ \w]{0,39}(?:password|token|secret)[ \w]{0,24}(?=\n[A-Za-z_-]{0,60}[0-9][\w-]{20}))[ \t]{0,4}\r?\n(?:[ \t]{0,8}\r?\n)?[ \t]{0,16}"
     r"(?=[A-Za-z_.+/=~-]{0,60}[0-9])([A-Za-z0-9_.+/=~-]{16,4096})[ \t]{0,4}(?=[\r\n]|\Z)", 1),
    # And what a command prints that was asked for one.
    ("secret", "get-login-password -access-token aws_s password secret", 100, r"(?i)\b(?:get-login-password|(?:generate-db-auth|print-access|get-access)-token|configure[ \t]get[ \t][\w.]{0,40}aws_s[\w]{10,20}"
     r"|(?:output[ \t]-raw|config:get|secrets?[ \t](?:get|access|reveal|view)|-field[= \t]|(?:op|gopass)[ \t]read|auth)[ \t]?[\w./:-]{0,60}?(?:password|secret|token|_key)\w{0,24})\b[^\n]{0,80}\r?\n(?:(?:Exit[ ]code[ ]\d{1,3}|`{3}\w{0,10}|Output:)?\r?\n){0,3}[ \t]{0,8}"
     r"(?=[A-Za-z_.+/=~-]{0,60}[0-9])([A-Za-z0-9_.+/=~-]{16,8192})[ \t]{0,4}(?=[\r\n`]|\Z)", 1),
    ("secret", "secret- secret_ token- token_ key- key_ private- access-", 0, r"(?i)(?P<name>secret|token|(?<!SECRET-)key|private(?=-)|access(?=-))(?P<op>[-_])"
     r"(?P<value>(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]{20,256}(?![\w-])|[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}\b)", "value"),
    ("secret", "login_with_api_key", 0, r"(?i)login_with_api_key[\"'][^\]]{0,80}?\[\s{0,40}[\"'](\d{1,6}-[A-Za-z0-9]{64})\b", 1),
    ("secret", "secret token apikey _key -key", 3, r"(?i)\b(?<![.(])(?<!, )(?:secret|token|api[_-]?key)=(?=[A-Za-z]{12,}(?:[\s,&;)\]\"']|$))" + "(" + _VALUE + ")", 1),
    ("secret", "token secret apikey -key bearer", 22, r"(?i)--(?:\w{1,12}-)?(?:api-?key|(?<=push --)key|token|secret|access-token|auth-token|with-token|oauth2-bearer)[ \t]{1,4}(?=[\"']?[^\s\"']{8})" + _ARGUMENT, 1),
    ("secret", "aws_s", 0, r"(?i)\b(?:aws_secret_access_key|aws_session_token)[ \t]{1,4}([^\s\"']{8,4096})", 1),
    ("secret", " ".join(SERVICES), 0, r"(?i)(?P<name>[a-z](?:\w|[.-](?=[a-z])){3,40}?(?:[ \t_.-]{0,2}(?:api|access|auth|secret|private|token|tok|key|code|live|prod|test|user|account|personal|x)){0,4})"
     r"(?P<op>\\{0,3}[\"'`]?[\])]?[ \t]{0,4}(?:=>|:{0,2}=|[:,(>.-])?\s{0,4}\\{0,3}[\"'`]?)(?<![a-z])(?P<value>[\w.+/=~-]{20,512})", "service"),
    ("secret", "auth", 0, r"(?i)(?P<name>auth(?:_\w{1,20}|(?-i:[A-Z])\w{0,20})?)(?P<op>\\{0,3}[\"'`]?(?:[ ]as[ ]string)?[ \t]{0,4}(?:=>|:{0,2}=|&=|:)\s{0,4}\\{0,3}[\"'`]?)(?P<value>[\w.+/=~-]{20,512})", "service"),
    # A key that shows itself of whoever made it. It has no markers: see _places.
    ("service-token", "", 0, _SHOWS_ITSELF, "prefixed"),
    # All of a line: behind those that need what stands in it.
    ("cookie", "cookie curl", 0, r"(?i)\b(?:cookie(?:\\{0,3}[\"'])?(?:\s{0,4}[:=]\s{0,4}|[ \t]{1,4}(?=[\"']?\w{1,60}=))|curl\b(?:(?![ \t]-b[ \t])[^\n|;&]){0,200}[ \t]-b[ \t]{1,4})(?:\\{0,3}[\"'])?(?=[\w.%-]{1,80}=)(?=[^\r\n\"'\\]{0,1000}?=(?=[\w.%+/~-]{0,40}\d)[\w.%+/~-]{12})"
     r"(?P<value>[\w.%-]{1,80}=[^\r\n\"'\\=][^\r\n\"'\\]{2,4096})", "cookie"),
    # The beginning of one at the end of a text that somebody cut.
    ("cut", "sk-ant- sk-proj- ghp_ gho_ ghs_ github_pat_ glpat- xoxb- xoxp- _live_ npm_ pypi-agei hf_ aiza akia asia ya29. hvs. sg. dop_v1_ shpat_ eyjh", 2,
     r"(?<![A-Za-z0-9])(?:sk-ant-|sk-proj-|gh[pos]_|github_pat_|glpat-|xox[bp]-|[sr]k_live_|npm_|pypi-AgEI|hf_|AIza|A[KS]IA|ya29\.|hvs\.|SG\.|dop_v1_|shpat_|eyJh)"
     r"(?=[A-Za-z_.-]{0,20}[A-Z0-9])[A-Za-z0-9_.-]{4,60}(?=…|\\u2026|\.{3}|\[cut|\n\[\d+ characters cut|\Z)", 0),
]  # fmt: skip

# Who says of a match whether it is one, by what stands for its group: functions of privacy_values. What is replaced is
# the group `value`.
JUDGES: "dict[int | str, str]" = {
    "value": "holds_secret", "compared": "holds_compared", "literal": "holds_literal", "cookie": "holds_cookie", "service": "holds_key",
    "listed": "holds_listed", "login": "holds_login", "said": "holds_said", "given": "holds_given", "opening": "holds_opening", "prefixed": "holds_prefixed",
}  # fmt: skip

# How a character or a word is spelled otherwise: by its code, its quotes side by side or added up, a backslash at its end.
_QUOTED = r"(?:'[\w+/=.$@:%~-]{1,400}'|\"[\w+/=.$@:%~-]{1,400}\")"
# Only such as are quoted alike stand side by side.
_BETWEEN = r"(?:\s{0,3}[+.&]\s{0,3}(?:\\\n\s{0,40})?|\s{0,3}\\\n\s{0,40}|(?<=')\s{1,6}(?=')|(?<=\")\s{1,6}(?=\")|)"
_PIECE = r"'([^']{1,400})'|\"([^\"]{1,400})\"|([^'\"\s]{1,400})\Z"
SPELLED = (
    r"(?P<code>\\{1,2}u00[2-7][0-9a-fA-F]|\\x[2-7][0-9a-fA-F]|%(?:2[B-Fb-f]|5[Ff]|7[Ee]|(?:26|3[Dd])(?=\w{6}))|&(?:quot|apos);|&#(?:\d{2,3}|x[0-9a-fA-F]{2});)"
    r"|(?P<dropped>(?<=\w)\\{1,2}(?=[_/.=-]\w)|(?<=[\w-])(?:''|\"\")(?=[\w-])|(?<=[\w+/=.-])\\\r?\n(?=[\w+/=.-]))"
    r"|(?P<put>(?![\"']:[\"'])" + _QUOTED + r"(?:(?:" + _BETWEEN + _QUOTED + r"){1,12}|(?=\w))[\w+/=.-]{0,400})"
)

_NAMED_CHARS = {"&quot;": ord('"'), "&apos;": ord("'")}

# What another pattern replaced within a secret; what is left of it beside that is not shown, unless it is this short.
_MARK = r"\[redacted:[\w-]{1,40}\]"
_MIN_LEFT = 12

# A word that may be a service's key, and how far before it the name may stand: so many names are looked for only there.
_LONG_KEY = r"(?<![\w.+/~-])(?=[a-z_.+/~-]{0,80}[0-9])[\w.+/~-]{20,512}"
_BEFORE_KEY = 64
# To find where a match begins among fewer characters, or than so many in all, takes no longer than to compile another
# pattern; who has many texts has compiled it.
_FAR, _MANY = 4, 4000
_NAMES = frozenset(NAMES)

# So many that are put together may stand in one secret.
_MOST_PIECES = 64

# Each way of SPELLED begins with one of these: it is looked for only there.
_SPELLING = "\\%&'\""
_SPELLS = r"[\\%&'\"]"

# By its marker in lower case: which patterns it asks for, and how it must be spelled there ("" where any case will do).
_patterns_of: "dict[str, list[tuple[int, str]]]" = {}
_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_REPLACED_AGAIN, _SHORTEST_AGAIN = ("password", "secret", "bearer"), 8
_KNOWN_WORDS, _WORD_CHARS = 8192, 256
_safe_by_text: "dict[str, str]" = {}  # an import meets the same paths and names again and again


def strip_sequences(text: str) -> str:
    """Remove terminal sequences, then control and bidirectional characters (newline and tab stay)."""
    return re.sub(_CONTROL, "", re.sub(_SEQUENCES, "", text))


def replace_secrets(text: str) -> str:
    """Replace what each pattern finds by `[redacted:KIND]`, also where it is spelled in pieces or by other characters."""
    if privacy_redact.search is None or len(text) > _WORD_CHARS:
        return _without_secrets(text)
    safe = _safe_by_text.get(text)
    if safe is None:
        if len(_safe_by_text) >= _KNOWN_WORDS:
            _safe_by_text.clear()
        safe = _safe_by_text[text] = _without_secrets(text)
    return safe


def _without_secrets(text: str) -> str:
    return _replaced(_replaced_as_read(text) if _is_spelled(text) else text)


def _is_spelled(text: str) -> bool:
    """Say whether SPELLED matches anywhere."""
    if not any(map(text.__contains__, _SPELLING)):
        return False
    is_there = re.compile(SPELLED).match
    return any(is_there(text, found.start()) for found in re.compile(_SPELLS).finditer(text))


def _replaced(text: str, keep: "Optional[Callable[[str, list[tuple[int, int]]], None]]" = None) -> str:
    """Replace what stands there as it is, and tell `keep` the places of each kind before they are replaced.

    A value that was told by its name or a command is replaced wherever else it stands.
    """
    places = _places(text)
    kind_of: "dict[str, str]" = {}
    for number in sorted(places):
        kind, _, reach, pattern, group = PATTERNS[number]
        near = places.get(number)
        if near:
            judge = _judge_of(group) if group in JUDGES else None
            matches = _matches(pattern, text, near, reach, judge)
            spans = _spans(matches, group if judge is None else "value")
            if spans:
                if kind in _REPLACED_AGAIN:
                    kind_of.update((text[start:end].strip("\\\"'`"), kind) for start, end in spans)
                if keep is not None:
                    keep(kind, spans)
                text = _masked(text, kind, spans)
                places = _places(text)
    for value, kind in kind_of.items():
        spans = _again(text, value)
        if spans:
            if keep is not None:
                keep(kind, spans)
            text = _masked(text, kind, spans)
    return text


def _again(text: str, value: str) -> "list[tuple[int, int]]":
    """Return where a value stands that no word contains; nowhere when it is short or may be a word."""
    if len(value) < _SHORTEST_AGAIN or not any(map(str.isdigit, value)) or not any(map(str.isalpha, value)):
        return []
    if re.fullmatch(_UUID, value):  # by it rows are joined
        return []
    spans = ((start, start + len(value)) for start in _each(text, value))
    return [
        (start, end)
        for start, end in spans
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
    ]


def _judge_of(group: "int | str") -> "Callable[[re.Match[str]], bool]":
    """Return what decides whether a value is a secret. It is loaded when there is one: that alone costs a hook much."""

    def judge(found: "re.Match[str]") -> bool:
        from claudesess_collector import privacy_values

        judged: bool = getattr(privacy_values, JUDGES[group])(found)
        return judged

    return judge


def _replaced_as_read(text: str) -> str:
    """Replace what is a secret only once it is read as a shell, a program, JSON or an address reads it."""
    read, places, wholes = _as_read(text)
    hidden: "list[tuple[int, int, str]]" = []

    def keep(kind: str, spans: "list[tuple[int, int]]") -> None:
        moved, done = [], 0
        for start, end in spans:
            first, last = places[start], places[end]
            hidden.append((first, last, kind))
            moved += places[done:start] + [first] * (len(kind) + 11)  # as long as what replaces it
            done = end
        places[:] = moved + places[done:]

    _replaced(read, keep)
    parts, done, at = [], 0, 0
    for first, last, kind in sorted(hidden):
        while at < len(wholes) and wholes[at][1] <= first:
            at += 1
        for start, end in wholes[
            at : at + _MOST_PIECES
        ]:  # of what is put together nothing is left, nor half of its quotes
            if start < last and first < end:
                first, last = min(first, start), max(last, end)
        if first >= done:
            parts += [text[done:first], f"[redacted:{kind}]"]
        done = max(done, last)
    return "".join(parts) + text[done:]


def _as_read(text: str) -> "tuple[str, list[int], list[tuple[int, int]]]":
    """Return a text without what spells it otherwise, where each of its characters stood, and what was put together."""
    parts: "list[str]" = []
    places: "list[int]" = []
    wholes: "list[tuple[int, int]]" = []
    done = 0
    for found in re.compile(SPELLED).finditer(text):
        start, end = found.span()
        parts.append(text[done:start])
        places += range(done, start)
        done = end
        kind = found.lastgroup
        if kind == "put":
            wholes.append((start, end))
            quote = found[0][0]
            inner = [piece.span(piece.lastindex or 0) for piece in re.compile(_PIECE).finditer(found[0])]
            parts.append(quote + "".join(found[0][low:high] for low, high in inner) + quote)
            places.append(start)
            for low, high in inner:
                places += range(start + low, start + high)
            places.append(end - 1)
        elif kind == "code":
            parts.append(chr(_code(found[0])))
            places.append(start)
    parts.append(text[done:])
    places += range(done, len(text) + 1)
    return "".join(parts), places, wholes


def _code(spelled: str) -> int:
    if spelled in _NAMED_CHARS:
        return _NAMED_CHARS[spelled]
    digits = spelled.strip("\\u%x&#;")
    return int(digits, 10 if spelled[1] == "#" and spelled[2] not in "xX" else 16) if digits else ord("_")


def _asked_by() -> "dict[str, list[tuple[int, str]]]":
    """Return which patterns a marker asks for, by their numbers; one in upper case stands there as it is."""
    if not _patterns_of:
        for number, (_, markers, *_) in enumerate(PATTERNS):
            for marker in markers.split():
                as_it_is = marker if marker.isupper() else ""
                _patterns_of.setdefault(marker.lower(), []).append((number, as_it_is))
    return _patterns_of


def search_with(search: "Callable[[list[str]], Search]") -> None:
    """Look for all markers in one pass, by what `search` makes of them: for who has many texts and such a library."""
    privacy_redact.search = search(list(_asked_by()))


def _found(text: str) -> "Mapping[str, list[int]]":
    """Return where in a text which markers are, in any case."""
    lowered = privacy_redact.lowered(text)
    if privacy_redact.search is not None:
        return privacy_redact.search(lowered)
    joined = (
        lowered if len(text) < privacy_redact.LONG else " ".join(set(lowered.split()))
    )  # no marker goes beyond a word
    found = {
        marker: _each(lowered, marker)
        for marker, numbers in _asked_by().items()
        if (len(numbers) > 1 or marker not in _NAMES) and marker in joined
    }
    before = "\n".join(
        lowered[max(0, key.start() - _BEFORE_KEY) : key.end()] for key in re.compile(_LONG_KEY).finditer(lowered)
    )
    for name in NAMES if before else ():
        if name in before and name in _asked_by():
            found[name] = _each(lowered, name)
    return found


def _each(lowered: str, marker: str) -> "list[int]":
    places = []
    place = lowered.find(marker)
    while place >= 0:
        places.append(place)
        place = lowered.find(marker, place + 1)
    return places


def _places(text: str) -> "dict[int, list[int]]":
    """Return of each pattern, by its number, where its markers are; none where they are spelled otherwise."""
    asked_by = _asked_by()
    places: "dict[int, list[int]]" = {}
    for marker, found in _found(text).items():
        for number, as_it_is in asked_by[marker]:
            near = [place for place in found if text.startswith(as_it_is, place)] if as_it_is else found
            places.setdefault(number, []).extend(near)
    if privacy_redact.holds_run(text):
        begins = [found.start() for found in re.compile(_SHOWS_ITSELF).finditer(text)]
        places.update((number, begins) for number, row in enumerate(PATTERNS) if row[4] == "prefixed")
    return places


def _matches(
    pattern: str,
    text: str,
    places: "list[int]",
    reach: "Optional[int]",
    judge: "Optional[Callable[[re.Match[str]], bool]]" = None,
) -> "Iterator[re.Match[str]]":
    """Yield what `finditer` would: a match can only begin so far before a marker.

    A judged one that is none gives back its value: a name may stand in it.
    """
    if reach is None:
        yield from re.compile(pattern).finditer(text)
        return
    is_far = reach >= _FAR and (privacy_redact.search is not None or reach * len(places) >= _MANY)
    first = re.compile(_first_within(pattern, reach)) if is_far else None
    begin = 0
    for place in sorted(places):
        begin = max(begin, place - reach)
        while begin <= place:
            if first is not None:
                near = first.match(text, begin)
                begin = begin + reach + 1 if near is None else near.end(1)
                if begin > place:
                    break
            found = re.compile(pattern).match(text, begin)
            if found is None:
                begin += 1
            elif judge is not None and not judge(found):
                begin = max(begin + 1, found.start("value"))
            else:
                begin = found.end()
                yield found


def _first_within(pattern: str, reach: int) -> str:
    """Return a pattern that finds the first place, so far at most, where another one matches, at the end of its group.

    It tries one place after the other as well, without coming back to Python in between.
    """
    flags, rest = ("(?i)", pattern[4:]) if pattern.startswith("(?i)") else ("", pattern)
    return f"{flags}((?s:.{{0,{reach}}}?))(?:{rest})"


def _spans(matches: "Iterator[re.Match[str]]", group: "int | str") -> "list[tuple[int, int]]":
    """Return where the secrets of matches are; of what another pattern left of one only what is long enough."""
    return [
        (found.start(group), _end_of(found, group))
        for found in matches
        if (secret := found.group(group))
        and ("[redacted:" not in secret or len(re.sub(_MARK, "", secret)) >= _MIN_LEFT)
    ]


def _end_of(found: "re.Match[str]", group: "int | str") -> int:
    """Return where a secret ends, also one without quotes of which a pattern took but the beginning."""
    start, end = found.span(group)
    if end - start != _PLAIN:
        return end
    rest = re.compile(_REST).match(found.string, end)
    return end if rest is None else rest.end()


def _masked(text: str, kind: str, spans: "list[tuple[int, int]]") -> str:
    parts, done = [], 0
    for start, end in spans:
        parts += [text[done:start], f"[redacted:{kind}]"]
        done = end
    return "".join(parts) + text[done:]
