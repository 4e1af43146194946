def rows(known, rand): return []
