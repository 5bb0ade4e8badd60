"""Words, sentences and languages of any text; what loads the word lists, and what must not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.language import guess_language
from monitor.text.lexicon import load_lexicon
from monitor.text.sentences import find_sentences
from monitor.text.words import locate_tokens, split_all_hyphens, split_words, tokenise_text


def test_words_used_everywhere_count_for_nothing_and_numbers_for_something():
    assert load_lexicon("en").count(tokenise_text("It is the 13th of the 5 said")) == {"13th": 1, "said": 1}


def test_plain_words_are_runs_of_letters_or_characters_of_writing_without_spaces():
    assert split_words("F-16s, l'Île_de 東京 3.5") == ["f", "16s", "l", "île", "de", "東", "京", "3", "5"]


@given(st.text(alphabet="aЖ7 -‑.'’_\n", max_size=80))
def test_located_tokens_are_the_tokens_in_their_pieces(text):
    located = list(locate_tokens(text))
    assert [token for token, _, _ in located] == split_all_hyphens(tokenise_text(text))
    assert all(text[start:end] == token for token, start, end in located)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said that it was not for them", "en"),
        ("Der Minister hat gesagt, dass es nicht so ist", "de"),
        ("Le ministre a dit que ce n'est pas pour eux", "fr"),
        ("Министр сказал, что этого не будет", "ru"),
        ("Міністр сказав, що цього не буде", "uk"),
    ],
)
def test_the_language_is_guessed_where_none_is_known(text, language):
    assert guess_language(text) == language


@pytest.mark.parametrize(
    "sentences",
    [
        ["“The guns are silent.”", "She left."],
        ["U.S. officials met no. two of Brell.", "They left…", "Why?"],
        ["Die Zahl stieg auf 7,2.", "12 Menschen starben."],
        ["Он сказал: «Нет.»", "«Да», ответила она."],
        ["A headline without a stop", "And its text"],
    ],
)
def test_a_sentence_ends_before_a_capital_a_digit_or_an_opening_mark(sentences):
    text = "\n".join(sentences) if sentences[0][-1].isalpha() else "  ".join(sentences)
    assert [text[start:end] for start, end in find_sentences(text)] == sentences


@given(st.text(alphabet=" ab.!?\n«Ж", max_size=1500), st.sampled_from([None, 20, 400]))
def test_sentences_are_cut_short_and_lose_no_word(text, longest):
    cut = [text[start:end] for start, end in find_sentences(text, longest)]
    assert all(0 < len(one) <= (longest or len(text)) and one == one.strip() for one in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_workers_that_poll_and_read_load_no_word_lists():
    """They would take 16 MB of each, and more for every language."""
    script = (
        "import sys, monitor.poll, monitor.read, monitor.text.words, monitor.text.sentences\n"
        "print(sorted({'Stemmer', 'wordfreq'} & sys.modules.keys()))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    assert loaded == "[]\n"
