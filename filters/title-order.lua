--- title-order.lua – gives works of the same authors and year their letters in the order of their titles without A, An, The.
--
-- Why: APA 9.47 orders such works by title and passes over an article at its beginning, and the letters a, b … follow that
-- order. CSL sorts by the title as it is: "Pages" before "The lines" (citeproc 0.8, pandoc 3.9).
-- The entries change places, and the letters change in the list and in every citation.
--
-- Run after: citeproc; before cluster-order.lua, which takes the order of the list.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles and needs `link-citations: true`: the links say which work is which.
-- Warns:     a letter that it cannot change; then it changes none of these works.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local style = require 'apa.style'
local text = pandoc.text
local stringify = pandoc.utils.stringify

-- What stands before the letter of a year: 2020a, n.d.-a, in press-a (APA 8.19).
local BEFORE_LETTER = { '(%d%d%d%d)(%l)%f[^%l]', '(n%.d%.%-)(%l)%f[^%l]', '(press%-)(%l)%f[^%l]' }

local ARTICLES = { '^an?%s+', '^the%s+' }

--- The title as APA sorts it: letter by letter, in lower case, without a leading article and without marks.
local function sort_key(title)
  local key = text.lower(title):gsub('^[%p%s]+', '')
  for _, article in ipairs(ARTICLES) do
    local shorter = key:gsub(article, '')
    if shorter ~= key then
      key = shorter
      break
    end
  end
  return (key:gsub('[%p%s]', ''))
end

--- The year in a text, in two parts: what stands before its letter, and the letter; nil if it has none.
local function year_with_letter(words)
  for _, pattern in ipairs(BEFORE_LETTER) do
    local before, letter = words:match(pattern)
    if before then
      return before, letter
    end
  end
  return nil
end

--- The inlines with the letter of their year changed; nil if it does not stand in one string.
local function with_letter(element, before, old, new)
  local changed = false
  local result = element:walk {
    traverse = 'topdown',
    Str = function(str)
      local first, last = str.text:find(before .. old, 1, true)
      if changed or not first or str.text:sub(last + 1, last + 1):match '%l' then
        return nil
      end
      changed = true
      return pandoc.Str(str.text:sub(1, last - 1) .. new .. str.text:sub(last + 1))
    end,
  }
  return changed and result or nil
end

local function titles_of(doc)
  local titles = {}
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    titles['ref-' .. reference.id] = reference.title and stringify(reference.title) or ''
  end
  return titles
end

--- Runs of entries that differ in the letter only: each a list of { place, entry, before, letter }.
local function runs_of(entries)
  local runs, run, shared = pandoc.List {}, nil, nil
  for place, entry in ipairs(entries) do
    local words = stringify(entry)
    local names, year = words:match '^(.-)%((.-)%)'
    local before, letter = year_with_letter(year or '')
    local key = before and names .. before
    if key and key == shared then
      run:insert { place = place, entry = entry, before = before, letter = letter }
    elseif key then
      run = pandoc.List { { place = place, entry = entry, before = before, letter = letter } }
      runs:insert(run)
    end
    shared = key
  end
  return runs:filter(function(one) return #one > 1 end)
end

--- The works of a run in the order of their titles; nil if they stand in it.
local function in_title_order(run, titles)
  local ordered = run:clone()
  ordered:sort(function(a, b)
    local one, other = sort_key(titles[a.entry.identifier] or ''), sort_key(titles[b.entry.identifier] or '')
    return one < other or one == other and a.place < b.place
  end)
  for index, work in ipairs(ordered) do
    if work ~= run[index] then
      return ordered
    end
  end
  return nil
end

--- Identifier → { before, old, new } of the works whose letter changes, and the list in its new order; nil if all is well.
local function changes_of(entries, titles)
  local letters, list = {}, entries:clone()
  for _, run in ipairs(runs_of(entries)) do
    local ordered = in_title_order(run, titles)
    for index, work in ipairs(ordered or {}) do
      local new = run[index].letter
      letters[work.entry.identifier] = { before = work.before, old = work.letter, new = new }
      list[run[index].place] = new == work.letter and work.entry
        or with_letter(work.entry, work.before, work.letter, new)
      if not list[run[index].place] then
        return nil
      end
    end
  end
  return next(letters) and letters or nil, list
end

local function order(doc)
  if not style.is_apa(doc.meta) then
    return nil
  end
  local failed, letters = nil, nil
  local titles = titles_of(doc)
  local result = doc:walk {
    Div = function(div)
      if div.identifier ~= 'refs' then
        return nil
      end
      local list
      letters, list = changes_of(div.content, titles)
      if letters then
        div.content = list
        return div
      end
    end,
  }
  if not letters then
    return nil
  end
  result = result:walk {
    Link = function(link)
      local change = letters[link.target:match '^#(.*)$' or '']
      if not change or change.old == change.new or not year_with_letter(stringify(link)) then
        return nil
      end
      local changed = with_letter(link, change.before, change.old, change.new)
      failed = failed or not changed and stringify(link)
      return changed
    end,
  }
  if failed then
    pandoc.log.warn('title-order.lua: the letter in "' .. failed .. '" could not be changed; works of the same authors and '
      .. 'year stand in the order of their titles with A, An, The.')
    return nil
  end
  return result
end

return { { Pandoc = order } }
