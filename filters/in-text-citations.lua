--- in-text-citations.lua – lets citeproc do its work, and writes the citations of APA Style from what it said of each work.
--
-- Why: these rules of APA 8 cannot be said in CSL, or citeproc cannot follow them:
--   8.10, 8.11  in the sentence the name stands before the parentheses, also where others share them: "Zanos (2018; Lee, 2020)"
--   8.12  works in the order of the list, those behind "see also" last; years of one author together: "Fay, n.d.-a, n.d.-b"
--   8.13  times, verses and scenes without "p."
--   8.6   "(Rabbitt, 1982, as cited in Lyon et al., 2014)", which pandoc 3.9 makes "Lyon et al. (2014)"; the second is listed
--   6.8   "(see Zanos & Gould, 2018)" where `(see @zanos)` is typed; nested-parentheses.lua takes the inner parentheses away
--   8.17  "and" in the sentence, "&" in parentheses (citation-style-language/styles#3748)
--   8.18  names that tell works of several authors and one year apart, also where some of them are of the same authors
--   8.19  letters for works of the same authors and year, in the order of the list (9.46, 9.47), which is set right too
-- citeproc takes minutes to tell many works apart and does it in part only; here its attempt is switched off. It is asked
-- once for each work and locator, in a paragraph of its own, and from its answers each citation is put together. Another style
-- is cited by citeproc as it stands, by a shorter way where many works would take long (apa/disambiguation.lua). A Span of the
-- class `author-only` has the names alone: `[@lee]{.author-only}`.
--
-- Run after: included-studies.lua, reference-section.lua, reference-data.lua. It stands in the place of citeproc; not both.
-- Formats:   all; it never asks for the format.
-- Options:   `link-citations`, `lang`, and what citeproc reads. `kept-answers` names a folder in which citeproc's answers stay
--            for the next time. It acts on APA styles with author, year and "et al." from three authors on: not on
--            apa-6th-edition or apa-numeric-superscript.
-- Warns:     a letter that it cannot write into the list; and what citeproc warns of.

-- pandoc.utils.citeproc is there from 2.19.1, pandoc.log.warn from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local bibliographies = require 'apa.bibliographies'
local disambiguation = require 'apa.disambiguation'
local labels = require 'apa.labels'
local kept = require 'apa.kept'
local locators = require 'apa.locators'
local names = require 'apa.names'
local order = require 'apa.order'
local parentheses = require 'apa.parentheses'
local secondary = require 'apa.secondary'
local style = require 'apa.style'
local merged = locators.merged
local words_of = require 'apa.values'.words
local stringify = pandoc.utils.stringify

local PLACEHOLDER = 'in-text-citation'
local ANSWERS = 'in-text-citations-asked-of-citeproc'
local WITHIN = 'citation-within-parentheses'
local PLAIN_STYLE = 'in-text-citations.csl'

-- Names the folder in which the answers of citeproc are kept for the next time; nothing is kept without it.
local FOLDER = 'kept-answers'

-- What citeproc reads of the metadata (pandoc's manual, "Citations"), beside the style.
local READ_BY_CITEPROC = {
  'bibliography', 'references', 'nocite', 'lang', 'link-bibliography', 'suppress-bibliography', 'reference-section-title',
  'notes-after-punctuation', 'citation-abbreviations',
}

-- Languages whose word for "and" stands between two names in a sentence.
local WITH_CONJUNCTION = { en = true, de = true, fr = true, es = true, pt = true, nl = true }

-- The marks that citeproc closes a title with; the paper's own are set later.
local CLOSING = { ['”'] = true, ['’'] = true, ['"'] = true, ["'"] = true }

-- Legal works have no letters (11.2), and what only its author can read is in no list.
local WITHOUT_LETTERS = {
  bill = true, hearing = true, legal_case = true, legislation = true, regulation = true, treaty = true,
}

local function language_of(meta)
  return (meta.lang and stringify(meta.lang) or 'en'):lower():match '^%a+' or 'en'
end

-- Inlines --------------------------------------------------------------------------------------

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- Inlines from one place to another. The elements are those of the list, for pandoc.Inlines would make new ones, which in a long
--- paper takes seconds; none of them is changed in its place.
local function part(inlines, first, last)
  return table.move(inlines, first, last, 1, pandoc.Inlines {})
end

local function copy(inlines)
  return part(inlines, 1, #inlines)
end

--- Inlines as pandoc's constructors read them soonest, which takes a tenth of the time where a string stands for an element: one
--- text where it would be split into just these elements, else a list with a string in the place of each Str.
local function in_strings(inlines)
  local strings, is_text, before = {}, true, nil
  for index, inline in ipairs(inlines) do
    local kind = inline.t
    strings[index] = kind == 'Str' and inline.text or inline
    is_text = is_text and kind ~= before and (kind == 'Space' or kind == 'Str' and inline.text:find '^[^ \t\r\n]+$' ~= nil)
    before = kind
  end
  if is_text then
    for index, string in ipairs(strings) do
      strings[index] = type(string) == 'string' and string or ' '
    end
  end
  return is_text and table.concat(strings) or strings
end

local function trimmed(inlines)
  local first, last = 1, #inlines
  while is_space(inlines[first]) do
    first = first + 1
  end
  while last >= first and is_space(inlines[last]) do
    last = last - 1
  end
  return part(inlines, first, last)
end

--- Adds a mark to the last string, or as one of its own.
local function append_mark(inlines, mark)
  local last = inlines[#inlines]
  if last and last.t == 'Str' then
    inlines[#inlines] = pandoc.Str(last.text .. mark)
  else
    inlines:insert(pandoc.Str(mark))
  end
  return inlines
end

local function without_end(inlines, mark)
  local last = inlines[#inlines]
  if last and last.t == 'Str' and last.text:sub(-#mark) == mark then
    inlines:remove(#inlines)
    if last.text ~= mark then
      inlines:insert(pandoc.Str(last.text:sub(1, -#mark - 1)))
    end
  end
  return inlines
end

--- What is left of the inlines behind so much of their text, without a comma and space at its start.
local function behind(inlines, words)
  local rest, passed = pandoc.Inlines {}, 0
  for _, inline in ipairs(inlines) do
    local own = stringify(inline)
    if passed >= #words then
      rest:insert(inline)
    elseif passed + #own > #words and inline.t == 'Str' then
      rest:insert(pandoc.Str(own:sub(#words - passed + 1)))
    end
    passed = passed + #own
  end
  local first = rest[1]
  if first and first.t == 'Str' and first.text:sub(1, 1) == ',' then
    rest[1] = pandoc.Str(first.text:sub(2))
    if first.text == ',' then
      rest:remove(1)
    end
  end
  return trimmed(rest)
end

--- Adds the comma between names and year; in English it stands within quotation marks (6.9).
local function append_comma(inlines, english)
  local last = inlines[#inlines]
  local close = last and last.t == 'Span' and last.content[#last.content]
  if english and close and close.t == 'Str' and CLOSING[close.text] then
    local content = copy(last.content)
    content:insert(#content, pandoc.Str ',')
    inlines[#inlines] = pandoc.Span(content, last.attr)
    return inlines
  end
  return append_mark(inlines, ',')
end

--- `@lee's view of the students' work`, in which pandoc takes 's … students' for a quotation, as it was meant; and so with
--- a quotation that ends there, too: `@lee's 'best' work`.
local function without_false_quotations(inlines)
  local changed = false
  for index = #inlines, 2, -1 do
    local quoted, before = inlines[index], inlines[index - 1]
    local first = quoted.t == 'Quoted' and quoted.quotetype == 'SingleQuote' and quoted.content[1]
    local named = before.t == 'Cite' or before.t == 'Span' and before.classes:includes 'author-only'
    if named and first and first.t == 'Str' and first.text:match '^s%f[^%w\x80-\xff]' then
      local content, opening = copy(quoted.content), nil
      content[1] = pandoc.Str('’' .. first.text)
      for place = 3, #content do
        local marked = content[place].t == 'Str' and is_space(content[place - 1]) and content[place].text:match '^’(.+)$'
        opening = marked and place or opening
      end
      local meant = part(content, 1, (opening or #content + 1) - 1)
      if opening then
        local inner = part(content, opening, #content)
        inner[1] = pandoc.Str((inner[1].text:gsub('^’', '')))
        meant:insert(pandoc.Quoted('SingleQuote', inner))
      else
        append_mark(meant, '’')
      end
      inlines = part(inlines, 1, index - 1) .. meant .. part(inlines, index + 1, #inlines)
      changed = true
    end
  end
  return changed and inlines or nil
end

-- Asking citeproc ------------------------------------------------------------------------------

--- The style without its attempt to tell works apart; nil for a style that does not cite as APA does since its 7th edition.
local function plain_style(meta)
  local _, content = style.given(meta)
  local citation = content and style.is_apa(meta) and content:match '<citation%s[^>]*>'
  if not citation or content:match 'citation%-format="([%a-]+)"' ~= 'author-date' or not content:match 'class="in%-text"'
      or not citation:match '%set%-al%-min="3"' or citation:match '%set%-al%-subsequent%-min' then
    return nil
  end
  return (content:gsub('%sdisambiguate%-[%a-]+="[^"]*"', ''))
end

--- The style without the order of its list, where this filter needs none: to compare two names, citeproc reads in the tables
--- of Unicode's collation, which takes it longer than all else in a short paper. A list that the author begins is left alone.
local function without_order(content, doc, reference_of, language)
  local begun, references, seen = false, pandoc.List {}, {}
  for _, reference in pairs(reference_of) do
    if not seen[reference] then
      references:insert(reference)
      seen[reference] = true
    end
  end
  if not order.is_by_names(references, language) then
    return content
  end
  doc.blocks:walk { Div = function(div) begun = begun or div.identifier == 'refs' and #div.content > 0 end }
  return begun and content or (content:gsub('(<bibliography%f[%s>].-)<sort>.-</sort>', '%1', 1))
end

local function key_of_suffix(suffix)
  return #suffix == 0 and '' or tostring(suffix)
end

--- A list of questions: one for each key and suffix. `ask` gives the number of a question, a new one if need be.
local function new_questions()
  local asked, numbers = pandoc.List {}, {}
  local questions = { list = asked }
  function questions.ask(key, suffix)
    local id = key .. '\0' .. key_of_suffix(suffix)
    if not numbers[id] then
      asked:insert(pandoc.Citation(key, 'AuthorInText', {}, suffix))
      numbers[id] = #asked
    end
    return numbers[id]
  end
  return questions
end

--- The questions as a part of the document.
local function as_block(questions)
  local inlines = questions.list:map(function(citation)
    return pandoc.Cite({}, { citation })
  end)
  return pandoc.Div({ pandoc.Plain(inlines) }, pandoc.Attr(ANSWERS))
end

--- "Lee (2020, p. 3 and more)" as names, what the link holds, and what follows it.
local function read_answer(cite)
  local content = cite.content
  for index, inline in ipairs(content) do
    local following = content[index + 1]
    if inline.t == 'Str' and inline.text:sub(-1) == '(' and following and following.t == 'Link' then
      local printed = part(content, 1, index - 1)
      if inline.text ~= '(' then
        printed:insert(pandoc.Str(inline.text:sub(1, -2)))
      end
      return {
        names = trimmed(printed), linked = following.content, tail = without_end(merged(part(content, index + 2, #content)), ')'),
      }
    end
  end
  local unlinked = content:walk { Link = function(link) return link.content end }
  return { names = unlinked, linked = pandoc.Inlines {}, tail = pandoc.Inlines {} }
end

-- Citations as they were written ---------------------------------------------------------------

--- A citation whose prefix and suffix have the citations within them as plain words.
local function without_nested(citation)
  local function plain(inlines)
    return inlines:walk { Cite = function(inner) return inner.content end }
  end
  return pandoc.Citation(citation.id, citation.mode, plain(citation.prefix), plain(citation.suffix), citation.note_num,
    citation.hash)
end

--- True for a citation whose year stands in the sentence, or whose names own what follows.
local function keeps_its_names(around)
  return around.before:match '^%d%d%d%d,?$' or not around.spaced and around.following:match "^['’]" ~= nil
end

--- Puts each citation of the sentence that stands in typed parentheses, `(see @lee)`, into a Span: it is cited as `[@lee]` is,
--- with "&" (8.17), and nested-parentheses.lua takes its own parentheses away. Not so the long names of legal works (11.6).
local function mark_within_parentheses(doc, reference_of)
  local function mark(block)
    return parentheses.change(block, function(cite, around)
      local reference = reference_of[cite.citations[1].id]
      if cite.citations[1].mode == 'AuthorInText' and reference and not reference['legal-narrative']
          and not keeps_its_names(around) then
        return pandoc.Span({ cite }, pandoc.Attr('', { WITHIN }))
      end
    end)
  end
  return doc:walk { Para = mark, Plain = mark, Header = mark }
end

--- All that a paper says, its notes too, as one text: a look at it tells what need not be looked for element by element.
local function all_words(doc)
  local words = pandoc.List { stringify(doc) }
  doc:walk { Note = function(note) words:insert(stringify(note.content)) end }
  return table.concat(words, '\n')
end

--- What pandoc reads otherwise than it was meant, as it was meant.
local function as_it_was_meant(doc, words)
  local mends = pandoc.List {}
  if words:find '‘s' then
    mends:insert(without_false_quotations)
  end
  if words:find '[\'’]s? %[' then
    mends:insert(locators.before_possessives)
  end
  if parentheses.may_be_in_brackets(words) then
    mends:insert(parentheses.from_brackets)
  end
  for _, mend in ipairs(mends) do
    doc = doc:walk { Inlines = mend }
  end
  return doc
end

--- Takes the citations of known works out of the document, each with a placeholder in its place, and asks what they need.
--- Gives the document, what was taken out, and whether citations of other works are left in it.
local function take_out(doc, known, questions, english)
  local taken, left = pandoc.List {}, false
  local function placeholder(cite, how)
    local all_known = true
    for _, citation in ipairs(cite.citations) do
      all_known = all_known and known[citation.id] ~= nil
    end
    if not all_known then
      left = true
      return nil
    end
    local items, citations = pandoc.List {}, pandoc.List {}
    for _, citation in ipairs(cite.citations) do
      local within = pandoc.List {}
      local function nested(inlines)
        return #inlines == 0 and inlines or inlines:walk {
          Cite = function(inner)
            local put = placeholder(inner, 'nested')
            within:extend(put and inner.citations or {})
            return put
          end,
        }
      end
      local prefix, suffix_with_places = nested(citation.prefix), nested(citation.suffix)
      local item = { key = citation.id, mode = citation.mode, prefix = trimmed(prefix), tail = suffix_with_places }
      questions.ask(citation.id, {})
      if #suffix_with_places > 0 then
        local suffix, by_itself = locators.read(suffix_with_places, english)
        item.tail = by_itself and suffix or nil
        item.with_suffix = not by_itself and questions.ask(citation.id, suffix) or nil
      end
      items:insert(item)
      citations:insert(#within == 0 and citation or without_nested(citation))
      citations:extend(within) -- one citation of them all: pandoc's writers and readers of the document know no other
    end
    taken:insert { citations = citations, items = items, how = how }
    return pandoc.RawInline(PLACEHOLDER, tostring(#taken))
  end
  doc = doc:walk {
    traverse = 'topdown',
    Span = function(span)
      if span.classes:includes 'author-only' then
        return span:walk { Cite = function(cite) return placeholder(cite, 'author-only') end }.content, false
      elseif span.classes[1] == WITHIN then
        return placeholder(span.content[1], 'within') or span.content, false
      end
    end,
    Cite = function(cite)
      return placeholder(cite, 'whole'), false
    end,
  }
  return doc, taken, left
end

-- Works ----------------------------------------------------------------------------------------

--- A date in words, as it was typed ("1990s"); "" if it is none.
local function date_in_words(reference)
  return type(reference.issued) == 'table' and words_of(reference.issued.literal) or ''
end

--- The year without a letter that citeproc gave it. The s of "1990s" is none.
local function without_letter(year, in_words)
  local last = year[#year]
  if last and last.t == 'Str' and (in_words == '' or stringify(year):sub(-#in_words) ~= in_words) then
    year[#year] = pandoc.Str((last.text:gsub('^(.*%d)%l$', '%1'):gsub('^(.*%.)%-%l$', '%1'):gsub('^(press)%-%l$', '%1')))
  end
  return year
end

--- key → the work: its id, printed names, authors if they are in the data, and year.
local function read_works(answers, questions, reference_of)
  local works, by_id = {}, {}
  for number, citation in ipairs(questions.list) do
    if #citation.suffix == 0 then
      local reference, answer = reference_of[citation.id], answers[number]
      local id = words_of(reference.id)
      if not by_id[id] then
        local year, printed_words = without_letter(copy(answer.linked), date_in_words(reference)), stringify(answer.names)
        by_id[id] = {
          id = id, reference = reference, printed = answer.names, printed_words = printed_words,
          year_as_linked = stringify(answer.linked), year_inlines = year, year = stringify(year),
          authors = names.read(reference, printed_words),
        }
      end
      works[citation.id] = by_id[id]
    end
  end
  return works, by_id
end

--- The year of an entry of the list: of "1966/2000" the second.
local function year_in_list(work)
  return work.year:match '^.*[^/]/([^/]+)$' or work.year
end

--- The inlines of an entry's first paragraph with a letter behind its year; nil if the year is not found.
local function with_letter(inlines, work)
  inlines = merged(inlines)
  local year = pandoc.Inlines(year_in_list(work))
  for index = 1, #inlines - #year + 1 do
    local inline = inlines[index]
    local opened = inline.t == 'Str' and inline.text:sub(1, 1) == '('
    for offset = 1, #year - 1 do
      local wanted = (offset == 1 and '(' or '') .. (year[offset].text or ' ')
      opened = opened and (stringify(inlines[index + offset - 1]):gsub('\u{a0}', ' ')) == wanted
    end
    local last = inlines[index + #year - 1]
    if opened and last.t == 'Str' then
      local wanted = (#year == 1 and '(' or '') .. year[#year].text
      local rest = last.text:sub(1, #wanted) == wanted and last.text:sub(#wanted + 1)
      if rest and not rest:match '^%d' then
        rest = rest:gsub('^%-?%l%f[%L]', '') -- a letter of citeproc's
        inlines[index + #year - 1] = pandoc.Str(wanted .. work.letter .. rest)
        return inlines
      end
    end
  end
  return nil
end

--- The date of an entry as it is printed, without a letter; nil if it is not found.
local function date_in_list(entry_words, work)
  local words = entry_words:gsub('\u{a0}', ' ')
  local year = year_in_list(work)
  local _, last = words:find('(' .. year, 1, true)
  local rest = last and year ~= '' and words:match('^[^)]*', last + 1)
  return rest and year .. rest:gsub('^%-?%l%f[%L]', '')
end

-- The reference list ---------------------------------------------------------------------------

local function is_list(block)
  return block.t == 'Div' and block.identifier == 'refs'
end

--- Notes the place of each work in the list, and gives the entries, whose words are known, in their order.
local function put_in_order(entries, entry_words, by_id, language)
  local works = pandoc.List {}
  for _, entry in ipairs(entries) do
    local work = by_id[entry.identifier:gsub('^ref%-', '')] or { printed_words = stringify(pandoc.Inlines(entry_words[entry])) }
    work.entry = entry
    work.date = work.id and date_in_list(entry_words[entry], work) or nil
    works:insert(work)
  end
  local keys = works:map(function(work)
    local title = work.reference and work.reference.title
    return { work = work, authors = work.authors, printed = work.printed_words, date = work.date, title = title }
  end)
  local sorted = order.sort(keys, language):map(function(key) return key.work end)
  for place, work in ipairs(sorted) do
    work.place = place
  end
  return sorted
end

local function letter_of(number)
  local letter = string.char(97 + (number - 1) % 26)
  return number > 26 and letter_of((number - 1) // 26) .. letter or letter
end

--- Gives letters to works that would be cited by the same names and year, in the order of the list (8.19).
local function give_letters(sorted)
  local alike, groups = {}, pandoc.List {}
  for _, work in ipairs(sorted) do
    if work.id and work.year ~= '' and not WITHOUT_LETTERS[words_of(work.reference.type)] then
      local key = work.shown .. '\0' .. work.year
      if not alike[key] then
        alike[key] = pandoc.List {}
        groups:insert(alike[key])
      end
      alike[key]:insert(work)
    end
  end
  for _, group in ipairs(groups) do
    for number, work in ipairs(#group > 1 and group or {}) do
      local behind_words = not work.reference.issued or date_in_words(work.reference):match '%l$'
      work.letter = (behind_words and '-' or '') .. letter_of(number)
      local first = work.entry.content[1]
      local inlines = first and (first.t == 'Para' or first.t == 'Plain') and with_letter(first.content, work)
      if inlines then
        first.content = inlines
        work.entry.content[1] = first
      else
        pandoc.log.warn(('in-text-citations.lua: the list says nowhere that @%s is of "%s", so its letter "%s" is in the '
          .. 'citation only.'):format(work.id, work.year, work.letter))
      end
    end
  end
end

--- Orders the list and its letters. The entry of a work that only its author can read (8.9) or that the author of the paper has
--- not read (8.6) is empty, and nothing links to it. Also gives the place of a list that holds nothing but entries of citeproc's.
local function mend_list(doc, by_id, language)
  local all = pandoc.List {}
  for _, work in pairs(by_id) do
    if work.authors then
      all:insert(work)
    end
  end
  all:sort(function(a, b) return a.id < b.id end)
  names.tell_apart(all)
  for _, work in pairs(by_id) do
    work.shown = work.authors and stringify(names.words(work.authors, '&', true)) or work.printed_words
  end
  local function mended(div)
    local entries = div.content:filter(function(block)
      return block.t == 'Div' and block.classes:includes 'csl-entry'
    end)
    if #entries == 0 or #entries ~= #div.content then
      return nil
    end
    local entry_words = {}
    for _, entry in ipairs(entries) do
      entry_words[entry] = stringify(entry)
    end
    local function is_printed(entry)
      return entry_words[entry]:match '%S' ~= nil
    end
    local sorted = put_in_order(entries:filter(is_printed), entry_words, by_id, language)
    local listed, others = sorted:filter(function(work) return not work.is_unread end), pandoc.List {}
    give_letters(listed)
    for _, work in ipairs(listed) do
      work.is_listed = true
    end
    for _, entry in ipairs(entries) do
      local work = by_id[entry.identifier:gsub('^ref%-', '')]
      if work and work.is_unread then
        entry.content = { pandoc.Para {} }
        others:insert(entry)
      elseif not is_printed(entry) then
        others:insert(entry)
      end
    end
    div.content = listed:map(function(work) return work.entry end) .. others
    return div
  end
  local list, place = doc.blocks:find_if(is_list)
  if list then
    local better = mended(list)
    doc.blocks[place] = better or list
    return doc, better and place
  end
  return doc:walk {
    traverse = 'topdown',
    Div = function(div)
      if is_list(div) then
        return mended(div), false
      end
    end,
  }
end

-- One citation ---------------------------------------------------------------------------------

--- True if what a work is cited by may hold an "&" of its own: a title, or a group in the place of an author.
local function is_ampersand_of_name(reference)
  for _, variable in ipairs { 'title', 'title-short', 'publisher', 'authority' } do
    if words_of(reference[variable]):find('&', 1, true) then
      return true
    end
  end
  return false
end

--- How citations are put together: in which language, with links or without.
local function writer(works, answers, taken, how)
  local resolve
  local years, in_full = {}, {} -- work → what it is printed as without a locator

  local function linked(work, inlines)
    if how.links and work.is_listed then
      return part({ pandoc.Link(in_strings(inlines), '#ref-' .. work.id) }, 1, 1)
    end
    return inlines
  end

  local function names_of(work, in_sentence)
    local conjunction = in_sentence and how.conjunction or how.symbol
    if work.authors then
      return names.words(work.authors, conjunction, how.serial_comma)
    end
    local printed = copy(work.printed)
    for index, inline in ipairs(printed) do
      if inline.t == 'Str' and inline.text == '&' and in_sentence and not is_ampersand_of_name(work.reference) then
        printed[index] = pandoc.Str(conjunction)
      end
    end
    return printed
  end

  local function year_of(work)
    local year = copy(work.year_inlines)
    return work.letter and append_mark(year, work.letter) or year
  end

  --- Year and locator: "2020a, p. 3".
  local function year_with_locator(item)
    local inlines = year_of(item.work)
    if #item.locator > 0 then
      if #inlines > 0 then
        append_mark(inlines, ',')
        inlines:insert(pandoc.Space())
      end
      inlines:extend(item.locator)
    end
    return inlines
  end

  --- An item of the citation with all that is known of it.
  local function complete(written)
    local work = works[written.key]
    local item = {
      work = work, mode = written.mode, prefix = resolve(written.prefix), tail = written.tail, locator = {},
      place = work.place or math.huge,
    }
    if written.with_suffix then
      local answer = answers[written.with_suffix]
      item.locator, item.tail = behind(answer.linked, work.year_as_linked), answer.tail
    end
    item.tail = resolve(item.tail)
    item.joined = #item.prefix > 0 and secondary.begins(stringify(item.prefix))
    item.plain = #item.locator == 0 and #item.tail == 0
    return item
  end

  --- "Lee, 2020, p. 3" within parentheses. What a work is without a locator is put together once.
  local function in_parentheses(item, year_only)
    local known = year_only and years or in_full
    local printed = #item.locator == 0 and known[item.work]
    if not printed then
      local inlines = year_only and pandoc.Inlines {} or names_of(item.work, false)
      local year = year_with_locator(item)
      if #inlines > 0 and #year > 0 then
        append_comma(inlines, how.english)
        inlines:insert(pandoc.Space())
      end
      printed = linked(item.work, inlines .. year)
      known[item.work] = #item.locator == 0 and printed or nil
    end
    return printed .. item.tail
  end

  local function has_same_authors(one, other)
    return one.work.shown == other.work.shown and names.are_same(one.work.authors, other.work.authors)
  end

  --- Puts items into the order of the list, from one prefix to the next; what is cited within another work stays behind it.
  local function in_order(items)
    local units, runs = pandoc.List {}, pandoc.List {}
    for _, item in ipairs(items) do
      if item.joined and #units > 0 then
        units[#units]:insert(item)
      else
        units:insert(pandoc.List { item })
      end
    end
    for number, unit in ipairs(units) do
      if #unit[1].prefix > 0 or #runs == 0 then
        runs:insert(pandoc.List {})
      end
      unit.number = number
      runs[#runs]:insert(unit)
    end
    local result = pandoc.List {}
    for _, run in ipairs(runs) do
      local prefix = run[1][1].prefix
      run[1][1].prefix = pandoc.Inlines {}
      run:sort(function(a, b)
        return a[1].place < b[1].place or a[1].place == b[1].place and a.number < b.number
      end)
      run[1][1].prefix = prefix
      for _, unit in ipairs(run) do
        result:extend(unit)
      end
    end
    return result
  end

  --- Adds an item to those before it: "; Lee, 2020", ", 2021" or ", as cited in Lee, 2020".
  local function add(inlines, item, before)
    local year_only = item.mode == 'SuppressAuthor'
    if before then
      local collapsed = not item.joined and #item.prefix == 0 and has_same_authors(before, item)
        and (before.mode ~= 'SuppressAuthor' or year_only)
      append_mark(inlines, (item.joined or collapsed and before.plain and item.plain) and ',' or ';')
      inlines:insert(pandoc.Space())
      year_only = year_only or collapsed
    end
    if #item.prefix > 0 then
      inlines:extend(item.prefix)
      local last = item.prefix[#item.prefix]
      if not (last.t == 'Str' and last.text:match '\u{a0}$') then
        inlines:insert(pandoc.Space())
      end
    end
    return inlines:extend(in_parentheses(item, year_only)) or inlines
  end

  local function all_in_parentheses(items)
    local first = items[1]
    local by_year_alone = items:filter(function(item) return item.mode == 'SuppressAuthor' end)
    local of_one_author = by_year_alone:filter(function(item) return has_same_authors(first, item) end)
    local sorts = #by_year_alone == 0 or #of_one_author == #items -- "Fay (2019; Lee, 2018)" begins with what the sentence names
    local inlines, before = pandoc.Inlines {}, nil
    for _, item in ipairs(sorts and in_order(items) or items) do
      add(inlines, item, before)
      before = item
    end
    return inlines
  end

  --- "Fay (2020a, 2020b; Lee, 2020)".
  local function in_sentence(items)
    local named = items:remove(1)
    local first = names_of(named.work, true)
    local own, others = pandoc.List { named }, pandoc.List {}
    for _, item in ipairs(items) do
      local together = #others == 0 and #item.prefix == 0 and item.plain and named.plain and has_same_authors(named, item)
      if together then
        own:insert(item)
      else
        others:insert(item)
      end
    end
    own:sort(function(a, b) return a.place < b.place end)
    local inner, before = pandoc.Inlines {}, nil
    for _, item in ipairs(own) do
      if before then
        append_mark(inner, ',')
        inner:insert(pandoc.Space())
      end
      inner:extend(in_parentheses(item, true))
      before = item
    end
    for _, item in ipairs(in_order(others)) do
      add(inner, item, before)
      before = item
    end
    if #inner == 0 then
      return linked(named.work, first)
    elseif named.work.year == '' and #stringify(inner) == 0 then
      return first
    end
    first:extend { pandoc.Space(), pandoc.Str '(' }
    first:extend(inner)
    first:insert(pandoc.Str ')')
    return first
  end

  local function only_names(items)
    local inlines = pandoc.Inlines {}
    for number, item in ipairs(items) do
      if number > 1 then
        inlines:extend { pandoc.Str ';', pandoc.Space() }
      end
      inlines:extend(linked(item.work, names_of(item.work, true)))
    end
    return inlines
  end

  local function write(cluster)
    local items = cluster.items:map(complete)
    if cluster.how == 'author-only' then
      return pandoc.Cite(in_strings(only_names(items)), cluster.citations)
    elseif cluster.how == 'nested' then
      return all_in_parentheses(items)
    elseif items[1].mode == 'AuthorInText' and cluster.how ~= 'within' then
      return pandoc.Cite(in_strings(in_sentence(items)), cluster.citations)
    end
    local inlines = all_in_parentheses(items)
    inlines:insert(1, pandoc.Str '(')
    inlines:insert(pandoc.Str ')')
    return pandoc.Cite(in_strings(inlines), cluster.citations)
  end

  local function put_back(element)
    return element:walk {
      RawInline = function(raw)
        if raw.format == PLACEHOLDER then
          return write(taken[tonumber(raw.text)])
        end
      end,
    }
  end

  function resolve(inlines)
    return #inlines == 0 and inlines or put_back(inlines)
  end

  return put_back
end

-- The document ---------------------------------------------------------------------------------

--- key → reference, by all the keys that a work may be cited by.
local function references_by_key(doc)
  local found = {}
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    found[words_of(reference.id)] = reference
    local others = reference['other-ids']
    for _, id in ipairs(type(others) == 'table' and others or {}) do
      found[words_of(id)] = found[words_of(id)] or reference
    end
  end
  return found
end

--- The answers of citeproc, and the blocks without them.
local function take_answers(blocks)
  local answers = pandoc.List {}
  return blocks:filter(function(block)
    if block.t ~= 'Div' or block.identifier ~= ANSWERS then
      return true
    end
    block:walk { Cite = function(cite) answers:insert(read_answer(cite)) end }
    return false
  end), answers
end

--- Runs citeproc with the plain style and with links, which show what of an answer is names and what is year.
local function cite_by_plain_style(doc, content)
  local csl, other_csl, links = doc.meta.csl, doc.meta['citation-style'], doc.meta['link-citations']
  pandoc.mediabag.insert(PLAIN_STYLE, 'application/vnd.citationstyles.style+xml', content)
  doc.meta.csl, doc.meta['citation-style'], doc.meta['link-citations'] = PLAIN_STYLE, nil, true
  local cited = pandoc.utils.citeproc(doc)
  pandoc.mediabag.delete(PLAIN_STYLE)
  cited.meta.csl, cited.meta['citation-style'], cited.meta['link-citations'] = csl, other_csl, links
  return cited
end

--- All that the answers of citeproc rest on, as strings; nil if some of it is not known here.
local function grounds(asked, content)
  local held = bibliographies.contents(asked.meta)
  if not held then
    return nil
  end
  local found = pandoc.List { tostring(PANDOC_VERSION), content } .. held
  local meta = {}
  for name, value in pairs(asked.meta) do
    if name ~= 'bibliography' then -- its place says nothing, and may be another the next time
      meta[name] = value
    end
  end
  found:insert(pandoc.write(pandoc.Pandoc(asked.blocks, meta), 'json'))
  return found
end

--- The blocks that citeproc makes of the questions; those of the last time, if nothing that they rest on has changed.
local function answered(asked, content, folder)
  local inputs = folder and grounds(asked, content)
  local key = inputs and kept.key(inputs)
  local known = key and kept.get(folder, key)
  if known then
    return pandoc.read(known, 'json').blocks
  end
  local blocks = cite_by_plain_style(asked, content).blocks
  if key then
    kept.put(folder, key, pandoc.write(pandoc.Pandoc(blocks), 'json'))
  end
  return blocks
end

--- Asks citeproc: gives the document with its list, and the answers. Citeproc sees no more of the paper than the questions and
--- the place of the list, unless citations are left in it, or its list stands within other blocks.
local function ask(doc, questions, content, citations_left, folder)
  local _, place = doc.blocks:find_if(is_list)
  local within = false
  if not place then
    doc:walk { Div = function(div) within = within or div.identifier == 'refs' end }
  end
  if citations_left or within then
    doc.blocks:insert(as_block(questions))
    doc = cite_by_plain_style(doc, content)
    local answers
    doc.blocks, answers = take_answers(doc.blocks)
    return doc, answers
  end
  local meta = {}
  for _, name in ipairs(READ_BY_CITEPROC) do
    meta[name] = doc.meta[name]
  end
  local asked = pandoc.Pandoc({ as_block(questions) }, meta)
  if place then
    asked.blocks:insert(doc.blocks[place])
  end
  local list, answers = take_answers(answered(asked, content, folder))
  local blocks = doc.blocks
  if place then
    blocks:remove(place)
  end
  for offset, block in ipairs(list) do
    blocks:insert(place and place + offset - 1 or #blocks + 1, block)
  end
  return pandoc.Pandoc(blocks, doc.meta), answers
end

local function in_text_citations(doc)
  local content = plain_style(doc.meta)
  local folder = doc.meta[FOLDER] and stringify(doc.meta[FOLDER])
  doc.meta[FOLDER] = nil
  if not content then
    return (disambiguation.cite(doc))
  end
  local language, questions = language_of(doc.meta), new_questions()
  local reference_of = references_by_key(doc)
  content = without_order(content, doc, reference_of, language)
  local words = all_words(doc)
  local unread = secondary.only_through(doc, words, function(key)
    return reference_of[key] and words_of(reference_of[key].id) or key
  end)
  doc = mark_within_parentheses(as_it_was_meant(doc, words), reference_of)
  local taken, citations_left
  doc, taken, citations_left = take_out(doc, reference_of, questions, language == 'en')
  for _, reference in pairs(reference_of) do -- those of `nocite` count for letters and order, too
    questions.ask(words_of(reference.id), {})
  end
  local answers
  doc, answers = ask(doc, questions, content, citations_left, folder)
  local works, by_id = read_works(answers, questions, reference_of)
  for id in pairs(unread) do
    if by_id[id] then
      by_id[id].is_unread = true
    end
  end
  local place
  doc, place = mend_list(doc, by_id, language)
  local terms = labels.of(doc.meta)
  local has_words = WITH_CONJUNCTION[language] == true
  local symbol = content:find('and="symbol"', 1, true) and '&' or has_words and terms.conjunction or '&'
  local links = doc.meta['link-citations']
  local list = place and doc.blocks:remove(place) -- in which nothing was taken out
  doc = writer(works, answers, taken, {
    english = language == 'en', links = links == true or links ~= nil and links ~= false and stringify(links) == 'true',
    symbol = symbol, conjunction = has_words and terms.conjunction or symbol, serial_comma = terms.serial_comma or not has_words,
  })(doc)
  if list then
    doc.blocks:insert(place, list)
  end
  return doc
end

return { { Pandoc = in_text_citations } }
