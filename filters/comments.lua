--- comments.lua – takes the author's comments (`<!-- … -->`) out of the document, and the space that one of them leaves double.
--
-- Why: a comment speaks to the author or to citeproof (`<!-- citeproof: allow C003 because … -->`), and to no reader. pandoc
-- hands it on to HTML, where anybody can read it in the page's source, and leaves the spaces around it, which Word shows.
-- What a comment keeps apart, such as two lists, stays apart.
--
-- Run after: nothing, and before every filter that looks at what stands beside a citation.
-- Formats:   all; it never asks for the format.
-- Options:   none.
-- Warns:     never; HTML that is more than a comment stays as it was.

-- Walking over Inlines with metadata included is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local pieces = require 'apa.pieces'

--- Whether a raw piece is nothing but comments.
local function is_comment(raw)
  return raw.format:match '^html' ~= nil and raw.text:gsub('<!%-%-.-%-%->', ''):match '^%s*$' ~= nil
end

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- The inlines without comments; nil if there is none among them.
local function without_comments(inlines)
  local kept, taken, behind_comment = pandoc.Inlines {}, false, false
  for _, inline in ipairs(inlines) do
    if inline.t == 'RawInline' and is_comment(inline) then
      taken, behind_comment = true, true
    elseif not (behind_comment and is_space(inline) and (#kept == 0 or is_space(kept[#kept]))) then
      kept:insert(inline)
      behind_comment = false
    end
  end
  if behind_comment and is_space(kept[#kept]) then
    kept:remove()
  end
  return taken and kept or nil
end

local TAKE_OUT = {
  RawBlock = function(raw) return is_comment(raw) and {} or nil end,
  Inlines = without_comments,
}

local function take_out(doc)
  return pieces.walk(doc, function(piece)
    return piece:has '["html' and TAKE_OUT -- how the content of a raw piece of HTML begins
  end)
end

return { { Pandoc = take_out } }
