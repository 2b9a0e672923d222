--- disambiguation.lua – cites as citeproc does, and lets only the ambiguous pay for telling names apart.
--
-- A module, not a filter:  doc = require 'apa.disambiguation'.cite(doc)
-- Nothing here is APA's. A style that tells persons of one family name apart wherever they stand (`givenname-disambiguation-rule`
-- other than "by-cite") costs citeproc the number of works times the number of family names times the number of names: a
-- minute for 1,000 works. All else that styles do against ambiguity is cheap. So:
--   1. Without two persons of one family name, that rule has no effect, and the style is run without its
--      `disambiguate-add-givenname`. "Add names", year suffixes and `disambiguate` conditions stay citeproc's.
--   2. Otherwise the paper is cited twice. What cannot touch a namesake is taken from a run without that attribute; the rest
--      from a run of the whole style in which one stand-in takes the place of all other works, so that positions remain.
-- What belongs to the rest: works with a namesake (T), and whatever might ever be printed like one of them. Two works may be
-- printed alike only if each has all words in which the other's name is printed, whatever names, given names and letters
-- citeproc adds. A third, cheap run prints each work in each position; its words and those of the names decide. The rest also
-- has every work that stands in one citation with one of T, and what may be printed like those. The result is the same as
-- citeproc's to the byte; where this cannot be shown, citeproc does the whole. It does so, too, where that is quick.

local M = {}

local style = require 'apa.style'
local stringify = pandoc.utils.stringify

--- How many comparisons of names, as citeproc makes them, are cheap enough to leave them to it. Some 30 million take a second.
M.least_comparisons = 20e6

local STYLE = 'disambiguation.csl'
local STAND_IN = 'disambiguation-stand-in'
local MARK = '¤' -- where a year suffix would stand; no letter

-- The style -------------------------------------------------------------------------------------

--- All that an element of a style prints with: itself, and the macros that it calls.
local function with_macros(content, element)
  local macros, seen, text, waiting = {}, {}, {}, { element }
  for name, body in content:gmatch '<macro%s+name="([^"]*)"%s*>(.-)</macro>' do
    macros[name] = body
  end
  while #waiting > 0 do
    local body = table.remove(waiting)
    table.insert(text, body)
    for name in body:gmatch '%smacro="([^"]*)"' do
      if macros[name] and not seen[name] then
        seen[name] = true
        table.insert(waiting, macros[name])
      end
    end
  end
  return table.concat(text)
end

--- The style, if it tells names apart by a rule that is slow, and nothing in it stands against the quick way.
local function slow_style(meta)
  local _, content = style.given(meta)
  local citation = content and content:match '<citation%s.-</citation>'
  local opening = citation and citation:match '^<citation%s[^>]*>'
  local rule = opening and opening:match 'givenname%-disambiguation%-rule="([^"]*)"'
  if not rule or rule == 'by-cite' or not opening:find 'disambiguate%-add%-givenname="true"' then
    return nil
  end
  local bibliography = content:match '<bibliography[%s>].-</bibliography>' or ''
  local printed = with_macros(content, citation) .. with_macros(content, bibliography)
  if not content:match '<style%s[^>]*class="in%-text"' -- notes change the text around them
      or printed:find('citation-number', 1, true) or printed:find('disambiguate="false"', 1, true)
      or content:find 'subsequent%-author%-substitute%-rule="partial' then
    return nil
  end
  return {
    content = content,
    is_primary = rule:match '^primary%-name' ~= nil,
    substitutes = content:find 'subsequent%-author%-substitute="' ~= nil,
  }
end

local function without(content, attribute)
  return (content:gsub('(<citation%s[^>]*>)', function(opening)
    return (opening:gsub('%s' .. attribute .. '="[^"]*"', ''))
  end))
end

--- The style that shows what each work is printed like before anything is told apart, and where a letter would stand.
local function showing_style(content)
  content = without(content, 'disambiguate%-[%a-]+'):gsub('<bibliography[%s>].-</bibliography>', '')
  content = content:gsub('%sdisambiguate="true"', ' is-uncertain-date="' .. STAND_IN .. '"') -- true of no work
  return (content:gsub('<text([^>]-)%svariable="year%-suffix"', '<text%1 value="' .. MARK .. '"'))
end

--- The style that prints the terms that stand among names, and nothing else.
local function terms_style(content)
  content = content:gsub('<bibliography[%s>].-</bibliography>', '')
  local layout = '<citation><layout delimiter=" "><group delimiter=" "><text term="and"/><text term="and" form="symbol"/>'
    .. '<text term="et-al"/><text term="and others"/></group></layout></citation>'
  return (content:gsub('<citation%s.-</citation>', (layout:gsub('%%', '%%%%'))))
end

--- Runs citeproc with another style in the place of the given one, which the result names again.
local function run(doc, content, quietly)
  local csl, other_csl = doc.meta.csl, doc.meta['citation-style']
  pandoc.mediabag.insert(STYLE, 'application/vnd.citationstyles.style+xml', content)
  doc.meta.csl, doc.meta['citation-style'] = STYLE, nil
  local cited
  if quietly then
    pandoc.log.silence(function() cited = pandoc.utils.citeproc(doc) end)
  else
    cited = pandoc.utils.citeproc(doc)
  end
  pandoc.mediabag.delete(STYLE)
  for _, changed in ipairs { doc, cited } do
    changed.meta.csl, changed.meta['citation-style'] = csl, other_csl
  end
  return cited
end

-- Words -----------------------------------------------------------------------------------------

--- What parts words and stands beyond ASCII: U+0080–U+00BF without ª, µ and º; U+2000–U+206F, U+3000–U+303F.
local function separated(text)
  text = text:gsub('\xc2([\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf])', ' ')
  return (text:gsub('\xe2[\x80\x81][\x80-\xbf]', ' '):gsub('\xe3\x80[\x80-\xbf]', ' '))
end

local function words(text, into)
  into = into or {}
  for word in pandoc.text.lower(separated(text)):gmatch '[%a\x80-\xff]+' do
    into[word] = true
  end
  return into
end

local function text_of(value)
  return value ~= nil and pandoc.utils.type(value) ~= 'table' and stringify(value) or ''
end

--- All that citeproc may ever print of a name, as one text.
local function forms_of_name(name)
  local forms = {}
  for _, field in ipairs { 'family', 'given', 'dropping-particle', 'non-dropping-particle', 'suffix', 'literal' } do
    table.insert(forms, text_of(name[field]))
  end
  local family, given = text_of(name.family), text_of(name.given)
  table.insert(forms, family .. given) -- names that are written without a space
  table.insert(forms, given .. family)
  local initials = {}
  for word in separated(given):gmatch '[%a\x80-\xff]+' do
    table.insert(initials, word:match(utf8.charpattern))
    table.insert(forms, word:match('^' .. utf8.charpattern .. utf8.charpattern)) -- "Ph."
  end
  for first = 1, #initials do -- "J.-P.", "JP"
    for last = first, #initials do
      table.insert(forms, table.concat(initials, '', first, last))
    end
  end
  local whole = table.concat(forms, ' ')
  return whole .. ' ' .. pandoc.text.upper(whole) -- "ß" becomes "SS"
end

local function has_any(set)
  return next(set) ~= nil
end

local function is_within(set, other)
  for member in pairs(set) do
    if not other[member] then
      return false
    end
  end
  return true
end

-- Works -----------------------------------------------------------------------------------------

--- True for a list of names, as of the authors.
local function is_of_names(value)
  local first = type(value) == 'table' and value[1]
  return type(first) == 'table' and (first.family or first.given or first.literal) ~= nil
end

local function identity(name)
  local parts = {}
  for field, value in pairs(name) do
    table.insert(parts, field .. '\1' .. (type(value) == 'boolean' and tostring(value) or text_of(value)))
  end
  table.sort(parts)
  return table.concat(parts, '\2')
end

--- The works that are cited or listed, with the names and titles of each; nil where one has other identifiers.
local function read_works(doc)
  local works, by_id = pandoc.List {}, {}
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    if reference['other-ids'] then
      return nil
    end
    local id = stringify(reference.id)
    local work = { id = id, lists = pandoc.List {}, title_words = {}, titles = pandoc.List {} }
    for field, value in pairs(reference) do
      if is_of_names(value) then
        work.lists:insert(value)
      elseif field:find('title', 1, true) then
        words(text_of(value), work.title_words)
        if field:match '^title' or not reference.author then -- what may stand in the place of authors
          work.titles:insert((pandoc.text.lower(separated(text_of(value))):gsub('[%s%p]', '')))
        end
      end
    end
    if by_id[id] then
      return nil -- which of the two counts is citeproc's affair
    end
    by_id[id] = work
    works:insert(work)
  end
  return works, by_id
end

--- The names that the rule is about: all, or the first of each list.
local function names_under_rule(work, is_primary)
  local found = pandoc.List {}
  for _, list in ipairs(work.lists) do
    for number, name in ipairs(list) do
      if number == 1 or not is_primary then
        found:insert(name)
      end
    end
  end
  return found
end

--- Marks the works with a namesake; says whether there are any, and how many comparisons citeproc would make.
local function mark_namesakes(works, is_primary)
  local person_of, shared, families, persons = {}, {}, 0, {}
  local count = 0
  for _, work in ipairs(works) do
    work.under_rule = names_under_rule(work, is_primary)
    for _, name in ipairs(work.under_rule) do
      local who = identity(name)
      if not persons[who] then
        persons[who] = true
        count = count + 1
        if name.family then
          local family = text_of(name.family)
          families = families + (person_of[family] and 0 or 1)
          shared[family] = shared[family] or person_of[family] ~= nil
          person_of[family] = who
        end
      end
    end
  end
  local any = false
  for _, work in ipairs(works) do
    for _, list in ipairs(work.lists) do
      for number, name in ipairs(list) do
        local nameless = name.given and not name.family -- "Plato": not compared by a family name
        if nameless or (number == 1 or not is_primary) and name.family and shared[text_of(name.family)] then
          work.is_ambiguous, any = true, true
        end
      end
    end
  end
  return any, #works * families * count
end

-- What may be printed alike ---------------------------------------------------------------------

--- A union of sets: `join(a, b)`, and `root(a)`, which is the same for all of one set.
local function new_sets()
  local parent, sets = {}, {}
  function sets.root(item)
    while parent[item] do
      item = parent[item]
    end
    return item
  end
  function sets.join(a, b)
    a, b = sets.root(a), sets.root(b)
    if a ~= b then
      parent[a] = b
    end
  end
  return sets
end

--- Cites each work on its own, and reads its texts: for the first time, at once again, and later again, which are all positions
--- when locators do not count. Conditions depend on them, and so does where "et al." begins (`et-al-subsequent-min`).
local function show(doc, works, content)
  local meta, blocks = { csl = STYLE }, pandoc.List {}
  for _, field in ipairs { 'bibliography', 'references', 'lang', 'locale', 'citation-abbreviations' } do
    meta[field] = doc.meta[field]
  end
  local of_blocks = pandoc.List {}
  local function cite(work)
    work.texts = pandoc.List {}
    of_blocks:insert(work)
    blocks:insert(pandoc.Plain { pandoc.Cite({}, { pandoc.Citation(work.id, 'NormalCitation') }) })
  end
  for _, work in ipairs(works) do
    cite(work)
    cite(work)
  end
  for _, work in ipairs(works) do
    cite(work)
  end
  local shown = run(pandoc.Pandoc(blocks, meta), showing_style(content), true).blocks
  for number, work in ipairs(of_blocks) do
    work.texts:insert(stringify(shown[number]))
  end
end

--- The words that stand among names, whatever the language: terms of the locale, and marks of the style's own.
local function words_among_names(doc, content)
  local meta = { lang = doc.meta.lang, locale = doc.meta.locale, csl = STYLE }
  meta.references = { { id = STAND_IN, type = 'book', title = 'X' } }
  local cite = pandoc.Cite({}, { pandoc.Citation(STAND_IN, 'NormalCitation') })
  local found = words(stringify(run(pandoc.Pandoc({ pandoc.Plain { cite } }, meta), terms_style(content), true).blocks[1]))
  for _, attribute in ipairs { 'delimiter', 'prefix', 'suffix', 'value', 'and', 'sort%-separator', 'initialize%-with' } do
    for text in content:gmatch('%s' .. attribute .. '="([^"]*)"') do
      words(text, found)
    end
  end
  return found
end

--- Gives each work its key, the words that no form of its citation lacks, and its vocabulary, all that one may have.
local function read_words(works, among_names)
  for _, work in ipairs(works) do
    local in_all, vocabulary, before_letter = nil, {}, {}
    for _, text in ipairs(work.texts) do
      local own = words(text)
      for word in pairs(own) do
        vocabulary[word] = true
      end
      for before in text:gmatch('(.-)' .. MARK) do
        words(separated(before):match '[%a\x80-\xff]+$' or '', before_letter)
      end
      for word in pairs(in_all or {}) do
        in_all[word] = own[word] and true or nil
      end
      in_all = in_all or own
    end
    local families, forms = {}, {}
    for _, list in ipairs(work.lists) do
      for _, name in ipairs(list) do
        table.insert(families, text_of(name.family) .. ' ' .. text_of(name.literal))
        table.insert(forms, forms_of_name(name))
      end
    end
    local of_families = words(table.concat(families, ' '))
    words(table.concat(forms, ' '), vocabulary)
    work.key, work.vocabulary = {}, vocabulary
    local function take(set, least, but)
      for word in pairs(set) do
        if in_all[word] and not before_letter[word] and not but[word] and utf8.len(word) and utf8.len(word) >= least then
          work.key[word] = true
        end
      end
    end
    take(of_families, 2, {})
    if not has_any(work.key) and #work.lists == 0 then
      take(work.title_words, 3, among_names)
    end
  end
  for _, work in ipairs(works) do
    for word in pairs(among_names) do
      work.vocabulary[word] = true
    end
  end
end

--- Joins the works that may be printed alike.
local function join_alike(works, sets)
  local with_word, keyless = {}, nil
  for _, work in ipairs(works) do
    for word in pairs(work.vocabulary) do
      with_word[word] = with_word[word] or pandoc.List {}
      with_word[word]:insert(work)
    end
  end
  for _, work in ipairs(works) do
    local rarest
    for word in pairs(work.key) do
      rarest = (not rarest or #with_word[word] < #with_word[rarest]) and word or rarest
    end
    if rarest then
      for _, other in ipairs(with_word[rarest]) do
        if is_within(work.key, other.vocabulary) and is_within(other.key, work.vocabulary) then
          sets.join(work.id, other.id)
        end
      end
    else
      keyless = keyless or work.id
      sets.join(work.id, keyless)
    end
  end
end

--- Joins the works whose entries may be told to have the same authors: a list of names, or, without one, a title.
local function join_same_authors(works, sets)
  local first = {}
  for _, work in ipairs(works) do
    work.same = {}
    for _, list in ipairs(work.lists) do
      local who = {}
      for _, name in ipairs(list) do
        table.insert(who, identity(name))
      end
      work.same[table.concat(who, '\3')] = true
    end
    for _, title in ipairs(work.titles) do
      work.same['\4' .. title] = true
    end
    for mark in pairs(work.same) do
      first[mark] = first[mark] or work.id
      sets.join(work.id, first[mark])
    end
  end
end

-- The document ----------------------------------------------------------------------------------

--- Calls a function for each citation of the document, with its number; what it gives stands in the citation's place.
local function each_citation(doc, change)
  local nocite, number = doc.meta.nocite, 0
  doc.meta.nocite = nil
  local changed = doc:walk {
    Cite = function(cite)
      number = number + 1
      return change(cite, number)
    end,
  }
  doc.meta.nocite, changed.meta.nocite = nocite, nocite
  return changed, number
end

--- The clusters, each a list of keys; nil if one has another in it, or positions begin anew somewhere.
local function clusters_of(doc)
  local clusters, plain = pandoc.List {}, true
  local function has_citation(inlines)
    local found = false
    inlines:walk { Cite = function() found = true end, Note = function() found = true end }
    return found
  end
  each_citation(doc, function(cite)
    clusters:insert(cite.citations:map(function(citation) return citation.id end))
    plain = plain and not has_citation(cite.content)
    for _, citation in ipairs(cite.citations) do
      plain = plain and not has_citation(citation.prefix) and not has_citation(citation.suffix)
    end
  end)
  local function look(element)
    plain = plain and not element.classes:includes 'reset-citation-positions'
  end
  doc:walk { Div = look, Header = look }
  return plain and clusters or nil
end

--- Which works are taken from the run of the whole style, and which others it needs; nil if citations are in the way.
local function choose(works, by_id, clusters, sets)
  local is_taken, is_needed, taken, needed = {}, {}, {}, {}
  for _, work in ipairs(works) do
    if work.is_ambiguous then
      is_taken[sets.root(work.id)] = true
    end
  end
  for _, work in ipairs(works) do
    taken[work.id] = is_taken[sets.root(work.id)]
  end
  for _, cluster in ipairs(clusters) do
    local touched = cluster:find_if(function(key) return taken[key] end)
    for _, key in ipairs(touched and cluster or {}) do
      if not by_id[key] then
        return nil -- citeproc's warning would come twice
      end
      is_needed[sets.root(key)] = true
    end
  end
  for _, work in ipairs(works) do
    needed[work.id] = taken[work.id] or is_needed[sets.root(work.id)]
  end
  return taken, needed
end

--- The document with a stand-in for each work that is not needed.
local function with_stand_in(doc, works, needed)
  local reduced = each_citation(doc, function(cite)
    return pandoc.Cite(cite.content, cite.citations:map(function(citation)
      if needed[citation.id] then
        return citation
      end
      return pandoc.Citation(STAND_IN, citation.mode, citation.prefix, citation.suffix, citation.note_num, citation.hash)
    end))
  end)
  local references = pandoc.List(doc.meta.references or {}):map(function(reference) return reference end)
  references:insert { id = STAND_IN, type = 'book', title = STAND_IN, author = { { literal = STAND_IN } } }
  reduced.meta.references = references
  reduced.meta.nocite = pandoc.MetaInlines { pandoc.Cite({}, works:filter(function(work) return needed[work.id] end)
    :map(function(work) return pandoc.Citation(work.id, 'NormalCitation') end)) }
  return reduced
end

--- The entries of a list: key → entry, and the keys in order.
local function entries_of(doc)
  local entries, order = {}, pandoc.List {}
  doc:walk {
    Div = function(div)
      local key = div.classes:includes 'csl-entry' and div.identifier:match '^ref%-(.*)$'
      if key then
        entries[key] = div
        order:insert(key)
      end
    end,
  }
  return entries, order
end

--- True if each entry that is taken has the same authors before it in both lists, as far as that shows.
local function has_same_company(order, other_order, taken, by_id)
  local before = {}
  for place, key in ipairs(other_order) do
    before[key] = other_order[place - 1]
  end
  for place, key in ipairs(order) do
    local own, other = order[place - 1], before[key]
    if taken[key] and own ~= other then
      if own and taken[own] then
        return false
      end
      for mark in pairs(other and by_id[other] and by_id[other].same or {}) do
        if by_id[key].same[mark] then
          return false
        end
      end
    end
  end
  return true
end

--- True if what stands around a citation is left the same by either of two contents: pandoc moves marks around superscripts,
--- and drops the period behind a period.
local function acts_alike(content, other)
  local function has_raised(inlines)
    local found = false
    inlines:walk { Superscript = function() found = true end, Note = function() found = true end }
    return found
  end
  return stringify(content):sub(-1) == stringify(other):sub(-1) and not has_raised(content) and not has_raised(other)
end

--- The document without regard to namesakes, with what is taken from the other one in it; nil if that does not fit.
local function merged(doc, other, clusters, taken, how)
  local from_other, is_sound = {}, true
  each_citation(other, function(cite, number) from_other[number] = cite.content end)
  local entries, other_order = entries_of(other)
  local own, order = entries_of(doc)
  if how.substitutes and not has_same_company(order, other_order, taken, how.by_id) then
    return nil
  end
  local changed, count = each_citation(doc, function(cite, number)
    local cluster = clusters[number]
    if cluster and cluster:find_if(function(key) return taken[key] end) then
      is_sound = is_sound and acts_alike(cite.content, from_other[number])
      return pandoc.Cite(from_other[number], cite.citations)
    end
  end)
  for key in pairs(taken) do
    is_sound = is_sound and (own[key] == nil) == (entries[key] == nil)
  end
  if count ~= #clusters or #from_other ~= count or not is_sound then
    return nil
  end
  return changed:walk {
    Div = function(div)
      local key = div.classes:includes 'csl-entry' and div.identifier:match '^ref%-(.*)$'
      return key and taken[key] and entries[key] or nil
    end,
  }
end

local function comparisons(works, chosen, is_primary)
  local _, count = mark_namesakes(works:filter(function(work) return chosen[work.id] end), is_primary)
  return count
end

--- Cites by the quick way; nil where it is not open, or not quick.
local function cite_quickly(doc)
  local slow = slow_style(doc.meta)
  local works, by_id
  if slow then
    works, by_id = read_works(doc)
  end
  if not works then
    return nil
  end
  local any, whole = mark_namesakes(works, slow.is_primary)
  if whole < M.least_comparisons then
    return nil
  end
  local light = without(slow.content, 'disambiguate%-add%-givenname')
  if not any then
    return run(doc, light), 'light'
  end
  local clusters = clusters_of(doc)
  if not clusters then
    return nil
  end
  show(doc, works, slow.content)
  read_words(works, words_among_names(doc, slow.content))
  local sets = new_sets()
  join_alike(works, sets)
  if slow.substitutes then
    join_same_authors(works, sets)
  end
  local taken, needed = choose(works, by_id, clusters, sets)
  if not taken or comparisons(works, needed, slow.is_primary) > whole / 2 then
    return nil
  end
  local other = run(with_stand_in(doc, works, needed), slow.content, true)
  local how = { substitutes = slow.substitutes, by_id = by_id }
  return merged(run(doc, light), other, clusters, taken, how), 'parted'
end

--- Cites a document as `pandoc.utils.citeproc` does. Also gives the way that was gone: "light", "parted" or "whole".
function M.cite(doc)
  local cited, way = cite_quickly(doc)
  if cited then
    return cited, way
  end
  return pandoc.utils.citeproc(doc), 'whole'
end

return M
