"""The small words by which numbers, names and roles are recognised, language by language."""

from __future__ import annotations

CARDINALS = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit "
    "dix-neuf vingt",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte",
    "ru": "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать",
    "uk": "два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять "
    "п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять",
}
"""Two to twenty."""

TENS = {
    "en": "thirty forty fifty sixty seventy eighty ninety hundred",
    "de": "dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert",
    "fr": "trente quarante cinquante soixante soixante-dix quatre-vingts quatre-vingt-dix cent",
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "ru": "тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто сто",
    "uk": "тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто",
}
"""Thirty to a hundred."""

ORDINALS = {
    "en": "second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
    "de": "zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte dreizehnte vierzehnte "
    "fünfzehnte sechzehnte siebzehnte achtzehnte neunzehnte zwanzigste",
    "fr": "deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième "
    "treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième",
}
"""Second to twentieth; German ones with one of their endings: without any, the eighth would be eight."""


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = _word_set(
    "people persons men women children civilians soldiers passengers others menschen personen kinder soldaten "
    "personnes enfants civils soldats personas niños человек людей чел детей осіб дітей"
)
"""Behind a number, words that leave open whether the dead are counted."""

ENGLISH_ONLY = _word_set("die dies lives")
"""Words of dying that mean something else in another language."""

RISING_TO = _word_set("to at auf à a до")
"""Words between `the toll of the quake has risen` and its number."""

THOUSANDS = _word_set("thousand tausend mille mil тысяча тысячи тысяч тисяча тисячі тисяч")
"""Behind a number in words they make it another: `eighteen thousand`."""

SOMEBODY = _word_set("man woman boy girl child driver")
"""`A woman of 34`: an age follows."""

CALENDAR_NAMES = _word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar februar "
    "märz juni juli oktober dezember"
)
"""Days and months with a capital, which are nobody's name."""

PLACING = _word_set(
    "in at on off near from of along to into under over around outside bei nach aus von vor um an auf über für im am "
    "à de du dans sur près en au в во на из у под от при з із"
)
"""Words behind which a name is mostly not the one who acts."""

JOINING = _word_set("and und et y e и й та і & oder or")
"""Words between two names whose order means nothing."""

BEFORE_GERMAN_NAMES = _word_set(
    "in bei nach aus von vor nahe um für gegen mit präsident präsidentin minister ministerin"
)
"""Words right behind which a German capital mostly means a name."""
