--- capitals-at-sentence-start.lua – begins a sentence with a capital where a narrative citation does: "Van der Kolk (2014) said".
--
-- Why: APA 6.13: a name that is written with a small letter has a capital at the start of a sentence. Elsewhere it stays as its
-- bearer writes it: "as van der Kolk (2014) said", and so it does in parentheses and in the list.
--
-- Run after: in-text-citations.lua, possessives.lua; before group-abbreviations.lua, since the names of groups, which keep their
--            small letter, are marked until then.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only.
-- Warns:     never. Behind a colon, in a table, and behind what may be an abbreviation, the name stays as it was.

-- Walking from the top down is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local style = require 'apa.style'
local stringify = pandoc.utils.stringify
local text = pandoc.text

-- Words with a period that as a rule do not end a sentence.
local ABBREVIATIONS = pandoc.List {
  'al', 'approx', 'art', 'bzw', 'ca', 'cf', 'ch', 'chap', 'dr', 'ed', 'eds', 'eq', 'esp', 'etc', 'fig', 'figs', 'jr', 'no', 'nos',
  'p', 'para', 'paras', 'pp', 'prof', 'resp', 'sec', 'sr', 'st', 'vgl', 'vol', 'vols', 'vs',
}

-- Marks that may close a sentence behind its period, and those that may open the next one.
local CLOSING, OPENING = { '”', '’', '»', '"', "'", ')', ']' }, { '“', '‘', '«', '"', "'", '(', '[', '¿', '¡' }

local function without(marks, words, from_end)
  local changed = true
  while changed do
    changed = false
    for _, mark in ipairs(marks) do
      if words ~= '' and (from_end and words:sub(-#mark) or words:sub(1, #mark)) == mark then
        words, changed = from_end and words:sub(1, -#mark - 1) or words:sub(#mark + 1), true
      end
    end
  end
  return words
end

--- True if a sentence ends with this string.
local function ends_sentence(words)
  words = without(CLOSING, words, true)
  if words:match '[!?…]$' then
    return true
  end
  local word = without(OPENING, words:match '^(.*)%.$' or '-', false)
  local initial = text.len(word) == 1 and word:match '^[%a\x80-\xff]' ~= nil
  return word ~= '-' and not word:find '%.' and not initial and not ABBREVIATIONS:includes(text.lower(word))
end

--- The inlines with a capital, if they begin with a small letter of a person's name; nil otherwise.
local function with_capital(inlines)
  local first = inlines[1]
  if first and first.t == 'Link' then
    local content = with_capital(first.content)
    if content then
      first.content = content
      inlines[1] = first
      return inlines
    end
  elseif first and first.t == 'Str' then
    local letter = text.sub(first.text, 1, 1)
    if text.upper(letter) ~= letter and not first.text:match '^%S[\x80-\xbf]*%.' then -- "b." is an initial
      inlines[1] = pandoc.Str(text.upper(letter) .. text.sub(first.text, 2))
      return inlines
    end
  end
  return nil
end

--- The words of the citations of a document that begin with a small letter.
local function small_citations(doc)
  local found = pandoc.List {}
  doc:walk {
    Cite = function(cite)
      local words = stringify(cite)
      if not words:find '^[%u%(]' and not found:includes(words) and with_capital(cite.content) then
        found:insert(words)
      end
    end,
  }
  return found
end

local function stop()
  return nil, false
end

--- A paragraph, whose first word begins a sentence.
local function mend(block)
  local starts, ended = true, false
  local function space()
    starts = starts or ended
  end
  return block:walk {
    traverse = 'topdown',
    Space = space, SoftBreak = space, LineBreak = space,
    Str = function(str)
      starts = starts and without(OPENING, str.text, false) == ''
      ended = ends_sentence(str.text)
    end,
    Cite = function(cite)
      local content = starts and with_capital(cite.content)
      starts, ended = false, false
      if content then
        cite.content = content
        return cite, false
      end
      return nil, false
    end,
    Code = function() starts, ended = false, false end,
    Math = function() starts, ended = false, false end,
    Image = stop, Note = stop,
  }
end

local function capitals_at_sentence_start(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  local small = small_citations(doc)
  if #small == 0 then
    return nil
  end
  local function mended(block)
    local words = stringify(block)
    return small:find_if(function(citation) return words:find(citation, 1, true) ~= nil end) and mend(block) or nil, true
  end
  doc.blocks = doc.blocks:walk { traverse = 'topdown', Para = mended, Plain = mended, Header = mended, Table = stop }
  return doc
end

return { { Pandoc = capitals_at_sentence_start } }
