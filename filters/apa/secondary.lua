--- secondary.lua – knows the works that a paper cites only as another one does: "(Rabbitt, 1982, as cited in Lyon et al., 2014)".
--
-- A module, not a filter:  local secondary = require 'apa.secondary'
--   secondary.begins(words)              whether words such as "as cited in" begin here
--   secondary.only_through(doc, all_words, id_of)   id → true for works that are cited in this way and in no other
-- APA 8.6: the list has the work that the author has read, and not the one that it cites.

local M = {}

local stringify = pandoc.utils.stringify

-- Behind one of these the source that the author has read follows a comma, not a semicolon.
local WORDS = {
  'as cited in', 'as quoted in', 'cited in', 'quoted in', 'zitiert nach', 'zit. nach', 'zitiert in', 'cité dans', 'cité par',
  'citée dans', 'citée par', 'citado en', 'citado por', 'citado em', 'apud', 'geciteerd in', 'aangehaald in',
}

local function small(words)
  return pandoc.text.lower(words):gsub('\u{a0}', ' ')
end

--- True if the words begin with "as cited in" or the like.
function M.begins(words)
  local lower = small(words)
  for _, phrase in ipairs(WORDS) do
    if lower:sub(1, #phrase) == phrase and not lower:sub(#phrase + 1):match '^[%w\x80-\xff]' then
      return true
    end
  end
  return false
end

--- True if nothing but a comma, a bracket and "as cited in" stands between two citations.
local function leads_through(words)
  local bare = small(words):gsub('^[%s,%(%[]+', ''):gsub('[%s%[]+$', '')
  for _, phrase in ipairs(WORDS) do
    if bare == phrase then
      return true
    end
  end
  return false
end

--- True if a suffix holds "as cited in" and a citation: ", p. 3, as cited in @lyon".
local function goes_through(suffix)
  local words, through = '', false
  for _, inline in ipairs(suffix) do
    if inline.t == 'Cite' then
      for start in ('\0' .. words):gmatch '[%z,;]()' do
        through = through or leads_through(words:sub(start - 1))
      end
    end
    words = words .. stringify(inline)
  end
  return through
end

--- Works that the paper cites by way of another one, and in no other way: id → true. `all_words` are all that it says; `id_of`
--- gives the id of a cited key.
function M.only_through(doc, all_words, id_of)
  local said = small(all_words)
  local any = false
  for _, phrase in ipairs(WORDS) do
    any = any or said:find(phrase, 1, true) ~= nil
  end
  if not any then
    return {}
  end
  local times, through = {}, {}
  local function count(counts, key)
    key = id_of(key)
    counts[key] = (counts[key] or 0) + 1
  end
  doc:walk {
    Cite = function(cite)
      for number, citation in ipairs(cite.citations) do
        local following = cite.citations[number + 1]
        count(times, citation.id)
        if goes_through(citation.suffix) or following and M.begins(stringify(following.prefix)) then
          count(through, citation.id)
        end
      end
    end,
    Inlines = function(inlines)
      local before, words = nil, ''
      for _, inline in ipairs(inlines) do
        if inline.t == 'Cite' then
          local last = before and before.citations[#before.citations]
          if last and leads_through(words) and not goes_through(last.suffix) then
            count(through, last.id)
          end
          before, words = inline, ''
        else
          words = words .. stringify(inline)
        end
      end
    end,
  }
  local found = {}
  for key, number in pairs(through) do
    found[key] = number == times[key] and not times['*'] or nil
  end
  return found
end

return M
