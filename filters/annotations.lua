--- annotations.lua – prints the annotation of each work below its entry: an annotated bibliography.
--
-- Why: APA 9.51. An annotation is a block of its own below the entry (a Div of the class "annotation"), which the layout indents.
-- It is what the entry holds as `annotation` or `annote` (.bib, in LaTeX) or as `annote` (CSL JSON and YAML, in Markdown; in
-- Zotero: in the field Extra). Many bibliographies hold private remarks there, so that nothing is printed unless the paper asks.
-- The text is read from the bibliography itself: pandoc 3.9 knows no paragraphs in an entry's fields.
--
-- Run after: citeproc (and meta-analysis.lua, so that the asterisk comes first, but either order will do).
-- Formats:   all; it never asks for the format.
-- Options:   `apa: annotated` turns it on.
-- Warns:     never; an entry without an annotation, or of another kind of bibliography, stays as it is.

-- pandoc.json is there from 3.1.1.
PANDOC_VERSION:must_be_at_least '3.1.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local bibliography = require 'apa.bibliography'
local options = require 'apa.options'
local stringify = pandoc.utils.stringify

local function from_bib(text)
  local found = {}
  for _, field in ipairs { 'annote', 'annotation' } do -- where an entry has both, biblatex's own name wins
    for key, latex in pairs(bibliography.field(text, field)) do
      found[key] = pandoc.read(latex, 'latex').blocks
    end
  end
  return found
end

--- CSL JSON says <i> and <b> for what Markdown sets in asterisks.
local function from_csl_json(text)
  local ok, entries = pcall(pandoc.json.decode, text, false)
  local found = {}
  for _, entry in ipairs(ok and type(entries) == 'table' and entries or {}) do
    if type(entry) == 'table' and type(entry.annote) == 'string' then
      local markdown = entry.annote:gsub('</?i>', '*'):gsub('</?b>', '**')
      found[tostring(entry.id)] = pandoc.read(markdown, 'markdown').blocks
    end
  end
  return found
end

local function as_blocks(value)
  if pandoc.utils.type(value) == 'Blocks' then
    return value
  end
  return pandoc.Blocks { pandoc.Para(pandoc.Inlines(value)) }
end

local function from_references(references)
  local found = {}
  for _, entry in ipairs(references or {}) do
    if entry.annote then
      found[stringify(entry.id)] = as_blocks(entry.annote)
    end
  end
  return found
end

local function from_csl_yaml(text)
  return from_references(pandoc.read(text, 'markdown').meta.references)
end

local READERS = {
  bib = from_bib, biblatex = from_bib, bibtex = from_bib, json = from_csl_json, yaml = from_csl_yaml, yml = from_csl_yaml,
}

--- key → Blocks, for every annotation.
local function annotations(doc)
  local found = {}
  for _, file in ipairs(bibliography.files(doc.meta)) do
    local read = READERS[file.ending]
    for key, blocks in pairs(read and read(file.text) or {}) do
      found[key] = blocks
    end
  end
  for key, blocks in pairs(from_references(doc.meta.references)) do
    found[key] = blocks
  end
  return found
end

--- True if a style for annotated bibliographies has printed the annotation already.
local function is_printed(entry, blocks)
  return stringify(entry):find(stringify(blocks), 1, true) ~= nil
end

local function annotate(doc)
  if not options.read(doc.meta).annotated then
    return nil
  end
  local blocks_by_key = annotations(doc)
  return doc:walk {
    Div = function(div)
      local key = div.classes:includes 'csl-entry' and div.identifier:match '^ref%-(.*)$'
      local blocks = key and blocks_by_key[key]
      if not blocks or #blocks == 0 or is_printed(div, blocks) then
        return nil
      end
      div.content:insert(pandoc.Div(blocks, pandoc.Attr('', { 'annotation' })))
      return div
    end,
  }
end

return { { Pandoc = annotate } }
