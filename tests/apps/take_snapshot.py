#!/usr/bin/env python3
"""tests/apps/take_snapshot.py STOCKADE ROOT OUT.json.xz: the facts of the tree that make_root.sh made, small
enough to keep: without the comments of others' configuration files, and without numbers that no rule asks for."""
import json, lzma, subprocess, sys

DULL = (".js", ".css", ".png", ".gif", ".svg", ".jpg", ".json", ".map", ".po", ".mo", ".ts", ".md", ".less", ".scss", ".woff2", ".xml",
        ".txt", ".mjs", ".ico", ".lang", ".yml", ".tpl", ".phtml", ".ttf", ".woff", ".eot", ".dat")
stockade, root, out = sys.argv[1:4]
taken = json.loads(subprocess.run([stockade, "snapshot", "--root", root], check=True, stdout=subprocess.PIPE).stdout)


def without_comments(text):
    lines = text.split("\n")
    # Their lines stay, so that places do.
    return "\n".join("" if line.lstrip().startswith("#") and not line.rstrip().endswith("\\") else line for line in lines)


for _, content in taken["config_files"]["contents"]:
    if "ok" in content:
        content["ok"] = without_comments(content["ok"])
paths = taken["paths"]
# Of what every application has by the thousand and no rule asks about.
paths["facts"] = [entry for entry in paths["facts"] if not entry[0].endswith(DULL)]
for _, facts in paths["facts"]:
    facts["inode"] = facts["modified"] = 0
taken["root"], taken["hostname"] = "", "apps.example"
with lzma.open(out, "wt", preset=9) as file:
    json.dump(taken, file, separators=(",", ":"))
