"""Settings for the test suite: a home folder of its own for every process, made before anything is configured."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="huiyin-test-")
_owner = os.getpid()


def _tidy() -> None:
    if os.getpid() == _owner:  # a forked child must not take the folder away from its parent
        shutil.rmtree(_home, ignore_errors=True)


atexit.register(_tidy)
os.environ["HUIYIN_HOME"] = _home
os.makedirs(os.path.join(_home, "static"))
os.environ.setdefault("HUIYIN_MFA", "optional")
os.environ["HUIYIN_GATEWAY"] = "spool"

from huiyin.site.settings import *  # noqa: E402, F403 - the environment must be set first
