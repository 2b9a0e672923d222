--- style.lua – says whether a paper's citation style is APA's.
--
-- A module, not a filter:  if require 'apa.style'.is_apa(doc.meta) then ...
-- What mends APA's citations must leave every other style alone. A style is APA's by the identifier in its file, or by the
-- style that it only gives another name to. That APA's file was the template of a style says nothing: Cambridge's and the
-- American Geophysical Union's were made from it, too.

local M = {}

local path = pandoc.path
local stringify = pandoc.utils.stringify

local function read_file(name)
  for _, candidate in ipairs { name, path.join { PANDOC_STATE.user_data_dir or '.', 'csl', name } } do
    local file = io.open(candidate, 'rb')
    if file then
      local content = file:read 'a'
      file:close()
      return content
    end
  end
  return nil
end

--- True for the last part of an address such as http://www.zotero.org/styles/apa-annotated-bibliography.
local function names_apa(address)
  local name = address:match '([^/]+)/?$' or ''
  return name == 'apa' or name:match '^apa%-' ~= nil
end

local function follows_apa(style)
  if names_apa(style:match '<id>%s*(.-)%s*</id>' or '') then
    return true
  end
  for link in style:gmatch '<link%s[^>]*>' do
    local rel = link:match 'rel="([^"]*)"'
    if rel == 'independent-parent' and names_apa(link:match 'href="([^"]*)"' or '') then
      return true
    end
  end
  return false
end

--- The name of the style that is given, and what its file holds; nil where none is given, or pandoc fetches it from elsewhere.
function M.given(meta)
  local given = meta.csl or meta['citation-style']
  if not given then
    return nil, nil
  end
  local name = stringify(given)
  return name, read_file(name)
end

function M.is_apa(meta)
  local name, style = M.given(meta)
  if style then
    return follows_apa(style)
  end
  return name ~= nil and names_apa((path.filename(name):gsub('%.csl$', ''))) -- only its name is left
end

return M
