--- figure-files.lua – takes for each figure the file that the format shows, where it cannot show the author's own.
--
-- Why: a browser shows no TIFF and no PDF within a page, Word no PDF and older ones no SVG, and Typst opens no TIFF. A figure
-- that is a gap in one of the formats is no figure (APA 7.22). Which file takes the place of which is said in the metadata;
-- this filter makes none.
--
-- Run after: the common filters; before the layout filter of the format.
-- Formats:   all.
-- Options:   figure-files: a map from an image's address, as the manuscript has it, to the file in its place; or to
--            `file` and `fallback`, a picture for programs that do not show that one (writers/apa-docx.lua takes it).
-- Warns:     never; pandoc itself says which file it cannot find.

-- Walking a whole document with doc:walk, metadata included, is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

local stringify = pandoc.utils.stringify

--- What the metadata say: address → { file, fallback }.
local function files_of(meta)
  local files = {}
  for address, said in pairs(meta['figure-files'] or {}) do
    local is_map = pandoc.utils.type(said) == 'table'
    files[address] = {
      file = is_map and said.file and stringify(said.file) or not is_map and stringify(said) or nil,
      fallback = is_map and said.fallback and stringify(said.fallback) or nil,
    }
  end
  return files
end

local function with_files(doc)
  if pandoc.utils.type(doc.meta['figure-files']) ~= 'table' then
    return nil
  end
  local files = files_of(doc.meta)
  doc.meta['figure-files'] = nil
  return doc:walk {
    Image = function(image)
      local found = files[image.src]
      if found then
        image.src = found.file or image.src
        image.attributes.fallback = found.fallback
        return image
      end
    end,
  }
end

return { { Pandoc = with_files } }
