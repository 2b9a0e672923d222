--- reference-text.lua – writes names and years in references as no citation style can say.
--
-- Why: APA 9.8 and 9.10 want "Oakley, B. (Writer)". citeproc writes a name's suffix behind a comma, which is right for
-- "King, M. L., Jr." reference-data.lua begins roles with the mark U+E010; comma and mark go.
-- APA 9.8 wants "ʿA." of ʿAbd; reference-data.lua puts U+E011 before the sign, which goes.
-- APA 9.38: the translation of a title stands in plain type behind the italics of the title; citeproc marks it and no more.
-- APA 9.8 wants ". . ." before the last of more than 20 authors; citeproc writes "…".
-- APA 9.14 wants "2015–present" for a work that goes on, in the list and in citations; citeproc writes "2015–".
-- The bibliography of changed works that reference-data.lua put in goes too: the filters that follow read the author's own.
--
-- Run after: citeproc; before all that read citations.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only. In another language than English, "2015–" stays.
-- Warns:     never.

-- Lists of inlines with their own methods are there from 2.17; the rest of the filters needs 3.1.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local pieces = require 'apa.pieces'
local style = require 'apa.style'
local stringify = pandoc.utils.stringify

local MARK = utf8.char(0xE010)

-- What reference-data.lua puts before the sign at the start of a name (ʿ).
local SIGN_MARK = utf8.char(0xE011)

-- The bibliography of the works that changed; reference-data.lua knows its name too.
local CHANGED = 'reference-data.json'

-- A year and an en dash with nothing behind them but the end of the date: in the list, and in a citation, where it may be a link.
local IN_LIST, IN_CITATION = '(%f[%d]%d%d%d%d–)%f[),]', '(%f[%d]%d%d%d%d–)%f[%z),;]'

-- With spaces at which no line breaks.
local ELLIPSIS = '.\u{a0}.\u{a0}.'

--- The words of a translated title, "[The psychology of the child]", taken out of the italics of the title that they stand in.
local function upright(emph)
  local result, italic = pandoc.Inlines {}, pandoc.Inlines {}
  local function end_italic()
    local space = #italic > 0 and italic[#italic].t == 'Space' and italic:remove() or nil
    if #italic > 0 then
      result:insert(pandoc.Emph(italic))
    end
    if space then
      result:insert(space)
    end
    italic = pandoc.Inlines {}
  end
  for _, inline in ipairs(emph.content) do
    if inline.t == 'Span' and inline.classes:includes 'nodecoration' then
      end_italic()
      result:extend(inline.content)
    else
      italic:insert(inline)
    end
  end
  if #result == 0 then
    return nil
  end
  end_italic()
  return result
end

--- "B.,", " ", "<mark>(Writer)" → "B.", " ", "(Writer)"; and "Jr. <mark>(Host)" has no comma to lose.
local function unmarked(inlines)
  local found = false
  for index, inline in ipairs(inlines) do
    if inline.t == 'Str' and inline.text:find(MARK, 1, true) then
      found = true
      local name = inlines[index - 2]
      if name and name.t == 'Str' then
        name.text = name.text:gsub(',$', '')
        inlines[index - 2] = name
      end
      inline.text = inline.text:gsub(MARK, '')
      inlines[index] = inline
    end
  end
  return found and inlines or nil
end

--- "<mark>ʿA." → "ʿA."
local function without_sign_mark(str)
  local text, count = str.text:gsub(SIGN_MARK, '')
  return count > 0 and pandoc.Str(text) or nil
end

--- Before the last of more than 20 authors three periods and not the sign: what stands before the date, in parentheses.
local function spaced_ellipsis(inlines)
  for index, inline in ipairs(inlines) do
    if inline.t == 'Str' and inline.text:sub(1, 1) == '(' then
      return nil
    elseif inline.t == 'Str' and inline.text == '…' then
      inlines[index] = pandoc.Str(ELLIPSIS)
      return inlines
    end
  end
  return nil
end

--- "(2015–)." → "(2015–present)."
local function complete(range)
  return function(str)
    local text, count = str.text:gsub(range, '%1present')
    return count > 0 and pandoc.Str(text) or nil
  end
end

--- A citation or an entry of the list as APA has it, with the years of works that go on made complete; nil if it is so already.
--- `has_undecorated`: citeproc may have marked words in it, such as a translated title, to stand out of the italics around them.
--- What its words lack is not looked for: pandoc reads the words much faster than it walks through them.
local function mended(element, has_undecorated, years)
  local words, is_entry, result = stringify(element), element.t == 'Div', nil
  if has_undecorated then
    result = element:walk { Emph = upright }
  end
  if is_entry and words:find(MARK, 1, true) then
    result = (result or element):walk { Inlines = unmarked }
  end
  if words:find(SIGN_MARK, 1, true) then
    result = (result or element):walk { Str = without_sign_mark }
  end
  if is_entry and words:find('…', 1, true) then
    result = result or element
    result.content[1].content = spaced_ellipsis(result.content[1].content) or result.content[1].content
  end
  if years and words:find '%d%d%d%d–' then
    result = (result or element):walk { Str = years }
  end
  return result
end

--- True if an en dash stands at the end of a string or before a mark.
local function has_open_range(piece)
  return piece:has '–"' or piece:has '–)' or piece:has '–,' or piece:has '–;'
end

local function take_bibliography(meta)
  local files = meta.bibliography
  if pandoc.utils.type(files) == 'List' and #files > 0 and stringify(files[#files]) == CHANGED then
    pandoc.mediabag.delete(CHANGED)
    files:remove()
    meta.bibliography = files
  end
end

local function write(doc)
  if not style.is_apa(doc.meta) then
    doc.meta.lang = doc.meta.lang or pandoc.MetaString 'en-US' -- front-matter.lua left it unsaid for citeproc's sake
    return doc
  end
  take_bibliography(doc.meta)
  local english = (doc.meta.lang and stringify(doc.meta.lang) or 'en'):match '^en' ~= nil
  local has_undecorated, in_any = false, false
  local function find_undecorated(span) -- comes before the citation that it stands in
    if span.classes:includes 'nodecoration' then
      has_undecorated, in_any = true, true
    end
  end
  local function mend_citation(cite)
    local result = mended(cite, has_undecorated, english and complete(IN_CITATION))
    has_undecorated = false
    return result
  end
  local function mend_entry(div) -- comes after all citations
    if div.classes:includes 'csl-entry' then
      return mended(div, in_any, english and complete(IN_LIST))
    end
  end
  return pieces.walk(doc, function(piece)
    local is_marked = piece:has '"nodecoration"'
    local in_both = is_marked or piece:has(SIGN_MARK) or english and has_open_range(piece)
    local in_list = in_both or piece:has(MARK) or piece:has '"…"'
    return in_list and {
      Span = is_marked and find_undecorated or nil,
      Cite = in_both and mend_citation or nil,
      Div = mend_entry,
    }
  end)
end

return { { Pandoc = write } }
