--- nested-parentheses.lua – changes the parentheses of a citation that stands within parentheses already.
--
-- Why: APA 6.8 and 8.11 have no parentheses within parentheses. "(falsely claimed, as by Smith [2019])" has brackets around the
-- year; a citation that follows text and a semicolon or comma, or a word such as "see", needs none: "(e.g., a claim; Smith,
-- 2019)". Elsewhere, "(n = 5 [Smith, 2019])".
--
-- Run after: group-abbreviations.lua, which looks for the parentheses.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only.
-- Warns:     never. A parenthesis that is not closed in the same paragraph opens nothing.

-- Walking from the top down is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local style = require 'apa.style'

-- Words after which a citation needs no marks of its own.
local LEADS_ON = pandoc.List {
  'see', 'also', 'cf.', 'in', 'by', 'from', 'of', 'and', 'vgl.', 'siehe', 'voir', 'véase', 'ver', 'zie',
}

local function stop()
  return nil, false
end

--- True where the string before a citation leads on to it.
local function leads_on(words)
  local word = words:gsub('^%(', '')
  return word == '' or word:match '[,;:]$' ~= nil or LEADS_ON:includes(pandoc.text.lower(word))
end

--- Which citations of a paragraph, by their number, stand within parentheses, and whether what is before one leads on to it.
local function nested_citations(block)
  local place, open, before = 0, {}, ''
  local pairs_found, citations = {}, {}
  block:walk {
    traverse = 'topdown',
    Str = function(str)
      before = str.text
      for mark in str.text:gmatch '[()]' do
        place = place + 1
        if mark == '(' then
          table.insert(open, place)
        elseif #open > 0 then
          table.insert(pairs_found, { table.remove(open), place })
        end
      end
    end,
    Cite = function()
      place = place + 1
      table.insert(citations, { place = place, leads_on = leads_on(before) })
      before = ''
      return nil, false
    end,
    Note = stop, Link = stop, Image = stop,
  }
  local nested, any = {}, false
  for number, citation in ipairs(citations) do
    for _, pair in ipairs(pairs_found) do
      if pair[1] < citation.place and citation.place < pair[2] then
        nested[number], any = citation, true
      end
    end
  end
  return any and nested or nil
end

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

local function mend(block)
  local nested = nested_citations(block)
  if not nested then
    return nil
  end
  local number = 0
  return block:walk {
    traverse = 'topdown',
    Cite = function(cite)
      number = number + 1
      if not nested[number] then
        return nil, false
      end
      if cite.citations[1].mode ~= 'AuthorInText' and nested[number].leads_on then
        return with_marks(cite, '', ''), false
      end
      return with_marks(cite, '[', ']'), false
    end,
    Note = stop, Link = stop, Image = stop,
  }
end

local function nested_parentheses(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  return doc:walk { Para = mend, Plain = mend, Header = mend }
end

return { { Pandoc = nested_parentheses } }
