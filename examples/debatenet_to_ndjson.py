#!/usr/bin/env python3
"""Converts the claims of DebateNet to NDJSON that claimd loads.

DebateNet is a research data set: claims of a German newspaper's debate on migration, one claim of one actor per line,
coded by category and side, without the texts of the articles. The script is an example of how to convert a data set
that claimd has no reader for:

    python3 examples/debatenet_to_ndjson.py claims.jsonl > debatenet.ndjson
    claimd serve --data debatenet.ndjson

A record is a JSON object with `article`, `actor` or `claim` (see proto/claimd/v1). The order of records does not matter.
"""

import hashlib
import json
import sys
from collections import Counter

LANGUAGE = "de"
PUBLISHER = "die tageszeitung"
STANCES = {"1": "SUPPORT", "-1": "OPPOSE"}


def stable_id(*parts):
    """An id that depends on the parts only, so that a second conversion has the same names."""
    return "debatenet-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


def is_group(code):
    """Codes are numbered by hundreds. A hundred is the group of its codes."""
    return len(code) == 3 and code.endswith("00")


def concepts(codes):
    """The codes that are not groups, and the groups without any of their codes."""
    specific = {code[:1] for code in codes if not is_group(code)}
    return [code for code in codes if not is_group(code) or code[:1] not in specific]


def actor(name, party_names):
    name = name.strip()
    kind = {"type": "POLITICAL_PARTY"} if name in party_names else {}
    return {"name": "actors/" + stable_id(name), "displayName": name, **kind}


def article(row):
    return {
        "name": f"articles/debatenet-{row['doc_id']}",
        "language": LANGUAGE,
        "publisher": PUBLISHER,
        "provenance": {"dataset": "debatenet", "record": str(row["doc_id"])},
    }


def speakers(speaker, parties):
    """One party per membership; the actor alone if there is none, or if the actor is the party itself."""
    if not speaker["displayName"]:
        return []
    memberships = [party["name"] for party in parties if party["displayName"] and party["name"] != speaker["name"]]
    return [{"actor": speaker["name"], "onBehalfOf": party} for party in memberships] or [{"actor": speaker["name"]}]


def claim(row, repetition, article_name, speaker, parties):
    labels = {}
    stance = STANCES.get(row.get("cpos", ""))
    if stance is None:
        labels["cpos"] = row.get("cpos", "")
    codes = row.get("claimvalues", [])
    position = {"stance": stance} if stance else {}
    return {
        "name": "claims/" + stable_id(row["anno_id"], row["name"], str(repetition)),
        "text": row["quote"].strip(),
        "language": LANGUAGE,
        "speakers": speakers(speaker, parties),
        "claimTime": {"time": row["cdate"] + "T00:00:00Z", "precision": "DAY"},
        "evidence": [{
            "article": article_name,
            "spans": [{"start": row["begin"], "end": row["end"]}],
            "quote": row["quote"],
        }],
        "topics": [code for code in codes if is_group(code)],
        "positions": [{"concept": code, **position} for code in concepts(codes)],
        "labels": labels,
        "provenance": {"dataset": "debatenet", "record": row["anno_id"], "method": "HUMAN"},
    }


def records(lines):
    """The records of all lines. Articles and actors occur on many lines and are written once."""
    rows = [json.loads(line) for line in lines]
    party_names = {party.strip() for row in rows for party in row.get("parties", [])}
    seen = set()
    repetitions = Counter()
    for row in rows:
        document = article(row)
        speaker = actor(row["name"], party_names)
        parties = [actor(party, party_names) for party in row.get("parties", [])]
        for kind, record in [("article", document)] + [("actor", one) for one in [speaker, *parties]]:
            if record["name"] not in seen and record.get("displayName") != "":
                seen.add(record["name"])
                yield {kind: record}
        # Some lines occur twice; each is a claim.
        repetitions[row["anno_id"], row["name"]] += 1
        repetition = repetitions[row["anno_id"], row["name"]]
        yield {"claim": claim(row, repetition, document["name"], speaker, parties)}


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} claims.jsonl > debatenet.ndjson")
    with open(sys.argv[1], encoding="utf-8") as lines:
        for record in records(lines):
            print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
