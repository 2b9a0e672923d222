--- common.lua – runs the filters that all formats share, one after another.
--
-- Why: pandoc starts a Lua for each filter that it is given, and hands the document in and out each time. Two dozen filters in
-- one Lua take a short paper a third less time. The order of the filters is written here and nowhere else. Each one still runs
-- alone, too, and its head says what it must come after.
--
-- Run after: nothing; a format's layout filter comes behind it.
-- Formats:   all; none of the filters asks for the format.
-- Options:   those of the filters.
-- Warns:     what the filters warn of.

-- What the filters ask for; each says its own.
PANDOC_VERSION:must_be_at_least '3.2'

local FILTERS = {
  'comments',
  'files-beside-paper',
  'style',
  'front-matter',
  'statements',
  'csv-tables',
  'masked',
  'appendices',
  'floats',
  'cross-references',
  'await-works',
  'included-studies',
  'reference-section',
  'reference-data',
  'in-text-citations',
  'reference-text',
  'legal-narrative',
  'possessives',
  'year-in-sentence',
  'meta-analysis',
  'annotations',
  'title-page',
  'order-of-parts',
  'group-abbreviations',
  'nested-parentheses',
  'quotation-marks',
  'word-count',
  'submission-part',
}

local FOLDER = pandoc.path.directory(PANDOC_SCRIPT_FILE)

--- The document after one filter; a filter of ours has one function, for the front matter or for the whole.
local function after(filter, doc)
  if filter.Meta then
    doc.meta = filter.Meta(doc.meta) or doc.meta
    return doc
  end
  return filter.Pandoc(doc) or doc
end

local function run_all(doc)
  for _, name in ipairs(FILTERS) do
    for _, filter in ipairs(dofile(pandoc.path.join { FOLDER, name .. '.lua' })) do
      doc = after(filter, doc)
    end
  end
  return doc
end

return { { Pandoc = run_all } }
