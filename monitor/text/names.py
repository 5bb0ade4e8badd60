"""The names and numbers of a whole text by their sound, for comparing texts across languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from monitor.text.latin import CYRILLIC_LETTER
from monitor.text.lexicon import Lexicon, load_lexicon
from monitor.text.sounds import reduce_to_consonants
from monitor.text.words import fold_surface, is_capitalised

INFLECTING_LANGUAGES = frozenset({"pl", "cs", "lt", "fi", "et", "hu"})
"""Languages in Latin letters that put case endings to names."""

# Not -ов, -ев and -ин, which a stemmer takes for endings and surnames are made with. The fewer endings of sounds.py,
# and its Polish and Czech ones, were tried: mean average precision over seven languages falls from 0.919 to 0.912.
_CYRILLIC_ENDING = re.compile(
    "(?<=...)(?:ами|ями|ого|его|ому|ему|ими|ыми|ові|еві|ем|ом|ою|ею|ой|ей|ої|ый|ий|ій|ым|им|ая|яя|ах|ях"
    "|[аяоеуюыиійьї])$"
)

TOO_COMMON_A_NAME = 3e-4
"""A capitalised word used this often in general is no name."""


def heard_names(tokens: Sequence[str], language: str) -> dict[str, list[tuple[str, int]]]:
    """The names and numbers of a text by their sound, each with the stems that sound so and how often."""
    lexicon = load_lexicon(language)
    written_small = {fold_surface(token) for token in tokens if token[0].islower()}
    names: dict[str, list[tuple[str, int]]] = {}
    for token, times in Counter(tokens).items():
        if token[0].isdigit():
            number = fold_surface(token).replace(",", ".")
            if len(number) > 1:
                names.setdefault(number, []).append((number, times))
        elif is_capitalised(token) and lexicon.bare(token) not in written_small:
            word = strip_case_ending(token, lexicon)
            stem = lexicon.stem(lexicon.bare(token))
            if len(reduce_to_consonants(word)) > 1 and lexicon.frequency(stem) < TOO_COMMON_A_NAME:
                names.setdefault(reduce_to_consonants(word), []).append((stem, times))
    return names


def strip_case_ending(token: str, lexicon: Lexicon) -> str:
    """The folded word of a token without what its case adds, for comparing it with other languages."""
    word = lexicon.bare(token)
    if token.isupper():  # НАТО is not inflected
        return word
    if CYRILLIC_LETTER.search(word):
        return _CYRILLIC_ENDING.sub("", word)
    return lexicon.stem(word) if lexicon.code in INFLECTING_LANGUAGES else word
