--- parentheses.lua – finds the citations of a paragraph that stand within parentheses which the author typed.
--
-- A module, not a filter:  local parentheses = require 'apa.parentheses'
--   parentheses.change(block, function(cite, around) ... end)
--   parentheses.from_brackets(inlines)   `[e.g., a claim; @lee]` as `(e.g., a claim; @lee)`
-- A parenthesis that is not closed in the same paragraph opens nothing; a footnote is a place of its own (6.8).

local M = {}

local stringify = pandoc.utils.stringify

-- Words after which a citation needs no marks of its own.
local LEADS_ON = pandoc.List {
  'see', 'also', 'cf.', 'in', 'by', 'from', 'of', 'and', 'vgl.', 'siehe', 'voir', 'véase', 'ver', 'zie',
}

local function stop()
  return nil, false
end

--- True where the string before a citation leads on to it.
local function leads_on(words)
  local word = words:gsub('^%(', '')
  return word == '' or word:match '[,;:]$' ~= nil or LEADS_ON:includes(pandoc.text.lower(word))
end

local function has_names_alone(span)
  return span.classes:includes 'author-only'
end

--- What stands around each citation of a paragraph, in their order; and the pairs of parentheses in it.
local function read(block)
  local place, open, before, last = 0, {}, '', nil
  local found, pairs_found = {}, {}
  block:walk {
    traverse = 'topdown',
    Space = function()
      if last then
        last.spaced = true
      end
    end,
    SoftBreak = function()
      if last then
        last.spaced = true
      end
    end,
    Str = function(str)
      if last then
        last.following, last = str.text, nil
      end
      before = str.text
      for mark in str.text:gmatch '[()]' do
        place = place + 1
        if mark == '(' then
          table.insert(open, place)
        elseif #open > 0 then
          table.insert(pairs_found, { table.remove(open), place })
        end
      end
    end,
    Span = function(span)
      if has_names_alone(span) then
        last, before = nil, ''
        return nil, false
      end
    end,
    Cite = function()
      place = place + 1
      if last then
        last.following, last = '@', nil
      end
      last = { place = place, before = before, leads_on = leads_on(before), following = '', spaced = false }
      table.insert(found, last)
      before = ''
      return nil, false
    end,
    Note = stop, Link = stop, Image = stop,
  }
  return found, pairs_found
end

--- Which citations of a paragraph, by their number, stand within parentheses, with what is around them: the string `before`,
--- whether it `leads_on` to the citation, the string that is `following` and whether it is `spaced` off; nil if there are none.
local function within(block)
  local found, pairs_found = read(block)
  local nested, any = {}, false
  for number, around in ipairs(found) do
    for _, pair in ipairs(pairs_found) do
      if pair[1] < around.place and around.place < pair[2] then
        nested[number], any = around, true
      end
    end
  end
  return any and nested or nil
end

--- The block with what `change` makes of each citation within parentheses; nil if it has none.
function M.change(block, change)
  local words = stringify(block)
  local nested = words:find('(', 1, true) and words:find(')', 1, true) and within(block)
  if not nested then
    return nil
  end
  local number = 0
  return block:walk {
    traverse = 'topdown',
    Cite = function(cite)
      number = number + 1
      return nested[number] and change(cite, nested[number]), false
    end,
    Span = function(span)
      if has_names_alone(span) then
        return nil, false
      end
    end,
    Note = stop, Link = stop, Image = stop,
  }
end

--- The place of the "]" that closes a bracket, if a citation of the sentence and a semicolon stand in it; nil otherwise.
local function end_of_bracket(inlines, start)
  local separated, cited = false, false
  for index = start, #inlines do
    local inline = inlines[index]
    if inline.t == 'Cite' then
      cited = cited or inline.citations[1].mode == 'AuthorInText'
    elseif inline.t == 'Str' then
      local words = index == start and inline.text:gsub('^%(*%[', '') or inline.text
      if words:find('[', 1, true) then
        return nil
      elseif words:find(']', 1, true) then
        return cited and separated and index or nil
      end
      separated = separated or words:sub(-1) == ';'
    end
  end
  return nil
end

--- False if no bracket in these words holds a citation beside a part that has none.
function M.may_be_in_brackets(words)
  for _, pattern in ipairs { '%b[]', '%[[^%[%]]*%]' } do
    for bracket in words:gmatch(pattern) do
      for piece in (bracket:find('@', 1, true) and bracket:find(';', 1, true) and bracket or ''):gmatch '[^;]+' do
        if not piece:find('@', 1, true) then
          return true
        end
      end
    end
  end
  return false
end

--- `[e.g., a claim; @lee]` or `[@lee; my italics]`, which pandoc takes for no citation since a part has no key, as if in `(…)`.
function M.from_brackets(inlines)
  local changed = false
  for index = 1, #inlines do
    local first = inlines[index]
    local last = first.t == 'Str' and first.text:match '^%[' and end_of_bracket(inlines, index)
    if last then
      inlines[index] = pandoc.Str((first.text:gsub('^%[', '(')))
      inlines[last] = pandoc.Str((inlines[last].text:gsub('%]', ')', 1)))
      changed = true
    end
  end
  return changed and inlines or nil
end

return M
