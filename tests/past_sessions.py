"""Past sessions in which one finding is planted: edits that a check rejected are made again."""

from importing.made_transcripts import RUN, Transcript

N_SESSIONS = 12


def write(projects):
    """Write transcripts as the client keeps them; each second edit of a session is one that was rejected before."""
    for n in range(N_SESSIONS):
        session = f"000000{n:02}-3333-4333-8333-333333333333"
        made = Transcript(session, cwd="/home/dev/shop", at=86_400 * n).prompt()
        for place, line in enumerate(("1", "2", "1", "3", "2", "1")):
            path, call = f"/home/dev/shop/price{n}.py", f"{n}-{place}"
            made.call(
                f"e{call}", "Edit", file_path=path, old_string="x = 0", new_string=f"x = {n}{line}"
            ).result(f"e{call}", "done", told={"filePath": path, "structuredPatch": []})
            made.call(f"c{call}", **RUN).failed(f"c{call}", f"Exit code 1\n{path}:1: AssertionError")
        made.answer("The test still fails: have a look.")
        made.write(projects / "-home-dev-shop")
