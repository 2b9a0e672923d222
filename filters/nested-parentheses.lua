--- nested-parentheses.lua – changes the parentheses of a citation that stands within parentheses already.
--
-- Why: APA 6.8 and 8.11 have no parentheses within parentheses. A year that belongs to the sentence there stands between commas:
-- "(as Smith, 2019, later found)", "(see Smith, 2019, for more)". A citation in parentheses that follows text and a semicolon or
-- comma, or a word such as "see", needs none: "(e.g., a claim; Smith, 2019)". Elsewhere it has brackets, "(n = 5 [Smith, 2019])",
-- and so has the year behind a possessive, which commas would tear apart: "(in Smith's [2019] view)".
--
-- Run after: group-abbreviations.lua, which looks for the parentheses.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only.
-- Warns:     never. A parenthesis that is not closed in the same paragraph opens nothing.

-- Walking from the top down is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local paragraphs = require 'apa.paragraphs'
local parentheses = require 'apa.parentheses'
local style = require 'apa.style'

local stringify = pandoc.utils.stringify

--- The citation with other marks in the place of its parentheses.
local function with_marks(cite, first_mark, last_mark)
  local content = cite.content
  local first, last = nil, #content
  for index, inline in ipairs(content) do
    if inline.t == 'Str' and inline.text == '(' then
      first = index
      break
    end
  end
  if not first or content[last].t ~= 'Str' or content[last].text ~= ')' then
    return nil
  end
  content[first], content[last] = pandoc.Str(first_mark), pandoc.Str(last_mark)
  cite.content = content:filter(function(inline) return inline.t ~= 'Str' or inline.text ~= '' end)
  return cite
end

--- The place of the "(" before the year; nil for a citation that has none, or has it at its start.
local function before_year(content)
  for index = 3, #content do
    if content[index].t == 'Str' and content[index].text == '(' and content[index - 1].t == 'Space' then
      return index
    end
  end
  return nil
end

local function has_possessive(content, open)
  local name = content[open - 2]
  return name.t == 'Str' and (name.text:match "[’']s?$") ~= nil
end

--- "Smith (2019)" as "Smith, 2019,": the second comma where the sentence goes on.
local function with_commas(cite, around)
  local goes_on = around.spaced and around.following ~= '' and not around.following:match '^[%)%]]'
  local content = cite.content
  local open = before_year(content)
  if open then
    local name = content[open - 2]
    if name.t == 'Str' then
      content[open - 2] = pandoc.Str(name.text .. ',')
    else
      content:insert(open - 1, pandoc.Str ',')
    end
    cite.content = content
  end
  return with_marks(cite, '', goes_on and ',' or '')
end

--- True if a "(" stands within another, or else the parentheses are not in pairs. To read the words takes much less time than
--- to walk through them, and most paragraphs have no parentheses but those of citations.
local function may_be_nested(words)
  return words:find '%([^)]*%(' ~= nil or words:find '%)[^(]*%)' ~= nil
end

local function mend(block)
  return may_be_nested(stringify(block)) and parentheses.change(block, function(cite, around)
    local narrative = cite.citations[1].mode == 'AuthorInText'
    local open = narrative and before_year(cite.content)
    if narrative and not (open and has_possessive(cite.content, open)) then
      return with_commas(cite, around)
    elseif not narrative and around.leads_on then
      return with_marks(cite, '', '')
    end
    return with_marks(cite, '[', ']')
  end) or nil
end

local function nested_parentheses(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  local handlers = { Para = mend, Plain = mend, Header = mend }
  doc.meta = pandoc.Pandoc({}, doc.meta):walk(handlers).meta
  doc.blocks = paragraphs.walk_blocks(doc.blocks, may_be_nested, handlers)
  return doc
end

return { { Pandoc = nested_parentheses } }
