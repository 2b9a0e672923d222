--- values.lua – reads values of the metadata, in whichever of their shapes an author gave them.
--
-- A module, not a filter:  local each = require 'apa.values'.each

local M = {}

--- A value of the metadata as a list: the items of a list, one item for anything else, none for nothing.
function M.each(value)
  if value == nil then
    return pandoc.List {}
  end
  return pandoc.utils.type(value) == 'List' and pandoc.List(value) or pandoc.List { value }
end

return M
