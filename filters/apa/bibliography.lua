--- bibliography.lua – reads the files that a paper names as its bibliographies.
--
-- A module, not a filter:  for _, file in ipairs(require 'apa.bibliography'.files(doc.meta)) do ... file.text ... end
-- For what pandoc's own readers lose. A file that cannot be read is as if it were not named.

local M = {}

local stringify = pandoc.utils.stringify

local function read_file(name)
  for _, folder in ipairs(pandoc.List { '' } .. (PANDOC_STATE.resource_path or {})) do
    local file = io.open(folder == '' and name or pandoc.path.join { folder, name }, 'rb')
    if file then
      local content = file:read 'a'
      file:close()
      return content
    end
  end
  return nil
end

--- The bibliographies of a paper, as far as they are files: name, ending in lower case, text.
function M.files(meta)
  local files, named = pandoc.List {}, meta.bibliography or {}
  for _, name in ipairs(pandoc.utils.type(named) == 'List' and named or { named }) do
    local path = stringify(name)
    local text = read_file(path)
    if text then
      files:insert { name = path, ending = path:lower():match '%.(%w+)$' or '', text = text }
    end
  end
  return files
end

return M
