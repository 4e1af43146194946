/** The outbox as the pages see it, and the postman: goes when the network comes back, at the start, after each letter and
 * twice a minute; tells the other tabs. */
import {computed, ref, shallowRef} from 'vue'
import {Problem, post, upload} from '@/shared/api'
import {session} from '@/shared/session'
import type {Case} from '@/shared/types'
import type {Db, Letter, Result} from './data/db'
import {exclusively} from './data/exclusive'
import {flush, letters, pause, write, type Draft, type Pass, type Post} from './data/outbox'

export const box = shallowRef<Letter[]>([])
export const sending = ref(false)
/** Whether this browser keeps what is written. */
export const stored = ref(false)
/** Whether the server was there when it was last asked. */
export const line = ref<'open' | 'down'>(navigator.onLine ? 'open' : 'down')
export const mine = computed(() => box.value.filter((l) => l.login === session.value?.login))
export const unsent = computed(() => mine.value.filter((l) => l.state !== 'sent'))
export const parked = computed(() => unsent.value.filter((l) => l.state === 'parked'))
/** Letters of another person on this phone: they wait for that login. */
export const foreign = computed(() => box.value.filter((l) => l.state !== 'sent' && l.login !== session.value?.login).length)

const ACT_MS = 60_000, PHOTO_MS = 180_000
let store: Db | null = null, timer: ReturnType<typeof setTimeout> | undefined, failures = 0, again = false, asked = false, wondered = 0
let delivered: () => void = () => undefined, unknown: () => void = () => undefined
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('yiwang-field')

/** A hanging line counts as none. */
async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController(), end = setTimeout(() => abort.abort(), ms)
  try {
    return await work(abort.signal)
  } catch (e) {
    throw e instanceof Problem ? e : new Problem(0, 'unreachable', '')
  } finally {
    clearTimeout(end)
  }
}

const toServer: Post = {
  photo: (bytes, key) => Promise.race([upload(bytes, key), new Promise<never>((_, no) => setTimeout(() => no(new Problem(0, 'unreachable', '')), PHOTO_MS))]),
  report: (body, key) => within(ACT_MS, (signal) => post<Result>('/reports', body, {key, signal})),
  act: async (number, action, body, key, version) => {
    const c = await within(ACT_MS, (signal) => post<Case>(`/cases/${number}/actions/${action}`, body, {key, signal, ...(version ? {version} : {})}))
    return {number, version: c.version, state_label: c.state_label}
  },
}

export async function look(): Promise<void> {
  try {
    if (store) box.value = await letters(store)
  } catch { /* the store has just been taken away: the banner says so */ }
}

function changed(): void {
  void look()
  tabs?.postMessage('changed')
}

function plan(ms: number): void {
  clearTimeout(timer)
  timer = setTimeout(() => void deliver(), ms)
}

function took(pass: Pass): void {
  failures = pass.line === 'down' ? failures + 1 : 0
  line.value = pass.line === 'down' ? 'down' : 'open'
  if (pass.line === 'login' && Date.now() - wondered > 10_000) { wondered = Date.now(); unknown() }
  const wait = pass.next ? Math.max(pass.next - Date.now(), 1000) : 30_000
  plan(Math.min(30_000, pass.line === 'down' ? Math.max(pause(failures), wait) : wait))
}

/** Sends what waits. in: at once = the worker pressed the button, or the network has just come back. */
export async function deliver(atOnce = false): Promise<void> {
  const db = store, who = session.value?.login
  if (!db || !who) return
  if (sending.value) { again = true; return }
  // an attempt that cannot leave the phone would only make the letter doubtful
  if (!navigator.onLine && !atOnce) { line.value = 'down'; return plan(30_000) }
  sending.value = true
  let sent = 0
  try {
    if (!(await letters(db)).some((l) => l.state === 'waiting' && l.login === who)) return plan(30_000)
    const ran = await exclusively(db, async (stillMine) => {
      const pass = await flush(db, who, toServer, {force: atOnce, mine: stillMine, told: changed})
      sent = pass.sent
      took(pass)
    })
    if (!ran) plan(10_000) // another tab is at it
  } catch {
    plan(30_000) // the store did not answer; nothing has been taken out of it
  } finally {
    sending.value = false
  }
  changed()
  if (sent > 0) delivered()
  if (again) { again = false; plan(200) } else if (sent > 0) plan(1000)
}

/** Puts something into the outbox and sets off. out: its id. */
export async function enqueue(d: Draft): Promise<string> {
  if (!store || !session.value) throw new Problem(0, 'no_store', '')
  const id = await write(store, session.value.login, d)
  // asks the browser, once, to keep the outbox even when the phone is full
  if (!asked) void navigator.storage?.persist?.().catch(() => false)
  asked = true
  await look()
  tabs?.postMessage('changed')
  void deliver()
  return id
}

/** After anything that the outbox page did to a letter. */
export async function touched(): Promise<void> {
  await look()
  tabs?.postMessage('changed')
  void deliver()
}

/** in: called when letters have arrived, so that lists are read again; called when the server does not know the login. */
export function startPostman(db: Db, onDelivered: () => void, onUnknown: () => void): void {
  store = db
  stored.value = true
  delivered = onDelivered
  unknown = onUnknown
  tabs?.addEventListener('message', () => void look())
  addEventListener('online', () => { line.value = 'open'; failures = 0; void deliver(true) })
  addEventListener('offline', () => { line.value = 'down' })
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { void look(); void deliver() } })
  void look().then(() => deliver(navigator.onLine))
}

export const outbox = (): Db | null => store

export function storeLost(): void {
  store = null
  stored.value = false
}
