--- style.lua – says whether a paper's citation style is APA's.
--
-- A module, not a filter:  if require 'apa.style'.is_apa(doc.meta) then ...
-- What mends APA's citations must leave every other style alone. A style is APA's by the identifier in its file, or by the
-- style that the file says it follows.

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
    if (rel == 'template' or rel == 'independent-parent') and names_apa(link:match 'href="([^"]*)"' or '') then
      return true
    end
  end
  return false
end

function M.is_apa(meta)
  local given = meta.csl or meta['citation-style']
  if not given then
    return false
  end
  local name = stringify(given)
  local style = read_file(name)
  if style then
    return follows_apa(style)
  end
  return names_apa((path.filename(name):gsub('%.csl$', ''))) -- fetched by pandoc from elsewhere: only its name is left
end

return M
