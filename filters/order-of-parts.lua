--- order-of-parts.lua – puts the parts of the paper into APA's order.
--
-- Why: the text is followed by the references, footnotes, tables, figures and appendices, in this order (APA 2.17).
-- Appendices go behind all else. `floats: end` takes the tables and figures out of the text (not out of appendices), tables
-- first, each with own-page="true" (7.6). `footnotes: end` makes a section of the footnotes (2.13), those of tables, figures
-- and appendices too, or else two footnotes would carry one number. A block after the references that is neither stays there.
-- What comes out for footnotes:
--   call   Superscript { Link.footnote-call "1" to #fn-1 }
--   list   Header#footnotes.section-label, Div#fn-1.footnote-entry { Para { Superscript "1", Space, the note } }
--
-- Run after: title-page.lua (the parts are in the body, the references are labelled) and floats.lua.
-- Formats:   all; it never asks for the format.
-- Options:   `apa: floats` (in-place, end), `apa: footnotes` (page, end).
-- Warns:     nothing.

-- walk on a list of blocks, topdown, is there from 2.17.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local labels = require 'apa.labels'
local options = require 'apa.options'

local function has_class(block, class)
  return block.attr ~= nil and block.classes:includes(class)
end

-- Appendices -----------------------------------------------------------------------------------------------------------------

--- Parts the blocks into those outside appendices and those of appendices. A heading of level 1, or the list, ends an appendix.
local function split_appendices(blocks)
  local others, appendices, in_appendix = pandoc.Blocks {}, pandoc.Blocks {}, false
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 then
      in_appendix = has_class(block, 'appendix')
    elseif block.t == 'Div' and block.identifier == 'refs' then
      in_appendix = false
    end
    if in_appendix then
      appendices:insert(block)
    else
      others:insert(block)
    end
  end
  return others, appendices
end

-- Tables and figures ---------------------------------------------------------------------------------------------------------

--- Takes every float out of the blocks; a Div that held nothing else goes too.
local function take_floats(blocks)
  local tables, figures = pandoc.Blocks {}, pandoc.Blocks {}
  local function without_floats(list)
    local rest = pandoc.Blocks {}
    for _, block in ipairs(list) do
      if block.t == 'Div' and has_class(block, 'float') then
        block.attributes['own-page'] = 'true'
        local place = has_class(block, 'table') and tables or figures
        place:insert(block)
      elseif block.t == 'Div' or block.t == 'BlockQuote' then
        local before = #block.content
        block.content = without_floats(block.content)
        if #block.content > 0 or before == 0 then
          rest:insert(block)
        end
      elseif block.t == 'BulletList' or block.t == 'OrderedList' then
        block.content = block.content:map(without_floats)
        rest:insert(block)
      else
        rest:insert(block)
      end
    end
    return rest
  end
  local rest = without_floats(blocks)
  return rest, tables .. figures
end

-- Footnotes ------------------------------------------------------------------------------------------------------------------

local function call(number)
  return pandoc.Superscript { pandoc.Link({ pandoc.Str(tostring(number)) }, '#fn-' .. number, '',
    pandoc.Attr('', { 'footnote-call' })) }
end

local function entry(number, note)
  local content = note.content
  local mark = pandoc.Inlines { pandoc.Superscript { pandoc.Str(tostring(number)) }, pandoc.Space() }
  local first = content[1]
  if first and (first.t == 'Para' or first.t == 'Plain') then
    content[1] = pandoc.Para(mark .. first.content)
  else
    content:insert(1, pandoc.Para(mark))
  end
  return pandoc.Div(content, pandoc.Attr('fn-' .. number, { 'footnote-entry' }))
end

--- Puts a call in the place of each note, in the order of the blocks; gives the blocks and the entries.
local function take_notes(blocks)
  local entries = pandoc.Blocks {}
  blocks = blocks:walk {
    traverse = 'topdown',
    Note = function(note)
      local number = #entries + 1
      entries:insert(entry(number, note))
      return call(number), false
    end,
  }
  return blocks, entries
end

local function footnote_section(entries, words)
  if #entries == 0 then
    return entries
  end
  return pandoc.Blocks {
    pandoc.Header(1, words.footnotes, pandoc.Attr('footnotes', { 'section-label', 'unnumbered' })),
  } .. entries
end

-- The document ---------------------------------------------------------------------------------------------------------------

local MARK = pandoc.Div({}, pandoc.Attr('', { 'place-of-footnotes' }))

local function order(doc)
  local choices = options.read(doc.meta)
  local blocks, appendices = split_appendices(doc.blocks)
  local floats = pandoc.Blocks {}
  if choices.floats == 'end' then
    blocks, floats = take_floats(blocks)
  end
  if choices.footnotes ~= 'end' then
    if #appendices == 0 and #floats == 0 then
      return nil
    end
    doc.blocks = blocks .. floats .. appendices
    return doc
  end
  local all, entries = take_notes(blocks .. { MARK } .. floats .. appendices)
  doc.blocks = pandoc.Blocks {}
  for _, block in ipairs(all) do
    if has_class(block, 'place-of-footnotes') then
      doc.blocks:extend(footnote_section(entries, labels.of(doc.meta)))
    else
      doc.blocks:insert(block)
    end
  end
  return doc
end

return { { Pandoc = order } }
