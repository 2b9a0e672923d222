--- typst-layout.lua – hands the parts of an APA paper to the functions of templates/apa.typst.
--
-- Why: pandoc's Typst writer knows no title page, author note, run-in heading (APA 2.27) or hanging indent
-- (2.12), writes no alternative text for images and formulas, and leaves "--" to be read as a dash (pandoc 3.9).
-- Typst refuses a link that leads nowhere and an id that stands twice; here they lose their link or id, with
-- a warning.
--
-- Run after: citeproc, title-page.lua.
-- Formats:   typst.
-- Options:   none.
-- Warns:     when a link leads to an id that is not there; when an id stands twice; when an image lies on the web.

PANDOC_VERSION:must_be_at_least '3.1'

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

--- The fields that the template reads, each a Typst literal, so that no character of a title can break the markup.
local function template_fields(meta)
  local fields = {
    ['typst-author'] = array(each_text(meta.author)),
    ['typst-keywords'] = array(each_text(meta.keywords)),
  }
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

local function for_each_with_id(doc, treat)
  local handlers = { traverse = 'topdown' }
  for _, name in ipairs(HAS_ID) do
    handlers[name] = treat
  end
  return doc:walk(handlers)
end

local function without_second_ids(doc)
  local seen = {}
  doc = for_each_with_id(doc, function (element)
    local id = element.identifier
    if id == '' then
      return nil
    end
    if not seen[id] then
      seen[id] = true
      return nil
    end
    warn('the id "' .. id .. '" stands twice; links lead to the first')
    element.identifier = ''
    return element
  end)
  return doc, seen
end

local function without_dead_links(doc, ids)
  return doc:walk {
    Link = function (link)
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

--- Keeps Typst from reading "--" as a dash, "..." as an ellipsis, "-?" as a soft hyphen and "-1" as a minus sign,
-- and lets a word that is longer than a line break; Typst itself breaks addresses at their marks.
local function literal_text(str)
  local text = str.text
  local breaks = (utf8.len(text) or 0) > LONGEST_WORD and not text:find '/'
  if not breaks and not text:find '%-[-?%d]' and not text:find('...', 1, true) then
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
    if is_dash or is_ellipsis then
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
  local inlines = pandoc.Inlines {}
  if image.identifier ~= '' then
    inlines:insert(raw(anchor(image.identifier)))
    image.identifier = ''
  end
  image.src = file_name(image.src)
  if alternative == '' then
    inlines:insert(image)
  else
    -- the image stays pandoc's, so that --extract-media can still name its copy
    inlines:extend { raw('#described(' .. literal(alternative) .. ')['), image, raw ']' }
  end
  return inlines
end

local function formula(math)
  local code = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, 'typst')
  code = code:gsub('%s+$', ''):gsub('^%s+', '')
  if not code:find '^%$.*%$$' then
    return raw(code)   -- TeX that pandoc cannot convert, as text; it has said so
  end
  local call_of_formula = '#formula(' .. literal(math.text:gsub('%s+', ' ')) .. ', ' .. code .. ')'
  return raw(call_of_formula)
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

local function ends_with_stop(inlines)
  return plain_text(inlines):find '[.?!:]["”’)]*$' ~= nil
end

--- Levels 4 and 5 stand in the paragraph that follows (2.27).
local function run_in(header, paragraph)
  local stop = ends_with_stop(header.content) and '[]' or '[.]'
  local inlines = pandoc.Inlines { raw('#run-in(' .. math.min(header.level, 6) .. ', ' .. stop .. ')[') }
  inlines:extend(header.content)
  inlines:insert(raw(']' .. label(header.identifier)))
  if paragraph then
    inlines:insert(raw ' ')
    inlines:extend(paragraph.content)
  end
  return pandoc.Para(inlines)
end

local function headings(blocks)
  local result = pandoc.Blocks {}
  local index = 1
  while index <= #blocks do
    local block, following = blocks[index], blocks[index + 1]
    if block.t == 'Header' and block.level > 3 then
      local runs_on = following and (following.t == 'Para' or following.t == 'Plain')
      result:insert(run_in(block, runs_on and following or nil))
      index = index + (runs_on and 2 or 1)
    else
      if block.t == 'Header' and block.classes:includes 'section-label' and block.identifier ~= 'author-note' then
        result:insert(raw_block(PAGE_BREAK))
      end
      result:insert(block)
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

local function reference_entry(div)
  local result = pandoc.Blocks {}
  for index, block in ipairs(div.content) do
    if index == 1 and (block.t == 'Para' or block.t == 'Plain') then
      local number, text = numbered_parts(block.content)
      local inlines = pandoc.Inlines { raw(number and '#numbered-entry[' or '#reference-entry[') }
      inlines:extend(number or block.content)
      if number then
        inlines:insert(raw '][')
        inlines:extend(text)
      end
      inlines:insert(raw(']' .. label(div.identifier)))
      result:insert(pandoc.Para(inlines))
    else
      if index == 1 and div.identifier ~= '' then
        result:insert(raw_block(anchor(div.identifier)))
      end
      result:extend(call('indented-block', { block }))
    end
  end
  return result
end

local FUNCTION_OF_PART = {
  title = 'paper-title',
  byline = 'centred',
  affiliation = 'centred',
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
local function div(element)
  if element.classes:includes 'csl-entry' then
    return reference_entry(element)
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
  result:extend(element.content)
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

--- A figure with its title and the images' alternative text, which pandoc's writer would leave out.
local function figure(element)
  local caption = pandoc.utils.blocks_to_inlines(element.caption.long)
  local result = pandoc.Blocks {}
  if #caption > 0 then
    local head = pandoc.Inlines { raw '#figure(kind: image, caption: [' }
    head:extend(caption)
    head:insert(raw '])[')
    result:insert(pandoc.Plain(head))
  else
    result:insert(raw_block '#figure(kind: image)[')
  end
  result:extend(element.content)
  result:insert(raw_block(']' .. label(element.identifier)))
  return result
end

local function code_block(element)
  if element.identifier == '' then
    return nil
  end
  local where = raw_block(anchor(element.identifier))
  element.identifier = ''
  return { where, element }
end

local function layout(doc)
  local ids
  doc, ids = without_second_ids(doc)
  doc = without_dead_links(doc, ids)
  doc = doc:walk {
    Image = inline_image, Math = formula, Str = literal_text, Span = span, Code = anchor_before, Link = anchor_before,
  }
  doc = doc:walk { traverse = 'topdown', Div = front_part }
  doc = doc:walk { Blocks = headings, Figure = figure, Div = div, CodeBlock = code_block }
  for name, value in pairs(template_fields(doc.meta)) do
    doc.meta[name] = pandoc.MetaInlines { raw(value) }
  end
  return doc
end

return { { Pandoc = layout } }
