"""The bounds of what is judged a secret: how long, how far from its name, of how many kinds; both sides of each."""

from claudesess_collector import privacy_values as judged
from claudesess_collector.privacy_redact import redact
from tables import each_row


def hides(text, secret):
    return secret not in redact(text)


@each_row(
    ("before", "op", "value", "ends"),
    [
        ("'Enter ", ":", "'", True), ('"Enter ', ":", '"', True), ("`Enter ", ": ", "`", True), ("x = 'Enter ", ":", "'", True), ("('Enter ", ":", "'", True),
        ("['Enter ", ":", "'", True), ("{'Enter ", ":", "'", True), ("+'Enter ", ":", "'", True), (",'Enter ", ":", "'", True),
        ("x'Enter ", ":", "'", False), ("'Enter ", ":", "x", False), ("'Enter ", "=", "'", False), ("'Enter ", ":", '"', False),
        ("'En2ter ", ":", "'", False), ('"En2ter ', ":", '"', True), ('"a=b ', ":", '"', False), ('"a\n', ":", '"', False), ("'{} %s ", ":", "'", True),
        ("'" + "x" * 58, ":", "'", True), ("'" + "x" * 59, ":", "'", False), (" '" + "x" * 58, ":", "'", True), ("y'" + "x" * 58, ":", "'", False),
    ],
)  # fmt: skip
def test_quotes_behind_a_name_may_end_a_text_that_begins_near(before, op, value, ends):
    assert judged._ends_a_text(f"{before}password{op}{value}", len(before), op, value) is ends


LONG = "b7kq2zt9lm4xw8rv1ny6"


@each_row(
    ("before", "op", "bare", "key"),
    [
        ("API ", "", "x", "api_"), ("api\t ", "", "x", "api_"), ("my API    ", "", "x", "api_"), ("my API     ", "", "x", ""), ("a ", "", LONG, ""),
        ("ab ", "", LONG, "any_"), ("cache ", "", LONG, ""), ("sort ", "", LONG, ""), ("shop ", "", LONG, "any_"), ("shop ", "", LONG[:19], ""),
        ("shop ", "", LONG[:19] + "!", ""), ("shop ", "", "internationalisation", ""), ("", "", LONG, ""), ("1x ", "", LONG, ""),
        (" ", "=", "x", "any_"), ("x", "=", "x", ""), ("", "=", "x", ""), (" ", ":", "x", ""), ("\n", "=", "x", "any_"),
        ("abcdefghijklmnop ", "", LONG, "any_"), ("abcdefghijklmnopq ", "", LONG, "any_"),
    ],
)  # fmt: skip
def test_of_what_a_key_is_the_words_before_it_say(before, op, bare, key):
    assert judged._key_of(f"{before}key", len(before), op, bare) == key


@each_row(
    ("value", "is_one"),
    [
        ("aB1" * 8, True), (("aB1" * 8)[:23], False), ("ab1" * 8, False), ("AB1" * 8, False), ("aBc" * 8, False), ("internationalisation1Abc", False),
    ],
)  # fmt: skip
def test_a_long_word_of_both_cases_and_digits(value, is_one):
    assert judged._is_mixed_word(value) is is_one


@each_row(
    ("value", "is_mixed"),
    [("aBcD", True), ("abcD", True), ("abcdE", False), ("abCdefg", True), ("abCdefgh", False), ("aBaBaBaB", True), ("camelCaseWord", False), ("abcd", False),
     ("abcDefghIjklMnop", False), ("ABcDEfGHiJKlMNoP", True)],
)  # fmt: skip
def test_cases_that_change_as_no_names_do(value, is_mixed):
    assert judged._is_mixed(value) is is_mixed


MARKS = "!@#$%^&*"


@each_row(
    ("value", "is_salt"),
    [
        (MARKS + "1 " + "x" * 30, True), (MARKS + "1 " + "x" * 29, False), (MARKS[:7] + "1 " + "x" * 31, False), (MARKS + "x " + "x" * 30, False),
        (MARKS + "1\\ " + "x" * 30, False), (MARKS + "1 2 3 4 " + "x" * 24, True), (MARKS + "1 2 3 4 5 " + "x" * 22, False),
    ],
)  # fmt: skip
def test_a_salt_has_as_many_kinds_of_marks_and_few_words(value, is_salt):
    assert judged._is_salt(value) is is_salt


@each_row(
    ("value", "is_random"),
    [
        ("aaaaaaaaaaaaaaaaaaaaaaaa", False), ("bcdfghjkbcdfghjkbcdfghjk", True), ("abcdefghijklmnopqrstuvwxy", True), ("abcdefghijklmnopqrstuvwx", False),
        ("Abcdefghijklmnopqrstuvwxy", False), ("abcdefghijkl-nopqrstuvwxy", False), ("aebbcdfghjklaeaeae", True), ("aebbcdfghjaeaeaeae", False),
        ("bcdfghjklaeaeae", False), ("bcdfghjklaeaeaea", True), ("word1234", False), ("word12345", True), ("ab1cd2ef", True), ("abc1", False),
        ("abcd12abcd12", True), ("abcd12-abcd12", False), ("abcd12-abcd12abcd3", True), ("bcdfgh1aaa", True), ("bcdfg1aaaa", False),
        ("123456789-12345", True), ("12345678901234", True), ("1.2.840.113549.1.9.16.1.4", False), ("1234567.89012345", True), ("12345678901234.1.2.3", True), ("1234-5678-9012", False), ("1234567-89012345", True),
        ("internationalisation1", True), ("internationalisations1", True),
    ],
)  # fmt: skip
def test_what_chance_made_and_what_only_looks_so(value, is_random):
    assert judged.is_random(value) is is_random


@each_row(("length", "begin"), [(10, 0), (64, 0), (65, 1), (70, 6)])
def test_so_far_back_a_name_may_begin(length, begin):
    assert judged._begin_of_name("x" * length + "key", length) == begin
    assert judged._begin_of_name(" a.b-c_dkey", 8) == 1
    assert judged._begin_of_name("a/bkey", 3) == 2


@each_row(
    ("before", "behind", "is_one"),
    [
        ("Server=h; ", "", True), ("Server=h;   ", "", False), ("https://h/a?", "", True), ("Server=h;", "", True), ("user id=b;", "", True), ("Server =h;", "", True), ("Server = h;", "", False), ("Server=h ", "", False), ("'Server=h';", "", True),
        ("Server=h\n;", "", False), ("h/a?", "", False), ("", ";user=b", True), ("", "&login=b", True), ("", ",uid=b", True), ("", ";users=b", False),
        ("", " user=b", False), ("https://h/" + "x" * 154 + "?", "", True), ("https://h/" + "x" * 155 + "?", "", False),
    ],
)  # fmt: skip
def test_a_password_of_an_address(before, behind, is_one):
    text = f"{before}password=quokkas{behind}"
    assert judged._is_of_address(text, len(before), "=", len(text) - len(behind)) is is_one


@each_row(
    ("before", "is_one"),
    [
        ("'Server = h; User = b; ", True), ('"Server=h;', True), ("Server = h; ", False), ("'Server h; ", False), ("'Server = h' + '; ", False),
        ('"' + "a = b; " * 8, True), ('"' + "a = b; " * 9, False), ('"a = ' + "b" * 59 + "; ", True), ('"a = ' + "b" * 60 + "; ", False),
    ],
)  # fmt: skip
def test_a_password_of_an_address_with_blanks_stands_in_quotes(before, is_one):
    text = f"{before}password = quokkas"
    assert judged._is_of_address(text, len(before), " = ", len(text)) is is_one
    assert ("quokkas" not in redact(f"{text}; x = 1")) is is_one


@each_row(
    ("before", "name", "value", "behind", "is_one"),
    [
        ("", "PASS", "hunter", "", True), ("export ", "PASS", "hunter", "\n", True), ("a\n", "PASS", "hunter", "\r", True), ("a\nexport ", "PASS", "hunter", "", True),
        ("x ", "PASS", "hunter", "", False), ("xexport ", "PASS", "hunter", "", False), ("", "PASS", "hunter", " x", False), ("", "pass", "hunter", "", False),
        ("", "pass", "hunt3r", "", True), ("", "PASS", "hun ter", "", False), ("", "PASS", "password", "", False), ("", "PASS", "new1", "", False),
        ("", "DB_PASS", "dbpass", "", False), ("", "DB_PASS", "db-pass-1", "", False), ("", "DB_PASS", "dbpast", "", True), ("", "PASS", "1234", "", False),
    ],
)  # fmt: skip
def test_a_password_that_a_shell_sets(before, name, value, behind, is_one):
    text = f"{before}{name}={value}{behind}"
    assert judged._is_of_the_shell(text, len(before), len(text) - len(behind), name, value) is is_one


@each_row(
    ("before", "behind", "is_one"),
    [
        ("user: bob\n", "", True), ("  - login = bob\n", "", True), ("", "\nuser: bob", True), ("", "\r\nusername: bob", True), ("user: bob\n\n", "", False),
        ("", "\n\nuser: bob", False), ("user: bob ", "", False), ("user: b\n", "", False), ("users: bob\n", "", False), ("user: bob\n", " x", False),
        ("user: bob\nx: 1\n", "", False), ("", "\nx\nuser: bob", False), ("user: bob" + " " * 150 + "\n", "", True), ("user: bob" + " " * 151 + "\n", "", False),
        ("", "\nuser: " + "b" * 65, False), ("", "\nuser: " + "b" * 64, True), ("", "\n" + " " * 110 + "user: bob", True), ("", "\n" + " " * 111 + "user: bob", True),
        ("", "\n" + " " * 112 + "user: bob", False),
    ],
)  # fmt: skip
def test_a_password_below_or_above_a_user(before, behind, is_one):
    text = f"{before}pass: quokkas{behind}"
    assert judged._is_of_a_login(text, len(before), len(text) - len(behind), "quokkas") is is_one


@each_row(
    ("before", "name", "op", "is_one"),
    [
        ("", "PASS", "=", True), ("", "pass", "=", False), (".", "PASS", "=", False), ("(", "PASS", "=", False), ("?", "PASS", "=", False), (":", "PASS", "=", False),
        ("x", "PASS", "=", True), ("", "PASS", " = ", False), ("ENV ", "pass", " ", True), ("env\t", "pass", "\t", True), ("setenv  ", "p", " ", True), ("setenv   ", "p", " ", False),
        ("setx ", "p", " ", True), ("ARG ", "p", " ", True), ("set ", "p", " ", True), ("reset ", "p", " ", False), ("see ", "p", " ", False), ("set     ", "p", " ", False),
        ("", "PASS", ":", False),
    ],
)  # fmt: skip
def test_what_a_shell_or_an_image_sets(before, name, op, is_one):
    assert judged._is_shell(f"{before}{name}{op}x", len(before), name, op) is is_one


@each_row(
    ("name", "op", "value", "is_quoted", "is_one"),
    [
        ("password", "=", "Enter password: ", True, False), ("password", "=", "password_field", False, False), ("password", "=", "mypasswordis", True, True),
        ("password", "=", "mypasswordi", True, False), ("password", "=", "MYPASSWORDIS", True, False), ("password", "=", "mypasswordis", False, False),
        ("password", "=", "config.db.pass", True, False), ("password", "=", "config.db.word", True, False), ("password", "=", "config.word", True, True),
        ("password", "=", "a.b.c:d", True, False), ("password", ":", "one two three four five six", True, True), ("password", ":", "one two three four five six x", True, False),
        ("password", ":", "one two the three", True, False), ("low_pass", ":", "one two three", True, False), ("password", ":", "one two", False, False),
        ("password", ":", "----", True, False), ("password", ":", "ab.c", True, True), ("password", ":", "abc", True, False),
        ("password", ">", "hunter", False, True), ("password", ">", "hunte", False, False), ("password", ">", "hunt3", False, True), ("password", ">", "hunt!", False, True),
        ("PASS", ":", "hunt3r!", False, True), ("PASS", ":", "hunt3r", False, False), ("PASS", ":", "hunter!", False, False), ("PASS", ":", "hunt3r#", False, False),
        ("low_pass", ":", "hunt3r", False, True), ("low_pass", ":", "hunt-3r", False, False), ("low_pass", ":", "hunt-3r!", False, True), ("low_pass", ":", "hunter!", False, False),
        ("password", "=", "123456", False, True), ("password", "=", "12345", False, False), ("a_pass", "=", "123456", False, False), ("A_PASS", "=", "123456", False, True),
        ("password", "=", "hunt3r", False, True), ("password", "=", "hunter!", False, True), ("password", "=", "hunter=", False, True), ("password", "=", "hunter", False, False),
        ("password", "=", "pwd1", False, False), ("password", "=", "my_password2", False, False), ("password", "=", "a1", False, False), ("PASSWORD", "=", "hunter", False, True),
        ("PASSWORD", "=", "hun.ter", False, False), ("PASSWORD", ":", "hunter", False, False), ("password", "=", "aBcDeFgHiJkLmNoP", False, True),
        ("password", ",", "hunt3r", True, True), ("password", ",", "hunter", True, False), ("low_pass", ",", "hunt3r", True, False), ("password", "(", "hunter!", True, True),
        ("password", "", "aBcDeFgHiJkLmNoP", True, True), ("password", "?", "hunter", True, False),
    ],
)  # fmt: skip
def test_the_value_of_a_password(name, op, value, is_quoted, is_one):
    assert judged._is_password(name, op, op, value, is_quoted, False) is is_one


@each_row("value", ["password_field", "hunter", "config.db.word"])
def test_of_an_address_any_value_is_one(value):
    assert judged._is_password("password", "=", "=", value, False, True)


@each_row(
    ("run", "is_one"),
    [("aB3dE5gH7", True), ("aB3dE5gHH", False), ("aB3dE5gH", False), ("aaaB3dE5gH7jK", True), ("aaaaaaaaaaB3", False), ("camelCaseNames12", False)],
)  # fmt: skip
def test_letters_and_digits_that_change_as_no_version_does(run, is_one):
    assert judged._is_scattered(run) is is_one


#: Each beside what it lacks by one: how long it is, of how many kinds, what its mark says.
PAIRS = [
    ("zqtr_aB3dE5gH7jK9mN1pQ2rS", "zqtr_aB3dE5gH7jK9mN1p"),
    ("zqtr_aB3dE5gH7jK9mN1pQ2rS", "trace_aB3dE5gH7jK9mN1pQ2rS"),
    ("zqtr_aB3dE5gH7jK9mN1pQ2rS", "cache_aB3dE5gH7jK9mN1pQ2rS"),
    ("zqtr_live_aB3dE5gH7jK9mN1p", "zqtr_life_aB3dE5gH7jK9mN1p"),
    ("zqtr_v1_aB3dE5gH7jK9mN1p", "zqtr_w1_aB3dE5gH7jK9mN1p"),
    ("zqtr_7f3kq9w2zt5m1xa8bc4de6fg", "zqtr_7f3kq9w2zt5m1xa8bc4de6f"),
    ("zqtr_7f3kq9w2zt5m1xa8bc4de6fg", "zqtr_7f3ab9c2de5f1aa8bc4de6fa"),
    ("zqtr_key_7f3kq9w2zt5m1xa8", "zqtr_kex_7f3kq9w2zt5m1xa8"),
    ("zqtr_key_7f3kq9w2ztmmxaaa", "zqtr_key_7f3kqqwwztmmxaaa"),
    ("zqtr.aB3dE5gH7jK9mN1pQ2rS", "Zqtr.aB3dE5gH7jK9mN1pQ2rS"),
    ("owl_sk_1a2b3c4d5e6f7g8h9", "owl_sx_1a2b3c4d5e6f7g8h9"),
]  # fmt: skip


@each_row(("one", "none"), PAIRS)
def test_a_key_shows_itself_and_what_is_like_it_does_not(one, none):
    assert hides(f"use {one} now", one)
    assert not hides(f"use {none} now", none)


@each_row(
    ("text", "secret", "is_hidden"),
    [
        ("if ('quokka' == pwd)", "quokka", True), ("if ('quok' == pwd)", "quok", True), ("if ('null' == pwd)", "null", False), ("if ('quokkas' == shop)", "quokkas", False),
        ("if (\"b7kq2zt9lm4xw8rv\" == token)", "b7kq2zt9lm4xw8rv", True), ("if (\"quokkas\" == token)", "quokkas", False), ("if (\"a!b@c#d$e%f^g&\" == token)", "a!b@c#d$e", True),
        ("if (\"b7kq2zt9lm4xw8rv\" == my_key)", "b7kq2zt9lm4xw8rv", False),
        ("passwords = ['hunt3r', 'quokk4']", "quokk4", True), ("passwords = ['hunt3r', 'quokk4']", "hunt3r", True), ("passwords = ['hunt3r', 'quokka']", "hunt3r", False),
        ("passwords = ['hunt3r', 'none']", "hunt3r", True), ("passwords = ['hunt3r']: x", "hunt3r", True), ("tokens: ['b7kq2zt9lm4xw8rv']", "b7kq2zt9lm4xw8rv", True),
        ("password is 'quokkas'", "quokkas", True), ("password is 'quokk4!'", "quokk4!", True), ("password is 'required'", "required", False), ("password is 'Quokkas'", "Quokkas", False),
        ("mysqli(\"h\", \"bob\", \"hunt3r\")", "hunt3r", True), ("mysqli(\"h\", \"bob\", \"hunter\")", "hunter", False), ("mysqli(\"h\", \"bob\", \"$VAR12\")", "VAR12", False),
        ("Cookie: sid=quokka123456", "quokka123456", True), ("Cookie: sid=quokka12345", "quokka12345", False), ("Cookie: sid=quokka1quokk", "quokka1quokk", True), ("Cookie: theme=quokka1quokk", "quokka1quokk", False), ("Cookie: sid=quokka1quok", "quokka1quok", False),
        ("_auth = b7kq2zt9lm4xw8rv", "b7kq2zt9lm4xw8rv", True), ("_auth = b7kq2zt9lm4xw8r", "b7kq2zt9lm4xw8r", False), ("_auth = word1234/more+abcd", "word1234/more+abcd", False),
    ],
)  # fmt: skip
def test_what_stands_in_the_place_of_a_secret_is_judged(text, secret, is_hidden):
    assert hides(text, secret) is is_hidden


@each_row(
    ("value", "is_hidden"),
    [("a" + "=b" * 11 + "1", True), ("a" + "=b" * 13 + "1", False), ("a1" + ":b" * 11, True), ("a1" + ":b" * 13, False), ("ab12cd34=" + "=" * 13, True)],
)  # fmt: skip
def test_a_chain_of_assignments_is_no_value(value, is_hidden):
    assert hides(f"password={value}", value) is is_hidden
