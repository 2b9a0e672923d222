--- options.lua – gives the choices of the `apa:` map of a paper's front matter, checked and complete.
--
-- A module, not a filter:  local options = require 'apa.options'.read(doc.meta)
-- A choice on the command line (`--metadata apa-mode=student`) wins over the map; the map wins over the names that
-- authors bring from apaquarto and papaja. A value that is not known gives the default and a sentence in `faults`.

local M = {}

local stringify = pandoc.utils.stringify

-- Each choice: what it is without a word from the author, the values that it takes, and the same under other names.
-- APA 7 sections: student papers 2.3, paper and margins 2.22, fonts 2.19, floats 7.6, footnotes 2.13, tables 7.13.
local CHOICES = {
  mode = {
    default = 'manuscript',
    values = { 'manuscript', 'student', 'journal', 'thesis' },
    same = { man = 'manuscript', doc = 'manuscript', stu = 'student', jou = 'journal' },
    also = { 'documentmode', 'classoption' },
  },
  paper = {
    default = 'letter',
    values = { 'letter', 'a4' },
    same = { ['us-letter'] = 'letter', letterpaper = 'letter', a4paper = 'a4' },
    also = { 'papersize' },
  },
  font = {
    default = 'Times New Roman',
    values = { 'Times New Roman', 'Georgia', 'Calibri', 'Arial', 'Lucida Sans Unicode', 'Computer Modern' },
    same = {},
    also = { 'mainfont' },
  },
  floats = {
    default = 'in-place',
    values = { 'in-place', 'end' },
    same = { ['true'] = 'in-place', ['false'] = 'end' }, -- papaja and apaquarto: floatsintext: true
    also = { 'floatsintext' },
  },
  footnotes = { default = 'page', values = { 'page', 'end' }, same = {}, also = {} },
  ['table-spacing'] = {
    default = 'single', values = { 'single', 'one-and-a-half', 'double' }, same = {}, also = {},
  },
  part = { default = 'paper', values = { 'paper', 'supplement' }, same = {}, also = {} },
  statements = {
    default = 'author-note', values = { 'author-note', 'sections', 'declarations', 'apart' }, same = {}, also = {},
  },
  figures = { default = 'shown', values = { 'shown', 'apart' }, same = {}, also = {} },
  tables = { default = 'shown', values = { 'shown', 'apart' }, same = {}, also = {} },
  extract = {
    default = 'whole',
    values = {
      'whole', 'title-page', 'abstract', 'highlights', 'impact-statement', 'statements', 'tables', 'figure-legends',
      'cover-letter', 'checklist',
    },
    same = {},
    also = {},
  },
}

local SWITCHES = {
  ['line-numbers'] = { 'linenumbers', 'numbered-lines', 'line-numbering' },
  masked = { 'mask' },
  ['meta-analysis'] = {},
  annotated = {},
  ['word-count'] = {},
}

local LISTS = {
  ['masked-citations'] = { 'masked-citations' },
  ['meta-analysis-studies'] = { 'meta-analysis-studies' },
}

-- Maps that one filter alone reads: filters/group-abbreviations.lua.
local MAPS = { ['group-abbreviations'] = true }

local function text_of(value)
  if value == nil then
    return nil
  elseif type(value) == 'boolean' then
    return tostring(value)
  elseif type(value) == 'string' then
    return value
  end
  return stringify(value)
end

--- The value of a choice and the name that it was given under; nil if the author says nothing.
local function given(meta, map, name, also)
  if meta['apa-' .. name] ~= nil then
    return meta['apa-' .. name], '--metadata apa-' .. name
  end
  if map[name] ~= nil then
    return map[name], 'apa: ' .. name
  end
  for _, other in ipairs(also) do
    if meta[other] ~= nil then
      return meta[other], other
    end
  end
  return nil
end

local function known(choice, value)
  local folded = value:lower()
  for _, one in ipairs(choice.values) do
    if one:lower() == folded then
      return one
    end
  end
  return choice.same[folded]
end

local function quoted(values)
  return table.concat(values, ', ')
end

--- Every name that the map may hold, in alphabetical order.
function M.names()
  local names = {}
  for _, group in ipairs { CHOICES, SWITCHES, LISTS, MAPS } do
    for name in pairs(group) do
      table.insert(names, name)
    end
  end
  table.sort(names)
  return names
end

--- The choices of a paper: one field for each name, a text, a boolean or a list of texts, and `faults`, a list of sentences.
function M.read(meta)
  local map = type(meta.apa) == 'table' and meta.apa or {}
  local read, faults = {}, {}
  for name, choice in pairs(CHOICES) do
    local value, from = given(meta, map, name, choice.also)
    local text = text_of(value)
    read[name] = text and known(choice, text) or choice.default
    -- A class option or a main font of another program may be anything; only what is said for us must be right.
    if text and not known(choice, text) and from:match '^apa' then
      table.insert(faults, ('`%s` is "%s", which is not one of: %s'):format(from, text, quoted(choice.values)))
    end
  end
  for name, also in pairs(SWITCHES) do
    local value, from = given(meta, map, name, also)
    local text = (text_of(value) or 'false'):lower()
    read[name] = text == 'true' or text == 'yes' or text == '1'
    if not read[name] and text ~= 'false' and text ~= 'no' and text ~= '0' then
      table.insert(faults, ('`%s` is "%s"; write true or false'):format(from, text))
    end
  end
  for name, also in pairs(LISTS) do
    local value = given(meta, map, name, also)
    read[name] = pandoc.List {}
    if value ~= nil then
      for _, item in ipairs(pandoc.utils.type(value) == 'List' and value or { value }) do
        for word in stringify(item):gmatch '[^,%s]+' do
          read[name]:insert((word:gsub('^@', '')))
        end
      end
    end
  end
  for name in pairs(map) do
    if not (CHOICES[name] or SWITCHES[name] or LISTS[name] or MAPS[name]) then
      table.insert(faults, ('`apa:` holds "%s", which is not known; known are: %s'):format(name, quoted(M.names())))
    end
  end
  table.sort(faults)
  read.faults = faults
  return read
end

return M
