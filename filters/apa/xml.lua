--- xml.lua – writes XML: text, elements, identifiers.
--
-- A module, not a filter:  local xml = require 'apa.xml'
--   xml.escaped(text)                       text as it may stand in XML; characters that XML forbids are left out
--   xml.element(name, attributes, content)  an element; attributes are a list of { name, value }, and one without a value is none
--   xml.id(text)                            an identifier that a DTD takes (XML 1.0, "Name"), the same for the same text

local M = {}

local ESCAPES = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }

function M.escaped(text)
  return (text:gsub('[%z\1-\8\11\12\14-\31]', ''):gsub('[&<>"]', ESCAPES))
end

function M.element(name, attributes, content)
  local tag = '<' .. name
  for _, attribute in ipairs(attributes or {}) do
    if attribute[2] then
      tag = tag .. ' ' .. attribute[1] .. '="' .. M.escaped(attribute[2]) .. '"'
    end
  end
  return content and content ~= '' and tag .. '>' .. content .. '</' .. name .. '>' or tag .. '/>'
end

--- Letters without accents, figures, and . - _ stay; any other character becomes its number, as "_x3A_" for a colon.
function M.id(text)
  local safe = text:gsub('[^%w._-][\128-\191]*', function (character)
    local known, code = pcall(utf8.codepoint, character)
    return ('_x%X_'):format(known and code or character:byte())
  end)
  return safe:find '^[%a_]' and safe or '_' .. safe
end

return M
