--- bibliography.lua – looks up in the bibliographies themselves what pandoc's readers lose.
--
-- A module, not a filter:  for _, file in ipairs(require 'apa.bibliography'.files(doc.meta)) do ... file.text ... end
-- pandoc 3.9 drops biblatex's `shortauthor`, and of an annotation with several paragraphs it makes one, with each
-- word that is set apart written twice. This parses no BibTeX: it finds `@type{key,` and takes the named field from there to the
-- next one. What it cannot find is as if it were not there.

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

--- The value of a field, without its braces or quotation marks, in the text of one entry; nil if it has none.
local function value_of(entry, field)
  local at = entry:lower():match('%f[%w]' .. field .. '%s*=%s*()')
  local value = at and (entry:match('^%b{}', at) or entry:match('^"[^"]*"', at))
  return value and value:sub(2, -2)
end

--- key → LaTeX of a field (named in lower case), by the text of a .bib file.
function M.field(text, field)
  local found, key, start = {}, nil, nil
  for here, next_key, after in (text .. '\n@end{end,'):gmatch '()@%a+%s*[{(]%s*([^%s,{}()=]+)%s*,()' do
    if key then
      found[key] = value_of(text:sub(start, here - 1), field)
    end
    key, start = next_key, after
  end
  return found
end

return M
