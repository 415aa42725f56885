"""Asks a server for several times what it takes, with h2load (Debian: nghttp2-client), and looks what comes of it.

.ci/overload.py BINARY

The server has a corpus of invented claims and takes few calls at once. First as many clients as it takes ask it: that is
its peak. Then a crowd asks for three times as much a second, and does not wait when it is told to: what is answered
meanwhile has to be at least four fifths of the peak, what is turned away has to say UNAVAILABLE and when to come again,
memory has to stay as it is, and a second after the crowd has gone, one client has to be answered as before.

Refusals take time of the server and of the crowd, which is on the same machine: where questions take little more than a
refusal, they decide what is left.
"""

import contextlib
import json
import os
import random
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

import grpc

from server import Client, Server

METHOD = "claimd.v1.ClaimService/SearchClaims"
CLAIMS = 50_000
WORDS = [f"word{rank}" for rank in range(1, 20_001)]
QUERY = {"query": "word3 OR word40 OR word500 OR word6000", "page_size": 50}
IN_FLIGHT = 64
SECONDS = 4
ROUNDS = 3
CROWD_CLIENTS = 16
TIMES_THE_PEAK = 3
LEAST_GOODPUT = 0.8
MOST_GROWTH_BYTES = 64 << 20
SLOWER_AFTERWARDS = 5


def invent(path):
    """Claims whose words are spread as in a language: the word of rank r in proportion to 1/r."""
    chance = random.Random(1)
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]
    with open(path, "w", encoding="utf-8") as file:
        for number in range(CLAIMS):
            text = " ".join(chance.choices(WORDS, weights, k=chance.randint(8, 27)))
            file.write(json.dumps({"claim": {"name": f"claims/{number}", "text": text, "language": "en"}}) + "\n")


def load(address, body, connections, streams, *pace):
    """Answers a second, the refused not counted: those have no data."""
    command = ["h2load", "-D", str(SECONDS), "--warm-up-time", "1", "-t", "1", "-c", str(connections), "-m", str(streams),
               *pace, "-H", "content-type: application/grpc", "-H", "te: trailers", "-d", body, f"http://{address}/{METHOD}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    data = int(re.search(r"traffic:.*\((\d+)\) data", text).group(1))
    requests = int(re.search(r"requests: (\d+) total", text).group(1))
    return data / SECONDS, requests / SECONDS


def resident(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) << 10


def latency(client):
    took = []
    for _ in range(50):
        began = time.monotonic()
        client.call(METHOD, QUERY)
        took.append(time.monotonic() - began)
    return statistics.median(took)


def probe(client, codes, stop):
    """Calls until told to stop, and counts what comes, by code and details."""
    while not stop.is_set():
        try:
            client.call_raw(METHOD, QUERY)
            codes["OK"] = codes.get("OK", 0) + 1
        except grpc.RpcError as error:
            trailers = dict(error.trailing_metadata())
            details = trailers.get("grpc-status-details-bin", b"")
            told = b"google.rpc.RetryInfo" in details and b"OVERLOADED" in details and "grpc-retry-pushback-ms" in trailers
            key = f"{error.code().name}{' with RetryInfo' if told else ''}"
            codes[key] = codes.get(key, 0) + 1
        time.sleep(0.01)


def main(binary):
    failed = 0

    def check(holds, what):
        nonlocal failed
        failed += not holds
        print(f"  {'ok' if holds else 'FAILED'}: {what}")

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        data = os.path.join(folder, "claims.ndjson")
        invent(data)
        server = stack.enter_context(Server(binary, "--data", data, "--max-in-flight", str(IN_FLIGHT)))
        client = Client(server.address)
        kind, _ = client._method(METHOD)
        message = kind(**QUERY).SerializeToString()
        body = os.path.join(folder, "request")
        with open(body, "wb") as file:
            file.write(struct.pack(">BI", 0, len(message)) + message)
        answer, _ = client.call_raw(METHOD, QUERY)
        size = len(answer) + 5

        quiet = latency(client)
        codes, rounds, growth = {}, [], []
        for _ in range(ROUNDS):
            peak = load(server.address, body, 4, 12)[0] / size
            before, stop = resident(server.process), threading.Event()
            prober = threading.Thread(target=probe, args=[client, codes, stop])
            prober.start()
            pace = f"--rps={TIMES_THE_PEAK * peak / CROWD_CLIENTS:.0f}"
            data, asked = load(server.address, body, CROWD_CLIENTS, 64, pace)
            stop.set()
            prober.join()
            rounds.append((data / size / peak, peak, data / size, asked))
            growth.append(resident(server.process) - before)
        # The machine may be busy with other things in one round or another.
        _, peak, goodput, asked = sorted(rounds)[ROUNDS // 2]
        grown = max(growth)
        gone = time.monotonic()
        client.call(METHOD, QUERY)
        answered = time.monotonic() - gone
        afterwards = latency(client)

        print(f"      answers of {size} bytes; peak {peak:.0f}/s; overload: {asked:.0f}/s asked, {goodput:.0f}/s answered; "
              f"beside them {codes}")
        check(asked > 2 * goodput, f"it was asked for {asked / goodput:.1f} times what it answered")
        check(goodput >= LEAST_GOODPUT * peak, f"goodput at overload is {goodput / peak:.2f} of the peak")
        check(set(codes) <= {"OK", "UNAVAILABLE with RetryInfo"}, "nothing but answers, and UNAVAILABLE with RetryInfo")
        check(grown < MOST_GROWTH_BYTES, f"memory grew by {grown / 1e6:.1f} MB")
        check(answered < 1, f"answered {answered:.3f} s after the crowd had gone")
        check(afterwards < SLOWER_AFTERWARDS * quiet + 0.001,
              f"a call takes {afterwards * 1000:.1f} ms afterwards, {quiet * 1000:.1f} ms before")
        client.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
