--- cluster-order.lua – puts works cited together into the order of the reference list, and years of one author into theirs.
--
-- Why: APA 8.12. "(see Lee, 2020; Zanos, 2018; see also Adams, 2019; Fox, 2017)": alphabetical, but what follows "see also"
-- comes last and is alphabetical in itself. citeproc stops sorting where a work has a prefix, and sorts a and b of one
-- year as they are cited: "(Fay, n.d.-b, n.d.-a)". The order is taken from the finished list.
--
-- Run after: citeproc and narrative-cluster.lua; before group-abbreviations.lua, which looks for the first of several.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles and needs `link-citations: true`: the links say which work is which.
-- Warns:     never; what does not look like "(names, year; names, year)" stays as it was.

-- Lists of inlines with their own methods are there from 2.17; the rest of the filters needs 3.1.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local style = require 'apa.style'
local stringify = pandoc.utils.stringify

-- The reference list -------------------------------------------------------------------------

--- "#ref-KEY" → its place in the list.
local function places_in_list(doc)
  local places, count = {}, 0
  doc.blocks:walk {
    Div = function(div)
      if div.classes:includes 'csl-entry' then
        count = count + 1
        places['#' .. div.identifier] = count
      end
    end,
  }
  return places
end

local function part(inlines, first, last)
  return pandoc.Inlines { table.unpack(inlines, first, last) }
end

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

--- Puts in order what belongs together by its places, and leaves what is equal as it was.
local function sorted(list)
  for number, one in ipairs(list) do
    one.number = number
  end
  list:sort(function(a, b)
    return a.place < b.place or a.place == b.place and a.number < b.number
  end)
  return list
end

-- Years of the same authors: "Fay, n.d.-b, n.d.-a" ---------------------------------------------

local function begins_with_year(inlines)
  local text = stringify(inlines)
  return text:match '^%d' ~= nil or text:match '^n%.d%.' ~= nil or text:match '^in%s*press' ~= nil
end

--- Where the year begins in the link "names, year" or "year"; nil if the link says something else.
local function start_of_year(inlines)
  if begins_with_year(inlines) then
    return 1
  end
  for index = #inlines - 1, 2, -1 do
    local before = inlines[index - 1]
    if is_space(inlines[index]) and before.t == 'Str' and before.text:sub(-1) == ',' then
      return begins_with_year(part(inlines, index + 1, #inlines)) and index + 1 or nil
    end
  end
  return nil
end

--- The links of an item that are joined by nothing but commas; nil if there are none, or if anything else stands between.
local function joined_links(item)
  local links = pandoc.List {}
  for index = item.first_link, #item.inlines do
    local inline, odd = item.inlines[index], (index - item.first_link) % 3
    if odd == 0 and inline.t == 'Link' then
      links:insert(inline)
    elseif not (odd == 1 and inline.t == 'Str' and inline.text == ',' or odd == 2 and is_space(inline)) then
      return nil
    end
  end
  return #links > 1 and links or nil
end

--- Gives the years of one item their order; the names stay with the first.
local function sort_years(item, places)
  local links = joined_links(item)
  local start = links and start_of_year(links[1].content)
  if not start then
    return
  end
  local years = pandoc.List {}
  for number, link in ipairs(links) do
    local content = link.content
    years:insert {
      place = places[link.target] or math.huge, target = link.target,
      inlines = number == 1 and part(content, start, #content) or content,
    }
  end
  local names = part(links[1].content, 1, start - 1)
  for number, year in ipairs(sorted(years)) do
    local link = links[number]
    link.content, link.target = number == 1 and names .. year.inlines or year.inlines, year.target
    item.inlines[item.first_link + 3 * (number - 1)] = link
  end
end

-- Works: "see a; b; see also c" ----------------------------------------------------------------

local function first_link_of(inlines)
  local _, index = inlines:find_if(function(inline) return inline.t == 'Link' end)
  return index
end

--- What stands between the parentheses, in items; nil if one of them leads to no work.
local function items_of(inlines)
  local items, start = pandoc.List {}, 1
  for index = 1, #inlines + 1 do
    local inline = inlines[index]
    if inline == nil or inline.t == 'Str' and inline.text:sub(-1) == ';' then
      local content = part(inlines, start, index - 1)
      if inline and inline.text ~= ';' then
        content:insert(pandoc.Str(inline.text:sub(1, -2)))
      end
      while is_space(content[1]) do
        content:remove(1)
      end
      local goes_on = #items > 0 and content[1] and content[1].t == 'Link' and begins_with_year(content[1].content)
      if goes_on then -- "Fay, 2020, p. 3; 2021, p. 4": these two stay together
        items[#items].inlines = items[#items].inlines .. { pandoc.Str ';', pandoc.Space() } .. content
      else
        items:insert { inlines = content }
      end
      start = index + 1
    end
  end
  for _, item in ipairs(items) do
    item.first_link = first_link_of(item.inlines)
    if not item.first_link then
      return nil
    end
  end
  return items
end

--- Sorts the items from one prefix to the next; the prefix stays first.
local function sort_items(items, places)
  local result, run = pandoc.List {}, pandoc.List {}
  local function end_run()
    if #run > 0 then
      local prefix = part(run[1].inlines, 1, run[1].first_link - 1)
      run[1].inlines = part(run[1].inlines, run[1].first_link, #run[1].inlines)
      sorted(run)
      run[1].inlines = prefix .. run[1].inlines
      result:extend(run)
      run = pandoc.List {}
    end
  end
  for _, item in ipairs(items) do
    if item.first_link > 1 then
      end_run()
    end
    item.place = places[item.inlines[item.first_link].target] or math.huge
    run:insert(item)
  end
  end_run()
  return result
end

local function joined(items)
  local inlines = pandoc.Inlines {}
  for number, item in ipairs(items) do
    if number > 1 then
      local last = inlines[#inlines]
      if last.t == 'Str' then
        inlines[#inlines] = pandoc.Str(last.text .. ';')
      else
        inlines:insert(pandoc.Str ';')
      end
      inlines:insert(pandoc.Space())
    end
    inlines = inlines .. item.inlines
  end
  return inlines
end

-- A citation -----------------------------------------------------------------------------------

--- The place of the "(" that opens the works.
local function opening(cite)
  if cite.citations[1].mode == 'NormalCitation' then
    local first = cite.content[1]
    return first and first.t == 'Str' and first.text:sub(1, 1) == '(' and 1 or nil
  end
  for index, inline in ipairs(cite.content) do
    local following = cite.content[index + 1]
    if inline.t == 'Str' and inline.text == '(' and following and following.t == 'Link' then
      return index
    end
  end
  return nil
end

local function without_author(cite)
  return cite.citations:find_if(function(citation) return citation.mode == 'SuppressAuthor' end) ~= nil
end

local function order(cite, places)
  local content = cite.content
  local first, last = opening(cite), content[#content]
  if #cite.citations < 2 or without_author(cite) or not first or last.t ~= 'Str' or last.text:sub(-1) ~= ')' then
    return nil
  end
  local inner = part(content, first, #content)
  inner[1] = pandoc.Str(inner[1].text:sub(2))
  inner[#inner] = pandoc.Str(last.text:sub(1, -2))
  inner = inner:filter(function(inline) return inline.t ~= 'Str' or inline.text ~= '' end)
  local items = items_of(inner)
  if not items then
    return nil
  end
  for _, item in ipairs(items) do
    sort_years(item, places)
  end
  local named = cite.citations[1].mode == 'AuthorInText' and items:remove(1) or nil -- its year stays behind its name
  items = sort_items(items, places)
  if named then
    items:insert(1, named)
  end
  cite.content = part(content, 1, first - 1) .. { pandoc.Str '(' } .. joined(items) .. { pandoc.Str ')' }
  return cite
end

local function cluster_order(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  local places = places_in_list(doc)
  return doc:walk { Cite = function(cite) return order(cite, places) end }
end

return { { Pandoc = cluster_order } }
