"""Executes a notebook with Jupyter (nbclient), or its cells as one script where Jupyter is missing.

    python run_notebook.py NOTEBOOK    ACTBENCH_URL and ACTBENCH_KEY name the service
"""

import importlib.util
import json
import sys

if __name__ == "__main__":
    path = sys.argv[1]
    if all(importlib.util.find_spec(name) for name in ("nbclient", "nbformat", "ipykernel")):
        import nbclient
        import nbformat

        notebook = nbformat.read(path, as_version=4)
        nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
        print("executed by Jupyter")
    else:
        names: dict = {"__name__": "__main__"}
        with open(path, encoding="utf-8") as file:
            cells = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
        for cell in cells:
            exec(compile("".join(cell["source"]), path, "exec"), names)
        print("executed as a script")
