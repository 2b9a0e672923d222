--- submission-part.lua – gives one part of a paper as a document of its own, or the paper without what stands apart from it.
--
-- Why: portals want the title page, highlights, tables, legends, statements, a cover letter and a checklist each in a file, and
-- the manuscript without its figures. What is said in such a file is what the paper says, cited and numbered as in the paper.
--   figures: apart     each figure keeps number, title and note, its legend; the picture goes. Behind the text they get a label
--   tables: apart      the tables go; a link to one becomes its words
--   extract: NAME      only that part stays, behind it the entries of the works that it cites:
--     title-page, abstract, tables, figure-legends      as they stand in the paper
--     highlights, impact-statement, statements          from the front matter
--     cover-letter     from cover-letter.md beside the paper, else from templates/cover-letter.md: a pandoc template, in which
--                      $title$, $authors$, $corresponding$, $email$, $highlights$, the statements by their names and what
--                      `submission:` holds (journal, words, tables, figures, references) are filled in; a `journal` of the
--                      front matter wins
--     checklist        a table of the items that `submission: {checklist: …}` holds, and where each stands in the paper
--   `submission: {draft: WORDS}` puts these words on the title page, or before all else.
-- Several parts can be taken of one cited document: with `parts-later` all stays, and defaults/part.yaml runs this filter on it
-- for each of them.
--
-- Run after: all other common filters.
-- Formats:   all; it never asks for the format.
-- Options:   apa: extract, figures, tables; `submission`, a map that `citeproof submit` gives; `parts-later`.
-- Warns:     a part that the paper does not have.
-- Fails:     where cover-letter.md cannot be read as a template.

-- pandoc.template.apply is there from 3.0, pandoc.log.warn from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local script_folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { script_folder, '?.lua' } .. ';' .. package.path
local read_options = require 'apa.options'.read
local each = require 'apa.values'.each
local labels = require 'apa.labels'

local utils = pandoc.utils
local stringify = utils.stringify

local function warn(message)
  pandoc.log.warn('submission-part.lua: ' .. message)
end

local function has_class(block, class)
  return block.attr ~= nil and block.classes:includes(class)
end

local function is_float(block, kind)
  return block.t == 'Div' and has_class(block, 'float') and has_class(block, kind)
end

-- Figures and tables apart -------------------------------------------------------------------

local LEGEND = pandoc.List { 'float-number', 'float-title', 'float-note' }

--- A figure's number, title and note, without the picture.
local function legend_of(figure)
  figure.content = figure.content:filter(function(block)
    return block.t == 'Div' and LEGEND:find_if(function(class) return has_class(block, class) end) ~= nil
  end)
  return figure
end

local function without_pictures(blocks)
  return blocks:walk { Div = function(div) return is_float(div, 'figure') and legend_of(div) or nil end }
end

--- The blocks with those legends that stand behind the text under a label, which begins a page, and not on a page each.
local function with_legends_together(blocks, words)
  local together, labelled = pandoc.Blocks {}, false
  for _, block in ipairs(blocks) do
    if is_float(block, 'figure') and block.attributes['own-page'] then
      if not labelled then
        together:insert(pandoc.Header(1, words.figure_legends,
          pandoc.Attr('figure-legends', { 'section-label', 'unnumbered' })))
        labelled = true
      end
      block.attributes['own-page'] = nil
    end
    together:insert(block)
  end
  return together
end

--- The blocks without their tables; links to what went become words.
local function without_tables(blocks)
  local gone = {}
  local function note(element)
    if element.identifier and element.identifier ~= '' then
      gone['#' .. element.identifier] = true
    end
  end
  blocks = blocks:walk {
    Div = function(div)
      if is_float(div, 'table') then
        note(div)
        div:walk { Div = note, Span = note, Table = note }
        return {}
      end
    end,
  }
  return blocks:walk { Link = function(link) return gone[link.target] and link.content or nil end }
end

-- The list of what a part cites ---------------------------------------------------------------

--- The heading of the list and the list, with those entries only that the blocks lead to; nothing if they lead to none.
local function references_for(blocks, paper)
  local wanted = {}
  blocks:walk { Link = function(link) wanted[link.target] = true end }
  local found = pandoc.Blocks {}
  for index, block in ipairs(paper) do
    if block.t == 'Div' and block.identifier == 'refs' then
      local list = block:clone()
      list.content = list.content:filter(function(entry)
        return entry.attr ~= nil and wanted['#' .. entry.identifier]
      end)
      if #list.content > 0 then
        local before = paper[index - 1]
        if before and before.t == 'Header' then
          found:insert(before)
        end
        found:insert(list)
      end
    end
  end
  return found
end

--- Links within the paper to what is not in this part become words.
local function without_loose_links(blocks)
  local there = {}
  local function note(element)
    if element.attr and element.identifier ~= '' then
      there['#' .. element.identifier] = true
    end
  end
  blocks:walk { Header = note, Div = note, Span = note, Table = note, Figure = note, Link = note, CodeBlock = note }
  return blocks:walk {
    Link = function(link)
      return link.target:sub(1, 1) == '#' and not there[link.target] and link.content or nil
    end,
  }
end

-- The parts ----------------------------------------------------------------------------------

local function heading(words)
  return pandoc.Header(1, words, pandoc.Attr('part', { 'section-label', 'unnumbered' }))
end

local function page(paper, identifier)
  return paper:filter(function(block) return block.t == 'Div' and block.identifier == identifier end)
end

--- All floats of a kind, wherever they stand, in the order of the paper.
local function floats(paper, kind)
  local found = pandoc.Blocks {}
  paper:walk {
    traverse = 'topdown',
    Div = function(div)
      if is_float(div, kind) then
        found:insert(div)
        return nil, false
      end
    end,
  }
  return found
end

local function as_blocks(value)
  local kind = utils.type(value)
  if kind == 'Blocks' then
    return value
  end
  return pandoc.Blocks { pandoc.Plain(kind == 'Inlines' and value or pandoc.Inlines(stringify(value))) }
end

local function as_markdown(blocks)
  local written = pandoc.write(pandoc.Pandoc(blocks), 'markdown', { wrap_text = 'wrap-none' })
  return (written:gsub('%s+$', ''))
end

--- What is said of the submission; what is known of it when the paper is cited comes in a map of its own, since pandoc
--- merges no two maps of one name.
local function submission_of(meta)
  if type(meta.submission) ~= 'table' then
    return {}
  end
  local told = {}
  for _, map in ipairs { meta.submission, meta['submission-when-cited'] } do
    for name, value in pairs(map) do
      told[name] = value
    end
  end
  return told
end

local function statements_of(meta)
  local found = pandoc.List {}
  for _, one in ipairs(each(meta.statements)) do
    found:insert({ name = stringify(one.name), text = as_blocks(one.text) })
  end
  return found
end

--- What a template of a cover letter can print.
local function facts(meta)
  local known = {}
  for name, value in pairs(submission_of(meta)) do
    if utils.type(value) ~= 'table' and utils.type(value) ~= 'List' then
      known[name] = stringify(value)
    end
  end
  for _, what in ipairs { 'table', 'figure', 'reference' } do
    known['one-' .. what] = known[what .. 's'] == '1'
    known[what .. 's'] = known[what .. 's'] == '0' and 'no' or known[what .. 's']
  end
  known.title = meta.title and stringify(meta.title) or ''
  known.authors, known.highlights = {}, {}
  for _, author in ipairs(each(meta.authors)) do
    table.insert(known.authors, stringify(author.name) .. '\\')
    if author.corresponding then
      known.corresponding = stringify(author.name)
      known.email = author.email and stringify(author.email) or nil
    end
  end
  known['one-author'] = #known.authors == 1
  if #known.authors > 0 then
    known.authors[#known.authors] = known.authors[#known.authors]:gsub('\\$', '')
  end
  for _, highlight in ipairs(each(meta.highlights)) do
    table.insert(known.highlights, as_markdown(as_blocks(highlight)))
  end
  known.highlights = #known.highlights > 0 and known.highlights or nil
  known.journal = meta.journal and stringify(meta.journal) or known.journal
  for _, statement in ipairs(statements_of(meta)) do
    known[statement.name] = as_markdown(statement.text)
  end
  return known
end

local function read_file(path)
  local file = io.open(path, 'rb')
  if not file then
    return nil
  end
  local content = file:read 'a'
  file:close()
  return (content:gsub('^\u{FEFF}', ''):gsub('\r\n', '\n'))
end

local LETTER = 'cover-letter.md'

local function cover_letter(_, meta)
  local own = read_file(LETTER)
  if own and not utf8.len(own) then
    error(('%s:1: error: it is not UTF-8\n    save it as UTF-8'):format(LETTER), 0)
  end
  local text = own or read_file(pandoc.path.join { script_folder, 'templates', LETTER })
  local sound, template = pcall(pandoc.template.compile, text)
  if not sound then
    local line, what = tostring(template):match 'line (%d+), column %d+%):?%s*(.*)'
    error(('%s:%s: error: it is no template of pandoc\'s: %s\n    a dollar sign that is printed is written $$'):format(
      LETTER, line or 1, (what or tostring(template)):gsub('%s+', ' ')), 0)
  end
  local filled = pandoc.template.apply(template, facts(meta)):render()
  return pandoc.Blocks { pandoc.Div(pandoc.read(filled, 'markdown+autolink_bare_uris').blocks, pandoc.Attr('', { 'letter' })) }
end

local function highlights(_, meta)
  local items = each(meta.highlights):map(as_blocks)
  return #items > 0 and pandoc.Blocks { heading 'Highlights', pandoc.BulletList(items) } or pandoc.Blocks {}
end

local function statements(_, meta)
  local blocks = pandoc.Blocks {}
  local titles = submission_of(meta)['statement-titles'] or {}
  for _, statement in ipairs(statements_of(meta)) do
    local name = statement.name
    local title = titles[name] and stringify(titles[name])
      or name:gsub('-', ' '):gsub('^%l', string.upper):gsub('^Ai ', 'AI ')
    blocks:insert(pandoc.Header(1, title, pandoc.Attr(name)))
    blocks:extend(statement.text)
  end
  return blocks
end

--- The titles of all sections by their identifiers.
local function titles_of(paper)
  local titles = {}
  paper:walk { Header = function(header) titles[header.identifier] = stringify(header.content) end }
  return titles
end

--- The item's place as words: the title of the section with that identifier, a label such as "Table 1", or as it is given.
local function place_of(where, titles, numbered)
  local identifier = where:match '^#(.+)$'
  if not identifier then
    return where
  end
  return numbered[identifier] and stringify(numbered[identifier]) or titles[identifier] or where
end

local function checklist(paper, meta)
  local list = submission_of(meta).checklist
  if not list then
    return pandoc.Blocks {}
  end
  local rows, titles = pandoc.List {}, titles_of(paper)
  for _, item in ipairs(each(list.items)) do
    local where = item.where and stringify(item.where) or ''
    rows:insert({ stringify(item.number), stringify(item.what), place_of(where, titles, meta.numbered or {}) })
  end
  local cells = rows:map(function(row)
    return pandoc.List(row):map(function(words) return { pandoc.Plain(pandoc.Inlines(words)) } end)
  end)
  local head = pandoc.List { 'Item', 'What is asked', 'Where it stands' }:map(function(words)
    return { pandoc.Plain(pandoc.Inlines(words)) }
  end)
  local simple = pandoc.SimpleTable({}, { 'AlignLeft', 'AlignLeft', 'AlignLeft' }, { 0.1, 0.6, 0.3 }, head, cells)
  return pandoc.Blocks { heading(stringify(list.name)), utils.from_simple_table(simple) }
end

local PARTS = {
  ['title-page'] = function(paper) return page(paper, 'title-page') end,
  abstract = function(paper) return page(paper, 'abstract-page') end,
  ['impact-statement'] = function(paper)
    local found = pandoc.Blocks {}
    page(paper, 'abstract-page'):walk {
      Div = function(div)
        if has_class(div, 'impact-statement') then
          found:extend(div.content)
        end
      end,
    }
    return found
  end,
  tables = function(paper) return floats(paper, 'table') end,
  ['figure-legends'] = function(paper)
    return without_pictures(floats(paper, 'figure')):map(function(figure)
      figure.attributes['own-page'] = nil
      return figure
    end)
  end,
  highlights = highlights,
  statements = statements,
  ['cover-letter'] = cover_letter,
  checklist = checklist,
}

--- The words that tell a draft, in the title page or before all else.
local function with_stamp(blocks, meta)
  local words = submission_of(meta).draft
  if not words then
    return blocks
  end
  local stamp = pandoc.Para { pandoc.Strong(pandoc.Inlines(stringify(words))) }
  for _, block in ipairs(blocks) do
    if block.t == 'Div' and block.identifier == 'title-page' then
      block.content:insert(1, pandoc.Div({ stamp }, pandoc.Attr('', { 'draft' })))
      return blocks
    end
  end
  blocks:insert(1, stamp)
  return blocks
end

-- The document -------------------------------------------------------------------------------

local function extracted(doc, name)
  local blocks = pandoc.Blocks(PARTS[name](doc.blocks, doc.meta))
  if #blocks == 0 then
    warn(('the paper has nothing for the part "%s".'):format(name))
  end
  if name == 'cover-letter' then
    doc.meta['running-head'] = nil
  end
  if name == 'checklist' or name == 'cover-letter' and not read_file(LETTER) then
    -- Their words are ours, and English; those of the paper in them run as they do in any English text.
    doc.meta.lang, doc.meta.dir = pandoc.MetaString 'en-US', nil
  end
  blocks:extend(references_for(blocks, doc.blocks))
  doc.blocks = without_loose_links(blocks)
  return doc
end

local function part(doc)
  if doc.meta['parts-later'] then
    doc.meta['parts-later'] = nil
    return doc
  end
  local options = read_options(doc.meta)
  if options.extract ~= 'whole' then
    doc = extracted(doc, options.extract)
  else
    if options.figures == 'apart' then
      doc.blocks = with_legends_together(without_pictures(doc.blocks), labels.of(doc.meta))
    end
    if options.tables == 'apart' then
      doc.blocks = without_tables(doc.blocks)
    end
  end
  doc.blocks = with_stamp(doc.blocks, doc.meta)
  for _, name in ipairs { 'statements', 'submission', 'submission-when-cited', 'checklist' } do
    doc.meta[name] = nil
  end
  return doc
end

return { { Pandoc = part } }
