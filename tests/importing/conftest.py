"""A folder of made-up transcripts for each test."""

import pytest
from past_folder import Past


@pytest.fixture
def past(tmp_path):
    return Past(tmp_path)
