"""The numbers of a comparison as a person reads them."""

from __future__ import annotations

import math
from typing import Any

import qt
from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import EvaluationNodes


def show_metrics(table: Any, nodes: EvaluationNodes | None) -> None:
    """Fill a QTableWidget with the metrics of a comparison, or empty it."""
    rows = [] if nodes is None else metric_texts(nodes.metrics)
    table.setRowCount(len(rows))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.setItem(row, column, qt.QTableWidgetItem(text))
    modes = qt.QHeaderView
    table.horizontalHeader().setSectionResizeMode(0, modes.Stretch)
    table.horizontalHeader().setSectionResizeMode(1, modes.ResizeToContents)
    table.verticalHeader().setSectionResizeMode(modes.ResizeToContents)
    table.updateGeometry()


def metric_texts(metrics: Any) -> list[tuple[str, str]]:
    """Name and value of each row of the table of metrics, with its unit.

    Shares have two decimals, what has a unit one.
    """
    table = metrics.GetTable()
    names, values, units = (table.GetColumnByName(one) for one in ("Metric", "Value", "Unit"))
    return [
        (names.GetValue(row), _value_text(float(values.GetValue(row)), units.GetValue(row)))
        for row in range(table.GetNumberOfRows())
    ]


def _value_text(value: float, unit: str) -> str:
    if math.isnan(value):
        return _("undefined")
    return f"{value:.1f} {unit}" if unit else f"{value:.2f}"
