"""How well SearchClaims and MatchClaims find the claim that a text repeats: `quality.py BINARY SHARED`.

Serves each corpus of labelled queries in SHARED/data/matching and lets SHARED/tools/match_eval.py score the dev queries.
Fails below the least score of a corpus. SHARED is not part of the project.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from server import Server

# Plain BM25 over the same texts reaches 0.915 and 0.335 (MAP@5).
LEAST = {
    ("snopes", "SearchClaims"): 0.89,
    ("politifact", "SearchClaims"): 0.33,
    ("snopes", "MatchClaims"): 0.975,
    ("politifact", "MatchClaims"): 0.43,
}


def main(binary, shared):
    tool = Path(shared) / "tools" / "match_eval.py"
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for (corpus, method), least in LEAST.items():
            data = Path(shared) / "data" / "matching" / corpus
            file = Path(folder) / f"{corpus}.ndjson"
            with file.open("wb") as out:
                subprocess.run([sys.executable, tool, "corpus", data], stdout=out, check=True)
            with Server(binary, "--data", str(file)) as server:
                score = [tool, "score", server.address, data / "train-dev-queries.tsv", data / "dev-qrels.tsv", method]
                printed = subprocess.run([sys.executable, *score], capture_output=True, text=True, check=True).stdout
            print(f"{method} {corpus}: {printed.strip()}", flush=True)
            if float(re.search(r"MAP@5 ([0-9.]+)", printed)[1]) < least:
                failed.append(f"{method} {corpus} is below {least}")
    # An empty text would be an exit code of 1 too.
    if failed:
        sys.exit("; ".join(failed))


main(*sys.argv[1:])
