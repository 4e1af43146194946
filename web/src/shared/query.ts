/** Putting queries together. The language itself is the server's; see src/query/README.md. */

/** All of the parts must hold; empty ones are left out. */
export function allOf(...parts: (string | false | null | undefined)[]): string {
  const said = parts.map((p) => (p || '').trim()).filter(Boolean)
  if (said.length === 1) return said[0] as string
  return said.map((p) => (/(^|\s)or(\s|$)/.test(p) ? `(${p})` : p)).join(' ')
}

/** The query without its terms of a field, where they stand at the top; what is in parentheses stays. */
export function without(q: string, field: string): string {
  let depth = 0
  return (q.match(/"[^"]*"|[()]|[^\s()"]+(?:"[^"]*")?/g) ?? []).filter((word) => {
    if (word === '(') depth++
    if (word === ')') depth--
    return depth > 0 || word === ')' || !word.startsWith(field + ':')
  }).join(' ').replace(/\( /g, '(').replace(/ \)/g, ')').trim()
}

/** A term that matches any of the numbers; the language takes 200 at most. */
export const numbersQuery = (numbers: string[]): string => 'number:' + numbers.slice(0, 200).join(',')
