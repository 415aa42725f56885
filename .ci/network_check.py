#!/usr/bin/env python3
"""Checks that other programs can read the networks that claimd writes.

Usage: network_check.py CLAIMD. Writes networks of the demo corpus with the program at CLAIMD, reads the GraphML with
networkx and igraph (pip install networkx igraph), and draws the DOT with Graphviz (apt-get install graphviz).
"""

import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import igraph
import networkx

# Flags, nodes, edges, sum of the weights.
DISPUTE = (["--kind", "dispute"], 4, 3, 4.0)
AFFILIATION = (["--kind", "affiliation", "--signed"], 14, 16, 8.0)


def write(claimd: str, flags: list[str], path: pathlib.Path) -> None:
    subprocess.run([claimd, "network", *flags, "--output", str(path)], check=True)


def check_graphml(claimd: str, folder: pathlib.Path, flags: list[str], nodes: int, edges: int, total: float) -> None:
    path = folder / "network.graphml"
    write(claimd, flags, path)
    by_networkx = networkx.read_graphml(path)
    weights = [weight for _, _, weight in by_networkx.edges(data="weight")]
    found = (by_networkx.number_of_nodes(), by_networkx.number_of_edges(), sum(weights))
    assert found == (nodes, edges, total), f"networkx, {flags}: {found}"
    names = sorted(name for _, name in by_networkx.nodes(data="name"))

    by_igraph = igraph.Graph.Read_GraphML(str(path))
    found = (by_igraph.vcount(), by_igraph.ecount(), sum(by_igraph.es["weight"]))
    assert found == (nodes, edges, total), f"igraph, {flags}: {found}"
    assert sorted(by_igraph.vs["name"]) == names, f"igraph, {flags}: other names"
    assert by_igraph.is_directed() == by_networkx.is_directed() == ("dispute" in flags)


def check_dot(claimd: str, folder: pathlib.Path, flags: list[str], nodes: int, edges: int) -> None:
    path = folder / "network.dot"
    write(claimd, flags, path)
    drawn = subprocess.run(["dot", "-Tsvg", str(path)], check=True, capture_output=True)
    assert not drawn.stderr, f"dot, {flags}: {drawn.stderr.decode()}"
    classes = [group.get("class") for group in xml.etree.ElementTree.fromstring(drawn.stdout).iter()]
    found = (classes.count("node"), classes.count("edge"))
    assert found == (nodes, edges), f"dot, {flags}: {found}"


def main() -> None:
    claimd = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        for flags, nodes, edges, total in (DISPUTE, AFFILIATION):
            check_graphml(claimd, pathlib.Path(name), flags, nodes, edges, total)
            check_dot(claimd, pathlib.Path(name), flags, nodes, edges)
        # Weights below 1.
        cosine = ["--kind", "congruence", "--normalization", "cosine"]
        write(claimd, cosine, pathlib.Path(name) / "x.dot")
        drawn = subprocess.run(["dot", "-Tsvg", str(pathlib.Path(name) / "x.dot")], check=True, capture_output=True)
        assert not drawn.stderr, f"dot, {cosine}: {drawn.stderr.decode()}"
    print("networks: networkx, igraph and Graphviz read them")


if __name__ == "__main__":
    main()
