/** The wall's token: given once in the address after #, so that no server log has it; kept in this browser. */
const KEY = 'yiwang.wall.token'

/** in: the part of the address after #. out: the token it gives, or null. */
export function tokenIn(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token')
  return token && /^[\w.~+/=-]{8,300}$/.test(token) ? token : null
}

/** The token of the address, which loses it, else the one kept before. */
export function takeToken(): string {
  const given = tokenIn(location.hash)
  if (given) {
    try { localStorage.setItem(KEY, given) } catch { /* storage is off: it holds until the page is left */ }
    history.replaceState(null, '', location.pathname + location.search)
    return given
  }
  try { return localStorage.getItem(KEY) ?? '' } catch { return '' }
}
