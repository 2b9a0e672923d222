--- drop-references.lua – takes the reference list out, so that a case page shows only the text that it is about.
--
-- Why: `suppress-bibliography` would also take the links out of the citations (pandoc 3.9).
-- Run after: citeproc and the filter that is tested. Formats: all. Options: none. Warns: never.

return {
  {
    Div = function(div)
      return div.identifier == 'refs' and {} or nil
    end,
  },
}
