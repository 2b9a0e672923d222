--- headings.lua – says what the layout filters of all formats ask of a run-in heading (APA 2.27).
--
-- A module, not a filter:  local headings = require 'apa.headings'

local M = {}

local STOPS = { ['.'] = true, ['?'] = true, ['!'] = true, [':'] = true, ['。'] = true, ['؟'] = true }
local CLOSING = { ['"'] = true, ['”'] = true, ['’'] = true, [')'] = true }

--- Whether a heading ends in a mark of its own, closing quotation marks and parentheses aside: then it gets no period.
function M.end_with_stop(inlines)
  local words = inlines:walk { Note = function () return {} end }
  local last
  for _, code in utf8.codes((pandoc.utils.stringify(words):gsub('%s+$', ''))) do
    local character = utf8.char(code)
    last = CLOSING[character] and last or character
  end
  return STOPS[last] == true
end

return M
