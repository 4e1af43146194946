/** What the pages share: the city, the tasks, the patrol points, kept for work without a network. */
import {ref, shallowRef} from 'vue'
import {configure, get, Problem, type Query} from '@/shared/api'
import {city, loadCity, setCity} from '@/shared/city'
import {clockNow} from '@/shared/clock'
import {kept as remembered} from '@/shared/kept'
import {login as logIn, logout as logOut, restore, resume, session} from '@/shared/session'
import {loadWords} from '@/shared/words'
import type {AreaFeature, Case, CaseList, City, Named, Session} from '@/shared/types'
import {keep, kept, openStore, wipe, type Db} from './data/db'
import {steps, type Point, type Procedure, type Template, type WorkRow} from './data/work'
import {deliver, line, look, startPostman, storeLost} from './mail'

export const tasks = shallowRef<WorkRow[]>([]), tasksAt = ref(0), tasksMore = ref(false), loading = ref(false)
export const procedures = shallowRef<Procedure[]>([]), templates = shallowRef<Template[]>([])
export const points = shallowRef<Point[]>([]), pointsAt = ref(0)
export const recent = shallowRef<{category: Named | null; condition: string | null}[]>([])
export const areas = shallowRef<AreaFeature[]>([])
export const ended = ref(false) // the login has run out
/** Where the worker stood when asked; only in this page, never stored. */
export const here = ref<{lon: number; lat: number; accuracy: number} | null>(null)
export const used = remembered<Record<string, number>>('field.used', {})
export const sun = remembered('field.sun', false)

let db: Db | null = null
const PAGES = 3, DETAILS = 60

const me = (): string => session.value?.login ?? ''
export const procedureOf = (code: string | undefined): Procedure | undefined => procedures.value.find((p) => p.code === code)

/** Reads from the server and keeps it, or takes what was kept. Nothing at all is left as it is. */
async function fresh<T>(key: string, load: () => Promise<T>, use: (value: T, at: number) => void): Promise<void> {
  try {
    const value = await load()
    line.value = 'open'
    use(value, clockNow())
    if (db) await keep(db, key, me(), value)
  } catch (e) {
    if (e instanceof Problem && e.status === 0) line.value = 'down'
    if (!(e instanceof Problem) || !e.transient) return
    const old = db && await kept<T>(db, key, me())
    if (old) use(old.value, old.at)
  }
}

async function recall(): Promise<void> {
  if (!db) return
  const take = async <T>(key: string, use: (value: T, at: number) => void): Promise<void> => {
    const old = await kept<T>(db as Db, key, me())
    if (old) use(old.value, old.at)
  }
  await Promise.all([
    take<WorkRow[]>('tasks', (v, at) => { tasks.value = v; tasksAt.value = at }), take<Point[]>('points', (v, at) => { points.value = v; pointsAt.value = at }),
    take<Procedure[]>('procedures', (v) => { procedures.value = v }), take<Template[]>('templates', (v) => { templates.value = v }),
    take<typeof recent.value>('recent', (v) => { recent.value = v }), take<AreaFeature[]>('areas', (v) => { areas.value = v }),
  ])
}

// --- tasks ---

async function loadTasks(): Promise<WorkRow[]> {
  const rows: WorkRow[] = []
  let cursor = ''
  for (let page = 0; page < PAGES; page++) {
    const list = await get<{items: WorkRow[]; next: string | null}>('/cases', {q: 'status:open', with: 'actions', sort: 'due', limit: 100, cursor})
    rows.push(...list.items.filter((r) => steps(r.actions ?? []).length > 0))
    cursor = list.next ?? ''
    if (!cursor) break
  }
  tasksMore.value = cursor !== ''
  return rows
}

/** Whole cases of the list, so that their pages open without a network; what is no longer on the list goes. */
async function keepDetails(rows: WorkRow[]): Promise<void> {
  if (!db) return
  const wanted = new Set(rows.map((r) => 'case:' + r.number))
  for (const key of await db.getAllKeys('keep')) if (key.startsWith('case:') && !wanted.has(key)) await db.delete('keep', key)
  for (const r of rows.slice(0, DETAILS)) {
    const old = await kept<Case>(db, 'case:' + r.number, me())
    if (old?.value.version === r.version) continue
    try {
      await keep(db, 'case:' + r.number, me(), await get<Case>('/cases/' + r.number))
    } catch {
      return // the next reading goes on
    }
  }
}

/** Reads everything again. */
export async function refresh(): Promise<void> {
  if (!session.value || loading.value) return
  loading.value = true
  try {
    await fresh('tasks', loadTasks, (v, at) => { tasks.value = v; tasksAt.value = at })
    await fresh('points', async () => (await get<{items: Point[]}>('/patrol/points', {mine: 1})).items, (v, at) => { points.value = v; pointsAt.value = at })
  } finally {
    loading.value = false
  }
  if (line.value === 'open') void keepDetails(tasks.value).then(loadAreas)
}

/** What changes seldom. */
async function basics(): Promise<void> {
  await Promise.all([
    fresh('procedures', async () => (await get<{items: Procedure[]}>('/procedures')).items, (v) => { procedures.value = v }),
    fresh('templates', async () => (await get<{items: Template[]}>('/templates')).items, (v) => { templates.value = v }),
    fresh('recent', async () => (await get<CaseList>('/cases', {q: 'procedure:report', limit: 200})).items.map((r) => ({category: r.category, condition: r.condition})), (v) => { recent.value = v }),
  ])
}

/** A case: as it is, or as it was when it was last read. */
export async function openCase(number: string): Promise<{value: Case; at: number; stale: boolean} | null> {
  try {
    const value = await get<Case>('/cases/' + number)
    line.value = 'open'
    if (db && tasks.value.some((r) => r.number === number)) await keep(db, 'case:' + number, me(), value)
    return {value, at: clockNow(), stale: false}
  } catch (e) {
    if (!(e instanceof Problem) || !e.transient) throw e
    if (e.status === 0) line.value = 'down'
    const old = db && await kept<Case>(db, 'case:' + number, me())
    return old ? {...old, stale: true} : null
  }
}

/** Shapes for the map: the smallest areas of the first layer, one's own where that holds some. */
export async function loadAreas(): Promise<void> {
  if (areas.value.length > 0) return
  const levels = city.value?.layers?.[0]?.levels ?? []
  const level = levels[levels.length - 1]?.name ?? 'grid', parent = session.value?.area?.code
  const read = async (q: Query): Promise<AreaFeature[]> => (await get<{features: AreaFeature[]}>('/areas', q)).features
  await fresh('areas', async () => {
    const own = parent ? await read({level, parent}) : []
    return own.length > 0 ? own : await read({level})
  }, (v) => { areas.value = v })
}

// --- session ---

async function entered(s: Session): Promise<void> {
  ended.value = false
  const before = db && await kept<Session>(db, 'session', '')
  // what was kept for another person is not for this one; letters of that person stay, and wait for that login
  if (db && before && before.value.login !== s.login) { await db.clear('keep'); forget(); await keepCity() }
  if (db) await keep(db, 'session', '', s)
  await recall()
  void basics()
  void deliver(navigator.onLine)
  await refresh()
}

export async function enter(name: string, password: string): Promise<void> {
  await entered(await logIn(name, password))
}

function forget(): void {
  tasks.value = []
  points.value = []
  here.value = null
  tasksAt.value = pointsAt.value = 0
}

/** Ends the session and takes everything from this phone. What was not sent is lost: the page has asked. */
export async function leave(): Promise<void> {
  const who = me()
  try {
    await logOut()
  } catch { /* without a network the cookie ends by itself */ }
  if (db) await wipe(db, who)
  forget()
  await keepCity()
  await look()
}

/** Asks the server whose session this is: it may have ended, or another tab may have begun one. */
async function whoAmI(): Promise<void> {
  const before = session.value
  const s = await resume(before !== null)
  if (s) await entered(s)
  else if (before) ended.value = true
}

async function keepCity(): Promise<void> {
  if (db && city.value) await keep(db, 'city:' + document.documentElement.lang, '', city.value)
}

/** The city in a language: what was kept at once, the server's as soon as it comes. errors: Problem when there is neither. */
async function takeCity(lang: string): Promise<void> {
  const old = db && await kept<City>(db, 'city:' + lang, '')
  if (old) setCity(old.value)
  const load = loadCity(lang).then(keepCity)
  if (old) void load.catch(() => undefined)
  else await load
}

export async function changeLanguage(lang: string): Promise<void> {
  configure({language: lang})
  await loadWords(lang, ['field'])
  await takeCity(lang).catch(() => undefined) // without a network the names stay as they were
  void basics()
  await refresh()
}

/** Everything that must be there before the first page. errors: Problem when the server is away and nothing was kept. */
export async function begin(lang: string): Promise<void> {
  configure({language: lang, lost: () => { if (session.value) ended.value = true }})
  await loadWords(lang, ['field'])
  db = await openStore(undefined, () => { db = null; storeLost() }).catch(() => null)
  await takeCity(lang)
  const old = db && await kept<Session>(db, 'session', '')
  if (old) restore(old.value)
  const away = (e: unknown): void => {
    if (!old && (!(e instanceof Problem) || e.status !== 0)) throw e
    line.value = 'down'
    if (old && !session.value) restore(old.value)
  }
  const verify = whoAmI().catch(away)
  // with a kept session the pages open at once, and the server's word comes when it comes
  if (old) await recall()
  else await verify
  if (db) startPostman(db, () => void refresh(), () => void whoAmI().catch(() => undefined))
  setInterval(() => { if (!document.hidden) void refresh() }, 60_000)
  document.addEventListener('visibilitychange', () => { if (!document.hidden && clockNow() - tasksAt.value > 20_000) void refresh() })
  addEventListener('online', () => void refresh())
}
