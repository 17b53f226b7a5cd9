"""Coreference: what pronouns stand for, without harm to the text, the process or the clock."""

import functools
import io
import json
import pickle
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import spacy
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from docs_by_hand import docs
from quoteattr.config import Config
from quoteattr.coref import FEATURES, NETWORK, SETTINGS, Backend, Coreferee, Coreferences, load
from quoteattr.errors import ModelFileError
from quoteattr.marks import Offsets
from quoteattr.modelfiles import CHECKSUMS, shipped, write
from quoteattr.ranking import Network
from timing import growth

PRONOUN = re.compile(r"\b(he|she|they|him|her|his|their|them|himself)\b", re.IGNORECASE)
STORY = (
    "Ann Lee met Bob Kahn in the park on Monday. He said she was late. “I am not,” she told him. "
    "Later Ann and Bob left. They said they were tired."
)


@functools.cache
def pipeline() -> Language:
    """The default spaCy pipeline."""
    return spacy.load(Config().model)


@functools.cache
def parsed(text: str) -> Doc:
    """A parsed text."""
    return pipeline()(text)


def pronouns(text: str) -> list[Offsets]:
    """Where the pronouns of a text stand."""
    return [found.span() for found in PRONOUN.finditer(text)]


def read(text: str) -> Coreferences:
    """What is found in a text if all its pronouns are wanted."""
    return load()(parsed(text), pronouns(text))


def clusters(text: str) -> list[list[str]]:
    """The words of the clusters of a text."""
    return words(text, read(text))


def words(text: str, found: Coreferences) -> list[list[str]]:
    """The words of clusters."""
    return [[text[start:end] for start, end in cluster] for cluster in found.clusters]


# What it finds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bob Kahn said that he was late.", [["Bob Kahn", "he"]]),
        ("Ann Lee met Bob Kahn. He left.", [["Bob Kahn", "He"]]),
        ("Ann Lee met Bob Kahn. She left.", [["Ann Lee", "She"]]),
        ("The old man left. He was tired.", [["man", "He"]]),
        ("Ann Lee and Bob Kahn left. They were late.", [["Ann Lee and Bob Kahn", "They"]]),
        ("When he arrived, President Bob Kahn spoke.", [["he", "President Bob Kahn"]]),
        ("Bob Kahn saw Tom Ray. He saw him.", [["Bob Kahn", "He"], ["Tom Ray", "him"]]),
        ("The bridges were closed. They said nothing.", []),
        ("I know you and we know it.", []),
        ("He left.", []),
    ],
)
def test_clusters(text: str, expected: list[list[str]]) -> None:
    """Pronouns stand for people they agree with, before them or, in a clause, behind."""
    assert clusters(text) == expected


def test_story() -> None:
    """Pronouns that stand for pronouns are in their cluster; all in the order of the text."""
    assert clusters(STORY) == [
        ["Ann Lee", "she", "she"],
        ["Bob Kahn", "He", "him"],
        ["Ann and Bob", "They", "they"],
    ]
    found = read(STORY).clusters
    assert list(found) == sorted(found)
    assert all(list(cluster) == sorted(set(cluster)) for cluster in found)


def test_only_the_wanted() -> None:
    """What is not asked for is not looked for, unless the answer needs it."""
    first, *_, last = pronouns(STORY)
    assert words(STORY, load()(parsed(STORY), [last]))[0][-2:] == ["They", "they"]
    assert words(STORY, load()(parsed(STORY), [first])) == [["Bob Kahn", "He"]]


@pytest.mark.parametrize(
    "place", [(0, 7), (0, 3), (8, 11), (3, 4), (-5, -2), (5, 5), (9, 3), (900, 905)]
)
def test_other_places(place: Offsets) -> None:
    """Names, other words, several words and places out of the text have no cluster."""
    assert load()(parsed(STORY), [place]) == Coreferences()


@pytest.mark.parametrize("text", ["", " ", "\n\n", ".", "He", "He left"])
def test_nothing_to_read(text: str) -> None:
    """Where there is nothing there are no clusters."""
    assert load()(parsed(text), [(0, 1)]) == load()(parsed(text), []) == Coreferences()


def test_too_far_away() -> None:
    """A name more than five sentences before is not thought of."""
    near, far = (f"Bob Kahn left. {'It rained all day. ' * count}He wept." for count in (4, 5))
    assert clusters(near) == [["Bob Kahn", "He"]]
    assert clusters(far) == []


def test_far_apart() -> None:
    """Of a long text only what is near to the wanted pronouns is read, each stretch by itself."""
    text = f"Bob Kahn left. He wept. {'It rained all day. ' * 40}Ann Lee left. She wept."
    assert clusters(text) == [["Bob Kahn", "He"], ["Ann Lee", "She"]]


# What it needs of the text, and what it leaves


def test_text_stays_as_it_is() -> None:
    """Nothing is left on the parsed text."""
    doc = parsed(STORY).copy()
    before = doc.to_bytes()
    load()(doc, pronouns(STORY))
    assert doc.to_bytes() == before
    assert not doc.user_data


def test_no_vectors_needed() -> None:
    """Other pipelines have other vectors or none, which changes nothing."""
    doc = parsed(STORY).copy()
    doc.tensor = np.zeros((0,), np.float32)
    assert load()(doc, pronouns(STORY)) == read(STORY)


def test_unparsed_text() -> None:
    """What a spaCy pipeline lacks is said, and there are no clusters."""
    doc = spacy.blank("en")("Bob left. He wept.")
    fault = "the spaCy pipeline has given no TAG, POS, MORPH, LEMMA, DEP, SENT_START"
    assert load()(doc, [(10, 12)]) == Coreferences(faults=(fault,))
    assert load()(doc, []) == Coreferences()


def test_errors_are_caught() -> None:
    """An error costs the clusters of its stretch, and is told in one line."""
    [(weights, biases), *others] = load().network.layers
    broken = Network(((weights[:, 1:], biases), *others))
    found = evolve(load(), network=broken)(parsed(STORY), pronouns(STORY))
    assert (found.clusters, len(found.faults)) == ((), 1)
    assert re.fullmatch(r"ValueError: matmul: .*", found.faults[0])


@settings(max_examples=50)
@given(docs(), st.data())
def test_any_parse(doc: Doc, data: st.DataObject) -> None:
    """Whatever a parser says, nothing is raised and mentions are within the text."""
    genders, numbers = (st.sampled_from(each) for each in (("Masc", "Fem"), ("Sing", "Plur")))
    morphs = [
        f"Person=3|Number=Sing|Gender={data.draw(genders)}"
        if token.tag_ == "PRP"
        else f"Number={data.draw(numbers)}"
        for token in doc
    ]
    keys = np.array([doc.vocab.morphology.add(each) for each in morphs], np.uint64)
    doc.from_array(["MORPH"], keys.reshape(-1, 1))  # type: ignore[arg-type]
    found = load()(doc, [(token.idx, token.idx + len(token)) for token in doc])
    assert found.faults == ()
    for cluster in found.clusters:
        assert len(cluster) > 1
        assert all(0 <= start < end <= len(doc.text) for start, end in cluster)


# Sentences that would take too long


def test_long_sentences_are_left_out() -> None:
    """A sentence that is too long is not read, and is said; the others are."""
    long = "Tom said that " + "he and Sam and " * 40 + "Sue left."
    text = f"Bob Kahn left. He wept. {long} Ann Lee left. She wept."
    found = read(text)
    assert words(text, found) == [["Bob Kahn", "He"], ["Ann Lee", "She"]]
    assert text[slice(*found.left_out[0])].startswith("Tom said")


def test_mere_pronouns_are_left_out() -> None:
    """So is a sentence that has more pronouns than other words; three thousand take no time."""
    text = "he " * 3000
    found = read(text)
    assert found.clusters == ()
    assert sum(end - start for start, end in found.left_out) >= 2 * 3000


def sentence(pronoun_count: int) -> Doc:
    """A sentence in which one pronoun out of three words depends on the next."""
    rows = [("Bob", "NNP", "PROPN", "Number=Sing", "nsubj"), ("said", "VBD", "VERB", "", "ROOT")]
    rows += [
        row
        for _ in range(pronoun_count)
        for row in (
            ("he", "PRP", "PRON", "Person=3|Number=Sing|Gender=Masc", "nsubj"),
            ("saw", "VBD", "VERB", "", "ccomp"),
            ("Tom", "NNP", "PROPN", "Number=Sing", "dobj"),
        )
    ]
    heads = [1, 1, *(head for at in range(2, len(rows), 3) for head in (at + 1, at - 1, at + 1))]
    forms, tags, pos, morphs, deps = zip(*rows, strict=True)
    return Doc(
        pipeline().vocab,
        *(list(forms), [True] * len(forms)),
        tags=list(tags),
        pos=list(pos),
        morphs=list(morphs),
        lemmas=list(forms),
        deps=list(deps),
        heads=heads,
    )


def test_time_of_a_long_sentence() -> None:
    """A sentence of double length takes at most double the time, not eight times as long."""
    sentences = {"he " * count: sentence(count) for count in (200, 400)}
    places = {text: pronouns(doc.text) for text, doc in sentences.items()}
    assert all(load()(sentences[text], places[text]).left_out for text in sentences)
    assert growth(lambda text: load()(sentences[text], places[text]), "he " * 200, limit=3) < 3


def test_time_of_a_long_text() -> None:
    """So does a text of double length, even if all of it is about one man."""
    doc = parsed("Bob Kahn said he saw his man. " * 60)
    double = Doc.from_docs([doc, doc])
    texts = {"x": doc, "xx": double}
    places = {text: pronouns(each.text) for text, each in texts.items()}
    assert growth(lambda text: load()(texts[text], places[text]), "x", limit=3) < 3


def test_time_of_many_sentences() -> None:
    """A sentence is looked up in the same time, however many there are."""
    from quoteattr.antecedents import Passage  # noqa: PLC0415 - heavy

    doc = parsed("He wept. ")
    passages = {
        text: Passage(Doc.from_docs([doc] * len(text)).sents) for text in ("x" * 3000, "x" * 6000)
    }

    def look_up(text: str) -> None:
        passage = passages[text]
        assert [passage.sentence(number)[0].i for number in range(len(text))] == passage.starts

    assert growth(look_up, "x" * 3000, limit=2.6) <= 2.6


# Processes


def test_pickled() -> None:
    """A copy from another process says the same."""
    copy: Backend = pickle.loads(pickle.dumps(load()))  # noqa: S301
    assert copy.name == load().name == "coreferee-litbank-1"
    assert copy(parsed(STORY), pronouns(STORY)) == read(STORY)


def python(code: str) -> str:
    """What a new interpreter prints when it runs the code, warnings being errors."""
    command = (sys.executable, "-W", "error", "-c", code)
    finished = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    return finished.stdout.decode("utf-8")


def test_another_process() -> None:
    """A new process finds the same clusters, whatever was asked before."""
    code = f"""
import spacy
from quoteattr.coref import load
doc = spacy.load({Config().model!r})({STORY!r})
load()(doc, {pronouns(STORY)[:1]!r})
print(load()(doc, {pronouns(STORY)!r}).clusters)
"""
    assert python(code) == f"{read(STORY).clusters}\n"


def test_import_is_light() -> None:
    """Heavy libraries load with the model, not with the module."""
    heavy = "sorted({'coreferee', 'numpy', 'spacy', 'thinc'} & set(sys.modules))"
    assert python(f"import sys, quoteattr.coref; print({heavy})") == "[]\n"


def test_loading_changes_nothing_else() -> None:
    """Coreferee's import would change warnings and environment; both stay as they were."""
    code = """
import os, warnings
import spacy
before = dict(os.environ), list(warnings.filters)
import quoteattr.coref
quoteattr.coref.load()
print((dict(os.environ), list(warnings.filters)) == before)
"""
    assert python(code) == "True\n"


# As coreferee itself


def test_as_coreferee() -> None:
    """Candidates, doubts and features are those that coreferee's own code has."""
    from coreferee.rules import RulesAnalyzerFactory  # noqa: PLC0415 - heavy
    from coreferee.tendencies import TendenciesAnalyzer, generate_feature_table  # noqa: PLC0415

    from quoteattr.antecedents import Passage  # noqa: PLC0415
    from quoteattr.ranking import Table  # noqa: PLC0415

    doc = pipeline()(f"{STORY} Neither he nor Tom Ray, whose “friend” she is, saw himself in it.")
    doc.tensor = np.zeros((0,), np.float32)  # of which coreferee would make features and warnings
    rules = RulesAnalyzerFactory.get_rules_analyzer(pipeline())
    rules.initialize(doc)
    passage = Passage(doc.sents)
    features = generate_feature_table([doc], pipeline())
    assert vars(generate_feature_table([passage], pipeline())) == vars(features)
    tendencies = TendenciesAnalyzer(rules, pipeline(), features)
    table = Table(vars(features))
    compared = 0
    for word, token in zip(passage, doc, strict=True):
        theirs = getattr(token._.coref_chains, "temp_potential_referreds", [])
        mine = passage.candidates(word) if word.is_anaphor else []
        assert [(list(each.token_indexes), each.is_uncertain) for each in mine] == [
            (each.token_indexes, each.temp_is_uncertain) for each in theirs
        ]
        for row, each in zip(table.rows(word, mine), theirs, strict=True):
            distance, sentences, is_above, _, common = tendencies.get_compatibility_map(each, token)
            assert row.tolist() == [
                *tendencies.get_feature_map(token, doc),
                *tendencies.get_position_map(token, doc),
                *tendencies.get_feature_map(each, doc),
                *tendencies.get_position_map(each, doc),
                *(distance, sentences, is_above, common),
            ]
            compared += 1
    assert compared > 40


# Files


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of the shipped files."""
    copy = tmp_path / "coref"
    shutil.copytree(shipped("coref"), copy)
    yield copy
    shutil.rmtree(copy)


def test_loaded_once(folder: Path) -> None:
    """The model is loaded at the first call and kept; it may stand in any folder."""
    assert load() is load()
    other = load(folder)
    assert other is load(folder) is not load()
    assert other(parsed(STORY), pronouns(STORY)) == read(STORY)


@pytest.mark.parametrize("name", [NETWORK, FEATURES, SETTINGS])
def test_altered_file(folder: Path, name: str) -> None:
    """A file that has changed is named."""
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(ModelFileError, match=rf"{name}' is not the file that its checksum"):
        load(folder)


def test_network_of_another_table(folder: Path) -> None:
    """A network and a table that are not of one model are refused when they are loaded."""
    features = json.loads((folder / FEATURES).read_text("utf-8"))
    features["tags"].pop()
    contents = {name: (folder / name).read_bytes() for name in (NETWORK, SETTINGS)}
    write(folder, {**contents, FEATURES: json.dumps(features).encode()})
    with pytest.raises(ModelFileError, match=r"npz' wants \d+ numbers, not \d+; copy the folder"):
        load(folder)


def test_files_are_plain() -> None:
    """The network is arrays of small numbers, the rest JSON; nothing is a pickle."""
    content = (shipped("coref") / NETWORK).read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        assert {str(array.dtype) for array in arrays.values()} == {"float16"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(archive.read(name).startswith(b"\x93NUMPY") for name in archive.namelist())
    for name in (FEATURES, SETTINGS):
        assert isinstance(json.loads((shipped("coref") / name).read_text("utf-8")), dict)
    listed = {line.split()[1] for line in (shipped("coref") / CHECKSUMS).read_text().splitlines()}
    assert listed == {NETWORK, FEATURES, SETTINGS}


# Another backend


class Nearest:
    """A backend of somebody else's: each pronoun stands for the word before it."""

    name = "nearest"

    def __call__(self, doc: Doc, wanted: Sequence[Offsets]) -> Coreferences:
        """Find it."""
        spans = [doc.char_span(*place) for place in wanted]
        befores = [(doc[span.start - 1], span) for span in spans if span is not None]
        return Coreferences(
            tuple(
                ((token.idx, token.idx + len(token)), (span.start_char, span.end_char))
                for token, span in befores
            )
        )


def test_another_backend() -> None:
    """Whatever has a name and is called alike is a backend."""
    text = "Bob, he said."
    backends: list[Backend] = [Nearest(), load()]
    assert [each.name for each in backends] == ["nearest", "coreferee-litbank-1"]
    assert words(text, backends[0](parsed(text), pronouns(text))) == [[",", "he"]]
    assert isinstance(backends[1], Coreferee)
