"""Every array of an .npz."""
import sys
import zipfile

import numpy
from common import show

path = sys.argv[1]
assert zipfile.ZipFile(path).testzip() is None
with numpy.load(path) as archive:
    show({
        name: {"dtype": str(archive[name].dtype), "shape": archive[name].shape,
               "values": archive[name].ravel()}
        for name in archive.files
    })
