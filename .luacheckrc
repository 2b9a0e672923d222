-- Tells luacheck what pandoc puts into the world of its Lua filters, so that any other global is a fault.
std = 'lua54'
max_line_length = 130
read_globals = { 'pandoc', 'FORMAT', 'PANDOC_API_VERSION', 'PANDOC_READER_OPTIONS', 'PANDOC_SCRIPT_FILE', 'PANDOC_STATE', 'PANDOC_VERSION', 'PANDOC_WRITER_OPTIONS' }

-- A custom writer is called by its name.
files['filters/writers'] = { globals = { 'Writer', 'ByteStringWriter', 'Template', 'Extensions' } }
