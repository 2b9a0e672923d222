--- pieces.lua – walks through those pieces of a document in which a filter may have something to do.
--
-- A module, not a filter:  local pieces = require 'apa.pieces'
--   pieces.walk(doc, function(piece) return piece:has '"t":"Image"' and { Image = ... } end)
--   pieces.walk_blocks(blocks, function(piece) ... end)     the same without the metadata, which are a piece, too
-- A piece begins with each heading and each division. `has` looks into it as pandoc writes JSON, where each element, class and
-- string shows, and `words` gives its words without those of its footnotes. To write a long paper as JSON takes pandoc less
-- than half the time of a walk that comes to every inline, even of one that finds nothing; the words take a quarter. What is
-- known of a piece is kept for the next filter, for as long as it is the same; to compare it takes a tenth.

local M = {}

local stringify = pandoc.utils.stringify

local known = {} -- what is known of each piece of the blocks that were asked about last, by its name

local Piece = {}
Piece.__index = Piece

--- Whether a text stands in the JSON of the piece. JSON escapes `"` and `\` in words.
function Piece:has(text)
  local facts = self.facts
  facts.json = facts.json or pandoc.write(facts.document, 'json')
  return facts.json:find(text, 1, true) ~= nil
end

function Piece:words()
  local facts = self.facts
  facts.words = facts.words or stringify(facts.document)
  return facts.words
end

local function new_piece(blocks, facts)
  return setmetatable({ blocks = blocks, facts = facts }, Piece)
end

local function divided(blocks)
  local parts, part = pandoc.List {}, nil
  for _, block in ipairs(blocks) do
    if not part or block.t == 'Header' or block.t == 'Div' then
      part = pandoc.Blocks {}
      parts:insert(part)
    end
    part:insert(block)
  end
  return parts
end

local function pieces_of(blocks)
  local pieces, count, now = pandoc.List {}, {}, {}
  for _, part in ipairs(divided(blocks)) do
    local id = part[1].identifier or ''
    count[id] = (count[id] or 0) + 1
    local name, document = id .. ' ' .. count[id], pandoc.Pandoc(part)
    now[name] = known[name] and known[name].document == document and known[name] or { document = document }
    pieces:insert(new_piece(part, now[name]))
  end
  known = now
  return pieces
end

--- The blocks after a walk with the handlers that are chosen for each piece; nil or false chooses none.
function M.walk_blocks(blocks, choose)
  local result = pandoc.Blocks {}
  for _, piece in ipairs(pieces_of(blocks)) do
    local handlers = choose(piece)
    result:extend(handlers and piece.blocks:walk(handlers) or piece.blocks)
  end
  return result
end

function M.walk(doc, choose)
  local front = pandoc.Pandoc({}, doc.meta)
  local handlers = choose(new_piece(front.blocks, { document = front }))
  doc.meta = handlers and front:walk(handlers).meta or doc.meta
  doc.blocks = M.walk_blocks(doc.blocks, choose)
  return doc
end

return M
