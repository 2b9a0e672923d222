--- locators.lua – reads what stands behind a key: `[@lee, pp. 3-5]`, `[@lee, 1:30:40]`, `[@lee, Slide 7]`.
--
-- A module, not a filter:  local suffix, by_itself = require 'apa.locators'.read(citation.suffix, is_english)
--   locators.before_possessives(inlines)   `@lee's [p. 3]` as pandoc reads `@lee [p. 3]'s`
-- pandoc 3.9 takes whatever begins with a numeral for a page: "p. 1:30:40", "pp. 1.3.36–37", "p. 1 Cor. 13:1". APA 8.13 and 8.28
-- name times, verses, and acts, scenes and lines by their numbers alone. A noun before a number has a capital (6.17): "Slide 7".

local M = {}

local text = pandoc.text
local stringify = pandoc.utils.stringify

-- Nouns that citeproc does not know as locators in every version, singular and plural.
local NOUNS = {
  act = true, acts = true, appendix = true, appendices = true, box = true, boxes = true, episode = true, episodes = true,
  equation = true, equations = true, example = true, examples = true, experiment = true, experiments = true,
  footnote = true, footnotes = true, frame = true, frames = true, item = true, items = true, module = true, modules = true,
  panel = true, panels = true, scene = true, scenes = true, slide = true, slides = true, step = true, steps = true,
  study = true, studies = true, table = true, tables = true, track = true, tracks = true, video = true, videos = true,
}

-- Labels as APA prints them, by what an author may type in English.
local LABELS = {}
for printed, typed in pairs {
  ['p.'] = 'p. page', ['pp.'] = 'pp. pages', ['para.'] = 'para. para paragraph', ['paras.'] = 'paras. paras paragraphs',
  Chapter = 'chapter chap. ch.', Chapters = 'chapters chaps. chs.', Section = 'section sec.', Sections = 'sections secs.',
  Figure = 'figure fig.', Figures = 'figures figs.', Equation = 'equation eq.', Equations = 'equations eqs.', Part = 'part pt.',
  Parts = 'parts pts.', Volume = 'volume', Volumes = 'volumes', Book = 'book bk.', Books = 'books bks.', Column = 'column col.',
  Columns = 'columns cols.', Line = 'line', Lines = 'lines', Verse = 'verse', Verses = 'verses',
} do
  for word in typed:gmatch '%S+' do
    LABELS[word] = printed
  end
end

-- Those that citeproc does not know.
local NEW_LABELS = { para = true, paras = true, ['ch.'] = true, ['chs.'] = true, ['eq.'] = true, ['eqs.'] = true }

-- First words that have a numeral and are no page.
local NO_PAGES = {
  '^%d+[a-e]%d*$', '^%d+[a-e]%d*%-%d*[a-e]?%d*$', -- a page and column of the edition that counts: "514a" of Plato, "1447a8-10"
  '^%d[%d.]*%%$', -- "37%" of an electronic book
  '^%a%a+%-?%d', '^%d+%-?%a%a', '^%d+%-%a', -- words of a heading: "COVID-19 section", "5th Scene", "3-D Images"
}

local function is_space(inline)
  return inline.t == 'Space' or inline.t == 'SoftBreak'
end

--- Strings that stand side by side as one.
function M.merged(inlines)
  local result = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local last = result[#result]
    if inline.t == 'Str' and last and last.t == 'Str' then
      result[#result] = pandoc.Str(last.text .. inline.text)
    else
      result:insert(inline)
    end
  end
  return result
end

--- A range of numbers has an en dash (6.6): "3-5", "1:10-2:30", "pp. S3-S7", "36-37", "514a-520b".
local function with_en_dashes(inlines)
  for index, inline in ipairs(inlines) do
    if inline.t == 'Str' then
      local before, first, last, after = inline.text:match '^([^%d]-)(%a?%d[%d:.]*[a-e]?%d*)%-(%a?%d[%d:.]-[a-e]?%d*)([,;.)]*)$'
      if before then
        inlines[index] = pandoc.Str(before .. first .. '–' .. last .. after)
      end
    end
  end
  return inlines
end

--- The place of the first word, behind a comma and spaces.
local function start_of_words(inlines)
  for index, inline in ipairs(inlines) do
    if not is_space(inline) and not (inline.t == 'Str' and inline.text == ',') then
      return index
    end
  end
  return nil
end

--- True for numbers that are no pages: a time, a verse, an act with scene and line, or what NO_PAGES knows.
local function names_a_place(words)
  local first = words:match '^%S+':gsub('[,;]$', ''):gsub('–', '-')
  if first:match '^[%dIVXLC]+[:.]%d' and not first:gsub('^[IVXLC]+', ''):match '[^%d:.%-]' then
    return true
  end
  for _, pattern in ipairs(NO_PAGES) do
    if first:match(pattern) then
      return true
    end
  end
  return words:match '^%d+%s+%u' ~= nil or words:match '^I+%s+%u' ~= nil -- "1 Cor. 13:1", "15 May"
end

--- True for what citeproc does not read as it is meant: "Chapters 3 and 5", of which it takes the first number alone, and a label
--- that it drops because numerals stand in a title behind it: "Chapter 2, “The 10,000-Hour Rule” section".
local function is_misread(inlines, start, words)
  local conjunction = words:match '^%S+%s+[%dIVXLCivxlc][%w.:]*%s+(%S+)%s+[%dIVXLCivxlc]'
  if conjunction == 'and' or conjunction == '&' then
    return true
  end
  for index = start + 1, #inlines do
    local inline = inlines[index]
    if inline.t ~= 'Str' and inline.t ~= 'Cite' and stringify(inline):match '%d' then
      return true
    end
  end
  return false
end

--- Prints the label itself where citeproc would not; true if it did.
local function with_label(inlines, start, words)
  local typed, spaced = inlines[start].text:match '^([^\u{a0}]+)(.*)$'
  local label = text.lower(typed or '')
  local printed, is_number = LABELS[label], words:match '^%S+%s+[%dIVXLCivxlc]'
  if not printed or not is_number or not (NEW_LABELS[label] or is_misread(inlines, start, words)) then
    return false
  end
  inlines[start] = pandoc.Str(printed .. spaced)
  return true
end

local function with_capital(inlines, start)
  local inline, following = inlines[start], inlines[start + 2]
  local noun, rest = inline.text:match '^(%l+)(.*)$'
  if noun and NOUNS[noun] then
    local number = rest:match '^\u{a0}(.+)$' or rest == '' and following and following.t == 'Str' and following.text or ''
    if number:match '^[%dIVXLA-Z]' then
      inlines[start] = pandoc.Str(text.upper(noun:sub(1, 1)) .. noun:sub(2) .. rest)
    end
  end
end

--- A suffix that begins with a word of its own has a comma before it: `@lee [*Preface*]`.
local function behind_comma(inlines)
  local first = inlines[1]
  if first and not is_space(first) and not (first.t == 'Str' and first.text:match '^[,;:]') then
    return pandoc.Inlines { pandoc.Str ',', pandoc.Space() } .. inlines
  end
  return inlines
end

-- What a page or paragraph begins with, as it stands in a text without a citation to belong to.
local PAGES = { '^%[pp?%.', '^%[paras?%.' }

local function is_possessive(words)
  return words == '’s' or words == "'s" or words == '’' or words == "'"
end

--- The place of the "]" of a page that begins here, as it stands in the text; nil if it is no page.
local function end_of_page(inlines, start)
  local words = inlines[start] and inlines[start].t == 'Str' and inlines[start].text or ''
  if not (words:match(PAGES[1]) or words:match(PAGES[2])) then
    return nil
  end
  for index = start, #inlines do
    local inline = inlines[index]
    if inline.t ~= 'Str' and not is_space(inline) then
      return nil
    elseif inline.t == 'Str' and inline.text:find(']', 1, true) then
      local page = stringify(pandoc.Inlines { table.unpack(inlines, start, index) })
      local number = page:match '^%[%a+%.[^%w]*(%w+)[^%[%]]*%]%p*$'
      return number and (number:match '%d' or number:match '^[ivxlc]+$') and index or nil
    end
  end
  return nil
end

--- `@lee's [p. 3]` as `@lee [p. 3]'s`: pandoc sees a page only where it stands directly behind the key.
function M.before_possessives(inlines)
  local changed = false
  for index = #inlines - 3, 1, -1 do
    local cite, mark = inlines[index], inlines[index + 1]
    local citation = cite.t == 'Cite' and #cite.citations == 1 and cite.citations[1]
    local bare = citation and citation.mode == 'AuthorInText' and #citation.suffix == 0
    local behind_mark = bare and mark.t == 'Str' and is_possessive(mark.text) and is_space(inlines[index + 2])
    local last = behind_mark and end_of_page(inlines, index + 3)
    if last then
      local suffix = pandoc.Inlines { table.unpack(inlines, index + 3, last) }
      local before, after = suffix[#suffix].text:match '^(.-)%](.*)$'
      suffix[#suffix] = pandoc.Str(before)
      suffix[1] = pandoc.Str(suffix[1].text:sub(2))
      local content = cite.content .. { pandoc.Space(), pandoc.Str '[' } .. suffix .. { pandoc.Str ']' }
      inlines[index] = pandoc.Cite(content, { pandoc.Citation(citation.id, citation.mode, citation.prefix, suffix) })
      inlines[index + 1] = pandoc.Str(mark.text .. after)
      for _ = index + 2, last do
        inlines:remove(index + 2)
      end
      changed = true
    end
  end
  return changed and inlines or nil
end

--- True for words of the sentence behind a key: `[see @lee for a table]`. A year has commas on both sides (8.11).
local function goes_on(inlines, start, words)
  local first, second = words:match '^(%S+)%s*(%S*)'
  return start == 2 and is_space(inlines[1]) and first:match '^%l+$' ~= nil and not LABELS[first]
    and not second:match '^%d' and text.len(first) > 1
end

--- The suffix as it is to be cited, and whether it is no locator for citeproc to read but stands by itself.
function M.read(suffix, is_english)
  local inlines = with_en_dashes(M.merged(suffix))
  local start = start_of_words(inlines)
  if not start or inlines[start].t ~= 'Str' then
    return behind_comma(inlines), true
  end
  local words = stringify(pandoc.Inlines { table.unpack(inlines, start) }):gsub('\u{a0}', ' ')
  if names_a_place(words) or is_english and with_label(inlines, start, words) then
    return behind_comma(inlines), true
  elseif goes_on(inlines, start, words) then
    return pandoc.Inlines { pandoc.Str ',' } .. inlines, true
  end
  if is_english then
    with_capital(inlines, start)
  end
  return inlines, false
end

return M
