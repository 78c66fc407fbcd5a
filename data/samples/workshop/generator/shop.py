"""The made-up project: its files, and the work items with the checks that belong to them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .chance import Chance
from .plan import LADDERS

PROJECT_DIR = "/home/dev/shop"
PROGRAMS = ("git", "mypy", "node", "npm", "npx", "python", "python3", "ruff")
ODD_FILE = "shop/uploads/<img src=x onerror=alert(1)>.py"

# Source file -> (its test, the function worked on, what it should compute: the parts of its approaches).
PYTHON = {
    "shop/cart.py": (
        "tests/test_totals.py",
        "total",
        ("sum(line.price for line in lines)", "subtotal - rebate"),
    ),
    "shop/pricing.py": (
        "tests/test_discounts.py",
        "reduced",
        ("price * (1 - share)", "price - price * share"),
    ),
    "shop/catalog.py": (
        "tests/test_listing.py",
        "visible",
        ("sorted(products)", "[p for p in products if p.live]"),
    ),
    "shop/orders.py": ("tests/test_placing.py", "place", ("Order(lines, buyer)", "Order.from_lines(lines)")),
    "shop/stock.py": ("tests/test_reserving.py", "reserve", ("held + wanted", "min(held + wanted, on_hand)")),
    "shop/payments.py": ("tests/test_refunds.py", "refund", ("paid - kept", "max(paid - fee, 0)")),
    "shop/shipping.py": ("tests/test_parcels.py", "parcels", ("ceil(weight / limit)", "weight // limit + 1")),
    "shop/mailer.py": ("tests/test_receipts.py", "subject", ("f'Order {number}'", "template.format(number)")),
    "shop/api.py": ("tests/test_endpoints.py", "page", ("rows[start:start + size]", "rows[start:stop]")),
    "shop/search.py": ("tests/test_queries.py", "terms", ("query.split()", "re.findall(WORD, query)")),
    "shop/taxes.py": ("tests/test_rates.py", "tax", ("net * rate", "gross - gross / (1 + rate)")),
    ODD_FILE: ("tests/test_names.py", "clean", ("name.strip()", "escape(name)")),
}
TYPESCRIPT = ("web/src/basket.ts", "web/src/money.ts", "web/src/fetching.ts", "admin/src/stocktable.tsx")
COMMANDS = {
    "python -m shop.importer data/catalogue.csv": "shop/catalog.py",
    "python -m shop.reindex --all": "shop/search.py",
    "python -m shop.nightly --dry-run": "shop/orders.py",
    "python tools/check_parcels.py": "shop/shipping.py",
}
PINS = [f'requires = ["hatchling>={major}.{minor}"]' for major in (1, 2) for minor in range(8)]
JUDGE = (
    'Were the checks run after the last edit? $ARGUMENTS Answer with JSON {"ok": true|false, "reason": "..."}'
)
_WRAPPINGS = (
    "{}",
    "round({}, 2)",
    "list({})",
    "({}) or None",
    "checked({})",
    "cached({})",
    "copy({})",
    "quantised({})",
)


def files() -> dict[str, str]:
    """Return the project's files by absolute path; only their being there and the manifests matter."""
    judge = {"type": "prompt", "prompt": JUDGE}
    manifests = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "2.4.0"\ndependencies = ["fastapi>=0.120"]\n\n'
        "[tool.ruff]\nline-length = 100\n\n[tool.mypy]\nstrict = true\n",
        "package.json": json.dumps({"name": "shop", "private": True, "workspaces": ["web", "admin"]}),
        "web/package.json": json.dumps({"name": "web", "dependencies": {"react": "^19.2.0"}}),
        "admin/package.json": json.dumps({"name": "admin", "dependencies": {"react": "^19.2.0"}}),
        "tsconfig.json": "{}\n",
        "README.md": "# shop\n",
        "tools/check_parcels.py": "",
        "data/catalogue.csv": "sku,name\n",
        ".claude/settings.json": json.dumps({"hooks": {"TaskCompleted": [{"hooks": [judge]}]}}),
    }
    sources = dict.fromkeys([*PYTHON, *TYPESCRIPT], "")
    tests = {test: _test_text(path, function) for path, (test, function, _) in PYTHON.items()}
    return {f"{PROJECT_DIR}/{name}": text for name, text in (manifests | sources | tests).items()}


def _test_text(path: str, function: str) -> str:
    """Return the line by which a test imports what it tests; a name that no language can import is loaded."""
    if path == ODD_FILE:
        return "from shop import uploads\n"
    return f"from {path.removesuffix('.py').replace('/', '.')} import {function}\n"


@dataclass
class Item:
    """A piece of work: a file, and the check that says when it is done.

    Attributes
    ----------
    category : str
        The ladder that its check follows.
    path : str
        The file that is edited, relative to the project.
    command : str
        The check as typed in `folder`, without pipes.
    folder : str
        Where the check runs, relative to the project; ``""`` for its root.
    where : str
        The place that a failure names.
    approaches : list of str
        Lines that may be tried.
    tried : list of (str, int)
        Lines that were tried, and when, in order.
    failures : int
        How often the check has failed.
    """

    category: str
    path: str
    command: str
    folder: str
    where: str
    approaches: list[str]
    tried: list[tuple[str, int]] = field(default_factory=list)
    failures: int = 0

    @property
    def check(self) -> tuple[str, str]:
        """What is tried and where: the identity of the check within a session."""
        return self.command, self.folder

    @property
    def name(self) -> str:
        """What people call the failure by, in a question or in closing words: a file's name, most often."""
        if self.where == "pyproject.toml":
            return "hatchling.build"
        named = self.where.partition(":")[0] if self.category == "test" else self.path
        return named.rpartition("/")[2]

    @property
    def blamed(self) -> tuple[str, ...] | None:
        """The files that a failure blames: named by its output, or imported by what that names; None: any."""
        if self.where == "pyproject.toml":
            return None
        return () if self.category == "test" and self.path == ODD_FILE else (self.path,)


def items(chance: Chance) -> list[Item]:
    """Return every piece of work there is, in random order; no two share a check."""
    made = [item for path in PYTHON for item in python_items(path)]
    for path in TYPESCRIPT:
        lines = [f"const cents{n}: number = Math.round(amount * {n})" for n in range(2, 18)]
        made.append(Item("type", path, f"npx tsc --noEmit {path}", "", f"{path}(12,5)", lines))
    for folder in ("web", "admin"):
        path = next(name for name in TYPESCRIPT if name.startswith(folder))
        lines = [f"import {{ part{n} }} from './parts/{n}'" for n in range(1, 17)]
        where = f"{path.removeprefix(folder + '/')}:3:10"
        made.append(Item("build", path, "npm run build", folder, where, lines))
    made.append(Item("build", "shop/api.py", "python -m build --wheel", "", "pyproject.toml", PINS))
    for command, path in COMMANDS.items():
        lines = [f"rows = {wrapping.format(part)}" for part in PYTHON[path][2] for wrapping in _WRAPPINGS]
        made.append(Item("runtime", path, command, "", f"{PROJECT_DIR}/{path}", lines))
    for at in range(len(made) - 1, 0, -1):
        other = chance.whole(0, at)
        made[at], made[other] = made[other], made[at]
    return made


def python_items(path: str) -> list[Item]:
    """Return the test, the lint and the type work on a Python file."""
    test, function, parts = PYTHON[path]
    values = [wrapping.format(part) for part in parts for wrapping in _WRAPPINGS]
    quoted = f"'{path}'" if path == ODD_FILE else path
    tests = [f"return {value}" for value in values]
    lints = [f"return {value} or None" for value in values]
    types = [f"{function}: int = {value}" for value in values]
    return [
        Item("test", path, f"python -m pytest -q {test}", "", f"{test}:14", tests),
        Item("lint", path, f"ruff check {quoted}", "", f"{path}:12:1", lints),
        Item("type", path, f"mypy {quoted}", "", f"{path}:12", types),
    ]


def take(free: list[Item], chance: Chance, categories: tuple[str, ...]) -> Item | None:
    """Take an item off the free ones: its category by weight, then the first of that category."""
    there = {item.category for item in free}
    weights = {name: LADDERS[name].weight for name in LADDERS if name in there and name in categories}
    if not weights:
        return None
    category = chance.weighted(weights)
    item = next(item for item in free if item.category == category)
    free.remove(item)
    return item


def failed_output(item: Item) -> str:
    """Return what the check prints when it fails."""
    n, file = item.failures, item.where.partition(":")[0]
    if item.category == "test":
        lines = ["F...", f"E       assert {n} == 7", "", f"{item.where}: AssertionError"]
        lines += [f"FAILED {file}::test_{n} - assert {n} == 7", "1 failed, 3 passed in 0.21s"]
    elif item.category == "lint":
        lines = [f"{item.where}: F401 [*] `decimal.Decimal` imported but unused", "Found 1 error."]
    elif item.category == "type" and item.command.startswith("npx"):
        lines = [f"{item.where}: error TS2322: Type 'string' is not assignable to type 'number'."]
    elif item.category == "type":
        lines = [f"{item.where}: error: Incompatible types in assignment  [assignment]"]
        lines += ["Found 1 error in 1 file (checked 1 source file)"]
    elif item.category == "build" and item.folder:
        lines = [f'{item.where}: ERROR: No matching export for import "part{n}"']
        lines += ["npm error Lifecycle script `build` failed with error:"]
    elif item.category == "build":
        lines = ["ERROR Backend 'hatchling.build' is not available."]
    else:
        lines = ["Traceback (most recent call last):", f'  File "{item.where}", line 31, in run']
        lines += [f"ValueError: row {n} is empty"]
    return "\n".join(lines)


def passed_output(item: Item) -> str:
    """Return what the check prints when it passes."""
    if item.category == "test":
        return "....\n4 passed in 0.19s"
    if item.category == "lint":
        return "All checks passed!"
    if item.category == "type":
        return "" if item.command.startswith("npx") else "Success: no issues found in 1 source file"
    if item.category == "build":
        return "✓ built in 1.42s" if item.folder else "Successfully built shop-2.4.0-py3-none-any.whl"
    return "done: 120 rows"


def long_file(path: str) -> int:
    """Return how many lines a file has: a whole number that depends on its name alone."""
    return 90 + sum(map(ord, path)) % 7 * 40
