/** Files that the server makes: fetched, so that a refusal becomes a sentence and not a page of JSON. */
import {address, Problem, requestHeaders, type Query} from './api'

/** in: body: it is asked for by POST with it. errors: Problem. */
export async function download(path: string, query: Query, name: string, body?: unknown): Promise<void> {
  let r: Response
  try {
    const headers = requestHeaders(), url = address('/api/v1' + path, query)
    r = await fetch(url, body === undefined ? {headers, credentials: 'same-origin'}
      : {method: 'POST', body: JSON.stringify(body), headers: {...headers, 'Content-Type': 'application/json'}, credentials: 'same-origin'})
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
