--- masked.lua – takes out of a masked copy whatever tells who wrote the paper.
--
-- Why: reviewers of a masked manuscript must not learn who its authors are (APA 2.7, 8.17; a journal's own rules say the
-- rest). Where something in the text was taken out, "[masked]" stands in its place.
--   metadata:   authors, byline, affiliations and author note; further fields that hold a name, an address or an iD
--   sections:   acknowledgments, author contributions, funding and their like, with all that they hold
--   by class:   a Div, Span, Link, Image or Code of the class `masked`
--   citations:  of the works in `masked-citations`; "(Lee, 2020; [masked])" where others stay, else "[masked]".
--               `nocite` loses these works, too, also where it says `@*`.
--   links:      to an author's e-mail, iD, homepage or own work, or with an author's name in address or text
--   text:       an author's e-mail or iD wherever it stands
--   comments:   HTML comments, which print nothing
-- What stays in the text but holds an author's name or institution is reported, not removed: only the author knows what
-- the sentence should say instead.
--
-- Run after: front-matter.lua (it knows the names from the shape that one leaves) and csv-tables.lua (cells may cite);
--            before citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   apa: masked, masked-citations.
-- Warns:     a name or an institution that is left in the text or in the metadata; a key of `masked-citations` that is not
--            cited; a work cited openly that an author of the paper wrote.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local script_folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { script_folder, '?.lua' } .. ';' .. package.path
local read_options = require 'apa.options'.read
local each = require 'apa.values'.each
local labels = require 'apa.labels'

local text = pandoc.text
local utils = pandoc.utils
local stringify = utils.stringify

-- Fields that are about persons, whatever they say.
local PERSONAL_FIELDS = {
  'author', 'authors', 'by-author', 'byline', 'author-meta', 'affiliation', 'affiliations', 'by-affiliation', 'institute',
  'institutes', 'institution', 'institutions', 'author-note', 'authornote', 'note', 'acknowledgements', 'acknowledgments',
  'acknowledgement', 'acknowledgment', 'gratitude', 'thanks', 'dedication', 'funding', 'financial-support', 'correspondence',
  'corresponding',
  'conflict-of-interest', 'conflicts-of-interest', 'competing-interests', 'author-contributions', 'contributions', 'credit',
  'contributors', 'creator', 'contact', 'email', 'e-mail', 'orcid', 'phone', 'fax', 'address', 'url', 'website', 'homepage',
  'github', 'repository', 'twitter', 'mastodon', 'copyright', 'citation', 'masked-citations', 'apa-masked-citations',
}

-- Fields that are printed, or that say where something is: a name in them is reported, and they stay.
local KEPT_FIELDS = pandoc.List {
  'title', 'running-head', 'abstract', 'keywords', 'impact-statement', 'references', 'bibliography', 'csl', 'apa', 'nocite',
  'course', 'instructor', 'reference-section-title',
}

-- Headings of sections that name persons, in the languages that apa/labels.lua knows; in small letters.
local PERSONAL_SECTIONS = pandoc.List {
  'acknowledgments', 'acknowledgements', 'acknowledgment', 'acknowledgement', 'author contributions', 'author contribution',
  "authors' contributions", 'authors’ contributions', 'contributorship', 'credit author statement',
  'author contributions statement', 'author contribution statement', 'credit authorship contribution statement',
  'funding', 'funding information', 'funding statement', 'financial support', 'conflict of interest',
  'conflicts of interest', 'competing interests', 'declaration of interest', 'declaration of interests',
  'declaration of competing interest', 'author note', 'author notes', 'author information', 'about the author',
  'about the authors',
  'danksagung', 'förderung', 'finanzierung', 'beiträge der autoren', 'interessenkonflikt', 'interessenkonflikte',
  'remerciements', 'financement', 'contributions des auteurs', 'conflits d’intérêts', "conflits d'intérêts",
  'agradecimientos', 'financiación', 'contribuciones de los autores', 'conflicto de intereses', 'conflictos de intereses',
  'agradecimentos', 'financiamento', 'contribuições dos autores', 'conflito de interesses', 'conflitos de interesse',
  'dankwoord', 'financiering', 'bijdragen van de auteurs', 'belangenconflict',
  '謝辞', '著者の貢献', '利益相反', '致谢', '作者贡献', '利益冲突', 'شكر وتقدير', 'مساهمات المؤلفين',
}

local function warn(message)
  pandoc.log.warn('masked.lua: ' .. message)
end

-- Who wrote it -------------------------------------------------------------------------------

local function is_map(value)
  return utils.type(value) == 'table'
end

local function scalar(value)
  return value ~= nil and not is_map(value) and stringify(value) or ''
end

--- Text in small letters with single spaces.
local function folded(words)
  return (text.lower(words):gsub('\u{A0}', ' '):gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', ''))
end

--- Only the letters of a text; those outside ASCII count as letters.
local function letters(words)
  return (words:gsub('[%s%p%d]', ''))
end

--- A name without what stands after a comma (Jr., PhD), as words in small letters.
local function name_words(name)
  local words = pandoc.List {}
  for word in folded(name:gsub(',.*', '')):gmatch '%S+' do
    words:insert(word)
  end
  return words
end

--- What an author is known by: name, family name, e-mail, iD, homepage, and short forms as in addresses of homepages.
local function read_person(value)
  local map = is_map(value) and value or { name = value }
  local name = scalar(map.name)
  local words = name_words(name)
  if #words == 0 then
    return nil
  end
  local given, family = words[1], words[#words]
  local person = {
    name = name, given = given, family = family, folded = table.concat(words, ' '),
    email = folded(scalar(map.email)), orcid = scalar(map.orcid), url = folded(scalar(map.url)),
    short = pandoc.List {}, whole = pandoc.List {},
  }
  local first, last = letters(given), letters(family)
  if #words > 1 then
    local initial = text.sub(first, 1, 1)
    person.short = pandoc.List { first .. last, last .. first, initial .. last, last .. initial, last .. 'lab' }
    person.whole = pandoc.List { letters(person.folded), first .. last, last .. first }
  end
  if person.email ~= '' then
    person.short:insert((person.email:gsub('@.*', '')))
  end
  return person
end

local function read_people(meta)
  local people = pandoc.List {}
  for _, value in ipairs(each(meta.authors or meta.author)) do
    people:insert(read_person(value))
  end
  return people
end

-- What the part of an affiliation that names an institution holds, in the languages that apa/labels.lua knows.
local INSTITUTION_WORDS = {
  'univ', 'instit', 'colleg', 'hospital', 'academ', 'akadem', 'hochschule', 'école', 'clinic', 'klinik', 'laborator',
  '大学', '大學', '学院', '研究所', 'جامعة',
}

--- The institutions of the affiliation lines, as they are written.
local function read_institutions(meta)
  local institutions = pandoc.List {}
  for _, line in ipairs(each(meta.affiliation)) do
    local inlines = utils.type(line) == 'Inlines' and line:walk { Superscript = function() return {} end }
    for piece in (inlines and stringify(inlines) or scalar(line)):gmatch '[^,;，]+' do
      local name = piece:gsub('^%s+', ''):gsub('%s+$', '')
      local small = text.lower(name)
      for _, word in ipairs(INSTITUTION_WORDS) do
        if small:find(word, 1, true) then
          institutions:insert(name)
          break
        end
      end
    end
  end
  return institutions
end

--- Whether the words hold the phrase, both in small letters, and not as a piece of a longer word.
local function holds_phrase(words, phrase)
  local from = 1
  while phrase ~= '' do
    local first, last = words:find(phrase, from, true)
    if not first then
      return false
    end
    local outside_ascii = phrase:find '[\x80-\xFF]' -- scripts without spaces between words
    if outside_ascii or not (words:sub(first - 1, first - 1):match '%w' or words:sub(last + 1, last + 1):match '%w') then
      return true
    end
    from = first + 1
  end
  return false
end

-- Links --------------------------------------------------------------------------------------

--- Whether an address names a person: an e-mail, an iD, a homepage, or a name as a word of it.
local function address_names(target, person)
  local address = folded(target):gsub('%%20', ' ')
  if person.email ~= '' and address:find(person.email, 1, true)
    or person.orcid ~= '' and address:find(folded(person.orcid), 1, true)
    or person.url ~= '' and address:sub(1, #person.url) == person.url then
    return true
  end
  if target:sub(1, 1) == '#' then
    return false -- a place in this paper
  end
  for word in address:gmatch '[%w\x80-\xFF]+' do
    if person.short:includes(word) then
      return true
    end
  end
  -- A family name alone is a person's in the host or first after it: further on, "day" and "park" are mere words.
  for word in (address:match '^%a+://[^/]*/?[^/]*' or ''):gmatch '[%w\x80-\xFF]+' do
    if word == letters(person.family) then
      return true
    end
  end
  local squeezed = letters(address)
  for _, whole in ipairs(person.whole) do
    if #whole > 6 and squeezed:find(whole, 1, true) then
      return true
    end
  end
  return false
end

local function words_name(words, person)
  local small = folded(words)
  return holds_phrase(small, person.folded)
    or person.email ~= '' and small:find(person.email, 1, true) ~= nil
    or person.orcid ~= '' and small:find(folded(person.orcid), 1, true) ~= nil
end

--- A family name alone, written large, as in "the Lee lab".
local function words_name_family(words, person)
  for word in words:gsub('’', "'"):gmatch '[%w\x80-\xFF-]+' do
    if text.lower(word) == person.family and word ~= person.family then
      return true
    end
  end
  return false
end

local function link_names_anyone(link, people, own_addresses)
  local words, target = stringify(link.content), folded(link.target)
  for _, person in ipairs(people) do
    if address_names(link.target, person) or words_name(words, person) or words_name_family(words, person) then
      return true
    end
  end
  for _, address in ipairs(own_addresses) do
    if target:find(address, 1, true) then
      return true
    end
  end
  return false
end

-- Sections -----------------------------------------------------------------------------------

--- Whether a heading, or each part of one joined by "and" or a comma, heads a section that names persons.
local function is_personal(heading)
  local words = folded(stringify(heading)):gsub('^[%d.]+ ', ''):gsub('[:.]$', '')
  if PERSONAL_SECTIONS:includes(words) then
    return true
  end
  local parts, personal = 0, 0
  for part in (words:gsub(' and ', ','):gsub('&', ',') .. ','):gmatch ' *([^,]-) *,' do
    parts = parts + (part ~= '' and 1 or 0)
    personal = personal + (PERSONAL_SECTIONS:includes(part) and 1 or 0)
  end
  return parts > 1 and parts == personal
end

--- The blocks without the sections that name persons. A reference list within one stays.
local function without_personal_sections(blocks)
  local kept, level, taken = pandoc.Blocks {}, nil, false
  for _, block in ipairs(blocks) do
    if block.t == 'Header' then
      if level and block.level <= level then
        level = nil
      end
      if not level and is_personal(block) then
        level, taken = block.level, true
      end
    end
    if not level or block.t == 'Div' and block.identifier == 'refs' then
      kept:insert(block)
    end
  end
  return taken and kept or nil
end

-- Citations ----------------------------------------------------------------------------------

--- What pandoc prints for a citation where citeproc does not run.
local function as_written(citations, mark)
  local keys = pandoc.List(citations):map(function(citation)
    return '@' .. citation.id
  end)
  keys:insert(mark)
  return pandoc.Inlines { pandoc.Str('[' .. table.concat(keys, '; ') .. ']') }
end

--- What a work is listed by: the names of its authors, or its title; then its year.
local function list_key(reference)
  local names = pandoc.List(reference.author or {}):map(function(author)
    return folded(scalar(author.family or author.literal) .. ' ' .. scalar(author.given))
  end)
  local year = type(reference.issued) == 'table' and stringify((reference.issued['date-parts'] or {})[1] or '') or ''
  return (#names > 0 and table.concat(names, ' ') or folded(scalar(reference.title))) .. ' ' .. year
end

--- Citations in the order of the reference list (APA 8.12). pandoc does not sort those of which one has a suffix, and one
--- will. Words of the author before a later one ("see also") mean that the order was chosen.
local function in_list_order(citations, references)
  local key_of, ordered = {}, pandoc.List(citations)
  for _, reference in ipairs(references) do
    key_of[reference.id] = list_key(reference)
  end
  for index, citation in ipairs(ordered) do
    if index > 1 and #citation.prefix > 0 or not key_of[citation.id] then
      return ordered
    end
  end
  local prefix = ordered[1].prefix
  ordered[1].prefix = {}
  ordered:sort(function(one, other)
    return key_of[one.id] < key_of[other.id]
  end)
  ordered[1].prefix = prefix
  return ordered
end

local function mask_citation(cite, own, mark, references)
  local others = cite.citations:filter(function(citation)
    return not own[citation.id]
  end)
  if #others == #cite.citations then
    return nil
  elseif #others == 0 then
    return pandoc.Str(mark)
  end
  local first = cite.citations[1]
  if own[first.id] and first.mode == 'AuthorInText' then -- "[masked] (Lee, 2020) showed"
    return { pandoc.Str(mark), pandoc.Space(), pandoc.Cite(as_written(others), others) }
  end
  if own[first.id] and #others[1].prefix == 0 then
    others[1].prefix = first.prefix -- "see" is said of all of them
  end
  if others[1].mode ~= 'AuthorInText' then
    others = in_list_order(others, references)
  end
  others[#others].suffix:extend { pandoc.Str ';', pandoc.Space(), pandoc.Str(mark) }
  return pandoc.Cite(as_written(others, mark), others)
end

--- `nocite` without the works of the authors; `@*` becomes the list of all other works.
local function mask_nocite(value, own, references)
  local keys = pandoc.List {}
  value:walk {
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        if citation.id == '*' then
          for _, reference in ipairs(references) do
            keys:insert(reference.id)
          end
        else
          keys:insert(citation.id)
        end
      end
    end,
  }
  keys = keys:filter(function(key)
    return not own[key]
  end)
  if #keys == 0 then
    return nil
  end
  return pandoc.MetaInlines { pandoc.Cite({}, keys:map(function(key)
    return pandoc.Citation(key, 'AuthorInText')
  end)) }
end

--- The works that the paper cites; none where the bibliography cannot be read, which citeproc will say.
local function cited_works(doc)
  local ok, references = pcall(utils.references, doc)
  return ok and references or pandoc.List {}
end

--- DOIs and addresses of the authors' own works, in small letters.
local function addresses_of(references, own)
  local addresses = pandoc.List {}
  for _, reference in ipairs(references) do
    if own[reference.id] then
      for _, field in ipairs { 'doi', 'DOI', 'url', 'URL' } do
        local address = folded(scalar(reference[field])):gsub('^https?://', ''):gsub('^doi%.org/', '')
        if address ~= '' then
          addresses:insert(address)
        end
      end
    end
  end
  return addresses
end

--- Warns of works that are cited openly though an author of the paper wrote them.
local function report_own_works(references, own, people)
  for _, reference in ipairs(references) do
    for _, writer in ipairs(own[reference.id] and {} or reference.author or {}) do
      local given, family = folded(scalar(writer.given)), folded(scalar(writer.family))
      local person = people:find_if(function(someone)
        return family == someone.family and given ~= '' and text.sub(given, 1, 1) == text.sub(someone.given, 1, 1)
      end)
      if person then
        warn(('@%s is cited openly, and "%s" seems to be among its authors; if so, name it in `masked-citations`.'):format(
          reference.id, person.name))
        break
      end
    end
  end
end

--- Warns of keys that stand for no citation: misspelt, they would leave an own work in the text.
local function report_unused_keys(doc, keys)
  local cited = {}
  doc:walk {
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        cited[citation.id] = true
      end
    end,
  }
  for _, key in ipairs(keys) do
    if not cited[key] and not cited['*'] then
      warn(('`masked-citations` names @%s, which the paper does not cite.'):format(key))
    end
  end
end

-- Metadata -----------------------------------------------------------------------------------

--- All text in a value of the metadata, in small letters.
local function text_within(value)
  if utils.type(value) == 'table' or utils.type(value) == 'List' then
    local pieces = pandoc.List {}
    for key, inner in pairs(value) do
      pieces:insert(tostring(key) .. ' ' .. text_within(inner))
    end
    return table.concat(pieces, ' ')
  elseif utils.type(value) == 'Inlines' or utils.type(value) == 'Blocks' then
    local pieces = pandoc.List { stringify(value) }
    value:walk { Link = function(link) pieces:insert(link.target) end }
    return folded(table.concat(pieces, ' '))
  end
  return folded(tostring(value))
end

--- The person or institution that the words name; nil if they name none.
local function named_in(words, people, institutions)
  for _, person in ipairs(people) do
    if words_name(words, person) then
      return person.name
    end
  end
  for _, institution in ipairs(institutions) do
    if holds_phrase(words, folded(institution)) then
      return institution
    end
  end
  return nil
end

--- Whether the words hold an address that names a person.
local function holds_address(words, people)
  for address in words:gmatch 'https?://[^%s<>)]+' do
    for _, person in ipairs(people) do
      if address_names(address, person) then
        return true
      end
    end
  end
  return false
end

local function mask_metadata(meta, people, institutions)
  for _, name in ipairs(PERSONAL_FIELDS) do
    meta[name], meta[name:gsub('-', '_')] = nil, nil
  end
  if is_map(meta.apa) then
    local apa = meta.apa
    apa['masked-citations'] = nil
    meta.apa = apa
  end
  local personal = pandoc.List {}
  for name, value in pairs(meta) do
    local words = text_within(value)
    if not KEPT_FIELDS:includes(name) and (named_in(words, people, institutions) or holds_address(words, people)) then
      personal:insert(name)
    end
  end
  for _, name in ipairs(personal) do
    meta[name] = nil
  end
end

--- The own works leave `references:` of the front matter, too.
local function mask_references(meta, own)
  if meta.references then
    meta.references = each(meta.references):filter(function(reference)
      return not (is_map(reference) and own[scalar(reference.id)])
    end)
  end
end

-- What is left -------------------------------------------------------------------------------

--- Warns once of each person and institution that what is left of the paper still names.
local function report_names_left(doc, people, institutions)
  local pieces = pandoc.List {}
  local function note(words)
    pieces:insert(folded(words))
  end
  local function note_attributes(element)
    for _, value in pairs(element.attributes) do
      note(value)
    end
  end
  doc:walk {
    Para = function(para) note(stringify(para)) end,
    Plain = function(plain) note(stringify(plain)) end,
    Header = function(header) note(stringify(header)) end,
    LineBlock = function(lines) note(stringify(lines)) end,
    CodeBlock = function(code) note(code.text) end,
    RawBlock = function(raw) note(raw.text) end,
    RawInline = function(raw) note(raw.text) end,
    Link = function(link) note(link.target .. ' ' .. link.title) end,
    Image = function(image) note(image.src .. ' ' .. image.title) note_attributes(image) end,
    Span = note_attributes,
    Div = note_attributes,
  }
  for _, name in ipairs(KEPT_FIELDS) do
    if doc.meta[name] and name ~= 'bibliography' and name ~= 'csl' and name ~= 'references' then
      note(text_within(doc.meta[name]))
    end
  end
  local function is_left(is_in)
    return pieces:find_if(is_in) ~= nil
  end
  for _, person in ipairs(people) do
    if is_left(function(words) return words_name(words, person) end) then
      warn(('"%s" is still in the paper; say it otherwise, or write [%s]{.masked}.'):format(person.name, person.name))
    end
  end
  for _, institution in ipairs(institutions) do
    if is_left(function(words) return holds_phrase(words, folded(institution)) end) then
      warn(('"%s", where an author works, is still in the paper; say it otherwise, or write [%s]{.masked}.'):format(
        institution, institution))
    end
  end
end

-- The document -------------------------------------------------------------------------------

local function is_comment(raw)
  return raw.format:match '^html' and raw.text:match '^%s*<!%-%-.*%-%->%s*$'
end

--- The word with each e-mail and iD in it replaced by the mark; nil if there is none in it.
local function mask_word(word, people, mark)
  local small, found = text.lower(word), nil
  for _, person in ipairs(people) do
    for _, secret in ipairs { person.email, text.lower(person.orcid) } do
      local first, last = small:find(secret, 1, true)
      if secret ~= '' and first and #small == #word then
        word = word:sub(1, first - 1) .. mark .. word:sub(last + 1)
        small, found = text.lower(word), true
      end
    end
  end
  return found and word or nil
end

local function mask(doc)
  local options = read_options(doc.meta)
  if not options.masked then
    return nil
  end
  local mark = '[' .. labels.of(doc.meta).masked .. ']'
  local people, institutions = read_people(doc.meta), read_institutions(doc.meta)
  local references = cited_works(doc)
  local own = {}
  for _, key in ipairs(options['masked-citations']) do
    own[key] = true
  end

  mask_metadata(doc.meta, people, institutions)
  mask_references(doc.meta, own)
  if options.part ~= 'supplement' then -- which takes the list from its paper
    report_unused_keys(doc, options['masked-citations'])
  end
  local nocite = doc.meta.nocite
  if utils.type(nocite) == 'Inlines' or utils.type(nocite) == 'Blocks' then
    doc.meta.nocite = mask_nocite(nocite, own, references)
  end
  report_own_works(references, own, people)
  local own_addresses = addresses_of(references, own)

  local function if_masked(element)
    return element.classes:includes 'masked' and pandoc.Str(mark) or nil
  end
  doc = doc:walk { Blocks = without_personal_sections }
  doc = doc:walk {
    Div = function(div)
      return div.classes:includes 'masked' and pandoc.Para { pandoc.Str(mark) } or nil
    end,
    Span = if_masked,
    Code = if_masked,
    Image = if_masked,
    Link = function(link)
      return if_masked(link) or link_names_anyone(link, people, own_addresses) and pandoc.Str(mark) or nil
    end,
  }
  doc = doc:walk {
    Cite = function(cite) return mask_citation(cite, own, mark, references) end,
    RawBlock = function(raw) return is_comment(raw) and {} or nil end,
    RawInline = function(raw) return is_comment(raw) and {} or nil end,
    Str = function(str)
      local masked = mask_word(str.text, people, mark)
      return masked and pandoc.Str(masked) or nil
    end,
  }
  report_names_left(doc, people, institutions)
  return doc
end

return { { Pandoc = mask } }
