"""What kinds of works the types and subtypes of biblatex are: a type of CSL 1.0.2, and what APA calls such a work.

Tables only, and how a word is looked up in them; reads no entry. Sources: the biblatex manual (2.1), the data model and
strings of biblatex-apa, the Publication Manual (9.21 on descriptions, chapter 10 on kinds of works).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from citeproof.patterns import late

ALIASES = {
    "conference": "inproceedings",
    "electronic": "online",
    "www": "online",
    "webpage": "online",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "techreport": "report",
    "movie": "video",
    "music": "audio",
    "artwork": "image",
    "bookinbook": "inbook",
    "suppbook": "inbook",
    "suppcollection": "incollection",
    "suppperiodical": "article",
    "review": "article",
    "mvbook": "book",
    "mvcollection": "collection",
    "mvproceedings": "proceedings",
    "mvreference": "reference",
    "hardware": "software",
    "data": "dataset",
    "newsarticle": "article",
}
"""Types of entries that are read as another."""

TYPES = {
    "article": "article-journal",
    "audio": "song",
    "book": "book",
    "booklet": "pamphlet",
    "collection": "book",
    "dataset": "dataset",
    "image": "graphic",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "letter": "personal_communication",
    "manual": "book",
    "misc": "document",
    "online": "webpage",
    "performance": "performance",
    "periodical": "periodical",
    "presentation": "speech",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "software": "software",
    "standard": "standard",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
}
"""Type of an entry → type of CSL, unless something else in the entry says otherwise; any other type is a `document`."""

LEGAL = frozenset({"jurisdiction", "legislation", "legadminmaterial", "legmaterial", "constitution", "legal", "patent"})
"""Types that legal.item reads."""

SERIAL = frozenset({"article-journal", "article-magazine", "article-newspaper", "periodical", "post-weblog"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of CSL ("" if the entry's own type says it) and the description in brackets ("" if there is none)."""

    type: str
    description: str


SUBTYPES = {
    "nonacademic": Kind("", ""),
    "academic": Kind("", ""),
    "magazine": Kind("article-magazine", ""),
    "newspaper": Kind("article-newspaper", ""),
    "blog": Kind("post-weblog", ""),
    "film": Kind("motion_picture", "Film"),
    "movie": Kind("motion_picture", "Film"),
    "documentary": Kind("motion_picture", "Documentary"),
    "video": Kind("motion_picture", "Video"),
    "videorecording": Kind("motion_picture", "Video"),
    "youtubevideo": Kind("motion_picture", "Video"),
    "webinar": Kind("motion_picture", "Webinar"),
    "tvseries": Kind("broadcast", "TV series"),
    "tvepisode": Kind("broadcast", "TV series episode"),
    "tvseriesepisode": Kind("broadcast", "TV series episode"),
    "tvbroadcast": Kind("broadcast", "TV broadcast"),
    "webisode": Kind("broadcast", "Webisode"),
    "radiobroadcast": Kind("broadcast", "Radio broadcast"),
    "podcast": Kind("broadcast", "Audio podcast"),
    "audiopodcast": Kind("broadcast", "Audio podcast"),
    "videopodcast": Kind("broadcast", "Video podcast"),
    "podcastepisode": Kind("broadcast", "Audio podcast episode"),
    "audiopodcastepisode": Kind("broadcast", "Audio podcast episode"),
    "videopodcastepisode": Kind("broadcast", "Video podcast episode"),
    "song": Kind("song", "Song"),
    "single": Kind("song", "Song"),
    "album": Kind("song", "Album"),
    "audiorecording": Kind("song", "Audio recording"),
    "interview": Kind("interview", "Interview"),
    "speech": Kind("speech", "Speech audio recording"),
    "speechaudiorecording": Kind("speech", "Speech audio recording"),
    "lithograph": Kind("graphic", "Lithograph"),
    "painting": Kind("graphic", "Painting"),
    "photograph": Kind("graphic", "Photograph"),
    "photographs": Kind("graphic", "Photographs"),
    "infographic": Kind("graphic", "Infographic"),
    "map": Kind("map", "Map"),
    "powerpoint": Kind("speech", "PowerPoint slides"),
    "powerpointslides": Kind("speech", "PowerPoint slides"),
    "slides": Kind("speech", "Slides"),
    "lecturenotes": Kind("speech", "Lecture notes"),
    "tweet": Kind("post", "Tweet"),
    "mobileapp": Kind("software", "Mobile app"),
    "computersoftware": Kind("software", "Computer software"),
    "software": Kind("software", "Computer software"),
    "computerprogram": Kind("software", "Computer software"),
    "dataset": Kind("dataset", "Data set"),
    "audiobook": Kind("", "Audiobook"),
    "letter": Kind("personal_communication", "Letter"),
    "letters": Kind("personal_communication", "Letters"),
    "manunpub": Kind("manuscript", "Unpublished manuscript"),
    "maninprep": Kind("manuscript", "Manuscript in preparation"),
    "mansub": Kind("manuscript", "Manuscript submitted for publication"),
}
"""Subtypes that have a name of their own in biblatex or biblatex-apa. Any other is a description as it stands."""

TYPE_STRINGS = {
    "phdthesis": "Doctoral dissertation",
    "mathesis": "Master's thesis",
    "bathesis": "Bachelor's thesis",
    "candthesis": "Candidate thesis",
    "techreport": "Technical Report",
    "resreport": "Research Report",
    "software": "Computer software",
    "datacd": "Data CD",
    "audiocd": "Audio CD",
}
"""Names that biblatex has for the field `type` → what they say."""

THESES = {
    name: words
    for names, words in (
        (
            "phd phdthesis phddissertation dphil dphilthesis doctoralthesis doctoraldissertation",
            "Doctoral dissertation",
        ),
        ("dissertation edd edddissertation psyd psyddissertation drphil", "Doctoral dissertation"),
        ("master masters masterthesis mastersthesis ma mathesis ms msc mscthesis mphil", "Master's thesis"),
        ("masterofarts masterofscience", "Master's thesis"),
        ("ba bathesis bsc bscthesis bachelor bachelors bachelorthesis bachelorsthesis", "Bachelor's thesis"),
        ("undergraduatehonorsthesis undergraduatehonoursthesis", "Undergraduate honors thesis"),
    )
    for name in names.split()
}
"""What exports call a thesis → what APA calls it (10.6)."""

PRESENTATIONS = {
    "paper": "Paper presentation",
    "poster": "Poster presentation",
    "talk": "Conference session",
    "session": "Conference session",
    "presentation": "Conference presentation",
    "keynote": "Keynote address",
    "conferencepaper": "Paper presentation",
}
"""What exports call a presentation → what APA calls it (10.5)."""

_PRESENTED = late(
    r"presentation|conference|session|symposium|poster|keynote|address|plenary|panel|roundtable|lecture|talk|workshop|"
    r"speech|colloquium|seminar",
    re.IGNORECASE,
)

_POSTED = late(
    r"\b(?:tweet|post|thread|profile|page|story|stories|highlight|status update|reel|toot|skeet|tiktok|pin|ama)s?\b",
    re.IGNORECASE,
)

SITES = frozenset(
    """
    twitter x facebook instagram reddit tumblr linkedin tiktok mastodon bluesky threads snapchat pinterest weibo
    quora discord telegram whatsapp twitch myspace googleplus stackexchange stackoverflow crossvalidated
    researchgate
    """.split()  # noqa: SIM905  (words read best as a line)
)
"""Sites on which people post under user names (APA 10.15)."""

REPOSITORIES = {
    "arxiv": "arXiv",
    "biorxiv": "bioRxiv",
    "medrxiv": "medRxiv",
    "psyarxiv": "PsyArXiv",
    "socarxiv": "SocArXiv",
    "edarxiv": "EdArXiv",
    "chemrxiv": "ChemRxiv",
    "osfpreprints": "OSF Preprints",
    "ssrn": "SSRN",
    "socialscienceresearchnetwork": "Social Science Research Network",
    "researchsquare": "Research Square",
    "preprints.org": "Preprints.org",
    "peerjpreprints": "PeerJ Preprints",
    "authorea": "Authorea",
    "techrxiv": "TechRxiv",
    "lingbuzz": "LingBuzz",
    "philsciarchive": "PhilSci Archive",
    "pubmedcentral": "PubMed Central",
    "europepmc": "Europe PMC",
    "eric": "ERIC",
    "coldspringharborlaboratory": "Cold Spring Harbor Laboratory",
    "centerforopenscience": "Center for Open Science",
}
"""Archives of preprints and of other works that no journal has published there (APA 10.8)."""

PREPRINT_PREFIXES = {
    "10.31234": "PsyArXiv",
    "10.31235": "SocArXiv",
    "10.31219": "OSF Preprints",
    "10.35542": "EdArXiv",
    "10.48550": "arXiv",
    "10.2139": "SSRN",
    "10.20944": "Preprints.org",
    "10.21203": "Research Square",
    "10.26434": "ChemRxiv",
}
"""Registrant of a DOI → the archive that gives it to preprints."""

PREPRINT_SITES = {
    "arxiv.org": "arXiv",
    "biorxiv.org": "bioRxiv",
    "medrxiv.org": "medRxiv",
    "psyarxiv.com": "PsyArXiv",
    "osf.io/preprints/psyarxiv": "PsyArXiv",
    "ssrn.com": "SSRN",
    "researchsquare.com": "Research Square",
    "preprints.org": "Preprints.org",
}
"""Part of an address → the archive of preprints to which it leads."""

_DESCRIBES = late(
    r"\b(?:"
    r"attached|image|images|video|videos|photo|photos|photograph|photographs|post|tweet|thread|"
    r"page|profile|infographic|fact sheet|brochure|pamphlet|leaflet|flyer|editorial|letter|review|"
    r"comment|commentary|report|"
    r"release|manuscript|grant|thesis|dissertation|data ?set|database record|code ?book|software|app|"
    r"slides|notes|map|directions|interview|speech|lecture|webinar|podcast|episode|series|film|"
    r"album|song|recording|abstract|poster|session|symposium|presentation|paper|issue|section|"
    r"advertisement|brief|transcript|obituary|erratum|correction|syllabus|course|cartoon|clip art|"
    r"icon|emoji|apparatus|measurement instrument|test|scale|questionnaire|policy|testimony|essay|"
    r"forum post|webpage|web page"
    r")\b",
    re.IGNORECASE,
)

_OFTEN = frozenset(
    {
        "press release",
        "news release",
        "blog post",
        "policy brief",
        "fact sheet",
        "image attached",
        "video attached",
        "data set",
        "unpublished manuscript",
        "database record",
        "forum post",
        "special issue",
        "special section",
        "online forum post",
    }
)
"""Descriptions that are often written with capitals."""

_GENERIC = frozenset(
    """
    article journalarticle journal book booksection bookchapter editedbook chapter conferencepaper
    conferenceproceedings proceedings proceedingspaper webpage website web online electronicarticle electronicbook
    electronicsource generic misc miscellaneous thesis dissertation/thesis report review newspaperarticle newspaper
    magazinearticle magazine serial unpublishedwork onlinedatabase onlinemultimedia document text incollection
    inproceedings inbook other originalarticle researcharticle
    """.split()  # noqa: SIM905  (words read best as a line)
)

_SPECIAL = late(
    r"editorial|letter|comment|reply|response|obituary|erratum|correction|corrigendum|abstract|interview|poem",
    re.IGNORECASE,
)

_EPHEMERAL = late(r"\b(?:press|news|media) release\b|\bpress statement\b|\btestimony\b", re.IGNORECASE)

_REFERENCE_WORK = late(r"encyclop(?:ae|e)dia|wikipedia|wiktionary|dictionary|thesaurus|lexicon|glossary", re.IGNORECASE)
_DICTIONARY = late(r"wiktionary|dictionary|thesaurus|lexicon|glossary|merriam-?webster", re.IGNORECASE)

_NEWSPAPER = late(
    r"\b(?:Times|Post|Tribune|Herald|Guardian|Chronicle|Gazette|Journal-Constitution|Globe|Inquirer|Telegraph|Observer|"
    r"Daily|News|Newspaper|Independent|Mail|Sun|Star|Courier|Examiner|Bee|Zeitung|Wall Street Journal|USA Today|"
    r"Le Monde|El País|Irish Examiner|Standard)\b"
)


_BETWEEN_LETTERS = late(r"[\s\-_'\u2019]+")


def squeezed(word: str) -> str:
    """Give a word as the tables have it: small letters without spaces, hyphens and apostrophes."""
    return _BETWEEN_LETTERS.sub("", word).lower().rstrip(".") if word else ""


def subtype(word: str) -> Kind | None:
    """Look up a subtype; None if it has no name of its own."""
    return SUBTYPES.get(squeezed(word))


def repository(name: str) -> str:
    """Give the name of an archive of preprints as it writes itself; "" if it is none."""
    if not name:
        return ""
    return REPOSITORIES.get(squeezed(re.sub(r"\s*\(.*\)\s*\Z", "", name)), "")


def is_site(name: str) -> bool:
    """Tell whether a site is one on which people post."""
    return squeezed(name) in SITES


def is_posted(description: str) -> bool:
    """Tell whether a description is that of a post on such a site."""
    return bool(_POSTED.search(description))


def is_presented(description: str) -> bool:
    """Tell whether a description is that of a contribution to a conference."""
    return bool(_PRESENTED.search(description))


def describes(text: str) -> bool:
    """Tell whether a text says of what kind a work is ("Blog post"), or names a site ("Harvard Business Review")."""
    if text[:1].islower() or text.lower() in _OFTEN:
        return True
    return any(found[0].islower() or not found.start() for found in _DESCRIBES.finditer(text))


def is_generic(said: str) -> bool:
    """Tell whether the field `type` only repeats the type of the entry, as EndNote, Mendeley and databases write it."""
    return squeezed(said) in _GENERIC


def is_special(said: str) -> bool:
    """Tell whether an article or a part of a book is of a kind that APA names (10.1:19)."""
    return bool(_SPECIAL.search(said))


def is_ephemeral(description: str) -> bool:
    """Tell whether a report is of the kind that is dated to the day (APA 10.4, Example 59)."""
    return bool(_EPHEMERAL.search(description))


def is_reference_work(title: str) -> bool:
    """Tell whether a book is an encyclopedia or a dictionary."""
    return bool(_REFERENCE_WORK.search(title))


def entry_of(title: str) -> str:
    """Give the type of an entry in a reference work with this title."""
    return "entry-dictionary" if _DICTIONARY.search(title) else "entry-encyclopedia"


def is_newspaper(title: str) -> bool:
    """Tell whether a periodical's title is that of a newspaper."""
    return bool(_NEWSPAPER.search(title))
