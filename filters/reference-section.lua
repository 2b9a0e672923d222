--- reference-section.lua – puts one heading "References" over the reference list, and the list where that heading stands.
--
-- Why: APA 2.12 wants the label "References". pandoc adds none by itself, and puts the list at the very end,
-- behind the appendices, even where the author wrote the heading before them (APA 2.17 wants it before).
-- Accepted: no heading at all, `# References` anywhere, `::: {#refs}`, or both of these. The label is in the paper's
-- language, unless the author's own `reference-section-title` is the heading's text.
-- A paper that cites nothing gets neither heading nor list.
--
-- Run after: nothing, but before citeproc, which fills the list.
-- Formats:   all; it never asks for the format.
-- Options:   `reference-section-title`, as pandoc's manual has it; `lang`.
-- Warns:     references typed by hand under the heading.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local labels = require 'apa.labels'

local text = pandoc.text
local stringify = pandoc.utils.stringify

local HEADINGS = pandoc.List {
  'references', 'reference', 'reference list', 'list of references', 'bibliography', 'literature', 'works cited',
}

local function is_reference_heading(block, own_title)
  if block.t ~= 'Header' then
    return false
  end
  local words = text.lower(stringify(block)):gsub('^[%d.]+%s+', '')
  return HEADINGS:includes(words) or words == text.lower(own_title)
end

local function is_list(block)
  return block ~= nil and block.t == 'Div' and block.identifier == 'refs'
end

local function new_heading(own_title)
  return pandoc.Header(1, own_title, pandoc.Attr('references', { 'unnumbered' }))
end

local function new_list()
  return pandoc.Div({}, pandoc.Attr('refs'))
end

local function cites_something(doc)
  if doc.meta.nocite then
    return true
  end
  local found = false
  local search = { Cite = function() found = true end }
  for _, block in ipairs(doc.blocks) do -- one by one: most papers cite something soon
    block:walk(search)
    if found then
      return true
    end
  end
  pandoc.Pandoc({}, doc.meta):walk(search)
  return found
end

--- Gives the author's own list a heading if the block before it is none. True if the list was there.
local function head_existing_list(doc, own_title)
  local found = false
  doc.blocks:walk { Div = function(div) found = found or is_list(div) end }
  if not found then
    return false
  end
  found = false
  doc.blocks = doc.blocks:walk {
    Blocks = function(blocks)
      for index, block in ipairs(blocks) do
        if is_list(block) and not found then
          found = true
          local before = blocks[index - 1]
          local inside = block.content[1]
          if not (before and before.t == 'Header') and not (inside and inside.t == 'Header') then
            blocks:insert(index, new_heading(own_title))
          end
          return blocks
        end
      end
    end,
  }
  return found
end

--- The place of the last top-level heading that says "References"; nil if there is none.
local function place_of_heading(blocks, own_title)
  for index = #blocks, 1, -1 do
    if is_reference_heading(blocks[index], own_title) then
      return index
    end
  end
  return nil
end

--- Where the list goes: behind the heading and whatever the author wrote under it.
local function end_of_section(blocks, heading)
  local typed = false
  for index = heading + 1, #blocks do
    if blocks[index].t == 'Header' then
      return index, typed
    end
    typed = typed or blocks[index].t ~= 'RawBlock'
  end
  return #blocks + 1, typed
end

local function place_references(doc)
  if not cites_something(doc) then
    return nil
  end
  local given = doc.meta['reference-section-title']
  local own_title = given and stringify(given) or labels.of(doc.meta).references
  doc.meta['reference-section-title'] = nil -- citeproc would add a second heading
  if head_existing_list(doc, own_title) then
    return doc
  end
  local heading = place_of_heading(doc.blocks, own_title)
  if not heading then
    doc.blocks:insert(new_heading(own_title))
    doc.blocks:insert(new_list())
    return doc
  end
  local place, typed = end_of_section(doc.blocks, heading)
  if typed then
    pandoc.log.warn('reference-section.lua: there is text under the heading "' .. stringify(doc.blocks[heading])
      .. '"; the list made from the bibliography follows it. Take references typed by hand out.')
  end
  doc.blocks:insert(place, new_list())
  return doc
end

return { { Pandoc = place_references } }
