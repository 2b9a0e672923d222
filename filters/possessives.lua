--- possessives.lua – puts a possessive 's behind the name of a narrative citation: "Koehler's (2016) study".
--
-- Why: `@koehler's study` is "Koehler (2016)'s study" in pandoc 3.9; the name is what owns the study (APA 8.16, 8.11). Behind the
-- names alone (`[@koehler]{.author-only}'s`) it stands right already.
--
-- Run after: in-text-citations.lua; before group-abbreviations.lua.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only.
-- Warns:     never; what does not look like "Name (2016)" stays as it was.

-- Walking over Inlines with metadata included is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local paragraphs = require 'apa.paragraphs'
local style = require 'apa.style'
local stringify = pandoc.utils.stringify

--- The mark at the start of a string, and what follows it; nil if the string begins otherwise.
local function possessive(words)
  for _, mark in ipairs { '’s', "'s", '’', "'" } do
    local rest = words:sub(1, #mark) == mark and words:sub(#mark + 1)
    if rest and not rest:match '^[%w\x80-\xff]' then
      return mark, rest
    end
  end
  return nil
end

--- The place of the "(" that follows the names.
local function opening(cite)
  for index = 3, #cite.content do
    local inline = cite.content[index]
    if inline.t == 'Str' and inline.text == '(' and cite.content[index - 1].t == 'Space' then
      return index
    end
  end
  return nil
end

local function put_behind_names(cite, open, mark)
  local content = cite.content
  local last = content[open - 2]
  if last.t == 'Str' then
    content[open - 2] = pandoc.Str(last.text .. mark)
  else
    content:insert(open - 1, pandoc.Str(mark))
  end
  cite.content = content
  return cite
end

--- True if a lone ’ may be a possessive: behind a name in s, and where no quotation is open.
local function may_be_lone(inlines, index, open)
  local before = stringify(pandoc.Inlines { table.unpack(inlines, 1, index - 1) })
  local names = stringify(pandoc.Inlines { table.unpack(inlines[index].content, 1, open - 2) })
  return names:match '[sxz]$' ~= nil and not before:find('‘', 1, true) and not before:find("'", 1, true)
end

--- True if a mark stands behind what may be the end of a citation.
local function may_have_possessive(words)
  return words:find(')’', 1, true) ~= nil or words:find(")'", 1, true) ~= nil
end

local function mend(inlines)
  local changed = false
  for index = 1, #inlines - 1 do
    local cite, following = inlines[index], inlines[index + 1]
    local mark, rest
    if cite.t == 'Cite' and cite.citations[1].mode == 'AuthorInText' and following.t == 'Str' then
      mark, rest = possessive(following.text)
    end
    local open = mark and opening(cite)
    if open and (#mark > 3 or mark == "'s" or may_be_lone(inlines, index, open)) then
      inlines[index] = put_behind_names(cite, open, mark)
      inlines[index + 1] = pandoc.Str(rest)
      changed = true
    end
  end
  return changed and inlines:filter(function(inline) return inline.t ~= 'Str' or inline.text ~= '' end) or nil
end

local function possessives(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  return paragraphs.change(doc, may_have_possessive, mend)
end

return { { Pandoc = possessives } }
