--- title-page.lua – builds the pages before the text: title page, abstract page and, for a thesis, the contents.
--
-- Why: an APA manuscript opens with a title page (2.3–2.7), an abstract with keywords on a page of its own (2.9, 2.10)
-- and the title once more over the text, in the place of a heading "Introduction" (2.11, 2.27).
-- The parts are blocks with classes that say what they are; the layout filter of each format gives them their look:
--   Div#title-page.title-page { Div.title, Div.byline, Div.affiliation, Div.course, Div.instructor, Div.due-date,
--                               Div.word-count, Div.author-note }        (course, instructor, due date: student papers only)
--   Div#abstract-page.abstract-page { Header#abstract, Div.abstract, Div.keywords, Div.impact-statement }
--   Div#contents.contents, Div#list-of-tables.contents, Div#list-of-figures.contents    (a thesis only)
--     { Header.section-label, Div.contents-entry{level} { Para[Link] }, … }
--   Header#text-title.section-label.text-title
--   Header.section-label (References), Div#refs
-- The metadata stays, for the writers' titles and properties; `parts: true` tells templates that the parts are in the body.
--
-- The contents list the headings of levels 1 to 3, but none of the class `unlisted`, in the order of APA 2.17: text,
-- references, footnotes, appendices.
-- A word count that is asked for, and not given, is put in by word-count.lua, when all words are there.
--
-- Run after: front-matter.lua (it reads the shape that one leaves), citeproc (the reference list is there), and the filters
--            that number tables, figures and appendices (the lists name them).
-- Formats:   all; it never asks for the format.
-- Options:   apa: mode, footnotes.
-- Warns:     an abstract in the front matter and a section "Abstract" as well.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local script_folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { script_folder, '?.lua' } .. ';' .. package.path
local read_options = require 'apa.options'.read
local labels = require 'apa.labels'

local text = pandoc.text
local utils = pandoc.utils
local stringify = utils.stringify

-- Words of the paper's language --------------------------------------------------------------

-- Where a label is not followed by ": ", or items not parted by ", ".
local MARKS = {
  fr = { colon = '\u{202F}:' },
  ja = { colon = '：', comma = '，', space = '' },
  zh = { colon = '：', comma = '，', space = '' },
  ar = { comma = '، ' },
}

--- The labels of the paper's language, with its marks.
local function language_of(meta)
  local primary = stringify(meta.lang or 'en'):lower():match '^%a+' or 'en'
  local marks = MARKS[primary] or {}
  return {
    words = labels.of(meta),
    colon = marks.colon or ':',
    space = marks.space or ' ',
    comma = marks.comma or ', ',
  }
end

-- A heading of these words over the beginning of the text gives way to the title (APA 2.11).
local INTRODUCTIONS = pandoc.List {
  'introduction', 'einleitung', 'einführung', 'introducción', 'introdução', 'inleiding', 'はじめに', '序論', '引言', '前言',
  '绪论', 'مقدمة', 'المقدمة',
}

-- The parts ----------------------------------------------------------------------------------

local function label(words, id, class)
  local classes = class and { 'section-label', class, 'unnumbered' } or { 'section-label', 'unnumbered' }
  return pandoc.Header(1, words, pandoc.Attr(id, classes))
end

local function part(class, blocks, id)
  return pandoc.Div(blocks, pandoc.Attr(id or '', { class }))
end

local function paragraph(class, inlines)
  return part(class, { pandoc.Para(inlines) })
end

--- Inlines of a field of the metadata; nil if it is not there.
local function field(meta, name)
  local value = meta[name]
  if type(value) == 'string' then
    return pandoc.Inlines(value)
  end
  return utils.type(value) == 'Inlines' and value or nil
end

local function title_page(meta, language, is_student)
  local parts = pandoc.Blocks {}
  local function add(name)
    local inlines = field(meta, name)
    if inlines then
      parts:insert(paragraph(name, inlines))
    end
  end
  add 'title'
  add 'byline'
  if meta.affiliation then
    parts:insert(part('affiliation', pandoc.List(meta.affiliation):map(pandoc.Para)))
  end
  if is_student then
    add 'course'
    add 'instructor'
    add 'due-date'
  end
  local count = field(meta, 'word-count')
  if count then
    parts:insert(paragraph('word-count', pandoc.Inlines(language.words.word_count .. language.colon .. language.space) .. count))
  end
  if meta['author-note'] then
    parts:insert(part('author-note',
      pandoc.Blocks { label(language.words.author_note, 'author-note') } .. meta['author-note']))
  end
  return #parts > 0 and part('title-page', parts, 'title-page') or nil
end

local function keyword_line(keywords, language)
  local inlines = pandoc.Inlines { pandoc.Emph(language.words.keywords .. language.colon) }
    .. pandoc.Inlines(language.space)
  for index, keyword in ipairs(keywords) do
    if index > 1 then
      inlines:extend(pandoc.Inlines(language.comma))
    end
    inlines:extend(keyword)
  end
  return paragraph('keywords', inlines)
end

--- An empty Span that keeps the identifier of a heading that was taken out, so that links to it still land.
local function landing(id)
  return pandoc.Span({}, pandoc.Attr(id))
end

local function abstract_page(meta, abstract, moved_id, language)
  local parts = pandoc.Blocks {}
  if abstract then
    local heading = label(language.words.abstract, 'abstract')
    if moved_id and moved_id ~= '' and moved_id ~= heading.identifier then
      heading.content:insert(1, landing(moved_id))
    end
    parts:insert(heading)
    parts:insert(part('abstract', abstract))
  end
  if meta.keywords then
    parts:insert(keyword_line(meta.keywords, language))
  end
  if meta['impact-statement'] then
    parts:insert(part('impact-statement', meta['impact-statement']))
  end
  return #parts > 0 and part('abstract-page', parts, 'abstract-page') or nil
end

--- The place of the first block that prints anything; comments and raw blocks of other formats do not.
local function first_printed(blocks)
  for index, block in ipairs(blocks) do
    if block.t ~= 'RawBlock' then
      return index
    end
  end
  return nil
end

local function heading_says(block, wanted)
  if not block or block.t ~= 'Header' then
    return false
  end
  local words = text.lower(stringify(block)):gsub('^[%d.]+%s+', '')
  return wanted:includes(words)
end

local function abstract_words(language)
  return pandoc.List { 'abstract', text.lower(language.words.abstract) }
end

--- Takes a first section "Abstract" out of the blocks; gives its blocks and identifier, or nil if there is no such section.
local function take_abstract(blocks, language)
  local at = first_printed(blocks)
  if not at or not heading_says(blocks[at], abstract_words(language)) then
    return nil
  end
  local heading = blocks:remove(at)
  local abstract = pandoc.Blocks {}
  while blocks[at] and not (blocks[at].t == 'Header' and blocks[at].level <= heading.level) do
    abstract:insert(blocks:remove(at))
  end
  return abstract, heading.identifier
end

--- Takes a first heading "Introduction" out of the blocks; gives its identifier, so that links to it still land.
local function take_introduction(blocks)
  local at = first_printed(blocks)
  if at and heading_says(blocks[at], INTRODUCTIONS) then
    return blocks:remove(at).identifier
  end
  return nil
end

local function title_over_text(title, moved_id)
  -- A footnote to the title belongs to the title page only.
  local inlines = pandoc.Inlines(title):walk { Note = function() return {} end }
  if moved_id and moved_id ~= '' then
    inlines:insert(1, landing(moved_id))
  end
  return label(inlines, 'text-title', 'text-title')
end

local function is_reference_list(block)
  return block and block.t == 'Div' and block.identifier == 'refs'
end

local function stop()
  return nil, false
end

--- Whether a reference list follows the heading, with or without the sentence on included studies (APA 9.52) between.
local function heads_reference_list(blocks, index)
  if blocks[index].t ~= 'Header' then
    return false
  end
  local following = blocks[index + 1]
  local has_sentence = following and following.t == 'Div' and following.classes:includes 'included-studies'
  return is_reference_list(has_sentence and blocks[index + 2] or following)
end

local function label_reference_heading(blocks)
  local found = false
  for index, block in ipairs(blocks) do
    if heads_reference_list(blocks, index) then
      found = true
      block.level = 1
      for _, class in ipairs { 'section-label', 'unnumbered' } do
        if not block.classes:includes(class) then
          block.classes:insert(class)
        end
      end
      blocks[index] = block
    end
  end
  return found and blocks or nil -- to take lists of blocks back takes pandoc its time
end

--- The blocks of the text, of the references and of the appendices, apart (APA 2.17).
local function parts_of_paper(blocks)
  local parts = { text = pandoc.Blocks {}, references = pandoc.Blocks {}, appendices = pandoc.Blocks {} }
  local current = parts.text
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and block.classes:includes 'appendix' then
      current = parts.appendices
    elseif heads_reference_list(blocks, index) then
      current = parts.references
    elseif block.t == 'Header' and block.level == 1 then
      current = parts.text
    end
    local into = is_reference_list(block) and parts.references or current
    into:insert(block)
  end
  return parts
end

-- Contents of a thesis -----------------------------------------------------------------------

local DEEPEST_LEVEL = 3

--- What a heading or a title says, without what must not stand twice in a document: notes, links and landings.
local function for_contents(inlines, language)
  return pandoc.Inlines(inlines):walk {
    Note = function() return {} end,
    Link = function(link) return link.content end,
    Cite = function(cite) return cite.content end,
    Span = function(span) return span.content end,
    LineBreak = function() return pandoc.Inlines(language.colon .. language.space) end, -- "Appendix A: Materials"
  }
end

local function contents_entry(level, inlines)
  return pandoc.Div({ pandoc.Para(inlines) }, pandoc.Attr('', { 'contents-entry' }, { level = tostring(level) }))
end

local function contents_part(id, heading, entries)
  if #entries == 0 then
    return nil
  end
  return part('contents', pandoc.Blocks { label(heading, id .. '-label') } .. entries, id)
end

--- Gives an identifier to each heading that has none, as pandoc's reader does.
local function with_identifiers(blocks)
  local taken, number = {}, 0
  blocks:walk { Header = function(header) taken[header.identifier] = true end }
  return blocks:walk {
    Header = function(header)
      if header.identifier ~= '' or header.level > DEEPEST_LEVEL then
        return nil
      end
      repeat
        number = number + 1
      until not taken['section-' .. number]
      header.identifier = 'section-' .. number
      return header
    end,
  }
end

local function heading_entries(blocks, language)
  local entries = pandoc.Blocks {}
  blocks:walk {
    traverse = 'topdown',
    Header = function(header)
      if header.level <= DEEPEST_LEVEL and not header.classes:includes 'unlisted' then
        entries:insert(contents_entry(header.level,
          { pandoc.Link(for_contents(header.content, language), '#' .. header.identifier) }))
      end
      return nil, false
    end,
    BlockQuote = function() return nil, false end,
    Div = function(div) return nil, not (is_reference_list(div) or div.classes:includes 'float') end,
  }
  return entries
end

local function has_notes(doc)
  local found = false
  doc:walk { Note = function() found = true end }
  return found
end

local function contents(doc, blocks, language, options)
  local parts = parts_of_paper(blocks)
  local entries = heading_entries(parts.text, language) .. heading_entries(parts.references, language)
  if options.footnotes == 'end' and has_notes(doc) then -- their page is made after this filter
    entries:insert(contents_entry(1, { pandoc.Link(language.words.footnotes, '#footnotes') }))
  end
  return contents_part('contents', language.words.contents, entries .. heading_entries(parts.appendices, language))
end

--- Sorts "2" before "10", and both before "A1".
local function comes_before(one, other)
  local letters, number = one.attributes.number:match '^(%a*)(%d*)'
  local other_letters, other_number = other.attributes.number:match '^(%a*)(%d*)'
  if letters ~= other_letters then
    return #letters < #other_letters or #letters == #other_letters and letters < other_letters
  end
  return (tonumber(number) or 0) < (tonumber(other_number) or 0)
end

local function float_title(float, language)
  local title
  float:walk {
    Div = function(div)
      if div.classes:includes 'float-title' then
        title = for_contents(utils.blocks_to_inlines(div.content, { pandoc.Space() }), language)
      end
    end,
  }
  return title
end

local function list_of_floats(blocks, kind, id, heading, language)
  local floats = pandoc.List {}
  blocks:walk {
    Div = function(div)
      if div.classes:includes 'float' and div.classes:includes(kind) and div.attributes.number then
        floats:insert(div)
      end
    end,
  }
  floats:sort(comes_before)
  local entries = pandoc.Blocks {}
  for _, float in ipairs(floats) do
    local name = pandoc.Inlines(float.attributes.label or float.attributes.number)
    local title = float_title(float, language)
    local inlines = pandoc.Inlines { pandoc.Link(name, '#' .. float.identifier) }
    entries:insert(contents_entry(1, title and inlines .. { pandoc.Space() } .. title or inlines))
  end
  return contents_part(id, heading, entries)
end

-- The document -------------------------------------------------------------------------------

local function build(doc)
  local meta, blocks = doc.meta, doc.blocks
  if meta.parts then
    return nil -- they are there
  end
  local options, language = read_options(meta), language_of(meta)
  local abstract, moved_id = meta.abstract, nil
  if not abstract then
    abstract, moved_id = take_abstract(blocks, language)
  elseif heading_says(blocks[first_printed(blocks)], abstract_words(language)) then
    pandoc.log.warn 'title-page.lua: the front matter has an abstract and the text a section "Abstract"; both are printed.'
  end
  local introduction = meta.title and take_introduction(blocks)
  blocks = blocks:walk { -- not into words, nor the list itself
    traverse = 'topdown', Blocks = label_reference_heading, Para = stop, Plain = stop, Header = stop,
    Div = function(div) return nil, not is_reference_list(div) end,
  }

  local parts = pandoc.Blocks {}
  parts:insert(title_page(meta, language, options.mode == 'student'))
  parts:insert(abstract_page(meta, abstract, moved_id, language))
  local rest = pandoc.Blocks {}
  if meta.title then
    rest:insert(title_over_text(meta.title, introduction))
  end
  rest = rest .. blocks
  if options.mode == 'thesis' then
    rest = with_identifiers(rest)
    local words = language.words
    parts:insert(contents(doc, rest, language, options))
    parts:insert(list_of_floats(rest, 'table', 'list-of-tables', words.list_of_tables, language))
    parts:insert(list_of_floats(rest, 'figure', 'list-of-figures', words.list_of_figures, language))
  end
  doc.blocks = parts .. rest
  meta.parts = true
  -- What stands in the text now leaves the metadata: a writer would set it again, and its footnotes twice.
  for _, name in ipairs { 'abstract', 'author-note', 'impact-statement' } do
    meta[name] = nil
  end
  doc.meta = meta
  return doc
end

return { { Pandoc = build } }
