--- word-count.lua – puts the number of words of the text onto the title page, if it is asked for and not given.
--
-- Why: journals and teachers set limits by the words of the text, and ask for their number on the title page. It comes last of
-- all common filters, since those before it put words in: citations, the names of groups spelt out, marks with spaces.
-- What is counted: headings, paragraphs, lists, quotations and footnotes of the text, with its citations as they are printed.
-- Title page, abstract, references, tables, figures, appendices and displayed code are not in it.
-- What a word is: what stands between spaces, as Word counts: "t(46) = 2.31" is three, "and/or", "well-being" and a formula are
-- one each. Punctuation that stands alone is none, though Word counts it: French sets its marks off with spaces. A sign that
-- stands alone (=, <, &) is one. In Chinese and Japanese, which set no spaces, each letter is a word.
-- scripts/citeproof/counts.py counts the other parts by the same rule and the same tables; a test compares them.
-- What comes out: Div.word-count on the title page, before the author note, and `word-count` in the metadata.
--
-- Run after: all other common filters.
-- Formats:   all; it never asks for the format.
-- Options:   `word-count` in the front matter, or apa: word-count.
-- Warns:     nothing.

-- walk on a list of blocks, topdown, is there from 2.17.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local read_options = require 'apa.options'.read
local labels = require 'apa.labels'

local stringify = pandoc.utils.stringify

-- A word -------------------------------------------------------------------------------------

-- White space, as Unicode has it.
local SPACES = {
  { 0x9, 0xD }, { 0x20, 0x20 }, { 0x85, 0x85 }, { 0xA0, 0xA0 }, { 0x1680, 0x1680 }, { 0x2000, 0x200A },
  { 0x2028, 0x2029 }, { 0x202F, 0x202F }, { 0x205F, 0x205F }, { 0x3000, 0x3000 },
}

-- Letters of Chinese and Japanese, each of which is a word.
local SINGLE_LETTERS = {
  { 0x3005, 0x3007 }, { 0x3041, 0x309F }, { 0x30A1, 0x30FA }, { 0x30FC, 0x312F }, { 0x31A0, 0x31BF }, { 0x31F0, 0x31FF },
  { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xF900, 0xFAFF }, { 0xFF66, 0xFF9F }, { 0x20000, 0x3FFFF },
}

-- Their marks, which are no words and end one.
local SINGLE_MARKS = {
  { 0x3001, 0x3004 }, { 0x3008, 0x303F }, { 0x30A0, 0x30A0 }, { 0x30FB, 0x30FB },
  { 0xFF01, 0xFF0F }, { 0xFF1A, 0xFF20 }, { 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF65 },
}

-- Marks that make no word by themselves, and signs that nobody sees.
local PUNCTUATION = {
  { 0x21, 0x22 }, { 0x27, 0x29 }, { 0x2C, 0x2F }, { 0x3A, 0x3B }, { 0x3F, 0x3F }, { 0x5B, 0x5D }, { 0x5F, 0x5F },
  { 0x7B, 0x7B }, { 0x7D, 0x7D }, { 0xA1, 0xA1 }, { 0xAB, 0xAB }, { 0xAD, 0xAD }, { 0xB7, 0xB7 }, { 0xBB, 0xBB },
  { 0xBF, 0xBF }, { 0x5BE, 0x5BE }, { 0x60C, 0x60C }, { 0x61B, 0x61B }, { 0x61F, 0x61F }, { 0x200B, 0x200F },
  { 0x2010, 0x2027 }, { 0x202A, 0x202E }, { 0x2039, 0x203A }, { 0x203C, 0x203D }, { 0x2045, 0x2046 }, { 0x2060, 0x206F },
  { 0xFE00, 0xFE0F }, { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFF9 },
}

local function is_in(ranges, code)
  for _, range in ipairs(ranges) do
    if code >= range[1] and code <= range[2] then
      return true
    end
  end
  return false
end

--- What a character is: 'letter' (a word by itself), 'end' (of a word), 'mark' (of no weight) or 'word'.
local function kind_of(code)
  if is_in(SPACES, code) or is_in(SINGLE_MARKS, code) then
    return 'end'
  elseif is_in(SINGLE_LETTERS, code) then
    return 'letter'
  end
  return is_in(PUNCTUATION, code) and 'mark' or 'word'
end

local kinds = setmetatable({}, {
  __index = function(known, code)
    known[code] = kind_of(code)
    return known[code]
  end,
})

local function words_in(line)
  local count, in_word = 0, false
  for _, code in utf8.codes(line) do
    local kind = kinds[code]
    if kind == 'letter' or kind == 'word' and not in_word then
      count = count + 1
    end
    in_word = kind == 'word' or kind == 'mark' and in_word
  end
  return count
end

-- The text -----------------------------------------------------------------------------------

local NO_TEXT = pandoc.List { 'title-page', 'abstract-page', 'contents', 'float', 'included-studies', 'footnote-entry' }

local function is_reference_list(block)
  return block and block.t == 'Div' and block.identifier == 'refs'
end

--- Whether a reference list follows the heading, with or without the sentence on included studies (APA 9.52) between.
local function heads_reference_list(blocks, index)
  local following = blocks[index + 1]
  local has_sentence = following and following.t == 'Div' and following.classes:includes 'included-studies'
  return is_reference_list(has_sentence and blocks[index + 2] or following)
end

--- The blocks that are neither in the references nor in an appendix (APA 2.17).
local function blocks_of_text(blocks)
  local found, is_text = pandoc.Blocks {}, true
  for index, block in ipairs(blocks) do
    if block.t == 'Header' then
      if block.classes:includes 'appendix' or heads_reference_list(blocks, index) then
        is_text = false
      elseif block.level == 1 then
        is_text = true
      end
    end
    if is_text then
      found:insert(block)
    end
  end
  return found
end

--- The footnotes that order-of-parts.lua put on a page of their own: target of the call → blocks without the number.
local function notes_at_the_end(blocks)
  local notes = {}
  for _, block in ipairs(blocks) do
    if block.t == 'Div' and block.classes:includes 'footnote-entry' then
      local content = block.content:clone()
      local first = content[1].content:clone()
      first:remove(1)
      content[1] = pandoc.Para(first)
      notes['#' .. block.identifier] = content
    end
  end
  return notes
end

local function words_of_text(all_blocks)
  local notes = notes_at_the_end(all_blocks)
  local function called_by(link)
    return link.classes:includes 'footnote-call' and notes[link.target] or nil
  end
  local count = 0
  local add_blocks
  local function nothing()
    return {}
  end
  local function leave_out()
    return nil, false
  end
  local function add(inlines)
    count = count + words_in(stringify(pandoc.Inlines(inlines):walk {
      Note = nothing,
      Image = nothing,
      RawInline = nothing,
      Link = function(link) return called_by(link) and {} or nil end,
      Math = function() return pandoc.Str 'x' end,
    }))
  end
  local function add_content(block)
    add(block.content)
  end
  local COUNTED = {
    traverse = 'topdown',
    Para = add_content,
    Plain = add_content,
    Header = function(header)
      if header.classes:includes 'section-label' then
        return nil, false
      end
      add(header.content)
    end,
    LineBlock = function(block)
      for _, line in ipairs(block.content) do
        add(line)
      end
    end,
    DefinitionList = function(list)
      for _, item in ipairs(list.content) do
        add(item[1])
      end
    end,
    Table = leave_out,
    Figure = leave_out,
    Image = leave_out,
    Link = function(link)
      local note = called_by(link)
      if note then
        add_blocks(note)
      end
    end,
    Div = function(div)
      local is_text = not is_reference_list(div) and not div.classes:find_if(function(class)
        return NO_TEXT:includes(class)
      end)
      return nil, is_text
    end,
  }
  add_blocks = function(blocks)
    blocks:walk(COUNTED)
  end
  add_blocks(blocks_of_text(all_blocks))
  return count
end

-- The title page -----------------------------------------------------------------------------

-- Languages that do not part thousands with a comma, or do not set ": " behind a label.
local THOUSANDS = { de = '.', es = '.', pt = '.', nl = '.', fr = '\u{202F}' }
local COLONS = { fr = '\u{202F}: ', ja = '：', zh = '：' }

--- A number with a mark before each three digits.
local function grouped(number, mark)
  local digits = tostring(number)
  local head = #digits % 3
  local groups = pandoc.List {}
  if head > 0 then
    groups:insert(digits:sub(1, head))
  end
  for group in digits:sub(head + 1):gmatch '%d%d%d' do
    groups:insert(group)
  end
  return table.concat(groups, mark)
end

--- Puts a line onto the title page, before the author note; makes one if there is none.
local function with_line(blocks, line)
  local page = blocks[1]
  if not (page and page.t == 'Div' and page.classes:includes 'title-page') then
    page = pandoc.Div({}, pandoc.Attr('title-page', { 'title-page' }))
    blocks:insert(1, page)
  end
  local content = page.content
  local last = content[#content]
  local has_note = last and last.t == 'Div' and last.classes:includes 'author-note'
  content:insert(has_note and #content or #content + 1, line)
  page.content = content
  blocks[1] = page
  return blocks
end

local function is_wanted(meta)
  return meta['word-count'] == true or meta['word-count'] == nil and read_options(meta)['word-count']
end

local function print_count(doc)
  if not is_wanted(doc.meta) then
    return nil
  end
  local primary = stringify(doc.meta.lang or 'en'):lower():match '^%a+' or 'en'
  local count = grouped(words_of_text(doc.blocks), THOUSANDS[primary] or ',')
  local line = labels.of(doc.meta).word_count .. (COLONS[primary] or ': ') .. count
  doc.blocks = with_line(doc.blocks, pandoc.Div({ pandoc.Para(pandoc.Inlines(line)) }, pandoc.Attr('', { 'word-count' })))
  doc.meta['word-count'] = count
  return doc
end

return { { Pandoc = print_count } }
