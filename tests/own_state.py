"""Imported by whatever runs tests, benchmarks or the evaluation: none of it writes into the state directory of a person.

Commands that are started with fewer variables than this process has find it by the platform's name for it.
"""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="shipchat-state-")
os.environ["XDG_STATE_HOME"] = os.environ["SHIPCHAT_STATE"] = FOLDER.name
