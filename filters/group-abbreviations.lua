--- group-abbreviations.lua – spells a group author out at its first citation, with its abbreviation, and shortens the others.
--
-- Why: APA 8.21. "(American Psychological Association [APA], 2020)" in parentheses or "American Psychological Association
-- (APA, 2020)" in the sentence, whichever comes first; then "(APA, 2020)" and "APA (2020)". citeproc knows nothing of what was
-- cited before, and pandoc 3.9 drops biblatex's `shortauthor`. Works of one group share one introduction. The reference list
-- keeps the full name. The abstract is read by itself, so it begins anew, and the text after it does, too (6.25).
--
-- An abbreviation is known by, in this order:
--   apa: group-abbreviations: in the front matter, a map from the group's name to its abbreviation;
--   `shortauthor` of an entry in the front matter's `references` or in a CSL JSON or YAML file (in Zotero: in the field Extra);
--   shortauthor = {...} in a .bib file, looked up in its text.
--
-- Run after: citeproc, narrative-cluster.lua, narrative-and.lua, and order-of-parts.lua, since first is what is read first.
-- Formats:   all; it never asks for the format.
-- Options:   `apa: group-abbreviations`. It acts on APA styles only.
-- Warns:     two groups with one abbreviation, which then stay spelt out (6.25), and a map that is none.
-- Left as it was: a work with several authors, and whatever does not look like "Name, year" or "Name (year)".

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local bibliography = require 'apa.bibliography'
local style = require 'apa.style'
local stringify = pandoc.utils.stringify

--- Text as it is compared: citeproc writes an apostrophe of its own.
local function plain(text)
  return (text:gsub('’', "'"))
end

local function warn(what)
  pandoc.log.warn('group-abbreviations.lua: ' .. what)
end

-- Where abbreviations are said ---------------------------------------------------------------

--- key → shortauthor, of all .bib files; and whether any bibliography names such a field at all.
local function short_authors(meta)
  local found, named = {}, false
  for _, file in ipairs(bibliography.files(meta)) do
    if file.text:find '[Ss][Hh][Oo][Rr][Tt][Aa][Uu][Tt][Hh][Oo][Rr]' then
      named = true
      for key, value in pairs(bibliography.field(file.text, 'shortauthor')) do
        if not value:find '%sand%s' then -- not the abbreviation of one group
          found[key] = stringify(pandoc.read(value, 'latex'))
        end
      end
    end
  end
  return found, named
end

--- group's name → abbreviation, as the front matter says.
local function said_in_front_matter(meta)
  local map = type(meta.apa) == 'table' and meta.apa['group-abbreviations'] or nil
  local found = {}
  if map == nil then
    return found
  end
  if pandoc.utils.type(map) ~= 'table' then
    warn '`apa: group-abbreviations` is not a map; write "American Psychological Association: APA" on a line of its own below it.'
    return found
  end
  for name, abbreviation in pairs(map) do
    found[plain(name)] = stringify(abbreviation)
  end
  return found
end

-- Groups -------------------------------------------------------------------------------------

local function words_of(name)
  local words = pandoc.List {}
  for word in name:gmatch '%S+' do
    words:insert(word)
  end
  return words
end

--- The name of the group that is a work's only author; nil if its authors are others.
local function group_of(reference)
  local authors = reference.author
  return authors and #authors == 1 and authors[1].literal and plain(stringify(authors[1].literal)) or nil
end

--- Takes groups out that share an abbreviation with another one.
local function without_doubles(groups)
  local names_by_abbreviation = {}
  for name, group in pairs(groups) do
    local names = names_by_abbreviation[group.abbreviation] or pandoc.List {}
    names:insert(name)
    names_by_abbreviation[group.abbreviation] = names
  end
  for abbreviation, names in pairs(names_by_abbreviation) do
    if #names > 1 then
      names:sort()
      warn(('"%s" would stand for "%s"; they stay spelt out.'):format(abbreviation, table.concat(names, '" and for "')))
      for _, name in ipairs(names) do
        groups[name] = nil
      end
    end
  end
  return groups
end

--- key of a work → its group: name, words of the name, abbreviation.
local function groups_by_key(doc)
  local said = said_in_front_matter(doc.meta)
  local in_text, named = short_authors(doc.meta)
  if next(said) == nil and not named and not doc.meta.references then
    return {} -- so that a long bibliography is not read again for nothing
  end
  local name_by_key, groups = {}, {}
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    local name = group_of(reference)
    if name then
      name_by_key[reference.id] = name
      local own = reference.shortauthor and stringify(reference.shortauthor)
      local abbreviation = said[name] or own or in_text[reference.id]
      if abbreviation and abbreviation ~= '' and abbreviation ~= name and not groups[name] then
        groups[name] = { name = name, words = words_of(name), abbreviation = abbreviation }
      end
    end
  end
  without_doubles(groups)
  local by_key = {}
  for key, name in pairs(name_by_key) do
    by_key[key] = groups[name]
  end
  return by_key
end

-- One citation -------------------------------------------------------------------------------

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- The place of the last word of the group's name that begins at `start`, and what stands before and after the name in its
--- first and last string.
local function match_name(inlines, start, words)
  local before, after = '', ''
  for number, word in ipairs(words) do
    local at = start + 2 * (number - 1)
    local text = inlines[at] and inlines[at].t == 'Str' and plain(inlines[at].text)
    if not text or (number > 1 and not is_space(inlines[at - 1])) then
      return nil
    end
    if number == 1 and text:sub(1, 1) == '(' and word:sub(1, 1) ~= '(' then
      before, text = '(', text:sub(2)
    end
    if number == #words and text ~= word and text:sub(-1) == ',' then
      after, text = ',', text:sub(1, -2)
    end
    if text ~= word then
      return nil
    end
  end
  return start + 2 * (#words - 1), before, after
end

local function replace(inlines, first, last, with)
  for _ = first, last do
    inlines:remove(first)
  end
  for place, inline in ipairs(with) do
    inlines:insert(first + place - 1, inline)
  end
end

--- Puts "APA, " before the year: into the link that the year is, or into the string that opens the parentheses.
local function abbreviate_in_parentheses(inlines, opening, abbreviation)
  local year = inlines[opening + 1]
  local insert = pandoc.Inlines(abbreviation .. ',') .. { pandoc.Space() }
  if inlines[opening].text == '(' and year and year.t == 'Link' then
    year.content = insert .. year.content
    inlines[opening + 1] = year
  elseif inlines[opening].text ~= '(' then
    local rest = inlines[opening].text:sub(2)
    insert[1] = pandoc.Str('(' .. insert[1].text)
    replace(inlines, opening, opening, insert .. { pandoc.Str(rest) })
  else
    return false
  end
  return true
end

--- One group within the inlines of a citation. `seen` remembers the names that have been introduced.
local function shorten(inlines, group, seen, inside)
  local at = 1
  while at <= #inlines do
    local inline = inlines[at]
    local last, before, after = match_name(inlines, at, group.words)
    if last and (inside or before == '(') and after == ',' then
      if seen[group.name] then
        replace(inlines, at, last, pandoc.Inlines(before .. group.abbreviation .. ','))
      else
        local word = pandoc.Str((inlines[last].text:gsub(',$', '')))
        replace(inlines, last, last, pandoc.Inlines { word, pandoc.Space() } .. pandoc.Inlines('[' .. group.abbreviation .. '],'))
      end
      seen[group.name] = true
    elseif last and not inside and before == '' and is_space(inlines[last + 1])
        and inlines[last + 2] and inlines[last + 2].t == 'Str' and inlines[last + 2].text:sub(1, 1) == '(' then
      if seen[group.name] then
        replace(inlines, at, last, pandoc.Inlines(group.abbreviation))
      elseif abbreviate_in_parentheses(inlines, last + 2, group.abbreviation) then
        seen[group.name] = true
        at = last
      end
    elseif inline.t == 'Link' then
      inline.content = shorten(inline.content, group, seen, inside)
      inlines[at] = inline
    elseif inline.t == 'Str' and inline.text:find('(', 1, true) then
      inside = true
    end
    at = at + 1
  end
  return inlines
end

local function shorten_in(by_key, seen)
  return function(cite)
    local done, changed = {}, false
    for _, citation in ipairs(cite.citations) do
      local group = by_key[citation.id]
      if group and not done[group.name] then
        cite.content = shorten(cite.content, group, seen, false)
        done[group.name], changed = true, true
      end
    end
    return changed and cite or nil
  end
end

-- The document -------------------------------------------------------------------------------

local function shorten_blocks(blocks, by_key)
  local body = shorten_in(by_key, {})
  return blocks:walk {
    traverse = 'topdown',
    Cite = body,
    Div = function(div)
      if div.identifier == 'abstract-page' then
        div.content = div.content:walk { Cite = shorten_in(by_key, {}) }
        return div, false
      end
    end,
  }
end

local function group_abbreviations(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  local by_key = groups_by_key(doc)
  if next(by_key) == nil then
    return nil
  end
  for name, value in pairs(doc.meta) do
    if name ~= 'references' then
      local alone = pandoc.Pandoc({}, { [name] = value })
      doc.meta[name] = alone:walk({ Cite = shorten_in(by_key, {}) }).meta[name]
    end
  end
  doc.blocks = shorten_blocks(doc.blocks, by_key)
  return doc
end

return { { Pandoc = group_abbreviations } }
