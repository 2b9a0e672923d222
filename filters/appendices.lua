--- appendices.lua – labels the appendices: "Appendix A" and, on the line below it, the title.
--
-- Why: an appendix carries a label and a title, both as headings; several are lettered in their order, and one alone has
-- no letter (APA 2.14). An author who adds or moves one should not have to letter them anew.
-- An appendix is a heading of level 1 with the class `appendix`, with an identifier that begins `apx-` or `appendix-`, or
-- with the words "Appendix", "Appendix A", "Appendix A: Title", "Appendix: Title", in English or the paper's language.
-- A heading "Appendices" that has nothing but appendices under it goes; headings of level 2 under it move up by one.
-- What comes out:  Header 1 .section-label .appendix .unnumbered [ Appendix A, LineBreak, title ], under its own identifier.
--
-- Run after: front-matter.lua (the language); before floats.lua, which numbers what stands in appendices.
-- Formats:   all; it never asks for the format.
-- Options:   `lang` of the paper.
-- Warns:     a typed letter that is not the appendix's place in the order.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local labels = require 'apa.labels'

local text = pandoc.text
local stringify = pandoc.utils.stringify

local CLASSES = { 'section-label', 'appendix', 'unnumbered' }

-- Typed labels --------------------------------------------------------------------------------------------------------------

--- The text with which the inlines begin, up to the first that is neither word nor space; and whether that is all of it.
local function leading_text(inlines)
  local pieces = {}
  for _, inline in ipairs(inlines) do
    if inline.t == 'Str' then
      table.insert(pieces, inline.text)
    elseif inline.t == 'Space' or inline.t == 'SoftBreak' or inline.t == 'LineBreak' then
      table.insert(pieces, ' ')
    else
      return table.concat(pieces), false
    end
  end
  return table.concat(pieces), true
end

--- The inlines without that many bytes of their leading text.
local function without_leading(inlines, bytes)
  local rest = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local own = inline.t == 'Str' and inline.text or ' '
    if bytes <= 0 then
      rest:insert(inline)
    elseif bytes < #own then
      rest:insert(pandoc.Str(own:sub(bytes + 1)))
      bytes = 0
    else
      bytes = bytes - #own
    end
  end
  return rest
end

local SPACE = '[ \u{A0}]' -- as bytes: a space, or either byte of a no-break space
local ENDS = { '^[:.]' .. SPACE .. '*', '^：' .. SPACE .. '*', '^' .. SPACE .. '*[–—-]+' .. SPACE .. '+' }

--- How many bytes of the text after a label end it: a colon, a period, a dash; nil if nothing of the kind is there.
local function end_of_label(rest)
  for _, pattern in ipairs(ENDS) do
    local _, last = rest:find(pattern)
    if last then
      return last
    end
  end
  return nil
end

--- The letter, number or Roman number after the word, and the bytes that it takes with what ends it.
-- Two letters may be a word ("Appendix IQ Scores"), so that more than the space after them must say that they are a label.
local function typed_letter(rest)
  local _, space = rest:find('^' .. SPACE .. '*')
  local typed = rest:match('^%u%f[%W]', space + 1) or rest:match('^%d+%f[%W]', space + 1)
  local long = rest:match('^%u%u%f[%W]', space + 1) or rest:match('^[IVX]+%f[%W]', space + 1)
  local letter = typed or long
  if not letter then
    return nil
  end
  local after = rest:sub(space + #letter + 1)
  local ending = end_of_label(after) or (after == '' and 0) or (typed and #after:match('^' .. SPACE .. '*'))
  if not ending or (ending == 0 and after ~= '') then
    return nil
  end
  return letter, space + #letter + ending
end

--- What a typed label takes of the heading, in bytes, and its letter; nil if the heading has none.
local function typed_label(inlines, words)
  local leading, is_all = leading_text(inlines)
  for _, word in ipairs { words.appendix, 'Appendix' } do
    if text.lower(leading):sub(1, #word) == text.lower(word) then
      local rest = leading:sub(#word + 1)
      local letter, bytes = typed_letter(rest)
      if letter then
        return #word + bytes, letter
      end
      local ending = end_of_label(rest)
      if ending or (rest == '' and is_all) then
        return #word + (ending or 0), nil
      end
    end
  end
  return nil
end

-- Which headings are appendices ----------------------------------------------------------------------------------------------

--- pandoc names a heading after its words; such a name says no more than the words do.
local function is_named_after_words(header)
  local slug = text.lower(stringify(header)):gsub('%s+', '-'):gsub('[^%w_.\128-\255-]', '')
  return header.identifier == slug
end

local function is_appendix(header, words)
  if header.t ~= 'Header' or header.level ~= 1 then
    return false
  end
  local id = header.identifier
  return header.classes:includes 'appendix' or id:match '^apx%-' ~= nil
    or (id:match '^appendix%-' ~= nil and not is_named_after_words(header))
    or typed_label(header.content, words) ~= nil
end

local function is_group(block, words)
  if block.t ~= 'Header' or block.level ~= 1 then
    return false
  end
  local said = text.lower(stringify(block))
  return said == 'appendices' or (words.appendices ~= words.appendix and said == text.lower(words.appendices))
end

--- Moves the headings from a place up to the next of level 1 up by one; those that become level 1 are appendices.
local function move_up(blocks, index)
  while blocks[index] and not (blocks[index].t == 'Header' and blocks[index].level == 1) do
    local block = blocks[index]
    if block.t == 'Header' then
      block.level = block.level - 1
      if block.level == 1 then
        block.classes:insert 'appendix'
      end
      blocks[index] = block
    end
    index = index + 1
  end
end

--- Takes out a heading "Appendices" with an appendix, or a heading of level 2, right under it.
local function without_group(blocks, words)
  for index = #blocks, 1, -1 do
    local first = blocks[index + 1]
    if is_group(blocks[index], words) and first and first.t == 'Header' then
      if first.level == 2 then
        move_up(blocks, index + 1)
        blocks:remove(index)
      elseif is_appendix(first, words) then
        blocks:remove(index)
      end
    end
  end
  return blocks
end

-- Labels ---------------------------------------------------------------------------------------------------------------------

--- A to Z, then AA, AB, …
local function letter_of(place)
  local letters = ''
  while place > 0 do
    letters = string.char(65 + (place - 1) % 26) .. letters
    place = (place - 1) // 26
  end
  return letters
end

--- "Appendix A" as inlines; Chinese and Japanese set no space before the letter.
local function label(word, letter)
  if not letter then
    return pandoc.Inlines { pandoc.Str(word) }
  elseif word:match '^[\227-\233]' then
    return pandoc.Inlines { pandoc.Str(word .. letter) }
  end
  return pandoc.Inlines { pandoc.Str(word), pandoc.Space(), pandoc.Str(letter) }
end

local function is_labelled(header)
  return header.classes:includes 'appendix' and header.classes:includes 'section-label'
end

local function labelled(header, words, letter, is_alone)
  local bytes, typed = typed_label(header.content, words)
  if typed and typed ~= letter and not is_alone then
    pandoc.log.warn(('appendices.lua: the heading "%s" is appendix %s in order, and its label says so; see that the text does.')
      :format(stringify(header), letter))
  end
  local title = bytes and without_leading(header.content, bytes) or header.content
  header.content = label(words.appendix, not is_alone and letter or nil)
  if #title > 0 then
    header.content:insert(pandoc.LineBreak())
    header.content:extend(title)
  end
  for _, class in ipairs(CLASSES) do
    header.classes = header.classes:filter(function(other) return other ~= class end)
  end
  header.classes = pandoc.List(CLASSES) .. header.classes
  return header
end

local function label_appendices(doc)
  local words = labels.of(doc.meta)
  local blocks = without_group(doc.blocks, words)
  local places = pandoc.List {}
  for index, block in ipairs(blocks) do
    if is_appendix(block, words) then
      if is_labelled(block) then
        return nil -- they are labelled
      end
      places:insert(index)
    end
  end
  if #places == 0 then
    return nil
  end
  for count, index in ipairs(places) do
    blocks[index] = labelled(blocks[index], words, letter_of(count), #places == 1)
  end
  doc.blocks = blocks
  return doc
end

return { { Pandoc = label_appendices } }
