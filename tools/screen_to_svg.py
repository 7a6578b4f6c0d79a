#!/usr/bin/env python3
"""Draws a terminal's text (with its colours) as SVG: screen_to_svg.py 'TITLE' < text > image.svg"""
import html, re, sys

COLOURS = {"31": "#e06c6c", "32": "#7fc97f", "33": "#d9b44a", "34": "#6ca0e0", "35": "#c586c0",
           "36": "#5fb8b8", "90": "#8a8f98", "91": "#ff7b72"}


def spans(line):
    style, out = {}, []
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not code:
            if part:
                attrs = "".join(f' {k}="{v}"' for k, v in style.items())
                out.append(f"<tspan{attrs}>{html.escape(part)}</tspan>")
            continue
        for number in (code.group(1) or "0").split(";"):
            if number in ("", "0"):
                style = {}
            elif number == "1":
                style["font-weight"] = "bold"
            elif number == "2":
                style["fill"] = "#8a8f98"
            elif number in COLOURS:
                style["fill"] = COLOURS[number]
    return "".join(out)


lines = ["<tspan fill=\"#8a8f98\">$ " + html.escape(sys.argv[1]) + "</tspan>"]
lines += [spans(line) for line in sys.stdin.read().rstrip("\n").split("\n")]
height = 20 + 18 * len(lines)
print(f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{height}" role="img" '
      f'aria-label="The first screen of an audit">'
      f'<rect width="100%" height="100%" rx="6" fill="#1d2026"/>'
      f'<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" fill="#d7dae0" '
      f'xml:space="preserve">')
for number, line in enumerate(lines):
    print(f'<text x="12" y="{26 + 18 * number}" xml:space="preserve">{line}</text>')
print("</g></svg>")
