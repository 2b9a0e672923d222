--- templates.lua – reads what lies in filters/templates/.
--
-- A module, not a filter:  local templates = require 'apa.templates'
--   templates.read(name)            a file as it stands
--   templates.filled(text, values)  with its variables and conditions filled in
-- Pandoc takes most of a millisecond for each thousand characters of a template, more than for a thousand of a paper. So what
-- holds no variable is handed to its templates as a value, and the parts of the reference DOCX, all XML, are filled in here.

local M = {}

-- `require` hands a module its name and the file that it was found in: ?/apa/templates.lua.
local _, HERE = ...
local FOLDER = pandoc.path.join { pandoc.path.directory(pandoc.path.directory(HERE)), 'templates' }

function M.read(name)
  local file = assert(io.open(pandoc.path.join { FOLDER, name }, 'rb'))
  local content = file:read 'a'
  file:close()
  return content
end

--- Text in which $name$ stands for a value, and what is between $if(name)$, $else$ and $endif$ for one that is there, as in
-- pandoc's templates; no condition stands within another. A name without a value is a fault of ours.
function M.filled(text, values)
  text = text:gsub('%$if%(([%w-]+)%)%$\n?(.-)%$endif%$\n?', function (name, body)
    local yes, no = body:match '^(.-)%$else%$\n?(.*)$'
    return values[name] and (yes or body) or no or ''
  end)
  return (text:gsub('%$([%w-]+)%$', function (name)
    return assert(values[name], 'a template asks for ' .. name)
  end))
end

return M
