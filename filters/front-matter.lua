--- front-matter.lua – brings the front matter of a manuscript, however it is written, into one shape.
--
-- Why: a title page needs the running head (APA 2.8, 2.18), byline (2.5), affiliations (2.6), author note (2.7),
-- abstract (2.9) and keywords (2.10), or the course, instructor and due date of a student paper (2.3); authors bring them
-- in the shapes of pandoc, Quarto, apaquarto, papaja, JOSS and pandoc-scholar.
-- What it leaves (fields that would be empty are absent):
--   title, lang, dir, running-head, author (names only), authors (maps), byline, affiliation (one line each),
--   author-note, abstract, keywords, impact-statement, course, instructor, due-date, word-count, statements (what is declared,
--   where it does not stand in the author note: statements.lua), stated (its names; only if there is a `submission`),
--   institutions (the parts of each affiliation, if any came in parts), funding (maps of statement, funder, funder-id, awards).
-- A paper whose author is not named has none of the four author fields: APA 9.12 invents nobody.
-- A student paper has neither running head nor author note (2.3, 2.18).
-- It takes no names out of a masked copy: masked.lua does, which must know them first.
--
-- Run after: nothing (files-beside-paper.lua and style.lua do not matter to it).
-- Formats:   all; it never asks for the format.
-- Options:   apa: mode, statements. What is wrong with the `apa:` map is said here, for all filters.
-- Warns:     a fault of the `apa:` map; no title; a running head over 50 characters, cut from the title or labelled; an
--            author, affiliation, role, ORCID iD or author-note part in a shape that it does not know; a degree in a name;
--            more than two affiliations; an equal contributor alone; a student paper without course, instructor or due date.

-- pandoc.log.warn, which puts a warning into --log too, is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local script_folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { script_folder, '?.lua' } .. ';' .. package.path
local read_options = require 'apa.options'.read
local each = require 'apa.values'.each
local labels = require 'apa.labels'
local style = require 'apa.style'

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

--- The first of these fields that is there; each may be written with underscores instead of hyphens.
local function first_of(map, names)
  for _, name in ipairs(names) do
    for _, spelling in ipairs { name, (name:gsub('-', '_')) } do
      if map[spelling] ~= nil then
        return map[spelling]
      end
    end
  end
  return nil
end

--- A map of texts as metadata.
local function text_map(map)
  local made = {}
  for name, value in pairs(map) do
    made[name] = pandoc.MetaString(value)
  end
  return pandoc.MetaMap(made)
end

--- Takes the fields of these names out of the metadata, in both spellings.
local function remove_fields(meta, names)
  for _, name in ipairs(names) do
    meta[name], meta[name:gsub('-', '_')] = nil, nil
  end
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

-- Words of the paper's language ---------------------------------------------------------------

-- Where names are not joined by ", " and a conjunction with spaces around it.
local NAME_LISTS = {
  ja = { between = '・', last = '・' },
  zh = { between = '、', last = '和' },
  ar = { between = '، ', last = ' و' }, -- the conjunction is written together with the name that follows
}

-- Where a label is not followed by ": ", or a sentence not closed by ".".
local MARKS = {
  fr = { colon = '\u{202F}: ' },
  ja = { colon = '：', comma = '，', stop = '。', space = '' },
  zh = { colon = '：', comma = '，', stop = '。', space = '' },
  ar = { comma = '، ' },
}

--- The labels of the paper's language, with its marks and its way to join names.
local function language_of(meta)
  local primary = (meta.lang and stringify(meta.lang) or 'en'):lower():match '^%a+' or 'en'
  local words = labels.of(meta)
  local marks = MARKS[primary] or {}
  local list = NAME_LISTS[primary]
  local conjunction = ' ' .. words.conjunction .. ' '
  return {
    words = words,
    colon = marks.colon or ': ',
    comma = marks.comma or ', ',
    stop = marks.stop or '.',
    space = marks.space or ' ',
    between = list and list.between or ', ',
    last_of_two = list and list.last or conjunction,
    last = list and list.last or (words.serial_comma and ',' or '') .. conjunction,
  }
end

--- APA 2.5: "A", "A and B", "A, B, and C".
local function join_names(names, language)
  local inlines = pandoc.Inlines {}
  for index, name in ipairs(names) do
    if index > 1 then
      local last = #names == 2 and language.last_of_two or language.last
      inlines:extend(pandoc.Inlines(index == #names and last or language.between))
    end
    inlines:extend(name)
  end
  return inlines
end

--- A sentence with inlines in the place of each %s.
local function fill(sentence, parts)
  local inlines, rest = pandoc.Inlines {}, sentence
  for _, part in ipairs(parts) do
    local at = rest:find('%s', 1, true)
    inlines:extend(pandoc.Inlines(rest:sub(1, at - 1)))
    inlines:extend(part)
    rest = rest:sub(at + 2)
  end
  inlines:extend(pandoc.Inlines(rest))
  return inlines
end

--- The inlines, closed by a full stop unless they end in a mark of their own.
local function as_sentence(inlines, language)
  local words = stringify(inlines)
  for _, mark in ipairs { '.', '!', '?', '。', '！', '？', '؟' } do
    if words:sub(-#mark) == mark then
      return inlines
    end
  end
  return inlines .. { pandoc.Str(language.stop) }
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

local RUNNING_HEAD = { 'running-head', 'shorttitle', 'short-title' }

local function running_head(meta, title)
  local given = to_inlines(first_of(meta, RUNNING_HEAD))
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
  { 'group', 'division' }, { 'department' }, { 'name', 'institution', 'organization', 'university' },
  { 'city' }, { 'state', 'region' }, { 'country' },
}

-- What a letter needs besides (APA 2.7: the full mailing address of the corresponding author).
local STREET, POSTAL_CODE = { 'address', 'street' }, { 'postal-code', 'postcode', 'zip' }
local ADDRESS_PARTS = {
  AFFILIATION_PARTS[1], AFFILIATION_PARTS[2], AFFILIATION_PARTS[3], STREET, AFFILIATION_PARTS[4], AFFILIATION_PARTS[5],
  POSTAL_CODE, AFFILIATION_PARTS[6],
}

local function join_parts(value, wanted)
  local parts = {}
  for _, names in ipairs(wanted) do
    local part = first_of(value, names)
    if is_map(part) then -- institution: {name: …}
      part = part.name
    end
    local inlines = to_inlines(part)
    local is_code = names == POSTAL_CODE and #parts > 0
    if inlines and is_code then -- "NY 12084"
      parts[#parts] = join({ parts[#parts], inlines }, ' ')
    elseif inlines then
      table.insert(parts, inlines)
    end
  end
  return #parts > 0 and join(parts, ', ') or nil
end

--- The line that is printed for an affiliation; nil if there is none to print.
local function affiliation_line(value)
  if not is_map(value) then
    return to_inlines(value)
  end
  return join_parts(value, AFFILIATION_PARTS)
end

-- What an affiliation in parts is called in the metadata that this leaves.
local INSTITUTION_PARTS = { 'group', 'department', 'name', 'city', 'region', 'country' }

local function institution_of(value)
  local parts = {}
  for index, names in ipairs(AFFILIATION_PARTS) do
    local part = first_of(value, names)
    parts[INSTITUTION_PARTS[index]] = to_text(is_map(part) and part.name or part)
  end
  parts.ror = to_text(value.ror) or is_map(value.institution) and to_text(value.institution.ror) or nil
  return parts
end

--- Keeps what an affiliation says beside the line that is printed for it: its parts, and its mailing address, if it has one.
local function keep_parts(declared, value, line)
  if not line or not is_map(value) then
    return
  end
  declared.institution_of[stringify(line)] = institution_of(value)
  if first_of(value, STREET) ~= nil then
    declared.address_of[stringify(line)] = join_parts(value, ADDRESS_PARTS)
  end
end

--- The affiliations of the top level: in order, and by each name that an author may use for one.
local function declared_affiliations(meta)
  local declared = { list = {}, by_id = {}, ids_given = false, address_of = {}, institution_of = {} }
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
        keep_parts(declared, inner, line)
        declare(line, id)
      end
    elseif is_map(value) then
      keep_parts(declared, value, line)
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
    keep_parts(declared, value, line)
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

--- The given and the family name of an author whose front matter tells them apart; empty if it does not.
local function name_parts_of(value)
  if not is_map(value) or to_inlines(value.literal) or first_of(value, NAME_PARTS[4]) == nil then
    return {}
  end
  local family = pandoc.List {}
  for index = 2, 4 do
    family:insert(to_text(first_of(value, NAME_PARTS[index])))
  end
  return {
    given = to_text(first_of(value, NAME_PARTS[1])), family = table.concat(family, ' '), suffix = to_text(value.suffix),
  }
end

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

-- Titles and degrees as words of their own, without periods and hyphens.
local TITLES = pandoc.List { 'dr', 'prof', 'professor', 'mr', 'mrs', 'ms' }
local DEGREES = pandoc.List {
  'phd', 'dphil', 'drphil', 'md', 'psyd', 'edd', 'jd', 'ma', 'ms', 'msc', 'mba', 'mph', 'mphil', 'msw', 'med', 'ba', 'bs',
  'bsc', 'rn', 'lcsw', 'diplpsych', 'dr', 'prof',
}
local SURE_DEGREES = pandoc.List { 'PhD', 'Ph.D.', 'PsyD', 'Psy.D.', 'EdD', 'Ed.D.', 'DPhil', 'MSc', 'BSc', 'MPH', 'MBA' }

--- APA 2.5: titles and degrees are not part of the byline. A short one counts after a comma only: Ma is a name, too.
local function has_degree(name)
  if TITLES:includes((text.lower(name:match '^(%S+)%s' or ''):gsub('[.-]', ''))) then
    return true
  end
  for piece in name:gmatch ',%s*([^,]+)' do
    if DEGREES:includes((text.lower(piece):gsub('[.%s-]', ''))) then
      return true
    end
  end
  return SURE_DEGREES:includes(name:match '%s(%S+)$' or '')
end

-- The fourteen terms of CRediT, and what else authors and Quarto write for them; without spaces, marks and "and".
local ROLES = {
  { 'conceptualization', 'conceptualisation' }, { 'data curation' }, { 'formal analysis', 'analysis' },
  { 'funding acquisition', 'funding' }, { 'investigation' }, { 'methodology' },
  { 'project administration', 'administration' }, { 'resources' }, { 'software' }, { 'supervision' }, { 'validation' },
  { 'visualization', 'visualisation' }, { 'writing – original draft', 'writing', 'writing original draft preparation' },
  { 'writing – review & editing', 'editing', 'reviewing editing', 'review editing', 'writing reviewing editing' },
}

local function role_key(role)
  local words = text.lower(role):gsub('–', ' '):gsub('—', ' '):gsub('%f[%w]and%f[%W]', ' ')
  return (words:gsub('[%s%p]', ''))
end

local ROLE_OF, PLACE_OF = {}, {}
for place, spellings in ipairs(ROLES) do
  for _, spelling in ipairs(spellings) do
    ROLE_OF[role_key(spelling)] = spellings[1]
  end
  PLACE_OF[spellings[1]] = place
end

--- A role in the words of CRediT, with its degree; nil, with a warning, if CRediT has no such role.
local function role_text(role, degree, who)
  local name = to_text(role)
  if not name then
    return nil
  end
  local term = ROLE_OF[role_key(name)]
  if not term then
    warn(('the role "%s" of %s is not one of CRediT; it was left out. The terms are at https://credit.niso.org/.'):format(
      name, who))
    return nil
  end
  local how_much = to_text(degree)
  return how_much and ('%s (%s)'):format(term, text.lower(how_much)) or term
end

--- The roles of an author: texts, maps from role to degree, or maps with the fields `type` and `degree`.
local function roles_of(value, who)
  local roles = pandoc.List {}
  for _, item in ipairs(each(value)) do
    if not is_map(item) then
      roles:insert(role_text(item, nil, who))
    elseif first_of(item, { 'type', 'name', 'role', 'vocab-term' }) ~= nil then
      roles:insert(role_text(first_of(item, { 'type', 'name', 'role', 'vocab-term' }), item.degree, who))
    else
      local names = {}
      for name in pairs(item) do -- a map has no order: that of CRediT
        table.insert(names, name)
      end
      table.sort(names, function(one, other)
        local first, second = PLACE_OF[ROLE_OF[role_key(one)]] or 0, PLACE_OF[ROLE_OF[role_key(other)]] or 0
        return first < second or first == second and one < other
      end)
      for _, name in ipairs(names) do
        roles:insert(role_text(name, item[name], who))
      end
    end
  end
  return roles
end

--- Quarto's `attributes`, a map or a list of words, as a map.
local function attributes_of(fields)
  if is_map(fields.attributes) then
    return fields.attributes
  end
  local attributes = {}
  for _, word in ipairs(each(fields.attributes)) do
    attributes[to_text(word) or ''] = true
  end
  return attributes
end

--- A word for yes or no as true or nil; any other text as Inlines.
local function yes_or_text(value)
  local word = value ~= nil and type(value) ~= 'boolean' and text.lower(to_text(value) or 'no')
  if not word or word == 'true' or word == 'yes' or word == '1' or word == 'false' or word == 'no' or word == '0' then
    return to_boolean(value) or nil
  end
  return to_inlines(value)
end

local MOST_AFFILIATIONS = 2 -- APA 2.6

local EQUAL = { 'equal-contributor', 'equal-contrib', 'equal-contribution', 'is-equal-contributor' }

--- A name as it is said in a warning: pandoc reads "Dr. Day" with a space that does not break.
local function plain(name)
  return (stringify(name):gsub('\u{A0}', ' '))
end

--- The name of an author and the fields beside it; nil, with a warning, if there is no name.
local function name_and_fields(value)
  if is_list(value) then
    warn 'an author is a list within the list of authors; it was left out. Write each author as `- name: …`.'
    return nil
  elseif not is_map(value) then
    return to_inlines(value), {}
  end
  local name = name_of(value.name) or name_of(value)
  if name then
    return name, value
  end
  local key, inner = next(value)
  if key and next(value, key) == nil and is_map(inner) then -- pandoc-scholar: {Ann Lee: {institute: lab}}
    return name_of(inner.name) or name_of(inner) or pandoc.Inlines(key), inner
  end
  local keys = {}
  for field in pairs(value) do
    table.insert(keys, field)
  end
  table.sort(keys)
  warn(('an author has no name (it has: %s) and was left out. Write `name: …`.'):format(table.concat(keys, ', ')))
  return nil
end

local function read_author(value, declared)
  local name, fields = name_and_fields(value)
  if not name then
    return nil
  end
  local who = plain(name)
  local lines = {}
  for _, affiliation in ipairs(each(first_of(fields, { 'affiliations', 'affiliation', 'institute', 'institutes' }))) do
    for _, line in ipairs(lines_of(affiliation, declared, who)) do
      table.insert(lines, line)
    end
  end
  if #lines > MOST_AFFILIATIONS then
    warn(('%s has %d affiliations; APA 2.6 allows two. Keep those where most of the work was done.'):format(who, #lines))
  end
  if has_degree(who) then
    warn(('the name "%s" holds a title or a degree, which the byline has no place for (APA 2.5); take it out.'):format(who))
  end
  local attributes = attributes_of(fields)
  local role = is_list(fields.role) and fields.role or nil -- papaja; a single `role:` is an office, "editor"
  local now_at = first_of(fields, { 'affiliation-change', 'now-at' })
  local parts = name_parts_of(is_map(fields.name) and fields.name or fields)
  return {
    name = name,
    given = parts.given,
    family = parts.family,
    suffix = parts.suffix,
    is_group = is_map(fields.name) and to_inlines(fields.name.literal) ~= nil or to_inlines(fields.literal) ~= nil,
    lines = lines,
    orcid = orcid_of(fields.orcid, who),
    email = to_text(fields.email),
    url = to_text(fields.url),
    address = not is_map(fields.address) and to_inlines(fields.address) or nil, -- papaja's postal address
    corresponding = to_boolean(first_of(fields, { 'corresponding', 'correspondence', 'corresponding-author' }))
      or to_boolean(attributes.corresponding),
    equal = to_boolean(first_of(fields, EQUAL)) or to_boolean(first_of(attributes, EQUAL)),
    deceased = yes_or_text(fields.deceased) or to_boolean(attributes.deceased) or nil,
    now_at = now_at ~= nil and lines_of(now_at, declared, who)[1] or nil,
    roles = roles_of(first_of(fields, { 'roles', 'credit' }) or role, who),
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

local function byline(authors, with_numbers, language)
  return join_names(authors:map(function(author)
    if with_numbers and #author.numbers > 0 then
      return author.name .. { pandoc.Superscript(pandoc.Inlines(table.concat(author.numbers, ', '))) }
    end
    return author.name
  end), language)
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

-- What authors bring as fields of the front matter itself, in the same order: the name of the statement, which is the one that
-- statements.lua knows, then the names of the field. A part of `author-note` of such a name is the same.
local NOTE_FIELDS = {
  { 'transparency', 'transparency', 'research-transparency', 'transparency-statement' },
  { 'preregistration', 'study-registration', 'registration', 'preregistration' },
  { 'data-availability', 'data-sharing', 'data-availability', 'data-availability-statement', 'data-accessibility' },
  { 'ethics', 'ethics', 'ethics-approval', 'ethics-statement' },
  { 'consent', 'consent', 'informed-consent' },
  { 'consent-for-publication', 'consent-for-publication' },
  { 'ai-use', 'ai-use', 'ai-statement', 'use-of-ai' },
  { 'conflicts-of-interest', 'conflict-of-interest', 'conflicts-of-interest', 'competing-interests' },
  { 'funding', 'financial-support', 'funding' },
  { 'author-contributions', 'author-contributions', 'contributions' },
  { 'acknowledgments', 'gratitude', 'acknowledgements', 'acknowledgments', 'acknowledgement', 'acknowledgment', 'thanks' },
}

local AUTHOR_NOTE = { 'author-note', 'authornote' }

--- The paragraphs of an author note as it is written, without the parts whose names are in `apart`.
local function note_as_written(value, apart)
  if not is_map(value) then
    return to_blocks(value) or pandoc.Blocks {}
  end
  local blocks, known = pandoc.Blocks {}, {}
  for _, part in ipairs(NOTE_PARTS) do
    known[part] = true
    if value[part] ~= nil and not apart[part] then
      blocks:extend(note_as_written(value[part], apart))
    end
  end
  for part in pairs(value) do
    if not known[part] and part ~= 'blank-lines-above-author-note' then -- apaquarto's; a measure, not a text
      warn(('the part "%s" of `author-note` is not known and was left out. Known: %s.'):format(
        part, table.concat(NOTE_PARTS, ', ')))
    end
  end
  return blocks
end

--- Whether a part of an author note, at whatever depth, says something.
local function note_says(value, part)
  if not is_map(value) then
    return false
  end
  for name, inner in pairs(value) do
    if name == part and to_blocks(inner) or note_says(inner, part) then
      return true
    end
  end
  return false
end

--- The names of a field of NOTE_FIELDS, without that of the statement, which comes first.
local function names_of(field)
  return pandoc.List(field):filter(function(_, index) return index > 1 end)
end

local FUNDING = { 'financial-support', 'funding' }

--- Who funded something, as Quarto's authors may say it: a text, a map with the field `text` or `name`, or a list of either.
local function funders_of(value)
  local names = pandoc.List {}
  for _, source in ipairs(each(value)) do
    names:insert(to_text(is_map(source) and first_of(source, { 'text', 'name', 'institution' }) or source))
  end
  return names
end

--- One award or many, from a map of ours (funder, funder-id, award) or of Quarto's (source, id): a map for each funder.
local function awards_of(item)
  local numbers = pandoc.List {}
  for _, number in ipairs(each(first_of(item, { 'award', 'awards', 'award-id', 'id', 'number' }))) do
    numbers:insert(to_text(number))
  end
  return funders_of(first_of(item, { 'funder', 'source' })):map(function(funder)
    return { funder = funder, id = to_text(first_of(item, { 'funder-id', 'ror', 'doi' })), numbers = numbers }
  end)
end

--- What `funding` says, item by item: a statement in words, and awards.
local function funding_items(meta)
  local items = pandoc.List {}
  for _, item in ipairs(each(first_of(meta, FUNDING))) do
    if not is_map(item) then
      items:insert { statement = to_blocks(item), awards = pandoc.List {} }
    else
      local awards = awards_of(item)
      for _, award in ipairs(each(item.awards)) do
        if is_map(award) then
          awards:extend(awards_of(award))
        end
      end
      items:insert { statement = to_blocks(item.statement), awards = awards }
    end
  end
  return items
end

--- "This work was supported by the Example Fund (A-12, A-13) and the Other Fund." of awards that no statement speaks of.
local function funding_paragraphs(meta, language)
  local blocks, unsaid = pandoc.Blocks {}, pandoc.List {}
  for _, item in ipairs(funding_items(meta)) do
    if item.statement then
      blocks:extend(item.statement)
    else
      unsaid:extend(item.awards)
    end
  end
  if #unsaid > 0 then
    local names = unsaid:map(function(award)
      local numbers = #award.numbers > 0 and (' (%s)'):format(table.concat(award.numbers, language.comma)) or ''
      return pandoc.Inlines(award.funder .. numbers)
    end)
    blocks:insert(pandoc.Para(fill(language.words.funded_by, { join_names(names, language) })))
  end
  return blocks
end

--- The same as metadata: a map for each statement and each funder.
local function funding_data(meta)
  local maps = pandoc.List {}
  for _, item in ipairs(funding_items(meta)) do
    if item.statement then
      maps:insert(text_map { statement = stringify(item.statement) })
    end
    for _, award in ipairs(item.awards) do
      local map = text_map { funder = award.funder, ['funder-id'] = award.id }
      map.awards = #award.numbers > 0 and pandoc.MetaList(award.numbers:map(pandoc.MetaString)) or nil
      maps:insert(map)
    end
  end
  return maps
end

--- The paragraphs of a field of NOTE_FIELDS, which Quarto's authors may give as a map with a `statement`.
local function field_as_paragraphs(meta, field, language)
  if field[1] == 'funding' then
    return funding_paragraphs(meta, language)
  end
  local blocks = pandoc.Blocks {}
  for _, item in ipairs(each(first_of(meta, names_of(field)))) do
    blocks:extend(to_blocks(is_map(item) and item.statement or item) or {})
  end
  return blocks
end

--- A part of an author note, at whatever depth; nil if it is not there.
local function part_of_note(value, part)
  if not is_map(value) then
    return nil
  end
  if value[part] ~= nil then
    return value[part]
  end
  for _, inner in pairs(value) do
    local found = part_of_note(inner, part)
    if found ~= nil then
      return found
    end
  end
  return nil
end

--- The statements in their order, each { name, text }, with the parts of the author note that are such.
local function statements(meta, language)
  local found, written = pandoc.List {}, first_of(meta, AUTHOR_NOTE)
  for _, field in ipairs(NOTE_FIELDS) do
    local names = names_of(field)
    local blocks = field_as_paragraphs(meta, field, language)
    for _, name in ipairs(names) do
      local part = part_of_note(written, name)
      if part ~= nil then
        blocks:extend(note_as_written(part, {}))
      end
    end
    if #blocks > 0 then
      found:insert({ name = field[1], text = blocks })
    end
  end
  return found
end

--- The names of the parts of an author note that are statements.
local function note_parts_of_statements()
  local names = {}
  for _, field in ipairs(NOTE_FIELDS) do
    for _, name in ipairs(names_of(field)) do
      names[name] = true
    end
  end
  return names
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

--- "Ann Lee is now at Y College.", or the author's own sentence if it names the author.
local function affiliation_change(author, language)
  local words = stringify(author.now_at)
  if words:find(stringify(author.name), 1, true) then
    return as_sentence(author.now_at, language)
  end
  return fill(language.words.now_at, { author.name, pandoc.Inlines((words:gsub('%.$', ''))) })
end

--- "Bob Day is deceased.", or the author's own sentence.
local function death(author, language)
  if author.deceased == true then
    return fill(language.words.deceased, { author.name })
  end
  return as_sentence(author.deceased, language)
end

--- One paragraph of changes of affiliation and deaths. What the author note itself says of them is not said twice.
local function status_paragraph(authors, written, language)
  local sentences = pandoc.List {}
  for _, author in ipairs(authors) do
    if author.now_at and not note_says(written, 'affiliation-change') then
      sentences:insert(affiliation_change(author, language))
    end
  end
  for _, author in ipairs(authors) do
    if author.deceased and not note_says(written, 'deceased') then
      sentences:insert(death(author, language))
    end
  end
  return #sentences > 0 and pandoc.Para(join(sentences, language.space)) or nil
end

local function equal_contribution(authors, written, language)
  local equal = authors:filter(function(author)
    return author.equal
  end)
  if #equal == 1 then
    warn(('%s alone is marked as an equal contributor; mark the others, too. Nothing was printed.'):format(
      plain(equal[1].name)))
  end
  if #equal < 2 or note_says(written, 'authorship-agreements') then
    return nil
  end
  local names = equal:map(function(author)
    return author.name
  end)
  return pandoc.Para(fill(language.words.equal_contribution, { join_names(names, language) }))
end

local CREDIT = 'https://credit.niso.org/'

--- One paragraph that says, by the terms of CRediT, who did what.
local function roles_paragraph(authors, language)
  local people = pandoc.List {}
  for _, author in ipairs(authors) do
    if #author.roles > 0 then
      people:insert(author.name .. pandoc.Inlines(language.colon .. table.concat(author.roles, language.comma)))
    end
  end
  if #people == 0 then
    return nil
  end
  local opening = language.words.contributor_roles
  local link = pandoc.Inlines { pandoc.Link(CREDIT, CREDIT) }
  local semicolon = language.space == '' and '；' or '; '
  return pandoc.Para(fill(opening .. language.space, { link }) .. join(people, semicolon) .. { pandoc.Str(language.stop) })
end

local function correspondence_paragraphs(authors, lines, declared, language)
  local blocks = pandoc.Blocks {}
  for _, author in ipairs(authors) do
    if author.corresponding then
      local line = lines[author.numbers[1]]
      local place = author.address or line and (declared.address_of[stringify(line)] or line)
      local whom = place and join({ author.name, place }, language.comma) or author.name
      local inlines = as_sentence(pandoc.Inlines(language.words.correspondence .. language.space) .. whom, language)
      if author.email then
        inlines = inlines .. pandoc.Inlines(language.space .. language.words.email .. language.colon)
          .. { pandoc.Link(author.email, 'mailto:' .. author.email) }
      end
      blocks:insert(pandoc.Para(inlines))
    end
  end
  return blocks
end

--- The paragraphs of the author note; `apart` says that the statements stand elsewhere.
local function author_note(meta, authors, lines, declared, language, apart)
  local written = first_of(meta, AUTHOR_NOTE)
  local blocks = orcid_paragraphs(authors)
  blocks:insert(status_paragraph(authors, written, language))
  blocks:extend(note_as_written(written, apart and note_parts_of_statements() or {}))
  if not apart then
    for _, field in ipairs(NOTE_FIELDS) do
      blocks:extend(field_as_paragraphs(meta, field, language))
    end
  end
  blocks:insert(equal_contribution(authors, written, language))
  if not apart then
    blocks:insert(roles_paragraph(authors, language))
  end
  blocks:extend(correspondence_paragraphs(authors, lines, declared, language))
  return #blocks > 0 and blocks or nil
end

--- The statements as the metadata hands them on: a list of maps with `name` and `text`. The roles of the authors are one.
local function statements_map(found, authors, language)
  local list = pandoc.List(found)
  local roles = roles_paragraph(authors, language)
  if roles and not list:find_if(function(one) return one.name == 'author-contributions' end) then
    list:insert({ name = 'author-contributions', text = pandoc.Blocks { roles } })
  end
  return list:map(function(one)
    return pandoc.MetaMap { name = pandoc.MetaString(one.name), text = pandoc.MetaBlocks(one.text) }
  end)
end

-- Student papers (APA 2.3) -------------------------------------------------------------------

local COURSE = { 'course', 'course-number', 'course-title', 'course-name' }
local INSTRUCTOR = { 'instructor', 'professor', 'instructors' }
local DUE_DATE = { 'due-date', 'duedate' }

--- "PSY 101: Introduction to Psychology", from one text, from a map, or from two fields.
local function course(meta, language)
  local whole = to_inlines(meta.course)
  if whole then
    return whole
  end
  local map = is_map(meta.course) and meta.course or {}
  local number = to_inlines(map.number) or to_inlines(first_of(meta, { 'course-number' }))
  local title = to_inlines(first_of(map, { 'title', 'name' })) or to_inlines(first_of(meta, { 'course-title', 'course-name' }))
  if number and title then
    return join({ number, title }, language.colon)
  end
  return number or title
end

local function instructor(meta, language)
  local names = pandoc.List {}
  for _, value in ipairs(each(first_of(meta, INSTRUCTOR))) do
    names:insert(name_of(is_map(value) and value.name or value))
  end
  return #names > 0 and join_names(names, language) or nil
end

local function set_student_fields(meta, language, is_student)
  local given = {
    { COURSE, course(meta, language) }, { INSTRUCTOR, instructor(meta, language) },
    { DUE_DATE, to_inlines(first_of(meta, DUE_DATE)) },
  }
  for _, field in ipairs(given) do
    local names, value = table.unpack(field, 1, 2)
    remove_fields(meta, names)
    meta[names[1]] = value and pandoc.MetaInlines(value) or nil
    if is_student and not value then
      warn(('the title page of a student paper gives course, instructor and due date (APA 2.3); `%s` is missing.'):format(
        names[1]))
    end
  end
end

local WORD_COUNT = { 'word-count', 'wordcount' }

--- A number that the author gives stays as it is written; `true` asks word-count.lua to count.
local function word_count(meta)
  local value = first_of(meta, WORD_COUNT)
  local given = to_text(value)
  if given and given:match '%d' then
    return pandoc.MetaString(given)
  end
  if given and yes_or_text(value) ~= true then
    warn(('`word-count` is "%s"; write a number, or true for one that is counted. It was left out.'):format(given))
  end
  return to_boolean(value) and pandoc.MetaBool(true) or nil
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
    url = author.url and pandoc.MetaString(author.url) or nil,
    roles = #author.roles > 0 and pandoc.MetaList(author.roles:map(pandoc.MetaString)) or nil,
    corresponding = author.corresponding and pandoc.MetaBool(true) or nil,
    ['equal-contributor'] = author.equal and pandoc.MetaBool(true) or nil,
    deceased = author.deceased and pandoc.MetaBool(true) or nil,
    given = author.given and pandoc.MetaString(author.given) or nil,
    family = author.family and pandoc.MetaString(author.family) or nil,
    suffix = author.suffix and pandoc.MetaString(author.suffix) or nil,
    collaboration = author.is_group and pandoc.MetaBool(true) or nil,
  }
end

--- The parts of the affiliations, one map for each line that is printed; nil if all of them came as lines.
local function institutions(lines, declared)
  local any, maps = false, pandoc.List {}
  for _, line in ipairs(lines) do
    local parts = declared.institution_of[stringify(line)]
    any = any or parts ~= nil
    maps:insert(text_map(parts or { line = stringify(line) }))
  end
  return any and maps or nil
end

local function set_list(meta, field, list)
  meta[field] = list and #list > 0 and pandoc.MetaList(list) or nil
end

--- The paper's language, American English if it names none. A style of another language writes that language's words, but not
--- in a paper that says its own: for such a style it stays unsaid until citeproc is through (reference-text.lua).
local function language_tag(meta)
  local named = to_text(meta.lang)
  if not named and meta.csl and not style.is_apa(meta) then
    return nil
  end
  return pandoc.MetaString(((named or 'en-US'):gsub('_', '-')))
end

local function one_shape(meta)
  local options = read_options(meta)
  for _, fault in ipairs(options.faults) do
    warn(fault .. '.')
  end
  local is_student = options.mode == 'student'
  meta.lang = language_tag(meta)
  if meta.dir == nil and labels.is_right_to_left(meta) then
    meta.dir = pandoc.MetaString 'rtl'
  end
  local language = language_of(meta)

  local title = full_title(meta)
  if not title then
    warn 'the front matter has no title; write `title: …` between the --- lines at the top of the paper.'
  end
  meta.title = title and pandoc.MetaInlines(title) or nil
  meta.subtitle = nil
  local head = not is_student and running_head(meta, title) or nil
  remove_fields(meta, RUNNING_HEAD)
  meta['running-head'] = head and pandoc.MetaString(head) or nil

  local declared = declared_affiliations(meta)
  local authors = read_authors(meta, declared)
  local lines = number_affiliations(authors, declared)
  local with_numbers = affiliations_differ(authors)
  local apart = options.statements ~= 'author-note'
  local note = not is_student and author_note(meta, authors, lines, declared, language, apart) or nil
  local stated = statements(meta, language)
  set_list(meta, 'statements', apart and statements_map(stated, authors, language) or nil)
  set_list(meta, 'stated', meta.submission and stated:map(function(one) return pandoc.MetaString(one.name) end) or nil)
  set_list(meta, 'author', authors:map(function(author)
    return pandoc.MetaInlines(author.name)
  end))
  set_list(meta, 'authors', authors:map(author_map))
  meta.byline = #authors > 0 and pandoc.MetaInlines(byline(authors, with_numbers, language)) or nil
  set_list(meta, 'affiliation', affiliation_lines(lines, with_numbers):map(pandoc.MetaInlines))
  set_list(meta, 'institutions', institutions(lines, declared))
  remove_fields(meta, { 'affiliations', 'institute', 'institutes' })
  remove_fields(meta, AUTHOR_NOTE)
  local funding = funding_data(meta)
  for _, field in ipairs(NOTE_FIELDS) do
    remove_fields(meta, names_of(field))
  end
  set_list(meta, 'funding', funding)
  meta['author-note'] = note and pandoc.MetaBlocks(note) or nil

  set_student_fields(meta, language, is_student)
  local count = word_count(meta)
  remove_fields(meta, WORD_COUNT)
  meta['word-count'] = count

  for _, field in ipairs { 'abstract', 'impact-statement' } do
    local blocks = to_blocks(meta[field])
    meta[field] = blocks and pandoc.MetaBlocks(blocks) or nil
  end
  set_list(meta, 'keywords', keywords(meta.keywords))
  return meta
end

return { { Meta = one_shape } }
