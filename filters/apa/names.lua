--- names.lua – says how the authors of a work are named in a citation of APA Style.
--
-- A module, not a filter:  local names = require 'apa.names'
--   names.read(reference, printed)       whose names citeproc printed, taken from the work's data
--   names.tell_apart(works)              how many names each work needs, and which first author needs initials (APA 8.18, 8.20)
--   names.are_same(authors, others)      whether two works are of the very same authors
--   names.words(authors, '&', true)      the names as Inlines; a group author is a Span of the class `group-author`
-- A citation in parentheses has "&", one in the sentence "and" (8.17), so the names are put together here and not in the style.

local M = {}

local words_of = require 'apa.values'.words
local text = pandoc.text

--- The class of a group author's name, by which group-abbreviations.lua knows it.
M.GROUP = 'group-author'

-- The variables that a work may be cited by, in the order of apa.csl.
local CITED_BY = {
  'composer', 'author', 'illustrator', 'script-writer', 'director', 'guest', 'host', 'producer', 'executive-producer',
  'series-creator', 'editor', 'editorial-director', 'compiler', 'chair', 'organizer', 'curator', 'collection-editor',
}

-- What a reader of BibTeX leaves of "and others".
local OTHERS = { others = true, ['et al.'] = true, ['et al'] = true }

-- Works that nobody but the author can read have the initials of their authors in the text (8.9).
local PERSONAL = { personal_communication = true, interview = true }

-- One name -------------------------------------------------------------------------------------

--- A name as it is compared: with plain spaces and apostrophes.
local function plain(words)
  return (words:gsub('’', "'"):gsub('\u{a0}', ' '):gsub('\u{202f}', ' '))
end

local function first_letter(word)
  if word:match '^%a' then
    return word:sub(1, 1)
  end
  local letter = text.sub(word, 1, 1)
  return letter ~= '' and text.lower(letter) ~= text.upper(letter) and letter or nil
end

--- "Jean-Paul K." → "J.-P. K."; a word in small letters (a particle) has none, but "b." of bell hooks is one; a name in a script
--- without capitals stays.
local function initials_of(given)
  local initials = {}
  for word in given:gsub('%.(%a)', '. %1'):gmatch '%S+' do
    local parts = {}
    for part in word:gmatch '[^%-]+' do
      local letter = first_letter(part)
      if letter and (letter:match '%u' or letter == text.upper(letter) or part == letter .. '.') then
        table.insert(parts, letter .. '.')
      elseif not letter then
        table.insert(parts, part)
      end
    end
    if #parts > 0 then
      table.insert(initials, table.concat(parts, '-'))
    end
  end
  return table.concat(initials, ' ')
end

--- One author: the name in the text, the initials, and whether it is a group; nil for a name without letters.
local function read_name(name)
  local literal = words_of(name.literal)
  if literal ~= '' then
    return { name = literal:gsub("'", '’'), initials = '', given = '', group = true }
  end
  local family, given, particle = words_of(name.family), words_of(name.given), words_of(name['non-dropping-particle'])
  if family == '' then
    return given ~= '' and { name = given, initials = '', given = '', group = false } or nil
  end
  if particle ~= '' then
    family = particle .. ((particle:match "['%-]$" or particle:match '’$') and '' or ' ') .. family
  end
  return { name = family:gsub("'", '’'), initials = initials_of(given), given = given, group = false }
end

local function shown(author, with_initials)
  return (with_initials and author.initials ~= '') and author.initials .. ' ' .. author.name or author.name
end

-- The authors of a work ------------------------------------------------------------------------

local function read_list(names)
  local authors = pandoc.List {}
  for _, name in ipairs(names) do
    authors:insert(read_name(name))
  end
  local last = authors[#authors]
  if #authors > 1 and last.group and OTHERS[last.name:lower()] then
    authors:remove(#authors)
    authors.more = true
  end
  return authors
end

--- True if these authors are what citeproc printed; notes how it says "et al." in the language of the paper.
local function are_printed(authors, printed)
  local first = plain(shown(authors[1], authors.initials_always))
  if printed:sub(1, #first) ~= first then
    return false
  end
  local rest = printed:sub(#first + 1)
  if #authors == 1 then
    return rest == '' or authors.more == true and rest:match '^,? %S' ~= nil
  elseif #authors == 2 and not authors.more then
    local second = plain(shown(authors[2], authors.initials_always))
    return rest:match '^ %S+ ' ~= nil and rest:sub(-#second - 1) == ' ' .. second
  end
  authors.and_others = rest:match '^ [^&,]+$' or ' et al.'
  return rest:match '^,? %S' ~= nil
end

--- The authors that citeproc printed as `printed`, with what is known of them; nil if they are not found in the data.
function M.read(reference, printed)
  printed = plain(printed)
  for _, variable in ipairs(CITED_BY) do
    local names = reference[variable]
    local authors = type(names) == 'table' and #names > 0 and read_list(names) or {}
    if #authors > 0 then
      authors.initials_always = PERSONAL[words_of(reference.type)] == true
        and printed:sub(1, #plain(authors[1].name)) ~= plain(authors[1].name)
      if are_printed(authors, printed) then
        return authors
      end
    end
  end
  return nil
end

--- "Ann B." and "A. B." may be one person, "Ann B." and "Ada B." are not.
local function is_same_author(one, other)
  if one.name ~= other.name or one.initials ~= other.initials then
    return false
  end
  local first, second = one.given:match '^[^%s.]*', other.given:match '^[^%s.]*'
  return first == second or text.len(first) <= 1 or text.len(second) <= 1
end

--- True for two works of the very same authors.
function M.are_same(authors, others)
  if not authors or not others or #authors ~= #others or authors.more ~= others.more then
    return false
  end
  for index, author in ipairs(authors) do
    if not is_same_author(author, others[index]) then
      return false
    end
  end
  return true
end

-- Works that would look alike ------------------------------------------------------------------

--- Marks the first authors that share a surname with another one but not the initials (8.20).
local function mark_shared_surnames(works)
  local initials_by_name = {}
  for _, work in ipairs(works) do
    local first = work.authors[1]
    if first.initials ~= '' and not work.authors.initials_always then
      local known = initials_by_name[first.name] or { count = 0 }
      if not known[first.initials] then
        known[first.initials], known.count = true, known.count + 1
      end
      initials_by_name[first.name] = known
    end
  end
  for _, work in ipairs(works) do
    local known = initials_by_name[work.authors[1].name]
    work.authors.with_initials = work.authors.initials_always or known ~= nil and known.count > 1
  end
end

--- How many names, from the first on, two lists of authors share.
local function shared_names(one, other)
  local count = 0
  while one[count + 1] and other[count + 1] and one[count + 1].name == other[count + 1].name do
    count = count + 1
  end
  return count
end

local function names_in_row(authors)
  local row = {}
  for index, author in ipairs(authors) do
    row[index] = author.name
  end
  return table.concat(row, '\0')
end

--- Gives works that would all be "First et al., year" as many names as tell them apart (8.18); in order, each has only its
--- neighbours to be told from.
local function spell_out(works)
  for _, work in ipairs(works) do
    work.row = names_in_row(work.authors)
  end
  works:sort(function(a, b) return a.row < b.row end)
  local function needed(work, neighbour)
    return neighbour and neighbour.row ~= work.row and shared_names(work.authors, neighbour.authors) + 1 or 1
  end
  local start = 1
  while start <= #works do -- works of the very same authors are one
    local stop = start
    while works[stop + 1] and works[stop + 1].row == works[start].row do
      stop = stop + 1
    end
    local count = math.max(needed(works[start], works[start - 1]), needed(works[start], works[stop + 1]))
    local total = #works[start].authors
    if count >= total or count == total - 1 and not works[start].authors.more then
      count = total -- "et al." cannot stand for one name
    end
    for index = start, stop do
      works[index].authors.count = count
    end
    start = stop + 1
  end
end

--- Says for each work how its authors are named. A work has `authors` and `year`, a text without a letter.
function M.tell_apart(works)
  mark_shared_surnames(works)
  local alike = {}
  for _, work in ipairs(works) do
    local authors = work.authors
    authors.count = #authors < 3 and not authors.more and #authors or 1
    authors.in_words = {}
    if #authors > 2 or authors.more then
      local key = shown(authors[1], authors.with_initials) .. '\0' .. work.year
      alike[key] = alike[key] or pandoc.List {}
      alike[key]:insert(work)
    end
  end
  for _, group in pairs(alike) do
    if #group > 1 then
      spell_out(group)
    end
  end
end

-- Words ----------------------------------------------------------------------------------------

--- A text as Inlines; most names are one word, for which that is quicker.
local function inlines_of(words)
  if words == '' or words:find '%s' then
    return pandoc.Inlines(words)
  end
  local inlines = pandoc.Inlines {}
  inlines:insert(pandoc.Str(words))
  return inlines
end

local function word_of(author, with_initials)
  local words = shown(author, with_initials)
  return author.group and { pandoc.Span(words, pandoc.Attr('', { M.GROUP })) } or inlines_of(words)
end

local ENDS = {}

--- "et al." as Inlines, which are the same for all works.
local function end_of(words)
  ENDS[words] = ENDS[words] or pandoc.Inlines(words)
  return ENDS[words]
end

--- Spanish writes "e" for "y" before the sound of i (Ortografía de la lengua española, 2010).
local function conjunction_before(conjunction, name)
  local sound = conjunction == 'y' and text.lower(name):gsub('^h', '') or ''
  return sound:match '^i' and not sound:match '^i[aeo]' and 'e' or conjunction
end

local function in_words(authors, conjunction, serial_comma)
  local count, total = authors.count, #authors
  local abridged = count < total or authors.more
  local inlines = pandoc.Inlines {}
  for index = 1, count do
    local last = not abridged and index == total and total > 1
    if index > 1 then
      if not last or total > 2 and serial_comma then
        inlines:insert(pandoc.Str ',')
      end
      inlines:insert(pandoc.Space())
    end
    if last then
      inlines:extend { pandoc.Str(conjunction_before(conjunction, authors[index].name)), pandoc.Space() }
    end
    inlines:extend(word_of(authors[index], index == 1 and authors.with_initials or authors.initials_always))
  end
  if abridged then
    if count > 1 then
      inlines:insert(pandoc.Str ',')
    end
    inlines:insert(pandoc.Space())
    inlines:extend(end_of((authors.and_others or ' et al.'):sub(2)))
  end
  return inlines
end

--- The names in the text: "Lee", "Lee & Fay", "Lee et al.", "Lee, Fay, Ames, et al.", "Lee, Fay, & Ames".
function M.words(authors, conjunction, serial_comma)
  local form = conjunction .. (serial_comma and ',' or '')
  local known = authors.in_words[form] or in_words(authors, conjunction, serial_comma)
  authors.in_words[form] = known
  return table.move(known, 1, #known, 1, pandoc.Inlines {})
end

return M
