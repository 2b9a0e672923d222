--- floats.lua – numbers tables, figures and equations, and gives each table and figure its number, title and note.
--
-- Why: a table and a figure have a number and a title above and notes below (APA 7.8–7.15, 7.22–7.28); those of an appendix
-- are A1, A2, also where it is the only one (2.14), those of a supplement S1, S2. Numbers typed by hand go wrong.
-- A table or figure is numbered if it has a title or an identifier that begins `tbl-` or `fig-`. Taken are: a table with a
-- caption, an image alone in its paragraph, and `::: {#fig-x}` or `::: {#tbl-x}` around either; there the last paragraph is
-- the title. A note is the attribute `note` (Markdown), a Div `.note` right after or inside, or paragraphs right after of
-- which the first begins "*Note.*".
-- What comes out (the layout filters give it its look):
--   Div#id.float.table|figure{number label [orientation]}
--     { Div.float-number, Div.float-title, the table or the image, Div.float-note }
--   Span#eq-x.equation{number} around the equation of `$$ … $$ {#eq-x}`
-- The metadata field `numbered` then holds each identifier with its label ("Table 1"), for cross-references.
--
-- Run after: csv-tables.lua, appendices.lua; before cross-references.lua and citeproc, for a title or note may cite.
-- Formats:   all; it never asks for the format.
-- Options:   `apa: part` (supplement: S1), `lang`; attributes `note` or `apa-note`, `orientation=landscape`.
-- Warns:     a table without a head over each column; a title that begins with a typed number, or ends in a period that may
--            belong to an abbreviation (any other period at the end goes: APA 7.11, 7.25 have none).

-- pandoc.log.warn is there from 3.2; attributes of a table's caption are read from 3.9 on.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local labels = require 'apa.labels'
local options = require 'apa.options'
local pieces = require 'apa.pieces'

local stringify = pandoc.utils.stringify

local NOTE_CLASSES = { 'note', 'table-note', 'figure-note' }
local NOTE_ATTRIBUTES = { 'note', 'apa-note' }
local TITLE_ATTRIBUTES = { 'fig-cap', 'tbl-cap' }
local LONGEST_ABBREVIATION = 3 -- letters

local function warn(message)
  pandoc.log.warn('floats.lua: ' .. message)
end

local function is_text(block)
  return block ~= nil and (block.t == 'Para' or block.t == 'Plain')
end

local function read_markdown(markdown)
  return pandoc.read(markdown, 'markdown+autolink_bare_uris').blocks
end

--- Chinese and Japanese words take no space before a number.
local function takes_no_space(word)
  return word:match '^[\227-\233]' ~= nil
end

-- Numbers --------------------------------------------------------------------------------------------------------------------

--- A to Z, then AA, AB, …
local function letter_of(place)
  local letters = ''
  while place > 0 do
    letters = string.char(65 + (place - 1) % 26) .. letters
    place = (place - 1) // 26
  end
  return letters
end

--- What the numbering knows: the words, the counts for each prefix, the labels given.
local function new_state(meta)
  local prefix = options.read(meta).part == 'supplement' and 'S' or ''
  return {
    words = labels.of(meta), prefix_of_text = prefix, prefix = prefix, appendices = 0, counts = {}, numbered = {}, found = false,
  }
end

--- A heading of level 1 begins an appendix, or goes back to the text.
local function enter_section(state, block)
  if block.t == 'Header' and block.level == 1 then
    state.prefix = state.prefix_of_text
    if block.classes:includes 'appendix' then
      state.appendices = state.appendices + 1
      state.prefix = letter_of(state.appendices)
    end
  end
end

local function label(word, number)
  return word .. (takes_no_space(word) and '' or ' ') .. number
end

--- The next number and label of a kind; the identifier is entered under it.
local function next_number(state, kind, id)
  local key = kind .. ' ' .. state.prefix
  state.counts[key] = (state.counts[key] or 0) + 1
  local number = state.prefix .. state.counts[key]
  local whole = label(state.words[kind], number)
  if id ~= '' and not state.numbered[id] then
    state.numbered[id] = whole
  end
  state.found = true
  return number, whole
end

-- Notes ----------------------------------------------------------------------------------------------------------------------

local function is_note(block)
  if block == nil or block.t ~= 'Div' then
    return false
  end
  for _, class in ipairs(NOTE_CLASSES) do
    if block.classes:includes(class) then
      return true
    end
  end
  return false
end

--- Whether inlines begin with the word "Note." as typed by an author.
local function has_typed_label(inlines, words)
  local first = inlines[1]
  if not first or (first.t ~= 'Emph' and first.t ~= 'Str') then
    return false
  end
  local said = stringify(first)
  for _, word in ipairs { words.note, 'Note' } do
    for _, mark in ipairs { '.', ':', '：' } do
      if said == word .. mark then
        return true
      end
    end
  end
  return false
end

--- The kind of a paragraph of notes (7.14): a superscript letter is explained, asterisks or daggers are a probability.
local function kind_of_note(block)
  local first = block.content[1]
  local said = first and (first.t == 'Superscript' or first.t == 'Str') and stringify(first) or ''
  for _, mark in ipairs { '*', '∗', '†', '‡' } do
    if said:sub(1, #mark) == mark then
      return 'probability'
    end
  end
  return first and first.t == 'Superscript' and 'specific' or 'general'
end

--- A paragraph right after a table or figure that is its note, though no Div says so.
local function is_typed_note(block, words)
  return block ~= nil and block.t == 'Para' and block.content[1].t == 'Emph' and has_typed_label(block.content, words)
end

--- "Note." in italics before the first general note.
local function with_label(inlines, words)
  if has_typed_label(inlines, words) then
    if inlines[1].t == 'Str' then
      inlines[1] = pandoc.Emph { inlines[1] }
    end
    return inlines
  end
  if takes_no_space(words.note) then
    return pandoc.Inlines { pandoc.Emph { pandoc.Str(words.note .. '：') } } .. inlines
  end
  return pandoc.Inlines { pandoc.Emph { pandoc.Str(words.note .. '.') }, pandoc.Space() } .. inlines
end

--- The notes in APA's order: general, specific, probability. A block that is no paragraph stays behind the one before it.
local function ordered_notes(blocks, words)
  local by_kind = { general = pandoc.Blocks {}, specific = pandoc.Blocks {}, probability = pandoc.Blocks {} }
  local kind, has_label = 'general', false
  for _, block in ipairs(blocks) do
    if is_text(block) then
      kind = kind_of_note(block)
      local inlines = block.content
      if kind == 'general' and not has_label then
        inlines, has_label = with_label(inlines, words), true
      end
      block = pandoc.Para(inlines)
    end
    by_kind[kind]:insert(block)
  end
  return by_kind.general .. by_kind.specific .. by_kind.probability
end

-- Titles ---------------------------------------------------------------------------------------------------------------------

local function without_final_period(inlines, whole)
  local last = inlines[#inlines]
  local said = stringify(inlines)
  if not last or last.t ~= 'Str' or not last.text:match '%.$' or said:match '%.%.$' then
    return inlines
  end
  local word = said:match '([^%s%p]*)%.$'
  if word ~= '' and (utf8.len(word) or 0) <= LONGEST_ABBREVIATION then
    warn(('the title of %s ends in "%s."; if that is no abbreviation, take the period out (APA 7.11, 7.25).')
      :format(whole, said:match '(%S*)%.$'))
    return inlines
  end
  inlines:remove(#inlines)
  if last.text ~= '.' then
    inlines:insert(pandoc.Str(last.text:sub(1, -2)))
  end
  return inlines
end

local function warn_of_typed_number(inlines, word, whole)
  local said = stringify(inlines):gsub('\u{A0}', ' ')
  local typed = said:match('^' .. word .. ' ?%u?%d+%f[%W]')
  if typed then
    warn(('the title of %s begins with "%s"; the number comes by itself: take it out of the title.'):format(whole, typed))
  end
end

local function title_blocks(blocks, word, whole)
  local title = pandoc.Blocks {}
  for index, block in ipairs(blocks) do
    if is_text(block) then
      local inlines = index == #blocks and without_final_period(block.content, whole) or block.content
      block = pandoc.Para(inlines)
    end
    title:insert(block)
  end
  if title[1] and is_text(title[1]) then
    warn_of_typed_number(title[1].content, word, whole)
  end
  return title
end

-- Heads of columns -----------------------------------------------------------------------------------------------------------

--- The cell of the head that covers each place: grid[row][column].
local function head_grid(rows)
  local grid = {}
  for row = 1, #rows do
    grid[row] = {}
  end
  for row, content in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(content.cells) do
      while grid[row][column] do
        column = column + 1
      end
      for below = row, math.min(row + cell.row_span - 1, #rows) do
        for beside = column, column + cell.col_span - 1 do
          grid[below][beside] = cell
        end
      end
      column = column + cell.col_span
    end
  end
  return grid
end

local function says_something(cell)
  return cell ~= nil and stringify(cell.contents):match '%S' ~= nil
end

--- The columns that have no head (7.12): neither one of their own nor, in the lowest row, one that they share.
local function columns_without_head(element)
  local rows, missing = element.head.rows, pandoc.List {}
  local grid = head_grid(rows)
  for column = 1, #element.colspecs do
    local has_head = #rows > 0 and says_something(grid[#rows][column])
    for row = 1, #rows do
      local cell = grid[row][column]
      has_head = has_head or (says_something(cell) and cell.col_span == 1)
    end
    if not has_head then
      missing:insert(column)
    end
  end
  return missing
end

local function warn_of_missing_heads(element, whole)
  local missing = columns_without_head(element)
  if #missing == #element.colspecs then
    warn(whole .. ' has no head; give every column one, the first too (APA 7.12).')
  elseif #missing > 0 then
    warn(('%s has no head over column %s; give every column one, the first too (APA 7.12).')
      :format(whole, table.concat(missing, ', ')))
  end
end

-- Tables and figures ---------------------------------------------------------------------------------------------------------

--- Takes an attribute under any of these names out of an element; nil if it has none.
local function take_attribute(element, names)
  local found
  for _, name in ipairs(names) do
    local value = element.attributes[name]
    if value then
      element.attributes[name] = nil
      found = found or (value:match '%S' and value)
    end
  end
  return found
end

--- Moves what belongs to the float from an element (image, table, figure, Div) to the float: identifier, classes, note, page.
local function take_over(float, element)
  if float.id == '' then
    float.id = element.identifier
  end
  element.identifier = ''
  local note = take_attribute(element, NOTE_ATTRIBUTES)
  if note then
    float.notes:extend(read_markdown(note))
  end
  float.orientation = take_attribute(element, { 'orientation' }) or float.orientation
  for _, class in ipairs(element.classes) do
    if class == 'landscape' then
      float.orientation = 'landscape'
    elseif not float.classes:includes(class) then
      float.classes:insert(class)
    end
  end
  element.classes = {}
end

local function new_float(kind)
  return {
    kind = kind, id = '', classes = pandoc.List {}, attributes = pandoc.List {}, orientation = nil,
    title = pandoc.Blocks {}, body = pandoc.Blocks {}, notes = pandoc.Blocks {},
  }
end

--- An image's description stands beside the title: footnotes would come twice. Quarto's name for it is `fig-alt`.
local function prepare_image(image)
  image.caption = image.caption:walk { Note = function() return {} end }
  local alternative = take_attribute(image, { 'fig-alt' })
  if alternative and not image.attributes.alt then
    image.attributes.alt = alternative
  end
  return image
end

--- The only image of a paragraph, which holds nothing else; nil if there is none.
local function lone_image(block)
  -- Of a copy: a paragraph whose inlines Lua has been handed takes pandoc long to take back, and this looks into every one.
  local content = is_text(block) and block:clone().content
  return content and #content == 1 and content[1].t == 'Image' and content[1] or nil
end

local function with_image_taken(float, block)
  local image = lone_image(block)
  if image then
    take_over(float, image)
    block.content = { image }
  end
  return block
end

local function float_of_figure(figure)
  local float = new_float 'figure'
  float.title = figure.caption.long
  take_over(float, figure)
  float.body = figure.content
  if #float.body == 1 then
    float.body[1] = with_image_taken(float, float.body[1])
  end
  return float
end

local function float_of_table(element)
  local float = new_float 'table'
  float.title = element.caption.long
  take_over(float, element)
  element.caption = { long = {} }
  float.body = pandoc.Blocks { element }
  return float
end

local function float_of_image(paragraph)
  local float = new_float 'figure'
  float.body = pandoc.Blocks { with_image_taken(float, paragraph) }
  return float
end

local function kind_of_id(id)
  return (id:match '^tbl%-' and 'table') or (id:match '^fig%-' and 'figure') or nil
end

local function shows_image(block)
  local found = false
  block:walk { Image = function() found = true end }
  return found
end

--- Takes the notes inside a fenced table or figure out of its blocks.
local function take_notes(float, blocks, words)
  local rest, in_note = pandoc.Blocks {}, false
  for _, block in ipairs(blocks) do
    in_note = is_typed_note(block, words) or (in_note and block.t == 'Para' and kind_of_note(block) ~= 'general')
    if is_note(block) then
      float.notes:extend(block.content)
    elseif in_note then
      float.notes:insert(block)
    else
      rest:insert(block)
    end
  end
  return rest
end

--- `::: {#fig-x}`: the last paragraph is the title, unless there is nothing but it, or it shows an image.
local function float_of_div(div, words)
  local float = new_float(kind_of_id(div.identifier))
  local title = take_attribute(div, TITLE_ATTRIBUTES)
  take_over(float, div)
  for name, value in pairs(div.attributes) do
    float.attributes:insert { name, value }
  end
  local blocks = take_notes(float, div.content, words)
  local last = blocks[#blocks]
  if title then
    float.title = read_markdown(title)
  elseif #blocks > 1 and last.t == 'Para' and not shows_image(last) then
    float.title = pandoc.Blocks { blocks:remove(#blocks) }
  end
  if #blocks == 1 then
    local only = blocks[1]
    local inner = (only.t == 'Table' and float_of_table(only)) or (only.t == 'Figure' and float_of_figure(only))
      or (lone_image(only) and float_of_image(only))
    if inner then
      float.inner_id = inner.id ~= '' and inner.id or nil
      if #float.title == 0 then
        float.title = inner.title
      end
      float.orientation = float.orientation or inner.orientation
      float.classes:extend(inner.classes)
      float.notes = inner.notes .. float.notes
      blocks = inner.body
    end
  end
  float.body = blocks
  return float
end

--- The float that a block is; nil for any other block.
local function float_of(state, block)
  if block.t == 'Table' and (#block.caption.long > 0 or kind_of_id(block.identifier)) then
    return float_of_table(block)
  elseif block.t == 'Figure' then
    return float_of_figure(block)
  elseif block.t == 'Div' and kind_of_id(block.identifier) and #block.content > 0 then
    return float_of_div(block, state.words)
  end
  local image = state.has_images and lone_image(block)
  if image and kind_of_id(image.identifier) then
    return float_of_image(block)
  end
  return nil
end

local function part(class, blocks)
  return pandoc.Div(blocks, pandoc.Attr('', { class }))
end

--- Links to the parts of a figure lead to the parts and read as the figure's number.
local function enter_parts(state, float, whole)
  float.body:walk {
    Image = function(image) state.numbered[image.identifier] = whole end,
    Figure = function(figure) state.numbered[figure.identifier] = whole end,
    Table = function(element) state.numbered[element.identifier] = whole end,
  }
  state.numbered[''] = nil
end

--- "Table 1" in a part of its own. An identifier that the table lost to the Div around it still has a place to land on.
local function number_part(word, number, inner_id)
  local inlines = pandoc.Inlines { pandoc.Str(word), pandoc.Space(), pandoc.Str(number) }
  if takes_no_space(word) then
    inlines = pandoc.Inlines { pandoc.Str(word .. number) }
  end
  if inner_id then
    inlines:insert(1, pandoc.Span({}, pandoc.Attr(inner_id)))
  end
  return part('float-number', { pandoc.Para(inlines) })
end

local function build(state, float)
  local number, whole = next_number(state, float.kind, float.id)
  enter_parts(state, float, whole)
  if float.inner_id then
    state.numbered[float.inner_id] = whole
  end
  for _, block in ipairs(float.body) do
    if float.kind == 'table' and block.t == 'Table' then
      warn_of_missing_heads(block, whole)
    end
  end
  local content = pandoc.Blocks { number_part(state.words[float.kind], number, float.inner_id) }
  local title = title_blocks(float.title, state.words[float.kind], whole)
  if #title > 0 then
    content:insert(part('float-title', title))
  end
  content:extend(float.body:walk { Image = prepare_image })
  local notes = ordered_notes(float.notes, state.words)
  if #notes > 0 then
    content:insert(part('float-note', notes))
  end
  local attributes = pandoc.List { { 'number', number }, { 'label', whole } }
  if float.orientation == 'landscape' then
    attributes:insert { 'orientation', 'landscape' }
  end
  return pandoc.Div(content,
    pandoc.Attr(float.id, pandoc.List { 'float', float.kind } .. float.classes, attributes .. float.attributes))
end

--- Adds the notes that follow a float in the text; gives the place of the first block that is none.
local function take_following_notes(float, blocks, index, words)
  while is_note(blocks[index]) do
    float.notes:extend(blocks[index].content)
    index = index + 1
  end
  if is_typed_note(blocks[index], words) then
    repeat
      float.notes:insert(blocks[index])
      index = index + 1
    until not (blocks[index] and blocks[index].t == 'Para' and kind_of_note(blocks[index]) ~= 'general')
  end
  return index
end

local with_floats

local function with_floats_inside(state, block)
  if block.t == 'Div' or block.t == 'BlockQuote' then
    block.content = with_floats(state, block.content)
  elseif block.t == 'BulletList' or block.t == 'OrderedList' then
    block.content = block.content:map(function(item) return with_floats(state, item) end)
  end
  return block
end

function with_floats(state, blocks)
  local result, index = pandoc.Blocks {}, 1
  while index <= #blocks do
    local block = blocks[index]
    local float = float_of(state, block)
    index = index + 1
    if float then
      index = take_following_notes(float, blocks, index, state.words)
      result:insert(build(state, float))
    else
      result:insert(with_floats_inside(state, block))
    end
  end
  return result
end

-- Equations ------------------------------------------------------------------------------------------------------------------

local function is_display_math(inline)
  return inline ~= nil and inline.t == 'Math' and inline.mathtype == 'DisplayMath'
end

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- The display formula that is all of a Span with an identifier `eq-…`; nil for any other inline.
local function formula_of_span(inline)
  if inline.t ~= 'Span' or not inline.identifier:match '^eq%-' or inline.classes:includes 'equation' then
    return nil
  end
  local content = inline.content:filter(function(part_of_span) return not is_space(part_of_span) end)
  return #content == 1 and is_display_math(content[1]) and content[1] or nil
end

--- Reads an equation at a place: formula, identifier, the text glued to it, the next place. nil if there is none.
local function equation_at(inlines, index)
  local inline = inlines[index]
  local formula = formula_of_span(inline)
  if formula then
    return formula, inline.identifier, '', index + 1
  end
  if not is_display_math(inline) then
    return nil
  end
  local after = is_space(inlines[index + 1]) and index + 2 or index + 1
  local following = inlines[after]
  local id, rest = (following and following.t == 'Str' and following.text or ''):match '^{#(eq%-[^%s}]+)}(.*)$'
  if not id then
    return nil
  end
  return inline, id, rest, after + 1
end

--- A mark behind an equation stands at its end: on the line below it would stand alone.
local function with_mark(formula, mark)
  if mark ~= '' then
    formula.text = formula.text:gsub('%s+$', '') .. mark
  end
  return formula
end

local function numbered_equations(state)
  return function(inlines)
    local result, index = pandoc.Inlines {}, 1
    while index <= #inlines do
      local formula, id, rest, following = equation_at(inlines, index)
      if formula then
        index = following
        local next_inline = inlines[index]
        if rest == '' and next_inline and next_inline.t == 'Str' then
          rest, index = next_inline.text, index + 1
        end
        local mark, remainder = rest:match '^([.,;:]?)(.*)$'
        local number = next_number(state, 'equation', id)
        result:insert(pandoc.Span({ with_mark(formula, mark) }, pandoc.Attr(id, { 'equation' }, { { 'number', number } })))
        if remainder ~= '' then
          result:insert(pandoc.Str(remainder))
        end
      else
        result:insert(inlines[index])
        index = index + 1
      end
    end
    return result
  end
end

-- The document ---------------------------------------------------------------------------------------------------------------

--- "Appendix A" of a heading "Appendix A, line break, title".
local function enter_appendix(state, header)
  if not header.classes:includes 'appendix' or header.identifier == '' then
    return
  end
  local words = pandoc.Inlines {}
  for _, inline in ipairs(header.content) do
    if inline.t == 'LineBreak' then
      break
    end
    words:insert(inline)
  end
  local said = stringify(words)
  if said:sub(1, #state.words.appendix) == state.words.appendix then
    state.numbered[header.identifier] = said
    state.found = true
  end
end

--- Whether floats are numbered already, and whether there are images and displayed equations.
local function survey(doc)
  local found = {}
  local look = { Div = function(div) found.is_numbered = found.is_numbered or div.classes:includes 'float-number' end }
  pieces.walk_blocks(doc.blocks, function(piece)
    found.has_images = found.has_images or piece:has '"t":"Image"'
    found.has_equations = found.has_equations or piece:has '"t":"DisplayMath"'
    return piece:has '"float-number"' and look
  end)
  return found
end

local function has_equation(block)
  local found = false
  block:walk { Math = function(math) found = found or is_display_math(math) end }
  return found
end

local function number_all(doc)
  local found = survey(doc)
  if found.is_numbered then
    return nil
  end
  local state = new_state(doc.meta)
  state.has_images = found.has_images
  local equations = numbered_equations(state)
  -- Section by section, so that each has its own numbers.
  local result, section = pandoc.Blocks {}, pandoc.Blocks {}
  local function close_section()
    local blocks = section:map(function(block) -- to have all inlines of a long paper handed over takes its time
      return found.has_equations and has_equation(block) and block:walk { Inlines = equations } or block
    end)
    result:extend(with_floats(state, blocks))
    section = pandoc.Blocks {}
  end
  for _, block in ipairs(doc.blocks) do
    if block.t == 'Header' and block.level == 1 then
      close_section()
      enter_section(state, block)
      enter_appendix(state, block)
    end
    section:insert(block)
  end
  close_section()
  if not state.found then
    return nil
  end
  doc.blocks = result
  doc.meta.numbered = next(state.numbered) and state.numbered or nil
  return doc
end

return { { Pandoc = number_all } }
