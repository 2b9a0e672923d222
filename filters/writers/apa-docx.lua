--- apa-docx.lua – writes the DOCX of an APA paper with the look of templates/docx/ and the running head in its page header.
--
-- Why: APA 2.18 wants the running head on every page. Pandoc 3.9 copies the header of a reference DOCX as it is, so the paper's
-- own running head has to be in that file, as text: Word online shows no document property or comments field. Paper, font and
-- spacing stand in the same file. And pandoc writes one section, no line numbers and no rows that stay whole; what it wrote is
-- therefore gone through once more, as a tree.
--
-- Run as:  pandoc -t filters/writers/apa-docx.lua paper.md -o paper.docx   (filters/defaults/docx.yaml does it)
-- Formats: docx.
-- Options: the `apa:` map (filters/apa/options.lua); running-head, lang and dir in the metadata; a --reference-doc and a
--          --template of one's own are taken instead of ours.
-- Warns:   when one's own --reference-doc leaves no place for the running head.

PANDOC_VERSION:must_be_at_least '3.5' -- writer options that a custom writer can hand on; pandoc.zip

local path = pandoc.path
local stringify = pandoc.utils.stringify

local HERE = path.directory(PANDOC_SCRIPT_FILE)
package.path = path.join { HERE, '..', '?.lua' } .. ';' .. package.path
local choices_of = require 'apa.options'.read
local fonts = require 'apa.fonts'
local templates = require 'apa.templates'
local escaped = require 'apa.xml'.escaped

-- Every part of the reference DOCX, always in this order: the same paper gives the same bytes.
local PARTS = {
  '[Content_Types].xml',
  '_rels/.rels',
  'docProps/app.xml',
  'word/_rels/document.xml.rels',
  'word/document.xml',
  'word/fontTable.xml',
  'word/footnotes.xml',
  'word/header1.xml',
  'word/header2.xml',
  'word/numbering.xml',
  'word/settings.xml',
  'word/styles.xml',
  'word/theme/theme1.xml',
  'word/webSettings.xml',
}

-- The relationship of the header of turned pages, as templates/docx/word/_rels/document.xml.rels names it.
local TURNED_HEADER = 'rId9'

-- What the document properties need. Pandoc would write every other field of the front matter into docProps/custom.xml
-- (paths of bibliographies and e-mail addresses too) and the footnotes of an abstract into the document a second time.
local PROPERTIES = { 'title', 'author', 'keywords', 'subject', 'description', 'category', 'lang', 'dir' }

-- Measures -------------------------------------------------------------------------------------------------------------------

-- In twentieths of a point, as Word counts. Margins are 1 in (APA 2.22).
local MARGIN = 1440
local PAPER = { letter = { width = 12240, height = 15840 }, a4 = { width = 11906, height = 16838 } }
local COLUMN_GAP = 360
local EMU = 635 -- of Word's measure of drawings, in a twentieth of a point

local JOURNAL = { size = 10, small = 8, leading = 250, line = 240, indent = 240 }
local TABLE_SPACING = { single = 240, ['one-and-a-half'] = 360, double = 480 }

--- What the choices of the paper come to.
local function measures_of(choices)
  local font, page = fonts[choices.font], PAPER[choices.paper]
  local text = page.width - 2 * MARGIN
  local journal = choices.mode == 'journal'
  return {
    choices = choices,
    journal = journal,
    page = page,
    font = font.docx,
    sans = font.sans,
    size = journal and JOURNAL.size or font.size,
    small = journal and JOURNAL.small or font.size - 2,
    leading = journal and JOURNAL.leading or 480,
    line = journal and JOURNAL.line or font.pitch * 20 // 1, -- from baseline to baseline
    indent = journal and JOURNAL.indent or 720,
    table_leading = TABLE_SPACING[choices['table-spacing']],
    text = text,
    turned = page.height - 2 * MARGIN,
    -- How wide the text is, by the shape of its section.
    width = {
      ['portrait'] = text,
      ['one-column'] = text,
      ['columns'] = (text - COLUMN_GAP) // 2,
      ['landscape'] = page.height - 2 * MARGIN,
    },
    height = {
      ['portrait'] = page.height - 2 * MARGIN,
      ['one-column'] = page.height - 2 * MARGIN,
      ['columns'] = page.height - 2 * MARGIN,
      ['landscape'] = page.width - 2 * MARGIN,
    },
  }
end

-- The reference document -----------------------------------------------------------------------------------------------------

--- Whether Hebrew, Arabic or another script written from the right stands in the text.
local function has_right_to_left(text)
  for _, code in utf8.codes(text, true) do
    if (code >= 0x590 and code <= 0x8FF) or (code >= 0xFB1D and code <= 0xFDFF) or (code >= 0xFE70 and code <= 0xFEFF) then
      return true
    end
  end
  return false
end

local function running_head_run(text)
  if text == '' then
    return ''
  end
  -- Without w:rtl Word sets Arabic in the wrong font and turns its punctuation round.
  local properties = has_right_to_left(text) and '<w:rPr><w:rtl/></w:rPr>' or ''
  return '<w:r>' .. properties .. '<w:t xml:space="preserve">' .. escaped(text) .. '</w:t></w:r>'
end

-- Word knows three languages at once, by the script of the text, and a font for each.
local EAST_ASIAN_FONT = { ja = 'MS Mincho', zh = 'SimSun', ko = 'Batang' }
local COMPLEX_SCRIPT = { ar = true, fa = true, he = true, ur = true, ps = true, yi = true }

--- What the templates ask for, as text for XML.
local function variables(measures, meta, running_head, has_turned_pages)
  local lang = meta.lang and stringify(meta.lang) or 'en-US'
  local primary = lang:lower():match '^%a+' or 'en'
  local number = function (value) return ('%d'):format(value // 1) end
  -- Pandoc makes no image wider than the reference document's text: where pages are turned, that is the longer side.
  local widest = has_turned_pages and measures.turned or measures.text
  local width = measures.journal and measures.width.columns or measures.text
  return {
    ['font'] = measures.font,
    ['font-family'] = measures.sans and 'swiss' or 'roman',
    ['east-asian-font'] = EAST_ASIAN_FONT[primary] or measures.font,
    ['lang'] = escaped(lang),
    ['lang-east-asian'] = EAST_ASIAN_FONT[primary] and escaped(lang) or 'zh-CN',
    ['lang-complex'] = COMPLEX_SCRIPT[primary] and escaped(lang) or 'ar-SA',
    ['rtl'] = meta.dir ~= nil and stringify(meta.dir) == 'rtl',
    ['journal'] = measures.journal,
    ['turned'] = has_turned_pages,
    ['size'] = number(measures.size * 2), -- Word counts half points
    ['small-size'] = number(measures.small * 2),
    ['title-size'] = number(measures.size * 2 + 12),
    ['leading'] = number(measures.leading),
    ['table-leading'] = number(measures.table_leading),
    ['line'] = number(measures.line),
    ['three-lines'] = number(measures.line * 3),
    ['indent'] = number(measures.indent),
    ['text-width'] = number(measures.text),
    ['turned-width'] = number(measures.turned),
    ['column-width'] = number(width),
    ['column-middle'] = number(width // 2),
    ['page-width'] = number(widest + 2 * MARGIN),
    ['page-height'] = number(measures.page.height),
    ['running-head'] = running_head_run(running_head),
  }
end

--- Comments in the XML tree are for us, not for the editor who opens the DOCX.
local function without_comments(xml)
  return (xml:gsub('%s*<!%-%-.-%-%->', ''))
end

local function reference_document(values)
  local entries = pandoc.List {}
  for _, name in ipairs(PARTS) do
    if name ~= 'word/header2.xml' or values.turned then
      local part = templates.filled(without_comments(templates.read(path.join { 'docx', name })), values)
      entries:insert(pandoc.zip.Entry(name, part, 0))
    end
  end
  return pandoc.zip.Archive(entries):bytestring()
end

local function without_notes(inlines)
  return inlines:walk { Note = function () return {} end }
end

local function properties(meta, masked)
  local kept = {}
  for _, name in ipairs(PROPERTIES) do
    local value = meta[name]
    kept[name] = pandoc.utils.type(value) == 'Inlines' and without_notes(value) or value
  end
  if masked then
    kept.author = nil
  end
  return kept
end

-- XML as a tree --------------------------------------------------------------------------------------------------------------

-- An element is { name, attributes = list of { name, value as it stands }, ... children }, a child an element, a text as it
-- stands, or { instruction = '…' }. What is not changed is written out as it was read.

local function parse_tag(xml, at)
  local element = { attributes = {} }
  local _, last, name, ending = xml:find('^<([^%s/>]+)(/?>?)', at)
  element.name = name
  if ending == '>' or ending == '/>' then
    return element, last, ending == '/>'
  end
  last = last - #ending
  while true do
    local _, stop, attribute, quote = xml:find('^%s+([^%s=/>]+)%s*=%s*(["\'])', last + 1)
    if not attribute then
      break
    end
    local close = xml:find(quote, stop + 1, true)
    table.insert(element.attributes, { attribute, xml:sub(stop + 1, close - 1) })
    last = close
  end
  local _, stop, slash = xml:find('^%s*(/?)>', last + 1)
  assert(stop, 'the raw OpenXML of the paper is not well-formed near ' .. xml:sub(at, at + 60))
  return element, stop, slash == '/'
end

local SLASH, QUESTION, EXCLAMATION = ('/?!'):byte(1, 3)

local function parse(xml)
  local root = { attributes = {} }
  local parent, open, depth, at = root, { root }, 1, 1
  while true do
    local tag = xml:find('<', at, true)
    if (tag or #xml + 1) > at then
      parent[#parent + 1] = xml:sub(at, (tag or #xml + 1) - 1)
    end
    if not tag then
      break
    end
    local stop, _
    local mark = xml:byte(tag + 1)
    if mark == SLASH then
      local name
      _, stop, name = xml:find('^</([^%s>]+)%s*>', tag)
      assert(parent.name == name, 'the raw OpenXML of the paper closes ' .. tostring(name) .. ' where it is not open')
      depth = depth - 1
      parent = open[depth]
    elseif mark == QUESTION then
      stop = select(2, xml:find('?>', tag, true))
      parent[#parent + 1] = { instruction = xml:sub(tag + 2, stop - 2) }
    elseif mark == EXCLAMATION and xml:find('^<!%-%-', tag) then
      stop = select(2, xml:find('-->', tag, true))
    else
      local element, empty
      element, stop, empty = parse_tag(xml, tag)
      parent[#parent + 1] = element
      if not empty then
        depth = depth + 1
        open[depth], parent = element, element
      end
    end
    at = stop + 1
  end
  assert(depth == 1, 'the raw OpenXML of the paper leaves an element open')
  return root
end

local function write_node(node, out)
  if type(node) == 'string' then
    out[#out + 1] = node
  elseif node.instruction then
    out[#out + 1] = '<?' .. node.instruction .. '?>'
  else
    local start = '<' .. node.name
    for _, attribute in ipairs(node.attributes) do
      start = start .. ' ' .. attribute[1] .. '="' .. attribute[2] .. '"'
    end
    if #node == 0 then
      out[#out + 1] = start .. '/>'
    else
      out[#out + 1] = start .. '>'
      for _, child in ipairs(node) do
        write_node(child, out)
      end
      out[#out + 1] = '</' .. node.name .. '>'
    end
  end
end

local function to_xml(root)
  local out = {}
  for _, child in ipairs(root) do
    write_node(child, out)
  end
  return table.concat(out)
end

local function is_element(node, name)
  return type(node) == 'table' and node.name ~= nil and (name == nil or node.name == name)
end

local function child(element, name)
  for index, node in ipairs(element) do
    if is_element(node, name) then
      return node, index
    end
  end
end

local function each_inside(element, name, act)
  for _, node in ipairs(element) do
    if is_element(node) then
      if node.name == name then
        act(node)
      end
      each_inside(node, name, act)
    end
  end
end

local function get(element, name)
  for _, attribute in ipairs(element and element.attributes or {}) do
    if attribute[1] == name then
      return attribute[2]
    end
  end
end

local function set(element, name, value)
  value = tostring(math.tointeger(value) or value) -- Word takes no "12.0" for a number
  for _, attribute in ipairs(element.attributes) do
    if attribute[1] == name then
      attribute[2] = value
      return
    end
  end
  table.insert(element.attributes, { name, value })
end

--- An element from a name, a map of attributes and children; the attributes stand in alphabetical order.
local function new(name, attributes, children)
  local element = { name = name, attributes = {}, table.unpack(children or {}) }
  local names = {}
  for attribute in pairs(attributes or {}) do
    table.insert(names, attribute)
  end
  table.sort(names)
  for _, attribute in ipairs(names) do
    set(element, attribute, attributes[attribute])
  end
  return element
end

--- The properties of an element: its child of this name, which stands first and is made if it is not there.
local function properties_of(element, name)
  local found = child(element, name)
  if not found then
    found = new(name)
    table.insert(element, 1, found)
  end
  return found
end

--- Takes the place of a property, or adds it; `in_order` sets it right later.
local function set_property(holder, property)
  local _, index = child(holder, property.name)
  if index then
    holder[index] = property
  else
    table.insert(holder, property)
  end
end

local function text_of(element)
  local words = {}
  each_inside(element, 'w:t', function (text) table.insert(words, text[1] or '') end)
  return table.concat(words)
end

-- The order of the schema ----------------------------------------------------------------------------------------------------

-- Word reports a file as damaged whose properties are out of order (ECMA-376, part 1, annex A).
local function places(names)
  local order, count = {}, 0
  for name in names:gmatch '%S+' do
    count = count + 1
    order['w:' .. name] = count
  end
  return order
end

local ORDER = {
  ['w:pPr'] = places [[pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
    suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid
    spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId
    cnfStyle rPr sectPr pPrChange]],
  ['w:rPr'] = places [[rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid
    vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang
    eastAsianLayout specVanish oMath rPrChange]],
  ['w:tblPr'] = places [[tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing
    tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange]],
  ['w:tcPr'] = places [[cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark
    headers cellIns cellDel cellMerge tcPrChange]],
  ['w:sectPr'] = places [[headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType
    pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange]],
}

local REPEATED = { ['w:headerReference'] = true, ['w:footerReference'] = true }

--- Sorts the properties of everything in the tree and keeps the last of those that are there twice.
local function in_order(element)
  local order = ORDER[element.name]
  if order then
    local last, kept = {}, {}
    for index, node in ipairs(element) do
      if is_element(node) then
        last[node.name] = index
      end
    end
    for index, node in ipairs(element) do
      if is_element(node) and (last[node.name] == index or REPEATED[node.name]) then
        table.insert(kept, { node, order[node.name] or math.huge, index })
      end
    end
    table.sort(kept, function (a, b)
      if a[2] ~= b[2] then
        return a[2] < b[2]
      end
      return a[3] < b[3]
    end)
    for index = #element, 1, -1 do
      element[index] = nil
    end
    for index, entry in ipairs(kept) do
      element[index] = entry[1]
    end
  end
  for _, node in ipairs(element) do
    if is_element(node) then
      in_order(node)
    end
  end
end

-- Paragraphs -----------------------------------------------------------------------------------------------------------------

local function style_of(paragraph)
  local holder = child(paragraph, 'w:pPr')
  return holder and get(child(holder, 'w:pStyle'), 'w:val')
end

local STARTS_A_FLOAT = { TableNumber = true, FigureNumber = true }

--- A blank line stands above a number in the text, and none at the top of a page.
local function at_top(paragraph)
  if STARTS_A_FLOAT[style_of(paragraph)] then
    set_property(properties_of(paragraph, 'w:pPr'), new('w:spacing', { ['w:before'] = 0 }))
  end
end

--- A paragraph that is not seen, to hold what only a paragraph can hold.
local function carrier()
  return new('w:p', {}, { new('w:pPr', {}, { new('w:pStyle', { ['w:val'] = 'SectionEnd' }) }) })
end

--- Word's style separator: the heading's paragraph mark is hidden, so the next paragraph goes on in its line (APA 2.27), while
-- the heading keeps its style and its place in the navigation pane. LibreOffice knows it from version 24.2 on; older ones set
-- the heading on a line of its own. filters/docx-layout.lua marks these headings.
local function with_style_separator(paragraph)
  for index, node in ipairs(paragraph) do
    if type(node) == 'table' and node.instruction == 'run-in' then
      table.remove(paragraph, index)
      local mark = properties_of(properties_of(paragraph, 'w:pPr'), 'w:rPr')
      set_property(mark, new 'w:vanish')
      set_property(mark, new 'w:specVanish')
      return true
    end
  end
end

--- The indent of a paragraph that goes on in its heading's line. The heading is indented, and LibreOffice 25.2 would add the
-- paragraph's indent to it. Word reads the measure in characters, which is the same indent, and LibreOffice does not.
local function with_indent_of_its_heading(paragraph, measures)
  set_property(properties_of(paragraph, 'w:pPr'), new('w:ind', {
    ['w:firstLine'] = 0,
    ['w:firstLineChars'] = measures.indent * 100 // (measures.size * 20),
  }))
end

--- Takes the bookmark that pandoc begins before a heading into the heading, with its end, which pandoc sets behind the whole
-- section. LibreOffice 25.2 sets a run-in heading lower than its line if a bookmark begins before it and ends behind it.
local function with_bookmarks_inside(blocks, index)
  local heading, ids = blocks[index], {}
  local at = index - 1
  while type(blocks[at]) == 'string' or is_element(blocks[at], 'w:bookmarkStart') do
    if type(blocks[at]) ~= 'string' then
      table.insert(heading, 2, blocks[at]) -- behind the paragraph's properties
      ids[get(blocks[at], 'w:id')] = true
      blocks[at] = ''
    end
    at = at - 1
  end
  for place = index + 1, #blocks do
    local node = blocks[place]
    if is_element(node, 'w:bookmarkEnd') and ids[get(node, 'w:id')] then
      table.insert(heading, node)
      blocks[place] = ''
    end
  end
end

local function with_run_in_headings(blocks, measures)
  local follows = false
  for index, node in ipairs(blocks) do
    if is_element(node, 'w:p') then
      if follows then
        with_indent_of_its_heading(node, measures)
      end
      follows = with_style_separator(node)
      if follows then
        with_bookmarks_inside(blocks, index)
      end
    elseif is_element(node, 'w:tbl') then
      follows = false
    end
  end
end

local ITALIC_STYLES = {
  TableTitle = true, FigureTitle = true, TableCaption = true, ImageCaption = true, Heading3 = true, Heading5 = true,
}

--- Italics within italics are upright (6.22). Word adds italics to italics where they are not those of a style.
local function with_reverse_italics(paragraph)
  if ITALIC_STYLES[style_of(paragraph)] then
    each_inside(paragraph, 'w:rPr', function (run)
      for _, name in ipairs { 'w:i', 'w:iCs' } do
        local italic = child(run, name)
        if italic and not get(italic, 'w:val') then
          set(italic, 'w:val', '0')
        end
      end
    end)
  end
end

--- An equation that stands between tabs stands in a line, not in a paragraph of its own.
local function with_equation_in_line(paragraph)
  if style_of(paragraph) ~= 'Equation' then
    return
  end
  for index, node in ipairs(paragraph) do
    if is_element(node, 'm:oMathPara') then
      paragraph[index] = child(node, 'm:oMath')
    end
  end
end

-- Tables ---------------------------------------------------------------------------------------------------------------------

local function children_named(element, name)
  local found = {}
  for _, node in ipairs(element) do
    if is_element(node, name) then
      table.insert(found, node)
    end
  end
  return found
end

local function is_head(row)
  local holder = child(row, 'w:trPr')
  return holder ~= nil and child(holder, 'w:tblHeader') ~= nil
end

local function span_of(cell)
  local holder = child(cell, 'w:tcPr')
  return holder and tonumber(get(child(holder, 'w:gridSpan'), 'w:val') or 1) or 1
end

local function with_rule_below(cell, rule)
  set_property(properties_of(cell, 'w:tcPr'), new('w:tcBorders', {}, { new('w:bottom', rule) }))
end

local RULE = { ['w:val'] = 'single', ['w:sz'] = 8, ['w:space'] = 0, ['w:color'] = '000000' }
local NO_RULE = { ['w:val'] = 'nil' }

--- Rules below the column heads and below a head that spans several of them; none elsewhere among the heads (7.17). The
-- table's style can speak of the first row only.
local function with_rules(rows)
  for index, row in ipairs(rows) do
    if is_head(row) then
      local is_last = not rows[index + 1] or not is_head(rows[index + 1])
      for _, cell in ipairs(children_named(row, 'w:tc')) do
        local is_spanner = span_of(cell) > 1 and text_of(cell) ~= ''
        if is_last and index > 1 or is_spanner then
          with_rule_below(cell, RULE)
        elseif not is_last then
          with_rule_below(cell, NO_RULE)
        end
      end
    end
  end
end

local FROM_RULE = 40 -- 2 pt

local function with_room(cell, sides)
  local margins = new('w:tcMar')
  for _, side in ipairs { 'w:top', 'w:bottom' } do
    if sides[side] then
      table.insert(margins, new(side, { ['w:w'] = FROM_RULE, ['w:type'] = 'dxa' }))
    end
  end
  if #margins > 0 then
    set_property(properties_of(cell, 'w:tcPr'), margins)
  end
end

--- The rules keep off the heads and the first and the last row of the body; between the others nothing is added.
local function with_room_at_rules(rows)
  for index, row in ipairs(rows) do
    local sides = {
      ['w:top'] = is_head(row) or index == 1 or is_head(rows[index - 1]),
      ['w:bottom'] = is_head(row) or index == #rows,
    }
    for _, cell in ipairs(children_named(row, 'w:tc')) do
      with_room(cell, sides)
    end
  end
end

local CHARACTER_WIDTH = { serif = 0.5, sans = 0.56 } -- of the font's size, on average
local CAPITAL_IS_WIDER = 0.4
local CELL_MARGINS = 320

local function characters(text)
  local _, capitals = text:gsub('%u', '')
  return (utf8.len(text) or #text) + CAPITAL_IS_WIDER * capitals
end

--- The width that the columns ask for, from their longest line and their longest word. An estimate: Word works it out anew,
-- LibreOffice takes what it finds.
local function estimated_columns(rows, count, measures)
  local natural, least = {}, {}
  for column = 1, count do
    natural[column], least[column] = 0, 0
  end
  for _, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(children_named(row, 'w:tc')) do
      local span = span_of(cell)
      if span == 1 and column <= count then
        for _, paragraph in ipairs(children_named(cell, 'w:p')) do
          local text = text_of(paragraph)
          natural[column] = math.max(natural[column], characters(text))
          for word in text:gmatch '%S+' do
            least[column] = math.max(least[column], characters(word))
          end
        end
      end
      column = column + span
    end
  end
  local unit = measures.size * 20 * (measures.sans and CHARACTER_WIDTH.sans or CHARACTER_WIDTH.serif)
  for column = 1, count do
    natural[column] = natural[column] * unit + CELL_MARGINS
    least[column] = least[column] * unit + CELL_MARGINS
  end
  return natural, least
end

local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do
    total = total + number
  end
  return total
end

--- What is to spare beyond the longest words goes to the columns in proportion to what they ask for.
local function shared_out(natural, least, width)
  local spare, asked = width - sum(least), sum(natural) - sum(least)
  if spare <= 0 or asked <= 0 then
    local total = sum(natural)
    return function (column) return natural[column] * width / total end
  end
  return function (column) return least[column] + (natural[column] - least[column]) * spare / asked end
end

--- Pandoc 3.9 takes every page for one of letter size and divides what has no widths into equal columns.
local function with_column_widths(tbl, rows, measures, shape)
  local width = measures.width[shape] or measures.text
  local grid, holder = child(tbl, 'w:tblGrid'), child(tbl, 'w:tblPr')
  local columns = grid and children_named(grid, 'w:gridCol') or {}
  local preferred = holder and child(holder, 'w:tblW')
  if #columns == 0 or not preferred then
    return
  end
  local widths = {}
  if get(preferred, 'w:type') == 'pct' then
    if shape == 'columns' then
      set(preferred, 'w:w', 5000) -- a part of a page may be the whole of a column
    end
    local share = (tonumber(get(preferred, 'w:w')) or 5000) / 5000
    for index, column in ipairs(columns) do
      widths[index] = tonumber(get(column, 'w:w')) or 0
    end
    local total = math.max(sum(widths), 1)
    for index = 1, #columns do
      widths[index] = widths[index] * width * share / total
    end
  else
    local natural, least = estimated_columns(rows, #columns, measures)
    local shared = sum(natural) > width and shared_out(natural, least, width)
    for index = 1, #columns do
      widths[index] = shared and shared(index) or natural[index]
    end
    if shared then
      set(preferred, 'w:type', 'pct')
      set(preferred, 'w:w', 5000)
    end
  end
  for index, column in ipairs(columns) do
    set(column, 'w:w', widths[index] // 1)
  end
end

--- Rows stay whole, rules and widths are set, and a note is not parted from the last row.
local function with_table(tbl, before, after, measures, shape)
  local holder = properties_of(tbl, 'w:tblPr')
  if get(child(holder, 'w:tblStyle'), 'w:val') ~= 'Table' then
    return
  end
  local rows = children_named(tbl, 'w:tr')
  for _, row in ipairs(rows) do
    set_property(properties_of(row, 'w:trPr'), new 'w:cantSplit')
    -- What pandoc 3.9 writes below a cell that spans rows has no style and would be double-spaced.
    each_inside(row, 'w:p', function (paragraph)
      if not style_of(paragraph) then
        set_property(properties_of(paragraph, 'w:pPr'), new('w:pStyle', { ['w:val'] = 'TableText' }))
      end
    end)
  end
  with_rules(rows)
  with_room_at_rules(rows)
  with_column_widths(tbl, rows, measures, shape)
  if measures.rtl then
    set_property(holder, new 'w:bidiVisual')
  end
  if before and style_of(before) == 'TableTitle' then
    set_property(holder, new('w:tblCaption', { ['w:val'] = (text_of(before):gsub('"', '&quot;')) }))
  end
  if after and style_of(after) == 'TableNote' and #rows > 0 then
    each_inside(rows[#rows], 'w:p', function (paragraph)
      set_property(properties_of(paragraph, 'w:pPr'), new 'w:keepNext')
    end)
  end
end

-- Drawings -------------------------------------------------------------------------------------------------------------------

local LINES_BESIDE_IMAGE = 5 -- number, title and a note share the page

--- No image is larger than its column and its page.
local function fitted(drawing, width, height)
  local extents = {}
  each_inside(drawing, 'wp:extent', function (extent) table.insert(extents, extent) end)
  each_inside(drawing, 'a:ext', function (extent)
    if get(extent, 'cx') then
      table.insert(extents, extent)
    end
  end)
  for _, extent in ipairs(extents) do
    local cx, cy = tonumber(get(extent, 'cx')), tonumber(get(extent, 'cy'))
    if cx and cy and cx > 0 and cy > 0 then
      local scale = math.min(1, width * EMU / cx, height * EMU / cy)
      if scale < 1 then
        set(extent, 'cx', cx * scale // 1)
        set(extent, 'cy', cy * scale // 1)
      end
    end
  end
end

--- Pandoc 3.9 leaves out the distances of an image from the text; LibreOffice then takes an eighth of an inch.
local function with_drawings(body)
  local count = 0
  each_inside(body, 'wp:inline', function (inline)
    for _, side in ipairs { 'distT', 'distB', 'distL', 'distR' } do
      if not get(inline, side) then
        set(inline, side, 0)
      end
    end
  end)
  each_inside(body, 'wp:docPr', function (drawing)
    count = count + 1
    set(drawing, 'id', count) -- Word finds a file damaged in which two drawings have one number
  end)
end

-- Sections and pages ---------------------------------------------------------------------------------------------------------

local CONTINUOUS = { ['one-column'] = true, ['columns'] = true }

--- The properties of a section of this shape, made from those that pandoc wrote for the whole document.
local function section(model, shape, measures, has_turned_header)
  local holder = parse(to_xml { model })[1]
  local size = properties_of(holder, 'w:pgSz')
  if measures.own_paper then
    set(size, 'w:w', measures.page.width)
    set(size, 'w:h', measures.page.height)
  end
  if shape == 'landscape' then
    local width, height = get(size, 'w:w'), get(size, 'w:h')
    set(size, 'w:w', height)
    set(size, 'w:h', width)
    set(size, 'w:orient', 'landscape')
    local header = child(holder, 'w:headerReference')
    if header and has_turned_header then
      set(header, 'r:id', TURNED_HEADER)
    end
  end
  if CONTINUOUS[shape] then
    set_property(holder, new('w:type', { ['w:val'] = 'continuous' }))
  end
  if shape == 'columns' then
    set_property(holder, new('w:cols', { ['w:num'] = 2, ['w:space'] = COLUMN_GAP }))
  end
  if measures.choices['line-numbers'] then
    set_property(holder, new('w:lnNumType', { ['w:countBy'] = 1, ['w:restart'] = 'continuous' }))
  end
  if measures.rtl then
    set_property(holder, new 'w:bidi')
  end
  return holder
end

--- Ends a section after the last of the blocks: in that paragraph, or in one that is not seen where a table stands last.
local function end_section(blocks, holder)
  local last
  for index = #blocks, 1, -1 do
    if is_element(blocks[index]) and blocks[index].name ~= 'w:bookmarkStart' and blocks[index].name ~= 'w:bookmarkEnd' then
      last = blocks[index]
      break
    end
  end
  local mark = last and last.name == 'w:p' and child(properties_of(last, 'w:pPr'), 'w:rPr')
  if not last or last.name ~= 'w:p' or (mark and child(mark, 'w:specVanish')) then
    last = carrier()
    table.insert(blocks, last)
  end
  set_property(properties_of(last, 'w:pPr'), holder)
end

local function begin_page(paragraph)
  set_property(properties_of(paragraph, 'w:pPr'), new 'w:pageBreakBefore')
  at_top(paragraph)
end

local function is_content(node)
  return is_element(node) and node.name ~= 'w:bookmarkStart' and node.name ~= 'w:bookmarkEnd' and node.name ~= 'w:sectPr'
end

--- The content nearest to this place in the list, going up (1) or down (-1).
local function neighbour(nodes, index, step)
  index = index + step
  while nodes[index] do
    if is_content(nodes[index]) then
      return nodes[index]
    end
    index = index + step
  end
end

--- Goes through the blocks of the body once: marks of sections and pages, paragraphs, tables and drawings, if there are any.
local function with_sections(body, measures, has_turned_header, has_drawings)
  local model = child(body, 'w:sectPr')
  local shape = 'portrait'
  local blocks, written, new_page, first_in_section = {}, false, false, false
  for index, node in ipairs(body) do
    local name, value = tostring(type(node) == 'table' and node.instruction or ''):match '^(%S+)%s*(.*)$'
    if name == 'section' then
      -- A section without anything in it is none.
      if written then
        end_section(blocks, section(model, shape, measures, has_turned_header))
      end
      shape, written, new_page, first_in_section = value, false, false, not CONTINUOUS[value]
    elseif name == 'new-page' then
      new_page = written
    elseif node ~= model then
      if is_content(node) then
        if new_page and node.name ~= 'w:p' then
          local paragraph = carrier()
          begin_page(paragraph)
          table.insert(blocks, paragraph)
        elseif new_page then
          begin_page(node)
        elseif first_in_section then
          at_top(node)
        end
        new_page, first_in_section, written = false, false, true
        each_inside({ node }, 'w:tbl', function (tbl)
          local is_top = tbl == node
          with_table(tbl, is_top and neighbour(body, index, -1), is_top and neighbour(body, index, 1), measures, shape)
        end)
        each_inside(has_drawings and { node } or {}, 'w:drawing', function (drawing)
          fitted(drawing, measures.width[shape], measures.height[shape] - LINES_BESIDE_IMAGE * measures.line)
        end)
      end
      table.insert(blocks, node)
    end
  end
  if not written and not CONTINUOUS[shape] then
    shape = 'portrait'
  end
  if model then
    table.insert(blocks, section(model, shape, measures, has_turned_header))
  end
  return blocks
end

--- Keeps the first of the bookmarks of one name, and only that: Word finds a file damaged that has two.
local function with_unique_bookmarks(element, names, dropped)
  for index = #element, 1, -1 do
    local node = element[index]
    if is_element(node, 'w:bookmarkStart') and names[get(node, 'w:name')] ~= node
      or is_element(node, 'w:bookmarkEnd') and dropped[get(node, 'w:id')] then
      table.remove(element, index)
    elseif is_element(node) then
      with_unique_bookmarks(node, names, dropped)
    end
  end
end

local function without_doubled_bookmarks(body)
  local names, dropped = {}, {}
  each_inside(body, 'w:bookmarkStart', function (bookmark)
    local name = get(bookmark, 'w:name')
    if names[name] then
      dropped[get(bookmark, 'w:id')] = true
    else
      names[name] = bookmark
    end
  end)
  if next(dropped) then
    with_unique_bookmarks(body, names, dropped)
  end
end

local function finished_document(xml, measures, has_turned_header)
  local root = parse(xml)
  local body = child(child(root, 'w:document'), 'w:body')
  -- To look through a long paper for what it does not have takes its time.
  local has_drawings = xml:find('<w:drawing', 1, true) ~= nil or xml:find('<wp:', 1, true) ~= nil
  without_doubled_bookmarks(body)
  with_run_in_headings(body, measures)
  each_inside(body, 'w:p', function (paragraph)
    with_reverse_italics(paragraph)
    with_equation_in_line(paragraph)
  end)
  if has_drawings then
    with_drawings(body)
  end
  local blocks = with_sections(body, measures, has_turned_header, has_drawings)
  for index = 1, math.max(#body, #blocks) do
    body[index] = blocks[index]
  end
  in_order(root)
  return to_xml(root)
end

local function finished_notes(xml)
  local root = parse(xml)
  in_order(root)
  return to_xml(root)
end

-- The parts of the file ------------------------------------------------------------------------------------------------------

-- Pandoc writes the part for properties of one's own even where there are none.
local CUSTOM = 'docProps/custom.xml'

local function without_custom(xml)
  return (xml:gsub('<Override[^>]-/docProps/custom%.xml[^>]->', ''):gsub('<Relationship [^>]-docProps/custom%.xml[^>]->', ''))
end

-- The drawings that have a picture beside them -------------------------------------------------------------------------------

local IMAGE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/image'

--- Word shows an SVG from 2016 on, and in its place the picture that `a:blip` names ([MS-ODRAWXML] 2.3.2.17). Pandoc 3.9 makes
-- one if the program rsvg-convert is there, and leaves `a:blip` empty if it is not. `fallbacks`: content of an SVG → a PNG.
-- Puts those pictures into the archive and names them.
local function with_fallbacks(archive, fallbacks)
  local names, new_entries = {}, {}
  for _, entry in ipairs(archive.entries) do
    local picture = entry.path:match '^word/media/.+%.svg$' and fallbacks[entry:contents()]
    if picture then
      local target = entry.path:gsub('^word/', ''):gsub('svg$', 'png')
      names[entry.path:gsub('^word/', '')] = target
      table.insert(new_entries, pandoc.zip.Entry('word/' .. target, picture, entry.modtime))
    end
  end
  local ids = {} -- of a drawing → of its picture
  local function related(xml)
    return (xml:gsub('<Relationship [^>]->', function (relationship)
      local target = names[relationship:match 'Target="([^"]*)"']
      local id = target and relationship:match 'Id="([^"]*)"'
      if id then
        ids[id] = id .. '_picture'
        return relationship .. ('<Relationship Type="%s" Id="%s" Target="%s" />'):format(IMAGE, ids[id], target)
      end
    end))
  end
  local function shown(xml)
    return (xml:gsub('<a:blip[^>/]*>(.-)</a:blip>', function (inner)
      local id = ids[inner:match '<asvg:svgBlip [^>]-r:embed="([^"]*)"']
      return id and ('<a:blip r:embed="%s">%s</a:blip>'):format(id, inner) or nil
    end))
  end
  local function typed(xml)
    local types = {}
    for _, entry in ipairs(new_entries) do
      table.insert(types, ('<Override PartName="/%s" ContentType="image/png" />'):format(entry.path))
    end
    return (xml:gsub('</Types>', function (last) return table.concat(types) .. last end))
  end
  local changes = {
    { 'word/_rels/document.xml.rels', related }, { 'word/_rels/footnotes.xml.rels', related },
    { 'word/document.xml', shown }, { 'word/footnotes.xml', shown }, { '[Content_Types].xml', typed },
  }
  local entries = pandoc.List(archive.entries)
  for _, change in ipairs(changes) do
    for index, entry in ipairs(entries) do
      if entry.path == change[1] then
        entries[index] = pandoc.zip.Entry(entry.path, change[2](entry:contents()), entry.modtime)
      end
    end
  end
  entries:extend(new_entries)
  archive.entries = entries
end

--- Pandoc 3.9 names the images of footnotes only to the document, and Word shows an empty frame in the note (pandoc issue 10228).
local function with_images_of_notes(archive)
  local parts = {}
  for index, entry in ipairs(archive.entries) do
    parts[entry.path] = index
  end
  local function contents(name)
    return parts[name] and archive.entries[parts[name]]:contents() or ''
  end
  local links, added = contents 'word/_rels/footnotes.xml.rels', {}
  for id in contents('word/footnotes.xml'):gmatch ' r:embed="([^"]*)"' do
    if not added[id] and not links:find(('Id="%s"'):format(id), 1, true) then
      added[id] = true
    end
  end
  if not next(added) or links == '' then
    return
  end
  local copies = {}
  for link in contents('word/_rels/document.xml.rels'):gmatch '<Relationship [^>]->' do
    if added[link:match 'Id="([^"]*)"'] then
      table.insert(copies, link)
    end
  end
  local all = table.concat(copies) .. '</Relationships>'
  links = links:gsub('(<Relationships [^>]-)%s*/>%s*$', '%1></Relationships>'):gsub('</Relationships>', function() return all end)
  local entries, index = pandoc.List(archive.entries), parts['word/_rels/footnotes.xml.rels']
  entries[index] = pandoc.zip.Entry(entries[index].path, links, entries[index].modtime)
  archive.entries = entries
end

--- `fallbacks`: as in `with_fallbacks`.
local function finished(bytes, measures, fallbacks)
  local archive = pandoc.zip.Archive(bytes)
  if next(fallbacks) then
    with_fallbacks(archive, fallbacks)
  end
  with_images_of_notes(archive)
  local entries, has_turned_header = pandoc.List {}, false
  for _, entry in ipairs(archive.entries) do
    has_turned_header = has_turned_header or entry.path == 'word/header2.xml'
  end
  for _, entry in ipairs(archive.entries) do
    local content
    if entry.path == 'word/document.xml' then
      content = finished_document(entry:contents(), measures, has_turned_header)
    elseif entry.path == 'word/footnotes.xml' then
      content = finished_notes(entry:contents())
    elseif entry.path == '[Content_Types].xml' or entry.path == '_rels/.rels' then
      content = without_custom(entry:contents())
    end
    if entry.path ~= CUSTOM then
      entries:insert(content and pandoc.zip.Entry(entry.path, content, entry.modtime) or entry)
    end
  end
  archive.entries = entries
  return archive:bytestring()
end

--- Pandoc writes an image's path into the DOCX as a description. A path may hold the author's name and differs between
-- machines: the image goes into the media bag under a name that says nothing. Gives also the fallbacks, as `with_fallbacks`
-- takes them.
local function with_nameless_images(doc)
  local names, fetched, fallbacks = {}, {}, {}
  doc = doc:walk {
    Image = function (image)
      local fallback = image.attributes.fallback
      image.attributes.fallback = nil
      if not names[image.src] then
        local found, kind, content = pcall(pandoc.mediabag.fetch, image.src)
        if not found or not content then
          return nil -- pandoc says itself that it could not fetch the image
        end
        local _, extension = path.split_extension(image.src)
        local name = 'image' .. #fetched + 1 .. (extension:lower():match '^%.%w+$' or '')
        names[image.src] = name
        table.insert(fetched, { name = name, kind = kind, content = content })
        local has_fallback, _, picture = pcall(pandoc.mediabag.fetch, fallback or '')
        if fallback and has_fallback then
          fallbacks[content] = picture
        end
      end
      image.src = names[image.src]
      return image
    end
  }
  -- Only now: an image of the author's may have one of these names.
  for _, image in ipairs(fetched) do
    pandoc.mediabag.insert(image.name, image.kind, image.content)
  end
  return doc, fallbacks
end

local function write_with_reference(doc, options, bytes, measures, fallbacks)
  return pandoc.system.with_temporary_directory('apa-docx', function (directory)
    local file = path.join { directory, 'reference.docx' }
    local handle = assert(io.open(file, 'wb'))
    handle:write(bytes)
    handle:close()
    options.reference_doc = file
    return finished(pandoc.write(doc, 'docx', options), measures, fallbacks)
  end)
end

local function turns_pages(doc)
  local found = false
  doc.blocks:walk {
    RawBlock = function (block)
      found = found or (block.format == 'openxml' and block.text == '<?section landscape?>')
    end,
  }
  return found
end

-- Pandoc finds a writer by these two names.
-- luacheck: globals ByteStringWriter Template

--- Asked for by `--standalone`.
function Template()
  return templates.read 'apa.openxml'
end

function ByteStringWriter(doc, options)
  local meta = doc.meta
  local measures = measures_of(choices_of(meta))
  measures.rtl = meta.dir ~= nil and stringify(meta.dir) == 'rtl'
  local running_head = ''
  if meta['running-head'] and measures.choices.mode ~= 'student' then
    running_head = stringify(meta['running-head'])
  end
  local fallbacks
  doc, fallbacks = with_nameless_images(doc)
  doc.meta = properties(meta, measures.choices.masked)
  options.template = options.template or pandoc.template.compile(Template())
  if options.reference_doc then
    if running_head ~= '' then
      pandoc.log.warn('the page header is that of ' .. options.reference_doc .. '; the running head is not written into it')
    end
    return finished(pandoc.write(doc, 'docx', options), measures, fallbacks)
  end
  measures.own_paper = true
  local values = variables(measures, meta, running_head, turns_pages(doc))
  return write_with_reference(doc, options, reference_document(values), measures, fallbacks)
end
