--- quotation-marks.lua – writes the quotation marks of the paper's language.
--
-- Why: pandoc reads "so" as a quotation and leaves the marks to each format's writer, which knows English ones only. As text
-- they are the same in every format, and a German paper has „so“. In English APA wants double marks, and single ones for a
-- quotation within (6.7, 8.33); in other languages they follow what journals of psychology print. A passage with a language of
-- its own (`[...]{lang=fr}`) has that language's marks. In APA Style the marks that citeproc wrote around titles become the same
-- ones: it knows British, Portuguese and Arabic usage, which is not what the text of an APA paper has. A Chinese title keeps 《》,
-- and another style keeps all of its marks.
--
-- Run after: everything that makes text; it is the last.
-- Formats:   all; it never asks for the format.
-- Options:   `lang`. A language that is not known below has English marks, and citeproc's stay as they are.
-- Warns:     never.

-- Walking from the top down, metadata included, is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local pieces = require 'apa.pieces'
local style = require 'apa.style'
local stringify = pandoc.utils.stringify

local NARROW = '\u{202f}' -- a space at which no line breaks

-- Outer marks, then those of a quotation within. French: Imprimerie nationale; Japanese: JIS X 4051; Chinese: GB/T 15834.
local MARKS = {
  en = { '“', '”', '‘', '’' },
  de = { '„', '“', '‚', '‘' },
  ['de-ch'] = { '«', '»', '‹', '›' },
  fr = { '«' .. NARROW, NARROW .. '»', '“', '”' },
  es = { '“', '”', '‘', '’' },
  pt = { '“', '”', '‘', '’' },
  nl = { '“', '”', '‘', '’' },
  ja = { '「', '」', '『', '』' },
  zh = { '“', '”', '‘', '’' },
  ['zh-tw'] = { '「', '」', '『', '』' },
  ['zh-hk'] = { '「', '」', '『', '』' },
  ['zh-hant'] = { '「', '」', '『', '』' },
  ar = { '«', '»', '“', '”' },
}

-- What citeproc writes, by the locale files of CSL 1.0.2. Each mark stands in a string of its own.
local OF_CITEPROC = {
  ['“'] = '”', ['‘'] = '’', ['„'] = '“', ['‚'] = '‘', ['«'] = '»', ['‹'] = '›', ['«\u{a0}'] = '\u{a0}»',
  ['「'] = '」', ['『'] = '』', ['"'] = '"', ["'"] = "'",
}

--- The marks of a language (RFC 5646), as exactly as it is known; nil if it is not.
local function marks_of(language)
  local tag = language:lower():gsub('_', '-')
  while tag ~= '' do
    if MARKS[tag] then
      return MARKS[tag]
    end
    tag = tag:match '^(.*)%-' or ''
  end
  return nil
end

--- The inlines between two marks, which become part of the words that they touch.
local function between(open, inlines, close)
  if #inlines > 0 and inlines[1].t == 'Str' then
    inlines[1] = pandoc.Str(open .. inlines[1].text)
  else
    inlines:insert(1, pandoc.Str(open))
  end
  local last = inlines[#inlines]
  if last.t == 'Str' then
    inlines[#inlines] = pandoc.Str(last.text .. close)
  else
    inlines:insert(pandoc.Str(close))
  end
  return inlines
end

--- The content of a title that citeproc put into marks; nil if this is something else.
local function title_in_marks(span)
  local first, last = span.content[1], span.content[#span.content]
  if span.attr == pandoc.Attr() and #span.content > 1 and first.t == 'Str' and last.t == 'Str'
      and OF_CITEPROC[first.text] and last.text == OF_CITEPROC[first.text] then
    return pandoc.Inlines { table.unpack(span.content, 2, #span.content - 1) }
  end
  return nil
end

--- True if citeproc may have put a title into marks: reading the words is quick, and most citations and entries have none.
local function may_have_marks(words)
  for opening in pairs(OF_CITEPROC) do
    if words:find(opening, 1, true) then
      return true
    end
  end
  return false
end

--- What citeproc wrote, with these marks: outer ones first, then, within them, inner ones, and so on in turn.
local function mark_titles(content, marks, level)
  return content:walk {
    traverse = 'topdown',
    Span = function(span)
      local title = title_in_marks(span)
      if not title then
        return nil
      end
      local at = 2 * (level % 2)
      return between(marks[at + 1], mark_titles(title, marks, level + 1), marks[at + 2]), false
    end,
  }
end

local mark

--- An element with a language of its own; nil if it has none.
local function in_own_language(element, may)
  local own = element.attributes.lang
  if not own or own == '' then
    return nil
  end
  element.content = mark(element.content, own, may)
  return element, false
end

--- What writes the marks of a language. `may` says what there may be: `titles` of APA Style in marks, and elements with
--- `languages` of their own.
local function marking(language, may)
  local of_language = marks_of(language)
  local marks = of_language or MARKS.en
  local function titles(element)
    local found = false
    if of_language and may.titles then
      element:walk { Span = function(span) found = found or title_in_marks(span) ~= nil end }
    end
    if found then
      element.content = mark_titles(element.content, marks, 0)
      return element
    end
  end
  local own = may.languages and function(element)
    return in_own_language(element, may)
  end or nil
  return {
    traverse = 'topdown',
    Quoted = function(quoted)
      local at = quoted.quotetype == 'DoubleQuote' and 0 or 2
      return between(marks[at + 1], mark(quoted.content, language, may), marks[at + 2]), false
    end,
    Cite = may.titles and function(cite)
      return may_have_marks(stringify(cite)) and titles(cite) or nil
    end or nil,
    Div = function(div)
      local marked = own and own(div)
      if marked or not div.classes:includes 'csl-entry' then
        return marked
      elseif may_have_marks(stringify(div)) then
        return titles(div)
      end
      return nil, #div.content > 1 -- citeproc's paragraph has no note; an annotation below it may have one
    end,
    Span = own,
    Link = own,
    Header = own,
  }
end

--- Blocks or inlines with the marks of a language.
function mark(node, language, may)
  return node:walk(marking(language, may))
end

--- True if a string ends in a mark of citeproc's, which may be all of it.
local function has_mark_alone(piece)
  for opening in pairs(OF_CITEPROC) do
    if piece:has(opening:gsub('"', '\\"') .. '"') then
      return true
    end
  end
  return false
end

local function quotation_marks(doc)
  local language, is_apa = doc.meta.lang and stringify(doc.meta.lang) or 'en', style.is_apa(doc.meta)
  return pieces.walk(doc, function(piece)
    local may = { titles = is_apa and has_mark_alone(piece), languages = piece:has '["lang"' }
    return (may.titles or piece:has '"t":"Quoted"') and marking(language, may)
  end)
end

return { { Pandoc = quotation_marks } }
