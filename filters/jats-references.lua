--- jats-references.lua – writes each entry of the reference list as JATS: as it is printed, and field by field.
--
-- Why: an indexing service reads fields (JATS, <element-citation>), a reader reads the entry as the style prints it
-- (<mixed-citation>); <citation-alternatives> says that both are one work. pandoc's own writer has either the one or the other,
-- and prints the fields of works only that it has cited itself.
-- What comes out:  Div#refs { RawBlock jats <ref id="ref-KEY">, … }
--
-- Run after: citeproc or in-text-citations.lua, which write the entries; before jats-layout.lua.
-- Formats:   jats.
-- Options:   none; the fields come from the bibliography that was cited.
-- Warns:     nothing. An entry whose work is in no bibliography has no fields, and stands as it is printed.

PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local xml = require 'apa.xml'

local element, escaped = xml.element, xml.escaped
local stringify = pandoc.utils.stringify

-- CSL's type of a work → JATS's (tag library, @publication-type of <element-citation>).
local TYPES = {
  article = 'preprint', ['article-journal'] = 'journal', ['article-magazine'] = 'journal', ['article-newspaper'] = 'newspaper',
  bill = 'gov', book = 'book', chapter = 'book', classic = 'book', dataset = 'data', ['entry-dictionary'] = 'book',
  ['entry-encyclopedia'] = 'book', hearing = 'gov', legal_case = 'gov', legislation = 'gov',
  ['paper-conference'] = 'confproc', patent = 'patent', personal_communication = 'commun', post = 'webpage',
  ['post-weblog'] = 'webpage', regulation = 'gov', report = 'report', review = 'review', ['review-book'] = 'review',
  software = 'software', standard = 'standard', thesis = 'thesis', treaty = 'gov', webpage = 'webpage',
}

-- Types whose works stand in a larger one, and so have a title of their own beside <source>.
local TITLE_OF_PART = {
  chapter = 'chapter-title', ['entry-dictionary'] = 'chapter-title', ['entry-encyclopedia'] = 'chapter-title',
  dataset = 'data-title',
}

-- CSL's roles → JATS's (@person-group-type).
local ROLES = {
  { 'author', 'author' }, { 'director', 'director' }, { 'editor', 'editor' }, { 'container-author', 'author' },
  { 'translator', 'translator' },
}

-- JATS from pandoc -------------------------------------------------------------------------------------------------------------

local OPTIONS = pandoc.WriterOptions { wrap_text = 'none' }

--- Inlines as JATS; pandoc takes a lone run of them for a paragraph.
local function written(inlines)
  local bare = pandoc.Inlines(inlines):walk { Span = function (span) return span.content end }
  local text = pandoc.write(pandoc.Pandoc { pandoc.Plain(bare) }, 'jats_archiving', OPTIONS)
  return (text:gsub('%s+$', ''):gsub('^<p>(.*)</p>$', '%1'))
end

--- A value of a work, which may be text with emphasis or a plain string, as JATS; nil if there is none.
local function value_of(work, name)
  local value = work[name]
  if value == nil then
    return nil
  end
  local text = pandoc.utils.type(value) == 'Inlines' and written(value) or escaped(tostring(value))
  return text ~= '' and text or nil
end

local function plain_value(work, name)
  local value = work[name]
  return value ~= nil and stringify(value) or nil
end

-- Fields -----------------------------------------------------------------------------------------------------------------------

local function name_of(person)
  if person.literal then
    return element('collab', {}, escaped(stringify(person.literal)))
  elseif not person.family then
    return person.given and element('name', {}, element('given-names', {}, escaped(stringify(person.given)))) or ''
  end
  local words = pandoc.List {}
  for _, part in ipairs { 'dropping-particle', 'non-dropping-particle', 'family' } do
    words:insert(person[part] and stringify(person[part]) or nil)
  end
  local family = table.concat(words, ' ')
  return element('name', {}, element('surname', {}, escaped(family))
    .. (person.given and element('given-names', {}, escaped(stringify(person.given))) or '')
    .. (person.suffix and element('suffix', {}, escaped(stringify(person.suffix))) or ''))
end

local function persons(work)
  local groups = {}
  for _, role in ipairs(ROLES) do
    local people = work[role[1]]
    if people and #people > 0 then
      local names = pandoc.List(people):map(name_of)
      table.insert(groups, element('person-group', { { 'person-group-type', role[2] } }, table.concat(names)))
    end
  end
  return table.concat(groups)
end

--- The parts of a date as CSL keeps them: year, month and day, as far as they are known; nil for a date in words.
local function date_parts(date)
  local parts = date and date['date-parts'] and date['date-parts'][1]
  local year = parts and tonumber(parts[1])
  if not year then
    return nil
  end
  return math.tointeger(year), math.tointeger(tonumber(parts[2])), math.tointeger(tonumber(parts[3]))
end

local function iso(year, month, day)
  local text = ('%04d'):format(year)
  return text .. (month and month <= 12 and ('-%02d'):format(month) .. (day and ('-%02d'):format(day) or '') or '')
end

local function date_of(work)
  local year, month, day = date_parts(work.issued)
  if not year then
    local words = work.issued and work.issued.literal or work.status
    return words and element('string-date', {}, escaped(stringify(words))) or ''
  end
  if year < 1 then -- ISO 8601 counts years before our era otherwise than people do
    return element('year', {}, ('%d'):format(year))
  end
  return element('year', { { 'iso-8601-date', iso(year, month, day) } }, ('%d'):format(year))
    .. (month and month <= 12 and element('month', {}, ('%d'):format(month)) or '')
    .. (day and element('day', {}, ('%d'):format(day)) or '')
end

local function titles(work)
  local title, container = value_of(work, 'title'), value_of(work, 'container-title')
  local own = TITLE_OF_PART[work.type] or 'article-title'
  if container then
    return (title and element(own, {}, title) or '') .. element('source', {}, container)
  end
  if work.type == 'dataset' and title then
    return element('data-title', {}, title)
  end
  return title and element('source', {}, title) or ''
end

--- First and last page; what is no range of pages, such as "S12, S14", stands as it is.
local function pages(work)
  local text = plain_value(work, 'page')
  if not text then
    return ''
  end
  local first, last = text:gsub('[–—−]', '-'):match '^%s*([^%s,;-]+)%s*%-+%s*([^%s,;-]+)%s*$'
  if first then
    return element('fpage', {}, escaped(first)) .. element('lpage', {}, escaped(last))
  elseif text:find '^[^%s,;–—−-]+$' then
    return element('fpage', {}, escaped(text))
  end
  return element('page-range', {}, escaped(text))
end

local PLAIN = {
  { 'volume', 'volume' }, { 'issue', 'issue' }, { 'edition', 'edition' }, { 'publisher-place', 'publisher-loc' },
  { 'publisher', 'publisher-name' }, { 'event-title', 'conf-name' }, { 'event-place', 'conf-loc' }, { 'version', 'version' },
}

local IDENTIFIERS = { { 'DOI', 'doi' }, { 'PMID', 'pmid' }, { 'PMCID', 'pmcid' } }

local function identifiers(work)
  local found = {}
  for _, kind in ipairs(IDENTIFIERS) do
    local value = plain_value(work, kind[1])
    if value then
      table.insert(found, element('pub-id', { { 'pub-id-type', kind[2] } }, escaped(value)))
    end
  end
  local isbn, address = plain_value(work, 'ISBN'), plain_value(work, 'URL')
  if isbn then
    table.insert(found, element('isbn', {}, escaped(isbn)))
  end
  if address then
    table.insert(found, element('ext-link', { { 'ext-link-type', 'uri' }, { 'xlink:href', address } }, escaped(address)))
    local year, month, day = date_parts(work.accessed)
    if year then
      local date = iso(year, month, day)
      table.insert(found, element('date-in-citation', { { 'content-type', 'access-date' }, { 'iso-8601-date', date } }, date))
    end
  end
  return table.concat(found)
end

local function fields(work)
  local parts = { persons(work), date_of(work), titles(work) }
  for _, pair in ipairs(PLAIN) do
    local value = value_of(work, pair[1])
    table.insert(parts, value and element(pair[2], {}, value) or '')
  end
  local number = value_of(work, 'number') -- the number of an article stands in the place of its pages (APA 9.27)
  if number and TYPES[work.type] == 'journal' then
    table.insert(parts, element('elocation-id', {}, number))
  end
  table.insert(parts, pages(work) .. identifiers(work))
  return element('element-citation', { { 'publication-type', TYPES[work.type] or 'other' } }, table.concat(parts))
end

-- Entries ----------------------------------------------------------------------------------------------------------------------

--- The parts of an entry: its number, if the style has numbers, what is printed, and what an author notes about it (APA 9.51).
local function parts_of(entry)
  local label, printed, notes = nil, pandoc.Inlines {}, pandoc.Blocks {}
  for _, block in ipairs(entry.content) do
    if block.t == 'Div' and block.classes:includes 'annotation' then
      notes:extend(block.content)
    else
      local inlines = pandoc.utils.blocks_to_inlines({ block }, { pandoc.Space() })
      if #printed > 0 then
        printed:insert(pandoc.Space())
      end
      printed:extend(inlines)
    end
  end
  printed = printed:walk {
    traverse = 'topdown',
    Span = function (span)
      if span.classes:includes 'csl-left-margin' then
        label = written(span.content)
        return {}
      end
      return span.content
    end,
  }
  return label, printed, notes
end

local function reference(entry, works)
  local label, printed, notes = parts_of(entry)
  if stringify(printed) == '' then
    return nil -- the work is in no list (APA 8.6, 8.9)
  end
  local work = works[entry.identifier:match '^ref%-(.*)$']
  local kind = work and TYPES[work.type] or 'other'
  local content = element('mixed-citation', { { 'publication-type', kind } }, written(printed))
  if work then
    content = element('citation-alternatives', {}, content .. fields(work))
  end
  if label then
    content = element('label', {}, label) .. content
  end
  if #notes > 0 then
    content = content .. element('note', {}, pandoc.write(pandoc.Pandoc(notes), 'jats_archiving', OPTIONS))
  end
  return pandoc.RawBlock('jats', element('ref', { { 'id', xml.id(entry.identifier) } }, content))
end

local function references(doc)
  local works
  local function works_by_key()
    works = {}
    for _, work in ipairs(pandoc.utils.references(doc)) do
      works[work.id] = work
    end
    return works
  end
  local changed = doc.blocks:walk {
    traverse = 'topdown',
    Div = function (div)
      if div.identifier ~= 'refs' then
        return nil
      end
      local known = works or works_by_key()
      local entries = pandoc.Blocks {}
      for _, block in ipairs(div.content) do
        if block.t == 'Div' and block.classes:includes 'csl-entry' then
          entries:insert(reference(block, known))
        else
          entries:insert(block)
        end
      end
      div.content = entries
      return div, false
    end,
  }
  doc.blocks = changed
  return doc
end

return { { Pandoc = references } }
