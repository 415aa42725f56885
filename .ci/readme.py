"""Does what the README says, in the order it says it, and compares what comes out: `readme.py README.md FOLDER`.

Each ```sh block is run as printed, in FOLDER. A block of another kind right behind it is the output that was promised:
runs of lines that have to come out just so and in that order, with anything at a line that is only "…". A block that
serves runs until the next one that does, or until the end. `cargo test` is a step of its own in .ci/run.
"""

import atexit
import pathlib
import re
import signal
import subprocess
import sys
import time

ADDRESS = "127.0.0.1:50051"
START_SECONDS = 900  # with the build, when there is none yet
LEAST_CALLS = 6
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fail(*lines):
    sys.exit("\n".join(["FAILED", *lines]))


class Served:
    """A server that a block started."""

    def __init__(self, block, folder, number):
        self.path = folder / f"serve-{number}.log"
        with open(self.path, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(["bash", "-c", "exec " + block], cwd=folder, stdout=log, stderr=log)
        atexit.register(self.process.kill)  # a failure leaves nothing behind; does nothing to a process that has ended
        deadline = time.monotonic() + START_SECONDS
        while f"serving address={ADDRESS}" not in self.log():
            if self.process.poll() is not None or time.monotonic() > deadline:
                fail("it does not serve:", block, self.log())
            time.sleep(0.05)

    def log(self):
        return self.path.read_text(encoding="utf-8")

    def stop(self):
        self.process.send_signal(signal.SIGINT)  # what Ctrl-C sends
        if self.process.wait(timeout=30) != 0:
            fail(f"Ctrl-C ended the server with {self.process.returncode}", self.log())


def runs_of_lines(text):
    runs = [[]]
    for line in text.splitlines():
        if line.strip() == "…":
            runs.append([])
        else:
            runs[-1].append(line.rstrip())
    return [run for run in runs if run]


def first_missing(promised, output):
    """The first run of promised lines that is not in the output, behind those before it."""
    lines, at = [line.rstrip() for line in output.splitlines()], 0
    for run in runs_of_lines(promised):
        starts = [start for start in range(at, len(lines)) if lines[start:start + len(run)] == run]
        if not starts:
            return run
        at = starts[0] + len(run)
    return None


def run(block, promised, folder):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"exit code {done.returncode} of:", block, done.stdout, done.stderr)
    if promised is not None and (missing := first_missing(promised, done.stdout)):
        fail("of:", block, "these lines were promised and are not there:", *missing, "what came out:", done.stdout)


def main(readme, folder):
    folder = pathlib.Path(folder)
    blocks = BLOCK.findall(pathlib.Path(readme).read_text(encoding="utf-8"))
    server, calls, compared, servers = None, 0, 0, 0
    for index, (kind, block) in enumerate(blocks):
        if kind != "sh":
            if index == 0 or blocks[index - 1][0] != "sh":
                fail(f"a block of {kind} that is no output of a command:", block)
            continue
        promised = blocks[index + 1][1] if index + 1 < len(blocks) and blocks[index + 1][0] != "sh" else None
        shown = block.splitlines()[0]
        if block.strip() == "cargo test":
            print(f"  --  {shown}: a step of its own")
            continue
        if " serve" in shown:
            if server:
                server.stop()
            servers += 1
            server = Served(block.strip(), folder, servers)
        else:
            run(block, promised, folder)
            calls += block.startswith("grpcurl")
            compared += promised is not None
        print(f"  ok  {shown[:100]}", flush=True)
    if server:
        server.stop()
    if calls < LEAST_CALLS or compared < LEAST_CALLS or servers < 2:
        fail(f"the README has {calls} calls, {compared} outputs and {servers} servers: it was not read as it is written")
    print(f"  {calls} calls, {compared} outputs compared, {servers} servers")


if __name__ == "__main__":
    main(*sys.argv[1:])
