"""How runners of checks say what became of them: what a line of a failed run is like, and one of a passed run."""

# Runner -> what a line of a failed run looks like, what a line of a passed run looks like. Matched from a line's
# beginning, line by line: so a pattern costs no more than the line is long, and prose does not match.
RUNNERS: "dict[str, tuple[str, str]]" = {
    "pytest": (
        r"=* ?(?:.*\D)?[1-9]\d* (?:failed|errors?)\b.* in [\d.]+ ?s|(?:FAILED|ERROR) \S*(?:::|\.py)"
        r"|\S+::.* (?:FAILED|ERROR) +\[|ERROR: (?:file or directory not found|usage:)|!+ .*Interrupted: "
        r"|!+ stopping after \d+ failures? !|=+ (?:FAILURES|ERRORS) =+$|[.sxX]*[FE][.sxXFE]*[ ]+\[ *\d+%\]$"
        r"|FAIL Required test coverage|INTERNALERROR> ",
        r"=* ?(?:.*\D)?[1-9]\d* (?:passed|skipped|xfailed|xpassed)\b.* in [\d.]+ ?s|[.sxX]+ +\[100%\]$",
    ),
    "unittest": (r"FAILED \((?:failures|errors|unexpected)|\S*SystemCheckError: ", r"OK(?: \(.*\))?$"),
    "node": (
        r"(?:# |ℹ )(?:fail|cancelled) [1-9]\d*$|not ok \d+ |✖ failing tests:",
        r"(?:# |ℹ )fail 0$",
    ),
    "jest": (
        r"Tests?:[ \t]+(?:.*\D)?[1-9]\d* failed|Test Suites:[ \t]+(?:.*\D)?[1-9]\d* failed|FAIL[ \t]+\S"
        r"|  ● .+ › \S|[ \t]*● (?:Test suite failed to run|Validation Error:)"
        r"|No tests found, exiting with code 1|Jest: .*coverage threshold|.*coverage threshold .* not met",
        r"Tests:[ \t]+(?:.*\D)?[1-9]\d* passed",
    ),
    "vitest": (
        r"[ \t]*(?:Tests|Test Files)[ \t]+(?:.*\D)?[1-9]\d* failed|[ \t]*❯ \S+ \(\d+ tests?.* \| [1-9]\d* failed\b"
        r"|[ \t]*Errors[ \t]+[1-9]\d* errors?"
        r"|[ \t]*FAIL[ \t]+\S|No test files found(?!.*code 0)|ERROR: Coverage|Vitest caught [1-9]\d* unhandled error",
        r"[ \t]*(?:Tests|Test Files)[ \t]+(?:.*\D)?[1-9]\d* passed",
    ),
    "mocha": (r"[ \t]*[1-9]\d* failing$", r"[ \t]*[1-9]\d* passing\b"),
    "hardhat": (
        r"[ \t]*[1-9]\d* failing$|.*\bHHE?\d+: ",
        r"[ \t]*[1-9]\d* passing\b|Compiled \d+ Solidity|Nothing to compile",
    ),
    "jasmine": (r"\d+ specs?, [1-9]\d* failures?", r"[1-9]\d* specs?, 0 failures"),
    "karma": (r".*Executed \d+ of \d+.* \([1-9]\d* FAILED\)", r".*Executed [1-9]\d* of \d+ SUCCESS|TOTAL: \d+ SUCCESS"),
    "cucumber": (r"\d+ scenarios? \(.*[1-9]\d* failed", r"\d+ scenarios? \(\d+ passed\)"),
    "cypress": (r"[ \t]*(?:✖|×) +\d+ of \d+ failed|[ \t]*Failing: +[1-9]", r"[ \t]*(?:✔|√) +All specs passed"),
    "robot": (r"\d+ tests?, \d+ passed, [1-9]\d* failed", r"[1-9]\d* tests?, \d+ passed, 0 failed"),
    "prove": (r"Result: FAIL", r"Result: PASS"),
    "busted": (
        r"\d+ success(?:es)? / (?:[1-9]\d* failures?|\d+ failures? / [1-9]\d* errors?)",
        r"[1-9]\d* success(?:es)? / 0 failures? / 0 errors?",
    ),
    "bazel": (
        r"//\S+ +(?:\(.*\) )?(?:FAILED|TIMEOUT)|FAILED: |ERROR: |Executed \d+ out of \d+ tests?: .*\bfails?\b",
        r"INFO: Build completed successfully|Executed \d+ out of (\d+) tests?: \1 tests? pass",
    ),
    "forge": (
        r"(?:Suite|Test) result: FAILED|Failing tests:|Encountered [1-9]\d* failing tests?|Error: |Compiler run failed",
        r"(?:Suite|Test) result: ok|Compiler run successful|Ran \d+ test suites?.*, 0 failed|No files changed",
    ),
    "lein": (r"[1-9]\d* failures, \d+ errors|\d+ failures, [1-9]\d* errors|Tests failed", r"0 failures, 0 errors"),
    "rebar3": (
        r"[ \t]*Failed: [1-9]\d*|===> (?:Error|Failed|Compiling \S+ failed)|\d+ tests, [1-9]\d* failures",
        r"[ \t]*(?:All \d+ tests passed|Test passed)|\d+ tests, 0 failures",
    ),
    "gleam": (r"\d+ tests?, [1-9]\d* failures?|error: |[1-9]\d* failures?$", r"\d+ (?:tests?, 0|passed, no) failures"),
    "cabal": (
        r"Test suite \S+: FAIL|\d+ of \d+ test suites .*failed"
        r"|(?!(\d+) of \1 )\d+ of \d+ test suites .*passed|[^\s:]+:\d+:\d+: error:|Error: |cabal: "
        r"|[Tt]ests? suite failure",
        r"Test suite \S+: PASS|(\d+) of \1 test suites .*passed",
    ),
    "ginkgo": (r".*(?:FAIL!|Test Suite Failed)", r".*(?:SUCCESS!|Test Suite Passed)"),
    "meson": (r"Fail: +[1-9]|ERROR: |FAILED: ", r"Fail: +0$"),
    "elm": (r"TEST RUN FAILED|-- [A-Z ]+ -{5,}", r"TEST RUN PASSED|Success!"),
    "latex": (
        r"! (?:LaTeX|Undefined|Emergency|Package|TeX) |!  ==> Fatal error|Latexmk: Errors",
        r"Output written on |Latexmk: All targets .* up-to-date",
    ),
    "shellcheck": (r"In \S+ line \d+:|\S+:\d+:\d+: (?:error|warning|note|info|style): .*SC\d{4}", r"(?!)"),
    "stylelint": (r"✖ [1-9]\d* problems? \([1-9]\d* errors?|[ \t]*\d+:\d+ +✖ ", r"(?!)"),
    "scons": (r"scons: building terminated because of errors|scons: \*\*\*", r"scons: done building targets\."),
    "pio": (r"=+ \[FAILED\]|Error: |\*\*\* \[", r"=+ \[SUCCESS\]"),
    "playwright": (
        r"[ \t]*[1-9]\d* (?:failed|interrupted|did not run)$|[ \t]*\d+\) \[[\w -]+\] › "
        r"|Error: .*\bconfig\.webServer\b",
        r"[ \t]*[1-9]\d* passed\b(?!.*\bfailed)",
    ),
    "bun": (r"[ \t]*[1-9]\d* (?:fail|errors?)$", r"[ \t]*0 fail$"),
    "deno": (r"FAILED \| |error: ", r"ok \| [1-9]\d* passed"),
    "deno by name": (r"Found [1-9]\d* problems?", r"Checked [1-9]\d* files?$"),
    "cargo test": (
        r"test result: FAILED|error(?:\[E\d+\])?: \S|.*\b[1-9]\d* tests? run: .*[1-9]\d* failed|test .* \.\.\. FAILED$",
        r"test result: ok\.|[ \t]*Executable \S+ \("
        r"|.*\b[1-9]\d* tests? run: [1-9]\d* passed(?!.*failed)",
    ),
    "cargo": (
        r"error(?:\[E\d+\])?: (?!test failed|doctest failed)\S|Diff in "
        r"|(?:\w+ \w+, ){0,3}(?:advisories|bans|licenses|sources) FAILED\b",
        r"(?!)",
    ),
    "cargo by name": (
        r"(?!)",
        r"[ \t]*Finished .*target\(s\)|(?:advisories|bans|licenses|sources) ok(?:, \w+ ok){0,3}$",
    ),
    "go test": (
        r"[ \t]*--- FAIL: |FAIL(?:$|[ \t])|\.?\.?/?\S+\.go:\d+:\d+: |go: (?:cannot|error|no such|updates to) ",
        r"ok[ \t]+\S+[ \t]+(?:\(cached\)|[\d.]+s)",
    ),
    "go": (r"(?:vet: )?\.?\.?/?\S+\.go:\d+:\d+: |go: (?:cannot|error|no such|updates to) ", r"(?!)"),
    "gofmt": (r"[\w./-]+\.go$", r"(?!)"),
    "mix": (
        r"(?:.*\D)?\d+ (?:tests?|doctests?|properties)\b.*, (?:[1-9]\d* failures?|\d+ failures?, [1-9]\d* invalid)"
        r"|\*\* \(|== Compilation error|.*Compilation failed due to warnings"
        r"|ERROR! Test suite aborted|Coverage test failed",
        r"(?:.*\D)?\d+ (?:tests?|doctests?|properties)\b.*, 0 failures",
    ),
    "credo": (
        r".*found [1-9]\d* (?:[\w/]+ ){0,3}(?:issues?|suggestions?|warnings?|opportunit(?:y|ies))",
        r".*found no issues",
    ),
    "dialyzer": (
        r"Total errors: [1-9]|done \(warnings were emitted\)",
        r"done \(passed successfully\)|Total errors: 0,",
    ),
    "format": (r"\*\* \(Mix\) mix format failed", r"(?!)"),
    "rubocop": (r"\d+ files? inspected, [1-9]\d* offenses?", r"\d+ files? inspected, no offenses"),
    "task": (
        r"(?:.*\D)?[1-9]\d* tasks? failed\b|(?:\[[^\]]+\] )?(?:ERROR )?task failed\b|rake aborted!"
        r"|(?:error|ERROR).*\b(?:task|recipe|script)\b.*\bfailed\b",
        r"(?!)",
    ),
    "pre-commit": (
        r".*\.{3,}Failed$|- files were modified by this hook|- exit code: [1-9]",
        r".*\.{3,}Passed$",
    ),
    "lefthook": (r"🥊 |.*\.{3,}Failed$", r"(?!)"),
    "lint-staged": (r"✖ ", r"✔ Running tasks for "),
    "tox": (r"[ \t]*\S+: FAIL\b|ERROR:[ \t]+\S+: commands failed", r"[ \t]*congratulations :\)"),
    "phpstan": (r"[ \t]*\[ERROR\] Found [1-9]\d* errors?", r"[ \t]*\[OK\] No errors"),
    "xctest": (
        r".*Executed \d+ tests?, with [1-9]\d* failures?|(?:xcodebuild: )?error: |\*\* \w+(?: \w+)? FAILED \*\*"
        r"|.*\.swift:\d+:\d+: (?:fatal )?error: |✘ (?:Test|Suite) .*(?:failed after|recorded an issue)"
        r"|Test Case .* failed \(",
        r".*Executed \d+ tests?, with 0 failures|\*\* \w+(?: \w+)? SUCCEEDED \*\*"
        r"|✔ Test run with \d+ tests? .*passed",
    ),
    "xctest by name": (r"(?!)", r"Build complete!"),
    "ty": (r"Found [1-9]\d* diagnostics?|error\[[\w-]+\]: ", r"All checks passed!"),
    "flutter": (
        r".*Some tests failed\.|[1-9]\d* issues? found",
        r".*All tests passed!|No issues found!",
    ),
    "flutter by name": (r"(?!)", r"[√✓] Built |Formatted \d+ files? \(0 changed\)"),
    "terraform": (r"(?:│ )?Error: ", r"Success! The configuration is valid"),
    "docker": (
        r"ERROR: failed to (?:solve|build)|(?:target [\w.-]+: )?failed to solve: "
        r"|The command .* returned a non-zero code",
        r"Successfully (?:built|tagged) |#\d+ (?:naming to|writing image) |View build details: "
        r"|[ \t]*(?:✔|Image|Service) [\w./:@-]+[ \t]{1,40}Built(?:[ \t]{1,40}[\d.]+s)?$",
    ),
    "rspec": (
        r"\d+ examples?, (?:[1-9]\d* failures?|.*\b[1-9]\d* errors? occurred outside)",
        r"\d+ examples?, 0 failures(?!.*\berrors? occurred)",
    ),
    "minitest": (
        r"\d+ runs, .*, (?:[1-9]\d* failures|\d+ failures, [1-9]\d* errors)|(?:[ \t]*\d+\) )?Failure:$"
        r"|[ \t]*\d+\) Error:$|(?:bin/)?rails test \S+:\d+$",
        r"\d+ runs, .* 0 failures, 0 errors",
    ),
    "pest": (
        r"[ \t]*Tests:[ \t]+(?:.*\D)?[1-9]\d* failed|(?:FAILURES|ERRORS)!$|[ \t]*FAIL  \S",
        r"[ \t]*Tests:[ \t]+[1-9]\d* passed \(|OK \(",
    ),
    "psalm": (r"[1-9]\d* errors found|ERROR: \w+ - ", r"No errors found!"),
    "phpcs": (r"FOUND [1-9]\d* (?:ERROR|WARNING)", r"(?!)"),
    "phpunit": (
        r"(?:FAILURES|ERRORS)!$|Tests: \d+, .*\b(?:Errors|Failures): [1-9]",
        r"OK(?: \(|, but )",
    ),
    "ctest": (r"\d+% tests passed, [1-9]\d* tests? failed", r"100% tests passed"),
    "bats": (r"not ok \d+ |[1-9]\d* tests?, [1-9]\d* failures?", r"[1-9]\d* tests?, 0 failures"),
    "ruff": (
        r"Found [1-9]\d* errors?(?:\.| \((?!\d+ fixed, 0 remaining\)))|[Ww]ould reformat"
        r"|\d+ files? would be reformatted"
        r"|[^\s:]+:\d+:\d+: [A-Z]+\d+ |error: |[A-Z]+\d+ \[\*\] ",
        r"All checks passed!|Found \d+ errors? \(\d+ fixed, 0 remaining\)"
        r"|\d+ files? (?:already formatted|left unchanged|reformatted)",
    ),
    "ruff by name": (r"[ \t]*--> \S+:\d+:\d+$|[1-9]\d*\t[A-Z]+\d+\t\[", r"(?!)"),
    "black": (
        r"would reformat|\d+ files? would be reformatted|error: ",
        r"All done! ✨|\d+ files? (?:left unchanged|reformatted)",
    ),
    "flake8": (r"[^\s:]+:\d+:\d+: [A-Z]+\d+ ", r"(?!)"),
    "eslint": (
        r"✖ \d+ problems? \([1-9]\d* errors?|Oops! Something went wrong"
        r"|ESLint found too many warnings",
        r"✖ \d+ problems? \(0 errors?",
    ),
    "eslint by name": (r"[ \t]+\d+:\d+[ \t]+error[ \t]", r"(?!)"),
    "biome": (
        r"Found [1-9]\d* errors?\.|[ \t]*× (?:Some errors were emitted|No files were processed)",
        r"(?:Checked|Formatted) \d+ files? in ",
    ),
    "oxlint": (r"Found \d+ warnings? and [1-9]\d* errors?\.", r"Found \d+ warnings? and 0 errors\."),
    "markdownlint": (
        r"Summary: [1-9]\d* (?:error|issue)|\S+:\d+(?::\d+)?:? (?:error )?MD\d{3}[/ ]",
        r"Summary: 0 (?:error|issue)",
    ),
    "vale": (r"[ \t]*✖ [1-9]\d* errors?,", r"[ \t]*[✔✖] 0 errors,"),
    "prettier": (
        r"\[warn\] Code style issues|Code style issues|\[error\] ",
        r"All matched files use Prettier code style!",
    ),
    "golangci-lint": (r"[1-9]\d* issues?[:.]|\S+\.go:\d+:\d+: ", r"0 issues\."),
    "mypy": (r"Found [1-9]\d* errors? in \d|\S+:\d+: error: ", r"Success: no issues found"),
    "pyright": (r"[1-9]\d* errors?, \d+ warnings?|[ \t]+\S+:\d+:\d+ - error: ", r"0 errors, "),
    "basedpyright": (  # which fails for warnings, too
        r"[1-9]\d* errors?, \d+ warnings?|0 errors, [1-9]\d* warnings?|[ \t]+\S+:\d+:\d+ - (?:error|warning): ",
        r"0 errors, 0 warnings",
    ),
    "tsc": (r".*(?:^|: |- )error TS\d+: |Found [1-9]\d* errors?\b", r"Found 0 errors"),
    "make": (r"\w*make(?:\[\d+\])?: \*\*\* ", r"(?!)"),
    "gcc": (
        r"[^\s:]+:\d+:\d+: (?:fatal )?error: |collect2: error|ninja: build stopped|CMake Error\b"
        r"|-- Configuring incomplete|\w*make(?:\[\d+\])?: \*\*\* |(?:/\S+/)?ld: ",
        r"(?!)",
    ),
    "gcc by name": (r"(?!)", r"\[100%\] Built target |ninja: no work to do|-- Build files have been written to"),
    "gtest": (
        r"\[  FAILED  \] |(?:\[doctest\] )?test cases: .*\b[1-9]\d* failed|\[doctest\] Status: FAILURE",
        r"\[  PASSED  \] [1-9]\d* tests?\b|All tests passed \(\d+ assertions?|\[doctest\] Status: SUCCESS",
    ),
    "turbo": (
        r"[ \t]*Failed:[ \t]+\S+#\S|[ \t]*ERROR[ \t]+run failed",
        r"[ \t]*Tasks:[ \t]+(\d+) successful, \1 total",
    ),
    "nx": (
        r"[ \t]*NX[ \t]+(?:Running|Ran) targets? .*\bfailed"
        r"|[ \t]*Failed tasks:|[ \t]*✖[ \t]+\d+/\d+ (?:targets )?failed",
        r"[ \t]*NX[ \t]+Successfully ran target",
    ),
    "gh": (
        r"[ \t]*X \S|.*\tfail\t|Some checks were not successful",
        r"[ \t]*✓ \S|.*\tpass\t|All checks were successful",
    ),
    "npm": (r"npm (?:ERR!|error) |\s?(?:ELIFECYCLE|ERR_PNPM_\w+)|error Command failed|error: script ", r"(?!)"),
    "ava": (
        r"[ \t]*[1-9]\d* (?:tests?|hooks?|uncaught exceptions?|unhandled rejections?) failed",
        r"[ \t]*[1-9]\d* tests? passed",
    ),
    "tap": (
        r"# failed [1-9]\d* of|not ok \d+ |# \{.*fail: [1-9]|(?:# |ℹ )fail [1-9]\d*$",
        r"# \{ total: (\d+), pass: \1 \}|(?:# |ℹ )fail 0$",
    ),
    "svelte-check": (r"svelte-check found [1-9]\d* errors?|Error: ", r"svelte-check found 0 errors"),
    "knip": (r"(?:Unused|Unlisted|Unresolved|Duplicate) [\w ]+ \([1-9]\d*\)", r".*Knip found no issues"),
    "depcheck": (r"(?:Unused \w+ependencies|Missing dependencies)$", r"No depcheck issue"),
    "commitlint": (r"[ \t]*✖[ \t]+found [1-9]\d* problems?", r"(?!)"),
    "zig": (
        r"error: '|\S+\.zig:\d+:\d+: error: |Build Summary: .*\b[1-9]\d* failed",
        r"All \d+ tests passed|Build Summary: (?!.*failed)",
    ),
    "gotestsum": (
        r"DONE \d+ tests?.*\b[1-9]\d* (?:failures?|errors?)",
        r"DONE [1-9]\d* tests?(?:, \d+ skipped)? in ",
    ),
    "wtr": (r".*\b\d+ passed, [1-9]\d* failed\b", r".*\b[1-9]\d* passed, 0 failed\b"),
    "interrogate": (r"RESULT: FAILED", r"RESULT: PASSED"),
    "sqlfluff": (r"== \[.*\] FAIL$", r"== \[.*\] PASS$|All Finished"),
    "detekt": (r"Analysis failed with [1-9]", r"(?!)"),
    "swiftformat": (r"[1-9]\d*/\d+ files require formatting|error: ", r"0/\d+ files require formatting"),
    "isort": (r"ERROR: .* Imports are incorrectly sorted", r"(?!)"),
    "bandit": (r">> Issue: ", r".*No issues identified"),
    "nox": (r"nox > (?:Session \S+ failed|.*failed with exit code)", r"nox > Session \S+ was successful"),
    "pyrefly": (r"ERROR \S+:\d+|[ \t]*INFO [1-9]\d* errors?", r"[ \t]*INFO 0 errors"),
    "yamllint": (r"[ \t]+\d+:\d+[ \t]+error[ \t]|\S+:\d+:\d+: \[error\]", r"(?!)"),
    "hadolint": (r"\S+:\d+ (?:DL|SC)\d{4} ", r"(?!)"),
    "tflint": (r"[1-9]\d* issue\(s\) found", r"(?!)"),
    "ansible-lint": (r"Failed: [1-9]\d* failure", r"Passed: 0 failure"),
    "helm": (
        r"Error: |\[ERROR\] |\d+ chart\(s\) linted, [1-9]\d* chart\(s\) failed",
        r"\d+ chart\(s\) linted, 0 chart\(s\) failed",
    ),
    "swiftlint": (
        r".*:\d+:\d+: error: |.*Found \d+ violations?, [1-9]\d* serious",
        r".*Found \d+ violations?, 0 serious",
    ),
    "bundler": (
        r"Failed to compile|(?:✗ )?Build failed|error during build|webpack .*compiled with [1-9]\d* errors?|ERROR in "
        r"|✘ \[ERROR\]|Failed to type check|Type error: |Error occurred prerendering page|> Build error occurred"
        r"|.*build worker exited with code: [1-9]|\d+:\d+:\d+ \[ERROR\] |\[ERROR\] \[vite\]"
        r"|(?:DTS|ESM|CJS|IIFE) Build (?:failed|error)|- [1-9]\d* errors?$|Application bundle generation failed",
        r"[ \t]*✓ built in |[ \t]*✓ Compiled |Compiled (?:successfully|with warnings)"
        r"|[○●ƒλ] +\((?:Static|SSG|ISR|Dynamic|Server)\)"
        r"|webpack .*compiled (?:successfully|with [1-9]\d* warnings?)|[ \t]*⚡? ?Done in |.*\[build\] Complete!"
        r"|[ \t]*✔ (?:You can preview this build|Build complete)"
        r"|(?:DTS|ESM|CJS|IIFE) \S+ Build success|Application bundle generation complete|- 0 errors$",
    ),
    "pint": (r"[ \t]*FAIL +\.{3,}", r"[ \t]*PASS +\.{3,}"),
    "php-cs-fixer": (r"Found [1-9]\d* of \d+ files", r"Found 0 of \d+ files"),
    "dune": (r"Error: |.*\b[1-9]\d* failures?!", r"Test Successful in "),
    "stylua": (r"Diff in ", r"(?!)"),
    "dbt": (
        r".*Done\. PASS=\d+ WARN=\d+ ERROR=[1-9]|.*Completed with [1-9]\d* (?:\w+ )?errors?|.*\bCompilation Error",
        r".*Done\. PASS=\d+ WARN=\d+ ERROR=0|.*Completed successfully",
    ),
    "hugo": (r"(?:Error|ERROR)\b", r"Total in \d+ ms"),
    "k6": (r"ERRO\[\d+\] |[ \t]*✗ ", r"(?!)"),
    "newman": (r"[ \t]*\d+\. +\w*(?:Error|Failure)\b|│ +assertions │ +\d+ │ +[1-9]", r"│ +assertions │ +\d+ │ +0 │"),
    "hurl": (r"Failed files: +[1-9]", r"Failed files: +0\b"),
    "testthat": (
        r"\[ FAIL [1-9]\d* \||Status: [1-9]\d* ERRORs?",
        r"\[ FAIL 0 \|.* PASS [1-9]|Status: (?:OK|\d+ (?:WARNING|NOTE))",
    ),
    "julia": (r"ERROR: Package \S+ errored|.*Some tests did not pass", r"[ \t]*Testing \S+ tests passed"),
    "fastlane": (r"(?:.* )?\[!\] |.*fastlane finished with errors", r".*finished successfully"),
    "jvm": (
        r"BUILD FAILED|\[INFO\] BUILD FAILURE|FAILURE: Build failed|\[ERROR\] |> Task \S+ FAILED$"
        r"|\d+ tests completed, [1-9]\d* failed|e: (?:file://|/)\S|Tests run: .*(?:Failures|Errors): [1-9]",
        r"BUILD SUCCESSFUL|\[INFO\] BUILD SUCCESS|Tests run: [1-9]\d*, Failures: 0, Errors: 0",
    ),
    "sbt": (r"\[error\] (?:Failed: |\(.*\) .*(?:Exception|Error|failed)|.*[Cc]ompilation failed)", r"\[success\] "),
    "dotnet": (
        r"Build (?:FAILED|failed with)|The active test run was aborted"
        r"|Test summary: total: \d+, failed: [1-9]"
        r"|\w+!\s+- \w+:\s+[1-9]|[ \t]+[1-9]\d* Error\(s\)|(?:.*: |[ \t]*)error [A-Z]+\d+: ",
        # "Passed!" is told in the language of the user
        r"Build succeeded|Test summary: total: [1-9]\d*, failed: 0|\w+!\s+- \w+:\s+0,|[ \t]+0 Error\(s\)",
    ),
}
# Programs whose summaries are another's; whatever is in neither table may have run anything and is judged by all.
ALIASES = {
    "markdownlint-cli2": "markdownlint", "ultracite": "biome",
    "py.test": "pytest", "vue-tsc": "tsc", "dmypy": "mypy", "prek": "pre-commit",
    "pylint": "flake8", "mvn": "jvm", "gradle": "jvm", "gradlew": "jvm", "swift": "xctest", "tsgo": "tsc",
    "standardrb": "rubocop", "mvnw": "jvm",
    "dart": "flutter", "tofu": "terraform",
    "podman": "docker", "docker-compose": "docker",
    "artisan": "pest", "rails": "minitest", "manage.py": "unittest",
    "xcodebuild": "xctest", "truffle": "hardhat", "behat": "cucumber",
    "anchor": "hardhat", "qunit": "tap", "web-test-runner": "wtr", "mdl": "markdownlint",
    "detox": "jest", "ant": "jvm", "vue-cli-service": "bundler",
    "bazelisk": "bazel", "buck2": "bazel", "stack": "cabal", "elm-test": "elm", "crystal": "rspec",
    "codecept": "phpunit",
    **dict.fromkeys(("pdflatex", "xelatex", "lualatex", "latexmk", "tectonic"), "latex"),
    "py_compile": "unittest", "cmake": "gcc", "ninja": "gcc",
    "g++": "gcc", "clang": "gcc", "clang++": "gcc", "cc": "gcc", "rustc": "cargo",
    "goimports": "gofmt", "tsx": "node", "cross": "cargo", "react-scripts": "jest",
    "MSBuild": "dotnet", "msbuild": "dotnet",
    "webpack": "bundler", "vite": "bundler", "rollup": "bundler", "esbuild": "bundler", "tsup": "bundler",
    "parcel": "bundler", "next": "bundler", "nuxt": "bundler", "nuxi": "bundler", "astro": "bundler",
    "doctest": "unittest", "R": "testthat", "Rscript": "testthat",
    **dict.fromkeys(("clj", "clojure", "kaocha"), "lein"),
}  # fmt: skip
#: Whose summaries others print of other things, too; `… by name` is what one prints beside its summary.
ASKED_BY_NAME = frozenset(
    "gh gofmt markdownlint vale hardhat bazel forge lein rebar3 gleam cabal meson elm latex pio prove"
    " stylelint shellcheck ginkgo svelte-check zig tap helm sbt pyrefly yamllint knip depcheck swiftlint ava bandit"
    " isort phpcs psalm pest commitlint hadolint tflint ansible-lint gotestsum sqlfluff detekt swiftformat"
    " interrogate wtr lint-staged pint php-cs-fixer dune stylua dbt hugo k6 newman hurl fastlane basedpyright"
    " testthat".split()
) | {name for name in RUNNERS if name.endswith(" by name")}
