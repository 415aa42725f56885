"""Counts the instructions that a call takes in user space, with callgrind (valgrind) and h2load (Debian: nghttp2-client).

python3 .ci/instructions.py BINARY [OUT]

Instructions repeat within half a percent, where times on a shared machine do not within ten. The server has the demo
corpus; 8 connections have 16 calls open each. The whole process counts: connections, calls, metrics and log. Build with
`--profile dist` to compare with docs/PERFORMANCE.md. With OUT, the profile of each case is kept as OUT.CASE, for
callgrind_annotate.
"""

import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

CALLS = 2000
WARM_UP = 500
START_SECONDS = 120
CLAIM = b"claims/tiktok-denies-data-transfer"
GET_CLAIM = b"\x0a" + bytes([len(CLAIM)]) + CLAIM
CASES = [("GetClaim", "warn", GET_CLAIM), ("ListClaims", "warn", b""), ("GetClaim", "info", GET_CLAIM)]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    sys.exit("the server did not come up")


def load(port, method, message, count, folder):
    body = os.path.join(folder, "request")
    with open(body, "wb") as file:
        file.write(struct.pack(">BI", 0, len(message)) + message)
    url = f"http://127.0.0.1:{port}/claimd.v1.ClaimService/{method}"
    command = ["h2load", "-n", str(count), "-c", "8", "-m", "16", "-t", "1", "-H", "content-type: application/grpc",
               "-H", "te: trailers", "-d", body, url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if f"{count} succeeded" not in text:
        sys.exit(f"h2load: {text}")


def control(*arguments):
    subprocess.run(["callgrind_control", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def total(path):
    with open(path, encoding="utf-8") as lines:
        found = [re.match(r"(?:totals|summary): (\d+)", line) for line in lines]
    return max((int(match.group(1)) for match in found if match), default=0)


def copies(path):
    """Instructions of the C library's functions that copy memory."""
    command = ["callgrind_annotate", "--threshold=100", path]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    found = [re.match(r" *([\d,]+) .*:_*mem(?:cpy|move)", line) for line in lines]
    return sum(int(match.group(1).replace(",", "")) for match in found if match)


def instructions(binary, case, out):
    """Instructions of one call, and the part of them that copies memory."""
    method, level, message = case
    with tempfile.TemporaryDirectory() as folder:
        port, profile = free_port(), os.path.join(folder, "profile")
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}.%p",
                   "--trace-children=yes", binary, "serve", "--listen", f"127.0.0.1:{port}", "--admin-listen", "off",
                   "--log", level]
        with open(os.path.join(folder, "log"), "wb") as log, subprocess.Popen(command, stderr=log) as server:
            try:
                wait_for(port)
                load(port, method, message, WARM_UP, folder)
                control("-i", "on", str(server.pid))
                load(port, method, message, CALLS, folder)
                control("-i", "off", str(server.pid))
                control("-d", str(server.pid))
            finally:
                server.terminate()
        dumps = [os.path.join(folder, name) for name in os.listdir(folder) if name.startswith("profile")]
        largest = max(dumps, key=total)
        if out:
            shutil.copy(largest, f"{out}.{method}.{level}")
        return total(largest) / CALLS, copies(largest) / CALLS


def main(binary, out=None):
    for case in CASES:
        whole, copied = instructions(os.path.abspath(binary), case, out)
        print(f"{case[0]}, --log {case[1]}: {whole:,.0f} instructions a call, {copied:,.0f} of them copies of memory",
              flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
