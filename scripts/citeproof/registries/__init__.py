"""Asks DOI registries and PubMed for cited works, and says how an entry and what is registered agree.

`questions` says what is asked, `client` asks it, `answers` reads what came, `judge` says what follows from it. Of these
only `client` uses a network. A verdict follows from an entry and from stored answers, and from nothing else.
"""
