--- latex-characters.lua – says which characters pdfLaTeX sets by itself, and defines those that it can set with a command.
--
-- A module, not a filter:  local definitions, lacking = require 'apa.latex-characters'.definitions(text)
--   definitions  a line of LaTeX for each character of the text that needs one
--   lacking      the characters that have none: another writing, a letter with a mark of its own, a picture
-- An unknown character stops pdfLaTeX, and its place in the text stays empty. So each that occurs is looked at.

local M = {}

-- What LaTeX knows of itself with the font encodings T1, TS1 and OMS (LaTeX 2022, t1enc.dfu, ts1enc.dfu and omsenc.dfu), as
-- ranges of code points.
local KNOWN = {
  { 0x00, 0x7F }, { 0xA0, 0xB7 }, { 0xB9, 0x125 }, { 0x128, 0x137 }, { 0x139, 0x13E }, { 0x141, 0x148 }, { 0x14A, 0x165 },
  { 0x168, 0x17E }, { 0x192, 0x192 }, { 0x1CD, 0x1D4 }, { 0x1E2, 0x1E3 }, { 0x1E6, 0x1EB }, { 0x1F0, 0x1F0 },
  { 0x1F4, 0x1F5 }, { 0x218, 0x21B }, { 0x232, 0x233 }, { 0x237, 0x237 }, { 0x2C7, 0x2C7 }, { 0x2D8, 0x2D9 },
  { 0x2DB, 0x2DB }, { 0x2DD, 0x2DD }, { 0x1E02, 0x1E03 }, { 0x1E0D, 0x1E0D }, { 0x1E1E, 0x1E21 }, { 0x1E25, 0x1E25 },
  { 0x1E30, 0x1E31 }, { 0x1E37, 0x1E37 }, { 0x1E43, 0x1E43 }, { 0x1E45, 0x1E45 }, { 0x1E47, 0x1E47 }, { 0x1E5B, 0x1E5B },
  { 0x1E63, 0x1E63 }, { 0x1E6D, 0x1E6D }, { 0x1E8E, 0x1E91 }, { 0x1E9E, 0x1E9E }, { 0x1EF2, 0x1EF3 }, { 0x2013, 0x2014 },
  { 0x2018, 0x201A }, { 0x201C, 0x201E }, { 0x2020, 0x2022 }, { 0x2026, 0x2026 }, { 0x2030, 0x2031 }, { 0x2039, 0x203B },
  { 0x203D, 0x203D }, { 0x2044, 0x2044 }, { 0x20AC, 0x20AC }, { 0x2103, 0x2103 }, { 0x2116, 0x2117 }, { 0x2122, 0x2122 },
  { 0xFB00, 0xFB06 }, { 0xFEFF, 0xFEFF },
}

local MATH = {
  -- Greek; capitals that look as Latin ones do are those.
  ['α'] = '\\alpha', ['β'] = '\\beta', ['γ'] = '\\gamma', ['δ'] = '\\delta', ['ε'] = '\\varepsilon', ['ϵ'] = '\\epsilon',
  ['ζ'] = '\\zeta', ['η'] = '\\eta', ['θ'] = '\\theta', ['ϑ'] = '\\vartheta', ['ι'] = '\\iota', ['κ'] = '\\kappa',
  ['λ'] = '\\lambda', ['μ'] = '\\mu', ['ν'] = '\\nu', ['ξ'] = '\\xi', ['ο'] = 'o', ['π'] = '\\pi', ['ρ'] = '\\rho',
  ['ς'] = '\\varsigma', ['σ'] = '\\sigma', ['τ'] = '\\tau', ['υ'] = '\\upsilon', ['φ'] = '\\varphi', ['ϕ'] = '\\phi',
  ['χ'] = '\\chi', ['ψ'] = '\\psi', ['ω'] = '\\omega',
  ['Α'] = '\\mathrm{A}', ['Β'] = '\\mathrm{B}', ['Γ'] = '\\Gamma', ['Δ'] = '\\Delta', ['Ε'] = '\\mathrm{E}',
  ['Ζ'] = '\\mathrm{Z}', ['Η'] = '\\mathrm{H}', ['Θ'] = '\\Theta', ['Ι'] = '\\mathrm{I}', ['Κ'] = '\\mathrm{K}',
  ['Λ'] = '\\Lambda', ['Μ'] = '\\mathrm{M}', ['Ν'] = '\\mathrm{N}', ['Ξ'] = '\\Xi', ['Ο'] = '\\mathrm{O}', ['Π'] = '\\Pi',
  ['Ρ'] = '\\mathrm{P}', ['Σ'] = '\\Sigma', ['Τ'] = '\\mathrm{T}', ['Υ'] = '\\Upsilon', ['Φ'] = '\\Phi',
  ['Χ'] = '\\mathrm{X}', ['Ψ'] = '\\Psi', ['Ω'] = '\\Omega', ['\u{2126}'] = '\\Omega',
  -- Signs of arithmetic, relations, sets, arrows.
  ['−'] = '-', ['∓'] = '\\mp', ['∗'] = '\\ast', ['⋅'] = '\\cdot', ['∙'] = '\\bullet', ['∕'] = '/', ['√'] = '\\surd',
  ['∞'] = '\\infty', ['∝'] = '\\propto', ['∑'] = '\\sum', ['∏'] = '\\prod', ['∫'] = '\\int', ['∂'] = '\\partial',
  ['∇'] = '\\nabla', ['≈'] = '\\approx', ['≃'] = '\\simeq', ['≅'] = '\\cong', ['∼'] = '\\sim', ['≠'] = '\\neq',
  ['≡'] = '\\equiv', ['≤'] = '\\leq', ['≥'] = '\\geq', ['⩽'] = '\\leqslant', ['⩾'] = '\\geqslant', ['≪'] = '\\ll',
  ['≫'] = '\\gg', ['∈'] = '\\in', ['∉'] = '\\notin', ['∋'] = '\\ni', ['⊂'] = '\\subset', ['⊃'] = '\\supset',
  ['⊆'] = '\\subseteq', ['⊇'] = '\\supseteq', ['∪'] = '\\cup', ['∩'] = '\\cap', ['∅'] = '\\emptyset', ['∀'] = '\\forall',
  ['∃'] = '\\exists', ['∧'] = '\\wedge', ['∨'] = '\\vee', ['⊥'] = '\\perp', ['∥'] = '\\parallel', ['∣'] = '\\mid',
  ['⊕'] = '\\oplus', ['⊗'] = '\\otimes', ['∴'] = '\\therefore', ['∵'] = '\\because', ['′'] = "{}'", ['″'] = "{}''",
  ['←'] = '\\leftarrow', ['→'] = '\\rightarrow', ['↑'] = '\\uparrow', ['↓'] = '\\downarrow', ['↔'] = '\\leftrightarrow',
  ['⇐'] = '\\Leftarrow', ['⇒'] = '\\Rightarrow', ['⇔'] = '\\Leftrightarrow', ['ℝ'] = '\\mathbb{R}', ['ℕ'] = '\\mathbb{N}',
  ['ℤ'] = '\\mathbb{Z}', ['ℚ'] = '\\mathbb{Q}', ['ℓ'] = '\\ell', ['ℏ'] = '\\hbar', ['⟨'] = '\\langle', ['⟩'] = '\\rangle',
  ['⌈'] = '\\lceil', ['⌉'] = '\\rceil', ['⌊'] = '\\lfloor', ['⌋'] = '\\rfloor', ['◦'] = '\\circ', ['∘'] = '\\circ',
  ['•'] = '\\bullet', ['□'] = '\\square', ['■'] = '\\blacksquare', ['◊'] = '\\lozenge', ['★'] = '\\bigstar',
  ['✓'] = '\\checkmark', ['✔'] = '\\checkmark', ['ϱ'] = '\\varrho', ['☐'] = '\\square', ['☒'] = '\\boxtimes',
  ['⁰'] = '^0', ['⁴'] = '^4', ['⁵'] = '^5', ['⁶'] = '^6', ['⁷'] = '^7', ['⁸'] = '^8', ['⁹'] = '^9', ['⁺'] = '^+',
  ['⁻'] = '^-', ['ⁿ'] = '^n', ['₀'] = '_0', ['₁'] = '_1', ['₂'] = '_2', ['₃'] = '_3', ['₄'] = '_4', ['₅'] = '_5',
  ['₆'] = '_6', ['₇'] = '_7', ['₈'] = '_8', ['₉'] = '_9', ['₊'] = '_+', ['₋'] = '_-',
}

local TEXT = {
  ['\u{B8}'] = '\\c{}', ['\u{2002}'] = '\\enspace{}', ['\u{2003}'] = '\\quad{}', ['\u{2009}'] = '\\,', ['\u{200A}'] = '\\,',
  ['\u{202F}'] = '\\,', ['\u{2005}'] = '\\,', ['\u{2006}'] = '\\,', ['\u{2007}'] = '\\hphantom{0}', ['\u{2008}'] = '\\,',
  ['\u{200B}'] = '\\hspace{0pt}', ['\u{200C}'] = '{}', ['\u{200D}'] = '{}', ['\u{2060}'] = '{}', ['\u{200E}'] = '{}',
  ['\u{200F}'] = '{}', ['\u{2010}'] = '-', ['\u{2011}'] = '\\mbox{-}', ['\u{2012}'] = '\\textendash{}',
  ['\u{2015}'] = '\\textemdash{}', ['ʹ'] = "'", ['ʺ'] = "''", ['ʼ'] = '\\textquoteright{}', ['ʻ'] = '\\textquoteleft{}',
  ['ı'] = '\\i{}', ['ĸ'] = '\\textsc{k}', ['Ħ'] = 'H', ['ħ'] = '\\ensuremath{\\hbar}', ['ŉ'] = "'n", ['ſ'] = 's',
  ['‣'] = '\\textbullet{}', ['⁎'] = '*', ['‖'] = '\\ensuremath{\\Vert}', ['↵'] = '\\ensuremath{\\hookleftarrow}',
  ['\u{FE0E}'] = '{}', ['\u{FE0F}'] = '{}', ['ŀ'] = 'l\\textperiodcentered{}', ['Ŀ'] = 'L\\textperiodcentered{}',
  ['ṣ'] = '\\d{s}', ['Ṣ'] = '\\d{S}', ['Ḥ'] = '\\d{H}', ['Ṭ'] = '\\d{T}', ['ẓ'] = '\\d{z}', ['Ẓ'] = '\\d{Z}',
  ['Ḍ'] = '\\d{D}', ['ạ'] = '\\d{a}', ['ẹ'] = '\\d{e}', ['ọ'] = '\\d{o}', ['ị'] = '\\d{i}', ['ụ'] = '\\d{u}',
  ['Ə'] = '\\reflectbox{e}', ['ə'] = '\\reflectbox{e}',
}

local function is_known(code)
  for _, range in ipairs(KNOWN) do
    if code >= range[1] and code <= range[2] then
      return true
    end
  end
  return false
end

function M.definitions(text)
  local definitions, lacking, seen = pandoc.List {}, pandoc.List {}, {}
  for character in text:gmatch '[\194-\244][\128-\191]*' do
    local valid, code = pcall(utf8.codepoint, character)
    if valid and not seen[character] and not is_known(code) then
      local command = MATH[character] and '\\ensuremath{' .. MATH[character] .. '}' or TEXT[character]
      if command then
        definitions:insert(('\\DeclareUnicodeCharacter{%04X}{%s}'):format(code, command))
      else
        lacking:insert(character)
      end
    end
    seen[character] = true
  end
  definitions:sort()
  return definitions, lacking
end

return M
