--- cited-document.lua – writes the cited document into a file of its own, before anything is done for one format.
--
-- Why: every format is written from this one document, and the paper is judged by it. The run that cites a paper can go on to
-- write one format: to read a long document out of JSON takes pandoc half as long as to write a page.
--
-- Run after: common.lua; before the layout filter of a format, if one follows.
-- Formats:   all. Under `-t json` there is nothing more to do, and the document that pandoc goes on with is empty.
-- Options:   `cited-document`, the file to write, as pandoc's JSON. As soon as it is there, pandoc's log up to here is
--            written to the standard output: JSON, in one line. Without it, nothing is done.
-- Warns:     never; it stops if the file cannot be written.

-- PANDOC_STATE.log can be written as JSON from 3.2 on.
PANDOC_VERSION:must_be_at_least '3.2'

local FILE = 'cited-document'

local function write_file(name, content)
  local file, why = io.open(name, 'wb')
  local written = file
  if file then
    written, why = file:write(content)
    local closed, late = file:close() -- only then does a full disk show, sometimes
    written, why = written and closed, why or late
  end
  if not written then
    io.stderr:write('cited-document.lua: the cited document cannot be written: ' .. why .. '\n')
    os.exit(1) -- error() would add a traceback
  end
end

local function write(doc)
  local name = doc.meta[FILE] and pandoc.utils.stringify(doc.meta[FILE])
  if not name then
    return nil
  end
  doc.meta[FILE] = nil
  write_file(name, pandoc.write(doc, 'json') .. '\n')
  io.stdout:write(pandoc.json.encode(PANDOC_STATE.log), '\n')
  io.stdout:flush()
  return FORMAT == 'json' and pandoc.Pandoc {} or doc
end

return { { Pandoc = write } }
