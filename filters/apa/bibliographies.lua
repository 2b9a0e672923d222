--- bibliographies.lua – looks into the bibliography files of a paper without reading them entry by entry.
--
-- A module, not a filter:  local bibliographies = require 'apa.bibliographies'
--   bibliographies.contents(meta)       what each file holds, as it stands; nil if one of them is not found here
--   bibliographies.may_say(meta, word)  false if no work can have a field of this name
-- pandoc.utils.references takes a fifth of a second for each thousand works. Most papers have no work with a field that one
-- filter asks for, and that shows without it.

local M = {}

local stringify = pandoc.utils.stringify

-- Formats in which a field stands by its name; others may be compressed, or have names of their own for it.
local PLAIN = { json = true, yaml = true, yml = true, bib = true, bibtex = true }

-- A letter that a field's name may hide in: "\u0073hortauthor".
local ESCAPED_LETTER = '\\[uUx]0*[2-7]%x'

--- Every file that pandoc may find under a name: one that a filter put into the bag of media, or those of the folders.
local function found_under(name)
  local _, held = pandoc.mediabag.lookup(name)
  if held then
    return pandoc.List { held }
  end
  local found, seen = pandoc.List {}, {}
  for _, folder in ipairs(pandoc.List { '.' } .. (PANDOC_STATE.resource_path or {})) do
    local place = folder == '.' and name or pandoc.path.join { folder, name }
    local file = not seen[place] and io.open(place, 'rb')
    seen[place] = true
    if file then
      found:insert((file:read 'a')) -- nil for a folder
      file:close()
    end
  end
  return found
end

--- The names of the bibliographies.
local function names_of(meta)
  local named = meta.bibliography or pandoc.List {}
  return pandoc.List(pandoc.utils.type(named) == 'List' and named or { named }):map(stringify)
end

function M.contents(meta)
  local contents = pandoc.List {}
  for _, name in ipairs(names_of(meta)) do
    local found = found_under(name)
    if #found == 0 then
      return nil
    end
    contents:extend(found)
  end
  return contents
end

--- True in doubt: for works in the front matter, a file that is not found, and one in which the name may be written otherwise.
function M.may_say(meta, word)
  for _, name in ipairs(names_of(meta)) do
    if not PLAIN[(name:match '%.(%a+)$' or ''):lower()] then
      return true
    end
  end
  local contents = not meta.references and M.contents(meta)
  for _, content in ipairs(contents or {}) do
    if content:lower():find(word, 1, true) or content:find(ESCAPED_LETTER) then
      return true
    end
  end
  return not contents
end

return M
