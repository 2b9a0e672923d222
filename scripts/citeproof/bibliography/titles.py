"""Titles in sentence case (APA 6.17), and a title with its subtitle.

Changes the case of letters only, and of none that an author has protected. A proper noun that nothing protects is taken
for a common one where the title stands in title case, as biblatex takes it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from citeproof.bibliography.proper_nouns import PROPER_NOUNS
from citeproof.patterns import late

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TAG = late(r"<(/?)(?:i|b|sup|sub|sc|span)((?:\s[^<>]*)?)>")
_ADDRESS = late(
    r"(?:https?://|www\.)\S+|\S+@\S+\.\w+|(?<!\w)[@#]\w[\w.]*|\bdoi:\S+|\b10\.\d{4,9}/\S+|\b\w+\.(?:com|org|net|edu|gov)\b",
    re.IGNORECASE,
)
_IN_ADDRESSES = late(r"[@#.]|://|doi:", re.IGNORECASE)
"""What every address has in it; most titles have none of it."""
_WORD = late(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_INITIALISM = late(r"(?:[^\W\d_]\.){2,}")
_FIRST_PERSON = late(r"I(?:['\u2019](?:m|ve|d|ll))?")
_NUMBER = late(r"\s+(?:\d{1,3}\b(?![,.]\d)|[IVX]+\b|[B-Z]\b(?!-[^\W\d_])|A\b(?!\s+\w))")
"""A numeral, or a letter that is no article and no e- (neither of which would stay a capital)."""
_HYPHENS = "-\u2010\u2011"
_OPENING = "\"'\u201c\u2018\u00ab([{\u00bf\u00a1*"
_CLOSING = "\"'\u201d\u2019)]\u00bb"

_SMALL = frozenset(
    re.findall(
        r"\S+",
        "about above across after against along among around because been before behind being below beneath beside "
        "between beyond could despite does down during except from have inside into like near onto outside over past "
        "should since than that their them these they this those through throughout till toward towards under "
        "underneath until unto upon versus were what when where whether which while whom whose will with within "
        "without would your",
    )
)
"""Long words that may stand in lower case in title case too, and say nothing."""
_SHORT = frozenset(re.findall(r"\S+", "a an and as at but by for if in is nor of off on or per so the to up via yet"))
"""Short words that stand in lower case in either."""
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "approx art assoc bros capt cf co corp dept dr ed eds esp est etc fig figs gen gov hon inc jr ltd mr mrs ms "
        "no nos op pp prof pt rev rep sec sen ser sgt sr st suppl univ v vol vols vs",
    )
)
"""Words whose period ends no sentence."""
_TITLES_OF_PEOPLE = ("Dr", "Mr", "Mrs", "Ms", "Prof", "St", "Ste")
_BEFORE_NAME = late(rf"(?<![^\W_])(?<!\.)(?:[A-Z]|[IVX]{{2,4}}|{'|'.join(_TITLES_OF_PEOPLE)})\.\s+\Z")
_NUMBERED = frozenset(
    re.findall(
        r"\S+",
        "appendix article axis block book chapter cohort day episode experiment factor figure grade item lesson level "
        "module part phase schedule season section session stage step study table title trial unit version volume war "
        "wave",
    )
)
"""Nouns that keep their capital before a numeral or letter (APA 6.19)."""
_LETTERED = frozenset(
    re.findall(
        r"\S+",
        "appendix class form group hepatitis influenza level part plan study type vitamin",
    )
)
"""Words after which an A is a letter and no article."""
_LONG = 4


def sentence_case(rich: str, *, raises: bool = True, names: Iterable[str] = ()) -> str:
    """Put an English title into sentence case (APA 6.17); give CSL rich text for CSL rich text.

    Lowers every word but those that are protected (`<span class="nocase">`), that begin the title or follow a colon, an
    em dash or end punctuation, that show by a capital or numeral inside that they are no common words, and nouns before
    a numeral (APA 6.19). A title in which nothing with a capital is protected and most of the long words are in lower
    case stands in sentence case already: there only the first word and those after a colon change, and a part that
    stands in title case all the same ("The Big Five and Job Performance: a review of studies in three countries"). A
    title in capitals is lowered as a whole. Given its own result, changes nothing. Unless it `raises`, no small letter
    becomes a capital: the words of a post stay as somebody posted them (APA 10.15). `names` keep their letters.
    """
    title = _Title(rich)
    if _IN_ADDRESSES.search(title.text):
        title.keep(_ADDRESS)
        title.keep(_INITIALISM)
    for name in names:
        title.keep(re.compile(rf"\b{re.escape(name)}\b"))
    words = list(_WORD.finditer(title.text))
    has_capitals = not title.text[1:].islower()
    shouted = has_capitals and _is_shouted(title)
    lowering = has_capitals and (shouted or title.protects or not _is_sentence(title, words))
    in_title_case = _in_title_case(title, words) if has_capitals and not lowering else frozenset()
    for at, found in enumerate(words):
        start, end = found.span()
        if title.keeps(start, end):
            continue
        if _begins(title.text, start):
            if shouted:
                title.lower(start + 1, end)
            elif found[0].islower() and raises:
                title.upper(start)
        elif _FIRST_PERSON.fullmatch(found[0]):
            continue
        elif shouted or (
            (lowering or at in in_title_case) and _is_common(title, words, at) and not _is_named(title.text, start)
        ):
            title.lower(start, end)
    return title.rich()


def join(title: str, subtitle: str) -> str:
    """Put a subtitle behind its title: after a colon, or after the mark with which the title ends."""
    title, subtitle = title.strip(), subtitle.strip()
    if not title or not subtitle:
        return title or subtitle
    plain = _TAG.sub("", title)
    if plain.endswith("\u2014"):
        return title + subtitle
    ended = plain.rstrip(_CLOSING).endswith(("?", "!", ":", ".", "\u2026"))
    return f"{title} {subtitle}" if ended else f"{title}: {subtitle}"


class _Title:
    """A title's letters without its tags: each with the place where it stands, and whether it stays as it is."""

    def __init__(self, rich: str) -> None:
        self._letters = list(rich)
        if "<" not in rich:
            self._places: Sequence[int] = range(len(rich))
            self.text = rich
            self.kept = [False] * len(rich)
            self.protects = self._keeps_any = False
            return
        places: list[int] = []
        self.kept = []
        self._keeps_any = True
        spans: list[bool] = []
        at = 0
        for tag in (*_TAG.finditer(rich), None):
            end = tag.start() if tag else len(rich)
            places.extend(range(at, end))
            self.kept.extend([any(spans)] * (end - at))
            if tag:
                at = tag.end()
                if not tag[1]:
                    spans.append("nocase" in tag[2])
                elif spans:
                    spans.pop()
        self._places = places
        self.text = "".join([rich[place] for place in places])
        words = (found.span() for found in re.finditer(r"[^\W\d_]{2,}", self.text))
        self.protects = any(all(self.kept[start:end]) and self.text[start].isupper() for start, end in words)

    def keep(self, pattern: re.Pattern[str]) -> None:
        for found in pattern.finditer(self.text):
            self.kept[found.start() : found.end()] = [True] * len(found[0])
            self._keeps_any = True

    def keeps(self, start: int, end: int) -> bool:
        """Tell whether a letter between two offsets stays as it is."""
        return self._keeps_any and any(self.kept[start:end])

    def lower(self, start: int, end: int) -> None:
        for place in self._places[start:end]:
            small = self._letters[place].lower()
            if len(small) == 1:
                self._letters[place] = small

    def upper(self, at: int) -> None:
        large = self._letters[self._places[at]].upper()
        if len(large) == 1:
            self._letters[self._places[at]] = large

    def rich(self) -> str:
        return "".join(self._letters)


def _is_shouted(title: _Title) -> bool:
    """Tell whether all of a title stands in capitals, so that they say nothing of acronyms."""
    free = "".join(char for char, kept in zip(title.text, title.kept, strict=True) if not kept)
    if not free.isupper():
        return False
    long = [word for word in re.findall(r"[^\W\d_]+", free) if len(word) >= _LONG]
    return len(long) > 2  # noqa: PLR2004  (DSM-IV-TR ADHD is no title in capitals)


def _is_sentence(title: _Title, words: list[re.Match[str]]) -> bool:
    """Tell whether most of the long words that could go either way stand in lower case."""
    small = large = 0
    for found in words:
        word, start = found[0], found.start()
        if len(word) < _LONG or word.lower() in _SMALL or title.keeps(start, found.end()):
            continue
        if _begins(title.text, start) or _is_second(title.text, start):
            continue
        small += word.islower()
        large += word[0].isupper() and word[1:].islower()
    return small > large


def _in_title_case(title: _Title, words: list[re.Match[str]]) -> frozenset[int]:
    """Give which words stand in a part of the title that is in title case, though the title as a whole is not.

    In such a part nothing but small words is in lower case, and several words have capitals that no names known here
    account for. A subtitle may be just the name of a study: it must have a capital that no name has, at its second word
    ("A Review") or at a preposition ("Lessons From the Field").
    """
    starts = [at for at, found in enumerate(words) if not at or _begins(title.text, found.start())]
    found: set[int] = set()
    for start, end in pairwise([*starts, len(words)]):
        rest = [
            at
            for at in range(start + 1, end)
            if not title.keeps(*words[at].span()) and not _is_second(title.text, words[at].start())
        ]
        telling = [at for at in rest if words[at][0].lower() not in _SMALL | _SHORT]
        large = [at for at in telling if _is_capitalised(words[at][0]) and words[at][0] not in PROPER_NOUNS]
        if len(large) < _SEVERAL or any(words[at][0].islower() for at in telling):
            continue
        after_article = words[start][0] in {"A", "An", "The"} and start + 1 in large
        if not start or after_article or any(words[at][0].istitle() for at in rest if words[at][0].lower() in _SMALL):
            found.update(rest)
    return frozenset(found)


_SEVERAL = 3


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and word[1:].islower()


def _begins(text: str, start: int) -> bool:
    """Tell whether a word is the first of the title, or stands after a colon, em dash or end punctuation (APA 6.17)."""
    if start > 1 and text[start - 1] == " " and text[start - 2].isalnum():
        return False
    before = text[:start].rstrip(_OPENING)
    gap = before.rstrip()
    if not gap or gap[-1] == "\u2014":
        return True
    if gap == before:
        return False
    last = gap.rstrip(_CLOSING)
    if last.endswith((":", "?", "!")):
        return True
    return _is_end(last) and not text[start].islower()


def _is_end(text: str) -> bool:
    """Tell whether a period or an ellipsis ends a sentence, and no abbreviation."""
    if not text.endswith("."):
        return text.endswith("\u2026")
    word = re.search(r"[^\s.]*(?:\.[^\s.]+)*\Z", text[:-1])
    said = word[0].strip(_OPENING).lower() if word else ""
    return said.isdecimal() or (len(said) > 2 and "." not in said and said not in _ABBREVIATIONS)  # noqa: PLR2004


def _is_named(text: str, start: int) -> bool:
    """Tell whether a word follows an initial or a title (W. Joyner, Dr. Freud, St. Louis), or a numeral (I. Method)."""
    return bool(_BEFORE_NAME.search(text[:start]))


def _is_second(text: str, start: int) -> bool:
    """Tell whether a word is the later part of a compound (Cross-linguistic)."""
    return start > 1 and text[start - 1] in _HYPHENS and text[start - 2].isalnum()


def _is_common(title: _Title, words: list[re.Match[str]], at: int) -> bool:
    """Tell whether nothing in a word, or after it, says that its capital belongs there."""
    word, after = words[at][0], title.text[words[at].end() :]
    if not word[0].isupper() or any(char.isupper() or char.isdigit() for char in word[1:]):
        return False
    if len(word) == 1:
        return _is_common_letter(word, after, words[at - 1][0].lower() if at else "")
    if after.startswith(".") and word in _TITLES_OF_PEOPLE:
        return False
    if word == "World" and re.match(r"\s+War\s+[IVX]", after):
        return False
    return not (word.lower() in _NUMBERED and _NUMBER.match(after))


def _is_common_letter(letter: str, after: str, previous: str) -> bool:
    """Tell an article (A Study) and e- (E-Learning) from a letter that is a name (Vitamin A, X-ray, Type D)."""
    if letter == "E":
        return bool(re.match(rf"[{_HYPHENS}][^\W\d_]{{3,}}", after))
    return letter == "A" and previous not in _LETTERED and bool(re.match(r"\s+\w", after))


_JOINING = frozenset(
    """
    a an and as at but by for from in into nor of off on or over per so than the to up upon via with yet
    de del della der des di du e el en et fur für la las le les los sur und y zu zur
    """.split()  # noqa: SIM905  (words read best as a line)
)
"""Words that stand in lower case within the name of a periodical (APA 6.17), in the languages that are met most."""
_IN_CAPITALS = frozenset(
    """
    ACM ACS ADHD AIDS AIP APA APL APMIS BMC BMJ CNS CRC DNA EEG EMBO ESP FEBS HIV ICT IEEE IEICE IET IIE IOP IT JAMA
    JMIR LGBT MIS MRI NMR PLOS PTSD QJM RNA SAGE SIAM SPE SSM TESOL UK US USA
    """.split()  # noqa: SIM905
)
"""Abbreviations in names of periodicals."""
_NUMERAL = late(r"(?:II|III|IV|VI{0,3}|IX|XI{0,3})\Z")
_WHOLE_NAMES = frozenset({"PLOS ONE"})


def periodical(name: str, abbreviation: str = "") -> str:
    """Write the name of a periodical that stands in capitals, as databases export it, in title case (APA 6.17, 9.25).

    `abbreviation` is its short name ("IEEE Trans. Magn."): a word that is in capitals there stays so. A single short
    word without one (JAMA, PAIN) stays as it is: it may be an abbreviation.
    """
    words = _WORD.findall(name)
    if (
        not name.isupper()
        or name in _WHOLE_NAMES
        or (len(words) == 1 and len(name) <= _SHORT_NAME and not abbreviation)
    ):
        return name
    short: list[str] = _WORD.findall(abbreviation)
    capitals = {word for word in short if len(word) > 1 and word.isupper()}
    kept = _IN_CAPITALS if abbreviation.isupper() else _IN_CAPITALS | capitals
    mixed = {word.upper(): word for word in short if not word.islower() and word[1:] != word[1:].lower()}
    before = ""

    def cased(found: re.Match[str]) -> str:
        nonlocal before
        word, last, before = found[0], before, found[0]
        follows = name[found.end() : found.end() + 1]
        is_letter = len(word) == 1 and (follows in {"-", ""} or last in {"PART", "SERIES"})
        if word in kept or _NUMERAL.match(word) or is_letter:
            return word
        if word in mixed and not abbreviation.isupper():  # PeerJ, eLife
            return str(mixed[word])
        is_within = found.start() > 0 and not re.search(r"[:-]\s*\Z", name[: found.start()])
        return word.lower() if is_within and word.lower() in _JOINING else word[0] + word[1:].lower()

    return _WORD.sub(cased, name)


_SHORT_NAME = 5
"""Letters of a name that may be an abbreviation."""


_SHORTENED = {
    "Amer": "American",
    "Assoc": "Association",
    "Gmbh": "GmbH",
    "Inst": "Institute",
    "Int": "International",
    "Natl": "National",
    "Soc": "Society",
    "Univ": "University",
}
_LEGAL_FORMS = "x AG AS BV LLC MIT NV PLC SA SRL"


def publisher(name: str) -> str:
    """Write a publisher's name, which Web of Science has in capitals and shortens, as its books have it."""
    if not name.isupper():
        return name
    return re.sub(r"\w+", lambda word: _SHORTENED.get(word[0], word[0]), periodical(name, _LEGAL_FORMS))
