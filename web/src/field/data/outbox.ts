/** The outbox: every act and report goes through it. Nothing is lost: a letter leaves the store only when the server has
 * answered, or its writer drops it. Nothing counts twice: a letter keeps its key and its content over all attempts, and
 * the server knows both. Letters of one case go in the order they were written; one that is held up holds only those. */
import {clockNow} from '@/shared/clock'
import {newKey, Problem} from '@/shared/api'
import {bodyOf, type Values} from '@/ui/form'
import type {Db, Failure, Letter, Photo, Result} from './db'

export const KEEP_SENT_MS = 3 * 86_400_000

export interface Draft {
  kind: Letter['kind']; title: string; about: string; number?: string; after?: string; action?: string; task?: number
  fields: Letter['fields']; values: Values; extra?: Record<string, unknown>; base?: number; chained?: boolean
}

/** How letters reach the server. errors: Problem. */
export interface Post {
  photo(bytes: Blob, key: string): Promise<string>
  report(body: Record<string, unknown>, key: string): Promise<Result>
  act(number: string, action: string, body: Record<string, unknown>, key: string, version?: number): Promise<Result>
}

/** Letters of one case, or of a report and the acts that follow it, share a lane. */
export const lane = (l: Letter): string => l.number || (l.kind === 'act' ? l.after : '') || l.id

/** The case before has its number: an act goes there, a report says that it was found there. */
function tie(l: Letter, number: string): void {
  if (l.kind === 'act') l.number ||= number
  else l.extra = {...l.extra, found_at: number}
}

/** Puts something into the outbox. out: its id. */
export async function write(db: Db, login: string, d: Draft, now = clockNow()): Promise<string> {
  const id = newKey(), photos: Photo[] = [], values: Record<string, unknown> = {}
  for (const f of d.fields) {
    if (f.type !== 'media') { values[f.name] = plain(d.values[f.name]); continue }
    for (const b of (d.values[f.name] ?? []) as Blob[]) {
      photos.push({id: newKey(), letter: id, field: f.name, type: b.type || 'image/jpeg', bytes: await b.arrayBuffer(), media: ''})
    }
  }
  const letter: Letter = {
    id, key: newKey(), login, kind: d.kind, title: d.title, about: d.about, number: d.number ?? '', after: d.after ?? '', action: d.action ?? '',
    fields: plain(d.fields), values, extra: plain(d.extra ?? {}), made: now, tries: 0, next: 0, state: 'waiting', body: null, doubt: false, claim: true,
    failure: null, result: null, sent: 0, ...(d.task === undefined ? {} : {task: d.task}), ...(d.base === undefined ? {} : {base: d.base}),
    ...(d.chained ? {chained: true} : {}),
  }
  const tx = db.transaction(['outbox', 'photos'], 'readwrite') // both or neither
  for (const p of photos) await tx.objectStore('photos').put(p)
  // the report that it follows may have got its number while this was being filled in
  const before = letter.after && !letter.number ? await tx.objectStore('outbox').index('id').get(letter.after) : undefined
  if (before?.result) tie(letter, before.result.number)
  await tx.objectStore('outbox').put(letter)
  await tx.done
  return id
}

/** A copy without the proxies of what is on the screen, which no store takes. */
function plain<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value)) as T
}

export const letters = (db: Db): Promise<Letter[]> => db.getAll('outbox')
export const photosOf = (db: Db, id: string): Promise<Photo[]> => db.getAllFromIndex('photos', 'letter', id)

async function change(db: Db, id: string, edit: (l: Letter) => void): Promise<Letter | null> {
  const tx = db.transaction('outbox', 'readwrite')
  const l = await tx.store.index('id').get(id)
  if (l) {
    edit(l)
    await tx.store.put(l)
  }
  await tx.done
  return l ?? null
}

// --- attempts ---

/** When to try again after so many attempts: 2 s, 4 s … 5 min. */
export const pause = (tries: number): number => Math.min(300_000, 1000 * 2 ** Math.min(tries, 9))

export function failureOf(p: Problem): Failure {
  return {status: p.status, code: p.code, text: p.message, hint: p.hint, field: p.field}
}

async function upload(db: Db, l: Letter, post: Post): Promise<Record<string, string[]>> {
  const media: Record<string, string[]> = {}
  for (const p of await photosOf(db, l.id)) {
    if (!p.media) {
      p.media = await post.photo(new Blob([p.bytes], {type: p.type}), p.id)
      await db.put('photos', p)
    }
    (media[p.field] ??= []).push(p.media)
  }
  return media
}

/** The content of the request. Said later than a minute afterwards, it says when it happened. */
export function contentOf(l: Letter, media: Record<string, string[]>, now: number): Record<string, unknown> {
  const body: Record<string, unknown> = {...l.extra, ...bodyOf(l.fields, l.values as Values, media)}
  if (l.task !== undefined) body.task = l.task
  if (l.claim && now - l.made > 60_000) body.happened = new Date(l.made).toISOString()
  return body
}

/** Refusals that a letter can mend by itself: a clock that is wrong, a photo that the server has cleared away. */
function mend(l: Letter, p: Problem): 'claim' | 'photos' | null {
  if (l.claim && p.field === 'happened') return 'claim'
  return p.code === 'unknown_media' ? 'photos' : null
}

async function rewrite(db: Db, l: Letter, what: 'claim' | 'photos'): Promise<void> {
  if (what === 'photos') for (const p of await photosOf(db, l.id)) await db.put('photos', {...p, media: ''})
  await change(db, l.id, (x) => {
    x.body = null
    x.key = newKey() // refused for certain: nothing was done under the old one
    if (what === 'claim') x.claim = false
  })
}

async function attempt(db: Db, l: Letter, post: Post, now: () => number): Promise<Result> {
  await change(db, l.id, (x) => { x.tries++ })
  const media = await upload(db, l, post)
  const ready = await change(db, l.id, (x) => { x.body ??= contentOf(x, media, now()) })
  if (!ready) throw new Problem(410, 'dropped', '')
  const body = ready.body as Record<string, unknown>
  await change(db, l.id, (x) => { x.doubt = true }) // from here on it may arrive without our hearing of it
  return l.kind === 'report' ? await post.report(body, ready.key) : await post.act(ready.number, ready.action, body, ready.key, ready.base)
}

/** The server has it: what belonged to persons goes, the number stays, and letters that waited for it get it. */
export async function finish(db: Db, l: Letter, r: Result, now: number): Promise<void> {
  const tx = db.transaction(['outbox', 'photos'], 'readwrite')
  for (const key of await tx.objectStore('photos').index('letter').getAllKeys(l.id)) await tx.objectStore('photos').delete(key)
  const all = await tx.objectStore('outbox').getAll()
  for (const x of all) {
    if (x.id === l.id) {
      Object.assign(x, {state: 'sent', result: r, number: r.number || x.number, sent: now, failure: null, doubt: false, body: null, values: {}, extra: x.extra.attributes ? {attributes: x.extra.attributes} : {}})
      await tx.objectStore('outbox').put(x)
    } else if (x.state !== 'sent' && x.after === l.id && !x.number) {
      tie(x, r.number)
      await tx.objectStore('outbox').put(x)
    }
  }
  const follower = all.find((x) => x.state === 'waiting' && x.chained && (x.order ?? 0) > (l.order ?? 0) && lane(x) === (r.number || lane(l)))
  if (follower && r.version !== undefined) {
    follower.base = r.version
    await tx.objectStore('outbox').put(follower)
  }
  for (const x of all) if (x.state === 'sent' && x.sent < now - KEEP_SENT_MS && x.id !== l.id) await tx.objectStore('outbox').delete(x.order as number)
  await tx.done
}

export interface Pass { sent: number; left: number; line: 'open' | 'down' | 'login'; next: number }
export interface PassOptions { force?: boolean; now?: () => number; mine?: () => Promise<boolean>; told?: () => void }

/** Goes once through what waits. in: force = pauses do not count. out: what became of it, and when to come again. */
export async function flush(db: Db, login: string, post: Post, o: PassOptions = {}): Promise<Pass> {
  const now = o.now ?? Date.now, held = new Set<string>()
  const pass: Pass = {sent: 0, left: 0, line: 'open', next: 0}
  let hiccups = 0
  for (const seen of await letters(db)) {
    if (seen.login !== login || seen.state === 'sent') continue
    const l = await db.getFromIndex('outbox', 'id', seen.id) // an earlier letter may have given it its number
    if (!l || l.state === 'sent') continue
    const waits = l.state === 'parked' || held.has(lane(l)) || (!o.force && l.next > now()) || (l.kind === 'act' ? !l.number : await waitsFor(db, l))
    if (pass.line !== 'open' || hiccups >= 3 || waits || (o.mine && !await o.mine())) {
      held.add(lane(l))
      pass.left++
      continue
    }
    const outcome = await once(db, l, post, now)
    o.told?.()
    if (outcome === 'sent') { pass.sent++; hiccups = 0; continue }
    held.add(lane(l))
    pass.left++
    if (outcome === 'hiccup') hiccups++
    else if (outcome !== 'parked') pass.line = outcome
  }
  const waiting = (await letters(db)).filter((l) => l.login === login && l.state === 'waiting')
  pass.next = waiting.length ? Math.min(...waiting.map((l) => l.next)) : 0
  return pass
}

/** What was found goes after the patrol it was found on; when that is refused or gone, it goes by itself: it is never held back. */
async function waitsFor(db: Db, l: Letter): Promise<boolean> {
  if (!l.after || l.extra.found_at || l.body) return false
  return (await db.getFromIndex('outbox', 'id', l.after))?.state === 'waiting'
}

type Outcome = 'sent' | 'parked' | 'hiccup' | 'down' | 'login'

async function once(db: Db, l: Letter, post: Post, now: () => number, mended = false): Promise<Outcome> {
  try {
    await finish(db, l, await attempt(db, l, post, now), now())
    return 'sent'
  } catch (e) {
    const p = e instanceof Problem ? e : new Problem(0, 'broken', e instanceof Error ? e.message : '')
    const repair = mended ? null : mend(l, p)
    if (repair) {
      await rewrite(db, l, repair)
      const again = await db.getFromIndex('outbox', 'id', l.id)
      return again ? await once(db, again, post, now, true) : 'parked'
    }
    return await hold(db, l, p, now())
  }
}

/** A letter that did not get through: for another attempt, for another login, or for its writer to look at. */
async function hold(db: Db, l: Letter, p: Problem, now: number): Promise<Outcome> {
  // reports are taken from strangers too: there a login that has gone shows by what only staff may say
  if (p.status === 401 || p.code === 'csrf' || p.code === 'staff_only') {
    await change(db, l.id, (x) => { x.doubt = l.doubt; x.tries-- })
    return 'login'
  }
  const again = p.transient
  await change(db, l.id, (x) => {
    x.failure = failureOf(p)
    if (again) x.next = now + pause(x.tries)
    else {
      x.state = 'parked'
      // out of sight after an answer that was lost: the act itself may have taken the case away
      x.doubt = l.doubt && (p.status === 404 || p.status === 403)
    }
  })
  if (!again) return 'parked'
  return p.status === 0 || p.status === 429 ? 'down' : 'hiccup'
}

// --- what its writer may do with it ---

/** Drops a letter and what depends on it. */
export async function drop(db: Db, id: string): Promise<void> {
  const tx = db.transaction(['outbox', 'photos'], 'readwrite')
  const all = await tx.objectStore('outbox').getAll()
  for (const l of all.filter((x) => x.id === id || (x.kind === 'act' && x.after === id && x.state !== 'sent' && !x.number))) {
    await tx.objectStore('outbox').delete(l.order as number)
    for (const key of await tx.objectStore('photos').index('letter').getAllKeys(l.id)) await tx.objectStore('photos').delete(key)
  }
  await tx.done
}

/** Sends a parked letter once more, against another version of the case if one is given. One that may have arrived stays
 * the same request. */
export async function retry(db: Db, id: string, version?: number): Promise<void> {
  await change(db, id, (l) => {
    Object.assign(l, {state: 'waiting', failure: null, next: 0, tries: 0})
    if (l.doubt) return
    Object.assign(l, {body: null, key: newKey()})
    if (version !== undefined) l.base = version
  })
}

/** Whether a letter may be changed: not while an attempt may have arrived, or it would count twice. */
export const mayEdit = (l: Letter): boolean => l.state !== 'sent' && !l.doubt

/** Puts other content into a letter that the server has not taken. */
export async function edit(db: Db, id: string, values: Values): Promise<void> {
  const l = await db.getFromIndex('outbox', 'id', id)
  if (!l || !mayEdit(l)) return
  const photos: Photo[] = [], texts: Record<string, unknown> = {}
  for (const f of l.fields) {
    if (f.type !== 'media') { texts[f.name] = plain(values[f.name]); continue }
    for (const b of (values[f.name] ?? []) as Blob[]) photos.push({id: newKey(), letter: id, field: f.name, type: b.type || 'image/jpeg', bytes: await b.arrayBuffer(), media: ''})
  }
  const tx = db.transaction(['outbox', 'photos'], 'readwrite')
  for (const key of await tx.objectStore('photos').index('letter').getAllKeys(id)) await tx.objectStore('photos').delete(key)
  for (const p of photos) await tx.objectStore('photos').put(p)
  const x = await tx.objectStore('outbox').index('id').get(id)
  if (x && mayEdit(x)) await tx.objectStore('outbox').put({...x, values: texts, body: null, key: newKey(), state: 'waiting', failure: null, next: 0, tries: 0})
  await tx.done
}
