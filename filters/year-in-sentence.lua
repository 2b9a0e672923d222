--- year-in-sentence.lua – does not say a year twice: "In 2016, Koehler noted", and not "In 2016, Koehler (2016) noted".
--
-- Why: APA 8.11: a year that is part of the sentence is not repeated in parentheses. Only the very year of the work counts, and
-- only where it stands right before the citation, as "In 2016," or "in 2016", or before its article; the name becomes the link.
--
-- Run after: in-text-citations.lua, possessives.lua; before group-abbreviations.lua.
-- Formats:   all; it never asks for the format.
-- Options:   `lang`: the words before the year. It acts on APA styles only.
-- Warns:     never; a citation with a page, a letter or another work in its parentheses stays as it was.

-- Walking over Inlines with metadata included is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local paragraphs = require 'apa.paragraphs'
local style = require 'apa.style'
local stringify = pandoc.utils.stringify

local WORDS = {
  en = { ['in'] = true }, de = { ['in'] = true, jahr = true, jahre = true }, fr = { en = true }, es = { en = true },
  pt = { em = true }, nl = { ['in'] = true },
}

local ARTICLES = {
  the = true, der = true, die = true, das = true, le = true, la = true, el = true, o = true, a = true, de = true,
  het = true,
}

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- The year that stands before the place, or before an article there, as "In 2016," or "in 2016"; nil if none does.
local function year_before(inlines, index, words)
  local article = inlines[index - 2]
  if index > 6 and is_space(inlines[index - 1]) and article.t == 'Str' and ARTICLES[article.text] then
    index = index - 2
  end
  local word, year = inlines[index - 4], inlines[index - 2]
  if is_space(inlines[index - 1]) and is_space(inlines[index - 3]) and word.t == 'Str' and year.t == 'Str'
      and words[word.text:gsub('^[%p]+', ''):lower()] then
    return year.text:match '^(%d%d%d%d),?$'
  end
  return nil
end

--- The names of "Names (year)", with the link of the year; nil if it is not this year, or if anything else stands with it.
local function names_alone(cite, year)
  local content = cite.content
  local count = #content
  local last, inner, open = content[count], content[count - 1], content[count - 2]
  if count < 3 or last.t ~= 'Str' then
    return nil
  elseif last.text == '(' .. year .. ')' and is_space(inner) then
    return pandoc.Inlines { table.unpack(content, 1, count - 2) }
  elseif count < 5 or last.text ~= ')' or open.t ~= 'Str' or open.text ~= '(' or not is_space(content[count - 3])
      or stringify(inner) ~= year then
    return nil
  end
  local names = pandoc.Inlines { table.unpack(content, 1, count - 4) }
  return inner.t == 'Link' and pandoc.Inlines { pandoc.Link(names, inner.target) } or names
end

local function year_in_sentence(doc)
  local language = (doc.meta.lang and stringify(doc.meta.lang) or 'en'):lower():match '^%a+'
  local words = WORDS[language]
  if not words or not style.is_apa(doc.meta) then
    return nil
  end
  local function says_year(text)
    text = text:lower()
    for word in pairs(words) do
      if text:find(word .. ' %d%d%d%d,? ') then
        return true
      end
    end
    return false
  end
  return paragraphs.change(doc, says_year, function(inlines)
    local changed = false
    for index = 5, #inlines do
      local cite = inlines[index]
      if cite.t == 'Cite' and #cite.citations == 1 and cite.citations[1].mode == 'AuthorInText' then
        local year = year_before(inlines, index, words)
        local names = year and names_alone(cite, year)
        if names then
          cite.content = names
          inlines[index] = cite
          changed = true
        end
      end
    end
    return changed and inlines or nil
  end)
end

return { { Pandoc = year_in_sentence } }
