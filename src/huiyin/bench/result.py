"""A measurement as it is told: each figure with its target, its spread over the rounds, and what it was measured on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from rich.console import Console
from rich.table import Table

from huiyin.bench import machine


@dataclass(frozen=True)
class Figure:
    """One measured quantity: a value per round. `target` is ("≤" or "≥", number), or None for what is only told."""

    name: str
    rounds: tuple[float, ...]
    unit: str = ""
    target: tuple[str, float] | None = None

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return median(self.rounds)

    @property
    def met(self) -> bool | None:
        """Whether the median meets the target; None without one."""
        if self.target is None:
            return None
        sign, number = self.target
        return self.value <= number if sign == "≤" else self.value >= number

    def as_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "unit": self.unit,
            "median": self.value,
            "lowest": min(self.rounds),
            "highest": max(self.rounds),
            "rounds": list(self.rounds),
            "target": None if self.target is None else f"{self.target[0]} {self.target[1]:g}",
            "met": self.met,
        }


@dataclass
class Result:
    """What one measurement found. `wrong` says what came out false; a figure of a wrong run means nothing."""

    title: str
    database: str = "none"
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    machine: dict[str, str] = field(default_factory=machine.describe)

    def add(
        self, name: str, rounds: Sequence[float] | float, unit: str = "", target: tuple[str, float] | None = None
    ) -> None:
        """Add a figure; a single number is one round."""
        values = (float(rounds),) if isinstance(rounds, int | float) else tuple(float(value) for value in rounds)
        self.figures.append(Figure(name, values, unit, target))

    @property
    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.met is False]

    def as_dict(self) -> dict[str, object]:
        return {
            "title": self.title,
            "database": self.database,
            "machine": self.machine,
            "figures": [figure.as_dict() for figure in self.figures],
            "notes": self.notes,
            "wrong": self.wrong,
        }


def show(results: Sequence[Result], as_json: bool) -> None:
    """Print results for people, or one JSON list for programs."""
    if as_json:
        print(json.dumps([result.as_dict() for result in results], ensure_ascii=False, indent=1))  # noqa: T201
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)  # in a file or a log there is no window to fit
    for result in results:
        facts = result.machine
        table = Table(title=f"{result.title} ({result.database})", title_justify="left")
        for column in ("figure", "median", "lowest – highest", "target", ""):
            table.add_column(column, justify="left" if column == "figure" else "right")
        for figure in result.figures:
            target = "" if figure.target is None else f"{figure.target[0]} {number(figure.target[1])} {figure.unit}"
            verdict = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[figure.met]
            spread = f"{number(min(figure.rounds))} – {number(max(figure.rounds))}" if len(figure.rounds) > 1 else ""
            table.add_row(figure.name, f"{number(figure.value)} {figure.unit}", spread, target, verdict)
        console.print(table)
        console.print(
            f"{facts['cores']} cores, {facts['cpu']}, Python {facts['python']}, SQLite {facts['sqlite']}, "
            f"load average at the start {facts['load']}",
            style="dim",
        )
        for note in result.notes:
            console.print(f"· {note}", markup=False)
        for wrong in result.wrong:
            console.print(f"WRONG: {wrong}", style="bold red", markup=False)


def number(value: float) -> str:
    """Three or four digits that mean something."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed. ValueError for no values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1e6) * len(ordered) // 1_000_000) - 1))]
