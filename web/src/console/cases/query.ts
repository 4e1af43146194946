/** The query language as the search box and the clickable filters need it: terms of a text, and the text with a term
 * more, less or other. What a term means is the server's business. */

export interface Term { text: string; field: string; values: string[]; negated: boolean }

const QUOTE = /["\u201c\u201d]/

/** The top-level pieces of a query; a group in parentheses or an "or" between terms is a piece of its own. */
export function pieces(q: string): string[] {
  const found: string[] = []
  let piece = '', depth = 0, quoted = false
  for (const c of q) {
    if (QUOTE.test(c)) quoted = !quoted
    else if (!quoted && /[(\uff08]/.test(c)) depth++
    else if (!quoted && /[)\uff09]/.test(c)) depth--
    if (!quoted && depth <= 0 && /\s/.test(c)) {
      if (piece) found.push(piece)
      piece = ''
    } else piece += c
  }
  if (piece) found.push(piece)
  return found
}

/** One piece as a term; field is '' for words and groups. */
export function term(piece: string): Term {
  const m = /^(-?)([a-z_]+)[:\uff1a](.+)$/.exec(piece)
  if (!m) return {text: piece, field: '', values: [], negated: piece.startsWith('-')}
  return {text: piece, field: m[2] === 'class' ? 'category' : m[2] as string, values: (m[3] as string).split(/[,\uff0c]/), negated: m[1] === '-'}
}

export const terms = (q: string): Term[] => pieces(q).map(term)

/** Whether terms can be added and taken away one by one; not so where alternatives stand at the top. */
export function isPlain(q: string): boolean {
  return !pieces(q).some((p) => /^or$/i.test(p))
}

/** The values that the query asks of a field. */
export function valuesOf(q: string, field: string): string[] {
  return terms(q).filter((x) => x.field === field && !x.negated).flatMap((x) => x.values)
}

/** The query with these values for the field; none = without the term. */
export function withValues(q: string, field: string, values: string[]): string {
  const all = terms(q), text = values.length > 0 ? `${field}:${values.join(',')}` : ''
  if (!isPlain(q)) return text ? `(${q}) ${text}` : q
  const at = all.findIndex((x) => x.field === field && !x.negated)
  const rest = all.map((x, i) => (x.field === field && !x.negated ? (i === at ? text : '') : x.text))
  if (at < 0 && text) rest.push(text)
  return rest.filter(Boolean).join(' ')
}

/** The query with the value added to the field, or taken from it. */
export function toggled(q: string, field: string, value: string): string {
  const have = valuesOf(q, field)
  return withValues(q, field, have.includes(value) ? have.filter((v) => v !== value) : [...have, value])
}

/** The query without one of its pieces. */
export function without(q: string, piece: string): string {
  const all = pieces(q), at = all.indexOf(piece)
  return all.filter((_, i) => i !== at).join(' ')
}
