"""Runs the Python blocks of a page or a notebook in order, in one session, against a running service.

    python docs/run-snippets.py URL KEY [PAGE]    default: docs/python.md; KEY: the secret of a key with SEARCH and DATASET

Ends with status 1 at the first block that fails, and prints its line in the page.
"""

import json
import pathlib
import re
import sys
import traceback


def read_page(text: str) -> list:
    """The blocks of a Markdown page, each with the number of lines before it."""
    found = re.finditer(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(text.count("\n", 0, block.start(1)), block[1]) for block in found]


def read_notebook(text: str) -> list:
    """The cells of code of a Jupyter notebook, each with its number."""
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    return [(index, "".join(cell["source"])) for index, cell in enumerate(cells)]


def main(url: str, key: str, page: str) -> int:
    text = pathlib.Path(page).read_text(encoding="utf-8")
    session: dict = {"__name__": "__main__"}
    blocks = read_notebook(text) if page.endswith(".ipynb") else read_page(text)
    if not blocks:
        raise SystemExit(f"{page} has no Python blocks")
    for line, block in blocks:
        code = block.replace("http://127.0.0.1:4000", url).replace("the secret of your key", key)
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
