/** The typed way to the server: one function per verb, problems as exceptions, reads that wait for one's own writes. */
import {setClock} from './clock'
import type {Row} from './types'

/** A refusal (RFC 9457), or a failed connection with status 0. The hint holds what can be done instead, and by whom. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string, readonly field = '', readonly hint = '',
              readonly current: Row | null = null) {
    super(detail)
  }
  /** Nothing came back, or the server was not able to: the same request may succeed later. */
  get transient(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 408 || this.status === 429
  }
}

const state = {csrf: '', token: '', language: 'zh', seq: 0, lost: (): void => undefined}

/** in: language tag that replies come in; token of a wall; csrf of the session; lost: called when the session has ended. */
export function configure(o: Partial<typeof state>): void {
  Object.assign(state, o)
}

export function requestHeaders(): Record<string, string> {
  const h: Record<string, string> = {'Accept-Language': state.language}
  if (state.token) h.Authorization = 'Bearer ' + state.token
  if (state.csrf) h['X-CSRF-Token'] = state.csrf
  return h
}

export type Query = Record<string, string | number | boolean | null | undefined>

/** Path with the parameters that have a value. */
export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== '')
  if (pairs.length === 0) return path
  return path + '?' + pairs.map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`).join('&')
}

async function problemOf(r: Response): Promise<Problem> {
  try {
    const p = await r.json() as Record<string, unknown>
    const text = (k: string): string => typeof p[k] === 'string' ? p[k] as string : ''
    // what changed in the meantime is shown as a list of its own
    const more = text('code') === 'version' ? '' : text('more')
    return new Problem(r.status, text('code'), text('detail') || text('title'), text('field'), [more, text('hint')].filter(Boolean).join(' '), (p.current as Row) ?? null)
  } catch {
    return new Problem(r.status, 'http_' + r.status, '')
  }
}

async function send(path: string, init: RequestInit, headers: Record<string, string>): Promise<Response> {
  let r: Response
  try {
    r = await fetch(path, {...init, headers: {...requestHeaders(), ...headers}, credentials: 'same-origin'})
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new Problem(0, 'unreachable', '')
  }
  const seq = Number(r.headers.get('Yiwang-Seq') ?? 0), time = r.headers.get('Yiwang-Time')
  if (time) setClock(Number(time))
  if (init.method && seq > state.seq) state.seq = seq
  if (r.ok || r.status === 304) return r
  if (r.status === 401 && path !== '/api/v1/session') state.lost()
  throw await problemOf(r)
}

export interface Sent { version?: number; key?: string; signal?: AbortSignal }

function commandHeaders(o: Sent): Record<string, string> {
  const h: Record<string, string> = {}
  if (o.version !== undefined) h['If-Match'] = `"${o.version}"`
  if (o.key) h['Idempotency-Key'] = o.key
  return h
}

/** What was read, and the sequence it holds everything up to (0 where the server does not say). */
export interface Read<T> { body: T; seq: number }

async function read<T>(url: string, signal?: AbortSignal): Promise<Read<T>> {
  const r = await send(url, {signal: signal ?? null}, state.seq ? {'Yiwang-Min-Seq': String(state.seq)} : {})
  return {body: await r.json() as T, seq: Number(r.headers.get('Yiwang-Seq') ?? 0)}
}

const EARLY_MS = 10_000
const early = new Map<string, Promise<Read<unknown>>>()

/** Asks already for what a page that is still on its way will read first: that reading takes this answer. out: settled when it is there. */
export function readEarly(path: string, query: Query = {}): Promise<unknown> {
  const url = address('/api/v1' + path, query), answer = read(url)
  early.set(url, answer)
  setTimeout(() => early.delete(url), EARLY_MS)
  return answer.catch(() => undefined) // whoever takes it sees the problem
}

/** GET as JSON, with the sequence that a feed can go on from. */
export async function readAt<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Read<T>> {
  const url = address('/api/v1' + path, query), there = early.get(url)
  early.delete(url)
  return (there ?? read(url, signal)) as Promise<Read<T>>
}

/** GET as JSON. A read waits until lists and counts hold what this page itself has written. */
export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await readAt<T>(path, query, signal)).body
}

/** POST of JSON. in: version the caller saw, key that makes repeating safe. errors: Problem. */
export async function post<T>(path: string, body: unknown, o: Sent = {}): Promise<T> {
  const r = await send('/api/v1' + path, {method: 'POST', body: JSON.stringify(body), signal: o.signal ?? null},
    {'Content-Type': 'application/json', ...commandHeaders(o)})
  return (r.status === 204 ? null : await r.json()) as T
}

export async function remove(path: string): Promise<void> {
  await send('/api/v1' + path, {method: 'DELETE'}, {})
}

/** Uploads one photo; out: the id to be named in media[]. */
export async function upload(photo: Blob, key?: string): Promise<string> {
  const r = await send('/api/v1/media', {method: 'POST', body: photo}, {'Content-Type': photo.type || 'image/jpeg', ...commandHeaders({key: key ?? ''})})
  return (await r.json() as {id: string}).id
}

/** A photo of a case as a local address, for readers that need a header to see it. */
export async function photoUrl(path: string): Promise<string> {
  return URL.createObjectURL(await (await send('/api/v1' + path, {}, {})).blob())
}

/** A random key for Idempotency-Key; crypto.randomUUID is missing on plain HTTP and on older browsers. */
export function newKey(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
}
