--- labels.lua – gives the words that the machinery itself prints, in the language of the paper.
--
-- A module, not a filter:  local labels = require 'apa.labels'.of(meta)   -- by `lang`; English where it is not known
-- APA publishes its labels in English only (Publication Manual, 7th ed.); the others follow the usage of journals that set
-- APA papers in these languages.

local M = {}

local WORDS = {
  en = {
    abstract = 'Abstract', keywords = 'Keywords', author_note = 'Author Note', references = 'References',
    table = 'Table', tables = 'Tables', figure = 'Figure', figures = 'Figures',
    equation = 'Equation', equations = 'Equations', section = 'section', sections = 'sections',
    note = 'Note', appendix = 'Appendix', appendices = 'Appendices', footnotes = 'Footnotes',
    contents = 'Contents', list_of_tables = 'List of Tables', list_of_figures = 'List of Figures',
    figure_legends = 'Figure Legends',
    conjunction = 'and', serial_comma = true, word_count = 'Word count', masked = 'masked',
    skip = 'Skip to the text', back = 'Back to the text',
    correspondence = 'Correspondence concerning this article should be addressed to', email = 'Email',
    included_studies = 'References marked with an asterisk indicate studies included in the meta-analysis.',
    equal_contribution = '%s contributed equally to this work.', now_at = '%s is now at %s.', deceased = '%s is deceased.',
    funded_by = 'This work was supported by %s.',
    contributor_roles = 'The contributions of the authors, in the terms of CRediT (%s), were:',
  },
  de = {
    abstract = 'Zusammenfassung', keywords = 'Schlüsselwörter', author_note = 'Anmerkung der Autoren',
    references = 'Literatur', table = 'Tabelle', tables = 'Tabellen', figure = 'Abbildung', figures = 'Abbildungen',
    equation = 'Gleichung', equations = 'Gleichungen', section = 'Abschnitt', sections = 'Abschnitte',
    note = 'Anmerkung', appendix = 'Anhang', appendices = 'Anhänge', footnotes = 'Fußnoten',
    contents = 'Inhalt', list_of_tables = 'Tabellenverzeichnis', list_of_figures = 'Abbildungsverzeichnis',
    figure_legends = 'Abbildungslegenden',
    conjunction = 'und', serial_comma = false, word_count = 'Anzahl der Wörter', masked = 'anonymisiert',
    skip = 'Zum Text', back = 'Zurück zum Text',
    correspondence = 'Korrespondenz zu diesem Artikel bitte an', email = 'E-Mail',
    included_studies = 'Mit einem Sternchen gekennzeichnete Werke gingen in die Metaanalyse ein.',
    equal_contribution = '%s haben zu gleichen Teilen beigetragen.', now_at = '%s ist jetzt tätig an: %s.',
    deceased = '%s ist verstorben.',
    funded_by = 'Diese Arbeit wurde gefördert durch: %s.',
    contributor_roles = 'Die Beiträge der Autoren, bezeichnet nach CRediT (%s), waren:',
  },
  fr = {
    abstract = 'Résumé', keywords = 'Mots-clés', author_note = 'Note des auteurs', references = 'Références',
    table = 'Tableau', tables = 'Tableaux', figure = 'Figure', figures = 'Figures',
    equation = 'Équation', equations = 'Équations', section = 'section', sections = 'sections',
    note = 'Note', appendix = 'Annexe', appendices = 'Annexes', footnotes = 'Notes de bas de page',
    contents = 'Table des matières', list_of_tables = 'Liste des tableaux', list_of_figures = 'Liste des figures',
    figure_legends = 'Légendes des figures',
    conjunction = 'et', serial_comma = false, word_count = 'Nombre de mots', masked = 'anonymisé',
    skip = 'Aller au texte', back = 'Retour au texte',
    correspondence = 'La correspondance concernant cet article doit être adressée à', email = 'Courriel',
    included_studies = 'Les références précédées d’un astérisque désignent les études incluses dans la méta-analyse.',
    equal_contribution = '%s ont contribué à parts égales à ce travail.', now_at = '%s : affiliation actuelle, %s.',
    deceased = '%s : décès survenu depuis.',
    funded_by = 'Ce travail a été financé par : %s.',
    contributor_roles = 'Les contributions des auteurs, selon la taxinomie CRediT (%s), sont les suivantes :',
  },
  es = {
    abstract = 'Resumen', keywords = 'Palabras clave', author_note = 'Nota de autor', references = 'Referencias',
    table = 'Tabla', tables = 'Tablas', figure = 'Figura', figures = 'Figuras',
    equation = 'Ecuación', equations = 'Ecuaciones', section = 'sección', sections = 'secciones',
    note = 'Nota', appendix = 'Apéndice', appendices = 'Apéndices', footnotes = 'Notas al pie',
    contents = 'Índice', list_of_tables = 'Índice de tablas', list_of_figures = 'Índice de figuras',
    figure_legends = 'Leyendas de las figuras',
    conjunction = 'y', serial_comma = false, word_count = 'Número de palabras', masked = 'anonimizado',
    skip = 'Ir al texto', back = 'Volver al texto',
    correspondence = 'La correspondencia relativa a este artículo debe dirigirse a', email = 'Correo electrónico',
    included_studies = 'Las referencias marcadas con un asterisco indican estudios incluidos en el metaanálisis.',
    equal_contribution = '%s contribuyeron por igual a este trabajo.', now_at = '%s: afiliación actual, %s.',
    deceased = '%s: en memoria.',
    funded_by = 'Este trabajo fue financiado por: %s.',
    contributor_roles = 'Las contribuciones de los autores, según la taxonomía CRediT (%s), fueron:',
  },
  pt = {
    abstract = 'Resumo', keywords = 'Palavras-chave', author_note = 'Nota dos autores', references = 'Referências',
    table = 'Tabela', tables = 'Tabelas', figure = 'Figura', figures = 'Figuras',
    equation = 'Equação', equations = 'Equações', section = 'seção', sections = 'seções',
    note = 'Nota', appendix = 'Apêndice', appendices = 'Apêndices', footnotes = 'Notas de rodapé',
    contents = 'Sumário', list_of_tables = 'Lista de tabelas', list_of_figures = 'Lista de figuras',
    figure_legends = 'Legendas das figuras',
    conjunction = 'e', serial_comma = false, word_count = 'Número de palavras', masked = 'anonimizado',
    skip = 'Ir para o texto', back = 'Voltar ao texto',
    correspondence = 'A correspondência sobre este artigo deve ser enviada a', email = 'E-mail',
    included_studies = 'As referências marcadas com asterisco indicam estudos incluídos na metanálise.',
    equal_contribution = '%s contribuíram igualmente para este trabalho.', now_at = '%s: afiliação atual, %s.',
    deceased = '%s: em memória.',
    funded_by = 'Este trabalho foi financiado por: %s.',
    contributor_roles = 'As contribuições dos autores, segundo a taxonomia CRediT (%s), foram:',
  },
  nl = {
    abstract = 'Samenvatting', keywords = 'Trefwoorden', author_note = 'Noot van de auteurs', references = 'Literatuur',
    table = 'Tabel', tables = 'Tabellen', figure = 'Figuur', figures = 'Figuren',
    equation = 'Vergelijking', equations = 'Vergelijkingen', section = 'paragraaf', sections = 'paragrafen',
    note = 'Noot', appendix = 'Bijlage', appendices = 'Bijlagen', footnotes = 'Voetnoten',
    contents = 'Inhoud', list_of_tables = 'Lijst van tabellen', list_of_figures = 'Lijst van figuren',
    figure_legends = 'Bijschriften bij de figuren',
    conjunction = 'en', serial_comma = false, word_count = 'Aantal woorden', masked = 'geanonimiseerd',
    skip = 'Naar de tekst', back = 'Terug naar de tekst',
    correspondence = 'Correspondentie over dit artikel kan worden gericht aan', email = 'E-mail',
    included_studies = 'Verwijzingen met een asterisk zijn studies die in de meta-analyse zijn opgenomen.',
    equal_contribution = '%s hebben evenveel bijgedragen aan dit werk.', now_at = '%s werkt nu bij %s.',
    deceased = '%s is overleden.',
    funded_by = 'Dit werk werd gefinancierd door: %s.',
    contributor_roles = 'De bijdragen van de auteurs, in de termen van CRediT (%s), waren:',
  },
  ja = {
    abstract = '要約', keywords = 'キーワード', author_note = '著者注', references = '引用文献',
    table = '表', tables = '表', figure = '図', figures = '図', equation = '式', equations = '式',
    section = '節', sections = '節', note = '注', appendix = '付録', appendices = '付録', footnotes = '脚注',
    contents = '目次', list_of_tables = '表目次', list_of_figures = '図目次',
    figure_legends = '図の説明',
    conjunction = '・', serial_comma = false, word_count = '語数', masked = '匿名化',
    skip = '本文へ', back = '本文に戻る', correspondence = '連絡先：', email = '電子メール',
    included_studies = 'アスタリスクを付した文献は，メタ分析に含めた研究である。',
    equal_contribution = '%sは本研究に等しく貢献した。', now_at = '%sの現所属：%s。', deceased = '%sは逝去した。',
    funded_by = '本研究は%sの助成を受けた。',
    contributor_roles = '著者の貢献（CRediT，%s による分類）：',
  },
  zh = {
    abstract = '摘要', keywords = '关键词', author_note = '作者注', references = '参考文献',
    table = '表', tables = '表', figure = '图', figures = '图', equation = '公式', equations = '公式',
    section = '节', sections = '节', note = '注', appendix = '附录', appendices = '附录', footnotes = '脚注',
    contents = '目录', list_of_tables = '表目录', list_of_figures = '图目录',
    figure_legends = '图注',
    conjunction = '和', serial_comma = false, word_count = '字数', masked = '已隐去',
    skip = '跳到正文', back = '返回正文', correspondence = '通讯作者：', email = '电子邮箱',
    included_studies = '带星号的文献为纳入元分析的研究。',
    equal_contribution = '%s对本研究贡献相同。', now_at = '%s现工作单位：%s。', deceased = '%s已故。',
    funded_by = '本研究由%s资助。',
    contributor_roles = '作者贡献（按 CRediT 分类，%s）：',
  },
  ar = {
    abstract = 'الملخص', keywords = 'الكلمات المفتاحية', author_note = 'ملاحظة المؤلف', references = 'المراجع',
    table = 'جدول', tables = 'جداول', figure = 'شكل', figures = 'أشكال', equation = 'معادلة', equations = 'معادلات',
    section = 'قسم', sections = 'أقسام', note = 'ملاحظة', appendix = 'ملحق', appendices = 'ملاحق', footnotes = 'الحواشي',
    contents = 'المحتويات', list_of_tables = 'قائمة الجداول', list_of_figures = 'قائمة الأشكال',
    figure_legends = 'شروح الأشكال',
    conjunction = 'و', serial_comma = false, word_count = 'عدد الكلمات', masked = 'محجوب',
    skip = 'انتقل إلى النص', back = 'العودة إلى النص',
    correspondence = 'توجه المراسلات بشأن هذا المقال إلى', email = 'البريد الإلكتروني',
    included_studies = 'تشير المراجع المعلّمة بنجمة إلى الدراسات المشمولة في التحليل التلوي.',
    equal_contribution = 'أسهم %s بالتساوي في هذا العمل.', now_at = 'مكان العمل الحالي: %s، %s.', deceased = 'توفي %s.',
    funded_by = 'حظي هذا العمل بدعم من %s.',
    contributor_roles = 'كانت مساهمات المؤلفين، وفق تصنيف CRediT (%s)، كما يلي:',
  },
}

-- Languages that are written from right to left, whatever their labels.
local RIGHT_TO_LEFT = { ar = true, fa = true, he = true, ur = true, ps = true, yi = true }

local function primary(meta)
  local lang = meta.lang and pandoc.utils.stringify(meta.lang) or 'en'
  return lang:lower():match '^%a+' or 'en'
end

--- The words for the language of the paper (RFC 5646; only the primary subtag counts).
function M.of(meta)
  return WORDS[primary(meta)] or WORDS.en
end

function M.is_right_to_left(meta)
  return RIGHT_TO_LEFT[primary(meta)] == true
end

--- Every language that has words of its own.
function M.languages()
  local languages = {}
  for language in pairs(WORDS) do
    table.insert(languages, language)
  end
  table.sort(languages)
  return languages
end

return M
