--- await-works.lua – waits until the works that the paper cites are at hand.
--
-- Why: pandoc takes its time to read a paper, and the filters before this one to walk it. `citeproof build` starts them while it
-- still reads the bibliographies, and says when it has written the file that the metadata names as the paper's bibliography.
--
-- Run after: whatever needs no works; before included-studies.lua and citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   `works-awaited`, the name of a file (a pipe) in which a line stands as soon as the works are there. Nobody but
--            `citeproof build` sets it; without it, nothing is waited for.
-- Warns:     never; it stops if the pipe ends without a line: whoever was to write it is gone.

-- Meta as a function of a filter is older than all that the other filters need.
PANDOC_VERSION:must_be_at_least '3.1'

local AWAITED = 'works-awaited'

local function wait(meta)
  local name = meta[AWAITED] and pandoc.utils.stringify(meta[AWAITED])
  if not name then
    return nil
  end
  local pipe = assert(io.open(name, 'rb'))
  local line = pipe:read 'L'
  pipe:close()
  if not line then
    io.stderr:write('await-works.lua: the works did not come.\n')
    os.exit(1) -- error() would add a traceback
  end
  meta[AWAITED] = nil
  return meta
end

return { { Meta = wait } }
