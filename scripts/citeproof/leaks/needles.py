"""What is looked for: names in every guise, addresses, iDs, institutions, grants, accounts, and thanks.

Pure. A needle is a pattern for texts without accents and in small letters, with a few letters that must be there, too,
so that most texts need not be searched with the pattern.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from citeproof.leaks.folding import is_unspaced, spellings, without_accents, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from citeproof.leaks.identity import Identity, Name
    from citeproof.leaks.pieces import Sort

    Judge = Callable[[str, int, int], bool]


@dataclass(frozen=True, slots=True)
class Needle:
    """One thing to look for."""

    code: str
    what: str
    """What the copy holds; for what may be innocent (M002), what the copy may do."""
    pattern: re.Pattern[str]
    hints: tuple[str, ...]
    """One of these stands in each text that the pattern fits; in small letters without accents."""
    written: tuple[str, ...] = ()
    """The word by which it is looked for among bytes, as it may be written; the hints where there is none."""
    cased: bool = False
    """Whether capitals count."""
    in_binary: bool = True
    judge: Judge | None = None
    """Told a text without accents, beginning and end of a find, whether it is one."""
    sorts: frozenset[Sort] | None = None
    """In what it is looked for; None for everything."""
    who: str = ""
    """The author that it names; the list of references may do so, too."""


MAYBE = "M002"

_BETWEEN = r"[\W_]{1,60}"
_BEGIN, _END = r"(?<![^\W_])", r"(?![^\W_])"
_SHORTEST_IN_BINARY = 8
"""Letters below which a find among bytes that are no text may be chance."""
_LONGEST_ACRONYM = 5
"""Letters up to which an institution in capitals is looked for in capitals only: MIT is not the German "mit"."""

_COMMON = """
    a ace all amber an angel april art as ash aspen at august aurora autumn be bill blanche bob brook brooks buck
    bud cal can candy carol chance charity chase chip christian christmas chuck clay cliff colt constant coral cruz
    curt daisy dale dam dan dawn dean deacon dee del di dick do dolly don dot drew duke earl earnest ed eden ella
    elle en eve faith fern flora forest fox frank gene ginger given glen go grace grant gray grey guy hand harmony
    harry hazel he heath heather henna her hero ho holly honor hope house hung hunter in iris is it ivy ja jack jade
    jam jasmine jay jean jersey jet jewel jimmy job joy judge juan june june justice king kit la lance land lane
    laurel le lee leo levi lily lin long love luck ludo major man mar margin mark marie mars mason mat max may mercy
    merit mi miles mine minister more my myrtle nick no noble norm north nova on one opal or pa page paris park pat
    patience pearl peg penny pepper per peter pierce pin pine pip polly poppy porter preston prince prudence rain
    randy ray red reed rex rich river rob robin rocky rod roman rose rowan ruby rusty sad sage sally sam sandy saw
    scout see serene she shelly sierra skip sky so sole solo soul spencer star stark sterling stone storm su sue sum
    summer sun sunny tab tad tai tan tanner taylor ted teddy the they time to tony trinity true tucker un van victor
    victory vine viola violet wade wait walker war ward warren we west white will win winter wolf wren yu young al
    am ans das dem den der des die du ein el er es et il im les los man mit nu se sie son und une uns wo wir zu zum
"""
COMMON = frozenset(_COMMON.split())
"""Given names that are words, too (English, and short ones of German, French and Spanish): "may long" names nobody."""

_COMMON_FAMILY = """
    ball banks bar bass bean bear bell berry best bird bishop black blank block bloom blue bolt bond book box boy
    branch bridge bright brook brown bush butler cage camp cannon card carpenter carter case cash castle chamber
    chambers church clay close coast cole cook cooper corn cotton craft crane cross crow cruise curry dance day dean
    deal dear drake draper driver dunn early east english fair farmer field fields finch fine fish fisher flood
    flower flowers ford forest foster fox free french friend frost gamble game gardener gates gay glass gold golden
    good grant graves gray green ground grove hale hall hand hard hardy hare hart head heard hill holder hood hook
    house hunt hunter jump justice key king knight lake lamb land lane law lee light link little lock long lord love
    low major man mark marks marsh martin mason may means mills mix model money moon moore moss mountain nail neal
    new noble norm north nurse page pain paige park parks parent parsons peace pearl piece pierce pike pitt pool
    pope porter post potter potts power price pride prince quick rain read reader reed reeves rest rich ring rivers
    rose rule sage sales savage school score scores short self sharp shepherd shields short silver singer singleton
    skinner small smart snow south spark sparks spring stark start steel sterling stern stone strange strong study
    summers swan swift sword tate temple test till tower towers tree trotter turner underwood vale valley vine
    virtue wall walls ward waters way weaver webb weeks west wheeler white wild wilder winter wise wolf wood woods
    word workman worth wright york young
"""
COMMON_FAMILY = frozenset(_COMMON_FAMILY.split()) | COMMON
"""Family names that are words: a file called "case-study" names nobody."""


# --- patterns ---------------------------------------------------------------------------------------------------------


def _word(spelt: tuple[str, ...]) -> str:
    return re.escape(spelt[0]) if len(spelt) == 1 else "(?:" + "|".join(map(re.escape, spelt)) + ")"


def _phrase(spelt: list[tuple[str, ...]]) -> str:
    """Give the pattern of words one after the other, whatever stands between them."""
    if is_unspaced("".join(one[0] for one in spelt)):
        return r"[\W_]*".join(map(_word, spelt))
    return _BEGIN + _BETWEEN.join(map(_word, spelt)) + _END


def _longest(spelt: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Give the word that tells most texts apart, in its spellings."""
    return max(spelt, key=lambda one: len(one[0]), default=())


def _written(text: str) -> tuple[str, ...]:
    """Give the longest word of a text in the forms in which bytes may hold it."""
    word = max(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)), key=len, default="")
    cases = (word, word.lower(), word.upper(), word.capitalize())
    forms = [unicodedata.normalize(form, one) for one in cases for form in ("NFC", "NFD")]
    return tuple(dict.fromkeys([*forms, *(one for spelt in spellings(word) for one in spelt)]))


def _in_binary(spelt: list[tuple[str, ...]]) -> bool:
    letters = "".join(one[0] for one in spelt)
    return len(letters) >= _SHORTEST_IN_BINARY or is_unspaced(letters)


def needles(identity: Identity) -> Iterator[Needle]:
    """Give all that is to be looked for."""
    yield from _accounts(identity)
    for name in identity.names:
        if name in identity.cited:
            what = f"name an author among those of a cited work ({name})"
            spelt = [*spellings(name.given), *spellings(name.family)]
            yield Needle(MAYBE, what, re.compile(_phrase(spelt)), _longest(spelt), in_binary=False)
            continue
        yield from _name(name, identity.namesakes)
        yield from _files(name)
        if name in identity.uncited:
            yield from _alone(name)
    for email in identity.emails:
        yield from _email(email.strip())
    for orcid in identity.orcids:
        yield from _orcid(orcid)
    for institution in identity.institutions:
        yield from _institution(institution)
    for grant in identity.grants:
        yield from _grant(grant)
    for url in identity.urls:
        yield from _url(url, "M004", f"the address {url}")
    for url in identity.shared:
        yield from _url(url, MAYBE, f"lead to an author, if it is the authors' own project ({url})")
    yield from _thanks(identity)


def _thanks(identity: Identity) -> Iterator[Needle]:
    """Look for what the acknowledgments say, and for those whom they thank."""
    for sentence in identity.thanks:
        spelt: list[tuple[str, ...]] = [(word,) for word in words(sentence)]
        if len(spelt) >= _SHORTEST_SENTENCE:
            what = f"a sentence of the acknowledgments: {sentence}"
            yield Needle("M005", what, re.compile(_phrase(spelt)), _longest(spelt), in_binary=False)
    for name in identity.thanked:
        family, given = spellings(name.family), spellings(name.given)
        if family and given:
            what = f"name somebody whom the paper thanks ({name})"
            whole = re.compile(_phrase([*given, *family]))
            yield Needle(MAYBE, what, whole, _longest(family), in_binary=False, judge=_judge(name))


def _orcid(orcid: str) -> Iterator[Needle]:
    digits = re.sub("[^0-9x]", "", orcid.casefold().rpartition("/")[2])
    if digits:
        pattern = r"(?<!\d)" + r"[\W_]*".join(digits) + r"(?!\d)"
        yield Needle("M001", f"the ORCID iD {orcid}", re.compile(pattern), (digits[-4:],))


_SHORTEST_SENTENCE = 5
"""Words that a sentence of thanks has at least, to be one that nobody else writes."""


# --- names ------------------------------------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"[^\W_]{2,}[.!?][\"'\u2019\u201d)\]]*\s")


def _is_name(text: str, start: int, end: int) -> bool:
    """Tell whether a find may be a name: none of its words ends a sentence."""
    return not _SENTENCE_END.search(text[start:end])


def _is_capitalised(text: str, start: int, end: int) -> bool:
    """Tell whether a find is written as names are: every word large, or joined as in the name of an account."""
    found = text[start:end]
    if not _is_name(text, start, end):
        return False
    if not re.search(r"\s", found):
        return not re.search(r"[^\w.,-]", found)
    return all(not word[0].islower() for word in re.findall(r"[^\W_]+", found))


def _is_set_so(text: str, start: int, end: int) -> bool:
    """Tell whether a find is written as a name is whose given name comes first: without a comma, too."""
    return "," not in text[start:end] and _is_capitalised(text, start, end)


def _judge(name: Name) -> Judge:
    """Give what tells finds of a name from chance: a name that is made of words must be written as one."""
    given, family = spellings(name.given), spellings(name.family)
    if all(one[0] in COMMON_FAMILY or len(one[0]) <= _SHORT for one in family) and not is_unspaced(str(name)):
        if not given and len(family) == 1:
            return _is_set_so
        if given and (given[0][0] in COMMON or len(given[0][0]) <= _SHORT):
            return _is_set_so
    return _is_name


_SHORT = 2
"""Letters up to which a name is taken for one that may be a word or an abbreviation, too."""


def _reversed(judge: Judge) -> Judge:
    """Give the same for the family name first, where a comma stands."""
    return _is_capitalised if judge is _is_set_so else judge


def _begins_large(text: str, start: int, _end: int) -> bool:
    """Tell whether a find of a family name with an initial is written large; "in this case, a. ..." is not."""
    return text[start : start + 1].isupper()


def _may_begin_small(text: str, start: int, end: int) -> bool:
    """Tell whether some word of a find is written large, as one of a name with a particle is."""
    return any(char.isupper() for char in text[start:end])


def _name(name: Name, namesakes: Iterable[Name]) -> Iterator[Needle]:
    """Look for a name in either order, with or without what stands between, and with initials."""
    given, family = spellings(name.given), spellings(name.family)
    what = f"the name {name}"
    if not family:
        return
    known_by_initials = all(len(one[0]) == 1 for one in given) and not is_unspaced(name.given)
    judge = _judge(name)

    def sure(spelt: list[tuple[str, ...]], pattern: str = "", judge: Judge = judge) -> Needle:
        return Needle(
            "M001",
            what,
            re.compile(pattern or _phrase(spelt)),
            _longest(family),
            _written(str(name)),
            in_binary=_in_binary(spelt),
            judge=judge,
            who=str(name),
        )

    yield sure([*given, *family])
    if not given:
        return
    if not _in_binary([given[0], *family]):
        yield _as_written(name, judge)
    if not known_by_initials:
        yield sure([*family, *given], judge=_reversed(judge))
    if is_unspaced(name.given + name.family):
        return
    first, last = _word(given[0]), _BETWEEN.join(map(_word, family))
    if len(given[0][0]) > 1:  # Ann Lee, Ann M. Lee; Lee, Ann
        middle = "|".join([*map(_word, given[1:]), "[a-z]"])
        around = rf"{_BEGIN}{first}(?:{_BETWEEN}(?:{middle})){{0,3}}{_BETWEEN}{last}{_END}"
        yield sure([given[0], *family], around)
        yield sure([*family, given[0]], judge=_reversed(judge))
        yield from _in_one_word(name, given, family)
    if not any(_is_explained_by(name, other) for other in namesakes):
        yield from _with_initials(name, given, family, known_by_initials=known_by_initials)


def _as_written(name: Name, judge: Judge) -> Needle:
    """Look for a short name just as it is written, which is no chance even among bytes that are no text."""
    first, last = (" ".join(re.findall(r"[^\W_]+", without_accents(part))) for part in (name.given, name.family))
    first = first.partition(" ")[0]
    both = "|".join(map(re.escape, (f"{first} {last}", f"{last}, {first}", f"{last} {first}")))
    pattern = re.compile(rf"{_BEGIN}(?:{both}){_END}")
    hints = (last.casefold(),)
    return Needle(
        "M001", f"the name {name}", pattern, hints, _written(str(name)), cased=True, judge=judge, who=str(name)
    )


_SHORTEST_IN_ONE_WORD = 7


def _in_one_word(name: Name, given: list[tuple[str, ...]], family: list[tuple[str, ...]]) -> Iterator[Needle]:
    """Look for given and family name written together, as accounts, hosts and files have them."""
    joined = sorted(
        {
            pair
            for first in given[0]
            for last in _joined(family)
            for pair in (first + last, last + first)
            if len(pair) >= _SHORTEST_IN_ONE_WORD
        }
    )
    if joined:
        pattern = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, joined))})(?![^\W\d_])")
        yield Needle("M001", f"the name {name}", pattern, tuple(joined), who=str(name))


def _joined(spelt: list[tuple[str, ...]]) -> list[str]:
    """Give words written together, in each spelling."""
    return sorted({"".join(one[0] for one in spelt), "".join(one[-1] for one in spelt)})


def _is_explained_by(name: Name, other: Name) -> bool:
    """Tell whether a family name with this name's initial is that of somebody else whom the paper cites."""
    return words(name.family) == words(other.family) and words(name.given)[:1] != words(other.given)[:1]


def _with_initials(
    name: Name, given: list[tuple[str, ...]], family: list[tuple[str, ...]], *, known_by_initials: bool
) -> Iterator[Needle]:
    """Look for a family name with initials, which somebody else may bear; and for it with "lab"."""
    initial, last = re.escape(given[0][0][0]), _BETWEEN.join(map(_word, family))
    large = _begins_large if name.family[:1].isupper() else _may_begin_small
    capitals = "".join(one[0][0] for one in given).upper()
    as_written = _BETWEEN.join(re.escape(word) for word in re.findall(r"[^\W_]+", without_accents(name.family)))
    unsure = [(rf"{_BEGIN}{last},\s*{initial}\.", False, large)]  # Lee, A. M.
    if not known_by_initials:  # A. M. Lee
        unsure.append((rf"{_BEGIN}{initial}\.(?:[\s-]*[a-z]\.)*\s*{last}{_END}", False, _may_begin_small))
    # Lee AM, as in numeric styles; "Lee A" alone could begin a sentence.
    unsure.append((rf"{_BEGIN}{as_written} {capitals}" + (_END if len(capitals) > 1 else "(?=[.,:;])"), True, large))
    for pattern, cased, judge in unsure:
        what = f"name an author, with initials ({name})"
        yield Needle(
            MAYBE, what, re.compile(pattern), _longest(family), cased=cased, in_binary=False, judge=judge, who=str(name)
        )
    lab = re.compile(rf"{_BEGIN}{last}(?:['\u2019]s?)?\s+(?:lab|laboratory|research group)\b")
    what = f"name an author's laboratory ({name})"
    yield Needle(MAYBE, what, lab, _longest(family), in_binary=False, judge=large, who=str(name))


_EPONYMS = frozenset(
    """
    akaike asperger bayes beck bonferroni bowlby cochran cohen cronbach egger fisher freud gauss hamilton hedges holm
    kendall kruskal levene likert mahalanobis mann markov mauchly mcnemar montgomery newton pavlov pearson poisson
    raven scheffe schwarz shapiro simpson spearman stroop student thurstone tukey turing wallis wechsler welch whitney
    wilcoxon
    """.split()  # noqa: SIM905  (words read best as a line)
)
"""Family names that stand alone in papers for a test, a scale or an effect."""
_SHORTEST_ALONE = 5


def _alone(name: Name) -> Iterator[Needle]:
    """Look for a family name without any other, as in "Falkenrath's draft", unless it is a word or an eponym."""
    family = spellings(name.family)
    known = COMMON_FAMILY | _EPONYMS
    if len(_longest(family)[0]) < _SHORTEST_ALONE or any(spelt in known for one in family for spelt in one):
        return
    initial, last = re.escape(words(name.given)[0][0]), _BETWEEN.join(map(_word, family))
    pattern = rf"{_BEGIN}(?<!{initial}\. ){last}{_END}(?!,?\s*{initial}\.)"
    what = f"name an author, by the family name alone ({name})"
    large = _begins_large if name.family[:1].isupper() else _may_begin_small
    yield Needle(MAYBE, what, re.compile(pattern), _longest(family), in_binary=False, judge=large, who=str(name))


# --- addresses --------------------------------------------------------------------------------------------------------

_AT = r"\s*(?:@|[(\[{<]\s*(?:at|@|a)\s*[)\]}>]|(?<=\s)at(?=\s)|[-_]at[-_])\s*"
_DOT = r"\s*(?:\.|[(\[{<]\s*(?:dot|punkt|point|\.)\s*[)\]}>]|(?<=\s)dot(?=\s)|[-_]dot[-_])\s*"
_BOXES = """
    admin author contact corresponding department editor hello info lab mail office psych psychology research researcher
    service study support team webmaster
"""
_GENERIC_BOXES = frozenset(_BOXES.split())
_SHORTEST_BOX = 3


def _email(email: str) -> Iterator[Needle]:
    """Look for an address, also where it is hidden from programs: "doe [at] uni [dot] example"."""
    box, _, domain = without_accents(email).casefold().partition("@")
    if not box or not domain:
        return
    what = f"the e-mail address {email}"
    hosts = domain.split(".")
    hint = (max(hosts, key=len),)
    broken = r"(?<![\w.+-])" + r"\s*".join(map(re.escape, f"{box}@{domain}")) + r"(?!\w)"  # a line may end in it
    yield Needle("M001", what, re.compile(broken), hint if len(hint[0]) > 1 else (box,))
    host = _DOT.join(map(re.escape, hosts))
    own = _DOT.join(map(re.escape, box.split(".")))
    others = r"(?:\s*[,;|]\s*[\w.+-]+){0,8}"  # doe, roe@uni.example
    hidden = rf"(?<![\w.+-]){own}{others}\s*[)}}\]]?{_AT}{host}(?![\w-])"
    yield Needle("M001", what, re.compile(hidden), hint)
    if box not in _GENERIC_BOXES and len(box) >= _SHORTEST_BOX:
        elsewhere = rf"(?<![\w.+-]){re.escape(box)}@(?!{re.escape(domain)})[\w-]+\.[a-z]"
        may = f"hold another address of an author's ({email})"
        yield Needle(MAYBE, may, re.compile(elsewhere), (f"{box}@",), in_binary=False)


_HOSTS = (
    r"(?:(?:github|gitlab|bitbucket|huggingface|kaggle|linkedin|twitter|x|facebook|instagram|threads|bsky|medium|figshare)"
    r"\.(?:com|org|co|app)|codeberg\.org|raw\.githubusercontent\.com|rpubs\.com|researchgate\.net|hub\.docker\.com)"
)
_ACCOUNT = re.compile(
    rf"(?<![\w-]){_HOSTS}(?:/|:)(?:in/|profile/|profiles?/|u/|users?/|authors/)?@?([\w.-]+)"
    r"|osf\.io/@([\w.-]+)"
    r"|(?<![\w.-])([\w-]+)\.(?:github|gitlab|codeberg)\.(?:io|page)"
    r"|(?<![\w.-])([\w-]+)\.(?:academia\.edu|netlify\.app|wordpress\.com|weebly\.com|shinyapps\.io|r-universe\.dev)"
    r"|(?:/home/|/users/|[\\/](?:users|benutzer|utilisateurs|usuarios|documents and settings)[\\/]+)([\w.-]+)"
)
_ACCOUNT_SIGNS = (
    *(".com", ".org", ".co", ".app", ".io", ".net", ".page", ".edu", ".dev"),
    *("/home/", "users", "benutzer", "utilisateurs", "usuarios", "documents and settings"),
)


def _account(accounts: set[str], what: str, code: str) -> Needle:
    """Look for accounts, by their letters alone, on hosts that say whose a page is, and in names of home folders."""

    def is_theirs(text: str, start: int, end: int) -> bool:
        found = _ACCOUNT.search(text[start:end].casefold())
        account = next(filter(None, found.groups()), "") if found else ""
        return re.sub(r"[^a-z]", "", re.sub(r"\.(?:git|io)$", "", account)) in accounts

    folders = ("/home/", "/users/", "\\users\\")  # what programs leave in files that are no text
    return Needle(code, what, _ACCOUNT, _ACCOUNT_SIGNS, folders, judge=is_theirs, in_binary=code != MAYBE)


def _accounts(identity: Identity) -> Iterator[Needle]:
    """Look for the accounts and folders that the authors may have, by their addresses and names."""
    telling, weak = set[str](), set[str]()
    for email in identity.emails:
        box = without_accents(email).casefold().partition("@")[0].strip()
        if box not in _GENERIC_BOXES and len(box) >= _SHORTEST_BOX:
            telling.add(_plain(box))
    for name in identity.names:
        given, family = spellings(name.given), spellings(name.family)
        if given and family and not is_unspaced(name.given + name.family):
            telling |= _made_of(given, family)
            weak |= {*_joined(family), *(first for first in given[0] if len(first) > 2)}  # noqa: PLR2004
    weak = {_plain(one) for one in weak} - telling - {""}
    if telling:
        yield _account(telling - {""}, "the name of an author's account or folder", "M004")
    if weak:
        yield _account(weak, "hold the name of an author's account or folder", MAYBE)


def _plain(account: str) -> str:
    return re.sub("[^a-z]", "", account)


def _made_of(given: list[tuple[str, ...]], family: list[tuple[str, ...]]) -> set[str]:
    """Give what accounts and files are commonly called that are named for their owner."""
    initials = "".join(one[0][0] for one in given)
    made = set[str]()
    for last in _joined(family):
        for first in given[0]:
            made |= {first + last, last + first, first[0] + last, last + first[0], initials + last, last + initials}
        made |= {f"{last}lab", f"the{last}lab", f"lab{last}", f"{last}group"}
    return {_plain(one) for one in made}


_SHORTEST_FILE, _SHORTEST_FAMILY = 4, 3
"""Letters that such a name, and a family name alone, must have to be looked for in the names of files."""


def _files(name: Name) -> Iterator[Needle]:
    """Look for an author in the names of files and folders, where a family name alone may be one."""
    given, family = spellings(name.given), spellings(name.family)
    if not given or not family or is_unspaced(name.given + name.family):
        return
    on_files: frozenset[Sort] = frozenset({"file"})
    made = tuple(sorted(one for one in _made_of(given, family) if len(one) >= _SHORTEST_FILE))
    if made:
        pattern = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, made))})(?![^\W\d_])")
        yield Needle("M001", f"the name {name}", pattern, made, in_binary=False, sorts=on_files, who=str(name))
    is_word = len(family) == 1 and family[0][0] in COMMON_FAMILY
    if not is_word and len("".join(one[0] for one in family)) >= _SHORTEST_FAMILY:
        what = f"name an author ({name})"
        alone = re.compile(_phrase(family))
        yield Needle(MAYBE, what, alone, _longest(family), in_binary=False, sorts=on_files, who=str(name))


_ANONYMOUS = re.compile(r"view_only=|anonymous\.4open\.science|aspredicted\.org/blind|[?&]token=|anon")


def _url(url: str, code: str, what: str) -> Iterator[Needle]:
    """Look for an address of the authors' own; the same with OSF's `view_only`, which names nobody, is fine."""
    bare = re.sub(r"^[a-z]+://(?:www\.)?", "", without_accents(url).casefold()).rstrip("/.")
    if _ANONYMOUS.search(bare) or "." not in bare:
        return

    def names_somebody(text: str, _start: int, end: int) -> bool:
        return not re.match(r"[^\s\"'<>)]*view_only=", text[end:].casefold())

    host, slash, path = bare.partition("/")
    pattern = re.escape(host) + slash + r"\s*".join(map(re.escape, path)) + r"(?![\w-])"
    yield Needle(code, what, re.compile(pattern), (host,), judge=names_somebody)


# --- institutions and grants ------------------------------------------------------------------------------------------

_PRESS = re.compile(
    r"[\W_]+(?:press|publish\w*|verlag|presses|editions?|editorial|uitgeverij|publications)\b|[\s_-]+of[\s_-]+[a-z]"
)
_WHOLE = re.compile(
    r"\b(?:new|north|south|east|west|northern|southern|eastern|western|central|northwestern|saint|st)[\W_]+$"
)
_THESIS = re.compile(r"(?:dissertation|thesis|dissertacion|these|tesis|masterarbeit|diplomarbeit)[\W_]+$")


def _institution(institution: str) -> Iterator[Needle]:
    """Look for an institution; not for its press, for one with a longer name, or where a cited thesis was written."""
    what = f"the institution {institution}"
    if institution.isupper() and institution.isalpha() and len(institution) <= _LONGEST_ACRONYM:
        letters = without_accents(institution)
        pattern = re.compile(_BEGIN + re.escape(letters) + _END)
        yield Needle("M001", what, pattern, (letters.casefold(),), cased=True, in_binary=False, judge=_is_no_term)
        return
    spelt = spellings(institution)
    if not spelt:
        return
    ends_open = spelt[-1][0] in {"university", "college", "institute", "hospital", "school"}
    begins_small = spelt[0][0] in {
        "new",
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
    }

    def is_it(text: str, start: int, end: int) -> bool:
        before, behind = text[max(start - 40, 0) : start].casefold(), text[end : end + 40].casefold()
        press = _PRESS.match(behind)
        if press and (not re.match(r"[\s_-]+of\b", press[0]) or ends_open):
            return False
        return not (_THESIS.search(before) or (not begins_small and _WHOLE.search(before)))

    pattern = re.compile(_phrase(spelt))
    yield Needle(
        "M001", what, pattern, _longest(spelt), _written(institution), in_binary=_in_binary(spelt), judge=is_it
    )


def _is_no_term(text: str, start: int, end: int) -> bool:
    """Tell whether an acronym means an institution: a text that explains it otherwise uses it as a term of its own.

    In "acceptance and commitment therapy (ACT)" the words before the parenthesis are written small.
    """
    acronym = re.escape(text[start:end])
    for found in re.finditer(rf"([^\W\d_]+)[\s-]+([^\W\d_]+)\s+\({acronym}[);,]", text):
        if (
            found[1].islower()
            and found[2].islower()
            and text[start].casefold() in {w[0] for w in text[: found.end()].split()[-8:]}
        ):
            return False
    return True


def _grant(number: str) -> Iterator[Needle]:
    """Look for the number of a grant, however its parts are set apart; a short one only beside a word for it."""
    parts = re.findall(r"[a-z]+|\d+", without_accents(number).casefold())
    size = len("".join(parts))
    if not any(part.isdigit() for part in parts):
        return
    pattern = _BEGIN + r"[\W_]{0,3}".join(map(re.escape, parts)) + r"(?![^\W_])"

    def is_called_so(text: str, start: int, _end: int) -> bool:
        return bool(_GRANT_WORD.search(text[max(start - 40, 0) : start].casefold()))

    short = size < (_SHORTEST_GRANT if any(part.isalpha() for part in parts) else _SHORTEST_BARE_GRANT)
    yield Needle(
        "M003",
        f"the grant number {number}",
        re.compile(pattern),
        (max(parts, key=len),),
        in_binary=size >= _SHORTEST_IN_BINARY,
        judge=is_called_so if short else None,
    )


_SHORTEST_GRANT, _SHORTEST_BARE_GRANT = 6, 9
"""Letters and digits, and digits alone, from which on a number is looked for wherever it stands."""
_GRANT_WORD = re.compile(
    r"\b(?:grants?|awards?|contract|fellowship|project|fund\w*|forder\w*|subvention|convenio|proyecto|projet|projekt\w*)\b[^.;]*$"
)
