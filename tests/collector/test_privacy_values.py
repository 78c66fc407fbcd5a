"""What is judged a secret by its name, its value and what stands around, and what is not: both sides of each rule."""

from claudesess_collector import privacy_values
from claudesess_collector.privacy_redact import redact
from tables import each_row

#: A text, and what is shown of it.
HIDDEN = [
    ("jwt.sign(a, 'quokkahi')", "jwt.sign(a, [redacted:secret])"),
    ("jwt.sign(a, 'quokk4')", "jwt.sign(a, [redacted:secret])"),
    ("jwt.sign(a, '9f86d081/884c7d659a2f')", "jwt.sign(a, [redacted:secret])"),
    ("asKey('quokka-hill-phrase')", "asKey([redacted:secret])"),
    ("\"private:= rzw27jkooEKqazwJ'", "\"private:= [redacted:secret]'"),
    ("&deploy-key is $'internationalisation1'\n", "&deploy-key is [redacted:secret]\n"),
    ("<apiKey \"word12345more\"", "<apiKey [redacted:secret]"),
    ("<user_password: b'yourpassword'", "<user_password: [redacted:password]"),
    ("a\npass=hunterli", "a\npass=[redacted:password]"),
    ("a.secretValue:camelCaseWord1&x=1", "a.secretValue:[redacted:secret]"),
    ("access = a!b@c#d$e%f^gxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx(", "access = [redacted:secret]"),
    ("API token is \"abc1def2\"\n", "API token is [redacted:secret]\n"),
    ("ARG\tAPI_KEY, \"a!b@c#d$e%f^g~h\",", "ARG\tAPI_KEY, [redacted:secret],"),
    ("ARG\tDbPass=hunt3.", "ARG\tDbPass=[redacted:password]"),
    ("Cookie: theme=48291057364; sid=482910573648", "Cookie: [redacted:cookie]"),
    ("f(private_key, `HWunY90XYToGwbbrqQ7B6`.", "f(private_key, [redacted:secret]."),
    ("https://h/ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp?a=1&key:= VrFlvbpaTIlD5gYAEZyFQ8vZRNzvdieTp", "https://h/ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp?a=1&key:= [redacted:secret]"),
    ("my_auth == `48291057364829`", "my_auth == [redacted:secret]"),
    ("page.getByLabel('Password').fill('aBcDeFgHiJkLmNoP')", "page.getByLabel('Password').fill([redacted:password])"),
    ("page.getByLabel('Password').fill('hunt3r')", "page.getByLabel('Password').fill([redacted:password])"),
    ("PASS=zaPMABIdMndnLkMYz/", "PASS=[redacted:password]"),
    ("pass_word=word1234more)", "pass_word=[redacted:password]"),
    ("PASSWORD=hunterli</a>", "PASSWORD=[redacted:password]</a>"),
    ("pwd:$'one two three four five six''", "pwd:[redacted:password]'"),
    ("user, db_password = \"qZhLHcRUGMQhBAR\"(", "user, db_password = [redacted:password]("),
    ("user, passphrase => b'hunterli',", "user, passphrase => [redacted:password],"),
    ("wandb: kvdajgwb2Mjpvwh09CD/", "wandb: [redacted:secret]"),
    ("x                 export deploy-key => \"48291057364829\",", "x                 export deploy-key => [redacted:secret],"),
    ("your client_id:$'O9VMPJBD4K7IJSGN' x", "your client_id:[redacted:secret] x"),
    ("_auth = Ym9iOmZveA", "_auth = [redacted:secret]"),
    ("_auth='Ym9iOmZveA=='", "_auth='[redacted:secret]'"),
    ('"Shop::AccessKey": "150ef5b439192da2"', '"Shop::AccessKey": [redacted:secret]'),
    ('"arn:x y:secret:a1b2c3d4e5f6"', '"arn:x y:secret:[redacted:secret]"'),
    ("use zqtr_aB3dE5gH7jK9mN1pQ2rS now", "use [redacted:service-token] now"),
    ("it said zqtr_aB3dE5gH7jK9mN1pQ2rS", "it said [redacted:service-token]"),
    ("curl zqtr_aB3dE5gH7jK9mN1pQ2rS", "curl [redacted:service-token]"),
    ("[an id]\nzqtr_aB3dE5gH7jK9mN1pQ2rS", "[an id]\n[redacted:service-token]"),
    ("KVOM=kvom_live_7f3kq9w2zt5m1xa8", "KVOM=[redacted:service-token]"),
    ("owlkey_0123abcd4567ef89 ", "[redacted:service-token] "),
    ("(brnx-1_aB3dE5gH7jK9mN1p_Q2rS3tU)", "([redacted:service-token])"),
    ("zq.aB3dE5gH7jK9mN1pQ2rS", "[redacted:service-token]"),
    ("zqtr_AAAAAAAAAAAAaB3dE5gH7jK9mN1pQ2rS", "[redacted:service-token]"),
    ("{'DB_PWD is \"!ref\",", "{'DB_PWD is [redacted:password],"),
    ('key = api_key = "qW9rT2mK4xP8vL3nZ7bC5dF1"', "key = api_key = [redacted:secret]"),
    ('data = db_password = "hunter22Xq"', "data = db_password = [redacted:password]"),
    ('password = pw = "hunter22Xq"', "password = pw = [redacted:password]"),
    ("app.config['SECRET_KEY'] = 'Hunter22'", "app.config['SECRET_KEY'] = [redacted:secret]"),
    ('s3(aws_secret_access_key="Hunter22")', "s3(aws_secret_access_key=[redacted:secret])"),
    ('{"JWT_SECRET_KEY": "quokka"}', '{"JWT_SECRET_KEY": [redacted:secret]}'),
    ('env.put(Context.SECURITY_CREDENTIALS, "hunter2x")', "env.put(Context.SECURITY_CREDENTIALS, [redacted:secret])"),
    ('if ("quokka_7b".equals(password))', "if ([redacted:password].equals(password))"),
    ("if ('quokka' == pwd)", "if ([redacted:password] == pwd)"),
    ('"password=quokkas;user=bob"', '"password=[redacted:password];user=bob"'),
    ("curl -H 'x: SSWS 00aB3dE5gH7jK9mN1pQ2rS'", "curl -H 'x: SSWS [redacted:bearer]'"),
    ('ldap_bind($c, "cn=bob", "hunter2x")', 'ldap_bind($c, "cn=bob", [redacted:password])'),
    ('c.simple_bind_s("cn=bob", "hunter2x")', 'c.simple_bind_s("cn=bob", [redacted:password])'),
    # What wraps it, chooses it, is put to an address, is given to what derives from it.
    ('api_key = SecretStr("b7Kq2Zt9Lm4Xw8Rv1Ny6")', "api_key = SecretStr([redacted:secret])"),
    ("'password' => Hash::make('quokka77'),", "'password' => Hash::make([redacted:password]),"),
    ("password: await bcrypt.hash('quokka77', 10)", "password: await bcrypt.hash([redacted:password], 10)"),
    ('db_password: SecretStr = SecretStr("quokka77")', "db_password: SecretStr = SecretStr([redacted:password])"),
    ("password = isDev ? 'quokka' : 'xK9#mP2'", "password = isDev ? [redacted:password]"),
    ("token = isDev\n    ? 'none'\n    : 'b7Kq2Zt9Lm4Xw8Rv1Ny6'", "token = isDev\n    ? [redacted:secret]"),
    ('mapOf("password" to "quokka77")', 'mapOf("password" to [redacted:password])'),
    ('a = "Server = db; User = SA; Password = " + "quokkas"', 'a = "Server = db; User = SA; Password = " + [redacted:password]'),
    ('"Password=quokkas"', '"Password=[redacted:password]"'),
    ("<a b=\"Password=quokkas\"/>", "<a b=\"Password=[redacted:password]\"/>"),
    ("<a>Pwd=quokkas</a>", "<a>Pwd=[redacted:password]</a>"),
    ("Server=db;\n      Uid=sa;\n      Password=quokka,", "Server=db;\n      Uid=sa;\n      Password=[redacted:password],"),
    ("<passphrase>  quokkaPassphrase</passphrase>", "<passphrase>  [redacted:secret]</passphrase>"),
    ('Rfc2898DeriveBytes("quokkahill", salt)', "Rfc2898DeriveBytes([redacted:secret], salt)"),
    ('PBEKeySpec("quokkahill".toCharArray())', "PBEKeySpec([redacted:secret].toCharArray())"),
    ("session({ resave: false, secret: 'quokka-hill' })", "session({ resave: false, secret: [redacted:secret] })"),
    ("expressjwt({ secret: 'quokka-hill' })", "expressjwt({ secret: [redacted:secret] })"),
    ("{ secretOrKey: 'quokka-hill' }", "{ secretOrKey: [redacted:secret] }"),
    ('pwdStr = "quokka6"', "pwdStr = [redacted:password]"),
    ('pwdOfShop = "quokka6"', "pwdOfShop = [redacted:password]"),
    ('apiKeyOfShop = "Hj4pZ9wLdN2sKq7VtXy"', "apiKeyOfShop = [redacted:secret]"),
    ('auth = "rf6acB24J/1FZLRrKpjmBUYSnUX5CHlt/iD5/9cG/IAOB6hz"', 'auth = "[redacted:secret]"'),
    ('Private AuthOfShop As String = "rf6acB24JFZLRrKpjmBUYSn"', 'Private AuthOfShop As String = "[redacted:secret]"'),
    ("secret = qzwxvjkplmtrbndfghscvbnmqz", "secret = [redacted:secret]"),
    ('client.basic_auth("admin", Some("quokka-hill"))', 'client.basic_auth("admin", Some([redacted:password]))'),
    ('client.bearer_auth("quokka-token")', "client.bearer_auth([redacted:password])"),
    ("conn.request :token_auth, 'quokka-token'", "conn.request :token_auth, [redacted:password]"),
    ("conn.request :basic_auth, 'bob', 'quokkahill'", "conn.request :basic_auth, 'bob', [redacted:password]"),
    ("connect(host: 'h', username: 'bob', password: 'quokka-password')", "connect(host: 'h', username: 'bob', password: [redacted:password])"),
    ("Db('shop', user='bob', password='db_password', host='h')", "Db('shop', user='bob', password=[redacted:password], host='h')"),
    # The word for a password in other languages.
    ('haslo = "quokka7"', "haslo = [redacted:password]"),
    ('has\u0142o = "quokka7"', "has\u0142o = [redacted:password]"),
    ("heslo: 'quokka7'", "heslo: [redacted:password]"),
    ('"salasana": "quokkahill"', '"salasana": [redacted:password]'),
    ("$sifre = 'quokka7';", "$sifre = [redacted:password];"),
    ('"\u015fifre": "quokka7"', '"\u015fifre": [redacted:password]'),
    ('l\u00f6senord = "quokka7"', "l\u00f6senord = [redacted:password]"),
    ('adgangskode = "quokka7"', "adgangskode = [redacted:password]"),
    ('jelsz\u00f3: "quokka7"', "jelsz\u00f3: [redacted:password]"),
    ('{"jeton": "abc123quokkalong"}', '{"jeton": [redacted:secret]}'),
    # By its place in a call: whatever it looks like, also on a line of its own.
    ('new Credentials("bob", "quokkahill")', 'new Credentials("bob", [redacted:password])'),
    ('Credentials.basic(user, "quokkahill")', "Credentials.basic(user, [redacted:password])"),
    ('new PasswordAuthentication("bob", "quokkahill".toCharArray())', 'new PasswordAuthentication("bob", [redacted:password].toCharArray())'),
    ("new PlainTextAuthProvider(\n    'bob',\n    'quokkahill',\n)", "new PlainTextAuthProvider(\n    'bob',\n    [redacted:password],\n)"),
    ("signInWithEmailAndPassword(auth, 'bob@h.example', 'quokkahill')", "signInWithEmailAndPassword(auth, 'bob@h.example', [redacted:password])"),
    ("request.get(u).auth('bob', 'quokkahill')", "request.get(u).auth('bob', [redacted:password])"),
    ('requests.get(u, auth=("bob", "quokkahill"))', 'requests.get(u, auth=("bob", [redacted:password]))'),
    ("http.request({ auth: 'bob:quokkahill' })", "http.request({ auth: [redacted:password] })"),
    ("basicAuth({ users: { 'bob': 'quokkahill' } })", "basicAuth({ users: { 'bob': [redacted:password] } })"),
    ("smtp.login('bob', 'quokkahill')", "smtp.login('bob', [redacted:password])"),
    ("loginWithUsernamePassword('bob', 'quokkahill', done)", "loginWithUsernamePassword('bob', [redacted:password], done)"),
    ("WiFi.begin(ssid, 'quokkahill')", "WiFi.begin(ssid, [redacted:password])"),
    ('DriverManager.getConnection(url, "bob", "quokkahill")', 'DriverManager.getConnection(url, "bob", [redacted:password])'),
    ('new PDO($dsn, $user, "123456")', "new PDO($dsn, $user, [redacted:password])"),
    ("new X509Certificate2(\n            raw,\n            \"quokkahill\")", "new X509Certificate2(\n            raw,\n            [redacted:password])"),
    ("User.create_user('bob', 'bob@h.example', 'quokka7x')", "User.create_user('bob', 'bob@h.example', [redacted:password])"),
    ('jwt.sign(\n  { id: 1, of: { a: 2 } },\n  "quokkahill"\n)', 'jwt.sign(\n  { id: 1, of: { a: 2 } },\n  [redacted:secret]\n)'),
    ('token.SignedString([]byte("quokkahill"))', "token.SignedString([]byte([redacted:secret]))"),
    ('decoder.Decode(token, "quokka123")', "decoder.Decode(token, [redacted:secret])"),
    ('AES(key: "quok", iv: v)', "AES(key: [redacted:secret], iv: v)"),
    ('AES.new(b"quokkahillquokka", AES.MODE_CBC)', "AES.new(b[redacted:secret], AES.MODE_CBC)"),
    ("CryptoJS.AES.encrypt(text, 'quokkahill')", "CryptoJS.AES.encrypt(text, [redacted:secret])"),
    ("hash_hmac('sha256', $data, 'quokkahill')", "hash_hmac('sha256', $data, [redacted:secret])"),
    ("scryptSync('quokkahill', salt, 32)", "scryptSync([redacted:secret], salt, 32)"),
    ("openssl_encrypt($d, 'aes-256-cbc', 'quokkahill')", "openssl_encrypt($d, 'aes-256-cbc', [redacted:secret])"),
    ('sessions.NewCookieStore([]byte("quokkahill"))', "sessions.NewCookieStore([]byte([redacted:secret]))"),
    ("cookieSession({ keys: ['quokkahill'] })", "cookieSession({ keys: [[redacted:secret]] })"),
    ('keys.load(file, "quokkahill".toCharArray())', "keys.load(file, [redacted:secret].toCharArray())"),
    # What a call sets by its name; what a name and a text are given to.
    ('user.setPassword("quokka")', "user.setPassword([redacted:password])"),
    ('user.setPassword("quokka".toCharArray())', "user.setPassword([redacted:password].toCharArray())"),
    ('.user("bob").password("quokka")', '.user("bob").password([redacted:password])'),
    ('JwtBuilder.Create().WithSecret("quokka")', "JwtBuilder.Create().WithSecret([redacted:secret])"),
    ('m.setCipherKey(Base64.decode("4QvVhmFLUs0KTA3Kprsdbg=="))', "m.setCipherKey(Base64.decode([redacted:secret]))"),
    ("define('DB_PASSWORD', 'quokka');", "define('DB_PASSWORD', [redacted:password]);"),
    ('props.setProperty("db.password", "quokka")', 'props.setProperty("db.password", [redacted:password])'),
    ("ENV['DB_PASSWORD'] ||= 'quokka'", "ENV['DB_PASSWORD'] ||= [redacted:password]"),
    ('#define WIFI_PASSWORD "quokka"', "#define WIFI_PASSWORD [redacted:password]"),
    ('password <- "quokka"', "password <- [redacted:password]"),
    ('password = other = "quokka"', "password = other = [redacted:password]"),
    ('val password by lazy { "quokka" }', "val password by lazy { [redacted:password] }"),
    ('let password: [UInt8] = Array("quokka".utf8)', "let password: [UInt8] = Array([redacted:password].utf8)"),
    ('pwd.AppendChar("qu0kk@")', "pwd.AppendChar([redacted:password])"),
    ("o.secretAccessKey = 'quokka'", "o.secretAccessKey = [redacted:secret]"),
    ('make({ secret: "quokka" })', "make({ secret: [redacted:secret] })"),
    ("fill_in 'Password', with: 'quokka'", "fill_in 'Password', with: [redacted:password]"),
    ("page.getByLabel('Password').fill('quokka')", "page.getByLabel('Password').fill([redacted:password])"),
    # Settings.
    ("DB_PASSWORD: quokka\n", "DB_PASSWORD: [redacted:password]\n"),
    ("- name: DB_PASSWORD\n  value: quokka\n", "- name: DB_PASSWORD\n  value: [redacted:password]\n"),
    ("app.db.password: quokka", "app.db.password: [redacted:password]"),
    ("  auth_pass quokka77\n", "  auth_pass [redacted:password]\n"),
    ('connect("dbname=shop user=bob password=quokka")', 'connect("dbname=shop user=bob password=[redacted:password]")'),
    ('variable "db_password" {\n  type = string\n  default = "quokka"\n}', 'variable "db_password" {\n  type = string\n  default = [redacted:password]\n}'),
    ('<property name="password"><value>quokka</value>', '<property name="password"><value>[redacted:password]</value>'),
    ('{"pin": 5571}', '{"pin": [redacted:secret]}'),
    ("secret_id='3f2b8c1d-7a6e-4f50-9b1c-2d3e4f5a6b7c'", "secret_id=[redacted:secret]"),
    ("$hash_salt = '9f86d081884c7d659a2feaa0c55ad015'", "$hash_salt = [redacted:secret]"),
    ("ibm_api_key: qrst1234qrst5678qrst9012--__", "ibm_api_key: [redacted:secret]"),
    # SQL, hashes, headers, Kubernetes.
    ("INSERT INTO users (id, name, password) VALUES (1, 'bob', 'quokkahill')", "INSERT INTO users (id, name, password) VALUES (1, 'bob', [redacted:password])"),
    ('CREATE USER bob IDENTIFIED BY "quokka"', "CREATE USER bob IDENTIFIED BY [redacted:password]"),
    ("CREATE LOGIN bob WITH PASSWORD = N'quokka'", "CREATE LOGIN bob WITH PASSWORD = [redacted:password]"),
    ('If "b7kq2zt9lm4xw8rv" = token Then', "If [redacted:password] = token Then"),
    ("$y$j9T$Qw/erTyUiOpAsDfGhJkL5/$wtUrYmUAzg6p1hdQ/WJtsjq7gJ6if4dP6LcDlXedZU6", "[redacted:password-hash]"),
    ("h('Authorization', `Basic bob:quokka`)", "h('Authorization', `Basic [redacted:bearer]`)"),
    ("https://h/?login=bob&auth=Hj4pZ9wLdN2sKq7Vt", "https://h/?login=bob&auth=[redacted:url-credentials]"),
    ("apiVersion: v1\nkind: Secret\ntype: Opaque\ndata:\n  # of the shop\n  db: cXVva2thaGlsbA==\n", "apiVersion: v1\nkind: Secret\ntype: Opaque\ndata:\n  [redacted:secret]\n"),
    ("apiVersion: v1\ndata:\n  db: |\n    cXVva2thaGlsbA==\nkind: Secret\n", "apiVersion: v1\ndata:\n  [redacted:secret]\nkind: Secret\n"),
    ('{"apiVersion": "v1", "data": {"db": "cXVva2thaGlsbA=="}, "kind": "Secret"}', '{"apiVersion": "v1", "data": {[redacted:secret]}, "kind": "Secret"}'),
    ("# Client password\n2qzKPI359SlFVIEKoL9qakPlP5\n", "# Client password\n[redacted:secret]\n"),
    # Of JSON without blanks the name stays.
    ('{"a":"b","password":"quokka77"}', '{"a":"b","password":[redacted:password]}'),
    # What a sentence tells.
    ("the password is quokka77.", "the password is [redacted:password]."),
    ("creds: bob:quokka77", "creds: bob:[redacted:password]"),
    ("login: bob / quokka77", "login: bob / [redacted:password]"),
    ("mdp = 'quokka7'", "mdp = [redacted:password]"),
    ("\u043f\u0430\u0440\u043e\u043b\u044c: 'quokka7'", "\u043f\u0430\u0440\u043e\u043b\u044c: [redacted:password]"),
    ("\u5bc6\u7801: quokka7", "\u5bc6\u7801: [redacted:password]"),
    ("new-relic = mad4jdztujzi8vcxxcdp5i3yeyr6gmoy", "new-relic = [redacted:secret]"),
]  # fmt: skip
#: Look-alikes, each a step from a secret: too short, a word, a call, a place, somebody else's.
STAYS = [
    "jwt.sign(a, 'quokkah')",
    "jwt.sign(a, 'password')",
    "jwt.sign(a, 'your-own-phrase')",
    "jwt.sign(a, 'two words')",
    "jwt.sign(a, 'quokkahill' + b)",
    "jwt.verify(a, 'quokkahills.pem')",
    "createPrivateKey('keys/quokkahills')",
    "secretKey: 'quokka'",
    '{"secret_key": "required"}',
    'put(theSecretKey, "hunter2x")',
    'if ("password_field".equals(password))',
    "if ('current password' == password)",
    "if ('text' == password_type)",
    "password=quokkas;users=bob",
    "f(password=quokkas, user=bob)",
    'ldap_bind($c, "cn=bob", $password)',
    "toolu_01aB3dE5gH7jK9mN1pQ2rS4tU6",
    '"uploadId": "zqtr_aB3dE5gH7jK9mN1pQ2rS"',
    "UPLOAD_ID=zqtr_aB3dE5gH7jK9mN1pQ2rS",
    "{\"id\":\"zqtr_aB3dE5gH7jK9mN1pQ2rS\"}",
    "--id zqtr_aB3dE5gH7jK9mN1pQ2rS",
    "see a/zqtr_aB3dE5gH7jK9mN1pQ2rS",
    "zqtr_aB3dE5gH7jK9mN1p",
    "rust_HybridKem768X25519PublicKey2",
    "windll.kernel32.GetShortPathNameW2021",
    "chunk-0123abcd4567ef890123abcd4567ef89",
    "cache_key_0123abcd4567ef89",
    "test_reads1of2parts3times4",
    "Draft.aB3dE5gH7jK9mN1pQ2rS",
    "tmp_12345678901234567890",
    "owlkey_abcdefghijklmnopqrstuvwx",
    "0123abcd-45ef-67ab-89cd-0123456789ab",
    "  - passphrase=48291</a>",
    "  - PASSWORD hunt3    , other",
    "  user, low_pass:`hunt`.",
    "  user, pwd=hunterl\n",
    "\"access_key: \"HD6R26qI60ihBeoePW3jSOi27n\"   , other",
    "&private=b'qqe6h97aq38qjh8'   , other",
    "?passwordHint:\"abc=\"/",
    "?session_secret=abc1-def2,",
    "a.token_data: `A2ZnpsoKqzi4vCK4A4FGGbBl`",
    "API pwd = \"$VAR\".",
    "ARG\ttoken=hnM6Jy8",
    "export cache_key_X8yy6Skhj4YjZ8OvIia8OG5    , other",
    "fastly token=internationalisation1@",
    "if (token === \"4829105736482\")",
    "if password == 'aaaa':",
    "if password == 'config.db.pass':",
    "one_password=word12345more,",
    "onepassword: 'one two three four five six seven'(",
    "page.getByLabel('Password').fill('${VAR}')",
    "setx api_key, 'ab1cd2ef3' x",
    "setx secret: `hunt3`'",
    "x                 export secretValue='x && y''",
    "x                export API_KEY=pwd1/",
    "x/DB_PWD \"qZhLHcRUGMQhBAR\",",
    "x/my_auth == wordbcdfghx12\n",
    "{'apiKey == `a!b@c#d$e%f^`;",
    "_auth = Ym9idmVh",  # of a word
    "_auth = OmJvYnZl",  # of no user
    "client(_auth=get_authentication2)",
    "_auth = Ym9iYm86",
    "_auth = Ym86AWJh",  # of what cannot be printed
    "_auth = /zpib2JvYg",
    "_auth = Ym9iOmZveAAAA",
    "_auth = Ym9iOmZveA.x",
    "_auth = Ym9iOmZveA(x)",
    "_auth = Ym9iOmZveA[0]",
    "my_context_keys = 'b7kq2zt9lm4xw8rv1ny6'",
    'password = password.encode("latin1")',
    "password = hash('sha256', x)",
    "type={isShown ? 'text' : 'password'}",
    "ok ? 'PASS' : 'FAIL'",
    "mapOf(password to other)",
    '"password=required"',
    "$password->push($c[random_int(0, 7)])",
    "createToken('PRERELEASEIDENTIFIERLOOSE', x)",
    'if opt.Key == "auth.useAzCliAuth" {',
    'key="-----BEGIN PRIVATE KEY-----\\nXXXX\\nXXXX\\n-----END PRIVATE KEY-----"',
    "session({ secret: 'secret' })",
    "session({ secret: config.secret })",
    'authId = "rf6acB24JFZLRrKpjmBUYSn"',
    'author = "rf6acB24JFZLRrKpjmBUYSn"',
    'auth = "a/rf6acB2/users/of/shop/4JFZLRrKpjm"',
    'basic_auth("username", "password")',
    "f(password='db_password', other='h')",
    "connect(user='bob', password='password', host='h')",
    "{ host: 'Host', username: 'User', password: 'Enter your password' }",
    "perm:a.b.c and -do-not-share-this",
    'chiffre = "quokka7"',
    "jetons = 'quokkas'",
    # Places like those above, and what is none in them.
    "raise InvalidCredentials('bob', 'user')",
    "new Credentials(user, password)",
    "basicAuth({ users: { 'bob': 'password' } })",
    "http.request({ auth: 'bob:password' })",
    "signInWithEmailAndPassword(auth, 'bob@h.example', password)",
    "passport.authenticate('local', { failure: '/login' })",
    "label.setPassword(\"Password\")",
    "user.setPassword(\"quokka\", other)",
    "form.password(\"quokka\")",
    "getPassword(\"quokka77\")",
    "splitpasswd('bob:ab1!')",
    "errors.put('password', 'required')",
    "validates('password', 'quokka')",
    "decode(token, other)",
    "AES(key: key, iv: v)",
    "\"0123456789abcdef\".toCharArray()",
    "password = other = config",
    "DB_PASSWORD: quokka,",
    "db_password: quokka",
    "password quokka",
    "some auth_pass quokka77",
    "f(host=h, user=u, password=quokka)",
    "<password>${env.PASSWORD}</password>",
    "<password>{{ password }}</password>",
    "INSERT INTO users (password, name) VALUES (?, 'quokkahill')",
    "apiVersion: v1\nkind: ConfigMap\ndata:\n  db: cXVva2thaGlsbA==\n",
    "# Client password\nquokkas and so on in 2026\n",
    "the password is sha256.",
    "the password is required",
    "creds: https://h.example/77",
    "login: registry:5000",
    "mdps = 'quokka7'",
    "enclave = 'quokka7'",
    '{"pin": 17, "spin": 5571}',
    "secret_id = 'app-password'",
    "make({ secret: 'app-secret' })",
    "secret = 'quokka'",
    "If \"quokkas\" = token Then",
]  # fmt: skip


@each_row(("text", "shown"), HIDDEN)
def test_of_a_secret_the_value_goes(text, shown):
    assert redact(text) == shown


@each_row("text", STAYS)
def test_what_is_none_stays(text):
    assert redact(text) == text


@each_row(
    ("value", "is_random"),
    [
        ("a1b2c3d", False),
        ("a1b2c3d4", True),
        ("a1b2 c3d4", False),
        ("4829105736482", False),  # a number
        ("48291057364829", True),
        ("aBcDeFgHiJkLmNo", False),
        ("aBcDeFgHiJkLmNoP", True),
        ("camelCaseOfManyWords", False),
        ("internationalisations-abc1", True),  # no word is as long
        ("internationalisation-abc1", False),
        ("word1234more", False),
        ("word12345more", True),
        ("ab1-cd2-ef3", True),
        ("abc1-def2-ghi3", False),
        ("abc1def2", True),  # two numbers with nothing between
        ("abcdefghijklmn1", False),
        ("abcdefghijklmno1", True),
        ("ABCDEFGHIJKLMN1", False),
        ("ABCDEFGHIJKLMNO1", True),
    ],
)
def test_what_chance_made(value, is_random):
    assert privacy_values.is_random(value) is is_random


@each_row(
    ("value", "is_mangled"),
    [
        ("a!b@c#d$e%f^g&", True),
        ("a!b@c#d$e%f^g", False),  # six kinds of marks
        ("!@#$%^&" + "x" * 93, True),
        ("!@#$%^&" + "x" * 94, False),
        ("!@#$%^&\\", False),
        ("!@#$%^& x", False),
    ],
)
def test_what_has_marks_of_many_kinds(value, is_mangled):
    assert privacy_values._is_mangled(value) is is_mangled


@each_row(
    ("value", "is_one"),
    [("hunt3r", True), ("hunt3", False), ("hunter", False), ("hunte!", True), ("hunt 3!", False), ("hunt-3r", False), ("123456", False)],
)  # fmt: skip
def test_what_somebody_made_up_for_a_password(value, is_one):
    assert privacy_values._is_pass_word(value) is is_one


@each_row(
    ("value", "is_one"),
    [("hunter", True), ("HUNTER", True), ("Hunter", False), ("hunte", False), ("hunt3r", False), ("getpass", False), ("newpassword", False), ("mypassword", True)],
)  # fmt: skip
def test_a_word_that_people_make_up(value, is_one):
    assert privacy_values._is_made_up(value) is is_one


@each_row(
    ("before", "after", "is_line"),
    [
        ("", "", True), ("export ", "\n", True), ("set ", "\r", True), ("  - ", "", True), ("a\n", "", True),
        ("see ", "", False), ("", " x", False), ("see " + " " * 20, "", False), ("see " + " " * 24, "", True),
        ("x" + " " * 16 + "export ", "", False), ("x" + " " * 17 + "export ", "", True),  # so far is looked
    ],
)  # fmt: skip
def test_an_assignment_that_is_all_of_its_line(before, after, is_line):
    text = f"{before}A=b{after}"
    assert privacy_values._is_line(text, len(before), len(before) + 3) is is_line


@each_row(
    ("before", "name", "op", "after", "is_elsewhere"),
    [
        ("user, ", "password", " = ", ", other", True),
        ("user, ", "password", " = ", "   , other", True),
        ("user, ", "password", " = ", "    , other", False),
        ("user, ", "password", "=", ", other", False),
        ("user ", "password", " = ", ", other", False),
        ("", "password", ", ", "", True),
        ("f(", "password", ", ", "", False),
        ("f(  ", "password", ", ", "", False),
        ("f(   ", "password", ", ", "", True),
        ("", "PASSWORD", ", ", "", False),
        ("'", "PASSWORD", ", ", "", True),
    ],
)
def test_a_value_of_another_name(before, name, op, after, is_elsewhere):
    text = f"{before}{name}{op}value{after}"
    end = len(text) - len(after)
    assert privacy_values._is_elsewhere(text, len(before), name, op, end, "value") is is_elsewhere


@each_row(
    ("name", "family"),
    [
        ("password", "password"), ("db_password", "password"), ("pass_word", "password"), ("passwordHash", "password"),
        ("pass_phrase_here", None), ("my_pass_word_value", "password"), ("pwds_open", None),
        ("token", "secret"), ("api_key", "secret"), ("apiKey2", "secret"), ("sort_key", None), ("widget_key", "key"), ("key", None),
        ("token_data", None), ("data_token", "secret"), ("token_type", None), ("client_id", "key"), ("id_client", None),
        ("aws_access", "key"), ("private", "key"), ("low_pass", None), ("my_pass", "password"), ("last_pass", None),
        ("setMotDePasse", "password"), ("passe", None), ("contrase\u00f1a", "password"), ("Senha", "password"), ("kennwort", "password"), ("db_wachtwoord", "password"),
        ("auth", None), ("my_auth", "secret"), ("secret_of_shop", "secret"), ("shop", None), ("public_token", None),
    ],
)  # fmt: skip
def test_of_what_a_name_is(name, family):
    assert privacy_values._family(name) == family


@each_row(
    ("value", "family", "is_one"),
    [
        ("1234567", "secret", False), ("12345678", "secret", True), ("a1b2c3d4e5f6g7h", "key", False),
        ("a1b2c3d4e5f6g7h8", "key", True), ("hunte", "secret", False), ("hunter", "secret", True), ("HUNTER", "secret", False),
        ("HUNTER1", "secret", True), ("./hunter", "secret", False), ("hunter/x", "secret", True), ("config.name", "secret", False),
    ],
)  # fmt: skip
def test_what_a_shell_assigns(value, family, is_one):
    assert privacy_values._is_shell_value(value, family) is is_one


@each_row(
    ("value", "bare", "is_quoted"),
    [
        ("a", "a", False), ("'a'", "a", True), ("b'a'", "a", True), ("ba", "ba", False), ("$'a'", "a", True),
        ('\\"a\\"', "a", True), ("'a", "a", True), ("rb'a'", "rb'a'", False),
    ],
)  # fmt: skip
def test_a_value_without_its_quotes(value, bare, is_quoted):
    assert privacy_values._unquoted(value) == (bare, is_quoted)


@each_row(
    ("before", "op", "mark", "after", "is_one"),
    [
        ("", "=", "=", "", True),
        ("", "=", "=", " x", True),
        ("", "=", "=", "(x)", False),
        ("", "=", "=", "[0]", False),
        ("", "=", "=", "{", False),
        ("<", ">", ">", "</a>", True),
        ("</", ">", ">", "", False),  # what follows the end of an element
        ("", " == ", "==", "", False),
        ("", ", ", ",", "", False),
        ("ENV ", " ", "", "", True),
        ("see ", " ", "", "", False),
    ],
)
def test_a_value_without_quotes_that_is_no_expression(before, op, mark, after, is_one):
    text = f"{before}PASS{op}hunt3r{after}"
    end = len(text) - len(after)
    assert privacy_values._is_config(text, len(before), end, "PASS", op, mark, "hunt3r") is is_one


@each_row("text", ["token: abcdefgh²ijkl", "bearer abcdefgh²", "Exit code ²"])
def test_a_digit_that_is_no_number_breaks_nothing(text):
    assert isinstance(redact(text), str)


@each_row(
    ("bare", "around", "is_one"),
    [
        ("password8", "user: 'bob'\nhost: 'db1'\npassword: {}\n", False),  # names itself
        ("quokka12", "user: 'bob'\nhost: 'db1'\npassword: {}\n", True), ("quokka12", "password: {}\nuser: 'bob'\nhost: 'db1'\n", True),
        ("quokka1", "user: 'bob'\nhost: 'db1'\npassword: {}\n", False), ("quo ka12", "user: 'bob'\nhost: 'db1'\npassword: {}\n", False),
        ("quokka12", "user: 'bob'\npassword: {}\n", False), ("quokka12", "host: 'db1'\npassword: {}\n", False),
    ],
)  # fmt: skip
def test_beside_a_user_and_a_host_a_password_may_hold_the_word_itself(bare, around, is_one):
    text = around.format(bare)
    begin = text.index("password: ")
    end = begin + len(f"password: {bare}")
    assert privacy_values._is_of_a_connection(text, begin, end, bare) is is_one
