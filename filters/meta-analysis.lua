--- meta-analysis.lua – marks the studies that a meta-analysis includes with an asterisk in the reference list.
--
-- Why: APA 9.52. A sentence under the heading says what the asterisk means. The list keeps its order, since citeproc
-- has sorted it before the asterisk comes; citations in the text have none.
--
-- Run after: citeproc (and included-studies.lua, which finds the studies and gets them into the list).
-- Formats:   all; it never asks for the format.
-- Options:   `apa: meta-analysis` turns it on; `meta-analysis-studies`, a list of keys; `lang` for the sentence.
-- Warns:     never; included-studies.lua does.

-- Walking a whole document with doc:walk is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local labels = require 'apa.labels'
local options = require 'apa.options'
local stringify = pandoc.utils.stringify

local function included(meta)
  local studies, given = {}, meta['meta-analysis-studies'] or {}
  for _, key in ipairs(pandoc.utils.type(given) == 'List' and given or { given }) do
    studies[(stringify(key):gsub('^@', ''))] = true
  end
  return studies
end

local function is_entry_of(block, studies)
  return block.t == 'Div' and block.classes:includes 'csl-entry' and studies[block.identifier:match '^ref%-(.*)$' or ''] == true
end

local function put_asterisk(entry)
  local first = entry.content[1]
  if first and (first.t == 'Para' or first.t == 'Plain') then
    first.content:insert(1, pandoc.Str '*')
    entry.content[1] = first
  end
  return entry
end

local function explanation(meta)
  return pandoc.Div({ pandoc.Para(pandoc.Inlines(labels.of(meta).included_studies)) }, pandoc.Attr('', { 'included-studies' }))
end

--- The list with its asterisks and the sentence before its first entry; nil if it holds no included study.
local function mark_list(list, studies, meta)
  local found = false
  list.content = list.content:map(function(block)
    if is_entry_of(block, studies) then
      found = true
      return put_asterisk(block)
    end
    return block
  end)
  if not found then
    return nil
  end
  local head = list.content[1]
  if head.t == 'Header' then -- the author wrote the heading within `::: {#refs}`
    list.content:insert(2, explanation(meta))
    return list
  end
  return { explanation(meta), list }
end

local function mark_studies(doc)
  if not options.read(doc.meta)['meta-analysis'] then
    return nil
  end
  local studies = included(doc.meta)
  return doc:walk {
    Div = function(div)
      return div.identifier == 'refs' and mark_list(div, studies, doc.meta) or nil
    end,
  }
end

return { { Pandoc = mark_studies } }
