"""Runs the Python blocks of a page in order, in one session, against a running service.

    python docs/run-snippets.py URL KEY [PAGE]    default: docs/python.md; KEY: the secret of a key with SEARCH and DATASET

Ends with status 1 at the first block that fails, and prints its line in the page.
"""

import pathlib
import re
import sys
import traceback


def main(url: str, key: str, page: str) -> int:
    text = pathlib.Path(page).read_text(encoding="utf-8")
    session: dict = {"__name__": "__main__"}
    blocks = list(re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    if not blocks:
        raise SystemExit(f"{page} has no Python blocks")
    for block in blocks:
        line = text.count("\n", 0, block.start(1))
        code = block[1].replace("http://127.0.0.1:4000", url).replace("the secret of your key", key)
        print(f"--- {page}:{line + 1}", flush=True)
        try:
            # Empty lines in front of the code give a traceback the line numbers of the page.
            exec(compile("\n" * line + code, page, "exec"), session)
        except Exception:
            traceback.print_exc()
            return 1
    print(f"{len(blocks)} blocks ran")
    return 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    default = str(pathlib.Path(__file__).with_name("python.md"))
    sys.exit(main(sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3] if len(sys.argv) == 4 else default))
