--- narrative-and.lua – writes "and" between the names of a narrative citation: Zanos and Gould (2018).
--
-- Why: APA 8.17 wants "and" in the sentence and "&" in parentheses; apa.csl cannot tell the two apart (styles#3748)
-- and writes "&" in both. Only an "&" between two names of the cited work is touched, as its data name
-- them; one within a group author's name or a title stays, and so does everything in parentheses.
--
-- Run after: citeproc (and narrative-cluster.lua, which brings names out of the parentheses).
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles (the style file's id, or the style that it follows) and on English text (`lang`).
-- Warns:     never; on doubt the text stays.

-- pandoc.utils.references answers from 2.17; that it still does so after citeproc was measured on 3.9.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local style = require 'apa.style'
local stringify = pandoc.utils.stringify

-- The CSL variables that hold names.
local NAME_VARIABLES = {
  'author', 'chair', 'collection-editor', 'compiler', 'composer', 'container-author', 'contributor', 'curator',
  'director', 'editor', 'editor-translator', 'editorial-director', 'executive-producer', 'guest', 'host', 'illustrator',
  'interviewer', 'narrator', 'organizer', 'original-author', 'performer', 'producer', 'recipient', 'reviewed-author',
  'script-writer', 'series-creator', 'translator',
}

local function is_english(meta)
  return meta.lang == nil or stringify(meta.lang):lower():match '^en%f[%A]' ~= nil
end

-- Names --------------------------------------------------------------------------------------

local function plain(words)
  return (words:gsub('’', "'"):gsub('\u{a0}', ' '):gsub('\u{202f}', ' '))
end

local function words_of(value)
  local words = pandoc.List {}
  if value ~= nil then
    for word in plain(stringify(value)):gmatch '%S+' do
      words:insert(word)
    end
  end
  return words
end

--- The names of a reference: the words that are printed for each, and the words that may stand before them.
local function names_of(reference)
  local names = pandoc.List {}
  for _, variable in ipairs(NAME_VARIABLES) do
    for _, name in ipairs(reference[variable] or {}) do
      local kept = words_of(name.literal or name.family or name.given)
      local before = {}
      for _, field in ipairs { 'given', 'dropping-particle', 'non-dropping-particle' } do
        for _, word in ipairs(words_of(name[field])) do
          before[word] = true
        end
      end
      if #kept > 0 then
        names:insert { words = kept, before = before }
      end
    end
  end
  return names
end

--- The number of tokens, from `start` on, that are exactly these words; a comma may follow the last one.
local function match_words(tokens, start, words)
  for offset, word in ipairs(words) do
    local token = tokens[start + offset - 1]
    if not token then
      return nil
    end
    if token ~= word and not (offset == #words and token:gsub(',$', '') == word) then
      return nil
    end
  end
  return #words
end

local function name_starts_at(tokens, start, names)
  return names:find_if(function(name)
    local at = start
    while tokens[at] and (name.before[tokens[at]] or tokens[at]:match '^%S+%.$') do
      if match_words(tokens, at, name.words) then
        return true
      end
      at = at + 1 -- an initial or a particle
    end
    return match_words(tokens, at, name.words) ~= nil
  end) ~= nil
end

local function name_ends_at(tokens, last, names)
  return names:find_if(function(name)
    local start = last - #name.words + 1
    return start >= 1 and match_words(tokens, start, name.words) ~= nil
  end) ~= nil
end

--- The tokens of a group author's name that begins here; an "&" in it belongs to the name.
local function length_of_group(tokens, start, names)
  local longest = 0
  for _, name in ipairs(names) do
    if name.words:includes '&' then
      longest = math.max(longest, match_words(tokens, start, name.words) or 0)
    end
  end
  return longest
end

--- Which tokens, by their place, are an "&" between names before the parentheses.
local function ampersands_between_names(tokens, names)
  local found, at = {}, 1
  while tokens[at] and tokens[at]:sub(1, 1) ~= '(' do
    local group = length_of_group(tokens, at, names)
    if group > 0 then
      at = at + group
    else
      if tokens[at] == '&' and name_ends_at(tokens, at - 1, names) and name_starts_at(tokens, at + 1, names) then
        found[at] = true
      end
      at = at + 1
    end
  end
  return found
end

-- The document -------------------------------------------------------------------------------

local function write_and(cite, names)
  local tokens = pandoc.List {}
  cite.content:walk { Str = function(str) tokens:insert(plain(str.text)) end }
  local wanted = ampersands_between_names(tokens, names)
  if next(wanted) == nil then
    return nil
  end
  local at = 0
  cite.content = cite.content:walk {
    Str = function()
      at = at + 1
      return wanted[at] and pandoc.Str 'and' or nil
    end,
  }
  return cite
end

--- The references of the document by their keys, read when the first is asked for: a long bibliography takes time.
local function references_of(doc)
  local by_id
  return function(id)
    if not by_id then
      by_id = {}
      for _, reference in ipairs(pandoc.utils.references(doc)) do
        by_id[reference.id] = reference
      end
    end
    return by_id[id]
  end
end

local function narrative_and(doc)
  if not style.is_apa(doc.meta) or not is_english(doc.meta) then
    return nil
  end
  local reference_of = references_of(doc)
  return doc:walk {
    Cite = function(cite)
      local named = cite.citations[1]
      if named.mode ~= 'AuthorInText' or not stringify(cite.content):find('&', 1, true) then
        return nil
      end
      local reference = reference_of(named.id)
      return reference and write_and(cite, names_of(reference)) or nil
    end,
  }
end

return { { Pandoc = narrative_and } }
