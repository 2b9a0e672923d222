--- kept.lua – keeps what was worked out once in a folder, under a digest of all that it was worked out from.
--
-- A module, not a filter:  local kept = require 'apa.kept'
--   kept.key(inputs)                 the digest of a list of strings
--   kept.get(folder, key)            what was put there, or nil
--   kept.put(folder, key, content)
-- A file that is damaged, or stands under another name, counts as not there. Where nothing can be written, nothing is kept.

local M = {}

local sha1 = pandoc.utils.sha1

function M.key(inputs)
  local lengths = pandoc.List {}
  for _, input in ipairs(inputs) do
    lengths:insert(tostring(#input))
  end
  return sha1(table.concat(lengths, ' ') .. '\n' .. table.concat(inputs))
end

--- The line that a file begins with.
local function seal(key, content)
  return sha1(key .. '\n' .. content) .. '\n'
end

function M.get(folder, key)
  local file = io.open(pandoc.path.join { folder, key }, 'rb')
  local all = file and file:read 'a'
  if file then
    file:close()
  end
  local content = all and all:sub(#seal('', '') + 1)
  return content and all:sub(1, #all - #content) == seal(key, content) and content or nil
end

function M.put(folder, key, content)
  pcall(pandoc.system.make_directory, folder, true)
  -- Under a name of its own first: whoever reads at the same time gets all of it or nothing.
  local new = pandoc.path.join { folder, '.new-' .. sha1(key .. tostring(os.time()) .. tostring(os.clock()) .. tostring({})) }
  local file = io.open(new, 'wb')
  if not file then
    return
  end
  local written = file:write(seal(key, content), content)
  local closed = file:close()
  if not (written and closed and os.rename(new, pandoc.path.join { folder, key })) then
    os.remove(new)
  end
end

return M
