--- docx-layout.lua – gives each part of an APA paper its paragraph style and its fields in the DOCX.
--
-- Why: pandoc's DOCX writer knows no title page, section label or run-in heading (APA 2.27), no number and title of a table
-- or figure (7.10, 7.24), no fields that number them, and no style for the text of lists and tables; it sets all paragraphs of
-- a block quotation alike (8.27), passes over an image's `alt`, and gives the text of a paper in Arabic or Hebrew no style at
-- all (pandoc 3.9). The styles are in templates/docx/word/styles.xml.
--
-- Numbers are Word's own: a SEQ field counts, a bookmark holds what a REF field repeats, so that a co-author may move a
-- table and update. Each field holds the text of today, and an update gives the same.
--
-- Run after: citeproc, title-page.lua, floats.lua, appendices.lua, cross-references.lua.
-- Formats:   docx, through writers/apa-docx.lua, which turns these marks into what pandoc cannot write:
--              <?run-in?>          the heading of this paragraph stands in the line of the next one
--              <?new-page?>        what follows begins a page
--              <?section SHAPE?>   here begins a section: portrait, landscape, one-column or columns
-- Options:   mode, paper and font of the `apa:` map (filters/apa/options.lua).
-- Warns:     never.

PANDOC_VERSION:must_be_at_least '3.1' -- Figure blocks

local path = pandoc.path
package.path = path.join { path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local options = require 'apa.options'
local fonts = require 'apa.fonts'
local headings_of = require 'apa.headings'

local stringify = pandoc.utils.stringify

local NO_BREAK_SPACE = '\u{A0}'

-- The width of the text, in inches.
local TEXT_WIDTH = { letter = 6.5, a4 = 6.268 }

-- The classes of the common filters, and the styles that they take.
local STYLE_OF_CLASS = {
  ['title'] = 'Title',
  ['byline'] = 'Author',
  ['affiliation'] = 'Affiliation',
  ['course'] = 'Course',
  ['instructor'] = 'Instructor',
  ['due-date'] = 'Due Date',
  ['word-count'] = 'Word Count',
  ['abstract'] = 'Abstract',
  ['keywords'] = 'Keywords',
  ['impact-statement'] = 'Abstract',
  ['included-studies'] = 'Body Text',
  ['footnote-entry'] = 'Footnote Entry',
  ['letter'] = 'Letter',
}

local DEEPEST_HEADING = 5
local FIRST_RUN_IN = 4

local function raw(xml)
  return pandoc.RawInline('openxml', xml)
end

local function mark(instruction)
  return pandoc.RawBlock('openxml', '<?' .. instruction .. '?>')
end

local RUN_IN = raw '<?run-in?>'
local TAB = raw '<w:r><w:tab/></w:r>'

local function styled(style, blocks, identifier)
  return pandoc.Div(blocks, pandoc.Attr(identifier or '', {}, { ['custom-style'] = style }))
end

local function as_paragraph(block)
  return block.t == 'Plain' and pandoc.Para(block.content) or block
end

local function is_text(block)
  return block ~= nil and (block.t == 'Para' or block.t == 'Plain')
end

local function has_class(block, class)
  return block ~= nil and (block.t == 'Div' or block.t == 'Header' or block.t == 'Span' or block.t == 'Link')
    and block.classes:includes(class)
end

--- Gives a style to the paragraphs directly among these blocks and leaves lists, tables and divisions to their own.
local function with_text_style(blocks, style)
  return blocks:map(function (block)
    return is_text(block) and styled(style, { as_paragraph(block) }) or block
  end)
end

-- Fields and bookmarks -------------------------------------------------------------------------------------------------------

local LONGEST_BOOKMARK = 40 -- characters, in Word
local FIRST_BOOKMARK_ID = 1000001 -- far above those that pandoc gives

local ESCAPES = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }

local function escaped(text)
  return (text:gsub('[%z\1-\8\11\12\14-\31]', ''):gsub('[&<>"]', ESCAPES))
end

--- Gives each identifier a name that Word takes: ASCII letters, digits and low lines, 40 at most, none twice.
-- Word hides a bookmark whose name begins with a low line from the author, as it does its own.
local function bookmark_names()
  local taken, next_id = {}, FIRST_BOOKMARK_ID
  return {
    name = function (identifier, ending)
      local stem = '_Ref_' .. identifier:gsub('[^%w]', '_')
      local count = 1
      while true do
        local tail = (count > 1 and '_' .. count or '') .. ending
        local name = stem:sub(1, LONGEST_BOOKMARK - #tail) .. tail
        if not taken[name:lower()] then
          taken[name:lower()] = true
          return name
        end
        count = count + 1
      end
    end,
    --- What stands between the two ends of a bookmark.
    around = function (name, inlines)
      local id = next_id
      next_id = next_id + 1
      local result = pandoc.Inlines { raw(('<w:bookmarkStart w:id="%d" w:name="%s"/>'):format(id, name)) }
      result:extend(inlines)
      result:insert(raw(('<w:bookmarkEnd w:id="%d"/>'):format(id)))
      return result
    end,
  }
end

--- A field of one paragraph with the result that it has today.
local function field(instruction, result)
  local inlines = pandoc.Inlines { raw('<w:fldSimple w:instr=" ' .. escaped(instruction) .. ' ">') }
  inlines:extend(result)
  inlines:insert(raw '</w:fldSimple>')
  return inlines
end

local function field_start(instruction, dirty)
  return raw(('<w:r><w:fldChar w:fldCharType="begin"%s/></w:r><w:r><w:instrText xml:space="preserve"> %s </w:instrText></w:r>')
    :format(dirty and ' w:dirty="true"' or '', escaped(instruction)))
end

local FIELD_RESULT = raw '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
local FIELD_END = raw '<w:r><w:fldChar w:fldCharType="end"/></w:r>'

-- Numbered things ------------------------------------------------------------------------------------------------------------

local SEQUENCE = { table = 'Table', figure = 'Figure', equation = 'Equation' }

local function kind_of_float(div)
  if has_class(div, 'float') then
    return has_class(div, 'figure') and 'figure' or 'table'
  end
end

--- The field that counts, and how it has to count: A1 is an "A" before the first of a sequence of its own.
-- Where a number is not the next one, the field says so (\r), and an update keeps it.
local function counter_of(kind, number, counted)
  local prefix, digits = number:match '^(.-)(%d+)$'
  if not digits then
    return { prefix = number }
  end
  local letters = prefix:gsub('[^%w]', '')
  local sequence = SEQUENCE[kind] .. (letters ~= '' and letters:match '^%a+$' and '_' .. letters or '')
  local restart = tonumber(digits) ~= (counted[sequence] or 0) + 1
  counted[sequence] = tonumber(digits)
  return {
    prefix = prefix,
    digits = digits,
    instruction = 'SEQ ' .. sequence .. ' \\* ARABIC' .. (restart and ' \\r ' .. tonumber(digits) or ''),
  }
end

local function counted_number(target)
  local counter = target.counter
  local inlines = pandoc.Inlines {}
  if counter.prefix ~= '' then
    inlines:insert(pandoc.Str(counter.prefix))
  end
  if counter.digits then
    inlines:extend(field(counter.instruction, { pandoc.Str(counter.digits) }))
  end
  return inlines
end

--- Text as a reader compares it: one kind of space.
local function plain(text)
  return (text:gsub(NO_BREAK_SPACE, ' '):gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', ''))
end

--- The title of an appendix stands below its label, after a line break.
local function appendix_label(header)
  local label = pandoc.Inlines {}
  for _, inline in ipairs(header.content) do
    if inline.t == 'LineBreak' then
      break
    end
    label:insert(inline)
  end
  return label
end

--- What is there, found in one walk, so that no others are made than it needs: each takes a long paper its time. `wanted` holds
--- the identifiers that links lead to; the rest says whether there are cross-references, equations, images with a description or
--- a width in percent, and footnotes that hold divisions or headings.
local function survey(doc)
  local found = { wanted = {} }
  doc.blocks:walk {
    Link = function (link)
      if link.target:sub(1, 1) == '#' then
        found.wanted[link.target:sub(2)] = true
      end
      found.references = found.references or link.classes:includes 'cross-reference'
    end,
    Span = function (span) found.equations = found.equations or has_class(span, 'equation') end,
    Image = function (image)
      found.descriptions = found.descriptions or image.attributes.alt ~= nil
      found.widths = found.widths or image.attributes.width ~= nil
    end,
    Note = function (note)
      local function note_block() found.blocks_in_notes = true end
      note:walk { Div = note_block, Header = note_block }
    end,
  }
  return found
end

local function stop()
  return nil, false
end

--- What a cross-reference may name: identifier → kind, texts and bookmarks, in the order of the document.
-- Only those headings have a bookmark that a cross-reference or the contents lead to.
local function numbered_things(doc, found, names)
  local targets, counted = {}, {}
  local at_text = not (found.equations or found.blocks_in_notes) and stop or nil
  doc.blocks:walk {
    traverse = 'topdown', Para = at_text, Plain = at_text,
    Div = function (div)
      local kind = kind_of_float(div)
      if kind and div.identifier ~= '' and div.attributes.number then
        targets[div.identifier] = {
          kind = kind,
          number = div.attributes.number,
          label = div.attributes.label or div.attributes.number,
          label_name = names.name(div.identifier, ''),
          number_name = names.name(div.identifier, '_number'),
          counter = counter_of(kind, div.attributes.number, counted),
        }
      end
    end,
    Span = function (span)
      if has_class(span, 'equation') and span.identifier ~= '' and span.attributes.number then
        targets[span.identifier] = {
          kind = 'equation',
          number = span.attributes.number,
          number_name = names.name(span.identifier, '_number'),
          counter = counter_of('equation', span.attributes.number, counted),
        }
      end
    end,
    Header = function (header)
      if found.wanted[header.identifier] then
        local appendix = has_class(header, 'appendix')
        targets[header.identifier] = {
          kind = appendix and 'appendix' or 'section',
          label = stringify(appendix and appendix_label(header) or header.content),
          label_name = names.name(header.identifier, ''),
        }
      end
    end,
  }
  return targets
end

local function reference(name, content)
  return field('REF ' .. name .. ' \\h', content)
end

--- A cross-reference as a field that repeats what its bookmark holds. Where an update would change the words, it stays a link.
local function cross_reference(link, targets)
  local target = has_class(link, 'cross-reference') and targets[link.target:match '^#(.+)' or '']
  if not target then
    return nil
  end
  local text = plain(stringify(link.content))
  if target.number_name and text == target.number then
    return reference(target.number_name, link.content)
  elseif target.label_name and text == plain(target.label) then
    return reference(target.label_name, link.content)
  elseif target.kind == 'equation' and text:sub(-#target.number) == target.number then
    -- The equation itself shows "(1)" only: the word before the number is not a part of the field.
    local words = stringify(link.content)
    return pandoc.Inlines { pandoc.Str(words:sub(1, -#target.number - 1)) }
      .. reference(target.number_name, { pandoc.Str(target.number) })
  end
end

-- Title page -----------------------------------------------------------------------------------------------------------------

local LOWER_HALF = 13 / 23 -- of the lines of a page; the note begins below it
local PAGE_HEIGHT = { letter = 648, a4 = 697.9 } -- points between the margins
local LINES_ABOVE_TITLE = 3
local LINES_BELOW_TITLE = 1
local LABEL_LINES = 1

-- Widths of letters in Times New Roman, in thousandths of the size (the font's own table `hmtx`); a capital or a lower-case
-- letter with an accent is as wide as most.
local WIDTHS = {}
for width, letters in pairs {
  [250] = ' ,.', [278] = '/:;\\ijlt', [333] = '()-[]`Ifr!', [389] = 'Js', [444] = '?acez', [500] = '#$*0123456789_bdghknopquvxy',
  [556] = 'FPS', [564] = '+<=>', [611] = 'ELTZ', [667] = 'BCR', [722] = 'ADGHKNOQUVXYw', [778] = '&m', [889] = 'M', [944] = 'W',
} do
  for letter in letters:gmatch '.' do
    WIDTHS[letter] = width
  end
end
local WIDTH_OF_OTHERS = 500
-- How much wider than Times New Roman of their size the other fonts set a text, and bold type sets it.
local WIDER = {
  ['Georgia'] = 1.1, ['Calibri'] = 1.04, ['Arial'] = 1.1, ['Lucida Sans Unicode'] = 1.22, ['Computer Modern'] = 1.08,
}
local BOLD_IS_WIDER = 1.06
local INDENT = 36 -- points

local function width_of(word)
  local width = 0
  for letter in word:gmatch(utf8.charpattern) do
    width = width + (WIDTHS[letter] or WIDTH_OF_OTHERS)
  end
  return width
end

--- How many lines a text takes. A line ends where the next word, or its part up to a hyphen, has no place.
local function lines_of_text(text, line, indent)
  local lines, used = 1, indent
  for word in text:gsub('%-', '- '):gmatch '%S+' do
    local space = word:sub(-1) ~= '-' and WIDTHS[' '] or 0
    local width = width_of(word)
    if used + width > line and used > 0 then
      lines, used = lines + 1, 0
    end
    lines = lines + width // line // 1
    used = used + width % line + space
  end
  return math.tointeger(lines)
end

--- How many lines these paragraphs take, as the font, the paper and the type ask for it.
local function lines_of(blocks, choices, form)
  local unit = fonts[choices.font].size * (WIDER[choices.font] or 1) * (form.bold and BOLD_IS_WIDER or 1) / 1000
  local lines = 0
  for _, block in ipairs(blocks) do
    lines = lines + lines_of_text(stringify(block), TEXT_WIDTH[choices.paper] * 72 / unit, (form.indent or 0) / unit)
  end
  return lines
end

--- The space between byline and author note, so that the note stands in the lower half (2.7) and still on this page.
-- The length of the lines is estimated: a word processor alone knows it. Where the note is too long, no space is left.
local function space_above_note(lines_before, lines_of_note, choices)
  local pitch = fonts[choices.font].pitch
  local lines_on_page = PAGE_HEIGHT[choices.paper] // pitch
  local first_line = math.min(math.ceil(LOWER_HALF * lines_on_page), lines_on_page - lines_of_note - LABEL_LINES)
  local lines = first_line - lines_before
  if lines < 1 then
    return nil
  end
  return pandoc.RawBlock('openxml', string.format(
    '<w:p><w:pPr><w:pStyle w:val="TitlePageSpacer"/><w:spacing w:before="%d"/></w:pPr></w:p>', lines * pitch * 20 // 1))
end

local function author_note(note, lines_before, choices)
  local result = pandoc.Blocks {}
  local text = note.content:filter(function (block) return block.t ~= 'Header' end)
  if choices.mode ~= 'journal' then
    result:insert(space_above_note(lines_before, lines_of(text, choices, { indent = INDENT }), choices))
  end
  for _, block in ipairs(note.content) do
    if block.t == 'Header' then
      result:insert(styled('Author Note Label', { pandoc.Para(block.content) }, block.identifier))
    else
      result:insert(styled('Author Note', { as_paragraph(block) }))
    end
  end
  return result
end

local function title_page(page, choices)
  local lines = LINES_ABOVE_TITLE
  -- The blank line below the title is its space after. It counts only if a byline follows: of two spaces that meet, a word
  -- processor takes the larger, so that right above the author note it is a part of the space there.
  local below_title = 0
  local blocks = pandoc.Blocks {}
  for _, part in ipairs(page.content) do
    if has_class(part, 'author-note') then
      blocks:extend(author_note(part, lines, choices))
    else
      local is_title = has_class(part, 'title')
      lines = lines + below_title + lines_of(part.content or {}, choices, { bold = is_title })
      below_title = is_title and LINES_BELOW_TITLE or 0
      blocks:insert(part)
    end
  end
  page.content = blocks
  return page
end

-- Headings -------------------------------------------------------------------------------------------------------------------

--- The bookmark that a cross-reference repeats: the words of the heading, or of an appendix its label alone.
local function with_bookmark(header, targets, names)
  local target = targets[header.identifier]
  if not target or not target.label_name then
    return header
  end
  local label = target.kind == 'appendix' and appendix_label(header) or header.content
  local rest = pandoc.Inlines { table.unpack(header.content, #label + 1) }
  header.content = names.around(target.label_name, label) .. rest
  return header
end

--- A heading of level 4 or 5 ends in a period, and the paragraph after it goes on in its line (2.27).
-- The space between the two begins the paragraph, as where Word itself sets them so: LibreOffice drops it at a heading's end.
local function run_in(header, following, stopped)
  header.level = math.min(header.level, DEEPEST_HEADING)
  if not stopped then
    header.content:insert(pandoc.Str '.')
  end
  if is_text(following) then
    header.content:insert(1, RUN_IN)
    following.content:insert(1, pandoc.Space())
  end
  return header
end

local function headings(blocks, targets, names)
  if not blocks:find_if(function (block) return block.t == 'Header' or has_class(block, 'section-label') end) then
    return nil
  end
  local result = pandoc.Blocks {}
  for index, block in ipairs(blocks) do
    if has_class(block, 'section-label') then
      local header = with_bookmark(block, targets, names)
      result:insert(styled('Section Label', { pandoc.Para(header.content) }, header.identifier))
    elseif block.t == 'Header' then
      local stopped = headings_of.end_with_stop(block.content)
      local header = with_bookmark(block, targets, names)
      result:insert(header.level < FIRST_RUN_IN and header or run_in(header, blocks[index + 1], stopped))
    else
      result:insert(block)
    end
  end
  return result
end

-- Contents and lists of tables and figures -----------------------------------------------------------------------------------

-- The letter by which a list finds the entries hidden beside the numbers of tables and figures. A list by SEQ would take the
-- paragraph with the number and not the title, which APA sets on a line of its own (7.11).
local LIST_LETTER = { ['list-of-tables'] = 't', ['list-of-figures'] = 'f' }
local LETTER_OF_KIND = { table = 't', figure = 'f' }

-- The contents list what follows them, and not the author note or the abstract before them.
local TEXT_BOOKMARK = '_Text'
local TEXT_BOOKMARK_ID = FIRST_BOOKMARK_ID - 1

local function with_bookmark_on_text(blocks)
  local last
  for index, block in ipairs(blocks) do
    if has_class(block, 'contents') then
      last = index
    end
  end
  if last then
    blocks:insert(last + 1, pandoc.RawBlock('openxml',
      ('<w:bookmarkStart w:id="%d" w:name="%s"/>'):format(TEXT_BOOKMARK_ID, TEXT_BOOKMARK)))
    blocks:insert(pandoc.RawBlock('openxml', ('<w:bookmarkEnd w:id="%d"/>'):format(TEXT_BOOKMARK_ID)))
  end
  return blocks
end

local function list_instruction(contents, deepest)
  local letter = LIST_LETTER[contents.identifier]
  if letter then
    return 'TOC \\h \\z \\f ' .. letter
  end
  return ('TOC \\b %s \\o "1-%d" \\h \\z \\u'):format(TEXT_BOOKMARK, deepest)
end

--- An entry leads to its page. Its page number is left to Word: pandoc sets no pages, and a guess would be a lie.
local function contents_entry(paragraph, targets)
  paragraph.content = paragraph.content:map(function (inline)
    if inline.t ~= 'Link' then
      return inline
    end
    local target = targets[inline.target:match '^#(.+)' or '']
    local name = target and (target.label_name or target.number_name)
    inline.classes = {}
    inline.content:insert(TAB)
    if name then
      inline.content:extend { field_start('PAGEREF ' .. name .. ' \\h'), FIELD_RESULT, raw '<w:r><w:t/></w:r>', FIELD_END }
    end
    return inline
  end)
  return paragraph
end

local function link_takes_all(paragraph)
  -- A list of tables has its title after the link: all of the entry is the link, and the tab comes last.
  local link
  local rest = pandoc.Inlines {}
  for _, inline in ipairs(paragraph.content) do
    if inline.t == 'Link' and not link then
      link = inline
    elseif link then
      rest:insert(inline)
    end
  end
  if link then
    link.content:extend(rest)
    paragraph.content = pandoc.Inlines { link }
  end
  return paragraph
end

local function contents(div, targets)
  local heading, entries, deepest = pandoc.Blocks {}, pandoc.Blocks {}, 1
  for _, block in ipairs(div.content) do
    if block.t == 'Header' then
      heading:insert(styled('TOC Heading', { pandoc.Para(block.content) }, block.identifier))
    elseif has_class(block, 'contents-entry') and is_text(block.content[1]) then
      local level = math.min(tonumber(block.attributes.level) or 1, DEEPEST_HEADING)
      deepest = math.max(deepest, level)
      local paragraph = contents_entry(link_takes_all(as_paragraph(block.content[1])), targets)
      entries:insert(styled(LIST_LETTER[div.identifier] and 'table of figures' or 'toc ' .. level, { paragraph }))
    else
      entries:insert(block)
    end
  end
  local first, last = entries[1], entries[#entries]
  if first and first.t == 'Div' and last.t == 'Div' then
    first.content[1].content:insert(1, FIELD_RESULT)
    first.content[1].content:insert(1, field_start(list_instruction(div, deepest), true))
    last.content[1].content:insert(FIELD_END)
  end
  div.content = heading .. entries
  return div
end

local function lists_in(doc, at_text)
  local letters = {}
  doc.blocks:walk {
    traverse = 'topdown', Para = at_text, Plain = at_text, Header = at_text,
    Div = function (div)
      if LIST_LETTER[div.identifier] then
        letters[LIST_LETTER[div.identifier]] = true
      end
    end,
  }
  return letters
end

--- The entry of a list of tables or figures, hidden beside the number (a TC field, which shows nothing on the page).
local function list_entry(kind, label, title)
  local text = plain(label .. ' ' .. title):gsub('[\\"]', '\\%0')
  return { field_start(('TC "%s" \\f %s \\l 1'):format(text, LETTER_OF_KIND[kind])), FIELD_END }
end

-- Text -----------------------------------------------------------------------------------------------------------------------

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

--- An annotation stands 0.5 in from the left; further paragraphs begin 0.5 in more (9.51).
local function annotation(div)
  local seen = 0
  div.content = div.content:map(function (block)
    if not is_text(block) then
      return block
    end
    seen = seen + 1
    return styled(seen > 1 and 'Annotation Continued' or 'Annotation', { as_paragraph(block) })
  end)
  return div
end

local function numbered_equation(paragraph)
  if #paragraph.content == 1 and has_class(paragraph.content[1], 'equation') then
    return paragraph.content[1]
  end
end

--- A displayed equation stands in the middle and its number in parentheses at the right margin (6.46): two tabs, since Word's
-- own way of numbering an equation is not known to LibreOffice and takes no field.
local function equation(span, targets, names)
  local target = targets[span.identifier]
  local content = pandoc.Inlines { TAB } .. span.content
  if target then
    content:extend { TAB, pandoc.Str '(' }
    content:extend(names.around(target.number_name, counted_number(target)))
    content:insert(pandoc.Str ')')
  end
  return styled('Equation', { pandoc.Para { pandoc.Span(content, pandoc.Attr(span.identifier)) } })
end

-- Tables and figures ---------------------------------------------------------------------------------------------------------

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
  for index, column in ipairs(element.colspecs) do
    -- Columns that the author aligned in no way: the stub at the left, the rest centred (7.13).
    element.colspecs[index] = { column[1] == 'AlignDefault' and index > 1 and 'AlignCenter' or column[1], column[2] }
  end
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

local function part_of(float, class)
  for _, block in ipairs(float.content) do
    if has_class(block, class) then
      return block
    end
  end
end

--- An image without a description of its own is described by the title of its figure.
local function described_by(title)
  return {
    Image = function (image)
      if not image.attributes.alt and #image.caption == 0 and title ~= '' then
        image.caption = { pandoc.Str(title) }
        return image
      end
    end,
  }
end

local function float_number(target, names)
  local word = target.label:sub(1, -#target.number - 1):gsub('%s+$', NO_BREAK_SPACE)
  local inlines = pandoc.Inlines {}
  if word ~= '' then
    inlines:insert(pandoc.Str(word))
  end
  return names.around(target.label_name, inlines .. names.around(target.number_name, counted_number(target)))
end

-- Tables without a note end in this: Word makes one table of two that touch, and a blank line follows (7.6).
local END_OF_TABLE = pandoc.RawBlock('openxml', '<w:p><w:pPr><w:pStyle w:val="TableEnd"/></w:pPr></w:p>')

local function float(div, targets, names, letters)
  local kind, target = kind_of_float(div), targets[div.identifier]
  local word = SEQUENCE[kind]
  local has_note = part_of(div, 'float-note') ~= nil
  local title = part_of(div, 'float-title')
  local title_text = title and stringify(title) or ''
  local blocks = pandoc.Blocks {}
  for _, block in ipairs(div.content:walk(described_by(title_text))) do
    if has_class(block, 'float-number') and target then
      local inlines = float_number(target, names)
      if letters[LETTER_OF_KIND[kind]] then
        inlines = list_entry(kind, target.label, title_text) .. inlines
      end
      blocks:insert(styled(word .. ' Number', { pandoc.Para(inlines) }))
    elseif has_class(block, 'float-number') then
      blocks:insert(styled(word .. ' Number', block.content:map(as_paragraph)))
    elseif has_class(block, 'float-title') then
      blocks:insert(styled(word .. ' Title', block.content:map(as_paragraph)))
    elseif has_class(block, 'float-note') then
      blocks:insert(styled(word .. ' Note', block.content:map(as_paragraph)))
    elseif is_text(block) and kind == 'figure' then
      blocks:insert(styled(has_note and 'Figure With Note' or 'Figure', { as_paragraph(block) }))
    else
      blocks:insert(block)
    end
  end
  if kind == 'table' and not has_note then
    blocks:insert(END_OF_TABLE)
  end
  div.content = blocks
  return div
end

-- Pages, columns -------------------------------------------------------------------------------------------------------------

local TURNED_WIDTH = { letter = 9, a4 = 9.693 }
local GAP = 0.25

local function is_turned(div)
  return div.attributes.orientation == 'landscape'
end

--- A width in parts of the line, as pandoc would take it from a page without columns or turned pages, in inches.
local function sized_for(width)
  return {
    Image = function (image)
      local percent = (image.attributes.width or ''):match '^([%d.]+)%%$'
      if percent then
        image.attributes.width = ('%.2fin'):format(width * percent / 100)
        return image
      end
    end,
  }
end

--- Where a float needs a page, a turned page or both columns, marks stand around it. `has_widths`: an image has a width.
local function floats_with_marks(blocks, choices, has_widths)
  local journal = choices.mode == 'journal'
  local width = journal and (TEXT_WIDTH[choices.paper] - GAP) / 2 or TEXT_WIDTH[choices.paper]
  local result = pandoc.Blocks {}
  for _, block in ipairs(blocks) do
    local before, after, its_width
    if kind_of_float(block) then
      if journal and (has_class(block, 'wide') or is_turned(block)) then
        before, after, its_width = 'section one-column', 'section columns', TEXT_WIDTH[choices.paper]
      elseif is_turned(block) then
        before, after, its_width = 'section landscape', 'section portrait', TURNED_WIDTH[choices.paper]
      elseif block.attributes['own-page'] == 'true' and not journal then
        before, after = 'new-page', 'new-page'
      end
    end
    if before then
      result:insert(mark(before))
    end
    if block.t == 'Div' and not kind_of_float(block) then
      block.content = floats_with_marks(block.content, choices, has_widths)
      result:insert(block)
    elseif not has_widths then
      result:insert(block)
    else
      result:insert(pandoc.Blocks({ block }):walk(sized_for(its_width or width))[1])
    end
    if after then
      result:insert(mark(after))
    end
  end
  return result
end

--- Takes the author note out of the title page; gives it in a division of its own, or nil.
local function take_author_note(page)
  for index, part in ipairs(page.content) do
    if has_class(part, 'author-note') then
      local note = page.content:remove(index)
      return pandoc.Div({ note }, pandoc.Attr('', { 'title-page' }))
    end
  end
end

--- In a journal the title, the names, the abstract and the author note run across both columns, and the title is not repeated
-- over the text.
local function in_columns(blocks)
  local front, text, note = pandoc.Blocks {}, pandoc.Blocks {}, nil
  for _, block in ipairs(blocks) do
    if has_class(block, 'title-page') then
      note = take_author_note(block)
      front:insert(block)
    elseif has_class(block, 'abstract-page') then
      front:insert(block)
    elseif has_class(block, 'text-title') then
      -- Links may lead to where the title stood.
      text:insert(pandoc.Div({}, pandoc.Attr(block.identifier)))
    else
      text:insert(block)
    end
  end
  front:insert(note)
  if #front > 0 then
    front:insert(1, mark 'section one-column')
  end
  front:insert(mark 'section columns')
  return front .. text
end

-- Text from right to left ----------------------------------------------------------------------------------------------------

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

local function is_right_to_left(meta)
  return meta.dir and stringify(meta.dir) == 'rtl'
end

-- The document ---------------------------------------------------------------------------------------------------------------

local function lay_out(doc)
  local choices = options.read(doc.meta)
  local names = bookmark_names()
  local found = survey(doc)
  local targets = numbered_things(doc, found, names)
  local at_text = not found.blocks_in_notes and stop or nil
  local letters = lists_in(doc, at_text)
  local blocks = choices.mode == 'journal' and in_columns(doc.blocks) or doc.blocks
  blocks = floats_with_marks(with_bookmark_on_text(blocks), choices, found.widths)
  blocks = blocks:walk {
    Image = found.descriptions and alternative_text or nil,
    BulletList = list, OrderedList = list, BlockQuote = block_quotation, Table = table_text,
  }
  blocks = blocks:walk {
    traverse = 'topdown', Para = at_text, Plain = at_text, Header = at_text,
    Div = function (div)
      if has_class(div, 'title-page') then
        return title_page(div, choices)
      elseif has_class(div, 'contents') then
        return contents(div, targets)
      elseif has_class(div, 'annotation') then
        return annotation(div)
      elseif has_class(div, 'csl-entry') and stringify(div) == '' then
        return {} -- in-text-citations.lua left it so: the work is in no list (8.6, 8.9)
      elseif kind_of_float(div) then
        return float(div, targets, names, letters)
      end
      for _, class in ipairs(div.classes) do
        if STYLE_OF_CLASS[class] and not div.attributes['custom-style'] then
          div.attributes['custom-style'] = STYLE_OF_CLASS[class]
          return div
        end
      end
    end,
  }
  at_text = not found.references and at_text or nil
  blocks = blocks:walk {
    traverse = at_text and 'topdown' or 'typewise', Para = at_text, Plain = at_text, Header = at_text,
    Blocks = function (part) return headings(part, targets, names) end,
    Link = found.references and function (link) return cross_reference(link, targets) end or nil,
  }
  if found.equations then
    blocks = blocks:walk {
      Para = function (paragraph)
        local span = numbered_equation(paragraph)
        return span and equation(span, targets, names)
      end,
    }
  end
  doc.blocks = is_right_to_left(doc.meta) and with_body_style(blocks) or blocks
  return doc
end

return { { Pandoc = lay_out } }
