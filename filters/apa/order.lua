--- order.lua – puts the entries of a reference list into the order of APA Style.
--
-- A module, not a filter:  local order = require 'apa.order'
--   order.sort(works, language)              the works in their order
--   order.is_by_names(references, language)  whether citeproc's order does not count for it
-- APA 9.44: letter by letter, "nothing precedes something", without regard to spaces, hyphens, apostrophes and accents: "López,
-- M. E." before "López de Molina, G.". citeproc 0.8 compares whole lines of names, where a space comes before a comma.
-- APA 9.46: a work of one author before those of several; then by the second author, and so on.
-- APA 9.49: a numeral at the start of a title as if it were spelled out: "12 letters home" as "Twelve letters home".
-- APA 9.47: works of the same authors and the same date by their titles, without A, An, The.

local M = {}

local text = pandoc.text
local words_of = require 'apa.values'.words

-- Letters with marks, as they are sorted in English: by the letter alone (9.44).
local BARE = {}
for letter, marked in pairs {
  a = 'àáâãäåāăąǎ', ae = 'æ', c = 'çćĉċč', d = 'ďđð', e = 'èéêëēĕėęě', g = 'ĝğġģǧ', h = 'ĥħ', i = 'ìíîïĩīĭįıǐ', j = 'ĵ',
  k = 'ķ', l = 'ĺļľŀł', n = 'ñńņňŉ', o = 'òóôõöøōŏőǒ', oe = 'œ', r = 'ŕŗř', s = 'śŝşšș', ss = 'ß', t = 'ţťŧț', th = 'þ',
  u = 'ùúûüũūŭůűųǔ', w = 'ŵẁẃẅ', y = 'ýÿŷ', z = 'źżž',
} do
  for _, code in utf8.codes(marked) do
    BARE[utf8.char(code)] = letter
  end
end

-- Marks that do not count, and accents that are characters of their own.
local MARKS = {}
for _, code in utf8.codes '‘’‚‛“”„«»‹›‐‑‒–—…ʼʻʾʿ·´\u{a0}\u{202f}\u{e011}' do -- the last: reference-data.lua
  MARKS[utf8.char(code)] = ''
end
for code = 0x300, 0x36f do
  MARKS[utf8.char(code)] = ''
end

-- Languages whose readers look letters with marks up under the bare ones.
local BY_BARE_LETTERS = { en = true, de = true, fr = true, nl = true, it = true, pt = true }

local ONES, TENS = {}, {}
for word in ([[
  one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen]]):gmatch '%S+' do
  table.insert(ONES, word)
end
for word in ('ten twenty thirty forty fifty sixty seventy eighty ninety'):gmatch '%S+' do
  table.insert(TENS, word)
end

local ORDINALS = {
  one = 'first', two = 'second', three = 'third', five = 'fifth', eight = 'eighth', nine = 'ninth', twelve = 'twelfth',
}

local ARTICLES = { '^an?%s+', '^the%s+' }

--- The letters and digits that count, in lower case; nil if some are of another script than ours.
local function letters(words)
  local bare = text.lower(words)
  if bare:match '[\x80-\xff]' then
    bare = bare:gsub(utf8.charpattern, MARKS):gsub(utf8.charpattern, BARE)
  end
  bare = bare:gsub('[%p%s%c]', '')
  return not bare:match '[\x80-\xff]' and bare or nil
end

--- A number up to 9,999 in words, one by one.
local function number_in_words(number)
  local words = pandoc.List {}
  if number == 0 then
    return pandoc.List { 'zero' }
  end
  for _, unit in ipairs { { 1000, 'thousand' }, { 100, 'hundred' } } do
    if number >= unit[1] then
      words:extend { ONES[number // unit[1]], unit[2] }
      number = number % unit[1]
    end
  end
  if number >= 20 then
    words:insert(TENS[number // 10])
    number = number % 10
  end
  words:insert(ONES[number])
  return words
end

--- "12 letters" → "twelve letters", "20th century" → "twentieth century"; a number of five digits or more stays.
local function spelled_out(title)
  local digits, rest = title:match '^(%d[%d,]*)(.*)$'
  local number = digits and tonumber((digits:gsub(',', '')))
  if not number or number > 9999 or rest:match '^%.%d' then
    return title
  end
  local words = number_in_words(number)
  local ending = rest:match '^(%a%a)%f[%A]'
  if ending == 'st' or ending == 'nd' or ending == 'rd' or ending == 'th' then
    local last = words:remove()
    words:insert(ORDINALS[last] or last:gsub('y$', 'ie') .. 'th')
    rest = rest:sub(3)
  end
  return table.concat(words, ' ') .. rest
end

--- A title as it is sorted: without marks at its start, then without an article, then with a numeral in words.
local function title_letters(title, language)
  local in_words = language == 'en' and spelled_out or function(words) return words end
  local bare = text.lower(title)
  if bare:match '[\x80-\xff]' then
    bare = bare:gsub(utf8.charpattern, MARKS)
  end
  bare = bare:gsub('^[%p%s]+', '')
  for _, article in ipairs(ARTICLES) do
    local shorter = bare:gsub(article, '')
    if shorter ~= bare then
      return letters(in_words(shorter))
    end
  end
  return letters(in_words(bare))
end

--- What an entry is sorted by, piece after piece; nil if it cannot be compared here.
local function pieces_of(key, language)
  if not key.authors then
    local title = title_letters(key.printed, language)
    return title and { title }
  end
  local pieces = {}
  for _, author in ipairs(key.authors) do
    local name = author.group and title_letters(author.name, language) or letters(author.name)
    local initials = letters(author.initials)
    if not name or not initials then
      return nil
    end
    table.insert(pieces, name)
    table.insert(pieces, initials)
  end
  return pieces
end

local function compare(one, other)
  for index, piece in ipairs(one) do
    if other[index] == nil or piece ~= other[index] then
      return other[index] ~= nil and piece < other[index]
    end
  end
  return #one < #other
end

local function is_same(one, other)
  return not compare(one, other) and not compare(other, one)
end

--- Puts works of the same authors and date, from `first` to `last`, into the order of their titles.
local function sort_titles(list, first, last, language)
  local run = pandoc.List { table.unpack(list, first, last) }
  for _, one in ipairs(run) do
    local title = words_of(one.work.title)
    one.title = title_letters(title, language) or title
  end
  run:sort(function(a, b)
    return a.title < b.title or a.title == b.title and a.place < b.place
  end)
  for offset, one in ipairs(run) do
    list[first + offset - 1] = one
  end
end

--- True where the language of the paper sorts as it is done here.
function M.is_for(language)
  return BY_BARE_LETTERS[language] == true
end

--- True if the names alone put these references in order: no two works have the same first author, and all can be compared.
function M.is_by_names(references, language)
  local taken = {}
  for _, reference in ipairs(M.is_for(language) and references or {}) do
    for number, author in ipairs(reference.author or {}) do
      local function of(part)
        return words_of(author[part])
      end
      local name = author.literal and title_letters(of 'literal', language)
        or letters(of 'dropping-particle' .. of 'non-dropping-particle' .. of 'family')
      if not name or name == '' or not letters(of 'given' .. of 'suffix') or number == 1 and taken[name] then
        return false
      end
      taken[name] = number == 1 or taken[name]
    end
    if #(reference.author or {}) == 0 or reference.composer or reference['original-author'] then
      return false
    end
  end
  return M.is_for(language)
end

--- Sorts a list of works that is in citeproc's order. Each has `authors` (or `printed`, what stands in their place), `date`, the
--- date as it is printed, and `title`, if it has one. Where one cannot be compared, the order of names stays.
function M.sort(works, language)
  local list, comparable = pandoc.List {}, M.is_for(language)
  for place, work in ipairs(works) do
    local pieces = pieces_of(work, language)
    comparable = comparable and pieces ~= nil
    list:insert { work = work, place = place, pieces = pieces }
  end
  if comparable then
    list:sort(function(a, b)
      return compare(a.pieces, b.pieces) or not compare(b.pieces, a.pieces) and a.place < b.place
    end)
  end
  local first = 1
  for index = 2, #list + 1 do
    local one, other = list[first], list[index]
    local together = other and one.work.date and one.work.date == other.work.date and one.pieces and other.pieces
      and is_same(one.pieces, other.pieces)
    if not together then
      if index - first > 1 then
        sort_titles(list, first, index - 1, language)
      end
      first = index
    end
  end
  return list:map(function(one) return one.work end)
end

return M
