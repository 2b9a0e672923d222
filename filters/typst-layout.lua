--- typst-layout.lua – hands the parts of an APA paper to the functions of templates/functions.typ.
--
-- Why: pandoc's Typst writer knows no title page, author note, run-in heading (APA 2.27), hanging indent (2.12) or
-- table and figure with number, title and notes (7.8-7.28), writes no alternative text for images and formulas,
-- and leaves "--" to be read as a dash (pandoc 3.9). Typst refuses a link that leads nowhere and an id that stands
-- twice; here they lose their link or id, with a warning.
--
-- Run after: citeproc, title-page.lua, floats.lua, cross-references.lua.
-- Formats:   typst.
-- Options:   apa: mode, paper, font, table-spacing, line-numbers.
-- Warns:     when a link leads to an id that is not there; when an id stands twice; when an image lies on the web.

PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local fonts = require 'apa.fonts'
local headings_of = require 'apa.headings'
local options_of = require 'apa.options'
local paragraphs = require 'apa.paragraphs'
local templates = require 'apa.templates'

local stringify = pandoc.utils.stringify

local PAGE_BREAK = '#pagebreak(weak: true)'

local function warn(message)
  (pandoc.log and pandoc.log.warn or function (text)
    io.stderr:write('[WARNING] ' .. text .. '\n')
  end)(message)
end

local function raw(code)
  return pandoc.RawInline('typst', code)
end

local function raw_block(code)
  return pandoc.RawBlock('typst', code)
end

--- A Typst string literal.
local function literal(text)
  local escaped = text:gsub('\\', '\\\\'):gsub('"', '\\"'):gsub('\n', ' '):gsub('%c', '')
  return '"' .. escaped .. '"'
end

local function label(id)
  if id == '' then
    return ''
  end
  return ' #label(' .. literal(id) .. ')'
end

local function anchor(id)
  return '#anchor(' .. literal(id) .. ')'
end

--- Text without the notes in it, which belong to no title, name or label.
local function plain_text(value)
  if value == nil then
    return ''
  end
  local kind = pandoc.utils.type(value)
  if kind == 'Inlines' then
    value = value:walk { Note = function () return {} end }
  elseif kind ~= 'Blocks' and kind ~= 'string' and kind ~= 'boolean' then
    return ''
  end
  return (stringify(value):gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', ''))
end

--- Puts blocks into a call of a function of the template.
local function call(name, blocks)
  local result = pandoc.Blocks { raw_block('#' .. name .. '[') }
  result:extend(blocks)
  result:insert(raw_block(']'))
  return result
end

-- Metadata --------------------------------------------------------------------------------------------------

local function each_text(value)
  if value == nil then
    return {}
  end
  local texts = {}
  for _, item in ipairs(pandoc.utils.type(value) == 'List' and value or { value }) do
    local text = plain_text(item)
    if text ~= '' then
      texts[#texts + 1] = text
    end
  end
  return texts
end

local function array(texts)
  local literals = {}
  for index, text in ipairs(texts) do
    literals[index] = literal(text) .. ','
  end
  return '(' .. table.concat(literals, ' ') .. ')'
end

local function points(number)
  return ('%.4gpt'):format(number)
end

-- Faces for what the paper's own face lacks, in this order, so that every machine takes the same: Libertinus is in Typst,
-- DejaVu has Greek, Cyrillic, Hebrew and Arabic.
local FALLBACK_FACES = { 'Libertinus Serif', 'DejaVu Sans' }

--- The real font first, then the face that stands in where it is absent.
local function families(name)
  local faces, seen = {}, {}
  for _, face in ipairs { name, fonts[name].face, table.unpack(FALLBACK_FACES) } do
    if not seen[face] then
      seen[face] = true
      faces[#faces + 1] = face
    end
  end
  return array(faces)
end

local TABLE_SPACING = { single = '1', ['one-and-a-half'] = '1.5', double = '2' }   -- (7.13)
local PAPER = { letter = 'us-letter', a4 = 'a4' }

--- What the author chose for the page: a manuscript is double-spaced in a size that APA names (2.19), an article in a
-- journal is set small and close.
local function page_fields(options)
  local font, journal = fonts[options.font], options.mode == 'journal'
  local size = journal and math.min(10, font.size - 1) or font.size
  return {
    ['typst-font'] = families(options.font),
    ['typst-size'] = points(size),
    ['typst-pitch'] = points(journal and 1.2 * size or font.pitch),
    ['typst-paper'] = literal(PAPER[options.paper]),
    ['typst-journal'] = tostring(journal),
    ['typst-line-numbers'] = tostring(options['line-numbers']),
    ['typst-table-spacing'] = TABLE_SPACING[options['table-spacing']],
  }
end

--- The fields that the template reads: its functions, and Typst literals, so that no character of a title can break the markup.
local function template_fields(meta, options)
  local fields = page_fields(options)
  fields['typst-functions'] = templates.read 'functions.typ'
  fields['typst-author'] = array(each_text(meta.author))
  fields['typst-keywords'] = array(each_text(meta.keywords))
  fields['typst-rtl'] = tostring(plain_text(meta.dir) == 'rtl')
  local title = plain_text(meta.title)
  if title ~= '' then
    fields['typst-title'] = literal(title)
  end
  local running_head = plain_text(meta['running-head'])
  if running_head ~= '' then
    fields['typst-running-head'] = literal(running_head)
  end
  local language, rest = plain_text(meta.lang):match '^(%a%a%a?)%f[%A](.*)$'
  if language then
    fields['typst-lang'] = literal(language:lower())
    local region = rest:match '%-(%a%a)%f[%A]'
    if region then
      fields['typst-region'] = literal(region:upper())
    end
  end
  return fields
end

-- Ids and links ---------------------------------------------------------------------------------------------

local HAS_ID = { 'Div', 'Header', 'Figure', 'Table', 'CodeBlock', 'Span', 'Code', 'Image', 'Link' }

-- Within these no page begins.
local CONTAINERS = { 'BlockQuote', 'BulletList', 'OrderedList', 'DefinitionList', 'Table', 'Note', 'Figure' }

local function is_other_than_text(block)
  return block.t ~= 'Para' and block.t ~= 'Plain'
end

--- The document without second ids, and what was found on the way, so that no more walks are made than it needs (each takes a
--- long paper its time): `ids`; the `targets` of links; `with_id`, the names of elements that have one; whether there are
--- `floats`, `pages` that would begin within a container, images, formulas, displayed ones, spans without content, `margins`
--- with the numbers of entries, and notes of other blocks than paragraphs.
local function survey(doc)
  local found, twice = { ids = {}, targets = {}, with_id = {} }, false
  local function note_id(element)
    local id = element.identifier
    if id == '' then
      return nil
    end
    found.with_id[element.t] = true
    if not found.ids[id] then
      found.ids[id] = true
      return nil
    end
    warn('the id "' .. id .. '" stands twice; links lead to the first')
    twice = true
    element.identifier = ''
    return element
  end
  local function look_inside(element)
    element:walk {
      Div = function (part) found.pages = found.pages or part.classes:includes 'float' end,
      Header = function (header) found.pages = found.pages or header.classes:includes 'section-label' end,
    }
  end
  local handlers = { traverse = 'topdown' }
  for _, name in ipairs(HAS_ID) do
    handlers[name] = note_id
  end
  for _, name in ipairs(CONTAINERS) do
    local with_id = handlers[name]
    handlers[name] = function (element)
      look_inside(element)
      return with_id and with_id(element)
    end
  end
  function handlers.Note(note)
    found.blocks_in_notes = found.blocks_in_notes or note.content:find_if(is_other_than_text) ~= nil
    look_inside(note)
  end
  function handlers.Div(part)
    found.floats = found.floats or part.classes:includes 'float'
    return note_id(part)
  end
  function handlers.Link(link)
    found.targets[link.target] = true
    return note_id(link)
  end
  function handlers.Span(part)
    if #part.content == 0 then
      found.empty_spans = true
    end
    found.margins = found.margins or part.classes:includes 'csl-left-margin'
    return note_id(part)
  end
  function handlers.Image(image)
    found.images = true
    return note_id(image)
  end
  function handlers.Math(math)
    found.formulas = true
    found.displayed = found.displayed or math.mathtype == 'DisplayMath'
  end
  local result = doc:walk(handlers)
  return twice and result or doc, found
end

local function without_dead_links(doc, found)
  local ids, dead = found.ids, false
  for target in pairs(found.targets) do
    local id = target:match '^#(.*)$'
    dead = dead or target == '' or id ~= nil and not ids[id]
  end
  return not dead and doc or doc:walk {
    Link = function (link)
      if link.target == '' then
        return link.content
      end
      local id = link.target:match '^#(.*)$'
      if not id or ids[id] then
        return nil
      end
      if id ~= '' then
        warn('a link leads to "#' .. id .. '", and there is nothing of that id')
      end
      return link.content
    end
  }
end

-- Text ------------------------------------------------------------------------------------------------------

local LONGEST_WORD = 60   -- characters; a line of the page has room for some 70
local LONGER_WORD = ('[^ ]'):rep(LONGEST_WORD + 1)

--- False for words of which none is anything to literal_text below.
local function may_be_markup(words)
  return words:find '%-[-?%d]' or words:find('...', 1, true) or words:find '%.[%a_\128-\255]' or words:find(LONGER_WORD)
end

--- Keeps Typst from reading "--" as a dash, "..." as an ellipsis, "-?" as a soft hyphen, "-1" as a minus sign, and ".b" behind
-- a link or a formula as its field; pandoc 3.9 escapes none of them. Also lets a word that is longer than a line break;
-- Typst itself breaks addresses at their marks.
local function literal_text(str)
  local text = str.text
  if #text <= LONGEST_WORD and not text:find '[-.]' then
    return nil
  end
  local breaks = (utf8.len(text) or 0) > LONGEST_WORD and not text:find '/'
  local like_a_field = text:find '^%.[%a_\128-\255]'
  if not breaks and not like_a_field and not text:find '%-[-?%d]' and not text:find('...', 1, true) then
    return nil
  end
  local pieces = pandoc.Inlines {}
  local plain = ''
  local function flush()
    if plain ~= '' then
      pieces:insert(pandoc.Str(plain))
      plain = ''
    end
  end
  local count, previous = 0, ''
  for position, code in utf8.codes(text) do
    local character = utf8.char(code)
    local after = position + #character
    local following = text:sub(after, after)
    local is_dash = character == '-' and (following:find '[-?%d]' or previous == '-')
    local is_ellipsis = character == '.' and (following == '.' or previous == '.')
    if is_dash or is_ellipsis or (like_a_field and position == 1) then
      flush()
      pieces:insert(raw('\\' .. character))
    else
      plain = plain .. character
    end
    count = count + 1
    if breaks and count % 10 == 0 then
      flush()
      pieces:insert(raw '#sym.zws;')
    end
    previous = character
  end
  flush()
  return pieces
end

--- The name of a file from its address ("b%20c.png"); Typst opens files by name.
local function file_name(source)
  return (source:gsub('%%(%x%x)', function (code)
    return string.char(tonumber(code, 16))
  end))
end

local function inline_image(image)
  if image.src:find '^%a[%w+.-]+://' or image.src:find '^//' then
    warn('the image ' .. image.src .. ' lies on the web; the paper has a link to it instead')
    local text = #image.caption > 0 and image.caption or pandoc.Inlines { image.src }
    return pandoc.Link(text, image.src)
  end
  if image.src:find '^data:' then
    return nil
  end
  local alternative = image.attributes.alt or plain_text(image.caption)
  local is_decoration = image.attributes.alt == ''
  local inlines = pandoc.Inlines {}
  if image.identifier ~= '' then
    inlines:insert(raw(anchor(image.identifier)))
    image.identifier = ''
  end
  image.src = file_name(image.src)
  if is_decoration then
    inlines:extend { raw '#decorative[', image, raw ']' }
  elseif alternative == '' then
    inlines:insert(image)
  else
    -- the image stays pandoc's, so that --extract-media can still name its copy
    inlines:extend { raw('#described(' .. literal(alternative) .. ')['), image, raw ']' }
  end
  return inlines
end

-- Formulas --------------------------------------------------------------------------------------------------

--- A formula as Typst writes it, or nil for TeX that pandoc cannot convert (it has said so), and that TeX as text.
local function typst_formula(math)
  local code = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, 'typst')
  code = code:gsub('%s+$', ''):gsub('^%s+', '')
  if code:find '^%$.*%$$' then
    return code
  end
  return nil, code
end

local function alternative_of(math)
  return literal((math.text:gsub('%s+', ' '):gsub('^ ', ''):gsub(' $', '')))
end

local function formula(math)
  local code, text = typst_formula(math)
  return raw(code and '#formula(' .. alternative_of(math) .. ', ' .. code .. ')' or text)
end

--- A displayed equation with its number, which stands at the right margin (6.46).
local function numbered_formula(span)
  local math = span.content[1]
  local code, text = typst_formula(math)
  if not code then
    return raw(text .. ' (' .. span.attributes.number .. ')')
  end
  local parts = { literal(span.attributes.number), alternative_of(math), code }
  return raw('#numbered-formula(' .. table.concat(parts, ', ') .. ')' .. label(span.identifier))
end

local function is_numbered(inline)
  return inline.t == 'Span' and inline.classes:includes 'equation' and inline.attributes.number
    and #inline.content == 1 and inline.content[1].t == 'Math'
end

local function is_displayed(inline)
  return is_numbered(inline) or inline.t == 'Math' and inline.mathtype == 'DisplayMath'
end

local function without_edge_spaces(inlines)
  local SPACES = { Space = true, SoftBreak = true, LineBreak = true }
  while #inlines > 0 and SPACES[inlines[1].t] do
    inlines:remove(1)
  end
  while #inlines > 0 and SPACES[inlines[#inlines].t] do
    inlines:remove()
  end
  return inlines
end

--- A displayed equation is a block; the sentence that goes on after it begins no paragraph and has no indent.
local function with_equations_apart(paragraph)
  local has_display = false
  paragraph:walk { Math = function (math) has_display = has_display or math.mathtype == 'DisplayMath' end }
  if not has_display or not paragraph.content:find_if(is_displayed) then
    return nil
  end
  local result, text = pandoc.Blocks {}, pandoc.Inlines {}
  local function flush()
    text = without_edge_spaces(text)
    if #text > 0 and #result > 0 then
      text:insert(1, raw '#continued[')
      text:insert(raw ']')
    end
    if #text > 0 then
      result:insert(pandoc.Para(text))
    end
    text = pandoc.Inlines {}
  end
  for _, inline in ipairs(paragraph.content) do
    if is_displayed(inline) then
      flush()
      result:insert(pandoc.Para { is_numbered(inline) and numbered_formula(inline) or formula(inline) })
    else
      text:insert(inline)
    end
  end
  flush()
  return result
end

local function anchor_before(element)
  if element.identifier == '' then
    return nil
  end
  local where = raw(anchor(element.identifier))
  element.identifier = ''
  return { where, element }
end

local function span(element)
  if #element.content == 0 then
    return element.identifier ~= '' and raw(anchor(element.identifier)) or {}
  end
  return anchor_before(element)
end

-- Headings --------------------------------------------------------------------------------------------------

--- Levels 4 and 5 stand in the paragraph that follows (2.27).
local function run_in(header, paragraph)
  local stop = headings_of.end_with_stop(header.content) and '[]' or '[.]'
  local inlines = pandoc.Inlines { raw('#run-in(' .. math.min(header.level, 6) .. ', ' .. stop .. ')[') }
  inlines:extend(header.content)
  inlines:insert(raw(']' .. label(header.identifier)))
  if paragraph then
    inlines:insert(raw ' ')
    inlines:extend(paragraph.content)
  end
  return pandoc.Para(inlines)
end

--- A break of the line in a heading, with one space about it: the bookmark of an appendix reads "Appendix A Title".
local function with_tight_breaks(header)
  if not header.content:find_if(function (inline) return inline.t == 'LineBreak' end) then
    return header
  end
  local content = pandoc.Inlines {}
  for _, inline in ipairs(header.content) do
    content:insert(inline.t == 'LineBreak' and raw ' #linebreak()' or inline)
  end
  header.content = content
  return header
end

--- Whether a heading begins a page (2.17).
local function begins_page(header)
  return header.classes:includes 'section-label' and header.identifier ~= 'author-note'
end

local function headings(blocks)
  if not blocks:find_if(function (block) return block.t == 'Header' end) then
    return nil
  end
  local result = pandoc.Blocks {}
  local index = 1
  while index <= #blocks do
    local block, following = blocks[index], blocks[index + 1]
    if block.t == 'Header' and block.level > 3 then
      local runs_on = following and (following.t == 'Para' or following.t == 'Plain')
      result:insert(run_in(block, runs_on and following or nil))
      index = index + (runs_on and 2 or 1)
    else
      if block.t == 'Header' and begins_page(block) then
        result:insert(raw_block(PAGE_BREAK))
      end
      result:insert(block.t == 'Header' and with_tight_breaks(block) or block)
      index = index + 1
    end
  end
  return result
end

-- Blocks ----------------------------------------------------------------------------------------------------

--- The number and the text of an entry in a numbered style ("[1]", "1."), or nil.
local function numbered_parts(inlines)
  local number, text
  for _, inline in ipairs(inlines) do
    if inline.t == 'Span' and inline.classes:includes 'csl-left-margin' then
      number = inline.content
    elseif inline.t == 'Span' and inline.classes:includes 'csl-right-inline' then
      text = inline.content
    end
  end
  if number and text then
    return number, text
  end
  return nil
end

--- An entry, and below it what else belongs to it: an annotation (9.51). `may_be_numbered` is false where no entry of the paper
--- has a number.
local function reference_entry(div, may_be_numbered)
  if stringify(div) == '' then
    return {} -- in-text-citations.lua left it so: the work is in no list (8.6, 8.9)
  end
  local result, below = pandoc.Blocks {}, pandoc.Blocks {}
  for index, block in ipairs(div.content) do
    if index == 1 and (block.t == 'Para' or block.t == 'Plain') then
      local number, text
      if may_be_numbered then
        number, text = numbered_parts(block.content)
      end
      local inlines = number or block.content
      inlines:insert(1, raw(number and '#numbered-entry[' or '#reference-entry['))
      if number then
        inlines:insert(raw '][')
        inlines:extend(text)
      end
      inlines:insert(raw(']' .. label(div.identifier)))
      if block.t == 'Plain' or number then
        block = pandoc.Para(inlines)
      else
        block.content = inlines
      end
      result:insert(block)
    else
      if index == 1 and div.identifier ~= '' then
        result:insert(raw_block(anchor(div.identifier)))
      end
      below:insert(block)
    end
  end
  if #below > 0 then
    result:extend(call('annotation', below))
  end
  return result
end

--- A line of the contents or of a list of tables: its words lead to the place, and its page is looked up there.
local function contents_entry(div)
  local inlines, target = pandoc.Inlines {}, nil
  for _, inline in ipairs(pandoc.utils.blocks_to_inlines(div.content)) do
    local id = inline.t == 'Link' and inline.target:match '^#(.+)$'
    if id then
      target = target or id
      inlines:extend(inline.content)
    else
      inlines:insert(inline)
    end
  end
  local where = target and literal(target) or 'none'
  inlines:insert(1, raw('#contents-entry(' .. (tonumber(div.attributes.level) or 1) .. ', ' .. where .. ')['))
  inlines:insert(raw ']')
  return pandoc.Para(inlines)
end

local FUNCTION_OF_PART = {
  title = 'paper-title',
  byline = 'centred',
  affiliation = 'centred',
  course = 'centred',
  instructor = 'centred',
  ['due-date'] = 'centred',
  ['word-count'] = 'centred',
  ['author-note'] = 'author-note',
  abstract = 'abstract-text',
}

local function has_typst_attributes(div)
  for name in pairs(div.attributes) do
    if name:find '^typst:' then
      return true
    end
  end
  return false
end

--- A Div would become a Typst block, in which no page can break; only its contents are wanted.
local function div(element, may_be_numbered)
  if element.classes:includes 'csl-entry' then
    return reference_entry(element, may_be_numbered)
  end
  if element.classes:includes 'contents-entry' then
    return contents_entry(element)
  end
  if has_typst_attributes(element) then
    return nil
  end
  local result = pandoc.Blocks {}
  local first = element.content[1]
  if element.identifier ~= '' and first and first.t == 'Header' then
    first.content:insert(1, raw(anchor(element.identifier)))   -- on the heading's page, if it begins one
  elseif element.identifier ~= '' then
    result:insert(raw_block(anchor(element.identifier)))
  end
  for _, block in ipairs(element.content) do
    -- What ends without a blank line would run into the paragraph after the division.
    result:insert(block.t == 'Plain' and pandoc.Para(block.content) or block)
  end
  return result
end

--- The parts of the title page and the abstract page; an author's own div of such a class elsewhere is not one.
local function front_part(element)
  local is_page = element.classes:includes 'title-page' or element.classes:includes 'abstract-page'
  if not is_page then
    return nil, false
  end
  local result = pandoc.Blocks {}
  for _, part in ipairs(element.content) do
    local name = part.t == 'Div' and FUNCTION_OF_PART[part.classes[1]]
    if name then
      result:extend(call(name, part.content))
    else
      result:insert(part)
    end
  end
  element.content = result
  return element, false
end

-- Tables ----------------------------------------------------------------------------------------------------

local ALIGNMENT = { AlignLeft = 'start', AlignRight = 'end', AlignCenter = 'center' }

--- The columns' widths and alignments: those the author gave, else the stub to the left and the rest centred (7.13).
local function column_arguments(colspecs)
  local widths, alignments = {}, {}
  for index, spec in ipairs(colspecs) do
    local width = type(spec[2]) == 'number' and spec[2] > 0 and ('%.4g%%'):format(100 * spec[2]) or 'auto'
    widths[index] = width .. ','
    alignments[index] = (ALIGNMENT[spec[1]] or (index == 1 and 'start' or 'center')) .. ','
  end
  return 'columns: (' .. table.concat(widths, ' ') .. '), align: (' .. table.concat(alignments, ' ') .. '),'
end

local function spans(cell)
  local arguments = {}
  if cell.col_span > 1 then
    arguments[#arguments + 1] = 'colspan: ' .. cell.col_span
  end
  if cell.row_span > 1 then
    arguments[#arguments + 1] = 'rowspan: ' .. cell.row_span
  end
  return arguments
end

local function cell_blocks(start, cell)
  local blocks = pandoc.Blocks {}
  if #cell.contents == 0 then
    blocks:insert(raw_block(start .. '[],'))
  elseif #cell.contents == 1 and cell.contents[1].t == 'Plain' then
    local inlines = pandoc.Inlines { raw(start .. '[') }
    inlines:extend(cell.contents[1].content)
    inlines:insert(raw '],')
    blocks:insert(pandoc.Plain(inlines))
  else
    blocks:insert(raw_block(start .. '['))
    blocks:extend(cell.contents)
    blocks:insert(raw_block '],')
  end
  return blocks
end

local function body_cell(cell)
  local arguments = spans(cell)
  local alignment = ALIGNMENT[cell.alignment]
  if alignment then
    arguments[#arguments + 1] = 'align: ' .. alignment
  end
  local start = #arguments > 0 and 'table.cell(' .. table.concat(arguments, ', ') .. ')' or ''
  return cell_blocks(start, cell)
end

--- A head is centred over its column, whatever the column's own alignment (7.12); one that spans columns has a rule
-- between it and the heads below.
local function head_cell(cell, has_heads_below)
  local is_spanner = has_heads_below and cell.col_span > 1
  local start = is_spanner and 'spanner-cell' or 'head-cell'
  local arguments = spans(cell)
  if #arguments > 0 then
    start = start .. '(' .. table.concat(arguments, ', ') .. ')'
  end
  return cell_blocks(start, cell)
end

local function head_rows(rows)
  local blocks = pandoc.Blocks {}
  for index, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      blocks:extend(head_cell(cell, index - 1 + cell.row_span < #rows))
    end
  end
  return blocks
end

local function body_rows(rows)
  local blocks = pandoc.Blocks {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      blocks:extend(body_cell(cell))
    end
  end
  return blocks
end

local function has_text(rows)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      if #cell.contents > 0 then
        return true
      end
    end
  end
  return false
end

--- A table with horizontal rules only (7.17), whose head stands again on each further page.
local function grid(element)
  local has_head = has_text(element.head.rows)
  local first, last = has_head and #element.head.rows or 0, #element.foot.rows - 1
  for _, body in ipairs(element.bodies) do
    last = last + #body.head + #body.body
  end
  last = last + first
  local blocks = pandoc.Blocks {
    raw_block('#table(' .. column_arguments(element.colspecs) .. (' inset: room(%d, %d),'):format(first, last))
  }
  if has_head then
    blocks:insert(raw_block 'table.header(table.hline(),')
    blocks:extend(head_rows(element.head.rows))
    blocks:insert(raw_block 'table.hline()),')
  else
    blocks:insert(raw_block 'table.hline(),')
  end
  for _, body in ipairs(element.bodies) do
    if #body.head > 0 then
      blocks:insert(raw_block 'table.header(level: 2, repeat: false,')
      blocks:extend(head_rows(body.head))
      blocks:insert(raw_block '),')
    end
    blocks:extend(body_rows(body.body))
  end
  blocks:extend(body_rows(element.foot.rows))
  blocks:insert(raw_block 'table.hline())')
  return blocks
end

-- Tables and figures with number, title and notes -----------------------------------------------------------

--- An argument of a Typst function that is content.
local function content_argument(name, inlines)
  local content = pandoc.Inlines { raw(name .. ': [') }
  content:extend(inlines)
  content:insert(raw '],')
  return pandoc.Plain(content)
end

local function float_blocks(parts)
  local start = '#float(kind: ' .. parts.kind .. ','
  if parts.id ~= '' then
    start = start .. ' id: ' .. literal(parts.id) .. ','
  end
  for _, flag in ipairs { 'own-page', 'landscape', 'wide' } do
    if parts[flag] then
      start = start .. ' ' .. flag .. ': true,'
    end
  end
  local blocks = pandoc.Blocks { raw_block(start) }
  for _, name in ipairs { 'number', 'title' } do
    if parts[name] and #parts[name] > 0 then
      blocks:insert(content_argument(name, parts[name]))
    end
  end
  if parts.note and #parts.note > 0 then
    blocks:insert(raw_block 'note: [')
    blocks:extend(parts.note)
    blocks:insert(raw_block '],')
  end
  blocks:insert(raw_block ')[')
  blocks:extend(parts.body)
  blocks:insert(raw_block ']')
  return blocks
end

--- The images of a figure that have no words of their own are described by its title.
local function described_by(title, blocks)
  local words = plain_text(title)
  if words == '' then
    return blocks
  end
  return blocks:walk {
    Image = function (image)
      if image.attributes.alt or plain_text(image.caption) ~= '' then
        return nil
      end
      image.attributes.alt = words
      return image
    end
  }
end

local function numbered_float(element)
  local is_table = element.classes:includes 'table'
  local parts = {
    kind = is_table and 'table' or 'image',
    id = element.identifier,
    ['own-page'] = element.attributes['own-page'] == 'true',
    landscape = element.attributes.orientation == 'landscape',
    wide = element.classes:includes 'wide',
    body = pandoc.Blocks {},
  }
  for _, block in ipairs(element.content) do
    local class = block.t == 'Div' and block.classes[1]
    if class == 'float-number' then
      parts.number = pandoc.utils.blocks_to_inlines(block.content)
    elseif class == 'float-title' then
      parts.title = pandoc.utils.blocks_to_inlines(block.content)
    elseif class == 'float-note' then
      parts.note = block.content
    else
      parts.body:insert(block)
    end
  end
  parts.body = described_by(parts.title, parts.body)
  return float_blocks(parts)
end

--- A figure inside a numbered one has its title below; any other that still is a figure has no number.
local function figure(element, is_part)
  local title = pandoc.utils.blocks_to_inlines(element.caption.long)
  local body = described_by(title, element.content)
  if is_part then
    local blocks = pandoc.Blocks {}
    local start = pandoc.Inlines { raw(#title > 0 and '#sub-figure[' or '#sub-figure(none)[') }
    if #title > 0 then
      start:extend(title)
      start:insert(raw '][')
    end
    blocks:insert(pandoc.Plain(start))
    blocks:extend(body)
    blocks:insert(raw_block(']' .. label(element.identifier)))
    return blocks
  end
  return float_blocks { kind = 'image', id = element.identifier, title = title, body = body }
end

--- What is inside a float comes out of it as it is, so that the next pass can turn its tables into Typst's.
local function floats(element)
  if not element.classes:includes 'float' then
    return nil
  end
  element.content = element.content:walk {
    Figure = function (part) return figure(part, true) end
  }
  return numbered_float(element)
end

local function plain_figure(element)
  return figure(element, false)
end

local function plain_table(element)
  local title = pandoc.utils.blocks_to_inlines(element.caption.long)
  if #title == 0 and element.identifier == '' then
    return grid(element)
  end
  return float_blocks { kind = 'table', id = element.identifier, title = title, body = grid(element) }
end

--- Typst begins a page only where nothing is around: a float or heading within a list or quotation stays in its place.
local function without_pages_inside(element)
  return element:walk {
    Div = function (part)
      if part.classes:includes 'float' then
        part.attributes['own-page'] = nil
        part.attributes.orientation = nil
        return part
      end
    end,
    Header = function (header)
      header.classes = header.classes:filter(function (class) return class ~= 'section-label' end)
      return header
    end,
  }
end

local function code_block(element)
  if element.identifier == '' then
    return nil
  end
  local where = raw_block(anchor(element.identifier))
  element.identifier = ''
  return { where, element }
end

-- The first page of an article --------------------------------------------------------------------------------

--- Takes the footnotes out of blocks and leaves their calls: Typst 0.15 loses a footnote in what goes across both columns.
local function with_notes_apart(blocks)
  local notes = pandoc.Inlines {}
  blocks = blocks:walk {
    Note = function (note)
      local name = 'note-of-head-' .. (#notes // 2 + 1)
      notes:extend { note, raw(label(name)) }
      return raw('#footnote(label(' .. literal(name) .. '))')
    end
  }
  return blocks, notes
end

--- An article has no title page and no abstract page: all of it stands above the text's two columns, and the author
-- note below them. The title that heads the text of a manuscript is said here and not twice.
local function as_article(doc)
  local head, note, heading = pandoc.Blocks {}, nil, nil
  local abstract = pandoc.Blocks {}
  local rest = pandoc.Blocks {}
  for _, block in ipairs(doc.blocks) do
    if block.t == 'Div' and block.classes:includes 'title-page' then
      for _, part in ipairs(block.content) do
        local name = part.t == 'Div' and part.classes[1]
        if name == 'author-note' then
          note = part.content
        elseif name ~= 'title' then
          head:insert(part)
        end
      end
    elseif block.t == 'Div' and block.classes:includes 'abstract-page' then
      abstract:insert(block)
    elseif block.t == 'Header' and block.classes:includes 'text-title' and not heading then
      heading = block
    else
      rest:insert(block)
    end
  end
  if #head == 0 and #abstract == 0 and not heading then
    return doc
  end
  local front = pandoc.Blocks {}
  if heading then
    front:extend(call('journal-title', { heading }))
  end
  front:insert(pandoc.Div(head, pandoc.Attr('title-page', { 'title-page' })))
  if #abstract > 0 then
    front:extend(call('article-abstract', abstract))
  end
  local notes
  front, notes = with_notes_apart(front)
  local blocks = call('article-head', front)
  if #notes > 0 then
    blocks:extend(call('notes-of-head', { pandoc.Para(notes) }))
  end
  if note then
    blocks:extend(call('article-note', note))
  end
  blocks:extend(rest)
  doc.blocks = blocks
  return doc
end

--- Nothing in an article begins a page of its own.
local function without_pages(doc)
  return doc:walk {
    Header = function (header)
      header.classes = header.classes:filter(function (class) return class ~= 'section-label' end)
      return header
    end,
    Div = function (part)
      part.attributes['own-page'] = nil
      return part
    end,
  }
end

local function stop()
  return nil, false
end

--- Handlers for divisions, with which a walk from the top down does not go into the text.
local function of_divisions(handler)
  return { traverse = 'topdown', Div = handler, Para = stop, Plain = stop, Header = stop }
end

--- The document with its divisions, tables, figures and code, then its headings, as Typst has them. Paragraphs are not gone
--- through, unless a note may hold such blocks.
local function with_blocks(doc, found)
  local at_text = not found.blocks_in_notes and stop or nil
  local handlers = {
    Figure = plain_figure, Table = plain_table, CodeBlock = code_block,
    Div = function (element) return div(element, found.margins) end,
  }
  local function whole(block)
    return pandoc.Blocks({ block }):walk(handlers), false
  end
  return doc:walk({
    traverse = 'topdown', Figure = whole, Table = whole, Div = whole, CodeBlock = whole,
    Para = at_text, Plain = at_text, Header = at_text,
  }):walk { traverse = 'topdown', Blocks = headings, Para = at_text, Plain = at_text, Header = at_text }
end

--- The handlers for what is there.
local function of_inlines(found)
  return {
    Image = found.images and inline_image, Math = found.formulas and formula,
    Span = (found.with_id.Span or found.empty_spans) and span,
    Code = found.with_id.Code and anchor_before, Link = found.with_id.Link and anchor_before,
  }
end

local function layout(doc)
  local options = options_of.read(doc.meta)
  local found
  if options.mode == 'journal' then
    doc = as_article(without_pages(doc))
  end
  doc, found = survey(doc)
  doc = without_dead_links(doc, found)
  if found.pages then
    local handlers = {}
    for _, name in ipairs(CONTAINERS) do
      handlers[name] = without_pages_inside
    end
    doc = doc:walk(handlers)
  end
  doc = doc:walk(of_divisions(floats))
  if found.displayed then
    doc = doc:walk { Para = with_equations_apart, Plain = with_equations_apart }
  end
  doc.meta = pandoc.Pandoc({}, doc.meta):walk({ Str = literal_text }).meta
  doc.blocks = paragraphs.walk(doc.blocks, may_be_markup, { Str = literal_text })
  local handlers = of_inlines(found)
  if next(handlers) then
    doc = doc:walk(handlers)
  end
  doc = doc:walk(of_divisions(front_part))
  doc = with_blocks(doc, found)
  for name, value in pairs(template_fields(doc.meta, options)) do
    doc.meta[name] = pandoc.MetaInlines { raw(value) }
  end
  return doc
end

return { { Pandoc = layout } }
