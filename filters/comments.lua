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

--- Whether a comment may stand in what pandoc reads: most papers have none, and to search a text is faster than to walk
--- through the document. What comes by another way than a file may hold one.
local function may_have_comments()
  for _, name in ipairs(PANDOC_STATE.input_files) do
    local file = io.open(name, 'rb')
    local text = file and file:read 'a'
    if file then
      file:close()
    end
    if not text or text:find '<!%-%-' or text:find '\\u003c!%-%-' then -- the second in pandoc's JSON
      return true
    end
  end
  return #PANDOC_STATE.input_files == 0
end

--- Whether there is a comment at all: a document without one need not be taken apart.
local function has_comments(doc)
  local found = false
  local function look(raw)
    found = found or is_comment(raw)
  end
  doc:walk { RawBlock = look, RawInline = look }
  return found
end

local function take_out(doc)
  if not (may_have_comments() and has_comments(doc)) then
    return nil
  end
  return doc:walk {
    RawBlock = function(raw) return is_comment(raw) and {} or nil end,
    Inlines = without_comments,
  }
end

return { { Pandoc = take_out } }
