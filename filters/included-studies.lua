--- included-studies.lua – puts every study that a meta-analysis includes into the reference list, cited in the text or not.
--
-- Why: APA 9.52. The studies are those of the list `apa: meta-analysis-studies`; without such a list, the entries whose
-- keywords (.bib: `keywords`, CSL: `keyword`) hold "meta-analysis". They join pandoc's `nocite`, and their keys are left in
-- the metadata field `meta-analysis-studies`, by which meta-analysis.lua marks them when citeproc has made the list.
--
-- Run after: files-beside-paper.lua and front-matter.lua, but before reference-section.lua and citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   `apa: meta-analysis` turns it on; `apa: meta-analysis-studies`, a list of keys, which may stand outside `apa:`, too.
-- Warns:     a key that no bibliography has, and a meta-analysis without studies.

-- pandoc.log.warn is there from 3.2.
PANDOC_VERSION:must_be_at_least '3.2'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local options = require 'apa.options'
local stringify = pandoc.utils.stringify

local KEYWORD = 'meta-analysis'

local function warn(what)
  pandoc.log.warn('included-studies.lua: ' .. what)
end

--- The keys that the author lists; nil if there is no list.
local function listed(meta)
  local map = type(meta.apa) == 'table' and meta.apa or {}
  local given = map['meta-analysis-studies'] or meta['meta-analysis-studies']
  if given == nil then
    return nil
  end
  local keys = pandoc.List {}
  for _, item in ipairs(pandoc.utils.type(given) == 'List' and given or { given }) do
    for word in stringify(item):gmatch '[^,;%s]+' do
      keys:insert((word:gsub('^@', '')))
    end
  end
  return keys
end

--- Every entry of the bibliographies, cited or not.
local function all_references(meta)
  local everything = pandoc.Cite({ pandoc.Str '@*' }, { pandoc.Citation('*', 'AuthorInText') })
  local alone = { bibliography = meta.bibliography, references = meta.references, nocite = pandoc.Inlines { everything } }
  return pandoc.utils.references(pandoc.Pandoc({}, alone))
end

local function has_keyword(reference)
  for keyword in stringify(reference.keyword or ''):gmatch '[^,;]+' do
    if pandoc.text.lower(keyword:match '^%s*(.-)%s*$') == KEYWORD then
      return true
    end
  end
  return false
end

--- The keys of the included studies that a bibliography has.
local function included(meta)
  local known, with_keyword = {}, pandoc.List {}
  for _, reference in ipairs(all_references(meta)) do
    known[reference.id] = true
    if has_keyword(reference) then
      with_keyword:insert(reference.id)
    end
  end
  local keys = listed(meta)
  if not keys then
    return with_keyword
  end
  return keys:filter(function(key)
    if not known[key] then
      warn('"' .. key .. '" of `meta-analysis-studies` is in no bibliography.')
    end
    return known[key]
  end)
end

local function add_to_nocite(meta, keys)
  local nocite = pandoc.Inlines(meta.nocite and pandoc.utils.type(meta.nocite) == 'Blocks'
    and pandoc.utils.blocks_to_inlines(meta.nocite) or meta.nocite or {})
  for _, key in ipairs(keys) do
    nocite:insert(pandoc.Space())
    nocite:insert(pandoc.Cite({ pandoc.Str('@' .. key) }, { pandoc.Citation(key, 'AuthorInText') }))
  end
  meta.nocite = nocite
end

local function include_studies(meta)
  if not options.read(meta)['meta-analysis'] then
    return nil
  end
  local keys = included(meta)
  if #keys == 0 then
    warn('no study is included; list their keys in `apa: meta-analysis-studies`, or give their entries the keyword "'
      .. KEYWORD .. '".')
    return nil
  end
  add_to_nocite(meta, keys)
  meta['meta-analysis-studies'] = pandoc.MetaList(keys:map(function(key) return pandoc.MetaString(key) end))
  return meta
end

return { { Meta = include_studies } }
