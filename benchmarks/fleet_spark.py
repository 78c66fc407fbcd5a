"""A fleet under Spark: the plain function of the other engines, in `mapInPandas`; see docs/spark.md.

Run it with ``python benchmarks/fleet_spark.py PATHS...``, beside an installed pyspark and Java 17.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Iterator

import pandas as pd
import pyspark
from pyspark.sql import SparkSession

from claudesess.gathering.fleet import Fleet
from claudesess.gathering.one import Asked, sums_of
from claudesess.gathering.places import Place, places

ASKED = Asked({"retry_escalation.outcome_by_attempt": {}, "retry_escalation.failures": {}})


def rows(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Ask each database of a partition."""
    for batch in batches:
        for place in batch.itertuples(index=False, name=None):
            yield pd.DataFrame({"sums": [pickle.dumps(sums_of(Place(*place), ASKED))]})


def main() -> None:
    """Ask the databases of some paths, and print what they say and what it took."""
    there, _ = places(sys.argv[1:])
    start = time.monotonic()
    spark = SparkSession.builder.master("local[2]").appName("claudesess").getOrCreate()
    # Spark would put partitions of so few bytes together: what each of them costs it cannot know.
    spark.conf.set("spark.sql.adaptive.coalescePartitions.enabled", "false")
    spark.sparkContext.setLogLevel("ERROR")
    started = time.monotonic()
    # A partition is retried as a whole: small ones lose little.
    asked = spark.createDataFrame(there, "number int, db string, path string").repartition(
        max(len(there) // 8, 2)
    )
    fleet = Fleet(there, ASKED)
    for row in asked.mapInPandas(rows, "sums binary").collect():
        fleet.add(pickle.loads(row.sums))
    for answer in fleet.answers.values():
        print(answer.finding())
    done = time.monotonic()
    spark.stop()
    print(
        f"pyspark {pyspark.__version__}: {fleet}, start {started - start:.1f} s, then {done - started:.1f} s"
    )


if __name__ == "__main__":
    main()
