--- reference-data.lua – readies the works that APA prints in a way which no citation style can say.
--
-- Why: CSL knows one role for all names of a work and no user names, and it cannot compare two fields.
--   APA 9.10: each author has a role: "Oakley, B. (Writer), & Lynch, J. (Director)"; one that all share stands once: "(Hosts)".
--   APA 9.8:  a user name follows the name: "Badlands National Park [@BadlandsNPS]".
--   APA 9.8:  every given name is an initial, also one in small letters (9.9) or behind a sign: "hooks, b.", "ʿA. al-K."
--   APA 9.8:  two groups are joined without a comma (10.4, example 50).
--   APA 9.29: a publisher that is the author is left out; and what says how its business is set up: "Inc.", "Ltd."
--   APA 9.32: so is the name of a website that is the author of its page.
--   APA 10.5: what was said at a meeting has the meeting's days for its date: "(2019, August 8–11)".
--   APA 9.14: a range that runs over years has no months: "(2002–2008)".
--   APA 9.14: a date in words stands once: "(1990s)". The style prints its words as year and again as month.
--   APA 10.3: whoever edited and translated the book of a chapter is named once: "In J. Strachey (Ed. & Trans.)".
--   APA 10.5: a book of proceedings names no event; what it holds is cited as a chapter, without the series (9.28).
--   APA 10.8, 10.10: a preprint is not called one, and a program goes by what it is, not by its language.
--   APA 10.12, 10.13: a film, an album and a song have their year only.
--   APA 10.5:  a session with chairs and a title is a symposium, whatever its talks are called.
--   APA 10.1:  an article is said once to have been retracted.
--   APA 10.6:  a thesis is called "Doctoral dissertation", and its number in ProQuest's database is that of a publication.
--   APA 10.10: "(Mar 14 version)" has no "Version" before it.
--   APA 9.19: a first edition is not named.
--   APA 9.19: no colon stands behind the question mark of a title: "What works? A review".
--   APA 9.19: "No." stands before digits, and behind the description of a report: "(Issue Brief No. 1)", "(ED545393)".
--   APA 9.41: of the original of a translated or republished work the year is given, and not its title and publisher.
--   APA 10.4: a press release has its full date, which the style gives to its type `document`.
--   APA 11.5: the year that is part of an act's name is not repeated: "Data Protection Act 2018".
--   APA 6.36: the number of a volume is in Arabic numerals.
-- Names with a role or user name go to the field `original-author`, which APA Style does not print otherwise: the overlay of
-- csl/ prints it in the list in place of `author`, and the citations, their letters and their order know nothing of it.
--
-- It reads CSL JSON, which the build makes of every bibliography, and `references` in the front matter. What it changes comes
-- in a bibliography of its own, behind the others, so that pandoc takes the work from there. That one lies in pandoc's bag of
-- media and not in the metadata, because pandoc 3.9 forgets hosts, executive producers and others of `references` there.
--
-- Run after: included-studies.lua; before citeproc. reference-text.lua takes the marks and the bibliography away again.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only, and changes only the works that need it.
-- Fields:    `author-role`, `author-username`, `editor-role`: one for each name, divided by ";"; `shortauthor`;
--            `apa-NAME`: the value of the field NAME for APA alone; `apa-without`: the fields that APA does without.
-- Warns:     never.

-- pandoc.json is there from 3.1.1.
PANDOC_VERSION:must_be_at_least '3.1.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local style = require 'apa.style'
local text = pandoc.text
local stringify = pandoc.utils.stringify

-- Before what stands behind a name in the list; citeproc writes a comma there, which APA does not want.
local MARK = utf8.char(0xE010)

-- Before the sign at the start of a name (ʿ), which citeproc takes for a letter: it wrote "ʿ. A." and "ʿAbd.".
local SIGN_MARK = utf8.char(0xE011)

-- The bibliography of the works that changed; reference-text.lua knows its name too.
local CHANGED = 'reference-data.json'

-- What a work without an author is listed under, in the order of the style.
local IN_PLACE_OF_AUTHORS = { 'author', 'editor' }

local ROMAN = { I = 1, V = 5, X = 10, L = 50, C = 100 }

local PRESENTATIONS = { ['paper-conference'] = true, speech = true, event = true }

-- The signs of Arabic, Hebrew and Hawaiian names that stand before a letter.
local SIGNS = {}
for _, code in utf8.codes "ʿʾʻʼ‘’'" do
  SIGNS[utf8.char(code)] = true
end

-- Words in a given name that are no names, and have no initial.
local PARTICLES = {}
for word in ('al el da de del della den der di dos du la las le los van vom von zu zum zur ibn bin bint'):gmatch '%S+' do
  PARTICLES[word] = true
end

-- How a publisher's business is set up, without periods. "Company" and "Corporation" are parts of names.
local BUSINESSES = {}
for word in ('inc incorporated ltd limited llc llp plc pty gmbh bv'):gmatch '%S+' do
  BUSINESSES[word] = true
end

-- What a program is written in or runs on. APA 10.10 wants to know what it is: "[Mobile app]".
local NO_DESCRIPTIONS = {}
for name in ([[
  android c c# c++ fortran go html ios java javascript julia linux mac macos matlab php perl python r ruby rust scala sql
  swift typescript unix windows]]):gmatch '%S+' do
  NO_DESCRIPTIONS[name] = true
end

local CHAPTERS = { chapter = true, entry = true, ['entry-dictionary'] = true, ['entry-encyclopedia'] = true }

local BOOKS = {
  book = true, chapter = true, collection = true, periodical = true, report = true,
  article = true, ['article-journal'] = true, ['article-magazine'] = true, ['article-newspaper'] = true,
}

-- What tells the style that a contribution came out in a journal or a book.
local IN_PRINT = pandoc.List {
  'collection-editor', 'compiler', 'editor', 'editorial-director', 'issue', 'page', 'supplement-number', 'volume',
}

-- Fields --------------------------------------------------------------------------------------

--- A value as text. Most are, and to ask pandoc for the text of each, in thousands of works, takes it half a second.
local function text_of(value)
  return type(value) == 'string' and value or stringify(value)
end

--- A field as text; "" if it is not there.
local function field(reference, name)
  local value = reference[name]
  return (value == nil or value == pandoc.json.null) and '' or text_of(value)
end

--- The names of a variable; nil if it has none.
local function names_of(reference, variable)
  local names = reference[variable]
  return type(names) == 'table' and #names > 0 and pandoc.List(names) or nil
end

--- The parts of "a; b; c"; an empty one counts.
local function parts(value)
  local result = pandoc.List {}
  for part in (value .. ';'):gmatch '([^;]*);' do
    result:insert((part:gsub('^%s+', ''):gsub('%s+$', '')))
  end
  return result
end

--- A publisher's name without "Inc." and its kind: "Lantern Press, Inc." → "Lantern Press".
local function without_business(name)
  local shorter, last = name:match '^(.-%S),?%s+([%a.]+)$'
  if shorter and BUSINESSES[(last:lower():gsub('%.', ''))] then
    return without_business((shorter:gsub(',$', '')))
  end
  return name
end

--- A name as it is compared: letters and digits only, in lower case, without "The", "Inc." and its abbreviation "(WHO)".
local function comparable(name)
  local whole = name:gsub('%s+%(%u[%u%d&.-]+%)$', '')
  return (text.lower(without_business(whole)):gsub('^the%s+', ''):gsub('[%s%p]', ''):gsub('’', ''))
end

--- The value of a Roman numeral; nil if it is none, or a single letter that may be just a letter (Volume C).
local function roman(numeral)
  if not numeral:match '^[IVXLC]+$' or numeral:match '^[LC]$' then
    return nil
  end
  local sum, before = 0, 0
  for index = #numeral, 1, -1 do
    local value = ROMAN[numeral:sub(index, index)]
    sum, before = value < before and sum - value or sum + value, math.max(value, before)
  end
  return sum
end

-- Initials ------------------------------------------------------------------------------------

--- "bell" → "b." where the whole name is in small letters, "ʿAbd" → "ʿA." anywhere; other words are left to citeproc.
local function initial(word, in_small_letters)
  if word:match '^[A-Z]' then
    return word
  end
  local sign = word:match('^' .. utf8.charpattern)
  sign = SIGNS[sign] and sign or ''
  local first = word:match('^' .. utf8.charpattern, #sign + 1) or ''
  local is_small = first == text.lower(first)
  local has_initial = text.lower(first) ~= text.upper(first) and (not is_small or in_small_letters and not PARTICLES[word])
  if not has_initial or sign == '' and not is_small then
    return word
  end
  return (sign ~= '' and SIGN_MARK .. sign or '') .. first .. '.'
end

local function with_initials(given)
  local in_small_letters = given == text.lower(given)
  return (given:gsub('%.(%a)', '. %1'):gsub('[^%s-]+', function(word) return initial(word, in_small_letters) end))
end

--- Makes initials of the names that citeproc would print in full.
local function place_initials(reference)
  local changed = false
  for _, names in pairs(reference) do
    for _, name in ipairs(type(names) == 'table' and names or {}) do
      local given = type(name) == 'table' and name.given and text_of(name.given)
      local initials = given and with_initials(given)
      if initials ~= given then
        name.given, changed = initials, true
      end
    end
  end
  return changed
end

-- Roles and user names ------------------------------------------------------------------------

--- "Executive Producer" → "Executive Producers"; nil where English has no such plural or the text is not in English.
local function plural(role, lang)
  if not lang:match '^en' or not role:match '%l$' or role:match 's$' then
    return nil
  end
  return (role:gsub(' & ', 's & ')) .. 's'
end

--- One role for each name; where all share it, only the last name carries it, in the plural.
local function roles_of(reference, variable, lang)
  local names, roles = names_of(reference, variable), parts(field(reference, variable .. '-role'))
  local shared = #names > 1 and #roles == #names
  for _, role in ipairs(roles) do
    shared = shared and role == roles[1]
  end
  local together = shared and plural(roles[1], lang)
  if together then
    roles = names:map(function() return '' end)
    roles[#names] = together
  end
  return roles
end

--- A name with what follows it in the list.
local function with(name, user_name, role)
  local behind = pandoc.List {}
  if user_name ~= '' and user_name:gsub('^@', '') ~= stringify(name.literal or ''):gsub('^@', '') then
    behind:insert('[' .. user_name .. ']')
  end
  if role ~= '' then
    behind:insert('(' .. role .. ')')
  end
  local copy = {}
  for key, value in pairs(name) do
    copy[key] = value
  end
  if #behind > 0 then
    local tail = table.concat(behind, ' ')
    if name.literal then
      copy.literal = stringify(name.literal) .. ' ' .. tail
    else
      copy.suffix = (name.suffix and stringify(name.suffix) .. ' ' or '') .. MARK .. tail
    end
  end
  return copy
end

--- The names of a variable with their roles and user names; nil if none has any.
local function marked(reference, variable, lang)
  local names = names_of(reference, variable)
  if not names or field(reference, variable .. '-role') .. field(reference, variable .. '-username') == '' then
    return nil
  end
  local roles, user_names = roles_of(reference, variable, lang), parts(field(reference, variable .. '-username'))
  local result = pandoc.List {}
  for number, name in ipairs(names) do
    result:insert(with(name, user_names[number] or '', roles[number] or ''))
  end
  return result
end

--- Editors with roles of their own are listed as the authors, or named as those of the work that holds this one.
local function place_editors(reference, lang)
  local editors = marked(reference, 'editor', lang)
  if not editors then
    return false
  elseif not names_of(reference, 'author') then
    reference.author, reference['original-author'], reference.editor = reference.editor, editors, nil
  elseif field(reference, 'container-title') ~= '' and not names_of(reference, 'container-author') then
    reference['container-author'], reference.editor = editors, nil
  else
    return false
  end
  return true
end

--- Two groups are joined without the comma that two persons have: one name stands for both in the list. Else nil.
local function two_groups(names)
  if not names or #names ~= 2 or not names[1].literal or not names[2].literal then
    return nil
  end
  return pandoc.List { { literal = stringify(names[1].literal) .. ' & ' .. stringify(names[2].literal) } }
end

local function place_roles(reference, lang)
  local had_some = reference['original-author'] ~= nil
  local authors = marked(reference, 'author', lang)
  reference['original-author'] = two_groups(authors or names_of(reference, 'author')) or authors
  local placed = place_editors(reference, lang)
  return had_some or placed or reference['original-author'] ~= nil
end

-- Publishers ----------------------------------------------------------------------------------

--- The names, as they are compared, of the groups that a work is listed under.
local function groups_of(reference)
  local groups = {}
  for _, variable in ipairs(IN_PLACE_OF_AUTHORS) do
    local names = names_of(reference, variable)
    for _, name in ipairs(names or {}) do
      groups[comparable(text_of(name.literal or name.family or ''))] = true
    end
    if names then
      break
    end
  end
  groups[comparable(field(reference, 'shortauthor'))] = next(groups) and true
  groups[''] = nil
  return groups
end

--- Takes those out of "A; B" that are the author. True if there was one.
local function leave_out(reference, variable, groups)
  local kept, names = pandoc.List {}, parts(field(reference, variable))
  for _, name in ipairs(names) do
    if not groups[comparable(name)] then
      kept:insert(name)
    end
  end
  if #kept == #names then
    return false
  end
  reference[variable] = #kept > 0 and table.concat(kept, '; ') or nil
  return true
end

local function leave_out_business(reference)
  local publisher = field(reference, 'publisher')
  if publisher == '' then
    return false
  end
  local shorter = table.concat(parts(publisher):map(without_business), '; ')
  if shorter == publisher then
    return false
  end
  reference.publisher = shorter
  return true
end

local function leave_out_author(reference)
  if field(reference, 'publisher') == '' and reference.type ~= 'webpage' then
    return false -- as of most works, of which no names need be compared
  end
  local groups = groups_of(reference)
  if next(groups) == nil then
    return false
  end
  local publisher = leave_out(reference, 'publisher', groups)
  local website = reference.type == 'webpage' and leave_out(reference, 'container-title', groups)
  return publisher or website
end

-- Dates ---------------------------------------------------------------------------------------

local function has(reference, variable)
  return field(reference, variable) ~= '' or names_of(reference, variable) ~= nil
end

--- True for a contribution to a meeting that did not come out in print, by the fields that the style goes by.
local function is_only_presented(reference)
  return PRESENTATIONS[reference.type] ~= nil and not IN_PRINT:find_if(function(variable) return has(reference, variable) end)
end

--- The ends of a date's range, as lists of year, month and day; nil if it is none.
local function range_of(date)
  local ends = type(date) == 'table' and date['date-parts'] or nil
  return type(ends) == 'table' and #ends == 2 and type(ends[1]) == 'table' and type(ends[2]) == 'table' and ends or nil
end

local function place_dates(reference)
  local changed = false
  if type(reference['event-date']) == 'table' and is_only_presented(reference) then
    reference.issued, reference['event-date'], changed = reference['event-date'], nil, true
  end
  local ends = range_of(reference.issued)
  if ends and ends[1][1] ~= ends[2][1] and #ends[1] > 1 then
    reference.issued['date-parts'], changed = { { ends[1][1] }, { ends[2][1] } }, true
  end
  return changed
end

--- Says which dates are words, for the overlay.
local function label_date(reference)
  local issued = reference.issued
  local in_words = type(issued) == 'table' and issued.literal ~= nil
  reference['issued-in-words'] = in_words and '1' or reference['issued-in-words']
  return in_words
end

-- What only APA says ------------------------------------------------------------------------

--- Puts `apa-NAME` in the place of NAME, and takes away what `apa-without` names.
local function say_as_apa(reference)
  local said, changed = {}, false
  for name, value in pairs(reference) do
    said[name:match '^apa%-(.+)$' or ''] = value
  end
  for name, value in pairs(said) do
    if name ~= '' then
      reference['apa-' .. name], changed = nil, true
      reference[name] = name ~= 'without' and value or reference[name]
    end
  end
  for name in text_of(said.without or ''):gmatch '%S+' do
    reference[name] = nil
  end
  return changed
end

-- Other fields --------------------------------------------------------------------------------

local function forget_original(reference)
  local had_some = false
  for _, variable in ipairs { 'original-title', 'original-publisher', 'original-publisher-place' } do
    had_some = had_some or reference[variable] ~= nil
    reference[variable] = nil
  end
  return had_some
end

local function date_press_release(reference)
  local is_one = reference.type == 'report' and text.lower(field(reference, 'genre')) == 'press release'
  reference.type = is_one and 'document' or reference.type
  return is_one
end

--- Says which numbers have "No." before them, for the overlay: CSL takes "ED545393" for a number and "5R01HD081252-04" for none.
local function label_number(reference)
  local number = field(reference, 'number')
  if number == '' then
    return false
  end
  local described = (reference.type == 'report' or reference.type == 'document') and field(reference, 'genre') ~= ''
  local counted = number:match '^%d[%d,.–-]*$' or described and not number:match '^[Nn]os?%.?%s'
  reference[counted and 'number-counted' or 'number-bare'] = '1'
  return true
end

--- An event is said of what was presented there, and not of the book that came of it.
local function forget_event(reference)
  if not BOOKS[reference.type] then
    return false
  end
  local had_some = false
  for _, variable in ipairs { 'event', 'event-title', 'event-place', 'event-date' } do
    had_some = had_some or reference[variable] ~= nil
    reference[variable] = nil
  end
  return had_some
end

--- A contribution to a volume of proceedings is a chapter of a book, unless the proceedings come out like a journal.
local function place_proceedings(reference)
  if reference.type ~= 'paper-conference' then
    return false
  end
  local in_book = has(reference, 'container-title') and (has(reference, 'publisher') or has(reference, 'page'))
    and not (has(reference, 'volume') or has(reference, 'issue'))
  reference.type = in_book and 'chapter' or reference.type
  reference['collection-title'] = nil
  return true
end

local function is_same_name(one, other)
  for _, key in ipairs { 'family', 'given', 'literal', 'suffix', 'non-dropping-particle', 'dropping-particle' } do
    if stringify(one[key] or '') ~= stringify(other[key] or '') then
      return false
    end
  end
  return true
end

--- Editors who are the translators too. They stay editors as well, which conditions of the style ask for.
local function join_editor_and_translator(reference)
  local editors, translators = names_of(reference, 'editor'), names_of(reference, 'translator')
  if not CHAPTERS[reference.type] or not has(reference, 'container-title') or not editors or not translators
      or #editors ~= #translators then
    return false
  end
  for number, editor in ipairs(editors) do
    if not is_same_name(editor, translators[number]) then
      return false
    end
  end
  reference['editor-translator'], reference.translator = editors, nil
  return true
end

--- Leaves of a date its years; false if there are none.
local function leave_years(reference)
  local ends = type(reference.issued) == 'table' and reference.issued['date-parts']
  if type(ends) ~= 'table' then
    return false
  end
  for number, moment in ipairs(ends) do
    ends[number] = { moment[1] }
  end
  return true
end

--- A film has its year; a video of the web its full date.
local function date_film(reference)
  local is_film = reference.type == 'motion_picture' and text.lower(field(reference, 'genre')):match '^video' == nil
    and (has(reference, 'director') or field(reference, 'author-role'):find('Director', 1, true) ~= nil)
  return is_film and leave_years(reference) or false
end

--- So have an album and a song; other recordings, such as a lecture, keep their day.
local function date_music(reference)
  local genre = text.lower(field(reference, 'genre') .. field(reference, 'medium'))
  local is_music = reference.type == 'song'
    and (has(reference, 'container-title') or genre:match '^album' or genre:match '^song' or genre:match '^single')
  return is_music and leave_years(reference) or false
end

--- "Preprint" is not said of a preprint; nor what a program is written in or runs on of a program, as Zotero's exports have it.
local function forget_description(reference)
  local changed = false
  for _, variable in ipairs { 'genre', 'medium' } do
    local words = text.lower(field(reference, variable))
    if reference.type == 'article' and words == 'preprint' or reference.type == 'software' and NO_DESCRIPTIONS[words] then
      reference[variable], changed = nil, true
    end
  end
  return changed
end

--- Says of which laws the name ends in the year, for the overlay: "Data Protection Act 2018", "Fair Work Act 2009 (Cth)".
local function label_year_of_law(reference)
  local ends = (reference.type == 'legislation' or reference.type == 'regulation') and type(reference.issued) == 'table'
    and reference.issued['date-parts']
  if type(ends) ~= 'table' or type(ends[1]) ~= 'table' then
    return false
  end
  local title = field(reference, 'title'):gsub(' %(%a+%)$', '')
  local year = title:match ' (%d%d%d%d)$'
  if not year or title:match ' of %d+$' or tonumber(year) ~= tonumber(ends[1][1]) then
    return false
  end
  reference['year-in-title'] = '1'
  return true
end

--- Says which versions say that they are one: "Mar 14 version".
local function label_version(reference)
  local says = text.lower(field(reference, 'version')):match '%f[%a]version$' ~= nil
  reference['version-bare'] = says and '1' or nil
  return says
end

local function forget_first_edition(reference)
  local is_first = field(reference, 'edition') == '1'
  reference.edition = not is_first and reference.edition or nil
  return is_first
end

--- What is said of a contribution to a symposium, and not of the symposium.
local TALKS = {
  [''] = true, ['conference paper'] = true, ['conference presentation'] = true, ['conference session'] = true,
  ['oral presentation'] = true, ['paper'] = true, ['paper presentation'] = true, ['presentation'] = true, ['talk'] = true,
}

--- Calls a session that has chairs and a title, but of which only the talk is described, a symposium.
local function name_symposium(reference)
  local is_part = PRESENTATIONS[reference.type] and has(reference, 'container-title') and has(reference, 'chair')
  if not is_part or not TALKS[text.lower(field(reference, 'genre'))] then
    return false
  end
  reference.genre = 'Symposium'
  return true
end

--- The notice of a retraction says that the work was retracted.
local function forget_retraction(reference)
  local is_said_twice = text.lower(field(reference, 'status')) == 'retracted'
    and text.lower(field(reference, 'references')):match '^retract' ~= nil
  reference.status = not is_said_twice and reference.status or nil
  return is_said_twice
end

--- What ProQuest and Zotero call a thesis, without periods and spaces.
local THESES = {
  phd = 'Doctoral dissertation', edd = 'Doctoral dissertation', psyd = 'Doctoral dissertation', dphil = 'Doctoral dissertation',
  phdthesis = 'Doctoral dissertation', phddissertation = 'Doctoral dissertation', ma = "Master's thesis", ms = "Master's thesis",
  msc = "Master's thesis", mastersthesis = "Master's thesis", masterthesis = "Master's thesis",
}

--- Calls a thesis as APA does, and takes the number of a database that publishes it from where Zotero keeps it.
local function name_thesis(reference)
  if reference.type ~= 'thesis' then
    return false
  end
  local changed = false
  local name = THESES[(text.lower(field(reference, 'genre')):gsub("[%s.'’]", ''))]
  if name then
    reference.genre, changed = name, true
  end
  local place = field(reference, 'archive_location')
  if field(reference, 'archive'):match 'ProQuest' and place:match '^%d%d%d%d+$' and field(reference, 'number') == '' then
    reference.number, reference['archive_location'], changed = place, nil, true
  end
  return changed
end

--- "Why?: A study" → "Why? A study".
local function join_subtitle(reference)
  local changed = false
  for _, variable in ipairs { 'title', 'container-title' } do
    local title = reference[variable]
    local better = type(title) == 'string' and title:gsub('([?!]): ', '%1 '):gsub('([?!]”): ', '%1 ')
    if better and better ~= title then
      reference[variable], changed = better, true
    end
  end
  return changed
end

local function count_volume(reference)
  local number = roman(field(reference, 'volume'))
  reference.volume = number and tostring(number) or reference.volume
  return number ~= nil
end

-- The document --------------------------------------------------------------------------------

-- Each changes a work where APA wants it, and says whether it did.
local CHANGES = {
  say_as_apa, place_initials, place_roles, leave_out_author, leave_out_business, place_dates, label_date, forget_original,
  place_proceedings, join_editor_and_translator, forget_event, date_press_release, date_film, date_music, forget_description,
  forget_first_edition, name_thesis, name_symposium, forget_retraction, join_subtitle, label_number, label_year_of_law,
  label_version, count_volume,
}

local function change(reference, lang)
  local changed = false
  for _, one in ipairs(CHANGES) do
    changed = one(reference, lang) or changed
  end
  return changed
end

local function read_file(name)
  for _, folder in ipairs(pandoc.List { '' } .. (PANDOC_STATE.resource_path or {})) do
    local file = io.open(folder == '' and name or pandoc.path.join { folder, name }, 'rb')
    if file then
      local content = file:read 'a'
      file:close()
      return content
    end
  end
  return nil
end

--- The CSL JSON files that a paper names as its bibliographies.
local function json_files(meta)
  local named = meta.bibliography or {}
  local names = pandoc.List(pandoc.utils.type(named) == 'List' and named or { named }):map(stringify)
  return names:filter(function(name) return name:lower():match '%.json$' end)
end

--- The works of the CSL JSON files that changed. Of two with one identifier the last counts, as it does for pandoc.
local function changed_in_files(meta, lang)
  local last, order = {}, pandoc.List {}
  for _, name in ipairs(json_files(meta)) do
    local ok, works = pcall(pandoc.json.decode, read_file(name) or '[]', false)
    for _, work in ipairs(ok and works or {}) do -- citeproc says what is wrong with a file that is no JSON
      local id = tostring(work.id)
      if not last[id] then
        order:insert(id)
      end
      last[id] = work
    end
  end
  return order:map(function(id) return last[id] end):filter(function(work) return change(work, lang) end)
end

local function ready(doc)
  local meta = doc.meta
  if not style.is_apa(meta) then
    return nil
  end
  local lang = meta.lang and stringify(meta.lang) or 'en'
  for _, reference in ipairs(meta.references or {}) do
    change(reference, lang)
  end
  local changed = changed_in_files(meta, lang)
  if #changed > 0 then
    local files = pandoc.utils.type(meta.bibliography) == 'List' and meta.bibliography or { meta.bibliography }
    pandoc.mediabag.insert(CHANGED, 'application/json', pandoc.json.encode(changed))
    meta.bibliography = pandoc.List(files) .. { pandoc.MetaString(CHANGED) }
  end
  return doc
end

return { { Pandoc = ready } }
