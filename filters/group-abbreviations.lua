--- group-abbreviations.lua – spells a group author out at its first citation, with its abbreviation, and shortens the others.
--
-- Why: APA 8.21. "(American Psychological Association [APA], 2020)" in parentheses or "American Psychological Association
-- (APA, 2020)" in the sentence, whichever comes first; then "(APA, 2020)" and "APA (2020)". citeproc knows nothing of what was
-- cited before. Works of one group share one introduction, and a group among several authors has it behind its own name. The
-- reference list keeps the full name. The abstract is read by itself, so it begins anew, and the text after it does, too (6.25).
--
-- An abbreviation is known by, in this order:
--   apa: group-abbreviations: in the front matter, a map from the group's name to its abbreviation;
--   `shortauthor` of the work (in Zotero: in the field Extra). Of a work of several groups it has one for each: "APA and NIMH".
-- The build finds biblatex's `shortauthor` too; pandoc 3.9 by itself drops it from a .bib file.
--
-- Run after: in-text-citations.lua, which marks the names of groups, and order-of-parts.lua, since first is what is read first.
-- Formats:   all; it never asks for the format.
-- Options:   `apa: group-abbreviations`. It acts on APA styles only.
-- Warns:     two groups with one abbreviation, which then stay spelt out (6.25), and a map that is none.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local bibliographies = require 'apa.bibliographies'
local names = require 'apa.names'
local pieces = require 'apa.pieces'
local style = require 'apa.style'
local stringify = pandoc.utils.stringify

--- Text as it is compared: citeproc writes an apostrophe of its own.
local function plain(text)
  return (text:gsub('’', "'"):gsub('\u{a0}', ' '))
end

local function warn(what)
  pandoc.log.warn('group-abbreviations.lua: ' .. what)
end

-- Where abbreviations are said ---------------------------------------------------------------

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

--- The abbreviations of `shortauthor`, one for each author; nil if there are more or fewer.
local function short_names(reference, count)
  local said = reference.shortauthor and stringify(reference.shortauthor) or ''
  local short = pandoc.List {}
  for one in (said:gsub('%s+and%s+', ';') .. ';'):gmatch '%s*([^;]-)%s*;' do
    short:insert(one)
  end
  return said ~= '' and (count == 1 and { said } or #short == count and short) or nil
end

--- Takes abbreviations out that stand for several groups.
local function without_doubles(abbreviations)
  local groups_of = {}
  for name, abbreviation in pairs(abbreviations) do
    groups_of[abbreviation] = groups_of[abbreviation] or pandoc.List {}
    groups_of[abbreviation]:insert(name)
  end
  for abbreviation, groups in pairs(groups_of) do
    if #groups > 1 then
      groups:sort()
      warn(('"%s" would stand for "%s"; they stay spelt out.'):format(abbreviation, table.concat(groups, '" and for "')))
      for _, name in ipairs(groups) do
        abbreviations[name] = nil
      end
    end
  end
  return abbreviations
end

--- group's name → abbreviation, of all groups that are authors (or editors) of a work.
local function abbreviations_of(doc)
  local said, found = said_in_front_matter(doc.meta), {}
  if next(said) == nil and not bibliographies.may_say(doc.meta, 'shortauthor') then
    return found
  end
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    local authors = reference.author or reference.editor or {}
    local short = short_names(reference, #authors)
    for number, author in ipairs(authors) do
      local name = author.literal and plain(stringify(author.literal))
      local abbreviation = name and (said[name] or short and short[number])
      if abbreviation and abbreviation ~= '' and plain(abbreviation) ~= name and not found[name] then
        found[name] = abbreviation
      end
    end
  end
  return without_doubles(found)
end

-- One citation -------------------------------------------------------------------------------

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- The place of the "(" that follows a name at once or behind a possessive 's; nil if something else does.
local function opening_behind(inlines, index)
  local next_one = inlines[index + 1]
  if next_one and next_one.t == 'Str' and next_one.text:match "^['’]" then
    index = index + 1
  end
  local mark = inlines[index + 2]
  return is_space(inlines[index + 1]) and mark ~= nil and mark.t == 'Str' and mark.text == '(' and index + 2 or nil
end

--- "APA, " before the year: in the link that the year is, or behind the "(".
local function put_before_year(inlines, open, abbreviation)
  local words = pandoc.Inlines(abbreviation .. ',') .. { pandoc.Space() }
  local year = inlines[open + 1]
  if year and year.t == 'Link' then
    year.content = words .. year.content
    inlines[open + 1] = year
    return inlines
  end
  local before = pandoc.Inlines { table.unpack(inlines, 1, open) }
  return before .. words .. { table.unpack(inlines, open + 1) }
end

--- The inlines of a citation with its groups introduced or shortened. `seen` remembers the names that have been introduced;
--- `place.inside` is true behind the "(".
local function shorten(inlines, abbreviations, seen, place)
  local result, index = pandoc.Inlines {}, 1
  while index <= #inlines do
    local inline = inlines[index]
    if inline.t == 'Span' and inline.classes:includes(names.GROUP) then
      local name = plain(stringify(inline.content))
      local abbreviation = abbreviations[name]
      local open = abbreviation and not seen[name] and not place.inside and opening_behind(inlines, index)
      if abbreviation and seen[name] then
        result:extend(pandoc.Inlines(abbreviation))
      else
        result:extend(inline.content)
      end
      if open then
        inlines = put_before_year(inlines, open, abbreviation)
      elseif abbreviation and not seen[name] then
        result:insert(pandoc.Space())
        result:extend(pandoc.Inlines(place.inside and '[' .. abbreviation .. ']' or '(' .. abbreviation .. ')'))
      end
      seen[name] = abbreviation ~= nil
    else
      if inline.t == 'Link' or inline.t == 'Cite' then
        inline.content = shorten(inline.content, abbreviations, seen, place)
      elseif inline.t == 'Str' and inline.text == '(' then
        place.inside = true
      end
      result:insert(inline)
    end
    index = index + 1
  end
  return result
end

--- True if a group is named among these inlines; to change every other citation and take it back would take a long paper's time.
local function names_group(inlines)
  for _, inline in ipairs(inlines) do
    if inline.t == 'Span' and inline.classes:includes(names.GROUP)
        or (inline.t == 'Link' or inline.t == 'Cite') and names_group(inline.content) then
      return true
    end
  end
  return false
end

local function shorten_in(abbreviations)
  local seen = {}
  return function(cite)
    if not names_group(cite.content) then
      return nil, false
    end
    cite.content = shorten(cite.content, abbreviations, seen, { inside = false })
    return cite, false
  end
end

-- The document -------------------------------------------------------------------------------

local function shorten_blocks(blocks, abbreviations)
  local handlers = {
    traverse = 'topdown',
    Cite = shorten_in(abbreviations),
    Div = function(div)
      if div.identifier == 'abstract-page' then
        div.content = div.content:walk { traverse = 'topdown', Cite = shorten_in(abbreviations) }
        return div, false
      end
    end,
  }
  return pieces.walk_blocks(blocks, function(piece)
    return piece:has('"' .. names.GROUP .. '"') and handlers
  end)
end

local function group_abbreviations(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  local abbreviations = abbreviations_of(doc)
  for name, value in pairs(doc.meta) do
    if name ~= 'references' then
      local alone = pandoc.Pandoc({}, { [name] = value })
      doc.meta[name] = alone:walk({ traverse = 'topdown', Cite = shorten_in(abbreviations) }).meta[name]
    end
  end
  doc.blocks = shorten_blocks(doc.blocks, abbreviations)
  return doc
end

return { { Pandoc = group_abbreviations } }
