"""Secrets of many kinds and harmless look-alikes. All are made up or documented examples.

They are put together from parts here, so that nobody's scanner takes this file for a leak.
"""

A, B = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF", "Zx8Yw6Vu4Ts2Rq0Po9Nm7Lk5Ji3Hg1Fe"
H = "0123456789abcdef" * 4
KEY = "MIIEowIBAAKCAQEA7bq2"


def pem(kind: str, end: bool = True) -> str:
    tail = f"\n-----END {kind}-----" if end else ""
    return f"-----BEGIN {kind}-----\n{KEY}\n{A}{tail}"


# Tokens that give themselves away, whatever stands around them: kind -> examples.
TOKENS = {
    "anthropic-key": [f"sk-ant-api03-{A}", f"sk-ant-admin01-{A}{B}"],
    "api-key": [f"sk-proj-{A}", f"sk-svcacct-{B}", f"sk-{A}", f"sk-or-v1-{H}"],
    "stripe-key": [f"sk_live_{A}", f"rk_live_{B}", f"sk_test_{A}"],
    "webhook-secret": [f"whsec_{A}"],
    "github-token": [f"ghp_{A}1234", f"gho_{A}1234", f"ghs_{B}1234", f"github_pat_11ABCDEFG0{A}_{B}"],
    "gitlab-token": ["glpat-" + A[:20], "glrt-" + B[:20]],
    "aws-key-id": ["AKIA" + "IOSFODNN7EXAMPLE", "ASIA" + "Y34FZKBOKMUTVV7A"],
    "jwt": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"],
    "slack-token": ["xoxb-" + "123456789012-abcdefABCDEF", "xoxp-" + f"1234-5678-{A}", "xapp-" + f"1-A012-{B}"],
    "slack-webhook": ["hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"],
    "discord-webhook": [f"discord.com/api/webhooks/123456789012345678/{A}"],
    "google-key": ["AIza" + f"SyA-{A}1"],
    "google-token": [f"ya29.{A}"],
    "google-secret": [f"GOCSPX-{A[:28]}"],
    "npm-token": [f"npm_{A}abcd"],
    "pypi-token": [f"pypi-AgEIcHlwaS5vcmc{A}"],
    "huggingface-token": [f"hf_{A}"],
    "sendgrid-key": [f"SG.{A[:22]}.{A}"],
    "digitalocean-token": [f"dop_v1_{H}"],
    "databricks-token": [f"dapi{H[:32]}"],
    "shopify-token": [f"shpat_{H[:32]}"],
    "square-token": [f"sq0atp-{A[:22]}"],
    "linear-key": [f"lin_api_{A}"],
    "figma-token": [f"figd_{A}"],
    "vault-token": [f"hvs.{A}"],
    "age-key": ["AGE-SECRET-KEY-1" + "Q" * 58],
    "twilio-key": [f"SK{H[:32]}"],
    "telegram-token": [f"110201543:AA{A[:32]}aa"],
    "private-key": [pem("RSA PRIVATE KEY"), pem("OPENSSH PRIVATE KEY"), pem("PGP PRIVATE KEY BLOCK"),
                    pem("EC PRIVATE KEY", end=False)],
    "service-token": [
        f"gsk_{A}{B[:20]}", f"xai-{A}{B}", f"pplx-{A}", f"r8_{A}12345", f"sbp_{H[:40]}", f"pscale_tkn_{A}", f"nfp_{A}",
        f"rubygems_{H[:48]}", f"dckr_pat_{A[:27]}", f"tskey-auth-{A[:16]}-{B}", f"ATATT3xFfGF0{A}{B}", f"NRAK-{'A1B2C' * 6}",
        f"PMAK-{H[:24]}-{H[:34]}", f"glsa_{A}_{H[:8]}", f"dp.pt.{A}", f"pul-{H[:40]}", f"sntrys_{A}{B}", f"ntn_{A}12345",
        f"{A[:14]}.atlasv1.{A}{B}", f"key-{H[:32]}", f"{H[:32]}-us12",
    ],
}  # fmt: skip

# Texts of which one part is the secret: by the name before it, or by where it stands.
TOLD = [
    ("password=hunter2", "hunter2"),
    ('{"db_password": "correct horse"}', "correct horse"),
    ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
    ("authorization: basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("postgres://bob:hunter2@db.example/x", "hunter2"),
    ("mongodb+srv://app:s3cr3tPw@cluster0.example.net/db", "s3cr3tPw"),
    ("redis://:p4ssw0rd@cache.example:6379/0", "p4ssw0rd"),
    ("jdbc:postgresql://h/db?user=u&password=p4ssw0rd", "p4ssw0rd"),
    ("Server=db;User Id=sa;Password=Str0ng!Pass;", "Str0ng!Pass"),
    (f"https://{A}@github.example/x.git", A),
    (f"https://{H[:32]}@o1.ingest.sentry.example/42", H[:32]),
    ("mysql -u root --password hunter2", "hunter2"),
    ("mysqldump -u root -phunter2 shop", "hunter2"),
    ("X-Api-Key: abcdef123456", "abcdef123456"),
    ("X-Auth-Token: abcdef123456", "abcdef123456"),
    ("client_secret: 'a1b2c3d4e5'", "a1b2c3d4e5"),
    ("password=123456", "123456"),
    ("export SECRET=topsecret", "topsecret"),
    ("SECRET_KEY=correcthorsebattery", "correcthorse"),
    ("API_KEY=supersecretvalue", "supersecret"),
    (f"HEROKU_API_KEY={H[:8]}-1234-4321-8765-{H[:12]}", f"1234-4321-8765-{H[:12]}"),
    (f"DD_API_KEY={H[:32]}", H[:32]),
    ("token=abcdefghijklmnop", "abcdefgh"),
    ("Authorization: Token abc123def456", "abc123"),
    ("https://user:pa/ss@host/x", "pa/ss"),
    ("http://user:p@ss@host/", "p@ss"),
    ('password="a\\"bcd"', "bcd"),
    ("password=p@ss&word(1)", "word(1)"),
    ("aws configure set aws_secret_access_key wJalrXUtnFEMI", "wJalrXUtnFEMI"),
    ("curl -u admin:hunter2 https://x.example", "hunter2"),
    ("sshpass -p hunter2 ssh x", "hunter2"),
    ("AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==", "Zm9vYmFy"),
    ("machine x.example login bob password hunter2", "hunter2"),
    ('{"auths": {"r.example": {"auth": "Ym9iOmh1bnRlcjI="}}}', "Ym9iOmh1bnRlcjI"),
    ("//registry.example/:_authToken=abcdef0123456789", "abcdef0123456789"),
    ("Cookie: theme=dark; sid=abcdef0123456789; lang=en", "abcdef0123456789"),
    ("Set-Cookie: session=Zm9vYmFyYmF6; HttpOnly", "Zm9vYmFyYmF6"),
    ("https://x.example/cb?access_token=abcdef0123456789&x=1", "abcdef0123456789"),
    ("https://a.blob.example/c?sv=2022&sig=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA%3D", "Zm9vYmFyYmF6cXV4"),
    ("docker login -u bob --password hunter2 r.example", "hunter2"),
    ("npm config set //r.example/:_password=aHVudGVyMg==", "aHVudGVyMg"),
    ("  password: aHVudGVyMg==", "aHVudGVyMg"),
    ("vault login -method=token token=s.abcdef0123456789", "abcdef0123456789"),
    ("deploy --token abcdefghijklmnop --yes", "abcdefghijklmnop"),
]

HARMLESS = [
    "9fceb02d0ae598e95dc970b74767f19372d61af8", "commit 9fceb02 (HEAD -> main)",
    "11111111-aaaa-4000-8000-000000000001", "toolu_01A09q90qw90lq917835lq9", "msg_01XFDUDYJgAACzvnptvVoYEL",
    "req_011CSHoEeqs5C35K2UUqR7Fy", "sha256:" + H, "integrity sha512-" + "Zm9v" * 8,
    "sha512-" + "Zm9vYmFy" * 10 + "==", "data:image/png;base64," + "iVBORw0KGgo" * 3, "max_tokens=4096",
    "def f(token: str, password: str | None = None) -> None:", "password = os.environ['DB_PASSWORD']",
    "tokens: 12345", "input_tokens=1234 output_tokens=567", "src/app/(auth)/page.tsx",
    "task-notification disk-usage risk-assessment-of-everything", "cache_key = build_key(user)",
    "https://example.org/a:b@c", "1 passed in 0.01s", "AGENTS.md KEYBOARD MONKEY", "PWD=/home/dev/app",
    "password=getpass()", "the token abcdefgh is short, see basic understanding", "primary_key=True",
    "foreign_key: user_id", "sort_key=lambda row: row.name", "if token is None:", "assert token == expected_token",
    "class TokenBucket(BaseModel):", "from secrets import token_hex", "def test_password_is_required():",
    "test_auth.py::test_login_with_wrong_password PASSED", "secret = get_secret('db')",
    "password: ${{ secrets.DB_PASSWORD }}", "POSTGRES_PASSWORD: $POSTGRES_PASSWORD", "--password-file /run/secrets/db",
    "Authorization: Bearer <token>", "Authorization: Bearer $TOKEN", 'headers={"Authorization": f"Bearer {token}"}',
    "public_key.pem", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExample bob@host",
    "-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----", "https://user@host/x.git", "git@github.com:a/b.git",
    "postgres://localhost:5432/shop", "redis://cache:6379/0", "http://127.0.0.1:8080/path?key=value&page=2",
    "keyboard shortcuts: ctrl-k ctrl-s", "skeleton-screen-loading-placeholder-component",
    "sk-SK locale, sk_SK.UTF-8", "npm_config_registry npm_package_version", "hf_hub_download(repo_id, filename)",
    "glob('**/*.py'), glpk-solver", "webhooks/handlers/index.ts", "eyJ is how base64 JSON begins",
    "useAuthenticatedUserContextProviderFactory", "a" * 64, "0x" + "deadbeef" * 5, "v20.20.2-alpha.1+build.5f3a9c",
    "pkg:npm/%40babel/core@7.26.0", "resolved \"https://r.example/@babel/core/-/core-7.26.0.tgz#" + H[:40] + '"',
    "E   AssertionError: assert 'abcdef0123456789' == 'fedcba9876543210'", "/nix/store/" + "a1b2c3d4" * 4 + "-python3",
    "node_modules/.pnpm/react-dom@19.0.0_react@19.0.0/", "chunk-" + "5Q2X7ZKM" + ".js", "key-value store, key-bindings",
    "bus-us1 eu-us route", "the xai-like r8_test nfp_x", "mysql -p shop < dump.sql", "signature=rsa sig=v1",
]  # fmt: skip
