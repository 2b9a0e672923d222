--- docx-layout.lua – gives each part of an APA paper its paragraph style in the DOCX.
--
-- Why: pandoc's DOCX writer knows no title page, section label or run-in heading (APA 2.27), and no style for the text of
-- lists and tables; it sets all paragraphs of a block quotation alike (8.27), passes over an image's `alt`, and gives the
-- text of a paper in Arabic or Hebrew no style at all (pandoc 3.9). The styles are in templates/docx/word/styles.xml.
--
-- Run after: citeproc, title-page.lua.
-- Formats:   docx, through writers/apa-docx.lua, which turns the mark of a run-in heading into Word's style separator.
-- Options:   none.
-- Warns:     never.

PANDOC_VERSION:must_be_at_least '3.1' -- Figure blocks

local stringify = pandoc.utils.stringify

-- The classes that title-page.lua gives, and the styles that they take.
local STYLE_OF_CLASS = {
  ['title'] = 'Title',
  ['byline'] = 'Author',
  ['affiliation'] = 'Affiliation',
  ['abstract'] = 'Abstract',
  ['keywords'] = 'Keywords',
  ['impact-statement'] = 'Abstract',
}

local DEEPEST_HEADING = 5
local FIRST_RUN_IN = 4

-- Read by writers/apa-docx.lua; any other DOCX writer passes over it.
local RUN_IN_MARK = pandoc.RawInline('openxml', '<?run-in?>')

local function styled(style, blocks, identifier)
  return pandoc.Div(blocks, pandoc.Attr(identifier or '', {}, { ['custom-style'] = style }))
end

local function as_paragraph(block)
  return block.t == 'Plain' and pandoc.Para(block.content) or block
end

local function is_text(block)
  return block ~= nil and (block.t == 'Para' or block.t == 'Plain')
end

--- Gives a style to the paragraphs directly among these blocks and leaves lists, tables and divisions to their own.
local function with_text_style(blocks, style)
  return blocks:map(function (block)
    return is_text(block) and styled(style, { as_paragraph(block) }) or block
  end)
end

-- Title page ----------------------------------------------------------------------------------------------------------------

-- One double-spaced line of 12-pt Times New Roman is 27.6 pt, 552 twentieths of a point; a page of 9 in holds 23 of them.
local LINE = 552
local LINES_ON_PAGE = 23
local LOWER_HALF = 13
local LINES_ABOVE_TITLE = 3
local LINES_BELOW_TITLE = 1
local LABEL_LINES = 1
local CHARACTERS_IN_LINE = 75 -- of running text; the bold title holds fewer
local CHARACTERS_IN_TITLE_LINE = 62

local function lines_of(blocks, characters)
  local lines = 0
  for _, block in ipairs(blocks) do
    lines = lines + math.max(1, math.ceil((utf8.len(stringify(block)) or 0) / characters))
  end
  return lines
end

--- The space between byline and author note, so that the note stands in the lower half (2.7) and still on this page.
-- The length of the lines is estimated: a word processor alone knows it. Where the note is too long, no space is left.
local function space_above_note(lines_before, lines_of_note)
  local first_line = math.min(LOWER_HALF, LINES_ON_PAGE - lines_of_note - LABEL_LINES)
  local lines = first_line - lines_before
  if lines < 1 then
    return nil
  end
  return pandoc.RawBlock('openxml', string.format(
    '<w:p><w:pPr><w:pStyle w:val="TitlePageSpacer"/><w:spacing w:before="%d"/></w:pPr></w:p>', lines * LINE))
end

local function author_note(note, lines_before)
  local result = pandoc.Blocks {}
  local text = note.content:filter(function (block) return block.t ~= 'Header' end)
  result:insert(space_above_note(lines_before, lines_of(text, CHARACTERS_IN_LINE)))
  for _, block in ipairs(note.content) do
    if block.t == 'Header' then
      result:insert(styled('Author Note Label', { pandoc.Para(block.content) }, block.identifier))
    else
      result:insert(styled('Author Note', { as_paragraph(block) }))
    end
  end
  return result
end

local function title_page(page)
  local lines = LINES_ABOVE_TITLE
  -- The blank line below the title is its space after. It counts only if a byline follows: of two spaces that meet, a word
  -- processor takes the larger, so that right above the author note it is a part of the space there.
  local below_title = 0
  local blocks = pandoc.Blocks {}
  for _, part in ipairs(page.content) do
    local classes = part.t == 'Div' and part.classes or pandoc.List {}
    if classes:includes 'author-note' then
      blocks:extend(author_note(part, lines))
    else
      local is_title = classes:includes 'title'
      lines = lines + below_title
        + lines_of(part.content or {}, is_title and CHARACTERS_IN_TITLE_LINE or CHARACTERS_IN_LINE)
      below_title = is_title and LINES_BELOW_TITLE or 0
      blocks:insert(part)
    end
  end
  page.content = blocks
  return page
end

-- Headings ------------------------------------------------------------------------------------------------------------------

local function ends_with_stop(inlines)
  return stringify(inlines):find '[.?!:]["\u{201D}\u{2019})]*%s*$' ~= nil
end

local function is_section_label(block)
  return block.t == 'Header' and block.classes:includes 'section-label'
end

local function section_label(header)
  return styled('Section Label', { pandoc.Para(header.content) }, header.identifier)
end

--- A heading of level 4 or 5 ends in a period, and the paragraph after it goes on in its line (2.27).
local function run_in(header, following)
  header.level = math.min(header.level, DEEPEST_HEADING)
  if not ends_with_stop(header.content) then
    header.content:insert(pandoc.Str '.')
  end
  if is_text(following) then
    header.content:insert(pandoc.Space())
    header.content:insert(1, RUN_IN_MARK)
  end
  return header
end

local function headings(blocks)
  local result = pandoc.Blocks {}
  for index, block in ipairs(blocks) do
    if is_section_label(block) then
      result:insert(section_label(block))
    elseif block.t == 'Header' and block.level >= FIRST_RUN_IN then
      result:insert(run_in(block, blocks[index + 1]))
    else
      result:insert(block)
    end
  end
  return result
end

-- Text ----------------------------------------------------------------------------------------------------------------------

local function division(div)
  if div.classes:includes 'title-page' then
    return title_page(div)
  end
  for _, class in ipairs(div.classes) do
    if STYLE_OF_CLASS[class] and not div.attributes['custom-style'] then
      div.attributes['custom-style'] = STYLE_OF_CLASS[class]
      return div
    end
  end
end

--- The first paragraph of a quotation takes pandoc's own style, Block Text; the others begin 0.5 in further right (8.27).
local function block_quotation(quotation)
  local seen = 0
  quotation.content = quotation.content:map(function (block)
    if not is_text(block) then
      return block
    end
    seen = seen + 1
    return seen > 1 and styled('Block Text Continued', { as_paragraph(block) }) or as_paragraph(block)
  end)
  return quotation
end

local function list(element)
  element.content = element.content:map(function (item)
    return with_text_style(item, 'List Paragraph')
  end)
  return element
end

-- Tables and images ---------------------------------------------------------------------------------------------------------

local function restyle_rows(rows, style, alignment)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.contents = with_text_style(cell.contents, style)
      cell.alignment = alignment or cell.alignment
    end
  end
  return rows
end

--- Cells are closer than the text; the heads of the columns stand in the middle (7.13).
local function table_text(element)
  element.head.rows = restyle_rows(element.head.rows, 'Table Head', 'AlignCenter')
  for _, body in ipairs(element.bodies) do
    body.head = restyle_rows(body.head, 'Table Text')
    body.body = restyle_rows(body.body, 'Table Text')
  end
  element.foot.rows = restyle_rows(element.foot.rows, 'Table Text')
  return element
end

--- Pandoc 3.9 takes an image's description for Word from its caption and passes over `alt`.
local function alternative_text(image)
  if image.attributes.alt then
    image.caption = { pandoc.Str(image.attributes.alt) }
    image.attributes.alt = nil
    return image
  end
end

-- Text from right to left ---------------------------------------------------------------------------------------------------

--- Pandoc 3.9 writes a paragraph of running text without its style when the paper runs from right to left (`dir: rtl`).
local function with_body_style(blocks)
  return blocks:map(function (block)
    if block.t == 'Div' and not block.attributes['custom-style'] and block.identifier ~= 'refs' then
      block.content = with_body_style(block.content)
      return block
    end
    return is_text(block) and styled('Body Text', { as_paragraph(block) }) or block
  end)
end

local function right_to_left(doc)
  if doc.meta.dir and stringify(doc.meta.dir) == 'rtl' then
    doc.blocks = with_body_style(doc.blocks)
    return doc
  end
end

return {
  { Image = alternative_text, BulletList = list, OrderedList = list, BlockQuote = block_quotation, Table = table_text },
  { Div = division },
  { Blocks = headings },
  { Pandoc = right_to_left },
}
