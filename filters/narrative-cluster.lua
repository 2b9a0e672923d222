--- narrative-cluster.lua – keeps the author in the sentence when a narrative citation carries others in its parentheses.
--
-- Why: `@zanos2018 [p. 3; @lee2020]` should read "Zanos & Gould (2018, p. 3; Lee, 2020)" (APA 8.11, 8.12). pandoc 3.9
-- sorts the works as the style asks, and where another work comes before the one that the sentence
-- names, writes "(Lee, 2020; Zanos & Gould; 2018, p. 3)": the name has lost its place.
-- This puts the name back before the parentheses and its year first within them.
--
-- Run after: citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   none. It needs `link-citations: true`: the links say which year belongs to which work.
-- Warns:     such a citation that it cannot put right, and it leaves that one as it was.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

local function ends_item(inline)
  return inline.t == 'Str' and inline.text:match ';$' ~= nil
end

--- The inlines from first to last, without space at either end.
local function trimmed(inlines, first, last)
  while first <= last and is_space(inlines[first]) do
    first = first + 1
  end
  while first <= last and is_space(inlines[last]) do
    last = last - 1
  end
  return pandoc.Inlines { table.unpack(inlines, first, last) }
end

--- Takes a mark off the end of the last string; nothing is left of a string that was only the mark.
local function without_end_mark(inlines, mark)
  local last = inlines[#inlines]
  if last and last.t == 'Str' and last.text:sub(-#mark) == mark then
    inlines:remove(#inlines)
    if last.text ~= mark then
      inlines:insert(pandoc.Str(last.text:sub(1, -#mark - 1)))
    end
  end
  return inlines
end

local function without_start_mark(inlines, mark)
  local first = inlines[1]
  if first and first.t == 'Str' and first.text:sub(1, #mark) == mark then
    inlines:remove(1)
    if first.text ~= mark then
      inlines:insert(1, pandoc.Str(first.text:sub(#mark + 1)))
    end
  end
  return inlines
end

--- The items of "(a; b; c)", each as Inlines; nil if that is not what the citation looks like.
local function items_in_parentheses(content)
  local first, last = content[1], content[#content]
  if not (first and first.t == 'Str' and first.text:sub(1, 1) == '('
      and last.t == 'Str' and last.text:sub(-1) == ')') then
    return nil
  end
  local inner = without_end_mark(without_start_mark(content:clone(), '('), ')')
  local items, start = pandoc.List {}, 1
  for index = 1, #inner do
    if ends_item(inner[index]) then
      items:insert(without_end_mark(trimmed(inner, start, index), ';'))
      start = index + 1
    end
  end
  items:insert(trimmed(inner, start, #inner))
  return items
end

local function links_to(inlines, target)
  local first = inlines[1]
  return first ~= nil and first.t == 'Link' and first.target == target
end

local function has_link(inlines)
  return inlines:find_if(function(inline)
    return inline.t == 'Link'
  end) ~= nil
end

--- "Name (year; others)"; nil if the items do not hold the name right before the year.
local function put_name_first(items, id)
  for index = 2, #items do
    if links_to(items[index], '#ref-' .. id) and not has_link(items[index - 1]) then
      local name, year = items[index - 1], items[index]
      local content = name .. { pandoc.Space(), pandoc.Str '(' } .. year
      for other, item in ipairs(items) do
        if other ~= index and other ~= index - 1 then
          content = content .. { pandoc.Str ';', pandoc.Space() } .. item
        end
      end
      content:insert(pandoc.Str ')')
      return content
    end
  end
  return nil
end

local function restore_name(cite)
  local named = cite.citations[1]
  if #cite.citations < 2 or named.mode ~= 'AuthorInText' then
    return nil
  end
  local items = items_in_parentheses(cite.content)
  if not items or #items < 2 then
    return nil -- the name stands first already
  end
  local content = put_name_first(items, named.id)
  if not content then
    if not pandoc.utils.stringify(cite.content):match(named.id:gsub('%p', '%%%0') .. '%?') then
      pandoc.log.warn('narrative-cluster.lua: in "' .. pandoc.utils.stringify(cite.content) .. '" the name of @' .. named.id
        .. ' is not before the parentheses; cite it and the others apart, or set `link-citations: true`.')
    end
    return nil
  end
  cite.content = content
  return cite
end

return { { Cite = restore_name } }
