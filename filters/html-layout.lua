--- html-layout.lua – makes a web page with one h1, landmarks and sections of an APA paper.
--
-- Why: the title page is the page's header and the title its only h1, so APA's heading levels 1 to 5 (2.27)
-- are h2 to h6. The title over the text (2.11) says on paper what the header says on the screen, so it is
-- hidden there, also from a screen reader.
--
-- Run after: citeproc, title-page.lua.
-- Formats:   html.
-- Options:   none.
-- Warns:     when an image lies on the web: the page would not be self-contained, so it has a link to it instead.

-- pandoc.mediabag.make_data_uri is there from 3.7.1.
PANDOC_VERSION:must_be_at_least '3.7.1'

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

local function with_hidden_text_title(blocks)
  return blocks:walk {
    Div = function (section)   -- make_sections gave it the heading's classes
      section.classes = section.classes:filter(function (class)
        return class ~= 'text-title'
      end)
      return section
    end,
    Blocks = function (list)
      local result = pandoc.Blocks {}
      for _, block in ipairs(list) do
        if is_text_title(block) then
          result:extend(text_title(block))
        else
          result:insert(block)
        end
      end
      return result
    end
  }
end

-- Headings --------------------------------------------------------------------------------------------------

local function ends_with_stop(inlines)
  return stringify(inlines):find '[.?!:]["”’)]*$' ~= nil
end

local function shifted(header)
  header.level = math.min(header.level + 1, 6)
  return header
end

local function headings(blocks)
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and block.level > 3 then
      local following = blocks[index + 1]
      if not (following and following.t == 'Para') then
        block.classes:insert 'alone'
      end
      if not ends_with_stop(block.content) then
        block.content:insert(pandoc.Str '.')
      end
    end
  end
  return blocks
end

-- Images, links, tables, code --------------------------------------------------------------------------------------

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

--- An address may break after its marks, not in its words.
local function link(element)
  if stringify(element.content) ~= element.target or #element.content ~= 1 then
    return nil
  end
  local inlines = pandoc.Inlines {}
  for word, marks in element.target:gmatch '([^/?&=_#]*)([/?&=_#]*)' do
    if word .. marks ~= '' then
      inlines:insert(pandoc.Str(word .. marks))
      inlines:insert(raw '<wbr>')
    end
  end
  inlines:remove(#inlines)
  element.content = inlines
  return element
end

--- A wide table scrolls by itself, also by the keyboard.
local function table_that_scrolls(element)
  local name = stringify(element.caption.long)
  local named = name ~= '' and ' role="region" aria-label="' .. attribute_value(name) .. '"' or ''
  local opening = '<div class="table-scroll" tabindex="0"' .. named .. '>'
  return { raw_block(opening), element, raw_block '</div>' }
end

local function code_that_scrolls(element)
  element.attributes.tabindex = '0'
  return element
end

local function layout(doc)
  local header
  local blocks = pandoc.Blocks {}
  for _, block in ipairs(doc.blocks) do
    if is_div(block, 'title-page') then
      header = header_of_page(block)
    else
      blocks:insert(block)
    end
  end
  local content = { Image = image, Link = link, Table = table_that_scrolls, CodeBlock = code_that_scrolls }
  if header then
    -- the title's heading is the only one that is not moved down
    local moved = pandoc.Blocks {}
    for index, block in ipairs(header) do
      if index == 1 and block.t == 'Header' then
        moved:insert(block)
      else
        moved:extend(pandoc.Blocks { block }:walk { Header = shifted })
      end
    end
    doc.meta['title-page'] = pandoc.MetaBlocks(moved:walk(content))
  end
  blocks = pandoc.structure.make_sections(blocks):walk { Blocks = headings }
  doc.blocks = with_hidden_text_title(blocks):walk { Header = shifted }:walk(content)
  local running_head = doc.meta['running-head'] and stringify(doc.meta['running-head']) or ''
  if running_head ~= '' then
    doc.meta['running-head-css'] = pandoc.MetaInlines { raw(css_literal(running_head)) }
  end
  return doc
end

return { { Pandoc = layout } }
