"""Made-up secrets of the forms that are met in the wild, their random parts long enough to be searched for in pieces.

No secret stands in this file: each is put together from its parts and seeded random characters, so that nothing that
searches repositories for secrets finds one here. `{}` in a text is where the random part goes.
"""

import random
import string
from typing import NamedTuple

HEX = "0123456789abcdef"
LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
MIXED = string.ascii_letters + string.digits
BASE32 = string.ascii_uppercase + "234567"
URL = MIXED + "-_"
BASE64 = MIXED + "+/"
LETTERS = string.ascii_lowercase


class Secret(NamedTuple):
    """A text as it is met, and the part of it that nobody else may see."""

    kind: str
    text: str
    body: str


# kind, the text in parts, alphabet and length of the random part. A length of two numbers: two parts with a dot between.
_TOKENS = [
    ("anthropic", ("sk", "-ant-api03-{}"), URL, 93),
    ("anthropic", ("sk", "-ant-admin01-{}"), URL, 93),
    ("anthropic", ("sk", "-ant-{}"), MIXED, 10),
    ("openai", ("sk", "-{}"), MIXED, 48),
    ("openai", ("sk", "-proj-{}"), URL, 120),
    ("openai", ("sk", "-svcacct-{}"), URL, 120),
    ("openrouter", ("sk", "-or-v1-{}"), HEX, 64),
    ("groq", ("gs", "k_{}"), MIXED, 52),
    ("xai", ("xa", "i-{}"), MIXED, 80),
    ("perplexity", ("pp", "lx-{}"), MIXED, 48),
    ("replicate", ("r", "8_{}"), MIXED, 37),
    ("langsmith", ("ls", "v2_pt_{}"), HEX, 42),
    ("huggingface", ("h", "f_{}"), MIXED, 34),
    ("aws", ("AK", "IA{}"), BASE32, 16),
    ("aws", ("AS", "IA{}"), BASE32, 16),
    ("aws", ("AB", "SK{}"), BASE64, 128),
    ("google", ("AI", "za{}"), URL, 35),
    ("google", ("ya", "29.{}"), URL, 120),
    ("google", ("GOC", "SPX-{}"), URL, 28),
    ("google", ("1/", "/0{}"), URL, 60),
    ("azure", ("{}", "8Q~Vx3Rk"), MIXED, 3),
    ("github", ("gh", "p_{}"), MIXED, 36),
    ("github", ("gh", "o_{}"), MIXED, 36),
    ("github", ("gh", "u_{}"), MIXED, 36),
    ("github", ("gh", "s_{}"), MIXED, 36),
    ("github", ("github", "_pat_{}"), MIXED, 82),
    ("gitlab", ("gl", "pat-{}"), URL, 20),
    ("gitlab", ("gl", "dt-{}"), URL, 20),
    ("gitlab", ("gl", "rt-{}"), URL, 20),
    ("gitlab", ("gl", "imt-{}"), URL, 25),
    ("bitbucket", ("AT", "BB{}"), MIXED, 32),
    ("atlassian", ("ATA", "TT3xFfGF0{}"), URL, 180),
    ("slack", ("xo", "xb-123456789012-1234567890123-{}"), MIXED, 24),
    ("slack", ("xo", "xp-123456789012-123456789012-123456789012-{}"), HEX, 32),
    ("slack", ("xa", "pp-1-A0123456789-1234567890123-{}"), HEX, 64),
    ("slack", ("https://hooks.sl", "ack.com/services/T0123ABCD/B0123ABCD/{}"), MIXED, 24),
    ("teams", ("https://corp.web", "hook.office.com/webhookb2/{}"), HEX, 32),
    ("discord", ("https://discord", ".com/api/webhooks/123456789012345678/{}"), URL, 68),
    ("telegram", ("110201543", ":AA{}"), URL, 33),
    ("stripe", ("sk", "_live_{}"), MIXED, 24),
    ("stripe", ("rk", "_live_{}"), MIXED, 24),
    ("stripe", ("wh", "sec_{}"), MIXED, 32),
    ("twilio", ("S", "K{}"), HEX, 32),
    ("sendgrid", ("S", "G.{}"), URL, (22, 43)),
    ("mailgun", ("ke", "y-{}"), HEX, 32),
    ("mailchimp", ("{}", "-us12"), HEX, 32),
    ("brevo", ("xke", "ysib-{}"), HEX, 64),
    ("npm", ("np", "m_{}"), MIXED, 36),
    ("pypi", ("py", "pi-AgEIcHlwaS5vcmc{}"), URL, 70),
    ("rubygems", ("ruby", "gems_{}"), HEX, 48),
    ("nuget", ("oy", "2{}"), LOWER, 43),
    ("docker", ("dckr", "_pat_{}"), URL, 27),
    ("digitalocean", ("do", "p_v1_{}"), HEX, 64),
    ("heroku", ("HR", "KU-AA{}"), URL, 58),
    ("fly", ("fm", "2_{}"), BASE64, 120),
    ("databricks", ("da", "pi{}"), HEX, 32),
    ("shopify", ("sh", "pat_{}"), HEX, 32),
    ("square", ("sq", "0atp-{}"), URL, 22),
    ("linear", ("lin", "_api_{}"), MIXED, 40),
    ("notion", ("nt", "n_{}"), MIXED, 46),
    ("figma", ("fi", "gd_{}"), URL, 40),
    ("hubspot", ("pa", "t-na1-{}"), HEX, 36),
    ("vault", ("hv", "s.{}"), URL, 90),
    ("terraform", ("aBcDeFgHiJkLmN.atl", "asv1.{}"), URL, 67),
    ("pulumi", ("pu", "l-{}"), HEX, 40),
    ("doppler", ("dp", ".pt.{}"), MIXED, 43),
    ("grafana", ("gl", "sa_{}"), MIXED, 41),
    ("grafana", ("gl", "c_{}"), BASE64, 60),
    ("new relic", ("NR", "AK-{}"), UPPER, 27),
    ("sentry", ("snt", "rys_{}"), URL, 80),
    ("datadog", ("DD_API", "_KEY={}"), HEX, 32),
    ("dynatrace", ("dt", "0c01.ABCDEFGHIJKLMNOPQRSTUVWX.{}"), BASE32, 64),
    ("postman", ("PM", "AK-{}"), HEX, 59),
    ("planetscale", ("psc", "ale_tkn_{}"), URL, 43),
    ("supabase", ("sb", "p_{}"), HEX, 40),
    ("tailscale", ("tsk", "ey-auth-kAbCdEf1CNTRL-{}"), MIXED, 32),
    ("sonar", ("sq", "u_{}"), HEX, 40),
    ("artifactory", ("AK", "Cp{}"), MIXED, 69),
    ("circleci", ("CCI", "PAT_AbCdEfGhIjKlMnOpQrStUv_{}"), HEX, 40),
    ("buildkite", ("bk", "ua_{}"), HEX, 40),
    ("netlify", ("nf", "p_{}"), MIXED, 36),
    ("sourcegraph", ("sg", "p_{}"), HEX, 40),
    ("alibaba", ("LT", "AI{}"), MIXED, 20),
    ("openshift", ("sha256", "~{}"), URL, 43),
    ("1password", ("op", "s_eyJ{}"), BASE64, 250),
    ("age", ("AGE-SEC", "RET-KEY-1{}"), BASE32, 58),
    ("jwt", ("ey", "JhbGciOiJIUzI1NiJ9.eyJ{}"), URL, (40, 43)),
    ("mapbox", ("sk.ey", "J1Ijoi{}"), URL, (60, 22)),
    ("dropbox", ("sl", ".u.{}"), URL, 130),
    ("facebook", ("EAA", "CEdEose0cBA{}"), MIXED, 120),
    ("discord", ("M", "TIzNDU2Nzg5MDEyMzQ1Njc4.GaBcD1.{}"), URL, 38),
    ("vault", ('"s', '.Ab1{}"'), MIXED, 21),
    ("1password", ("A", "3-AB12CD-EF34GH-IJ56K-{}-MN78O"), UPPER, 5),
    ("airtable", ("pa", "tAbCdEf12GhIjKl.{}"), HEX, 64),
    ("elevenlabs", ("s", "k_{}"), HEX, 48),
    ("harness", ("pa", "t.AbCdEfGhIjKlMnOpQrStUv.0123456789abcdef01234567.{}"), MIXED, 20),
    ("azure devops", ("{}", "JQQJ99BKACYeBjFXJ3w3AAABACOGabcd"), MIXED, 52),
    ("zapier", ("https://hooks.zap", "ier.com/hooks/catch/1234567/{}/"), LOWER, 9),
    ("bcrypt", ("deploy:$2", "y$10${}"), MIXED, 53),
    ("sha512 crypt", ("root:$6", "$saltsalt${}:19000:0"), MIXED, 86),
    ("aws", ("AB", "IA{}"), BASE32, 16),
    ("aws", ("AC", "CA{}"), BASE32, 16),
    ("stripe", ("rk", "_prod_{}"), MIXED, 24),
    ("prefect", ("pn", "u_{}"), MIXED, 36),
    ("pinecone", ("pc", "sk_{}"), MIXED, 60),
    ("gitlab", ("GR", "1348941{}"), URL, 20),
    ("gitlab", ("glf", "fct-{}"), URL, 20),
    ("flutterwave", ("FLWS", "ECK_TEST-{}-X"), HEX, 32),
    ("cloudflare", ("v1", ".0-0123456789abcdef01234567-{}"), HEX, 146),
    ("maxmind", ("Ab12Cd", "_{}_mmk"), MIXED, 29),
    ("vercel", ("vc", "p_{}"), MIXED, 36),
    ("apify", ("api", "fy_api_{}"), MIXED, 36),
    ("twitch", ("li", "ve_123456789_{}"), MIXED, 30),
    ("alchemy", ("alc", "ht_{}"), MIXED, 30),
    ("teams", ("https://outlook.office", ".com/webhook/{}"), HEX, 32),
    ("cut github", ("gh", "p_Ab1{}…"), MIXED, 9),
]  # fmt: skip
# What only its surroundings give away.
_SAID = [
    ("connection string", ("postgresql://app", ":{}@db.internal:5432/shop"), MIXED, 18),
    ("connection string", ("mongodb+srv://app", ":{}@cluster0.ab1cd.mongodb.net/?retryWrites=true"), MIXED, 18),
    ("connection string", ("redis://", ":{}@cache.internal:6379/0"), MIXED, 18),
    ("connection string", ("amqps://svc", ":{}@mq.internal/vhost"), MIXED, 18),
    ("connection string", ("Server=tcp:db.example.net;User ID=sa;Pass", "word={};Encrypt=True"), MIXED, 18),
    ("connection string", ("DefaultEndpointsProtocol=https;AccountName=shop;Account", "Key={}==;"), BASE64, 86),
    ("connection string", ("Endpoint=sb://x.servicebus.windows.net/;SharedAccess", "Key={}="), BASE64, 43),
    ("basic auth", ("https://deploy", ":{}@git.example.org/app.git"), MIXED, 18),
    ("basic auth", ("https://", "{}@git.example.org/app.git"), MIXED, 40),
    ("basic auth", ("Authorization: Bas", "ic {}"), BASE64, 32),
    ("basic auth", ("curl -s -u ", "deploy:{} https://api.example.org"), MIXED, 18),
    ("basic auth", ("curl --user=", "deploy:{} https://api.example.org"), MIXED, 18),
    ("bearer", ("curl -H 'Authorization: Bea", "rer {}' https://api.example.org"), URL, 40),
    ("bearer", ("authorization", ": token {}"), HEX, 40),
    ("bearer", ("sent Bea", "rer {} to the server"), MIXED, 40),
    ("bearer", ("Authorization: Bea", "rer {}"), string.ascii_letters, 40),
    ("basic auth", ("sent Ba", "sic {} to the server"), BASE64, 32),
    ("header", ("sent tok", "en {} to the server"), HEX, 40),
    ("header", ("X-Api", "-Key: {}"), HEX, 32),
    ("header", ("x-auth", "-token: {}"), MIXED, 32),
    ("header", ('{{"private', '-token": "{}"}}'), MIXED, 20),
    ("cookie", ("Cookie: theme=dark; session", "id={}; lang=de"), LOWER, 32),
    ("cookie", ("Set-Cookie: connect", ".sid=s%3A{}; Path=/; HttpOnly"), URL, 32),
    ("url query", ("https://api.example.org/v1/items?page=2&access", "_token={}&x=1"), MIXED, 40),
    ("url query", ("https://api.example.org/v1/items?api", "key={}"), HEX, 32),
    ("url query", ("https://shop.blob.core.windows.net/a/b.zip?sv=2024-11-04&si", "g={}%3D"), MIXED, 43),
    ("url query", ("https://b.s3.amazonaws.com/k?X-Amz-Date=20260101T000000Z&X-Amz-Sig", "nature={}"), HEX, 64),
    ("env", ("DB_PASS", "WORD={}"), MIXED, 14),
    ("env", ("export SECRET", "_KEY_BASE={}"), HEX, 64),
    ("env", ("AWS_SECRET_ACC", "ESS_KEY={}"), BASE64, 40),
    ("env", ("STRIPE_WEBHOOK", "_SECRET='{}'"), MIXED, 32),
    ("env", ("ENCRYPTION", "_KEY = {}"), BASE64, 44),
    ("env", ("MYSQL", "_PWD={} mysql -u root"), MIXED, 14),
    ("env", ("$env:GITHUB", "_TOKEN = \"{}\""), MIXED, 30),
    ("env", ("export DEPLOY", "_KEY={}"), string.ascii_letters, 16),
    ("url query", ("https://api.example.org/v1?x=1&tok", "en={}"), string.ascii_letters, 16),
    ("option", ("deploy --api", "-key {} --all"), string.ascii_letters, 24),
    ("option", ("aws configure set aws_secret_acc", "ess_key {}"), BASE64, 40),
    ("option", ("mysql -u root --pass", "word={} shop"), MIXED, 14),
    ("option", ("mysql -u root -", "p{} shop"), MIXED, 14),
    ("option", ("docker login -u ci --pass", "word {} registry.example.org"), MIXED, 24),
    ("option", ("docker login -u ci -", "p {} registry.example.org"), MIXED, 24),
    ("option", ("psql --host db --pass", "word '{}'"), MIXED, 14),
    ("option", ("gh auth login --with", "-token {}"), HEX, 40),
    ("option", ("vault login tok", "en={}"), MIXED, 24),
    ("option", ("sshpass -", "p {} ssh root@host"), MIXED, 14),
    ("option", ("redis-cli -h cache -", "a {} ping"), MIXED, 20),
    ("option", ("openssl enc -d -k ", "pass:{} -in a.enc"), MIXED, 20),
    ("json", ('{{"user": "a", "pass', 'word": "{}", "n": 1}}'), MIXED, 14),
    ("json", ('{{\\"user\\": \\"a\\", \\"pass', 'word\\": \\"{}\\"}}'), MIXED, 14),
    ("json", ('{{"clientSec', 'ret": "{}"}}'), URL, 32),
    ("yaml", ("apiVersion: v1\nkind: Secret\ndata:\n  db-pass", "word: {}=="), MIXED, 22),
    ("docker auth", ('{{"auths": {{"ghcr.io": {{"au', 'th": "{}="}}}}}}'), MIXED, 43),
    ("npmrc", ("//registry.example.org/:_auth", "Token={}"), HEX, 36),
    ("netrc", ("machine api.example.org login ci pass", "word {}"), MIXED, 20),
    ("pgpass", ("PGPASS", "WORD={} psql -h db"), MIXED, 14),
    ("code", ('client = Client(api', '_key="{}")'), MIXED, 32),
    ("code", ('const pass', 'word = `{}`;'), MIXED, 14),
    ("code", ("user.pass", "word := '{}'"), MIXED, 14),
    ("xml", ("<pass", "word>{}</password>"), MIXED, 14),
    ("log", ("login failed for user=bob pass", "word={} from 10.0.0.1"), MIXED, 14),
    ("gcp service account", ('{{"private_key_id": "0a1b", "private_key": "-----BEGIN PRI',
                             'VATE KEY-----\\nMIIEvQ{}\\n-----END PRIVATE KEY-----\\n"}}'), BASE64, 64),
    ("private key", ("-----BEGIN RSA PRI", "VATE KEY-----\nMIIEpAIBAAKCAQEA{}\n-----END RSA PRIVATE KEY-----"), BASE64, 48),
    ("private key", ("-----BEGIN OPENSSH PRI", "VATE KEY-----\nb3BlbnNzaC1rZXktdjEA{}\n"), BASE64, 50),
    ("private key", ("-----BEGIN EC PRI", "VATE KEY-----\nMHcCAQEEI{}"), BASE64, 55),
    ("private key", ("-----BEGIN PGP PRI", "VATE KEY BLOCK-----\n\nlQOYBF{}\n-----END PGP PRIVATE KEY BLOCK-----"), BASE64, 58),
    ("private key", ("-----BEGIN PGP PRI", "VATE KEY BLOCK-----\n\nlQOYBF{}\n"), BASE64, 58),
    ("bearer", ("sent Bea", "rer svc-{}-42 to the server"), "aeinorst", 10),
    ("bearer", ("Authorization: Spl", "unk {}"), LETTERS, 14),
    ("code", ("os.environ['API", "_TOKEN']='{}'"), MIXED, 24),
    ("code", ('System.setProperty("API', '_TOKEN", "{}")'), MIXED, 24),
    ("code", ("if db.pass", "word == \"{}\" then"), MIXED, 12),
    ("code", ("var api", "Token string = \"{}\""), MIXED, 24),
    ("code", ("password        ", "=> '{}',"), MIXED, 14),
    ("code", ("fbApiKey:            ", '"{}"'), HEX, 32),
    ("code", ('new Network', 'Credential("bob", "{}")'), LETTERS, 14),
    ("code", ('variable "okta_api_tok', 'en" {{\n  default = "{}"'), MIXED, 40),
    ("code", ("api_ke", "y = \"m{{{{h}}o)p${{e]n>-_$#{}\""), LETTERS, 12),
    ("yaml", ("JWT:\n  sec", "ret: 'pass#{}'"), LETTERS, 12),
    ("prose", ("The API ke", "y is {}."), HEX, 32),
    ("prose", ("API ke", "y: {}"), MIXED, 32),
    ("prose", ("The pass", "word is {} for now"), MIXED, 14),
    ("log", ("[DEBUG] Using Ke", "y={}"), MIXED, 32),
    ("option", ("psexec host -u bob -", "p {} cmd"), MIXED, 14),
    ("option", ("mvn sonar:sonar -Dsonar", ".login={}"), HEX, 40),
    ("docker file", ("ENV API", "_TOKEN {}"), MIXED, 24),
    ("windows", ("setx API", "_TOKEN {}"), MIXED, 24),
    ("yaml", ("env:\n  - name: DB_PASS", "WORD\n    value: {}"), MIXED, 14),
    ("yaml", ("client_sec", "ret: |\n  {}\n"), MIXED, 24),
    ("json", ('{{"name": "API', '_TOKEN", "value": "{}"}}'), MIXED, 24),
    ("xml", ("<api_to", "ken>{}</api_token>"), LETTERS, 16),
    ("xml", ('<add key="DbPass', 'word" value="{}" />'), MIXED, 14),
    ("sql", ("CREATE USER bob IDENT", "IFIED BY '{}'"), LETTERS, 12),
    ("sql", ("ALTER ROLE bob WITH PASS", "WORD '{}'"), LETTERS, 12),
    ("option", ("sshpass -", "p{} ssh root@host"), MIXED, 14),
    ("option", ("npm config set //r.example/:_auth", "Token {}"), MIXED, 24),
    ("option", ("smbclient //host/a -U ", "bob%{}"), MIXED, 12),
    ("option", ("ldapsearch -D cn=admin -", "w {} -b dc=x"), MIXED, 12),
    ("option", ("htpasswd -bc users ", "bob {}"), MIXED, 12),
    ("option", ("kubectl create secret generic a --from-lit", "eral=dsn={}"), MIXED, 16),
    ("option", ("gh secret set DEPLOY --bo", "dy {}"), LETTERS, 16),
    ("option", ("aws secretsmanager create-secret --name a --secret-str", "ing {}"), LETTERS, 16),
    ("option", ("deploy --api", "-key {} --all"), LETTERS, 24),
    ("option", ("vault log", "in {}"), MIXED, 24),
    ("option", ("aws configure set aws_secret_acc", "ess_key {}"), LETTERS, 40),
    ("option", ("ConvertTo-Secure", "String '{}' -AsPlainText"), MIXED, 16),
    ("pipe", ("ec", "ho {} | docker login -u ci --password-stdin r.example"), MIXED, 14),
    ("pipe", ("ec", "ho {} | sudo -S apt-get update"), MIXED, 14),
    ("pipe", ("docker login -u ci --password-std", "in <<< {}"), MIXED, 14),
    ("url query", ("https://api.example.org/v1?x=1&tok", "en={}"), LETTERS, 16),
    ("netrc", ("default login ci pass", "word {}"), MIXED, 7),
    ("netrc", ("machine api.example.org\n  login ci\n  pass", "word {}"), LETTERS, 12),
    ("pgpass", ("db.example.org:54", "32:shop:app:{}"), MIXED, 14),
    ("ansible vault", ("$ANSIBLE_VA", "ULT;1.1;AES256\n          {}"), HEX, 80),
    ("putty key", ("Private-Li", "nes: 8\n{}"), BASE64, 64),
    ("private key", ("LS0tLS1CRUdJTiBSU0EgUFJJ", "VkFURSBLRVktLS0tLQ{}"), BASE64, 200),
    ("private key", ("{}\n-----END OPENSSH PRI", "VATE KEY-----"), BASE64, 70),
    ("private key", ("MIIEpAIBAA", "KCAQEA{}"), BASE64, 46),
    ("private key", ("b3BlbnNzaC1rZXkt", "djEAAAAA{}"), BASE64, 46),
    ("of a kind", ("wid", "gets_live_{}"), MIXED, 32),
    ("zoho", ("1000", ".0123456789abcdef0123456789abcdef.{}"), HEX, 32),
    ("launchdarkly", ("sd", "k-0a1b2c3d-4e5f-6a7b-8c9d-{}"), HEX, 12),
    ("truenas", ('"auth.login_with', '_api_key", "params": ["7-{}"]'), MIXED, 64),
    ("sonar", ("$sonar", "Login = \"{}\""), HEX, 40),
    ("new relic", ("NR", "IQ-{}"), URL, 32),
    ("teams", ("https://outlook.office", ".com/webhook/0a1b2c3d%40{}/IncomingWebhook/1"), HEX, 32),
    ("tailscale", ("MY_tsk", "ey-api-{}"), MIXED, 24),
    ("prose", ("fixer KE", "Y {}"), MIXED, 32),
    ("prose", ("your mapper ke", "y is {}."), HEX, 32),
    ("log", ("created shopSEC", "RET-{}"), MIXED, 32),
    ("log", ("rotated shop-private-ke", "y-0a1b2c3d-4e5f-6a7b-8c9d-{}"), HEX, 12),
    ("connection string", ("Server=h;Port=5432;User Id=app;Pass", "word={};"), LETTERS, 9),
    ("url query", ("jdbc:postgresql://h:5432/shop?sslmode=disable&pass", "word={}"), LETTERS, 9),
    ("basic auth", ("curl https://api.example.org \\\n-u ", "app:{}"), MIXED, 24),
]  # fmt: skip


def _random(seed: int, alphabet: str, length: "int | tuple[int, int]") -> str:
    draw = random.Random(seed)
    if isinstance(length, tuple):
        return ".".join("".join(draw.choices(alphabet, k=part)) for part in length)
    digits = [char for char in alphabet if char.isdigit()] or alphabet
    return "".join(draw.choices(alphabet, k=length - 1)) + draw.choice(digits)  # nothing that could be a word


def _made(
    seed: int, kind: str, parts: "tuple[str, str]", alphabet: str, length: "int | tuple[int, int]"
) -> Secret:
    body = _random(seed, alphabet, length)
    if kind == "azure":  # three characters, a digit, `Q~`, and the rest
        body = f"{body}8Q~{_random(seed, MIXED, 34)}"
        return Secret(kind, body, body)
    return Secret(kind, "".join(parts).format(body), body)


SECRETS = [_made(seed, *row) for seed, row in enumerate([*_TOKENS, *_SAID])]


def pieces(secret: Secret) -> "list[bytes]":
    """Return what may not be found anywhere: each run of ten characters of a secret, a short one whole."""
    body = secret.body
    length = min(10, len(body))
    return [body[at : at + length].encode() for at in range(len(body) - length + 1)]


def leaked(raw: bytes, secrets: "list[Secret]") -> "list[tuple[str, str]]":
    """Return kind and text of the secrets of which a recognisable piece stands in some bytes."""
    return [(one.kind, one.text) for one in secrets if any(piece in raw for piece in pieces(one))]
