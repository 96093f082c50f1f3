# SPDX-License-Identifier: GPL-2.0-or-later
"""A figure: what was measured, beside its floor, against its aim."""

import dataclasses
import statistics


@dataclasses.dataclass
class Figure:
    """pairs: (ours, floor), each measured one right after the other; the floor is None where the aim is a number.
    most, least: bounds of the ratio, or of ours where there is no floor. Without either there is no aim."""
    name: str
    unit: str
    pairs: list
    floor: str = ""
    most: float = None
    least: float = None
    note: str = ""

    @property
    def ours(self):
        return statistics.median(pair[0] for pair in self.pairs)

    @property
    def floor_value(self):
        return statistics.median(pair[1] for pair in self.pairs) if self.has_floor else None

    @property
    def has_floor(self):
        return self.pairs[0][1] is not None

    def values(self):
        """What the aim is about, one of each pair."""
        if not self.has_floor:
            return [ours for ours, _ in self.pairs]
        return [ours / floor if floor else float("inf") for ours, floor in self.pairs]

    @property
    def value(self):
        return statistics.median(self.values())

    @property
    def spread(self):
        """The quartiles between which half of the values lie; both ends where there are few."""
        values = sorted(self.values())
        if len(values) < 4:
            return values[0], values[-1]
        return tuple(statistics.quantiles(values, n=4, method="inclusive")[::2])

    @property
    def verdict(self):
        if self.most is None and self.least is None:
            return ""
        good = (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)
        return "met" if good else "missed"

    @property
    def aim(self):
        times = " ×" if self.has_floor else ""
        if self.most is not None:
            return f"at most {number(self.most)}{times}"
        return f"at least {number(self.least)}{times}" if self.least is not None else ""

    def cells(self):
        low, high = self.spread
        ratio = f"{number(self.value)}" if self.has_floor else ""
        return (self.name, f"{number(self.ours)} {self.unit}".strip(),
                f"{number(self.floor_value)} {self.unit}".strip() if self.has_floor else "", ratio,
                f"{number(low)}–{number(high)}" if len(self.pairs) > 1 else "", self.aim, self.verdict)


HEADS = ("figure", "ours", "floor", "ratio", "half of all", "aim", "")


def number(value):
    """Three digits that mean something."""
    if value == 0 or value != value or value in (float("inf"), float("-inf")):
        return f"{value:g}"
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"
