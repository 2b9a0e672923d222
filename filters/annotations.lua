--- annotations.lua – prints the annotation of each work below its entry: an annotated bibliography.
--
-- Why: APA 9.51. An annotation is a block of its own below the entry (a Div of the class "annotation"), which the layout indents.
-- It is the work's `annote`: biblatex's `annotation` or `annote`, in Zotero the line "annote: ..." of the field Extra. Many
-- bibliographies hold private remarks there, so that nothing is printed unless the paper asks.
-- CSL knows no paragraphs in a field; the build divides them by the character U+2029 (paragraph separator), pandoc, in CSL YAML,
-- by line breaks. Only in `references` of the front matter may an annotation have other blocks, such as a list.
--
-- Run after: in-text-citations.lua (and meta-analysis.lua, so that the asterisk comes first, but either order will do).
-- Formats:   all; it never asks for the format.
-- Options:   `apa: annotated` turns it on.
-- Warns:     never; an entry without an annotation stays as it is.

-- pandoc.utils.references is there from 2.17; the rest of the filters needs 3.1.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local options = require 'apa.options'
local stringify = pandoc.utils.stringify

local SEPARATOR = '\u{2029}'

--- The paragraphs of an annotation.
local function paragraphs(inlines)
  local blocks, paragraph = pandoc.Blocks {}, pandoc.Inlines {}
  local function end_paragraph()
    if stringify(paragraph):match '%S' then
      blocks:insert(pandoc.Para(paragraph))
    end
    paragraph = pandoc.Inlines {}
  end
  for _, inline in ipairs(inlines) do
    if inline.t == 'LineBreak' then
      end_paragraph()
    elseif inline.t == 'Str' and inline.text:find(SEPARATOR, 1, true) then
      local before, last = inline.text:match('^(.*)' .. SEPARATOR .. '(.-)$')
      for piece in (before .. SEPARATOR):gmatch('(.-)' .. SEPARATOR) do
        paragraph:insert(pandoc.Str(piece))
        end_paragraph()
      end
      paragraph:insert(pandoc.Str(last))
    else
      paragraph:insert(inline)
    end
  end
  end_paragraph()
  return blocks
end

--- key → Blocks, for every annotation.
local function annotations(doc)
  local found = {}
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    if reference.annote then
      found[stringify(reference.id)] = paragraphs(pandoc.Inlines(reference.annote))
    end
  end
  for _, entry in ipairs(doc.meta.references or {}) do
    if pandoc.utils.type(entry.annote) == 'Blocks' then
      found[stringify(entry.id)] = entry.annote
    end
  end
  return found
end

--- True if a style for annotated bibliographies has printed the annotation already.
local function is_printed(entry, blocks)
  return stringify(entry):find(stringify(blocks[1]), 1, true) ~= nil
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
      if not blocks or #blocks == 0 or is_printed(div, blocks) or not stringify(div):match '%S' then
        return nil
      end
      div.content:insert(pandoc.Div(blocks, pandoc.Attr('', { 'annotation' })))
      return div
    end,
  }
end

return { { Pandoc = annotate } }
