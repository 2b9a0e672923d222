--- paragraphs.lua – changes the inlines of the paragraphs that a filter has something to do in.
--
-- A module, not a filter:  local paragraphs = require 'apa.paragraphs'
--   paragraphs.change(doc, concerns, function(inlines) ... end)
--   paragraphs.walk(blocks, concerns, { Str = ... })
--   paragraphs.walk_blocks(blocks, concerns, { Para = ... })
-- To read a paragraph's words takes pandoc a hundredth of the time in which it hands the inlines to Lua and takes them back,
-- which in a long paper is seconds. So the words are looked at first, and most paragraphs are left alone. What `concerns` says
-- yes to must be a part of the words, wherever in them it stands.

local M = {}

local pieces = require 'apa.pieces'
local stringify = pandoc.utils.stringify

local function stop()
  return nil, false
end

--- Walks with handlers for blocks through the pieces of a document whose words concern; those with a footnote, whose words
--- are not among them, always do.
function M.walk_blocks(blocks, concerns, handlers)
  return pieces.walk_blocks(blocks, function(piece)
    return (piece:has '"t":"Note"' or concerns(piece:words())) and handlers
  end)
end

--- Handlers for blocks that walk with handlers for inlines, from the top down, through each paragraph, heading or line where
--- `concerns` says of its words, which are without the footnotes, that there may be something to do.
local function in_paragraphs(concerns, handlers)
  handlers.traverse, handlers.Note = 'topdown', stop -- the paragraphs of a note come by themselves
  local function text(element)
    return concerns(stringify(element)) and element:walk(handlers) or nil
  end
  local function terms(list)
    local content, found = list.content, false
    for _, item in ipairs(content) do
      local term = text(item[1])
      item[1], found = term or item[1], found or term ~= nil
    end
    list.content = content
    return found and list or nil
  end
  return { Para = text, Plain = text, Header = text, LineBlock = text, DefinitionList = terms }
end

--- The blocks after a walk with handlers for inlines. Whoever finds something to do in most pieces need not ask them first.
function M.walk(blocks, concerns, handlers)
  return blocks:walk(in_paragraphs(concerns, handlers))
end

--- The document with what `change` makes of lists of inlines (nil: nothing), in the metadata and where `concerns` allows;
--- nil if nothing was changed.
function M.change(doc, concerns, change)
  local changed = false
  local function change_list(inlines)
    local result = change(inlines)
    changed = changed or result ~= nil
    return result
  end
  doc.meta = pandoc.Pandoc({}, doc.meta):walk({ Inlines = change_list }).meta
  doc.blocks = M.walk_blocks(doc.blocks, concerns, in_paragraphs(concerns, { Inlines = change_list }))
  return changed and doc or nil
end

return M
