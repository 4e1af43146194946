/** Files that the server makes: fetched, so that a refusal becomes a sentence and not a page of JSON. */
import {address, Problem, requestHeaders, type Query} from './api'

/** errors: Problem. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  let r: Response
  try {
    r = await fetch(address('/api/v1' + path, query), {headers: requestHeaders(), credentials: 'same-origin'})
  } catch {
    throw new Problem(0, 'unreachable', '')
  }
  if (!r.ok) {
    const p = await r.json().catch(() => ({})) as {code?: string; detail?: string; title?: string; hint?: string}
    throw new Problem(r.status, p.code ?? 'http_' + r.status, p.detail ?? p.title ?? '', '', p.hint ?? '')
  }
  const url = URL.createObjectURL(await r.blob()), a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
