"""What an article has to say to one seed: its topics, how prominent each is, and how like the seed it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.match.passages import TextLayout, lay_out_text
from monitor.match.profile import weigh_words
from monitor.match.topics import BORDER, Mention
from monitor.model import Article
from monitor.text.lexicon import load_lexicon
from monitor.text.words import split_all_hyphens, tokenise_text

MATCH_LEAD_WORDS = 150
"""Words at a text's start that are its lead: there, a topic is more than mentioned in passing."""

LONG_TEXT_WORDS = 250
"""A text longer than this is also compared by its title and lead alone."""

OPENING_WORDS = 40
"""Words at a text's start, its first sentence or two, that count for a topic as its title does."""


class TokenisedArticle:
    """An article as the matcher reads it: its tokens, and how often each stem occurs."""

    def __init__(self, article: Article, language: str) -> None:
        lexicon = load_lexicon(language)
        title, body = tokenise_text(article.title), tokenise_text(article.text)
        if body[: len(title)] == title:  # the text opens with its title: count it once
            title = []
        before = [*split_all_hyphens(title), BORDER]
        self.language = language
        self.title_tokens = len(before)
        self.tokens = before + split_all_hyphens(body)
        """Title, border, text; hyphenated words in their pieces."""
        self.is_long = len(body) > LONG_TEXT_WORDS
        # Titles may be In Capitals Throughout, so the text tells what is a name.
        names = lexicon.names(body or title)
        self.weights = weigh_words(lexicon.count(title + body), names)
        """What each stem weighs before its idf."""
        self.lead_weights = (
            weigh_words(lexicon.count(title + body[:MATCH_LEAD_WORDS]), names) if self.is_long else None
        )
        """The same for title and lead; None when the text is short."""
        self.likeness_without_hit: Mapping[int, float] = {}
        """Its likeness to the seeds that it was no hit for, once it was decided on."""
        self._text = article.text
        self._layout: TextLayout | None = None

    def layout(self) -> TextLayout:
        """The text laid out for passages, once it is asked for."""
        if self._layout is None:
            self._layout = lay_out_text(self._text)
        return self._layout

    def is_opening(self, place: int) -> bool:
        """Whether a token stands in the title or the first sentence or two."""
        return place < self.title_tokens + OPENING_WORDS

    def is_lead(self, place: int) -> bool:
        """Whether a token stands in the title or the lead."""
        return place < self.title_tokens + MATCH_LEAD_WORDS


@dataclass(frozen=True, slots=True)
class TopicPresence:
    """One topic of a seed in an article."""

    topic: int
    name: str
    where: str
    """`title`, `lead` or `text`."""
    strength: float
    """0 (not there) to 1 (in the title, or opening the text)."""
    named: str
    """The term met most often, as the seed has it."""
    times: int
    """How often that one was met."""
    terms: frozenset[str]


def measure_presence(
    tokenised: TokenisedArticle, topic: int, name: str, mentions: Sequence[Mention]
) -> TopicPresence:
    """How prominently a topic is spoken of."""
    terms = _term_by_place(tokenised.language, mentions)
    named = Counter(terms.values())
    most = min(named, key=lambda text: (-named[text], text))
    first = min(terms)
    where = "title" if first < tokenised.title_tokens else "lead" if tokenised.is_lead(first) else "text"
    strength = _presence_strength(tokenised, first, len(terms))
    return TopicPresence(topic, name, where, strength, most, named[most], frozenset(named))


def strengths_at_most(tokenised: TokenisedArticle, mentions: Sequence[Mention]) -> dict[int, float]:
    """How prominent each topic is at most: several terms at one place count as so many places here."""
    places: dict[int, list[int]] = defaultdict(list)
    for mention in mentions:
        places[mention.term.topic].append(mention.start)
    return {topic: _presence_strength(tokenised, min(starts), len(starts)) for topic, starts in places.items()}


def _term_by_place(language: str, mentions: Sequence[Mention]) -> dict[int, str]:
    """One term for each place: of those that fit, the one in the text's language, then the longest."""
    chosen: dict[int, Mention] = {}
    for mention in mentions:
        other = chosen.get(mention.start)
        if other is None or _mention_fitness(language, mention) > _mention_fitness(language, other):
            chosen[mention.start] = mention
    return {place: mention.term.text for place, mention in chosen.items()}


def _mention_fitness(language: str, mention: Mention) -> tuple[bool, int]:
    return mention.term.language == language, mention.end - mention.start


def _presence_strength(tokenised: TokenisedArticle, first: int, times: int) -> float:
    """A title or opening is about what it names; far down, one mention is only passing."""
    if tokenised.is_opening(first):
        return 1.0
    return min(1.0, (0.5 if tokenised.is_lead(first) else 0.2) + 0.15 * (times - 1))
