--- jats-layout.lua – takes an APA paper apart into the front, body and back of a journal article in JATS.
--
-- Why: JATS (ANSI/NISO Z39.96) holds title, authors, abstract, tables, figures and references each in elements of their own.
-- pandoc's writer knows them from the metadata of an uncited paper only; of the parts that title-page.lua, floats.lua and
-- appendices.lua make it would write boxes of text.
-- What comes out: the body as blocks, the rest as JATS in the metadata (`jats-front`, `jats-back`, `jats-floats`) for
-- templates/apa.jats. What a manuscript cannot know (journal, ISSN, date of publication) is not there, and nothing stands in.
-- The title over the text and the contents of a thesis are left out: both are made from what is there.
--
-- Run after: the common filters and jats-references.lua, which writes the entries.
-- Formats:   jats.
-- Options:   lang, for the labels that it looks for.
-- Warns:     when a link leads to an id that is not there.

PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local labels = require 'apa.labels'
local xml = require 'apa.xml'

local element, escaped = xml.element, xml.escaped
local stringify = pandoc.utils.stringify

local function raw(code)
  return pandoc.RawInline('jats', code)
end

local function raw_block(code)
  return pandoc.RawBlock('jats', code)
end

local function is_div(block, class)
  return block ~= nil and block.t == 'Div' and block.classes:includes(class)
end

-- JATS from pandoc -------------------------------------------------------------------------------------------------------------

local OPTIONS = pandoc.WriterOptions { wrap_text = 'none' }

local function written(blocks)
  local text = pandoc.write(pandoc.Pandoc(blocks), 'jats_archiving', OPTIONS)
  return (text:gsub('%s+$', ''))
end

--- Inlines as JATS; pandoc takes a lone run of them for a paragraph.
local function written_inlines(inlines)
  return (written { pandoc.Plain(inlines) }:gsub('^<p>(.*)</p>$', '%1'))
end

local function inlines_of(blocks)
  return pandoc.utils.blocks_to_inlines(blocks, { pandoc.Space() })
end

--- Blocks of which each is, or stands in, a paragraph, as a note wants it.
local function written_paragraphs(blocks)
  local paragraphs = {}
  for _, block in ipairs(blocks) do
    local text = written { block }
    table.insert(paragraphs, text:find '^<p[>%s]' and text or element('p', {}, text))
  end
  return table.concat(paragraphs, '\n')
end

-- Footnotes --------------------------------------------------------------------------------------------------------------------

local function call_of(id, sign)
  return raw(element('xref', { { 'ref-type', 'fn' }, { 'rid', id } }, element('sup', {}, escaped(sign))))
end

--- The blocks without notes and without the page of notes (apa: footnotes: end), the notes as { id, sign, blocks }, and the
--- heading of that page, if there is one.
local function take_notes(blocks)
  local notes = pandoc.List {}
  blocks = blocks:walk {
    traverse = 'topdown',
    Note = function (note)
      local sign = tostring(#notes + 1)
      notes:insert { id = 'fn-' .. sign, sign = sign, blocks = note.content }
      return call_of('fn-' .. sign, sign)
    end,
    Link = function (link)
      if link.classes:includes 'footnote-call' then
        return call_of(xml.id(link.target:sub(2)), stringify(link)), false
      end
    end,
  }
  local rest, heading = pandoc.Blocks {}, nil
  for _, block in ipairs(blocks) do
    if is_div(block, 'footnote-entry') then
      local sign = tostring(#notes + 1)
      notes:insert { id = xml.id(block.identifier), sign = sign, blocks = block.content }
    elseif block.t == 'Header' and block.identifier == 'footnotes' and block.classes:includes 'section-label' then
      heading = block.content
    else
      rest:insert(block)
    end
  end
  return rest, notes, heading
end

local function note_element(note)
  local blocks = pandoc.Blocks(note.blocks)
  local first = blocks[1]
  -- On a page of their own, notes begin with their signs.
  if first and first.t == 'Para' and first.content[1] and first.content[1].t == 'Superscript'
    and stringify(first.content[1]) == note.sign then
    first.content:remove(1)
    if first.content[1] and first.content[1].t == 'Space' then
      first.content:remove(1)
    end
    blocks[1] = first
  end
  return element('fn', { { 'id', note.id } }, element('label', {}, note.sign) .. written_paragraphs(blocks))
end

-- Images -----------------------------------------------------------------------------------------------------------------------

local SUBTYPES = { svg = 'svg+xml', jpg = 'jpeg', jpeg = 'jpeg', tif = 'tiff', tiff = 'tiff', pdf = 'pdf' }

-- Image in the document → the file that lies beside the article, where the build put one there (`image-files`).
local image_files = {}

local function graphic(image, name)
  local file = image_files[image.src] and stringify(image_files[image.src]) or image.src
  local ending = (file:match '%.(%w+)$' or ''):lower()
  local attributes = {
    { 'xlink:href', file },
    { 'mimetype', ending ~= '' and (ending == 'pdf' and 'application' or 'image') or nil },
    { 'mime-subtype', ending ~= '' and (SUBTYPES[ending] or ending) or nil },
  }
  local alternative = image.attributes.alt or stringify(image.caption)
  return element(name, attributes, alternative ~= '' and element('alt-text', {}, escaped(alternative)) or nil)
end

--- The only image or images of a paragraph that holds nothing else; nil if it holds more.
local function lone_images(block)
  if block.t ~= 'Para' and block.t ~= 'Plain' then
    return nil
  end
  local images = pandoc.List {}
  for _, inline in ipairs(block.content) do
    if inline.t == 'Image' then
      images:insert(inline)
    elseif inline.t ~= 'SoftBreak' and inline.t ~= 'Space' and inline.t ~= 'LineBreak' then
      return nil
    end
  end
  return #images > 0 and images or nil
end

-- Formulas ---------------------------------------------------------------------------------------------------------------------

--- A displayed equation with its number (APA 6.46).
local function numbered_formula(span)
  local code = written { pandoc.Plain { span.content[1] } }
  local inner = code:match '<disp%-formula>(.*)</disp%-formula>'
  local attributes = { { 'id', span.identifier ~= '' and xml.id(span.identifier) or nil } }
  return raw(element('disp-formula', attributes,
    element('label', {}, escaped('(' .. span.attributes.number .. ')')) .. (inner or code)))
end

local function is_numbered(span)
  return span.classes:includes 'equation' and span.attributes.number and #span.content == 1 and span.content[1].t == 'Math'
end

-- Links ------------------------------------------------------------------------------------------------------------------------

--- What each id is, in the words of JATS (@ref-type).
local function ids_of(blocks)
  local found = {}
  local function note_id(kind)
    return function (item)
      if item.identifier ~= '' then
        found[item.identifier] = found[item.identifier] or kind
      end
    end
  end
  blocks:walk {
    Header = function (header)
      local kind = header.classes:includes 'appendix' and 'app' or 'sec'
      note_id(not header.classes:includes 'text-title' and kind or nil)(header)
    end,
    Div = function (div)
      local kind = div.classes:includes 'float' and (div.classes:includes 'table' and 'table' or 'fig')
      note_id(kind or div.classes:includes 'csl-entry' and 'bibr' or 'other')(div)
    end,
    Span = function (span)
      note_id(is_numbered(span) and 'disp-formula' or 'other')(span)
    end,
    RawBlock = function (block)
      local id = block.text:match '^<ref id="([^"]*)"'
      if id then
        found[id] = 'bibr'
      end
    end,
  }
  return found
end

--- A link within the paper; what leads to nothing in the article is text.
local function inner_link(link, ids)
  local target = link.target:sub(2)
  local kind = ids[target] or ids[xml.id(target)]
  if not kind then
    if target ~= 'text-title' and target ~= '' then
      pandoc.log.warn(('jats-layout.lua: a link leads to "#%s", and there is nothing of that id'):format(target))
    end
    return link.content
  end
  local inlines = pandoc.Inlines { raw(('<xref ref-type="%s" rid="%s">'):format(kind, xml.id(target))) }
  inlines:extend(link.content:walk { Link = function (inner) return inner.content end }) -- <xref> holds no other link
  inlines:insert(raw '</xref>')
  return inlines
end

-- Tables and figures -----------------------------------------------------------------------------------------------------------

local function table_element(block)
  return written { block }:match '(<table[ >].*</table>)' or ''
end

--- What stands between title and note of a table or figure.
local function float_content(block, is_table)
  if block.t == 'Table' then
    local markup = table_element(block)
    return is_table and markup or element('table-wrap', {}, markup)
  end
  local images = lone_images(block)
  if images then
    return table.concat(images:map(function (image) return graphic(image, 'graphic') end), '\n')
  end
  if is_table and (block.t == 'Para' or block.t == 'Plain') then -- <table-wrap> holds no paragraph of its own
    return element('disp-quote', {}, written { pandoc.Para(block.content) })
  end
  return written { block.t == 'Plain' and pandoc.Para(block.content) or block }
end

local function caption_of(title, notes)
  local first, further = '', ''
  for index, block in ipairs(title) do
    if index == 1 and (block.t == 'Para' or block.t == 'Plain') then
      first = element('title', {}, written_inlines(block.content))
    else
      further = further .. written_paragraphs { block }
    end
  end
  local content = first .. further .. notes
  return content ~= '' and element('caption', {}, content) or ''
end

local function float(div)
  local is_table = div.classes:includes 'table'
  local label, title, content, notes = '', {}, {}, ''
  for _, block in ipairs(div.content) do
    if is_div(block, 'float-number') then
      label = element('label', {}, written_inlines(inlines_of(block.content)))
    elseif is_div(block, 'float-title') then
      title = block.content
    elseif is_div(block, 'float-note') then
      notes = notes .. written_paragraphs(block.content)
    else
      table.insert(content, float_content(block, is_table))
    end
  end
  local attributes = {
    { 'id', div.identifier ~= '' and xml.id(div.identifier) or nil },
    { 'orientation', div.attributes.orientation == 'landscape' and 'landscape' or nil },
  }
  local inner = table.concat(content, '\n')
  if is_table then
    local foot = notes ~= '' and element('table-wrap-foot', {}, notes) or ''
    return element('table-wrap', attributes, label .. caption_of(title, '') .. inner .. foot)
  end
  return element('fig', attributes, label .. caption_of(title, notes) .. inner)
end

-- The parts of the text --------------------------------------------------------------------------------------------------------

--- The blocks with what JATS has other elements for: links, images, formulas, tables and figures.
local function converted(blocks, ids)
  local inlines = {
    traverse = 'topdown',
    Link = function (link)
      if link.target:sub(1, 1) == '#' then
        return inner_link(link, ids)
      end
    end,
    Span = function (span)
      if is_numbered(span) then
        return numbered_formula(span), false
      end
      local content = span.content
      if span.identifier ~= '' then
        content = pandoc.Inlines { raw(element('target', { { 'id', xml.id(span.identifier) } })) } .. content
      end
      return content
    end,
  }
  local images = { Image = function (image) return raw(graphic(image, 'inline-graphic')) end }
  blocks = blocks:walk { Cite = function (cite) return cite.content end }:walk(inlines)
  blocks = blocks:walk {
    traverse = 'topdown',
    Div = function (div)
      if div.classes:includes 'float' then
        return raw_block(float(div)), false
      end
    end,
  }
  return blocks:walk(images):walk {
    Div = function (div)
      if div.identifier == '' then
        return div.content
      end
      div.identifier, div.classes, div.attributes = xml.id(div.identifier), {}, {}
      return div
    end,
    Header = function (header)
      header.identifier = header.identifier ~= '' and xml.id(header.identifier) or ''
      header.classes, header.attributes = {}, {}
      return header
    end,
  }
end

local function is_appendix(block)
  return block.t == 'Header' and block.level == 1 and block.classes:includes 'appendix'
end

--- The title once more, over the text, and the contents of a thesis.
local function is_made_from_the_rest(block)
  return is_div(block, 'contents') or (block.t == 'Header' and block.classes:includes 'text-title')
end

--- The sections of the paper, apart: body, reference list with what stands over it, floats at the end, appendices (APA 2.17).
local function parts_of(blocks)
  local parts = {
    front = {}, body = pandoc.Blocks {}, over_references = pandoc.Blocks {}, references = nil, floats = pandoc.Blocks {},
    appendices = pandoc.List {},
  }
  local at_end, appendix = false, nil
  for index, block in ipairs(blocks) do
    local following = blocks[index + 1]
    local is_refs = following and following.t == 'Div' and following.identifier == 'refs'
    if is_div(block, 'title-page') or is_div(block, 'abstract-page') then
      parts.front[block.identifier] = block
    elseif is_appendix(block) then
      appendix = { header = block, blocks = pandoc.Blocks {} }
      parts.appendices:insert(appendix)
    elseif appendix then
      appendix.blocks:insert(block)
    elseif block.t == 'Div' and block.identifier == 'refs' then
      parts.references, at_end = block, true
    elseif is_refs and (block.t == 'Header' or is_div(block, 'included-studies')) then
      parts.over_references:insert(block)
    elseif block.t == 'Header' and is_div(following, 'included-studies') then
      parts.over_references:insert(block)
    elseif at_end and is_div(block, 'float') then
      parts.floats:insert(block)
    elseif not is_made_from_the_rest(block) then
      parts.body:insert(block)
    end
  end
  return parts
end

local function appendix_element(appendix)
  local header = appendix.header
  local label, title, in_title = pandoc.Inlines {}, pandoc.Inlines {}, false
  for _, inline in ipairs(header.content) do
    if inline.t == 'LineBreak' and not in_title then
      in_title = true
    else
      (in_title and title or label):insert(inline)
    end
  end
  local head = #title > 0
    and element('label', {}, written_inlines(label)) .. element('title', {}, written_inlines(title))
    or element('title', {}, written_inlines(label))
  local attributes = { { 'id', header.identifier ~= '' and header.identifier or nil } }
  return element('app', attributes, head .. '\n' .. written(appendix.blocks))
end

-- What thanks are headed by, in small letters, in the languages of apa/labels.lua.
local THANKS = pandoc.List {
  'acknowledgments', 'acknowledgements', 'acknowledgment', 'acknowledgement', 'danksagung', 'remerciements',
  'agradecimientos', 'agradecimentos', 'dankwoord', '謝辞', '致谢', 'شكر وتقدير',
}

--- Takes a last section of thanks out of the body, which archives look for behind it; "" if there is none of mere paragraphs.
local function take_thanks(body)
  local at = #body
  while at > 0 and body[at].t == 'Para' do
    at = at - 1
  end
  local header = body[at]
  if not header or at == #body or header.t ~= 'Header' or header.level ~= 1
    or not THANKS:includes(pandoc.text.lower(stringify(header))) then
    return ''
  end
  local content = element('title', {}, written_inlines(header.content))
  for _ = at + 1, #body do
    content = content .. written { body:remove(at + 1) }
  end
  body:remove(at)
  return element('ack', { { 'id', header.identifier ~= '' and header.identifier or nil } }, content)
end

local function reference_list(parts)
  if not parts.references then
    return ''
  end
  local title, before = '', ''
  for _, block in ipairs(parts.over_references) do
    if block.t == 'Header' then
      title = element('title', {}, written_inlines(block.content))
    else
      before = before .. written { block }
    end
  end
  local entries = parts.references.content:map(function (block) return written { block } end)
  return element('ref-list', {}, table.concat({ title .. before, table.unpack(entries) }, '\n'))
end

-- Front ------------------------------------------------------------------------------------------------------------------------

local function part_of(div, class)
  for _, block in ipairs(div and div.content or {}) do
    if is_div(block, class) then
      return block
    end
  end
  return nil
end

local PARTICLE = '^%l' -- van, de, al-
local GENERATION = { ['Jr.'] = true, ['Jr'] = true, ['Sr.'] = true, ['Sr'] = true, II = true, III = true, IV = true }

--- A name as it is printed, in parts: the family name begins at its first particle, else it is the last word.
local function split_name(whole)
  local words = pandoc.List {}
  for word in whole:gsub(',', ' '):gsub('\u{A0}', ' '):gmatch '%S+' do
    words:insert(word)
  end
  local suffix = #words > 2 and GENERATION[words[#words]] and words:remove() or nil
  local first = #words
  for index = 2, #words do
    if words[index]:find(PARTICLE) then
      first = index
      break
    end
  end
  return table.concat(words, ' ', 1, first - 1), table.concat(words, ' ', first), suffix
end

local function text_of(value)
  return value ~= nil and stringify(value) or nil
end

local function name_element(author)
  if author.collaboration then
    return element('collab', {}, escaped(stringify(author.name)))
  end
  local given, family, suffix = text_of(author.given), text_of(author.family), text_of(author.suffix)
  if not family then
    given, family, suffix = split_name(stringify(author.name))
  end
  return element('name', {}, element('surname', {}, escaped(family))
    .. (given and given ~= '' and element('given-names', {}, escaped(given)) or '')
    .. (suffix and element('suffix', {}, escaped(suffix)) or ''))
end

-- The vocabulary of CRediT as JATS4R has it ("CRediT taxonomy", 1.2).
local CREDIT = 'https://credit.niso.org/'

local function role_element(role)
  local term, degree = role:match '^(.-) %((%a+)%)$'
  term = term or role
  local slug = term:gsub('–', ' '):gsub('&', ' '):gsub('%s+', '-')
  local name = term:sub(1, 1):upper() .. term:sub(2)
  return element('role', {
    { 'vocab', 'credit' }, { 'vocab-identifier', CREDIT }, { 'vocab-term', name },
    { 'vocab-term-identifier', CREDIT .. 'contributor-roles/' .. slug .. '/' },
    { 'degree-contribution', degree },
  }, escaped(name))
end

local function contributor(author, correspondences, are_equal)
  local is_corresponding = author.corresponding == true
  local attributes = {
    { 'contrib-type', 'author' },
    { 'corresp', is_corresponding and 'yes' or nil },
    { 'equal-contrib', are_equal and author['equal-contributor'] == true and 'yes' or nil },
    { 'deceased', author.deceased == true and 'yes' or nil },
  }
  local content = ''
  if author.orcid then -- JATS4R "Authors and affiliations": an address; nobody has signed in to show that it is theirs
    content = element('contrib-id', { { 'contrib-id-type', 'orcid' }, { 'authenticated', 'false' } },
      'https://orcid.org/' .. escaped(stringify(author.orcid)))
  end
  content = content .. name_element(author)
  if author.email then
    content = content .. element('email', {}, escaped(stringify(author.email)))
  end
  for _, role in ipairs(author.roles or {}) do
    content = content .. role_element(stringify(role))
  end
  for _, number in ipairs(author.affiliations or {}) do
    local sign = escaped(stringify(number))
    content = content .. element('xref', { { 'ref-type', 'aff' }, { 'rid', 'aff-' .. sign } }, sign)
  end
  if is_corresponding and correspondences.used < correspondences.count then
    correspondences.used = correspondences.used + 1
    content = content .. element('xref', { { 'ref-type', 'corresp' }, { 'rid', 'cor-' .. correspondences.used } }, '*')
  end
  return element('contrib', attributes, content)
end

local PLACE_PARTS = { { 'city', 'city' }, { 'region', 'state' }, { 'country', 'country' } }

local function institution_element(institution)
  local parts = pandoc.List {}
  for _, name in ipairs { 'group', 'department' } do
    if institution[name] then
      parts:insert(element('institution', { { 'content-type', 'dept' } }, escaped(stringify(institution[name]))))
    end
  end
  if institution.name then
    local name = element('institution', {}, escaped(stringify(institution.name)))
    local id = text_of(institution.ror)
    if id then
      name = element('institution-wrap', {},
        element('institution-id', { { 'institution-id-type', 'ror' } }, escaped(id)) .. name)
    end
    parts:insert(name)
  end
  for _, pair in ipairs(PLACE_PARTS) do
    if institution[pair[1]] then
      parts:insert(element(pair[2], {}, escaped(stringify(institution[pair[1]]))))
    end
  end
  return table.concat(parts, ', ')
end

local function affiliations(meta)
  local found = {}
  local institutions = meta.institutions or {}
  for index, line in ipairs(meta.affiliation or {}) do
    local inlines = pandoc.Inlines(line)
    local number = inlines[1] and inlines[1].t == 'Superscript' and stringify(inlines:remove(1)) or nil
    local known = institutions[index]
    local named = pandoc.utils.type(known) == 'table' and institution_element(known) or ''
    table.insert(found, element('aff', { { 'id', 'aff-' .. index } },
      (number and element('label', {}, escaped(number)) or '') .. (named ~= '' and named or written_inlines(inlines))))
  end
  return table.concat(found, '\n')
end

local function links_to(block, address)
  local found = false
  block:walk { Link = function (link) found = found or link.target:sub(1, #address) == address end }
  return found
end

--- The author note: each corresponding author's address, and the rest as notes.
local function author_notes(note, words)
  local letters, rest = pandoc.List {}, pandoc.List {}
  for _, block in ipairs(note and note.content or {}) do
    if block.t == 'Para' and stringify(block):sub(1, #words.correspondence) == words.correspondence then
      letters:insert(element('corresp', { { 'id', 'cor-' .. (#letters + 1) } }, written_inlines(block.content)))
    elseif block.t ~= 'Header' then
      local kind = links_to(block, CREDIT) and 'con' or 'other'
      rest:insert(element('fn', { { 'fn-type', kind } }, written_paragraphs { block }))
    end
  end
  local all = table.concat(rest .. letters, '\n')
  return all ~= '' and element('author-notes', {}, all) or '', #letters
end

local function abstracts(page)
  local abstract, impact = part_of(page, 'abstract'), part_of(page, 'impact-statement')
  return (abstract and element('abstract', {}, written(abstract.content)) or '')
    .. (impact and element('abstract', { { 'abstract-type', 'plain-language-summary' } }, written(impact.content)) or '')
end

local function keyword_group(meta, words)
  local keywords = meta.keywords
  if not keywords then
    return ''
  end
  local found = {}
  for _, keyword in ipairs(pandoc.utils.type(keywords) == 'List' and keywords or { keywords }) do
    table.insert(found, element('kwd', {}, written_inlines(pandoc.Inlines(keyword))))
  end
  return element('kwd-group', { { 'kwd-group-type', 'author' } },
    element('title', {}, escaped(words.keywords)) .. table.concat(found))
end

--- Who paid for the work (JATS4R "Funding"), as front-matter.lua leaves it.
local function funding_group(meta)
  local groups, statements = {}, {}
  for _, item in ipairs(meta.funding or {}) do
    local source = item.funder and escaped(stringify(item.funder))
    if source then
      local id = text_of(item['funder-id'])
      id = id and id:find '^10%.' and 'https://doi.org/' .. id or id
      local registry = id and (id:find 'ror%.org' and 'ror' or 'FundRef')
      local wrapped = element('institution-wrap', {}, element('institution', {}, source)
        .. (id and element('institution-id', { { 'institution-id-type', registry } }, escaped(id)) or ''))
      local awards = pandoc.List(item.awards or {}):map(function (award)
        return element('award-id', {}, escaped(stringify(award)))
      end)
      table.insert(groups, element('award-group', {}, element('funding-source', {}, wrapped) .. table.concat(awards)))
    end
    if item.statement then
      table.insert(statements, element('funding-statement', {}, escaped(stringify(item.statement))))
    end
  end
  local all = table.concat(groups) .. table.concat(statements)
  return all ~= '' and element('funding-group', {}, all) or ''
end

-- What a title page may say that an article has no place for.
local FURTHER = { 'course', 'instructor', 'due-date', 'word-count' }

local function further_fields(page)
  local found = {}
  for _, name in ipairs(FURTHER) do
    local part = part_of(page, name)
    if part then
      table.insert(found, element('custom-meta', {}, element('meta-name', {}, name)
        .. element('meta-value', {}, written_inlines(inlines_of(part.content)))))
    end
  end
  return #found > 0 and element('custom-meta-group', {}, table.concat(found)) or ''
end

local function front(meta, title_page, abstract_page, words)
  local title = part_of(title_page, 'title')
  local head = element('article-title', {}, title and written_inlines(inlines_of(title.content)) or nil)
  local short = text_of(meta['running-head'])
  if short and short ~= '' then
    head = head .. element('alt-title', { { 'alt-title-type', 'running-head' } }, escaped(short))
  end
  local notes, count = author_notes(part_of(title_page, 'author-note'), words)
  local correspondences = { count = count, used = 0 }
  local authors = pandoc.List(meta.authors or {})
  local are_equal = #authors:filter(function (author) return author['equal-contributor'] == true end) > 1
  local people = authors:map(function (author) return contributor(author, correspondences, are_equal) end)
  local parts = {
    element('title-group', {}, head),
    #people > 0 and element('contrib-group', {}, table.concat(people, '\n')) or '',
    affiliations(meta),
    notes,
    abstracts(abstract_page),
    keyword_group(meta, words),
    funding_group(meta),
    further_fields(title_page),
  }
  return table.concat(pandoc.List(parts):filter(function (part) return part ~= '' end), '\n')
end

-- The document -----------------------------------------------------------------------------------------------------------------

local function field(text)
  return text ~= '' and pandoc.MetaBlocks { raw_block(text) } or nil
end

local function layout(doc)
  image_files = doc.meta['image-files'] or {}
  local words = labels.of(doc.meta)
  local blocks, notes, heading = take_notes(doc.blocks)
  local ids = ids_of(blocks)
  local all = blocks .. { pandoc.Div(notes:map(function (note)
    return pandoc.Div(note.blocks, pandoc.Attr(note.id, { 'note-of-the-paper' }, { sign = note.sign }))
  end), pandoc.Attr '') }
  -- Each part is taken out of the whole before its divisions are opened: `converted` leaves only those with an id.
  local noted = all:remove()
  local parts = parts_of(all)
  local function convert(content)
    return converted(pandoc.Blocks(content), ids)
  end
  for _, name in ipairs { 'title-page', 'abstract-page' } do
    local page = parts.front[name]
    if page then
      page.content = page.content:map(function (block)
        if block.t == 'Div' then
          block.content = convert(block.content)
        end
        return block
      end)
      parts.front[name] = page
    end
  end
  parts.over_references = convert(parts.over_references)
  for _, appendix in ipairs(parts.appendices) do
    appendix.header = convert { appendix.header }[1]
    appendix.blocks = convert(appendix.blocks)
  end
  local footnotes = pandoc.List {}
  for _, div in ipairs(noted.content) do
    footnotes:insert(note_element { id = div.identifier, sign = div.attributes.sign, blocks = convert(div.content) })
  end
  local title = heading and element('title', {}, written_inlines(heading)) or ''
  local body = convert(parts.body)
  local back = pandoc.List {
    take_thanks(body),
    reference_list(parts),
    #parts.appendices > 0 and element('app-group', {}, table.concat(parts.appendices:map(appendix_element), '\n')) or '',
  }
  if #footnotes > 0 then -- those on a page of their own stand before the appendices (APA 2.17)
    back:insert(heading and 3 or 4, element('fn-group', {}, title .. table.concat(footnotes, '\n')))
  end
  local floats = convert(parts.floats)
  doc.meta['jats-front'] = field(front(doc.meta, parts.front['title-page'], parts.front['abstract-page'], words))
  doc.meta['jats-back'] = field(table.concat(back:filter(function (part) return part ~= '' end), '\n'))
  doc.meta['jats-floats'] = field(#floats > 0 and written(floats) or '')
  doc.blocks = body
  return doc
end

return { { Pandoc = layout } }
