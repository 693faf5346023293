"""What rounds came to, kept by case and column, and the tables of `docs/races.md` made of it. Runs nothing."""

import json
import pathlib
from collections import Counter

from rounds import Count

COLUMNS = ["without", "run", "exec", "lines"]
GROUPS = {"package": "Packages", "deno": "Deno", "own": "Your own code", "control": "Nothing shared"}
TITLES = [
    "case", "died without `probe`", "of what", "made a round", "`run`, zero lines", "made", "`exec`, zero lines", "made",
    "with lines", "made", "lines",
]


class Results:
    """All counts so far, in a file."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.cases = self.read()

    def read(self) -> dict[str, dict]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def put(self, case: str, about: dict, column: str, count: Count, adds: bool):
        # Somebody may measure other cases meanwhile.
        self.cases = self.read()
        kept = self.cases.get(case, {}) | about
        new = vars(count) | {"words": dict(count.words)}
        if adds and (old := kept.get(column)):
            words = Counter(old["words"]) + Counter(new["words"])
            new = {key: value + old[key] for key, value in new.items() if key != "words"} | {"words": dict(words)}
        self.cases[case] = kept | {column: new}
        self.path.write_text(json.dumps(self.cases, indent=1))

    def tables(self) -> str:
        """A table for each group; what was not measured is empty."""
        parts = []
        for group, title in GROUPS.items():
            rows = [self.row(case) for case in sorted(self.cases) if self.cases[case]["group"] == group]
            if rows:
                head = "| " + " | ".join(TITLES) + " |\n" + "|---" * len(TITLES) + "|"
                parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows))
        return "\n\n".join(parts)

    def row(self, name: str) -> str:
        case = self.cases[name]
        counts = {column: Count(**case[column]) if column in case else None for column in COLUMNS}
        cells = [case["about"]]
        cells += without(counts["without"])
        for column in ("run", "exec", "lines"):
            cells += cured(counts[column])
        cells.append(str(case["declared"]) if counts["lines"] else "")
        return "| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |"


def without(count: Count | None) -> list[str]:
    if not count:
        return ["", "", ""]
    words = sorted(count.words.items(), key=lambda item: -item[1])[:3]
    said = "; ".join(f"“{word}” in {times} of {count.rounds}" for word, times in words)
    return [f"{count.died} of {count.tests}", said or "–", f"{count.made / count.rounds:.1f}"]


def cured(count: Count | None) -> list[str]:
    """Deaths, how many of them were named, in how many rounds before the command; and whether everything was made just once."""
    if not count:
        return ["", ""]
    died = f"{count.died} of {count.tests}"
    if count.died:
        died += f", {count.named} named"
    if count.foretold and (count.died or count.once < count.rounds):
        died += f", said before in {count.foretold} of {count.rounds}"
    if not count.made:
        return [died, ""]
    made = "one" if count.once == count.rounds else f"{count.made / count.rounds:.1f}; one in {count.once} of {count.rounds}"
    return [died, made]
