--- files-beside-paper.lua – finds the bibliography, the style and the images that lie beside the manuscript.
--
-- Why: pandoc 3.9 looks for `bibliography: references.bib` and for images in the working folder,
-- not in the folder of the paper that names them, so that a paper builds from one folder only.
-- A file beside the paper wins; if there is none, the name is left as it was. A paper that names no
-- bibliography gets `references.bib`, if that lies beside it.
-- What was given on the command line (`--bibliography`, `--csl`) counts from the working folder and is left alone.
--
-- Run after: nothing; it is the first.
-- Formats:   all; it never asks for the format.
-- Options:   none.
-- Warns:     never; pandoc itself says which file it cannot find.

-- Walking a whole document with doc:walk, metadata included, is reliable from 3.1 on.
PANDOC_VERSION:must_be_at_least '3.1'

local path = pandoc.path
local stringify = pandoc.utils.stringify

--- The folder of the first input file as seen from the working folder; nil for standard input.
local function folder_of_paper()
  local first = PANDOC_STATE.input_files[1]
  if not first or first == '-' or first:match '^%a[%w+.-]+://' then
    return nil
  end
  local folder = path.directory(first)
  if path.is_absolute(folder) then
    folder = path.make_relative(folder, pandoc.system.get_working_directory(), true)
  end
  return folder
end

local function exists(name)
  local file = io.open(name, 'rb')
  if file then
    file:close()
  end
  return file ~= nil
end

local function without_percents(name)
  return (name:gsub('%%(%x%x)', function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- The name, as seen from the working folder, of the file beside the paper; nil if no such file is there.
local function beside(folder, name)
  if name == '' or path.is_absolute(name) or name:match '^%a[%w+.-]+:' then
    return nil
  end
  local found = path.normalize(path.join { folder, name })
  return (exists(found) or exists(without_percents(found))) and found or nil
end

--- A file name of the metadata, resolved. A plain string came from the command line and stays.
local function resolve_meta(folder, value)
  local kind = pandoc.utils.type(value)
  if kind == 'Inlines' or kind == 'Blocks' then
    local found = beside(folder, stringify(value))
    return found and pandoc.MetaString(found) or value
  elseif kind == 'List' then
    return pandoc.List(value):map(function(item)
      return resolve_meta(folder, item)
    end)
  end
  return value
end

local function resolve_document(doc)
  local folder = folder_of_paper()
  if not folder then
    return nil
  end
  for _, field in ipairs { 'bibliography', 'csl', 'citation-style', 'citation-abbreviations' } do
    if doc.meta[field] then
      doc.meta[field] = resolve_meta(folder, doc.meta[field])
    end
  end
  if not doc.meta.bibliography and not doc.meta.references then
    local found = beside(folder, 'references.bib')
    doc.meta.bibliography = found and pandoc.MetaString(found) or nil
  end
  if folder == '.' then
    return doc
  end
  return doc:walk {
    Image = function(image)
      local found = beside(folder, image.src)
      if found then
        image.src = found
        return image
      end
    end,
  }
end

return { { Pandoc = resolve_document } }
