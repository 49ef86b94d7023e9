"""A table by pandas; empty cells are null."""
import sys

import pandas
from common import show

table = pandas.read_csv(sys.argv[1], keep_default_na=False, na_values=[""])
show({
    "columns": list(table.columns),
    "types": [str(kind) for kind in table.dtypes],
    "rows": table.astype(object).where(table.notna(), None).values.tolist(),
})
