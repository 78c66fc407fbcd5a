"""The stage of every test here: a project on a made-up machine."""

from pathlib import Path

import pytest
from stage import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
