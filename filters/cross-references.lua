--- cross-references.lua – puts numbers and links in the place of `@fig-x`, `@tbl-x`, `@eq-x`, `@sec-x` and appendices.
--
-- Why: each table and figure is called out in the text by its number (APA 7.5), and a number typed by hand goes wrong.
-- pandoc reads `@fig-x` as a citation; one whose keys all name parts of the paper is no citation:
--   @fig-x, [@fig-x] → Figure 1      [-@fig-x], Figure @fig-x → 1       [@fig-a; @fig-b; @tbl-x] → Figures 1 and 2 and Table 1
--   three or more in a row → Figures 1–3     [see @fig-x, left] → see Figure 1, left     @fig-x [left] → Figure 1 (left)
--   @sec-method → Method section (in other languages: Abschnitt "Methode")     [see @lee2020; @fig-x] → one pair of parentheses
-- Numbers come in ascending order. What comes out is Link.cross-reference to "#id", with part="label" (word and number),
-- part="number", or part="title" (a section); without a link, a Span, where the item is in the other document.
-- A key that names nothing stays as it is. An identifier that is a key of the bibliography too is the paper's own item.
--
-- Run after: floats.lua, whose field `numbered` (identifier: label) this reads; before citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   metadata `other-part` (identifier: label) for the items of the supplement, or of the paper it belongs to; `lang`.
-- Warns:     nothing: a citation that names nothing is reported where citations are checked.

-- Lists of inlines with methods are there from 2.17, walk on the whole document from 3.0 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local labels = require 'apa.labels'

local text = pandoc.text
local stringify = pandoc.utils.stringify

local NBSP = '\u{A0}'
local EN_DASH = '\u{2013}'
local SHORTEST_RANGE = 3

local KINDS = { 'table', 'figure', 'equation', 'appendix' }
local PLURAL = { table = 'tables', figure = 'figures', equation = 'equations', appendix = 'appendices', section = 'sections' }

-- What authors type before a reference, besides the words of the paper's language.
local TYPED = {
  table = { 'table', 'tab.' },
  figure = { 'figure', 'fig.' },
  equation = { 'equation', 'eq.' },
  appendix = { 'appendix' },
  section = { 'section', 'sec.' },
}
local TYPED_PLURAL = {
  table = { 'tables', 'tabs.' },
  figure = { 'figures', 'figs.' },
  equation = { 'equations', 'eqs.' },
  appendix = { 'appendices' },
  section = { 'sections', 'secs.' },
}

local function takes_no_space(word)
  return word:match '^[\227-\233]' ~= nil
end

local function is_space(inline)
  return inline ~= nil and (inline.t == 'Space' or inline.t == 'SoftBreak')
end

-- What can be referred to ----------------------------------------------------------------------------------------------------

--- The prefix and the place of a number: "A12" is A and 12, "B" (an appendix) is nothing and 2.
local function rank(number)
  local prefix, digits = number:match '^(%a*)(%d+)$'
  if digits then
    return prefix, tonumber(digits)
  end
  local place = 0
  for letter in number:gmatch '%u' do
    place = place * 26 + letter:byte() - 64
  end
  return '', place
end

--- The item of a label: "Table A1" is a table with the number A1; a label in other words is taken whole.
local function item_of_label(label, words, target)
  for _, kind in ipairs(KINDS) do
    local word = words[kind]
    if label:sub(1, #word) == word then
      local number = label:sub(#word + 1):gsub('^[ \u{A0}]+', '')
      return { kind = kind, number = number ~= '' and number or nil, label = label, target = target }
    end
  end
  return { label = label, target = target }
end

local function heading_text(header)
  return header.content:walk {
    Note = function() return {} end,
    Link = function(link) return link.content end,
    Span = function(span) return #span.content == 0 and {} or nil end,
  }
end

--- Every item, by identifier: those of the other document, then this document's, which win.
local function items_of(doc, words)
  local items, count = {}, 0
  local function enter(id, item)
    items[id] = item
    count = count + 1
  end
  for id, label in pairs(doc.meta['other-part'] or {}) do
    enter(id, item_of_label(stringify(label), words, nil))
  end
  doc.blocks:walk {
    Header = function(header)
      if header.identifier:match '^sec%-' then
        enter(header.identifier, { kind = 'section', title = heading_text(header), target = '#' .. header.identifier })
      end
    end,
  }
  for id, label in pairs(doc.meta.numbered or {}) do
    enter(id, item_of_label(stringify(label), words, '#' .. id))
  end
  return items, count
end

-- How a reference reads ------------------------------------------------------------------------------------------------------

local function reference(item, content, part)
  local attributes = pandoc.Attr('', { 'cross-reference' }, { { 'part', part } })
  if item.target then
    return pandoc.Link(content, item.target, '', attributes)
  end
  return pandoc.Span(content, attributes)
end

local function number_of(item)
  return reference(item, { pandoc.Str(item.number) }, 'number')
end

local function whole(item)
  local content = item.label:gsub(' ', NBSP)
  return reference(item, { pandoc.Str(content) }, 'label')
end

--- "1 and 2", "1, 2, and 4" in the paper's language: each piece is a list of inlines.
local function listed(pieces, words)
  local result = pandoc.Inlines {}
  local glued = takes_no_space(words.conjunction) or words.conjunction == '・'
  for index, piece in ipairs(pieces) do
    if index > 1 and index < #pieces then
      result:extend(glued and { pandoc.Str '、' } or { pandoc.Str ',', pandoc.Space() })
    elseif index > 1 then
      if glued then
        result:insert(pandoc.Str(words.conjunction))
      else
        if #pieces > 2 and words.serial_comma then
          result:insert(pandoc.Str ',')
        end
        result:extend { pandoc.Space(), pandoc.Str(words.conjunction) }
        if words.conjunction ~= 'و' then -- Arabic writes it and the next word as one
          result:insert(pandoc.Space())
        end
      end
    end
    result:extend(piece)
  end
  return result
end

local function ascending(items)
  local sorted = pandoc.List(items):clone()
  sorted:sort(function(one, other)
    local prefix, place = rank(one.number)
    local other_prefix, other_place = rank(other.number)
    if prefix ~= other_prefix then
      return #prefix ~= #other_prefix and #prefix < #other_prefix or #prefix == #other_prefix and prefix < other_prefix
    end
    return place < other_place
  end)
  return sorted
end

--- "1", "1 and 2", "1–3 and 5", each number a reference.
local function numbers(items, words)
  local sorted, pieces, index = ascending(items), pandoc.List {}, 1
  while index <= #sorted do
    local last = index
    local prefix, place = rank(sorted[index].number)
    while sorted[last + 1] do
      local next_prefix, next_place = rank(sorted[last + 1].number)
      if next_prefix ~= prefix or next_place ~= place + (last + 1 - index) then
        break
      end
      last = last + 1
    end
    if last - index + 1 >= SHORTEST_RANGE then
      pieces:insert(pandoc.Inlines { number_of(sorted[index]), pandoc.Str(EN_DASH), number_of(sorted[last]) })
    else
      for place_in_run = index, last do
        pieces:insert(pandoc.Inlines { number_of(sorted[place_in_run]) })
      end
    end
    index = last + 1
  end
  return listed(pieces, words)
end

--- "Method section", "Abschnitt “Methode”"; the titles alone where the author typed the word.
local function sections(items, words, is_bare, is_quoted)
  local is_english = words == labels.of {}
  local pieces = pandoc.List(items):map(function(item)
    local title = reference(item, item.title, 'title')
    return pandoc.Inlines { (is_english and not is_quoted) and title or pandoc.Quoted('DoubleQuote', { title }) }
  end)
  local titles = listed(pieces, words)
  if is_bare then
    return titles
  end
  local word = #items > 1 and words.sections or words.section
  if is_english then
    return titles .. { pandoc.Space(), pandoc.Str(word) }
  elseif takes_no_space(word) then
    return titles .. { pandoc.Str(word) }
  end
  return pandoc.Inlines { pandoc.Str(word .. NBSP) } .. titles
end

--- The items of one kind as they read; `is_bare` where the word is not to be printed.
local function same_kind(items, words, is_bare, is_quoted)
  local first = items[1]
  if first.kind == 'section' then
    return sections(items, words, is_bare, is_quoted)
  elseif not first.number then
    return pandoc.Inlines { whole(first) }
  elseif is_bare then
    return numbers(items, words)
  elseif #items == 1 then
    return pandoc.Inlines { whole(first) }
  end
  local plural = words[PLURAL[first.kind]]
  return pandoc.Inlines { pandoc.Str(plural .. (takes_no_space(plural) and '' or NBSP)) } .. numbers(items, words)
end

-- Clusters -------------------------------------------------------------------------------------------------------------------

--- Neighbours of one kind read as one; what an author put before or after an item keeps it apart from the others.
local function groups_of(citations, items)
  local groups = pandoc.List {}
  for _, citation in ipairs(citations) do
    local item = items[citation.id]
    local group = groups[#groups]
    local is_bare = citation.mode == 'SuppressAuthor'
    local joins = group and item.kind and item.kind == group.items[1].kind and (item.number or item.title) ~= nil
      and (group.items[1].number or group.items[1].title) ~= nil
      and is_bare == group.is_bare and #citation.prefix == 0 and #group.suffix == 0
    if joins then
      local is_there = group.items:find_if(function(other) return other == item end)
      if not is_there then
        group.items:insert(item)
      end
      group.suffix = citation.suffix
    else
      groups:insert {
        items = pandoc.List { item }, prefix = citation.prefix, suffix = citation.suffix, is_bare = is_bare,
      }
    end
  end
  return groups
end

local function begins_with_mark(inlines)
  local first = inlines[1]
  return is_space(first) or (first.t == 'Str' and first.text:match '^[,;:.)]' ~= nil)
end

local function with_affixes(group, content)
  local result = pandoc.Inlines {}
  if #group.prefix > 0 then
    result = result .. group.prefix .. { pandoc.Space() }
  end
  result:extend(content)
  if #group.suffix > 0 then
    if not begins_with_mark(group.suffix) then
      result:insert(pandoc.Space())
    end
    result:extend(group.suffix)
  end
  return result
end

--- A cluster in which every key is an item. `is_bare` where the author typed the word before it or after it.
local function cluster(citations, items, words, is_bare, is_quoted)
  local groups, pieces, has_affix = groups_of(citations, items), pandoc.List {}, false
  for index, group in ipairs(groups) do
    has_affix = has_affix or (index > 1 and #group.prefix > 0) or (index < #groups and #group.suffix > 0)
    pieces:insert(with_affixes(group,
      same_kind(group.items, words, group.is_bare or (is_bare and index == 1), is_quoted)))
  end
  if not has_affix then
    return listed(pieces, words)
  end
  local result = pandoc.Inlines {}
  for index, piece in ipairs(pieces) do
    if index > 1 then
      result:extend { pandoc.Str ';', pandoc.Space() }
    end
    result:extend(piece)
  end
  return result
end

--- The prefix of a citation with something before it.
local function before_prefix(content, citation)
  local result = content .. { pandoc.Str ';' }
  if #citation.prefix > 0 then
    result:insert(pandoc.Space())
  end
  return result .. citation.prefix
end

--- The word apart from the number. citeproc (pandoc 3.9) would take "; Figure 2" behind "p. 3" for more pages, and lose the
-- link; a word without a digit ends the pages.
local function with_word_apart(content)
  local first = content[1]
  if first.t == 'Str' then
    content[1] = pandoc.Str((first.text:gsub(NBSP .. '$', '')))
    content:insert(2, pandoc.Space())
  elseif first.attributes and first.attributes.part == 'label' then
    local word, number = stringify(first):gsub(NBSP, ' '):match '^(.-) ?(%w+)$'
    if word and word ~= '' then
      first.content = { pandoc.Str(number) }
      first.attributes.part = 'number'
      content[1] = first
      content = pandoc.Inlines { pandoc.Str(word), pandoc.Space() } .. content
    end
  end
  return content
end

--- Citations and items in one pair of parentheses: an item goes along with the citation before it, or else with the first.
local function mixed_cluster(cite, items, words)
  local citations, waiting = pandoc.List {}, pandoc.List {}
  local function flush()
    if #waiting == 0 then
      return
    end
    local content = cluster(waiting, items, words)
    local last = citations[#citations]
    if #last.suffix > 0 then
      content = with_word_apart(content)
    end
    last.suffix = last.suffix .. { pandoc.Str ';', pandoc.Space() } .. content
    waiting = pandoc.List {}
  end
  for _, citation in ipairs(cite.citations) do
    if items[citation.id] then
      waiting:insert(citation)
    else
      if #citations > 0 then
        flush()
      elseif #waiting > 0 then
        citation.prefix = before_prefix(cluster(waiting, items, words), citation)
        waiting = pandoc.List {}
      end
      citations:insert(citation)
    end
  end
  flush()
  cite.citations = citations
  return cite
end

--- `@fig-x [left; @lee2020]`: the item is named in the sentence, and the rest follows in parentheses.
local function named_in_sentence(cite, items, words, is_bare, is_quoted)
  local rest = cite.citations:clone()
  local first = rest:remove(1)
  local result = cluster({ pandoc.Citation(first.id, first.mode) }, items, words, is_bare, is_quoted)
  if #first.suffix == 0 and #rest == 0 then
    return result
  end
  result:insert(pandoc.Space())
  local cited = rest:find_if(function(citation) return not items[citation.id] end)
  if cited then
    if #first.suffix > 0 then
      rest[1].prefix = before_prefix(first.suffix, rest[1])
    end
    return result .. { mixed_cluster(pandoc.Cite(cite.content, rest), items, words) }
  end
  local inner = first.suffix:clone()
  if #rest > 0 then
    if #inner > 0 then
      inner:extend { pandoc.Str ';', pandoc.Space() }
    end
    inner:extend(cluster(rest, items, words))
  end
  return result .. { pandoc.Str '(' } .. inner .. { pandoc.Str ')' }
end

-- Words that the author typed ------------------------------------------------------------------------------------------------

local function is_plural_word_for(typed, kind, words)
  local said = text.lower(typed)
  return pandoc.List.includes(TYPED_PLURAL[kind], said) or said == text.lower(words[PLURAL[kind]])
end

local function is_word_for(typed, kind, words)
  local said = text.lower(typed)
  return pandoc.List.includes(TYPED[kind], said) or said == text.lower(words[kind]) or is_plural_word_for(typed, kind, words)
end

local function last_word(inline)
  if inline == nil or inline.t ~= 'Str' then
    return nil
  end
  return inline.text:gsub(NBSP .. '$', ''):match '([^%s()%[%]“„«/—–]+)$'
end

local CONNECTORS = { [','] = true, ['&'] = true, ['and'] = true, ['or'] = true, ['to'] = true, ['through'] = true, ['–'] = true }

--- Whether the text before ends in the word for a kind: "Figure", or "Figures 1 and", where 1 is a reference as well.
-- `made` says which of the text before was made here: a word of ours belongs to its own cluster.
local function is_typed_before(before, made, kind, words)
  local index = #before
  while index > 0 do
    local inline = before[index]
    local is_number = inline.attr ~= nil and inline.attributes.part == 'number'
    local connects = inline.t == 'Str' and (CONNECTORS[inline.text] or inline.text == words.conjunction or inline.text == NBSP)
    if not (is_space(inline) or is_number or connects) then
      break
    end
    index = index - 1
  end
  local word = last_word(before[index])
  if made[index] or not word or not is_word_for(word, kind, words) then
    return false
  end
  -- Between the word and this item there is either nothing but space, or items of the same word.
  local between = pandoc.List { table.unpack(before, index + 1, #before) }
  local spaces = between:filter(is_space)
  local first = between:find_if(function(inline) return not is_space(inline) end)
  local is_glued = before[index].text:match(NBSP .. '$') ~= nil
  if first == nil then
    return #spaces > 0 or is_glued
  end
  local goes_on = first.t ~= 'Str' or first.text == NBSP
  return (#between == 1 and goes_on) or (goes_on and is_plural_word_for(word, kind, words))
end

local function is_typed_after(after, kind)
  return kind == 'section' and is_space(after[1]) and after[2] ~= nil and after[2].t == 'Str'
    and text.lower(after[2].text):match '^sections?%f[%A]' ~= nil
end

--- Keeps "Figure" and its number on one line.
local function bind(before)
  local last = before[#before]
  if last and last.t == 'Space' and last_word(before[#before - 1]) then
    before[#before] = pandoc.Str(NBSP)
  end
end

-- The document ---------------------------------------------------------------------------------------------------------------

local function resolve(cite, before, made, after, items, words)
  local first = items[cite.citations[1].id]
  local all = true
  local any = false
  for _, citation in ipairs(cite.citations) do
    all = all and items[citation.id] ~= nil
    any = any or items[citation.id] ~= nil
  end
  if not any then
    return pandoc.Inlines { cite }
  end
  local is_before = first and first.kind and is_typed_before(before, made, first.kind, words)
  local is_after = first and is_typed_after(after, first.kind)
  if is_before and first.number and is_word_for(last_word(before[#before - 1]) or '', first.kind, words) then
    bind(before)
  end
  if first and cite.citations[1].mode == 'AuthorInText' then
    return named_in_sentence(cite, items, words, is_before or is_after, is_before)
  elseif all then
    return cluster(cite.citations, items, words, is_before or is_after, is_before)
  end
  return pandoc.Inlines { mixed_cluster(cite, items, words) }
end

local function refer(doc)
  local words = labels.of(doc.meta)
  local items, count = items_of(doc, words)
  if count == 0 then
    return nil
  end
  local function names_item(inline)
    return inline.t == 'Cite' and inline.citations:find_if(function(citation) return items[citation.id] ~= nil end) ~= nil
  end
  return doc:walk {
    Inlines = function(inlines)
      if not inlines:find_if(names_item) then
        return nil -- to take all the text of a long paper back from here takes pandoc its time
      end
      local result, made = pandoc.Inlines {}, {}
      for index, inline in ipairs(inlines) do
        if inline.t == 'Cite' then
          local after = { inlines[index + 1], inlines[index + 2] }
          for _, new in ipairs(resolve(inline, result, made, after, items, words)) do
            result:insert(new)
            made[#result] = true
          end
        else
          result:insert(inline)
        end
      end
      return result
    end,
  }
end

return { { Pandoc = refer } }
