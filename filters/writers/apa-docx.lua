--- apa-docx.lua – writes the DOCX of an APA paper with the look of templates/docx/ and the running head in its page header.
--
-- Why: APA 2.18 wants the running head on every page. Pandoc 3.9 copies the header of a reference DOCX as it is, so the paper's
-- own running head has to be in that file, as text: Word online shows no document property or comments field.
--
-- Run as:  pandoc -t filters/writers/apa-docx.lua paper.md -o paper.docx   (filters/defaults/docx.yaml does it)
-- Formats: docx.
-- Options: running-head in the metadata; a --reference-doc and a --template of one's own are taken instead of ours.
-- Warns:   when one's own --reference-doc leaves no place for the running head.

PANDOC_VERSION:must_be_at_least '3.5' -- writer options that a custom writer can hand on; pandoc.zip

local path = pandoc.path
local stringify = pandoc.utils.stringify

local TEMPLATES = path.join { path.directory(PANDOC_SCRIPT_FILE), '..', 'templates' }

-- Every part of the reference DOCX, always in this order: the same paper gives the same bytes.
local PARTS = {
  '[Content_Types].xml',
  '_rels/.rels',
  'docProps/app.xml',
  'word/_rels/document.xml.rels',
  'word/document.xml',
  'word/fontTable.xml',
  'word/footnotes.xml',
  'word/header1.xml',
  'word/numbering.xml',
  'word/settings.xml',
  'word/styles.xml',
  'word/theme/theme1.xml',
  'word/webSettings.xml',
}

local HEADER = 'word/header1.xml'
local RUNNING_HEAD_PLACE = '<?running-head?>'

-- What the document properties need. Pandoc would write every other field of the front matter into docProps/custom.xml
-- (paths of bibliographies and e-mail addresses too) and the footnotes of an abstract into the document a second time.
local PROPERTIES = { 'title', 'author', 'keywords', 'subject', 'description', 'category', 'lang', 'dir' }

local function read(file)
  local handle = assert(io.open(file, 'rb'))
  local content = handle:read 'a'
  handle:close()
  return content
end

local ESCAPES = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;' }

--- Text as it may stand in XML; characters that XML forbids are left out.
local function escaped(text)
  return (text:gsub('[%z\1-\8\11\12\14-\31]', ''):gsub('[&<>]', ESCAPES))
end

--- Whether Hebrew, Arabic or another script written from the right stands in the text.
local function has_right_to_left(text)
  for _, code in utf8.codes(text, true) do
    if (code >= 0x590 and code <= 0x8FF) or (code >= 0xFB1D and code <= 0xFDFF) or (code >= 0xFE70 and code <= 0xFEFF) then
      return true
    end
  end
  return false
end

local function running_head_run(text)
  if text == '' then
    return ''
  end
  -- Without w:rtl Word sets Arabic in the wrong font and turns its punctuation round.
  local properties = has_right_to_left(text) and '<w:rPr><w:rtl/></w:rPr>' or ''
  return '<w:r>' .. properties .. '<w:t xml:space="preserve">' .. escaped(text) .. '</w:t></w:r>'
end

--- Comments in the XML tree are for us, not for the editor who opens the DOCX.
local function without_comments(xml)
  return (xml:gsub('%s*<!%-%-.-%-%->', ''))
end

local function part(name, running_head)
  local content = without_comments(read(path.join { TEMPLATES, 'docx', name }))
  if name ~= HEADER then
    return content
  end
  local first, last = content:find(RUNNING_HEAD_PLACE, 1, true)
  assert(first, 'templates/docx/' .. HEADER .. ' has lost its place for the running head')
  return content:sub(1, first - 1) .. running_head_run(running_head) .. content:sub(last + 1)
end

local function reference_document(running_head)
  local entries = {}
  for index, name in ipairs(PARTS) do
    entries[index] = pandoc.zip.Entry(name, part(name, running_head), 0)
  end
  return pandoc.zip.Archive(entries):bytestring()
end

local function plain(inlines)
  return inlines:walk { Note = function () return {} end }
end

local function properties(meta)
  local kept = {}
  for _, name in ipairs(PROPERTIES) do
    local value = meta[name]
    kept[name] = pandoc.utils.type(value) == 'Inlines' and plain(value) or value
  end
  return kept
end

--- Word's style separator: the heading's paragraph mark is hidden, so the next paragraph goes on in its line (APA 2.27), while
-- the heading keeps its style and its place in the navigation pane. LibreOffice 7.4 does not know it and sets the heading on a
-- line of its own. filters/docx-layout.lua marks these headings.
local function with_style_separators(xml)
  return (xml:gsub('</w:pPr>%s*<%?run%-in%?>', '<w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr>'))
end

--- Pandoc 3.9 leaves out the distances of an image from the text; LibreOffice then takes an eighth of an inch.
local function with_images_at_the_margin(xml)
  return (xml:gsub('<wp:inline>', '<wp:inline distT="0" distB="0" distL="0" distR="0">'))
end

local function finished(bytes)
  local archive = pandoc.zip.Archive(bytes)
  for index, entry in ipairs(archive.entries) do
    if entry.path == 'word/document.xml' then
      local xml = with_images_at_the_margin(with_style_separators(entry:contents()))
      archive.entries[index] = pandoc.zip.Entry(entry.path, xml, entry.modtime)
    end
  end
  return archive:bytestring()
end

--- Pandoc writes an image's path into the DOCX as a description. A path may hold the author's name and differs between
-- machines: the image goes into the media bag under a name that says nothing.
local function with_nameless_images(doc)
  local names, fetched = {}, {}
  doc = doc:walk {
    Image = function (image)
      if not names[image.src] then
        local found, kind, content = pcall(pandoc.mediabag.fetch, image.src)
        if not found or not content then
          return nil -- pandoc says itself that it could not fetch the image
        end
        local _, extension = path.split_extension(image.src)
        local name = 'image' .. #fetched + 1 .. (extension:lower():match '^%.%w+$' or '')
        names[image.src] = name
        fetched[#fetched + 1] = { name = name, kind = kind, content = content }
      end
      image.src = names[image.src]
      return image
    end
  }
  -- Only now: an image of the author's may have one of these names.
  for _, image in ipairs(fetched) do
    pandoc.mediabag.insert(image.name, image.kind, image.content)
  end
  return doc
end

local function write_with_reference(doc, options, bytes)
  return pandoc.system.with_temporary_directory('apa-docx', function (directory)
    local file = path.join { directory, 'reference.docx' }
    local handle = assert(io.open(file, 'wb'))
    handle:write(bytes)
    handle:close()
    options.reference_doc = file
    return finished(pandoc.write(doc, 'docx', options))
  end)
end

-- Pandoc finds a writer by these two names.
-- luacheck: globals ByteStringWriter Template

--- Asked for by `--standalone`.
function Template()
  return read(path.join { TEMPLATES, 'apa.openxml' })
end

function ByteStringWriter(doc, options)
  local running_head = doc.meta['running-head'] and stringify(doc.meta['running-head']) or ''
  doc = with_nameless_images(doc)
  doc.meta = properties(doc.meta)
  options.template = options.template or pandoc.template.compile(Template())
  if options.reference_doc then
    if running_head ~= '' then
      pandoc.log.warn('the page header is that of ' .. options.reference_doc .. '; the running head is not written into it')
    end
    return finished(pandoc.write(doc, 'docx', options))
  end
  return write_with_reference(doc, options, reference_document(running_head))
end
