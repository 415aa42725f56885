"""Checks the real binary from outside: `smoke.py demo BINARY` or `smoke.py large BINARY FILE`.

demo: walks, errors, health, views and the end of a server of the built-in corpus.
large: loads a large file within memory, serves it, walks all of it at several page sizes, and loads it again and again.
"""

import json
import os
import re
import subprocess
import sys
import time

from server import Client, Server

CLAIMS = "claimd.v1.ClaimService/"
ARTICLES = "claimd.v1.ArticleService/"
ACTORS = "claimd.v1.ActorService/"
SERVICES = [f"claimd.v1.{name}Service" for name in ("Actor", "Article", "Claim", "Corpus", "Discourse")]
LARGE_PAGE_SIZES = (1000, 333, 50)
# Resident memory of `claimd check` at its peak, against the size of the file: the records once, and what is being read.
# It builds no indexes; those of a server come on top.
MOST_MEMORY_PER_FILE_BYTE = 2.0
# Resident memory of a server, against the size of the file: the records, and indexes over claims and articles.
MOST_RESIDENT = 2.1
# The same at its peak, when the file is loaded again beside what is served.
MOST_AT_ONCE = 5.5
# Reloads after which the same bound holds again.
RELOADS = 3
# How long the old corpus may take to be given back once a reload has been answered, in seconds: it is taken apart beside
# the calls, and is gone within a second where nothing else runs.
GIVEN_BACK_WITHIN = 60

checks = 0


def check(condition, what, *values):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"FAILED: {what}: " + ", ".join(repr(value) for value in values))
    print(f"  ok  {what}", flush=True)


def equal(found, expected, what):
    check(found == expected, what, found, expected)


def walk(client, method, field, page_size, **arguments):
    """The names of a listing, page by page; the total of each page is that of all."""
    names, request = [], {"page_size": page_size, **arguments}
    while True:
        page, _ = client.call(method, request)
        records = page.get(field, [])
        names += [record["name"] for record in records]
        total, token = page.get("total_size", 0), page.get("next_page_token")
        if len(records) > page_size or (token and not records):
            sys.exit(f"FAILED: a page of {len(records)} records where {page_size} were asked for")
        if not token:
            return names, total
        request["page_token"] = token


def check_reflection_and_health(client):
    services = client.database.get_services()
    equal([name for name in SERVICES if name not in services], [], "reflection names all five services")
    health = "grpc.health.v1.Health/Check"
    for name in ["", *SERVICES]:
        answer, _ = client.call(health, {"service": name})
        equal(answer, {"status": "SERVING"}, f"health of {name or 'the server'} is SERVING")
    code, _ = client.error(health, {"service": "nobody"})
    equal(code, "NOT_FOUND", "health of an unknown service is NOT_FOUND")


def check_walks(client):
    corpus, _ = client.call("claimd.v1.CorpusService/GetCorpus", {})
    _, headers = client.call(CLAIMS + "ListClaims", {})
    equal(headers.get("claimd-revision"), corpus["revision"], "answers carry the revision of the corpus")
    listings = [
        (CLAIMS + "ListClaims", "claims", "claim", "claim_time"),
        (ARTICLES + "ListArticles", "articles", "article", "publish_time"),
        (ACTORS + "ListActors", "actors", "actor", "display_name"),
    ]
    for method, field, singular, key in listings:
        count = corpus[f"{singular}_count"]
        for order in (key, "name"):
            up, _ = walk(client, method, field, 1000, order_by=order)
            down, _ = walk(client, method, field, 1000, order_by=f"{order} desc")
            equal(up, down[::-1], f"{field} by {order} desc are {field} by {order} backwards")
            for page_size in (1, 2, 7, count):
                names, total = walk(client, method, field, page_size, order_by=order)
                what = f"{field} by {order}, {page_size} a page: all {count}, each once, in the same order"
                check(names == up and len(set(names)) == total == count, what, names, total)


def check_views(client):
    listed, _ = client.call(ARTICLES + "ListArticles", {"page_size": 1})
    name = listed["articles"][0]["name"]
    basic, _ = client.call_raw(ARTICLES + "GetArticle", {"name": name, "view": "ARTICLE_VIEW_BASIC"})
    full, _ = client.call_raw(ARTICLES + "GetArticle", {"name": name})
    check(len(basic) < len(full) and full.startswith(basic), "the BASIC view is a prefix of the FULL view", name)


def fields(details):
    return sorted(violation["field"] for violation in details["google.rpc.BadRequest"]["field_violations"])


def reason(details):
    info = details["google.rpc.ErrorInfo"]
    return info["domain"], info["reason"].removeprefix("ERROR_REASON_")


def nested(depth):
    return {"except": nested(depth - 1)} if depth else {}


def check_errors(client):
    method = CLAIMS + "ListClaims"
    wrong = {
        "page_size": -1,
        "order_by": "loudness",
        "page_token": "made up",
        "filter": {"speakers": ["actors/tiktok", "TikTok"], "kinds": [999], "except": {"articles": ["claims/x"]}},
    }
    code, details = client.error(method, wrong)
    expected = ["filter.except.articles[0]", "filter.kinds[0]", "filter.speakers[1]", "order_by", "page_size", "page_token"]
    equal((code, fields(details)), ("INVALID_ARGUMENT", expected), "all wrong fields of a request are named at once")
    equal(reason(details), ("claimd", "INVALID_REQUEST"), "the reason is INVALID_REQUEST")

    page, _ = client.call(method, {"page_size": 2})
    token = page["next_page_token"]
    code, details = client.error(method, {"page_token": token, "filter": {"languages": ["de"]}})
    found = (code, fields(details), *reason(details))
    expected = ("INVALID_ARGUMENT", ["page_token"], "claimd", "PAGE_TOKEN_MISMATCH")
    equal(found, expected, "a page token is refused with another filter")
    altered = ("B" if token[0] == "A" else "A") + token[1:]
    code, details = client.error(method, {"page_token": altered})
    equal((code, *reason(details)), ("INVALID_ARGUMENT", "claimd", "INVALID_PAGE_TOKEN"), "an altered page token is refused")

    client.call(method, {"filter": nested(3)})
    code, details = client.error(method, {"filter": nested(4)})
    equal((code, fields(details)), ("INVALID_ARGUMENT", ["filter.except.except.except.except"]), "a filter is 3 deep, not 4")

    batch = CLAIMS + "BatchGetClaims"
    names = [f"claims/none-{number}" for number in range(1001)]
    answer, _ = client.call(batch, {"names": names[:1000]})
    equal(answer, {"missing": names[:1000]}, "1,000 names are a batch; absent records are named")
    code, details = client.error(batch, {"names": names})
    equal((code, fields(details)), ("INVALID_ARGUMENT", ["names"]), "1,001 names are none")

    code, details = client.error(CLAIMS + "GetClaim", {"name": "claims/none"})
    equal((code, *reason(details)), ("NOT_FOUND", "claimd", "NOT_FOUND"), "a claim that is not there is NOT_FOUND")
    resource = details["google.rpc.ResourceInfo"]
    found = (resource["resource_type"], resource["resource_name"])
    equal(found, ("claimd.v1.Claim", "claims/none"), "and the error says what was looked for")


def check_end(server):
    code, seconds = server.terminate()
    check(code == 0 and seconds < 5, f"SIGTERM ends the server with exit code 0 ({seconds:.1f} s)", code, seconds, server.log)


def demo(binary):
    with Server(binary) as server:
        client = Client(server.address)
        check_reflection_and_health(client)
        check_walks(client)
        check_views(client)
        check_errors(client)
        client.close()
        check_end(server)


def check_load(binary, path):
    """Loads the file with `claimd check`: the report, once its verdict and its memory are in order."""
    size = os.path.getsize(path)
    began = time.monotonic()
    process = subprocess.Popen([binary, "check", "--json", path], stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - began
    report = json.loads(output)
    peak = usage.ru_maxrss * 1024
    equal((process.returncode, report["errors"]), (0, 0), "the file loads without errors")
    print(f"      {report['articles']} articles, {report['actors']} actors, {report['claims']} claims; "
          f"{report['warnings']} warnings, {report['notes']} notes")
    print(f"      file {size / 1e6:.1f} MB, load {seconds:.2f} s, peak memory {peak / 1e6:.1f} MB "
          f"= {peak / size:.2f} of the file")
    check(peak <= size * MOST_MEMORY_PER_FILE_BYTE, f"peak memory is at most {MOST_MEMORY_PER_FILE_BYTE} of the file")
    return report


def claim_names(path):
    with open(path, encoding="utf-8") as lines:
        records = map(json.loads, lines)
        return sorted(record["claim"]["name"] for record in records if "claim" in record)


def memory(server, client, path):
    """What a corpus takes, and that a reload gives back what it took."""
    size = os.path.getsize(path)

    def times(field):
        with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
            return int(re.search(rf"{field}:\s+(\d+) kB", status.read()).group(1)) * 1024 / size

    before = times("VmRSS")
    check(before < MOST_RESIDENT, f"serving takes {before:.2f} times the file")
    for _ in range(RELOADS):
        client.call("claimd.v1.CorpusService/ReloadCorpus", {})
    last = time.monotonic() + GIVEN_BACK_WITHIN
    while (after := times("VmRSS")) >= MOST_RESIDENT and time.monotonic() < last:
        time.sleep(0.1)
    check(after < MOST_RESIDENT, f"after {RELOADS} reloads it takes {after:.2f} times the file")
    check(times("VmHWM") < MOST_AT_ONCE, f"at most it took {times('VmHWM'):.2f} times the file")


def large(binary, path):
    report = check_load(binary, path)
    expected = claim_names(path)
    equal(report["claims"], len(expected), "every claim of the file is there")
    with Server(binary, "--data", path) as server:
        client = Client(server.address)
        corpus, _ = client.call("claimd.v1.CorpusService/GetCorpus", {})
        equal(corpus["revision"], report["revision"], "a second load has the same revision")
        first = None
        for page_size in LARGE_PAGE_SIZES:
            began = time.monotonic()
            names, total = walk(client, CLAIMS + "ListClaims", "claims", page_size)
            seconds = time.monotonic() - began
            what = f"{page_size} a page: all {total} claims, none twice, none left out ({seconds:.1f} s)"
            check(total == len(names) and sorted(names) == expected, what, total, len(names), len(set(names)))
            first = first or names
            check(names == first, f"{page_size} a page: in the same order")
        memory(server, client, path)
        client.close()
        check_end(server)


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    {"demo": demo, "large": large}[command](*arguments)
    print(f"  {checks} checks")
