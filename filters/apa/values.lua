--- values.lua – reads values of the metadata and of works, in whichever of their shapes an author gave them.
--
-- A module, not a filter:  local each = require 'apa.values'.each
--   values.each(value)    as a list
--   values.words(value)   as plain text

local M = {}

--- A value of the metadata as a list: the items of a list, one item for anything else, none for nothing.
function M.each(value)
  if value == nil then
    return pandoc.List {}
  end
  return pandoc.utils.type(value) == 'List' and pandoc.List(value) or pandoc.List { value }
end

--- A value as plain text, "" for none. Most fields of a work are strings, which pandoc would take its time to give back.
function M.words(value)
  return type(value) == 'string' and value or value and pandoc.utils.stringify(value) or ''
end

return M
