--- front-matter.lua – brings the front matter of a manuscript, however it is written, into one shape.
--
-- Why: a title page needs the running head (APA 2.8, 2.18), byline (2.5), affiliations (2.6), author note (2.7),
-- abstract (2.9) and keywords (2.10); authors bring them in the shapes of pandoc, Quarto, JOSS and pandoc-scholar.
-- What it leaves (fields that would be empty are absent):
--   title, lang, running-head, author (names only), authors (maps), byline, affiliation (one line each),
--   author-note, abstract, keywords, impact-statement.
-- A paper whose author is not named has none of the four author fields: APA 9.12 invents nobody.
--
-- Run after: nothing (files-beside-paper.lua and style.lua do not matter to it).
-- Formats:   all; it never asks for the format.
-- Options:   none; the front matter itself is its input.
-- Warns:     no title; a running head over 50 characters, cut from the title or labelled; an author, affiliation,
--            ORCID iD or author-note part in a shape that it does not know.

-- pandoc.log.warn, which puts a warning into --log too, is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local text = pandoc.text
local utils = pandoc.utils
local stringify = utils.stringify

local LONGEST_RUNNING_HEAD = 50 -- APA 2.18: characters, spaces and punctuation included

local function warn(message)
  pandoc.log.warn('front-matter.lua: ' .. message)
end

-- Values of the metadata ---------------------------------------------------------------------

local function is_map(value)
  return utils.type(value) == 'table' or utils.type(value) == 'Meta'
end

local function is_list(value)
  return utils.type(value) == 'List'
end

--- Any scalar as Inlines; nil for an absent, empty or unsuitable one.
local function to_inlines(value)
  local kind = utils.type(value)
  local inlines
  if kind == 'Inlines' then
    inlines = value
  elseif kind == 'Blocks' then
    inlines = utils.blocks_to_inlines(value, { pandoc.Space() })
  elseif kind == 'string' then
    inlines = pandoc.Inlines(value)
  elseif kind == 'number' then
    inlines = pandoc.Inlines(tostring(value))
  else
    return nil
  end
  if stringify(inlines):match '^%s*$' then
    return nil
  end
  return inlines
end

--- Any scalar as text without space around it; nil for an absent, empty or unsuitable one.
local function to_text(value)
  local inlines = to_inlines(value)
  return inlines and (stringify(inlines):gsub('^%s+', ''):gsub('%s+$', '')) or nil
end

--- Any scalar, or list of scalars, as Blocks; nil if there is nothing in it.
local function to_blocks(value)
  local kind = utils.type(value)
  if kind == 'Blocks' then
    return #value > 0 and value or nil
  elseif kind == 'List' then
    local blocks = pandoc.Blocks {}
    for _, item in ipairs(value) do
      blocks:extend(to_blocks(item) or {})
    end
    return #blocks > 0 and blocks or nil
  end
  local inlines = to_inlines(value)
  return inlines and pandoc.Blocks { pandoc.Para(inlines) } or nil
end

local function to_boolean(value)
  if value == nil or type(value) == 'boolean' then
    return value == true
  end
  local word = text.lower(to_text(value) or '')
  return word == 'true' or word == 'yes' or word == '1'
end

--- A list of what may be one value or many.
local function each(value)
  if value == nil then
    return pandoc.List {}
  end
  return is_list(value) and pandoc.List(value) or pandoc.List { value }
end

local function first_of(map, names)
  for _, name in ipairs(names) do
    if map[name] ~= nil then
      return map[name]
    end
  end
  return nil
end

local function without_notes(inlines)
  return inlines:walk { Note = function() return {} end }
end

local function join(parts, separator)
  local inlines = pandoc.Inlines {}
  for index, part in ipairs(parts) do
    if index > 1 then
      inlines:extend(pandoc.Inlines(separator))
    end
    inlines:extend(part)
  end
  return inlines
end

--- Inlines cut at a separator character of their plain strings, each piece without space around it.
local function split(inlines, separators)
  local pieces = pandoc.List { pandoc.Inlines {} }
  for _, inline in ipairs(inlines) do
    if inline.t == 'Str' and inline.text:find(separators) then
      local rest = inline.text
      while true do
        local at = rest:find(separators)
        local head = at and rest:sub(1, at - 1) or rest
        if head ~= '' then
          pieces[#pieces]:insert(pandoc.Str(head))
        end
        if not at then
          break
        end
        pieces:insert(pandoc.Inlines {})
        rest = rest:sub(at + 1)
      end
    else
      pieces[#pieces]:insert(inline)
    end
  end
  local function is_space(inline)
    return inline and (inline.t == 'Space' or inline.t == 'SoftBreak')
  end
  for _, piece in ipairs(pieces) do
    while is_space(piece[1]) do
      piece:remove(1)
    end
    while is_space(piece[#piece]) do
      piece:remove(#piece)
    end
  end
  return pieces:filter(function(piece)
    return #piece > 0
  end)
end

-- Title and running head ---------------------------------------------------------------------

--- Title and subtitle as one title: a colon between them, unless the title ends with a mark of its own.
local function full_title(meta)
  local title, subtitle = to_inlines(meta.title), to_inlines(meta.subtitle)
  if not title or not subtitle then
    return title or subtitle
  end
  return join({ title, subtitle }, stringify(title):match '[?!:]$' and ' ' or ': ')
end

local function one_line(inlines)
  return (stringify(without_notes(inlines)):gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', ''))
end

--- As many whole words as fit, without a mark left over at the end.
local function cut_at_word_end(words, longest)
  local kept = ''
  for word in words:gmatch '%S+' do
    local longer = kept == '' and word or kept .. ' ' .. word
    if text.len(longer) > longest then
      break
    end
    kept = longer
  end
  if kept == '' then
    return words -- one word, longer than the whole line: nowhere to cut
  end
  return (kept:gsub('[%s,;:–—-]+$', ''))
end

local function running_head(meta, title)
  local given = to_inlines(first_of(meta, { 'running-head', 'running_head', 'shorttitle', 'short-title' }))
  if given then
    local head = one_line(given)
    local unlabelled = head:gsub('^[Rr][Uu][Nn][Nn][Ii][Nn][Gg] [Hh][Ee][Aa][Dd]: *', '')
    if unlabelled ~= head then
      warn 'the label "Running head:" is left out; the seventh edition prints none (APA 2.18).'
    end
    head = text.upper(unlabelled)
    if text.len(head) > LONGEST_RUNNING_HEAD then
      warn(('the running head "%s" has %d characters; APA 2.18 allows %d. Shorten `running-head`.'):format(
        head, text.len(head), LONGEST_RUNNING_HEAD))
    end
    return head
  end
  if not title then
    return nil
  end
  local whole = text.upper(one_line(title))
  if text.len(whole) <= LONGEST_RUNNING_HEAD then
    return whole
  end
  local cut = cut_at_word_end(whole, LONGEST_RUNNING_HEAD)
  warn(('the title has %d characters, so the running head was cut to "%s"; name a better one in `running-head`.'):format(
    text.len(whole), cut))
  return cut
end

-- Affiliations -------------------------------------------------------------------------------

local AFFILIATION_PARTS = {
  { 'department', 'group', 'division' }, { 'name', 'institution', 'organization', 'university' },
  { 'city' }, { 'state', 'region' }, { 'country' },
}

--- The line that is printed for an affiliation; nil if there is none to print.
local function affiliation_line(value)
  if not is_map(value) then
    return to_inlines(value)
  end
  local parts = {}
  for _, names in ipairs(AFFILIATION_PARTS) do
    local part = first_of(value, names)
    if is_map(part) then -- institution: {name: …}
      part = part.name
    end
    local inlines = to_inlines(part)
    if inlines then
      table.insert(parts, inlines)
    end
  end
  return #parts > 0 and join(parts, ', ') or nil
end

--- The affiliations of the top level: in order, and by each name that an author may use for one.
local function declared_affiliations(meta)
  local declared = { list = {}, by_id = {}, ids_given = false }
  local function declare(line, id, index)
    if line then
      table.insert(declared.list, line)
      declared.by_id[tostring(#declared.list)] = declared.by_id[tostring(#declared.list)] or line
      for _, name in ipairs { to_text(id) or false, to_text(index) or false } do
        if name then
          declared.by_id[name] = line
          declared.ids_given = true
        end
      end
    end
  end
  for _, value in ipairs(each(first_of(meta, { 'affiliations', 'institute', 'institutes', 'affiliation' }))) do
    local line = affiliation_line(value)
    if is_map(value) and not line then -- pandoc-scholar: {lab: Institute of …} or {lab: {name: …}}
      for id, inner in pairs(value) do
        line = affiliation_line(inner)
        declare(line, id)
      end
    elseif is_map(value) then
      declare(line, value.id, value.index)
    else
      declare(line)
    end
    if is_map(value) and not line then
      warn 'an affiliation without a name was left out.'
    end
  end
  return declared
end

--- The lines that one author's affiliation stands for: a text, a map, a number or an id of a declared one.
local function lines_of(value, declared, who)
  if is_map(value) and value.ref then
    value = value.ref
  end
  if is_map(value) then
    local id = to_text(value.id)
    local line = affiliation_line(value)
    if line and id then
      declared.by_id[id] = line
    elseif id then
      line = declared.by_id[id]
    end
    if not line then
      warn(('an affiliation of %s has no name and was left out.'):format(who))
    end
    return { line }
  end
  local name = to_text(value)
  if not name then
    if type(value) == 'boolean' then -- YAML reads y, yes, no, on and off as true and false
      warn(('the affiliation of %s is a word that YAML takes for yes or no; put it in quotation marks.'):format(who))
    end
    return {}
  end
  if declared.by_id[name] then
    return { declared.by_id[name] }
  end
  local lines, all_known = {}, true -- "1, 2" as JOSS writes it
  for part in name:gmatch '[^,;%s]+' do
    table.insert(lines, declared.by_id[part])
    all_known = all_known and declared.by_id[part] ~= nil
  end
  if all_known then
    return lines
  end
  if name:match '^[%d,;%s]+$' then
    warn(('%s has the affiliation "%s", which the front matter does not declare.'):format(who, name))
    return lines
  end
  return { to_inlines(value) }
end

-- Authors ------------------------------------------------------------------------------------

local NAME_PARTS = {
  { 'given', 'given-names', 'given_names', 'firstname', 'first' },
  { 'dropping-particle' }, { 'non-dropping-particle', 'particle' },
  { 'family', 'surname', 'lastname', 'last' },
}

--- A name from a text or from its parts; nil if there is none.
local function name_of(value)
  if not is_map(value) then
    return to_inlines(value)
  end
  local whole = to_inlines(value.literal)
  if whole then
    return whole
  end
  local parts = {}
  for _, names in ipairs(NAME_PARTS) do
    local inlines = to_inlines(first_of(value, names))
    if inlines then
      table.insert(parts, inlines)
    end
  end
  if #parts == 0 then
    return nil
  end
  local name = join(parts, ' ')
  local suffix = to_inlines(value.suffix)
  return suffix and join({ name, suffix }, ', ') or name
end

local function orcid_of(value, who)
  local orcid = to_text(value)
  if not orcid then
    return nil
  end
  local digits = orcid:gsub('^https?://orcid%.org/', ''):upper()
  if digits:match '^%d%d%d%d%-%d%d%d%d%-%d%d%d%d%-%d%d%d[%dX]$' then
    local total = 0 -- ISO 7064 MOD 11-2
    local plain = digits:gsub('-', '')
    for digit in plain:sub(1, 15):gmatch '%d' do
      total = (total + tonumber(digit)) * 2
    end
    local check = (12 - total % 11) % 11
    if plain:sub(16) == (check == 10 and 'X' or tostring(check)) then
      return digits
    end
  end
  warn(('the ORCID iD "%s" of %s is not one (a digit is wrong or missing); it was left out.'):format(orcid, who))
  return nil
end

local function read_author(value, declared)
  if is_list(value) then
    warn 'an author is a list within the list of authors; it was left out. Write each author as `- name: …`.'
    return nil
  end
  if not is_map(value) then
    local name = to_inlines(value)
    return name and { name = name, lines = {} } or nil
  end
  local fields = value
  local name = name_of(value.name) or name_of(value)
  if not name then
    local key, inner = next(value)
    if key and next(value, key) == nil and is_map(inner) then -- pandoc-scholar: {Ann Lee: {institute: lab}}
      name, fields = name_of(inner.name) or name_of(inner) or pandoc.Inlines(key), inner
    else
      local keys = {}
      for field in pairs(value) do
        table.insert(keys, field)
      end
      table.sort(keys)
      warn(('an author has no name (it has: %s) and was left out. Write `name: …`.'):format(table.concat(keys, ', ')))
      return nil
    end
  end
  local who = stringify(name)
  local lines = {}
  for _, affiliation in ipairs(each(first_of(fields, { 'affiliations', 'affiliation', 'institute', 'institutes' }))) do
    for _, line in ipairs(lines_of(affiliation, declared, who)) do
      table.insert(lines, line)
    end
  end
  local attributes = is_map(fields.attributes) and fields.attributes or {}
  return {
    name = name,
    lines = lines,
    orcid = orcid_of(fields.orcid, who),
    email = to_text(fields.email),
    address = not is_map(fields.address) and to_inlines(fields.address) or nil, -- papaja's postal address
    corresponding = to_boolean(first_of(fields, { 'corresponding', 'correspondence', 'corresponding-author' }))
      or to_boolean(attributes.corresponding),
  }
end

local function read_authors(meta, declared)
  local value = meta.author
  if value == nil then
    value = meta.authors
  end
  local authors = pandoc.List {}
  for _, item in ipairs(each(value)) do
    local author = read_author(item, declared)
    if author then
      authors:insert(author)
    end
  end
  return authors
end

--- Numbers the affiliations in the order of the byline; gives their lines.
local function number_affiliations(authors, declared)
  local lines, number_of = pandoc.List {}, {}
  local function number(line)
    local key = stringify(line)
    if not number_of[key] then
      lines:insert(line)
      number_of[key] = #lines
    end
    return number_of[key]
  end
  local anyone_placed = authors:find_if(function(author)
    return #author.lines > 0
  end)
  for _, author in ipairs(authors) do
    if not anyone_placed and not declared.ids_given then
      author.lines = declared.list -- a plain `affiliation:` beside the authors is everybody's
    end
    author.numbers = pandoc.List(author.lines):map(number)
  end
  return lines
end

local function key_of(numbers)
  return table.concat(numbers, ' ')
end

--- APA 2.6: superscript numbers only where the affiliations of the authors differ.
local function affiliations_differ(authors)
  for _, author in ipairs(authors) do
    if key_of(author.numbers) ~= key_of(authors[1].numbers) then
      return true
    end
  end
  return false
end

--- APA 2.5: "A", "A and B", "A, B, and C".
local function byline(authors, with_numbers)
  local inlines = pandoc.Inlines {}
  for index, author in ipairs(authors) do
    if index > 1 then
      local last = index == #authors
      local separator = #authors == 2 and ' and ' or (last and ', and ' or ', ')
      inlines:extend(pandoc.Inlines(separator))
    end
    inlines:extend(author.name)
    if with_numbers and #author.numbers > 0 then
      inlines:insert(pandoc.Superscript(pandoc.Inlines(table.concat(author.numbers, ', '))))
    end
  end
  return inlines
end

local function affiliation_lines(lines, with_numbers)
  if not with_numbers then
    return lines
  end
  local numbered = pandoc.List {}
  for index, line in ipairs(lines) do
    numbered:insert(pandoc.Inlines { pandoc.Superscript(tostring(index)) } .. line)
  end
  return numbered
end

-- Author note (APA 2.7) ----------------------------------------------------------------------

-- The order of APA 2.7, under the names that apaquarto's authors know.
local NOTE_PARTS = {
  'status-changes', 'affiliation-change', 'deceased', 'disclosures', 'study-registration', 'data-sharing',
  'related-report', 'conflict-of-interest', 'financial-support', 'gratitude', 'authorship-agreements',
}

local function note_as_written(value)
  if not is_map(value) then
    return to_blocks(value) or pandoc.Blocks {}
  end
  local blocks, known = pandoc.Blocks {}, {}
  for _, part in ipairs(NOTE_PARTS) do
    known[part] = true
    if value[part] ~= nil then
      blocks:extend(note_as_written(value[part]))
    end
  end
  for part in pairs(value) do
    if not known[part] then
      warn(('the part "%s" of `author-note` is not known and was left out. Known: %s.'):format(
        part, table.concat(NOTE_PARTS, ', ')))
    end
  end
  return blocks
end

local function orcid_paragraphs(authors)
  local blocks = pandoc.Blocks {}
  for _, author in ipairs(authors) do
    if author.orcid then
      local address = 'https://orcid.org/' .. author.orcid
      blocks:insert(pandoc.Para(author.name .. { pandoc.Space(), pandoc.Link(address, address) }))
    end
  end
  return blocks
end

local function correspondence_paragraphs(authors, lines)
  local blocks = pandoc.Blocks {}
  for _, author in ipairs(authors) do
    if author.corresponding then
      local place = author.address or author.numbers[1] and lines[author.numbers[1]]
      local inlines = pandoc.Inlines 'Correspondence concerning this article should be addressed to '
        .. (place and join({ author.name, place }, ', ') or author.name)
      if not stringify(inlines):match '%.$' then
        inlines:insert(pandoc.Str '.')
      end
      if author.email then
        inlines = inlines .. { pandoc.Space(), pandoc.Str 'Email:', pandoc.Space(),
          pandoc.Link(author.email, 'mailto:' .. author.email) }
      end
      blocks:insert(pandoc.Para(inlines))
    end
  end
  return blocks
end

local function author_note(meta, authors, lines)
  local blocks = orcid_paragraphs(authors)
  blocks:extend(note_as_written(first_of(meta, { 'author-note', 'author_note', 'authornote' })))
  blocks:extend(correspondence_paragraphs(authors, lines))
  return #blocks > 0 and blocks or nil
end

-- The rest -----------------------------------------------------------------------------------

local function keywords(value)
  local list = pandoc.List {}
  if is_list(value) then
    for _, item in ipairs(value) do
      local inlines = to_inlines(item)
      if inlines then
        list:insert(inlines)
      end
    end
  else
    local inlines = to_inlines(value)
    list = inlines and split(inlines, '[,;]') or list
  end
  return #list > 0 and list or nil
end

local function author_map(author)
  return {
    name = pandoc.MetaInlines(author.name),
    affiliations = #author.numbers > 0 and pandoc.MetaList(author.numbers:map(function(number)
      return pandoc.MetaString(tostring(number))
    end)) or nil,
    orcid = author.orcid and pandoc.MetaString(author.orcid) or nil,
    email = author.email and pandoc.MetaString(author.email) or nil,
    corresponding = author.corresponding and pandoc.MetaBool(true) or nil,
  }
end

local function set_list(meta, field, list)
  meta[field] = list and #list > 0 and pandoc.MetaList(list) or nil
end

local function one_shape(meta)
  local title = full_title(meta)
  if not title then
    warn 'the front matter has no title; write `title: …` between the --- lines at the top of the paper.'
  end
  meta.title = title and pandoc.MetaInlines(title) or nil
  meta.subtitle = nil
  local head = running_head(meta, title)
  meta['running-head'] = head and pandoc.MetaString(head) or nil
  for _, other in ipairs { 'running_head', 'shorttitle', 'short-title' } do
    meta[other] = nil
  end

  local declared = declared_affiliations(meta)
  local authors = read_authors(meta, declared)
  local lines = number_affiliations(authors, declared)
  local with_numbers = affiliations_differ(authors)
  local note = author_note(meta, authors, lines)
  set_list(meta, 'author', authors:map(function(author)
    return pandoc.MetaInlines(author.name)
  end))
  set_list(meta, 'authors', authors:map(author_map))
  meta.byline = #authors > 0 and pandoc.MetaInlines(byline(authors, with_numbers)) or nil
  set_list(meta, 'affiliation', affiliation_lines(lines, with_numbers):map(pandoc.MetaInlines))
  for _, other in ipairs { 'affiliations', 'institute', 'institutes' } do
    meta[other] = nil
  end
  meta['author-note'] = note and pandoc.MetaBlocks(note) or nil
  meta['author_note'], meta.authornote = nil, nil

  for _, field in ipairs { 'abstract', 'impact-statement' } do
    local blocks = to_blocks(meta[field])
    meta[field] = blocks and pandoc.MetaBlocks(blocks) or nil
  end
  set_list(meta, 'keywords', keywords(meta.keywords))
  local lang = (to_text(meta.lang) or 'en-US'):gsub('_', '-')
  meta.lang = pandoc.MetaString(lang)
  return meta
end

return { { Meta = one_shape } }
