--- csv-tables.lua – makes tables of the images that are CSV files: `![Title](tables/sample.csv){#tbl-sample}`.
--
-- Why: statistics programs write CSV, and a table copied by hand into a manuscript goes stale (APA 7.8–7.21).
-- The work is done by csv-table.py; this hands the document on only if there is a CSV file in it,
-- so that a paper without one does not wait for Python.
--
-- Run after: files-beside-paper.lua (a CSV file that lies beside the paper is found there); before citeproc, for cells may cite.
-- Formats:   all; it never asks for the format.
-- Options:   those of csv-table.py, on each image.
-- Warns:     csv-table.py's complaints; it stops where a CSV file cannot be used, for a paper without its table would be a lie.

-- pandoc.utils.run_json_filter takes a program of the search path and its arguments from 3.0 on.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local pieces = require 'apa.pieces'
local path = pandoc.path

local FILTER = path.join { path.directory(PANDOC_SCRIPT_FILE), 'csv-table.py' }

local function has_csv(doc)
  local found = false
  local look = {
    Image = function(image)
      local name = image.src:lower()
      found = found or name:match '%.csv$' ~= nil or name:match '%.tsv$' ~= nil
    end,
  }
  pieces.walk(doc, function(piece) return piece:has '"t":"Image"' and look end)
  return found
end

local function entries(folder)
  local ok, names = pcall(pandoc.system.list_directory, folder)
  if not ok then
    return {}
  end
  table.sort(names)
  return names
end

--- The Pythons to try: those of the search path, then those of this project's nox environments.
local function pythons()
  local found = { 'python3', 'python' }
  local nox = path.join { path.directory(PANDOC_SCRIPT_FILE), '..', '.nox' }
  for _, session in ipairs(entries(nox)) do
    table.insert(found, path.join { nox, session, 'bin', 'python' })
    table.insert(found, path.join { nox, session, 'Scripts', 'python.exe' })
  end
  return found
end

--- A Python that has panflute; nil if there is none.
local function python_with_panflute()
  local question = 'import importlib.util; print(importlib.util.find_spec("panflute") is not None, end="")'
  for _, python in ipairs(pythons()) do
    local ok, answer = pcall(pandoc.pipe, python, { '-c', question }, '')
    if ok and answer == 'True' then
      return python
    end
  end
  return nil
end

local function stop(...)
  io.stderr:write(...)
  os.exit(1) -- error() would add a traceback, which is no help to an author
end

local function make_tables(doc)
  if not has_csv(doc) then
    return nil
  end
  local python = python_with_panflute()
  if not python then
    stop('csv-tables.lua: the paper has a table from a CSV file, and no Python with the package panflute was found.\n',
      '  Install it: python3 -m pip install panflute\n')
  end
  local ok, made = pcall(pandoc.utils.run_json_filter, doc, python, { FILTER, FORMAT })
  if not ok then
    stop('csv-tables.lua: a table could not be made from its CSV file; see above.\n')
  end
  return made
end

return { { Pandoc = make_tables } }
