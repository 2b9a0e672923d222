--- title-page.lua – builds the title page, the abstract page and the title over the text from the front matter.
--
-- Why: an APA manuscript opens with a title page (2.3–2.7), an abstract with keywords on a page of its own (2.9, 2.10)
-- and the title once more over the text, in the place of a heading "Introduction" (2.11, 2.27).
-- The parts are blocks with classes that say what they are; the layout filter of each format gives them their look:
--   Div#title-page.title-page { Div.title, Div.byline, Div.affiliation, Div.author-note }
--   Div#abstract-page.abstract-page { Header#abstract, Div.abstract, Div.keywords, Div.impact-statement }
--   Header#text-title.section-label.text-title
--   Header.section-label (References), Div#refs
-- The metadata stays, for the writers' titles and properties; `parts: true` tells templates that the parts are in the body.
--
-- Run after: front-matter.lua (it reads the shape that one leaves) and citeproc (the reference list is there).
-- Formats:   all; it never asks for the format.
-- Options:   none.
-- Warns:     an abstract in the front matter and a section "Abstract" as well.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local text = pandoc.text
local stringify = pandoc.utils.stringify

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

local function title_page(meta)
  local parts = pandoc.Blocks {}
  if meta.title then
    parts:insert(paragraph('title', meta.title))
  end
  if meta.byline then
    parts:insert(paragraph('byline', meta.byline))
  end
  if meta.affiliation then
    parts:insert(part('affiliation', pandoc.List(meta.affiliation):map(pandoc.Para)))
  end
  if meta['author-note'] then
    parts:insert(part('author-note',
      pandoc.Blocks { label('Author Note', 'author-note') } .. meta['author-note']))
  end
  return #parts > 0 and part('title-page', parts, 'title-page') or nil
end

local function keyword_line(keywords)
  local inlines = pandoc.Inlines { pandoc.Emph 'Keywords:', pandoc.Space() }
  for index, keyword in ipairs(keywords) do
    if index > 1 then
      inlines:extend { pandoc.Str ',', pandoc.Space() }
    end
    inlines:extend(keyword)
  end
  return paragraph('keywords', inlines)
end

--- An empty Span that keeps the identifier of a heading that was taken out, so that links to it still land.
local function landing(id)
  return pandoc.Span({}, pandoc.Attr(id))
end

local function abstract_page(meta, abstract, moved_id)
  local parts = pandoc.Blocks {}
  if abstract then
    local heading = label('Abstract', 'abstract')
    if moved_id and moved_id ~= '' and moved_id ~= heading.identifier then
      heading.content:insert(1, landing(moved_id))
    end
    parts:insert(heading)
    parts:insert(part('abstract', abstract))
  end
  if meta.keywords then
    parts:insert(keyword_line(meta.keywords))
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

local function heading_says(block, word)
  if not block or block.t ~= 'Header' then
    return false
  end
  local words = text.lower(stringify(block)):gsub('^[%d.]+%s+', '')
  return words == word
end

--- Takes a first section "Abstract" out of the blocks; gives its blocks and identifier, or nil if there is no such section.
local function take_abstract(blocks)
  local at = first_printed(blocks)
  if not at or not heading_says(blocks[at], 'abstract') then
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
  if at and heading_says(blocks[at], 'introduction') then
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

local function label_reference_heading(blocks)
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and is_reference_list(blocks[index + 1]) then
      block.level = 1
      for _, class in ipairs { 'section-label', 'unnumbered' } do
        if not block.classes:includes(class) then
          block.classes:insert(class)
        end
      end
      blocks[index] = block
    end
  end
  return blocks
end

local function build(doc)
  local meta, blocks = doc.meta, doc.blocks
  if meta.parts then
    return nil -- they are there
  end
  local abstract, moved_id = meta.abstract, nil
  if not abstract then
    abstract, moved_id = take_abstract(blocks)
  elseif heading_says(blocks[first_printed(blocks)], 'abstract') then
    pandoc.log.warn 'title-page.lua: the front matter has an abstract and the text a section "Abstract"; both are printed.'
  end

  local parts = pandoc.Blocks {}
  parts:insert(title_page(meta))
  parts:insert(abstract_page(meta, abstract, moved_id))
  if meta.title then
    parts:insert(title_over_text(meta.title, take_introduction(blocks)))
  end
  doc.blocks = parts .. blocks:walk { Blocks = label_reference_heading }
  meta.parts = true
  -- What stands in the text now leaves the metadata: a writer would set it again, and its footnotes twice.
  for _, name in ipairs { 'abstract', 'author-note', 'impact-statement' } do
    meta[name] = nil
  end
  doc.meta = meta
  return doc
end

return { { Pandoc = build } }
