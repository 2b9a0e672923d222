--- compare-disambiguation.lua – cites papers by filters/apa/disambiguation.lua and by citeproc, and says how they compare.
--
-- For test_disambiguation.py alone. The environment names the folder of the filters and a JSON file with the papers, each with
-- its text, style and bibliography. For each it prints a line: the way that was gone, and "same" or "different".

package.path = pandoc.path.join { os.getenv 'FILTERS', '?.lua' } .. ';' .. package.path

local disambiguation = require 'apa.disambiguation'

local function read(name)
  local file = assert(io.open(name, 'rb'))
  local content = file:read 'a'
  file:close()
  return content
end

local function compare()
  disambiguation.least_comparisons = tonumber(os.getenv 'LEAST')
  for _, paper in ipairs(pandoc.json.decode(read(os.getenv 'PAPERS'), false)) do
    local function document()
      local doc = pandoc.read(paper.text, 'markdown')
      doc.meta.csl, doc.meta.bibliography = paper.csl, paper.bibliography
      return doc
    end
    local cited, way = disambiguation.cite(document())
    local same = pandoc.write(cited, 'json') == pandoc.write(pandoc.utils.citeproc(document()), 'json')
    print(way, same and 'same' or 'different')
  end
  return pandoc.Pandoc {}
end

return { { Pandoc = compare } }
