--- latex-layout.lua – hands the parts of an APA paper to the commands of the LaTeX class apa7.
--
-- Why: journals and preprint servers ask for a source that compiles by itself (arXiv runs pdfLaTeX and no biber). The class
-- knows title page, author note, abstract, headings and captions; pandoc's writer knows none of them. Citations and entries
-- are written already: they are text with links, and no bibliography program runs.
-- What comes out: the body as blocks, the rest as LaTeX in the metadata (`latex-…`) for templates/apa.latex.
--   the number of a table or figure is given to LaTeX before each caption, so that it is the one that the text names
--   characters that pdfLaTeX's fonts lack get a definition (apa/latex-characters.lua)
-- Not taken from the class: its repeated title (a footnote in it would come twice), its \appendix (it cannot set a long
-- title, and numbers by itself), and its floats at the end (`apa: floats` has put them there).
--
-- Run after: the common filters.
-- Formats:   latex.
-- Options:   apa: mode, paper, font, line-numbers, table-spacing; lang.
-- Warns:     when a link leads to an id that is not there; when pdfLaTeX has no letter for a character; when an image is of a
--            kind that pdfLaTeX does not take.

PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local characters = require 'apa.latex-characters'
local labels = require 'apa.labels'
local options = require 'apa.options'
local safe_id = require 'apa.xml'.id

local stringify = pandoc.utils.stringify

local function warn(message)
  pandoc.log.warn('latex-layout.lua: ' .. message)
end

local function raw(code)
  return pandoc.RawInline('latex', code)
end

local function raw_block(code)
  return pandoc.RawBlock('latex', code)
end

local function is_div(block, class)
  return block ~= nil and block.t == 'Div' and block.classes:includes(class)
end

-- LaTeX from pandoc ------------------------------------------------------------------------------------------------------------

local WRITTEN = pandoc.WriterOptions { wrap_text = 'none', top_level_division = 'top-level-section' }

local function written(blocks)
  local text = pandoc.write(pandoc.Pandoc(blocks), 'latex-smart', WRITTEN)
  return (text:gsub('^%s+', ''):gsub('%s+$', ''))
end

local function written_inlines(inlines)
  return written { pandoc.Plain(inlines) }
end

local function inlines_of(blocks)
  return pandoc.utils.blocks_to_inlines(blocks, { pandoc.Space() })
end

local function without_notes(inlines)
  return pandoc.Inlines(inlines):walk { Note = function () return {} end }
end

--- Text without markup, as a bookmark or a property of the PDF takes it.
local function plain(inlines)
  return written_inlines { pandoc.Str((stringify(without_notes(inlines)))) }
end

local function label_of(id)
  return id ~= '' and '\\label{' .. safe_id(id) .. '}' or ''
end

-- Images -----------------------------------------------------------------------------------------------------------------------

-- Image in the document → the file that lies beside the source, where the build put one there (`image-files`).
local image_files = {}

local TAKEN = pandoc.List { 'pdf', 'png', 'jpg', 'jpeg' }

--- The image under the name of its file; a drawing (SVG) is asked for as a PDF, which pdfLaTeX takes.
local function with_file(image)
  local file = image_files[image.src] and stringify(image_files[image.src]) or image.src:gsub('%.[sS][vV][gG]$', '.pdf')
  local ending = (file:match '%.(%w+)$' or ''):lower()
  if not TAKEN:includes(ending) then
    warn(('pdfLaTeX takes no image of the kind "%s": %s; make it a PDF, PNG or JPEG.'):format(ending, file))
  end
  image.src = file
  image.attributes.alt = image.attributes.alt or stringify(image.caption)
  return image
end

--- Images that stand side by side in a paragraph of their own share the width of the line.
local function side_by_side(block)
  if block.t ~= 'Para' and block.t ~= 'Plain' then
    return block
  end
  local images = block.content:filter(function (inline) return inline.t == 'Image' end)
  if #images < 2 then
    return block
  end
  block.content = block.content:map(function (inline)
    if inline.t == 'Image' and not inline.attributes.width and not inline.attributes.height then
      inline.attributes.width = ('%d%%'):format((100 - 2 * #images) // #images)
    end
    return inline
  end)
  return block
end

-- Formulas ---------------------------------------------------------------------------------------------------------------------

--- A displayed equation with its number (APA 6.46); LaTeX ends a formula at an empty line.
local function numbered_formula(span)
  local text = span.content[1].text:gsub('\n%s*\n', '\n'):gsub('^%s+', ''):gsub('%s+$', '')
  local number = span.attributes.number
  if text:find '\\begin{align' or text:find '\\begin{gather' or text:find '\\begin{multline' then
    return raw(text .. ' (' .. number .. ')' .. label_of(span.identifier))
  end
  return raw('\\begin{equation}\\tag{' .. number .. '}' .. label_of(span.identifier) .. '\n' .. text .. '\n\\end{equation}')
end

local function is_numbered(span)
  return span.classes:includes 'equation' and span.attributes.number and #span.content == 1 and span.content[1].t == 'Math'
end

-- Links ------------------------------------------------------------------------------------------------------------------------

local HAS_ID = { 'Div', 'Header', 'Span', 'Figure', 'Table', 'CodeBlock', 'Code', 'Link', 'Image' }

local function ids_of(blocks)
  local found, handlers = {}, {}
  for _, name in ipairs(HAS_ID) do
    handlers[name] = function (item) found[item.identifier] = true end
  end
  blocks:walk(handlers)
  return found
end

local function inner_link(link, ids)
  local target = link.target:sub(2)
  if not ids[target] then
    warn(('a link leads to "#%s", and there is nothing of that id'):format(target))
    return link.content
  end
  local inlines = pandoc.Inlines { raw('\\hyperref[' .. safe_id(target) .. ']{') }
  inlines:extend(link.content:walk { Link = function (inner) return inner.content end }) -- no link holds another
  inlines:insert(raw '}')
  return inlines
end

--- An address as it is printed, which may break at its marks; pandoc would print it as it is encoded.
local function shown_address(link)
  local text = stringify(link.content)
  if not text:find '^%a[%w+.-]+://[^%s{}\\]+$' then
    return nil
  end
  local target = written_inlines { pandoc.Link('x', link.target) }:match '^\\href(%b{}){x}$'
  return target and raw('\\href' .. target .. '{\\nolinkurl{' .. text:gsub('[%%#]', '\\%0') .. '}}')
end

-- Tables -----------------------------------------------------------------------------------------------------------------------

-- What a line of the page holds, in letters; and a page, in lines of a table.
local LINE = { man = 78, jou = 48 }
local PAGE = { single = 34, ['one-and-a-half'] = 24, double = 18 }

local function rows_of(element)
  local rows = pandoc.List(element.head.rows)
  for _, body in ipairs(element.bodies) do
    rows = rows .. body.head .. body.body
  end
  return rows .. element.foot.rows
end

--- How many letters each column wants, by its longest cell that stands in one column.
local function wanted_widths(element)
  local widths = {}
  for column = 1, #element.colspecs do
    widths[column] = 1
  end
  for _, row in ipairs(rows_of(element)) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      if cell.col_span == 1 and widths[column] then
        widths[column] = math.max(widths[column], utf8.len(stringify(cell.contents)) or 1)
      end
      column = column + cell.col_span
    end
  end
  return widths
end

local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do
    total = total + number
  end
  return total
end

--- The table with a width for each column, if its cells want more than the line has; and how many letters wide it is.
local function with_widths(element, line)
  local wanted = wanted_widths(element)
  local whole = sum(wanted) + 2 * #wanted
  local has_widths = element.colspecs[1] and element.colspecs[1][2] ~= nil
  if whole > line and not has_widths then
    local capped = {}
    for index, width in ipairs(wanted) do
      capped[index] = math.min(width, line // 2)
    end
    local total = sum(capped)
    local specs = pandoc.List {}
    for index, spec in ipairs(element.colspecs) do
      specs:insert { spec[1], capped[index] / total }
    end
    element.colspecs = specs
  end
  return element, whole
end

--- How many lines a table takes on the page, a cell that is wider than its column taking several.
local function lines_of(element, line)
  local lines = 0
  for _, row in ipairs(rows_of(element)) do
    local most, column = 1, 1
    for _, cell in ipairs(row.cells) do
      local spec = element.colspecs[column]
      local room = spec and spec[2] and math.max(1, spec[2] * line * cell.col_span) or line
      most = math.max(most, math.ceil((utf8.len(stringify(cell.contents)) or 1) / room))
      column = column + cell.col_span
    end
    lines = lines + most
  end
  return lines
end

--- The columns, the head, and the rows of a table as pandoc writes it, a longtable.
local function parts_of_longtable(element)
  local code = written { element }
  local columns, inner = code:match '\\begin{longtable}%[%]{(.-@{})}\n(.*)\\end{longtable}'
  local head, rows = (inner or ''):match '^(.-)\\endhead\n(.*)$'
  local foot
  foot, rows = (rows or inner or ''):match '^(.-)\\endlastfoot\n(.*)$'
  return columns, head or '\\toprule\\noalign{}\n', foot or '', rows or ''
end

local function tabular(element)
  local columns, head, foot, rows = parts_of_longtable(element)
  return '\\begin{tabular}{' .. columns .. '}\n' .. head .. rows .. foot .. '\\end{tabular}'
end

local function longtable(element, caption)
  local columns, head, foot, rows = parts_of_longtable(element)
  return table.concat {
    '\\begin{longtable}[l]{', columns, '}\n', caption, '\\\\\n', head, '\\endfirsthead\n', head, '\\endhead\n', foot,
    '\\endlastfoot\n', rows, '\\end{longtable}',
  }
end

-- Tables and figures -----------------------------------------------------------------------------------------------------------

--- Takes the notes out of a float, which LaTeX would lose: their marks stay, their texts follow behind it.
local function take_notes(blocks)
  local notes = pandoc.List {}
  blocks = pandoc.Blocks(blocks):walk {
    traverse = 'topdown',
    Note = function (note)
      notes:insert('{' .. written(note.content) .. '}')
      return raw '\\protect\\footnotemark{}', false
    end,
  }
  local texts = notes:map(function (text) return '\\stepcounter{footnote}\\footnotetext' .. text end)
  local code = #notes > 0 and ('\\addtocounter{footnote}{-%d}%s\n'):format(#notes, table.concat(texts)) or ''
  return blocks, code
end

local function notes_of(blocks)
  local code = ''
  for _, block in ipairs(blocks) do
    local is_text = block.t == 'Para' or block.t == 'Plain'
    code = code .. '\\floatnote{' .. (is_text and written_inlines(block.content) or written { block }) .. '}\n'
  end
  return code
end

--- What a float is made of: number, title, content and notes.
local function parts_of_float(div)
  local parts = {
    number = div.attributes.number, title = pandoc.Inlines {}, content = pandoc.Blocks {}, notes = pandoc.Blocks {},
  }
  for _, block in ipairs(div.content) do
    if is_div(block, 'float-title') then
      parts.title = inlines_of(block.content)
    elseif is_div(block, 'float-note') then
      parts.notes:extend(block.content)
    elseif not is_div(block, 'float-number') then
      parts.content:insert(block)
    end
  end
  return parts
end

--- What gives LaTeX the number of a table or figure; it stands before a table that goes on over pages, not in it.
local function number_of(parts, kind)
  return parts.number and ('\\renewcommand{\\the%s}{%s}'):format(kind, parts.number) or ''
end

local function caption_of(parts, id)
  if not parts.number then
    return label_of(id) ~= '' and '\\phantomsection' .. label_of(id) or ''
  end
  return ('\\caption[%s]{%s}%s'):format(plain(parts.title), written_inlines(parts.title), label_of(id))
end

local function only_table(blocks)
  return #blocks == 1 and blocks[1].t == 'Table' and blocks[1] or nil
end

--- What stands between title and note; a table as a tabular, with the width of its columns.
local function content_of(blocks, line)
  local code = {}
  for _, block in ipairs(blocks) do
    if block.t == 'Table' then
      table.insert(code, tabular((with_widths(block, line))))
    else
      table.insert(code, '\\noindent ' .. written { side_by_side(block) } .. '\\par')
    end
  end
  return table.concat(code, '\n')
end

--- The environment of a float: turned sideways, over both columns of a journal's page, or as it is.
local function environment(kind, is_turned, is_wide)
  local name = is_turned and 'sideways' .. kind or kind
  return is_wide and name .. '*' or name
end

local function float(div, choices)
  local kind = div.classes:includes 'table' and 'table' or 'figure'
  local is_journal, is_turned = choices.mode == 'journal', div.attributes.orientation == 'landscape'
  local line = is_turned and LINE.man * 3 // 2 or (is_journal and LINE.jou or LINE.man)
  local blocks, footnotes = take_notes(div.content)
  div.content = blocks
  local parts = parts_of_float(div)
  local number, caption = number_of(parts, kind), caption_of(parts, div.identifier)
  local page = div.attributes['own-page'] == 'true' and '\\clearpage\n' or ''
  local lone = only_table(parts.content)
  local whole = 0
  if lone then
    lone, whole = with_widths(lone, line)
    parts.content = pandoc.Blocks { lone }
  end
  if lone and lines_of(lone, line) > PAGE[choices['table-spacing']] // (is_turned and 2 or 1) then
    local code = longtable(lone, caption)
    local open, close = '{\\tablespacing' .. number .. '\n', '}\n'
    if is_turned then
      open, close = '\\begin{landscape}\n' .. open, close .. '\\end{landscape}\n'
    end
    if is_journal then -- a table cannot go on from column to column
      open, close = '\\onecolumn\n' .. open, close .. '\\twocolumn\n'
    end
    return page .. open .. code .. '\n' .. notes_of(parts.notes) .. close .. footnotes
  end
  local name = environment(kind, is_turned, is_journal and (is_turned or whole > LINE.jou))
  return page .. '\\begin{' .. name .. '}' .. (is_turned and '' or '[!htbp]') .. '\n' .. number .. caption .. '\n'
    .. (kind == 'table' and '\\tablespacing\n' or '') .. content_of(parts.content, line) .. '\n'
    .. notes_of(parts.notes) .. '\\end{' .. name .. '}\n' .. footnotes
end

--- A table without number and title stands where it is.
local function lone_table(element, choices)
  local line = choices.mode == 'journal' and LINE.jou or LINE.man
  local widened = with_widths(element, line)
  if choices.mode ~= 'journal' and lines_of(widened, line) > PAGE[choices['table-spacing']] then
    return nil -- pandoc's own goes on over pages
  end
  local blocks, footnotes = take_notes { widened }
  return raw_block('{\\tablespacing\\noindent\n' .. tabular(blocks[1]) .. '\\par}\n' .. footnotes)
end

-- Headings ---------------------------------------------------------------------------------------------------------------------

local DEEPEST = 5

--- Whether a heading begins a page (APA 2.17).
local function begins_page(header, choices)
  return choices.mode ~= 'journal' and header.level == 1 and header.classes:includes 'section-label'
end

local function heading(header, choices)
  local page = begins_page(header, choices) and '\\clearpage\n' or ''
  if header.classes:includes 'text-title' then
    local title = '\\section*{' .. written_inlines(header.content) .. '}' .. label_of(header.identifier)
    return choices.mode ~= 'journal' and raw_block(title) or {} -- a printed article has its title once
  end
  local has_break = header.content:find_if(function (inline) return inline.t == 'LineBreak' end)
  if has_break then
    local short = pandoc.Inlines {}
    for _, inline in ipairs(without_notes(header.content)) do
      short:insert(inline.t == 'LineBreak' and pandoc.Str '. ' or inline)
    end
    return raw_block(page .. ('\\section[%s]{%s}%s'):format(plain(short), written_inlines(header.content),
      label_of(header.identifier)))
  end
  -- The class's \subparagraph takes no star, and numbers nothing.
  header.classes, header.attributes, header.level = {}, {}, math.min(header.level, DEEPEST)
  header.identifier = header.identifier ~= '' and safe_id(header.identifier) or ''
  return page ~= '' and { raw_block(page), header } or header
end

-- References -------------------------------------------------------------------------------------------------------------------

--- The number of an entry, if the style has numbers, and its blocks without it.
local function take_margin(entry)
  local number
  local rest = entry.content:walk {
    traverse = 'topdown',
    Span = function (span)
      if span.classes:includes 'csl-left-margin' then
        number = written_inlines(span.content)
        return {}
      end
    end,
  }
  return number, rest
end

local function reference_list(div)
  local has_numbers, blocks = false, pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    if not is_div(block, 'csl-entry') then
      blocks:insert(block)
    elseif stringify(block) ~= '' then -- else the work is in no list (APA 8.6, 8.9)
      local number, rest = take_margin(block)
      has_numbers = has_numbers or number ~= nil
      local code = '\\entry' .. (number and '[' .. number .. ']' or '') .. '{' .. safe_id(block.identifier) .. '}%\n'
      blocks:insert(raw_block(code .. written(rest)))
    end
  end
  local name = has_numbers and 'numberedreferences' or 'references'
  blocks:insert(1, raw_block('\\begin{' .. name .. '}'))
  blocks:insert(raw_block('\\end{' .. name .. '}'))
  return blocks
end

-- The parts of the text --------------------------------------------------------------------------------------------------------

--- Program code in a note, which LaTeX cannot hold as such, as lines of text.
local function code_as_text(block)
  local inlines = pandoc.Inlines {}
  for line in (block.text .. '\n'):gmatch '(.-)\n' do
    if #inlines > 0 then
      inlines:insert(pandoc.LineBreak())
    end
    inlines:insert(pandoc.Code(line))
  end
  return pandoc.Para(inlines)
end

-- Signs that pandoc writes as accents without a letter, or that the font has another form of.
local SIGNS = { ['^'] = '\\textasciicircum{}', ['`'] = '\\textasciigrave{}', ["'"] = '\\textquotesingle{}' }

local function plain_signs(str)
  if not str.text:find "[%^`']" then
    return nil
  end
  local inlines = pandoc.Inlines {}
  for text, sign in (str.text .. '\0'):gmatch "([^%^`'%z]*)([%^`'%z])" do
    inlines:insert(text ~= '' and pandoc.Str(text) or nil)
    inlines:insert(SIGNS[sign] and raw(SIGNS[sign]) or nil)
  end
  return inlines
end

local function converted(blocks, ids, choices)
  blocks = pandoc.Blocks(blocks):walk {
    Str = plain_signs,
    Cite = function (cite) return cite.content end,
    Note = function (note)
      note.content = note.content:walk { CodeBlock = code_as_text }
      return note
    end,
    Image = with_file,
    CodeBlock = function (block) return block.text:find('\\end{verbatim}', 1, true) and code_as_text(block) or nil end,
  }
  blocks = blocks:walk {
    traverse = 'topdown',
    Link = function (link)
      if link.target:sub(1, 1) == '#' then
        return inner_link(link, ids)
      end
      return shown_address(link)
    end,
    Span = function (span)
      if is_numbered(span) then
        return numbered_formula(span), false
      elseif span.classes:includes 'csl-left-margin' then
        return nil
      end
      span.identifier = span.identifier ~= '' and safe_id(span.identifier) or ''
      span.classes, span.attributes = {}, {}
      return span.identifier == '' and span.content or span
    end,
  }
  blocks = blocks:walk {
    traverse = 'topdown',
    Div = function (div)
      if div.classes:includes 'float' then
        return raw_block(float(div, choices)), false
      elseif div.identifier == 'refs' then
        return reference_list(div), false
      end
    end,
    Header = function (header) return heading(header, choices), false end,
    Table = function (element) return lone_table(element, choices), false end,
  }
  return blocks:walk {
    Div = function (div)
      local content = div.content
      if div.identifier ~= '' then
        content:insert(1, raw_block('\\phantomsection' .. label_of(div.identifier)))
      end
      return content
    end,
  }
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

--- Something for a list with commas.
local function grouped(code)
  return '{' .. code .. '}'
end

--- The byline by the class's command: name by name in English, whose way to join names the class knows, else as one.
local function authors(meta, page, words)
  local byline = part_of(page, 'byline')
  if not byline then
    return '\\authorsnames{{\\mbox{}}}' -- the class ends a line there, and LaTeX wants one
  end
  local people = pandoc.List(meta.authors or {})
  local has_numbers = inlines_of(byline.content):find_if(function (inline) return inline.t == 'Superscript' end) ~= nil
  local all_placed = not people:find_if(function (author) return not author.affiliations end)
  if not words.serial_comma or (has_numbers and not all_placed) then
    return '\\authorsnames{' .. grouped(written_inlines(inlines_of(byline.content))) .. '}', true
  end
  local names = people:map(function (author) return grouped(written_inlines(pandoc.Inlines(author.name))) end)
  local numbers = people:map(function (author)
    return grouped(table.concat(pandoc.List(author.affiliations or {}):map(stringify), ', '))
  end)
  return '\\authorsnames' .. (has_numbers and '[' .. table.concat(numbers, ',') .. ']' or '')
    .. '{' .. table.concat(names, ',') .. '}'
end

--- The affiliations; the class numbers them itself, where it numbers the authors.
local function affiliations(page, as_written)
  local lines = pandoc.List {}
  for _, block in ipairs((part_of(page, 'affiliation') or { content = {} }).content) do
    local inlines = pandoc.Inlines(block.content)
    if not as_written and inlines[1] and inlines[1].t == 'Superscript' then
      inlines:remove(1)
    end
    lines:insert(grouped(written_inlines(inlines)))
  end
  return '\\authorsaffiliations{' .. table.concat(lines, ',') .. '}'
end

local function without_headings(div)
  return div and pandoc.Blocks(div.content):filter(function (block)
    return not (block.t == 'Header' or (block.t == 'RawBlock' and block.text:find '^\\section')
      or (block.t == 'RawBlock' and block.text:find '^\\clearpage'))
  end)
end

local function command(name, code)
  return code and code ~= '' and '\\' .. name .. '{' .. code .. '}' or nil
end

--- The abstract with what follows it: the class has keywords, which it sets behind an abstract only, and no impact statement.
-- What it would not set comes as a page of its own.
local function abstract(meta, page)
  local text, impact, keywords = part_of(page, 'abstract'), part_of(page, 'impact-statement'), part_of(page, 'keywords')
  if not text then
    local rest = pandoc.Blocks {}
    rest:extend(keywords and keywords.content or {})
    rest:extend(impact and impact.content or {})
    return pandoc.List {}, #rest > 0 and written(rest) .. '\n\\clearpage' or nil
  end
  local further = impact and '\\par\\indent ' .. written(impact.content) or ''
  if not keywords then
    return pandoc.List { '\\abstract{' .. written(text.content) .. further .. '}' }
  end
  local list = pandoc.utils.type(meta.keywords) == 'List' and meta.keywords or { meta.keywords }
  local codes = pandoc.List(list):map(function (keyword) return written_inlines(pandoc.Inlines(keyword)) end)
  return pandoc.List {
    '\\abstract{' .. written(text.content) .. '}',
    '\\keywords{' .. table.concat(codes, ', ') .. further .. '}',
  }
end

local function front(meta, title_page, abstract_page, words, choices)
  local lines = pandoc.List {}
  local function add(code)
    lines:insert(code)
  end
  local title = part_of(title_page, 'title')
  add('\\title{' .. (title and written_inlines(inlines_of(title.content)) or '') .. '}')
  local head = meta['running-head'] and stringify(meta['running-head']) or ''
  add('\\shorttitle{' .. written_inlines { pandoc.Str(head) } .. '}')
  local names, as_written = authors(meta, title_page, words)
  add(names)
  add(affiliations(title_page, as_written))
  if choices.mode == 'journal' then
    local byline = part_of(title_page, 'byline')
    local people = byline and inlines_of(byline.content):walk { Superscript = function () return {} end }
    add('\\leftheader{' .. (people and plain(people) or '') .. '}')
  end
  if choices.mode == 'student' then
    for _, pair in ipairs { { 'course', 'course' }, { 'instructor', 'professor' }, { 'due-date', 'duedate' } } do
      local part = part_of(title_page, pair[1])
      add('\\' .. pair[2] .. '{' .. (part and written_inlines(inlines_of(part.content)) or '') .. '}')
    end
  end
  local count = part_of(title_page, 'word-count')
  add(command('note', count and written_inlines(inlines_of(count.content))))
  local note = without_headings(part_of(title_page, 'author-note'))
  add(command('authornote', note and written(note)))
  local about, page = abstract(meta, abstract_page)
  return lines .. about, page
end

-- Settings ---------------------------------------------------------------------------------------------------------------------

local MODES = { manuscript = 'man', student = 'stu', journal = 'jou', thesis = 'man' }

-- Packages with fonts of the same metrics or the nearest look, and the names under which LuaLaTeX finds them.
local FONTS = {
  ['Times New Roman'] = { package = 'tgtermes', name = 'TeX Gyre Termes' },
  Georgia = { package = 'tgschola', name = 'TeX Gyre Schola' },
  Calibri = { package = 'tgheros', name = 'Carlito', sans = true },
  Arial = { package = 'tgheros', name = 'TeX Gyre Heros', sans = true },
  ['Lucida Sans Unicode'] = { package = 'tgheros', name = 'DejaVu Sans', sans = true },
  ['Computer Modern'] = { name = 'Latin Modern Roman' },
}

local SPACINGS = { single = '1', ['one-and-a-half'] = '1.25', double = '1.655' }

-- Languages that hyphenate otherwise than English, as babel calls them.
local BABEL = { de = 'ngerman', fr = 'french', es = 'spanish', pt = 'portuguese', nl = 'dutch' }

local function class_options(choices)
  local list = pandoc.List { MODES[choices.mode], 'floatsintext', 'donotrepeattitle' }
  if choices.paper == 'a4' then
    list:insert 'a4paper'
  end
  if choices.mode == 'journal' then
    list:insert 'notimes'
  end
  if FONTS[choices.font].package then
    list:insert 'nolmodern'
  end
  return table.concat(list, ',')
end

local NAMES = {
  { 'abstractname', 'abstract' }, { 'acksname', 'author_note' }, { 'keywordname', 'keywords' }, { 'tablename', 'table' },
  { 'figurename', 'figure' }, { 'refname', 'references' }, { 'lastauthorseparator', 'conjunction' }, { 'notelabel', 'note' },
  { 'contentsname', 'contents' }, { 'listtablename', 'list_of_tables' }, { 'listfigurename', 'list_of_figures' },
}

local function names_of(words)
  local lines = {}
  for _, pair in ipairs(NAMES) do
    table.insert(lines, '\\def\\' .. pair[1] .. '{' .. words[pair[2]] .. '}')
  end
  return table.concat(lines, '\n')
end

--- The title, authors and keywords that a PDF says of itself.
local function properties(meta)
  local fields = pandoc.List {}
  local function add(name, value)
    if value and value ~= '' then
      fields:insert(name .. '={' .. value .. '}')
    end
  end
  add('pdftitle', meta.title and plain(pandoc.Inlines(meta.title)))
  local people = pandoc.List(meta.author or {}):map(function (name) return plain(pandoc.Inlines(name)) end)
  add('pdfauthor', table.concat(people, ', '))
  add('pdflang', meta.lang and stringify(meta.lang))
  return table.concat(fields, ', ')
end

local CONTENTS = {
  contents = '\\tableofcontents', ['list-of-tables'] = '\\listoftables', ['list-of-figures'] = '\\listoffigures',
}

--- Whether lines are drawn through or under words, for which there is a package.
local function has_strokes(blocks)
  local found = false
  local function note() found = true end
  blocks:walk {
    Underline = note, Strikeout = note,
    RawBlock = function (block) found = found or block.text:find '\\st{' ~= nil or block.text:find '\\ul{' ~= nil end,
  }
  return found
end

--- All that is set, for the characters in it.
local function text_of(blocks, fields)
  local pieces = {}
  local function add(item) table.insert(pieces, item.text) end
  blocks:walk { Str = add, Code = add, CodeBlock = add, Math = add, RawInline = add, RawBlock = add }
  for _, code in ipairs(fields) do
    table.insert(pieces, code)
  end
  return table.concat(pieces, ' ')
end

local function lacks_of(lacking)
  if #lacking > 0 then
    warn(('pdfLaTeX has no letter for %s; compile the source with LuaLaTeX, in a font that has them.'):format(
      table.concat(lacking, ' ')))
  end
end

-- The document -----------------------------------------------------------------------------------------------------------------

local function field(code)
  return pandoc.MetaInlines { raw(code) }
end

local function layout(doc)
  local choices, words = options.read(doc.meta), labels.of(doc.meta)
  image_files = doc.meta['image-files'] or {}
  local ids = ids_of(doc.blocks)
  local pages, body = {}, pandoc.Blocks {}
  for _, block in ipairs(doc.blocks) do
    if is_div(block, 'title-page') or is_div(block, 'abstract-page') then
      block.content = block.content:map(function (part)
        if part.t == 'Div' then
          part.content = converted(part.content, ids, choices)
        end
        return part
      end)
      pages[block.identifier] = block
    elseif is_div(block, 'contents') then
      body:insert(raw_block('\\clearpage\n' .. (CONTENTS[block.identifier] or '') .. '\\clearpage'))
    else
      body:insert(block)
    end
  end
  doc.blocks = converted(body, ids, choices)
  local lines, page = front(doc.meta, pages['title-page'], pages['abstract-page'], words, choices)
  if page then
    doc.blocks:insert(1, raw_block(page))
  end
  local definitions, lacking = characters.definitions(text_of(doc.blocks, lines .. { names_of(words) }))
  lacks_of(lacking)
  local font = FONTS[choices.font]
  local primary = doc.meta.lang and stringify(doc.meta.lang):lower():match '^%a+' or 'en'
  local fields = {
    ['latex-options'] = class_options(choices),
    ['latex-front'] = table.concat(lines, '\n'),
    ['latex-names'] = names_of(words),
    ['latex-properties'] = properties(doc.meta),
    ['latex-characters'] = table.concat(definitions, '\n'),
    ['latex-font'] = font.name,
    ['latex-font-package'] = font.package,
    ['latex-babel'] = BABEL[primary],
    ['latex-spacing'] = SPACINGS[choices['table-spacing']],
  }
  for name, code in pairs(fields) do
    doc.meta[name] = field(code)
  end
  doc.meta['latex-sans'] = font.sans
  doc.meta['latex-strokes'] = has_strokes(doc.blocks)
  doc.meta['latex-line-numbers'] = choices['line-numbers']
  return doc
end

return { { Pandoc = layout } }
