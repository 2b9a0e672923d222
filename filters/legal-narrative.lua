--- legal-narrative.lua – writes the names of legal works in full where the sentence names them: Senate Resolution 438 (2016).
--
-- Why: APA 11.6, 11.7 and 11.9 abbreviate in the list and in parentheses, and not in the sentence: "(S. Res. 438, 2016)" but
-- "Senate Report No. 114-154 (2015)"; "(U.S. Const. amend. XIX)" but "Amendment XIX to the U.S. Constitution". A citation
-- style cannot tell the two apart. The long name is the work's field `legal-narrative`.
--
-- Run after: citeproc.
-- Formats:   all; it never asks for the format.
-- Options:   none. It acts on APA styles only, and only on works with that field.
-- Warns:     never.

-- pandoc.utils.references answers from 2.17; that it still does so after citeproc was measured on 3.9.
PANDOC_VERSION:must_be_at_least '3.1'

package.path = pandoc.path.join { pandoc.path.directory(PANDOC_SCRIPT_FILE), '?.lua' } .. ';' .. package.path

local bibliographies = require 'apa.bibliographies'
local style = require 'apa.style'

-- The field of a work that holds its long name.
local FIELD = 'legal-narrative'

--- The long names of the works that have one, by their keys; as inlines.
local function long_names(doc)
  local by_id = {}
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    local name = reference[FIELD]
    by_id[reference.id] = name and pandoc.Inlines(name) or nil
  end
  return by_id
end

--- The place of the space before the parentheses of a narrative citation; behind the end if it has none.
local function before_parentheses(inlines)
  for at = 2, #inlines do
    if inlines[at].t == 'Str' and inlines[at].text:sub(1, 1) == '(' and inlines[at - 1].t == 'Space' then
      return at - 1
    end
  end
  return #inlines + 1
end

local function with_name(cite, name)
  local content = name:clone()
  for at = before_parentheses(cite.content), #cite.content do
    content:insert(cite.content[at])
  end
  cite.content = content
  return cite
end

local function legal_narrative(doc)
  if not style.is_apa(doc.meta) or not bibliographies.may_say(doc.meta, FIELD) then
    return nil
  end
  local name_of = long_names(doc)
  if next(name_of) == nil then
    return nil
  end
  return doc:walk {
    Cite = function(cite)
      local named = cite.citations[1]
      local name = named.mode == 'AuthorInText' and name_of[named.id]
      return name and with_name(cite, name) or nil
    end,
  }
end

return { { Pandoc = legal_narrative } }
