--- fonts.lua – gives the six fonts that APA approves (2.19): size, line pitch, and which face stands in where one is absent.
--
-- A module, not a filter:  local font = require 'apa.fonts'[options.font]
--   size    points (2.19)
--   pitch   points from baseline to baseline in Word's double spacing: twice the ascent, descent and line gap that the font's
--           own table `hhea` gives (Times New Roman and Arial 2355/2048 of the size, Georgia 2327, Calibri 2500, Lucida
--           3147); for Computer Modern, twice the 12 points on which TeX sets its 10
--   face    the face of the PDF where the real font is not there; `same_metrics` says whether lines then break alike
--   docx    the font's name in Word
--   stack   font families for CSS, the real one first
--   sans    whether it has no serifs

local M = {
  ['Times New Roman'] = {
    size = 12, pitch = 27.6, face = 'TeX Gyre Termes', same_metrics = true, docx = 'Times New Roman', sans = false,
    stack = '"Times New Roman", "TeX Gyre Termes", Tinos, "Liberation Serif", Times, serif',
  },
  ['Georgia'] = {
    size = 11, pitch = 25.0, face = 'TeX Gyre Schola', same_metrics = false, docx = 'Georgia', sans = false,
    stack = 'Georgia, Gelasio, "TeX Gyre Schola", serif',
  },
  ['Calibri'] = {
    size = 11, pitch = 26.9, face = 'Carlito', same_metrics = true, docx = 'Calibri', sans = true,
    stack = 'Calibri, Carlito, sans-serif',
  },
  ['Arial'] = {
    size = 11, pitch = 25.3, face = 'TeX Gyre Heros', same_metrics = true, docx = 'Arial', sans = true,
    stack = 'Arial, Arimo, "TeX Gyre Heros", "Liberation Sans", Helvetica, sans-serif',
  },
  ['Lucida Sans Unicode'] = {
    size = 10, pitch = 30.7, face = 'DejaVu Sans', same_metrics = false, docx = 'Lucida Sans Unicode', sans = true,
    stack = '"Lucida Sans Unicode", "Lucida Grande", "DejaVu Sans", sans-serif',
  },
  ['Computer Modern'] = {
    size = 10, pitch = 24.0, face = 'New Computer Modern', same_metrics = true, docx = 'CMU Serif', sans = false,
    stack = '"CMU Serif", "Computer Modern Serif", "Latin Modern Roman", serif',
  },
}

return M
