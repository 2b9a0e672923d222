--- html-layout.lua – makes a web page with one h1, landmarks and sections of an APA paper.
--
-- Why: the title page is the page's header and the title its only h1, so APA's heading levels 1 to 5 (2.27)
-- are h2 to h6. The title over the text (2.11) says on paper what the header says on the screen, so it is
-- hidden there, also from a screen reader. Tables and figures (7.8-7.14, 7.24-7.28) are figures with a caption above, the
-- heads of rows and columns are marked as such, and what may be wider than a screen scrolls by itself, also by the keyboard.
-- Footnotes stand after the references and before the tables, figures and appendices that follow them (2.17), where
-- pandoc's writer would put them last. Equations carry their number at the margin (6.46). Behind each entry of the reference
-- list a link leads back to each citation of it; none of them is printed.
--
-- Run after: citeproc, title-page.lua, floats.lua, cross-references.lua, order-of-parts.lua.
-- Formats:   html.
-- Options:   apa: mode, paper, font, table-spacing. Not line-numbers: no browser can number the lines of a page. The variable
--            `body-apart` (-V) names a file for what stands in `main`; the page has a comment there (BODY). To put the body of a
--            long paper into a template, as it is, takes pandoc half as long as to write it. For a page with nothing to embed.
-- Warns:     when an image lies on the web: the page would not be self-contained, so it has a link to it instead; when a link
--            leads to an id that is not there; when an id stands twice.

-- pandoc.mediabag.make_data_uri is there from 3.7.1.
PANDOC_VERSION:must_be_at_least '3.7.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local fonts = require 'apa.fonts'
local headings_of = require 'apa.headings'
local labels = require 'apa.labels'
local options = require 'apa.options'
local templates = require 'apa.templates'

local stringify = pandoc.utils.stringify

local function warn(message)
  (pandoc.log and pandoc.log.warn or function (text)
    io.stderr:write('[WARNING] ' .. text .. '\n')
  end)(message)
end

local function raw_block(code)
  return pandoc.RawBlock('html', code)
end

local function raw(code)
  return pandoc.RawInline('html', code)
end

local function attribute_value(text)
  return (text:gsub('&', '&amp;'):gsub('"', '&quot;'):gsub('<', '&lt;'):gsub('>', '&gt;'))
end

--- A CSS string literal that can stand in a style element: all but letters, digits and plain marks as code points,
-- blanks too, for pandoc's template would make one of two, and the blank that ends a code point is part of it.
local function css_literal(text)
  local escaped = text:gsub('%s+', ' '):gsub('[^%w,.:;()\128-\255-]', function (character)
    return string.format('\\%x ', string.byte(character))
  end)
  return '"' .. escaped .. '"'
end

-- Parts -----------------------------------------------------------------------------------------------------

local function is_div(block, class)
  return block.t == 'Div' and block.classes:includes(class)
end

local function is_text_title(block)
  return block.t == 'Header' and block.classes:includes 'text-title'
end

local function title_heading(div)
  return pandoc.Header(1, pandoc.utils.blocks_to_inlines(div.content, { pandoc.Space() }))
end

local function header_of_page(title_page)
  local blocks = pandoc.Blocks {}
  for _, block in ipairs(title_page.content) do
    blocks:insert(is_div(block, 'title') and title_heading(block) or block)
  end
  return blocks
end

--- The title over the text: printed only. Ids in it stay outside, for one cannot go to what is hidden.
local function text_title(header)
  local places = pandoc.Inlines {}
  local words = pandoc.Inlines {}
  for _, inline in ipairs(header.content) do
    if inline.t == 'Span' and #inline.content == 0 then
      places:insert(inline)
    else
      words:insert(inline)
    end
  end
  local blocks = pandoc.Blocks {}
  if #places > 0 then
    blocks:insert(pandoc.Plain(places))
  end
  local inlines = pandoc.Inlines { raw '<p class="section-label text-title" hidden>' }
  inlines:extend(words)
  inlines:insert(raw '</p>')
  blocks:insert(pandoc.Plain(inlines))
  return blocks
end

-- Headings --------------------------------------------------------------------------------------------------

local function stop()
  return nil, false
end

local function shifted(header)
  header.level = math.min(header.level + 1, 6)
  return header
end

--- Marks headings that no paragraph follows, and ends those that run into theirs with a stop (2.27).
local function run_in_headings(blocks)
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and block.level > 3 then
      local following = blocks[index + 1]
      if not (following and following.t == 'Para') then
        block.classes:insert 'alone'
      end
      if not headings_of.end_with_stop(block.content) then
        block.content:insert(pandoc.Str '.')
      end
    end
  end
end

--- The headings of a list of blocks as the page has them: run in, one level down, the title over the text hidden.
local function headings(blocks)
  run_in_headings(blocks)
  local result = pandoc.Blocks {}
  for _, block in ipairs(blocks) do
    if is_text_title(block) then
      result:extend(text_title(block))
    else
      result:insert(block.t == 'Header' and shifted(block) or block)
    end
  end
  return result
end

--- A section without the class of the title over the text, which make_sections gave it.
local function section_of_text_title(section)
  if section.classes:includes 'text-title' then
    section.classes = section.classes:filter(function (class)
      return class ~= 'text-title'
    end)
    return section
  end
end

-- Images and links ------------------------------------------------------------------------------------------

--- Puts the image's bytes into the page. pandoc 3.9 would do so too, but keeps `alt` on data: URIs only.
local function with_data(element)
  local ok, media_type, bytes = pcall(pandoc.mediabag.fetch, element.src)
  if not ok or not bytes then
    return nil   -- pandoc says itself that it could not be read
  end
  element.src = pandoc.mediabag.make_data_uri(media_type, bytes)
  return element
end

local function image(element)
  if element.src:find '^%a[%w+.-]+://' or element.src:find '^//' then
    warn('the image ' .. element.src .. ' lies on the web; the page has a link to it instead')
    local text = #element.caption > 0 and element.caption or pandoc.Inlines { element.src }
    return pandoc.Link(text, element.src)
  end
  return with_data(element)
end

local BREAK = raw '<wbr>'

--- An address may break after its marks, not in its words.
local function link(element)
  if stringify(element) ~= element.target or #element.content ~= 1 then
    return nil
  end
  local inlines = pandoc.Inlines {}
  for word, marks in element.target:gmatch '([^/?&=_#]*)([/?&=_#]*)' do
    if word .. marks ~= '' then
      inlines:insert(word .. marks) -- pandoc reads a string sooner than a Str
      inlines:insert(BREAK)
    end
  end
  inlines:remove(#inlines)
  element.content = inlines
  return element
end

-- What may be wider than the page -----------------------------------------------------------------------------

--- Blocks that scroll by themselves, also by the keyboard. `name` holds the attributes that name them to a screen reader.
local function scrolling(class, blocks, name)
  local opening = raw_block('<div class="' .. class .. '" tabindex="0" ' .. name .. '>')
  return pandoc.Blocks { opening } .. blocks .. { raw_block '</div>' }
end

local function code_that_scrolls(element)
  element.attributes.tabindex = '0'
  return element
end

-- A formula of so few characters of TeX fits the narrowest screen, and one of so many no column of a journal.
local SHORT_FORMULA, LONG_FORMULA = 20, 70

local function formula(math, name)
  if math.mathtype ~= 'DisplayMath' or #math.text <= SHORT_FORMULA then
    return nil
  end
  local attributes = { { 'tabindex', '0' }, { 'role', 'group' }, { 'aria-label', name } }   -- a list keeps its order
  local classes = #math.text > LONG_FORMULA and { 'formula', 'wide' } or { 'formula' }
  return pandoc.Span({ math }, pandoc.Attr('', classes, attributes))
end

--- An equation with its number in parentheses at the margin (6.46).
local function equation(span, word)
  local number = span.attributes.number
  span.attributes.number = nil
  span.content = span.content:walk {
    Math = function (math)
      return formula(math, word .. ' ' .. number)
    end
  }
  span.content:insert(pandoc.Span({ pandoc.Str('(' .. number .. ')') }, pandoc.Attr('', { 'equation-number' })))
  return span
end

-- Tables ----------------------------------------------------------------------------------------------------

--- Calls `treat` with each cell of rows and the column that it begins in; a cell that spans rows pushes others along.
local function for_each_cell(rows, columns, treat)
  local covered = {}   -- for how many rows, this one included, a column is covered by a cell from above
  for _, row in ipairs(rows) do
    local cells, column = row.cells, 1
    for _, cell in ipairs(cells) do
      while (covered[column] or 0) > 0 do
        column = column + 1
      end
      treat(cell, column)
      for place = column, column + cell.col_span - 1 do
        covered[place] = cell.row_span
      end
      column = column + cell.col_span
    end
    row.cells = cells
    for place = 1, columns do
      covered[place] = math.max((covered[place] or 0) - 1, 0)
    end
  end
  return rows
end

local SIDES = { AlignLeft = 'start', AlignRight = 'end', AlignCenter = 'center' }

-- An entry of more characters than that is text, which reads better from a common left edge (7.13).
local LONGEST_CENTRED = 20

--- The side that the entries of each column keep to: what the author says, else the centre for short entries.
local function sides_of(element, bodies)
  local sides = {}
  for column, specification in ipairs(element.colspecs) do
    sides[column] = SIDES[specification[1]] or column > 1 and 'center' or 'start'
  end
  for _, body in ipairs(bodies) do
    for_each_cell(body.body, #element.colspecs, function (cell, column)
      local unsaid = element.colspecs[column] and element.colspecs[column][1] == 'AlignDefault'
      if unsaid and (utf8.len(stringify(cell.contents)) or 0) > LONGEST_CENTRED then
        sides[column] = 'start'
      end
    end)
  end
  return sides
end

--- Sides go into classes, which a style sheet can turn round for languages that are written from right to left.
local function keep_to(cell, side)
  cell.attr.classes:insert('to-' .. (SIDES[cell.alignment] or side))
  cell.alignment = 'AlignDefault'
end

--- Says what a head cell is the head of; an empty one is the head of nothing.
local function mark_head(cell, scope)
  if #cell.contents == 0 or stringify(cell.contents) == '' then
    cell.attr.attributes.role = 'cell'
  else
    cell.attr.attributes.scope = scope
  end
end

--- Marks the heads: each column has one, and the first column, the stub, has those of the rows (7.12).
local function with_heads(element)
  local columns = #element.colspecs
  local bodies = element.bodies
  local sides = sides_of(element, bodies)
  local head = element.head
  head.rows = for_each_cell(head.rows, columns, function (cell, column)
    mark_head(cell, cell.col_span > 1 and 'colgroup' or 'col')
    keep_to(cell, column == 1 and 'start' or 'center')
  end)
  element.head = head
  for _, body in ipairs(bodies) do
    if body.row_head_columns == 0 and columns > 1 and #head.rows > 0 then
      body.row_head_columns = 1
    end
    body.head = for_each_cell(body.head, columns, function (cell)
      mark_head(cell, cell.col_span > 1 and 'rowgroup' or 'col')
      keep_to(cell, 'center')
    end)
    body.body = for_each_cell(body.body, columns, function (cell, column)
      local whole = columns > 1 and cell.col_span == columns
      if column <= body.row_head_columns then
        mark_head(cell, whole and 'rowgroup' or 'row')
      end
      keep_to(cell, whole and 'center' or sides[column] or 'start')
    end)
  end
  element.bodies = bodies
  local foot = element.foot
  foot.rows = for_each_cell(foot.rows, columns, function (cell, column)
    keep_to(cell, sides[column] or 'start')
  end)
  element.foot = foot
  element.colspecs = element.colspecs:map(function (specification)
    return { 'AlignDefault', specification[2] }
  end)
  return element
end

--- In a table that runs from right to left, the sign or the point before a number would come to stand behind it.
local function with_numbers_left_to_right(element)
  local function in_order(block)
    local text = stringify(block):gsub('−', '-'):gsub('–', '-')
    if text:find '%d' and not text:find '[%a\128-\255]' then
      block.content = { pandoc.Span(block.content, pandoc.Attr('', {}, { dir = 'ltr' })) }
      return block
    end
  end
  return element:walk { Plain = in_order, Para = in_order }
end

--- A table that no float holds: named by its caption, else by the word for a table, which makes it no landmark.
local function lone_table(word)
  return function (element)
    local caption = stringify(element.caption.long)
    local name = caption ~= '' and ' role="region"' or ' role="group"'
    name = name .. ' aria-label="' .. attribute_value(caption ~= '' and caption or word) .. '"'
    return scrolling('table-scroll', pandoc.Blocks { with_heads(element) }, name:sub(2)), false
  end
end

-- Floats ----------------------------------------------------------------------------------------------------

--- An opening tag with id, classes, language and name.
local function opening_tag(name, id, classes, attributes)
  local tag = '<' .. name
  if id ~= '' then
    tag = tag .. ' id="' .. attribute_value(id) .. '"'
  end
  if #classes > 0 then
    tag = tag .. ' class="' .. attribute_value(table.concat(classes, ' ')) .. '"'
  end
  for _, attribute in ipairs { 'lang', 'dir', 'aria-label' } do
    if attributes[attribute] then
      tag = tag .. ' ' .. attribute .. '="' .. attribute_value(attributes[attribute]) .. '"'
    end
  end
  return tag .. '>'
end

--- An image without words of its own has those of the title.
local function with_alternative(blocks, title)
  return blocks:walk {
    Image = function (element)
      if element.attributes.alt == nil and #element.caption == 0 and title ~= '' then
        element.attributes.alt = title
        return element
      end
    end
  }
end

--- Figures within a figure stand side by side.
local function side_by_side(blocks)
  local figures = blocks:filter(function (block)
    return block.t == 'Figure'
  end)
  if #figures < 2 then
    return blocks
  end
  local result, row = pandoc.Blocks {}, nil
  for _, block in ipairs(blocks) do
    if block.t ~= 'Figure' then
      result:insert(block)
    elseif not row then
      row = pandoc.Div(figures, pandoc.Attr('', { 'sub-figures' }))
      result:insert(row)
    end
  end
  return result
end

local function is_float(block)
  return is_div(block, 'float') and (block.classes:includes 'table' or block.classes:includes 'figure')
end

local function float(div)
  local caption, body, notes = pandoc.Blocks {}, pandoc.Blocks {}, pandoc.Blocks {}
  local title = ''
  for _, block in ipairs(div.content) do
    if is_div(block, 'float-number') or is_div(block, 'float-title') then
      caption:insert(block)
      title = block.classes:includes 'float-title' and stringify(block) or title
    elseif is_div(block, 'float-note') then
      notes:insert(block)
    else
      body:insert(block)
    end
  end
  local words = stringify(pandoc.Blocks(caption:map(function (block)
    return pandoc.Plain(pandoc.utils.blocks_to_inlines(block.content, { pandoc.Space() }) .. { pandoc.Str '. ' })
  end)))
  local name = 'role="region" aria-label="' .. attribute_value((words:gsub('%.%s*$', ''))) .. '"'
  body = side_by_side(with_alternative(body, title)):walk {
    traverse = 'topdown',
    Table = function (element)
      return scrolling('table-scroll', pandoc.Blocks { with_heads(element) }, name), false
    end,
    CodeBlock = code_that_scrolls,
  }
  local classes = div.classes:clone()
  if div.attributes.orientation == 'landscape' then
    classes:insert 'landscape'
  end
  if div.attributes['own-page'] == 'true' then
    classes:insert 'own-page'
  end
  local result = pandoc.Blocks {
    raw_block(opening_tag('figure', div.identifier, classes, div.attributes)),
    raw_block '<figcaption>',
  }
  result:extend(caption)
  result:insert(raw_block '</figcaption>')
  result:extend(body)
  result:extend(notes)
  result:insert(raw_block '</figure>')
  return result
end

-- Contents, annotations -----------------------------------------------------------------------------------------

--- Entries as lists within lists, each level within the entry that it follows.
local function nested(entries, from, level)
  local items, index = pandoc.List {}, from
  while entries[index] and entries[index].level >= level do
    local item
    if entries[index].level == level or #items == 0 then
      item = pandoc.Blocks {}
      items:insert(item)
    end
    item = items[#items]
    if entries[index].level == level then
      item:extend(entries[index].blocks)
      index = index + 1
    else
      local list
      list, index = nested(entries, index, level + 1)
      item:insert(list)
    end
  end
  return pandoc.BulletList(items), index
end

--- The blocks of a section, its heading with the id that make_sections gave to the whole.
local function blocks_of_section(section)
  local heading = section.content[1]
  heading.identifier = section.identifier
  section.content[1] = heading
  return section.content
end

--- A heading that the writer makes no section of: the landmark is its section.
local function heading_of_landmark(header)
  local name = 'h' .. header.level
  local inlines = pandoc.Inlines { raw(opening_tag(name, header.identifier, header.classes, {})) }
  inlines:extend(header.content)
  inlines:insert(raw('</' .. name .. '>'))
  return pandoc.Plain(inlines)
end

local function contents(div)
  local name, entries = '', pandoc.List {}
  local result = pandoc.Blocks {}
  local first = div.content[1]
  for _, block in ipairs(first and is_div(first, 'section') and blocks_of_section(first) or div.content) do
    if is_div(block, 'contents-entry') then
      local blocks = block.content:map(function (part)
        return part.t == 'Para' and pandoc.Plain(part.content) or part
      end)
      entries:insert { level = math.max(1, math.tointeger(tonumber(block.attributes.level)) or 1), blocks = blocks }
    elseif block.t == 'Header' then
      name = name == '' and stringify(block) or name
      result:insert(heading_of_landmark(block))
    else
      result:insert(block)
    end
  end
  if #entries > 0 then
    result:insert((nested(entries, 1, 1)))
  end
  local classes = div.classes:filter(function (class)   -- make_sections gave it the heading's classes
    return class ~= 'section' and class ~= 'section-label' and class ~= 'unnumbered' and not class:find '^level%d$'
  end)
  local attributes = { ['aria-label'] = name ~= '' and name or nil }
  result:insert(1, raw_block(opening_tag('nav', div.identifier, classes, attributes)))
  result:insert(raw_block '</nav>')
  return result
end

--- pandoc's writer takes the paragraphs out of a reference entry; those of an annotation (9.51) stay.
local function annotation(div)
  local result = pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    if block.t == 'Para' then
      result:extend { raw_block '<p>', pandoc.Plain(block.content), raw_block '</p>' }
    else
      result:insert(block)
    end
  end
  div.content = result
  return div
end

-- Footnotes -------------------------------------------------------------------------------------------------

local function back_link(words, number, target)
  local attributes = { { 'role', 'doc-backlink' }, { 'aria-label', words.back .. ' (' .. number .. ')' } }
  return pandoc.Link('↩︎', '#' .. target, '', pandoc.Attr('', { 'footnote-back' }, attributes))
end

local ENTRY = '^#?ref%-(.+)$'

--- The id of a citation of a work, the first of which has the number 1.
local function id_of_citation(key, number)
  return 'citation-' .. number .. '-of-' .. key
end

--- A link to each citation of a work that is cited so many times.
local function ways_back(key, words, count)
  local links = pandoc.Inlines {}
  for number = 1, count do
    local shown = count == 1 and '↩︎' or number == 1 and '↩︎\u{a0}1' or tostring(number)
    local attributes = { { 'role', 'doc-backlink' }, { 'aria-label', words.back .. ' (' .. number .. ')' } }
    links:extend {
      pandoc.Space(), pandoc.Link(shown, '#' .. id_of_citation(key, number), '', pandoc.Attr('', {}, attributes)),
    }
  end
  return pandoc.Span(links, pandoc.Attr('', { 'ways-back' }))
end

--- Whether an entry is one paragraph that ends in its one link, as most do. Its JSON tells so in a fraction of the time in which
--- pandoc hands out what stands in it: a link with no title ends in `""]]}`, its paragraph in `]}`, and the division in `]]}`.
local function ends_in_its_link(entry)
  local json = pandoc.write(pandoc.Pandoc { entry }, 'json')
  local _, links = json:gsub('"t":"Link"', '')
  return links == 1 and not json:find('"t":"Image"', 1, true) and json:find '""%]%]}%]}%]%]}%]}%s*$' ~= nil
    and #entry:clone().content == 1 -- a clone, for pandoc reads anew all of an element that was looked into
end

--- An entry of the reference list with something behind its first paragraph.
local function with_end(entry, span)
  local first = entry.content[1]
  if first and (first.t == 'Para' or first.t == 'Plain') then
    first.content:insert(span)
    entry.content[1] = first
  else
    entry.content:insert(pandoc.Plain { span })
  end
  return entry
end

local function with_back_link(blocks, link_back)
  local last = blocks[#blocks]
  if last and (last.t == 'Para' or last.t == 'Plain') then
    last.content:extend { pandoc.Space(), link_back }
    blocks[#blocks] = last
  else
    blocks:insert(pandoc.Para { link_back })
  end
  return blocks
end

--- Makes a link of each note, if there are any, in the order in which they stand; gives a function that does so and the notes'
--- texts.
local function note_taker(has_notes)
  local notes = pandoc.List {}
  local function take(note)
    notes:insert(note.content)
    local number = tostring(#notes)
    local attributes = pandoc.Attr('fnref' .. number, { 'footnote-ref' }, { role = 'doc-noteref' })
    return pandoc.Link({ pandoc.Superscript(number) }, '#fn' .. number, '', attributes)
  end
  local function taken_from(blocks)
    return has_notes and blocks:walk { traverse = 'topdown', Note = take } or blocks
  end
  return taken_from, notes
end

local function footnote_section(notes, words, ids)
  local id = ids.footnotes and 'footnotes-of-the-page' or 'footnotes'
  local attributes = pandoc.Attr(id, { 'section-label', 'unnumbered', 'footnotes' }, { role = 'doc-endnotes' })
  local blocks = pandoc.Blocks { pandoc.Header(1, words.footnotes, attributes), raw_block '<ol>' }
  for number, note in ipairs(notes) do
    blocks:insert(raw_block('<li id="fn' .. number .. '">'))
    blocks:extend(with_back_link(note, back_link(words, number, 'fnref' .. number)))
    blocks:insert(raw_block '</li>')
  end
  blocks:insert(raw_block '</ol>')
  return blocks
end

--- Footnotes that stand on a page of their own already (apa: footnotes: end) get the way back to the text.
local function with_ways_back_from_notes(blocks, words, ids)
  if not ids['fn-1'] then
    return blocks
  end
  local calls = {}
  blocks = blocks:walk {
    Link = function (element)
      local number = element.classes:includes 'footnote-call' and element.target:match '^#fn%-(.+)$'
      if number and not calls[number] then
        element.identifier = element.identifier ~= '' and element.identifier or 'fnref-' .. number
        element.attributes.role = 'doc-noteref'
        calls[number] = element.identifier
        return element
      end
    end
  }
  return blocks:walk {
    Div = function (div)
      local number = div.classes:includes 'footnote-entry' and div.identifier:match '^fn%-(.+)$'
      if number and calls[number] then
        div.content = with_back_link(div.content, back_link(words, number, calls[number]))
        return div
      end
    end,
    Header = function (header)
      if header.identifier == 'footnotes' and header.classes:includes 'section-label' then
        header.attributes.role = 'doc-endnotes'
        return header
      end
    end
  }
end

-- Ids and links ---------------------------------------------------------------------------------------------

local HAS_ID = { 'Div', 'Header', 'Figure', 'Table', 'CodeBlock', 'Span', 'Code', 'Image', 'Link' }

--- The document without second ids and with an id for each citation, and what was found on the way, since each walk takes a long
--- paper its time: the `ids`, the `targets` of links, whether there are `notes`, and how often each work is cited.
local function survey(doc)
  local seen = { main = true }
  local found, in_page = { ids = seen, targets = {}, notes = false, cited = {} }, true
  local handlers = { traverse = 'topdown' }
  local function note_id(element)
    local id = element.identifier
    if id == '' then
      return nil
    elseif not seen[id] then
      seen[id] = true
      return nil
    end
    warn('the id "' .. id .. '" stands twice; links lead to the first')
    element.identifier = ''
    return element
  end
  for _, name in ipairs(HAS_ID) do
    handlers[name] = note_id
  end
  function handlers.Link(element)
    local target = element.target
    found.targets[target] = true
    local key = in_page and target:match '^#' and target:match(ENTRY)
    if key and element.identifier == '' then
      found.cited[key] = (found.cited[key] or 0) + 1
      element.identifier = id_of_citation(key, found.cited[key])
      seen[element.identifier] = true
      return element
    end
    return note_id(element)
  end
  function handlers.Note()
    found.notes = true
  end
  for _, name in ipairs { 'RawBlock', 'RawInline' } do
    handlers[name] = function (element)
      for id in element.text:gmatch '%sid="([^"]+)"' do
        seen[id] = true
      end
    end
  end
  doc.blocks = doc.blocks:walk(handlers)
  in_page = false -- a title is there once more, for the head of the page
  doc.meta = pandoc.Pandoc({}, doc.meta):walk(handlers).meta
  return doc, found
end

local function without_dead_links(doc, found)
  local ids, dead = found.ids, false
  for target in pairs(found.targets) do
    local id = target:match '^#(.*)$'
    dead = dead or id ~= nil and not ids[id]
  end
  return not dead and doc or doc:walk {
    Link = function (element)
      local id = element.target:match '^#(.*)$'
      if not id or ids[id] then
        return nil
      end
      if id ~= '' then
        warn('a link leads to "#' .. id .. '", and there is nothing of that id')
      end
      return element.content
    end
  }
end

-- Order -----------------------------------------------------------------------------------------------------

local function is_float_at_the_end(block)
  return is_float(block) and block.attributes['own-page'] == 'true'
end

--- Takes the text apart: up to the references, the floats on pages of their own that follow, and the appendices (2.17).
local function three_parts(blocks)
  local appendices = #blocks + 1
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and block.classes:includes 'appendix' then
      appendices = index
      break
    end
  end
  local floats = appendices
  while floats > 1 and is_float_at_the_end(blocks[floats - 1]) do
    floats = floats - 1
  end
  local function slice(from, to)
    return pandoc.Blocks { table.unpack(blocks, from, to) }
  end
  return slice(1, floats - 1), slice(floats, appendices - 1), slice(appendices, #blocks)
end

-- The page --------------------------------------------------------------------------------------------------

local PAPERS = {
  letter = { '8.5in', '11in' },
  a4 = { '210mm', '297mm' },
}

-- The type of a printed journal: 10-pt letters on a pitch of 12 pt.
local JOURNAL = { size = 10, pitch = 12 }

--- What the choices of the author and the language come to in the style sheet.
local function page_css(choices, right_to_left)
  local font = fonts[choices.font]
  local type_area = choices.mode == 'journal' and JOURNAL or font
  local width, height = table.unpack(PAPERS[choices.paper])
  local lines = {
    (':root { --font: %s; --size: %gpt; --pitch: %gpt; --page-height: %s; }'):format(
      font.stack, type_area.size, type_area.pitch, height),
    ('@page { size: %s %s; @top-left { font: %gpt %s; } @top-right { font: %gpt %s; } }'):format(
      width, height, type_area.size, font.stack, type_area.size, font.stack),
    ('@page landscape { size: %s %s; }'):format(height, width),
  }
  if right_to_left then
    table.insert(lines, '@page { @top-left { content: counter(page); } @top-right { content: none; } }')
  end
  return table.concat(lines, '\n')
end

local function is_right_to_left(meta)
  if meta.dir then
    return stringify(meta.dir) == 'rtl'
  end
  return labels.is_right_to_left(meta)
end

local function template_fields(meta)
  local choices = options.read(meta)
  local words = labels.of(meta)
  local right_to_left = is_right_to_left(meta)
  local fields = {
    dir = right_to_left and 'rtl' or nil,
    ['right-to-left'] = right_to_left,
    ['apa-css'] = pandoc.MetaInlines { raw(templates.read 'apa.css') },
    ['page-css'] = pandoc.MetaInlines { raw(page_css(choices, right_to_left)) },
    ['body-class'] = choices.mode .. ' tables-' .. choices['table-spacing'],
    ['skip-link-text'] = words.skip,
  }
  if meta.keywords then -- they stand in an attribute, where there are no links
    local keywords = pandoc.utils.type(meta.keywords) == 'List' and meta.keywords or { meta.keywords }
    fields.keywords = pandoc.List(keywords):map(function (keyword) return pandoc.Inlines(stringify(keyword)) end)
  end
  local running_head = meta['running-head'] and stringify(meta['running-head']) or ''
  if running_head ~= '' then
    fields['running-head-css'] = pandoc.MetaInlines { raw(css_literal(running_head)) }
  end
  return fields
end

local BODY_APART, BODY = 'body-apart', '<!-- citeproof: the body -->'

-- What filters/defaults/html.yaml says of a body. Writer options are made anew, for no template can be taken out of them.
local OPTIONS_OF_BODY = { 'email_obfuscation', 'highlight_method', 'html_math_method', 'section_divs', 'wrap_text' }

--- Writes the blocks of the page into the file that the variable names, if there is one, and leaves a comment in their place.
local function set_body_apart(doc)
  local name = PANDOC_WRITER_OPTIONS.variables[BODY_APART]
  if not name then
    return doc
  end
  local how = {}
  for _, option in ipairs(OPTIONS_OF_BODY) do
    how[option] = PANDOC_WRITER_OPTIONS[option]
  end
  local file = assert(io.open(pandoc.layout.render(name), 'wb'))
  assert(file:write(pandoc.write(doc, FORMAT, how)))
  assert(file:close())
  doc.blocks = { raw_block(BODY) }
  return doc
end

local function layout(doc)
  local words = labels.of(doc.meta)
  local found
  doc, found = survey(doc)
  doc = without_dead_links(doc, found)

  local header
  local blocks = pandoc.Blocks {}
  for _, block in ipairs(doc.blocks) do
    if is_div(block, 'title-page') then
      header = header_of_page(block)
    else
      blocks:insert(block)
    end
  end
  -- The notes of the metadata stand on the title page: a writer would number them once more.
  doc.meta = pandoc.Pandoc({}, doc.meta):walk { Note = function () return {} end }.meta

  local inlines = {
    traverse = 'topdown',
    Image = image,
    Link = link,
    Math = function (math)
      return formula(math, words.equation), false
    end,
    Span = function (span)
      if span.classes:includes 'equation' and span.attributes.number then
        return equation(span, words.equation), false
      end
    end,
  }
  local put_behind -- what belongs behind the next link, which ends an entry
  -- In one walk with the inlines: each walk through a long paper takes its time.
  local lone = lone_table(words.table)
  local parts = {
    Table = function (element)
      return lone(element:walk(inlines))
    end,
    CodeBlock = code_that_scrolls,
    Div = function (div)
      if is_float(div) then
        return float(div:walk(inlines)), false
      elseif div.classes:includes 'contents' then
        return contents(div)
      elseif div.classes:includes 'annotation' then
        return annotation(div)
      elseif div.classes:includes 'csl-entry' then
        if stringify(div) == '' then
          return {} -- in-text-citations.lua left it so: the work is in no list (8.6, 8.9)
        end
        local key = div.identifier:match(ENTRY)
        local links = found.cited[key] and ways_back(key, words, found.cited[key])
        put_behind = links and ends_in_its_link(div) and links
        return links and not put_behind and with_end(div, links) or nil
      end
    end,
  }
  for name, handler in pairs(inlines) do
    parts[name] = handler
  end
  --- Puts the ways back behind the link that ends an entry: one list of two instead of all that stands in the entry.
  function parts.Link(element)
    local broken, behind = link(element), put_behind
    put_behind = nil
    return behind and { broken or element, behind } or broken
  end
  local without_notes, notes = note_taker(found.notes)
  if header then
    header = without_notes(header)
    -- the title's heading is the only one that is not moved down
    local moved = pandoc.Blocks {}
    for index, block in ipairs(header) do
      if index == 1 and block.t == 'Header' then
        moved:insert(block)
      else
        moved:extend(pandoc.Blocks { block }:walk { Header = shifted })
      end
    end
    doc.meta['title-page'] = pandoc.MetaBlocks(moved:walk(parts))
  end

  if is_right_to_left(doc.meta) then
    blocks = blocks:walk { Table = with_numbers_left_to_right }
  end
  local text, floats, appendices = three_parts(with_ways_back_from_notes(without_notes(blocks), words, found.ids))
  if #notes > 0 then
    text:extend(footnote_section(notes, words, found.ids))
  end
  blocks = pandoc.structure.make_sections(text) .. floats .. pandoc.structure.make_sections(appendices)
  doc.blocks = blocks:walk({
    traverse = 'topdown', Div = section_of_text_title, Blocks = headings, Para = stop, Plain = stop, Header = stop,
  }):walk(parts)
  for name, value in pairs(template_fields(doc.meta)) do
    doc.meta[name] = value
  end
  return set_body_apart(doc)
end

return { { Pandoc = layout } }
