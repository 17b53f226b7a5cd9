"""What several tests of the command line need."""

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from quoteattr.config import Config


@Language.component("says_no")
def _says_no(doc: Doc) -> Doc:
    if "No!" in doc.text:
        msg = "no, no"
        raise RuntimeError(msg)
    return doc


@pytest.fixture(scope="session", name="failing_model")
def _failing_model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A spaCy pipeline, to be used in this process, that fails on texts in which stands *No!*."""
    path = tmp_path_factory.mktemp("models") / "failing"
    nlp = spacy.load(Config().model)
    nlp.add_pipe("says_no")
    nlp.to_disk(path)
    return str(path)
