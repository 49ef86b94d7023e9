"""The tables of runs.sqlite."""
import sqlite3
import sys

from common import show

index = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
assert index.execute("PRAGMA integrity_check").fetchone() == ("ok",)
show({
    table: index.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall()
    for table in ["runs", "options", "final_values"]
})
