"""Imported by whatever runs tests, benchmarks or the evaluation: none of it reads a person's settings or writes into
the data and state directories of a person.

Commands that are started with fewer variables than this process has find them by the platform's names for them.
"""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="shipchat-state-")
os.environ["XDG_STATE_HOME"] = os.environ["SHIPCHAT_STATE"] = FOLDER.name
os.environ["XDG_DATA_HOME"] = f"{FOLDER.name}/data"
