"""The records of metrics.jsonl by pandas."""
import sys

import pandas
from common import show

table = pandas.read_json(sys.argv[1], lines=True)
show({"columns": list(table.columns), "steps": table["step"], "losses": table["loss"]})
