--- locators.lua – reads what stands behind a key: `[@lee, pp. 3-5]`, `[@lee, 1:30:40]`, `[@lee, Slide 7]`.
--
-- A module, not a filter:  local suffix, by_itself = require 'apa.locators'.read(citation.suffix, is_english)
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

--- A range of numbers has an en dash (6.6): "3-5", "1:10-2:30", "pp. S3-S7", "36-37".
local function with_en_dashes(inlines)
  for index, inline in ipairs(inlines) do
    if inline.t == 'Str' then
      local before, first, last, after = inline.text:match '^([^%d]-)(%a?%d[%d:.]*)%-(%a?%d[%d:.]-)([,;.)]*)$'
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
    if inline.t ~= 'Space' and inline.t ~= 'SoftBreak' and not (inline.t == 'Str' and inline.text == ',') then
      return index
    end
  end
  return nil
end

--- True for numbers that are no pages: a time, a verse, an act with scene and line, or a numbered book with its chapter.
local function names_a_place(words)
  local first = words:match '^%S+':gsub('[,;]$', '')
  if first:match '^[%dIVXLC]+[:.]%d' and not first:gsub('^[IVXLC]+', ''):gsub('–', '-'):match '[^%d:.%-]' then
    return true
  end
  return words:match '^%d+%s+%u' ~= nil or words:match '^I+%s+%u' ~= nil -- "1 Cor. 13:1", "15 May"
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
  if first and first.t ~= 'Space' and first.t ~= 'SoftBreak' and not (first.t == 'Str' and first.text:match '^[,;:]') then
    return pandoc.Inlines { pandoc.Str ',', pandoc.Space() } .. inlines
  end
  return inlines
end

--- The suffix as it is to be cited, and whether it is no locator for citeproc to read but stands by itself.
function M.read(suffix, is_english)
  local inlines = with_en_dashes(M.merged(suffix))
  local start = start_of_words(inlines)
  if not start or inlines[start].t ~= 'Str' then
    return behind_comma(inlines), true
  end
  if names_a_place((stringify(pandoc.Inlines { table.unpack(inlines, start) }):gsub('\u{a0}', ' '))) then
    return behind_comma(inlines), true
  end
  if is_english then
    with_capital(inlines, start)
  end
  return inlines, false
end

return M
