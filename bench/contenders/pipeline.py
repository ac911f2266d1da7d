"""Loads a mongodump's collections into PostgreSQL with dlt, and prints the seconds that took as JSON.

Documents are converted as dlt's own MongoDB source converts them; child tables, column types and all else are
dlt's defaults.
"""

import json
import os
import sys
import time
from datetime import date, datetime

import bson
import dlt
from bson.decimal128 import Decimal128
from bson.int64 import Int64
from bson.objectid import ObjectId
from dlt.common.utils import map_nested_values_in_place


def convert(value):
    if isinstance(value, (ObjectId, Decimal128)):
        return str(value)
    if isinstance(value, Int64):
        return int(value)
    if isinstance(value, (datetime, date)):
        return value
    return value


def documents(path):
    def read():
        with open(path, "rb") as file:
            batch = []
            for document in bson.decode_file_iter(file):
                batch.append(map_nested_values_in_place(convert, document))
                if len(batch) == 10_000:
                    yield batch
                    batch = []
            if batch:
                yield batch

    return read


def main(folder, url, pipelines):
    collections = sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".bson"))
    resources = [dlt.resource(documents(os.path.join(folder, f"{name}.bson")), name=name) for name in collections]
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=pipelines,
        destination=dlt.destinations.postgres(url),
        dataset_name="dlt",
    )
    start = time.perf_counter()
    info = pipeline.run(resources)
    seconds = time.perf_counter() - start
    info.raise_on_failed_jobs()
    counts = {k: v for k, v in pipeline.last_trace.last_normalize_info.row_counts.items() if not k.startswith("_dlt")}
    print(json.dumps({"seconds": seconds, "version": dlt.__version__, "collections": collections, "rows": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:])
