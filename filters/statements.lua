--- statements.lua – sets what authors declare (funding, conflicts of interest, data, ethics) as sections of the paper.
--
-- Why: in APA Style these are paragraphs of the author note (2.7), where front-matter.lua puts them. Most journals of other
-- publishers want them as sections before the references: each by itself, or all of them under "Declarations".
-- What comes out, behind the text and before references and appendices:
--   sections        Header 1 with the statement's title, its paragraphs; and so on
--   declarations    Header 1 "Declarations", then a Header 2 for each
--   apart           nothing: the statements are a file of their own, or go into a portal
-- A masked copy has none of those that tell who wrote it: contributions, acknowledgments, funding, conflicts of interest.
-- The field `statements` of the metadata, a list of { name, text }, goes; it stays only for the parts that print it
-- (submission-part.lua).
--
-- Run after: front-matter.lua (it gathers the statements); before masked.lua, appendices.lua and citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   apa: statements, masked, extract; `submission: {statement-titles: …}`, a journal's own titles.
-- Warns:     nothing.

-- walk on a list of blocks, topdown, is there from 2.17.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path
local read_options = require 'apa.options'.read

local stringify = pandoc.utils.stringify

-- Titles, where a journal has none of its own, in the languages that most of our users write in; English for the others.
local TITLES = {
  en = {
    declarations = 'Declarations', transparency = 'Transparency and Openness', preregistration = 'Preregistration',
    ['data-availability'] = 'Data Availability', ethics = 'Ethics Approval', consent = 'Informed Consent',
    ['consent-for-publication'] = 'Consent for Publication', ['ai-use'] = 'Use of Artificial Intelligence',
    ['conflicts-of-interest'] = 'Conflicts of Interest', funding = 'Funding',
    ['author-contributions'] = 'Author Contributions', acknowledgments = 'Acknowledgments',
  },
  de = {
    declarations = 'Erklärungen', transparency = 'Transparenz und Offenheit', preregistration = 'Präregistrierung',
    ['data-availability'] = 'Verfügbarkeit der Daten', ethics = 'Ethikvotum', consent = 'Einwilligung',
    ['consent-for-publication'] = 'Einwilligung in die Veröffentlichung',
    ['ai-use'] = 'Nutzung künstlicher Intelligenz', ['conflicts-of-interest'] = 'Interessenkonflikte',
    funding = 'Förderung', ['author-contributions'] = 'Beiträge der Autoren', acknowledgments = 'Danksagung',
  },
  fr = {
    declarations = 'Déclarations', transparency = 'Transparence et ouverture', preregistration = 'Préenregistrement',
    ['data-availability'] = 'Disponibilité des données', ethics = 'Approbation éthique', consent = 'Consentement éclairé',
    ['consent-for-publication'] = 'Consentement à la publication',
    ['ai-use'] = 'Recours à l’intelligence artificielle', ['conflicts-of-interest'] = 'Conflits d’intérêts',
    funding = 'Financement', ['author-contributions'] = 'Contributions des auteurs', acknowledgments = 'Remerciements',
  },
  es = {
    declarations = 'Declaraciones', transparency = 'Transparencia y apertura', preregistration = 'Prerregistro',
    ['data-availability'] = 'Disponibilidad de los datos', ethics = 'Aprobación ética', consent = 'Consentimiento informado',
    ['consent-for-publication'] = 'Consentimiento para la publicación',
    ['ai-use'] = 'Uso de inteligencia artificial', ['conflicts-of-interest'] = 'Conflictos de intereses',
    funding = 'Financiación', ['author-contributions'] = 'Contribuciones de los autores',
    acknowledgments = 'Agradecimientos',
  },
}

-- Those that tell who wrote a paper.
local PERSONAL = {
  ['author-contributions'] = true, acknowledgments = true, funding = true, ['conflicts-of-interest'] = true,
}

--- Give the title of a statement: the journal's own, or the one of the paper's language.
local function title_of(meta, name)
  local submission = type(meta.submission) == 'table' and meta.submission or {}
  local own = type(submission['statement-titles']) == 'table' and submission['statement-titles'][name]
  if own then
    return pandoc.Inlines(stringify(own))
  end
  local language = stringify(meta.lang or 'en'):lower():match '^%a+' or 'en'
  return pandoc.Inlines((TITLES[language] or TITLES.en)[name])
end

local function taken_identifiers(doc)
  local taken = {}
  local function note(element)
    taken[element.identifier] = true
  end
  doc:walk { Header = note, Div = note, Span = note }
  return taken
end

local function heading(meta, level, name, taken)
  local identifier = taken[name] and 'statement-' .. name or name
  return pandoc.Header(level, title_of(meta, name), pandoc.Attr(identifier, { 'statement' }))
end

--- The blocks of the sections of all statements.
local function sections(doc, statements, under_one)
  local blocks, taken = pandoc.Blocks {}, taken_identifiers(doc)
  if under_one then
    blocks:insert(heading(doc.meta, 1, 'declarations', taken))
  end
  for _, statement in ipairs(statements) do
    blocks:insert(heading(doc.meta, under_one and 2 or 1, stringify(statement.name), taken))
    blocks:extend(statement.text)
  end
  return blocks
end

--- Where the text ends: at the first appendix, or at the heading of a reference list that the author put in.
local function end_of_text(blocks)
  for index, block in ipairs(blocks) do
    if block.t == 'Header' and block.classes:includes 'appendix' then
      return index
    end
    if block.t == 'Div' and block.identifier == 'refs' then
      local before = blocks[index - 1]
      return before and before.t == 'Header' and index - 1 or index
    end
  end
  return #blocks + 1
end

local function with_statements(doc)
  local options = read_options(doc.meta)
  local statements = pandoc.List(doc.meta.statements or {})
  if options.extract ~= 'statements' and options.extract ~= 'cover-letter' then
    doc.meta.statements = nil
  end
  if options.masked then
    statements = statements:filter(function(one) return not PERSONAL[stringify(one.name)] end)
    doc.meta.statements = nil
  end
  if #statements > 0 and (options.statements == 'sections' or options.statements == 'declarations') then
    local blocks = doc.blocks
    local at = end_of_text(blocks)
    for offset, block in ipairs(sections(doc, statements, options.statements == 'declarations')) do
      blocks:insert(at + offset - 1, block)
    end
    doc.blocks = blocks
  end
  return doc
end

return { { Pandoc = with_statements } }
