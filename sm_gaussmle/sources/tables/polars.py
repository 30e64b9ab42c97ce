"""Polars LazyFrames, collected in batches by the streaming engine."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from sm_gaussmle.sources.tables.arrow import StreamTable
from sm_gaussmle.sources.tables.engines import import_engine

if TYPE_CHECKING:
    import pyarrow as pa


class PolarsTable(StreamTable):
    """A polars LazyFrame.

    Parameters
    ----------
    frame : polars.LazyFrame
        A query, optimised anew for the columns of each pass.
    """

    def __init__(self, frame: Any) -> None:
        import_engine("pyarrow", "polars")
        decimal = import_engine("polars", "polars").Decimal(38, 0)
        # Arrow has no integers of 128 bits; of DuckDB such ones come as decimals too.
        wide = [
            name
            for name, kind in frame.collect_schema().items()
            if str(kind) in {"Int128", "UInt128"}
        ]
        frame = frame.cast(dict.fromkeys(wide, decimal))
        empty = frame.collect_schema().to_frame(eager=True)
        super().__init__("polars LazyFrame", empty.to_arrow().schema)
        self._frame = frame

    def _stream(self, names: Sequence[str]) -> Generator[pa.RecordBatch, None, None]:
        # by_name: a plain string that begins with ^ and ends with $ is a pattern
        chosen = self._frame.select(import_engine("polars.selectors", "polars").by_name(*names))
        for batch in chosen.collect_batches(maintain_order=True, lazy=True):
            yield from batch.to_arrow().to_batches()
