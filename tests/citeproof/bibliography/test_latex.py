r"""LaTeX in a bibliography's values: accents, signs, protected case, formulas, leftovers of HTML, broken LaTeX.

What is expected follows the LaTeX 2e reference (accents and signs), biblatex's manual (\MakeSentenceCase: which braces
protect case) and pandoc 3.9's `csljson` reader (the tags that it takes).
"""

# ruff: noqa: RUF001  (letters that look like others are what is tested)

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeproof.bibliography import latex

NOCASE = '<span class="nocase">{}</span>'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"G\"odel G\"{o}del G{\"o}del G{\"{o}}del", "Gödel Gödel Gödel Gödel"),
        (r"\'\i n \'{\i}n {\'\i}n {\'{\i}}n \'in", "ín ín ín ín ín"),
        (r"Fran\c cois Fran\c{c}ois Fran{\c c}ois", "François François François"),
        (r"\v S {\v{S}} \v{s}", "Š Š š"),
        (r"\H{o} \u{g} \k{a} \.I \d{h} \b{n} \r a \=a \~n \^e \`a", "ő ğ ą İ ḥ ṉ å ā ñ ê à"),
        (r"{\ss} \ss{} \aa ngstr\"om \O rsted {\o} \L{}ukasz \l{} \ae\oe", "ß ß ångström Ørsted ø Łukasz ł æœ"),
        (r"\d{\=a} \t{oo}", "ạ̄ o͡o"),
        (r"\i{} \j", "ı ȷ"),
        (r"\cyrchar", r"\cyrchar"),
        (r"\CYRA\cyrb", "Аб"),
    ],
)
def test_every_spelling_of_an_accent_is_one_letter(value: str, text: str) -> None:
    assert latex.rich(value) == unicodedata.normalize("NFC", text)
    assert latex.plain(value) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1--5, a---b", "1\u20135, a\u2014b"),
        ("Vol.~2", "Vol.\u00a02"),
        ("``It's'' and ''so'' and `x", "\u201cIt's\u201d and \u201cso\u201d and \u2018x"),
        (r"5\% \& \_ \# \$ \{ \}", "5% & _ # $ { }"),
        (r"5% & _ # ^", "5% & _ # ^"),
        (r"a\textendash b\textemdash{}c\textquoteright s \ldots", "a\u2013b\u2014c\u2019s …"),
        (r"\LaTeX\ and \BibTeX{}", "LaTeX and BibTeX"),
        (r"Epocrates\relax", "Epocrates"),
        (r"one\\two", "one two"),
        (r"\textless{}b\textgreater{} \textasciitilde{} \slash", "<b> ~ /"),
        (r"\noopsort{1900}Works", "Works"),
        (r"\bibstring{inpress}", "in press"),
        (r"  many" + "\n\t words ", "many words"),
        (r"costs $5 and $10", "costs $5 and $10"),
    ],
)
def test_signs_of_latex_are_the_characters_that_they_print(value: str, text: str) -> None:
    assert latex.plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"{\emph{In} \textit{vivo}}", "<i>In</i> <i>vivo</i>"),
        (r"{\textbf{b} \textit{\textbf{n}}}", "<b>b</b> <i><b>n</b></i>"),
        (r"{\relax 2\textsuperscript{nd} H\textsubscript{2}O}", "2<sup>nd</sup> H<sub>2</sub>O"),
        (r"{\textsc{abc}}", '<span style="font-variant: small-caps;">abc</span>'),
        (r"{\enquote{A} \enquote*{B} \mkbibquote{C}}", "\u201cA\u201d \u2018B\u2019 \u201cC\u201d"),
        (r"{\mkbibparens{a} \mkbibbrackets{b}}", "(a) [b]"),
        (r"{\texttt{a}\textrm{b}\textup{c}\textnormal{d}}", "abcd"),
        (
            r"{\href{https://example.org/a_b}{Text} \url{https://example.org/a_b%20c}}",
            "Text https://example.org/a_b%20c",
        ),
    ],
)
def test_commands_that_mark_text_become_tags(value: str, text: str) -> None:
    assert latex.rich(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("On {NASA}", "On " + NOCASE.format("NASA")),
        ("{{Double Braced Title}}", NOCASE.format("Double Braced Title")),
        ("[{PhD} {Thesis}]", "[" + NOCASE.format("PhD Thesis") + "]"),
        ("{Face}-{Voice}", NOCASE.format("Face-Voice")),
        ("{B}adlands", NOCASE.format("B") + "adlands"),
        (r"G{\"o}del", "Gödel"),
        (r"{\"U}ber {\ss}", "Über ß"),
        (r"{G}{\"o}del", NOCASE.format("G") + "ödel"),
        (r"{G{\"o}del}", NOCASE.format("Gödel")),
        (r"\emph{Drosophila}", NOCASE.format("<i>Drosophila</i>")),
        (r"{\emph{In Vivo}}", "<i>In Vivo</i>"),
        (r"{\it C. elegans}", NOCASE.format("<i>C. elegans</i>")),
        (r"\unknown{Kept}", NOCASE.format("Kept")),
        (r"\unknown[option]{Kept}", NOCASE.format("Kept")),
    ],
)
def test_braces_protect_case_as_in_biblatex(value: str, text: str) -> None:
    assert latex.rich(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"$p < .05$", "<i>p</i> < .05"),
        (r"$\alpha$-level", "α-level"),
        (r"$x_{ij}^2$", "<i>x</i><sub>ij</sub><sup>2</sup>"),
        (r"$\eta_p^2$", "η<sub><i>p</i></sub><sup>2</sup>"),
        (r"H$_2$O, $^{18}$F", "H<sub>2</sub>O, <sup>18</sup>F"),
        (r"$\mathrm{CO}_2$", "CO<sub>2</sub>"),
        (r"$90^\circ$ $\pm$ $5 \times 10^{-3}$ $\leq$", "90° ± 5 × 10<sup>\u22123</sup> ≤"),
        (r"$\hat\beta$ $\bar{x}$", "β̂ <i>x̄</i>"),
        (r"$\frac{1}{2}$ $\sqrt{n}$", "1/2 √<i>n</i>"),
        (r"$\text{log-linear}$ $\unknown$", "log-linear unknown"),
        (r"\ensuremath{\alpha}", "α"),
    ],
)
def test_a_formula_is_said_in_letters_and_its_case_protected(value: str, text: str) -> None:
    assert latex.rich(value).replace('<span class="nocase">', "").replace("</span>", "") == text
    if "alpha" in value:
        assert latex.rich(value).startswith(NOCASE.format("α"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Salt &amp; Pepper &lt; &#233;", "Salt & Pepper < é"),
        ("Salt \\&amp; Pepper", "Salt & Pepper"),
        ("<i>Drosophila</i> <sup>2</sup>", "<i>Drosophila</i> <sup>2</sup>"),
        (r"$\less$i$\greater$Drosophila$\less$/i$\greater$", "<i>Drosophila</i>"),
        (r"\textless{}i\textgreater{}Drosophila\textless{}/i\textgreater{}", "<i>Drosophila</i>"),
        ("&lt;em&gt;x&lt;/em&gt;", "<i>x</i>"),
        ("<jats:p>a <jats:italic>b</jats:italic></jats:p>", "a <i>b</i>"),
        ("<scp>DNA</scp>", '<span style="font-variant: small-caps;">DNA</span>'),
        ('<span class="nocase">eBay</span>', NOCASE.format("eBay")),
        ("<b>x <i>y</b> z</i>", "<b>x <i>y</i></b><i> z</i>"),
        ("one<br/>two<br>three", "one two three"),
        ("a < b > c <foo> <i> AT&T &x;", "a < b > c <foo> <i> AT&T &x;"),
    ],
)
def test_tags_and_entities_that_an_export_left_are_understood(value: str, text: str) -> None:
    assert latex.rich(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a {b c", "a b c"),
        ("a b} c", "a b c"),
        ("a $ b", "a $ b"),
        ("a \\", "a \\"),
        (r"a \lost b", r"a \lost b"),
        (r"\'", "\\'"),
        (r"\emph", ""),
        (r"\emph{a", "a"),
        (r"\url{a", "a"),
        ("{" * 500 + "a" + "}" * 500, "a"),
    ],
)
def test_broken_latex_never_raises_and_keeps_the_letters(value: str, text: str) -> None:
    assert latex.plain(value) == text


@pytest.mark.parametrize("text", ["日本語の題名", "العربية", "שלום עולם", "Ελληνικά", "русский"])
def test_other_scripts_stay_as_they_are(text: str) -> None:
    assert latex.rich(text) == latex.rich("{\\relax " + text + "}") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (r"https://example.org/a\_b\%20c\&d\#e", "https://example.org/a_b%20c&d#e"),
        (r"\url{https://example.org/~x}", "https://example.org/~x"),
        (r"https://example.org/$\sim$x/{\~{}}y/\textasciitilde{}z", "https://example.org/~x/~y/~z"),
        (
            r"10.1002/(SICI)1097-0258(19980815)17:15{\textless}1661::AID{\textgreater}3.0.CO;2-2",
            "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID>3.0.CO;2-2",
        ),
        ("10.1000/a&lt;b&gt;c", "10.1000/a<b>c"),
        ("<https://example.org/>", "https://example.org/"),
        (r"10.1000/a{\_}b", "10.1000/a_b"),
        ("https://example.org/a--b", "https://example.org/a--b"),
    ],
)
def test_an_address_is_taken_as_it_was_meant(value: str, text: str) -> None:
    assert latex.verbatim(value) == text


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("A and B\nand\tC", ["A", "B", "C"]),
        ("{Barnes and Noble} and Anderson", ["{Barnes and Noble}", "Anderson"]),
        ("A AND B", ["A", "B"]),
        ("Sandy Anderson", ["Sandy Anderson"]),
        ("{A and B", ["{A", "B"]),
        (r"\{ and \}", [r"\{", r"\}"]),
        ("and A and", ["A"]),
        ("", []),
    ],
)
def test_a_list_is_divided_outside_braces(value: str, parts: list[str]) -> None:
    assert latex.split(value) == parts


LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), max_size=8)


@given(st.lists(LETTERS | st.sampled_from(["{", "}", "$", "{{", "}}", " ", "--", "''", "[", "]", "<", ">", "&"])))
def test_no_letter_is_lost_among_braces_and_dollars(pieces: list[str]) -> None:
    """A dollar may begin a formula and a `<` a tag that is understood; letters outside tags stay, in order."""
    text = "".join(pieces)
    if "<" in text and ">" in text:
        text = text.replace("<", "")
    kept = "".join(char for char in unicodedata.normalize("NFC", text) if char.isalnum())
    said = "".join(char for char in latex.plain(text) if char.isalnum())
    assert unicodedata.normalize("NFD", said) == unicodedata.normalize("NFD", kept)


@given(st.text())
def test_rich_never_raises_and_agrees_with_plain(text: str) -> None:
    rich = latex.rich(text)
    if "<" not in text and "less" not in text and "lt" not in text and "&" not in text:
        for tag in ("</span>", "</i>", "</b>", "</sup>", "</sub>", *latex._OPENED.values()):
            rich = rich.replace(tag, "")
        assert rich == latex.plain(text)


@given(st.text(st.sampled_from("\\{}$~`'\"^_<>/&;abi ")))
def test_no_heap_of_signs_raises(text: str) -> None:
    latex.rich(text)
    latex.plain(text)
    latex.verbatim(text)
    latex.split(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("The `Big Five' today", "The \u2018Big Five\u2019 today"),
        ("`It's mine'", "\u2018It's mine\u2019"),
        ("The students' `play", "The students' \u2018play"),
    ],
)
def test_a_quotation_in_single_marks_has_both(value: str, text: str) -> None:
    assert latex.rich(value) == text


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (r"A \textcolor{red}{word}", "A word"),
        (r"A \foreignlanguage{german}{Wort}", "A Wort"),
        (r"A \texorpdfstring{$\alpha$}{alpha} wave", "A alpha wave"),
        (r"A \textcolor word", r"A \textcolor word"),
    ],
)
def test_of_a_command_with_a_setting_only_the_text_is_printed(value: str, said: str) -> None:
    assert latex.plain(value) == said
