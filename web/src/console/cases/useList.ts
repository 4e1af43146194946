/** The rows of a query: pages loaded as one scrolls, changes as they happen. */
import {computed, onBeforeUnmount, ref, shallowRef, watch, type Ref} from 'vue'
import {get, readAt, type Query} from '@/shared/api'
import {feed} from '@/shared/feed'
import {number} from '@/shared/format'
import {problemText} from '@/shared/problem'
import {learnRows} from '@/shared/rows'
import type {CaseList, Row} from '@/shared/types'
import {applied, type Mark} from './rowlist'

const PAGE = 50, SHOWN_MS = 2500, LEAVING_MS = 700, DRAWN_MS = 100

/** The reading that a list begins with. */
export const firstPage = (q: string, sort: string): Query => ({q, sort, limit: PAGE})

export interface Total { n: number; more: boolean }
/** 1,000+ where the server counts no further: exactly only for who sees statistics. */
export const totalWords = (c: Total): string => number(c.n) + (c.more ? '+' : '')

/** How many cases satisfy the query; null while nobody says. */
export async function countOf(q: string): Promise<Total | null> {
  try {
    const list = await get<CaseList>('/cases', {q, limit: 1, with: 'total'})
    return list.total === undefined ? null : {n: list.total, more: list.total_more ?? false}
  } catch {
    return null
  }
}

export interface List {
  rows: Ref<Row[]>; marks: Ref<Map<string, Mark>>; total: Ref<Total | null>; failure: Ref<string>; loading: Ref<boolean>; live: Ref<boolean>
  more: Ref<boolean>; said: Ref<string>
  load(): Promise<void>; loadMore(): Promise<void>
}

export function useList(q: Ref<string>, sort: Ref<string>, tell: (added: number, dropped: number) => string): List {
  const rows = shallowRef<Row[]>([]), marks = shallowRef(new Map<string, Mark>()), total = ref<Total | null>(null)
  const failure = ref(''), loading = ref(false), live = ref(true), next = ref<string | null>(null), said = ref('')
  let asked = 0, unread = false, end: (() => void) | null = null
  let puts = new Map<string, Row>(), gone = new Set<string>()
  let frame: ReturnType<typeof setTimeout> | undefined, counting: ReturnType<typeof setTimeout> | undefined
  const timers = new Set<ReturnType<typeof setTimeout>>()

  const count = async (turn: number): Promise<void> => { const n = await countOf(q.value); if (turn === asked) total.value = n }
  function countLater(): void {
    counting ??= setTimeout(() => { counting = undefined; void count(asked) }, 2000)
  }
  function after(ms: number, act: () => void): void {
    const timer = setTimeout(() => { timers.delete(timer); act() }, ms)
    timers.add(timer)
  }

  async function load(): Promise<void> {
    const turn = ++asked
    loading.value = true
    try {
      const {body: list, seq} = await readAt<CaseList>('/cases', firstPage(q.value, sort.value))
      if (turn !== asked) return
      learnRows(list.items)
      rows.value = list.items
      next.value = list.next
      failure.value = ''
      unread = false
      after(DRAWN_MS, () => {
        if (turn !== asked) return
        if (!end) follow(seq)
        void count(turn)
      })
    } catch (e) {
      if (turn !== asked) return
      failure.value = problemText(e)
      rows.value = []
      next.value = null
      total.value = null
      unread = true
      if (!end) follow(0)
    } finally {
      if (turn === asked) loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    if (!next.value || loading.value) return
    const turn = asked
    loading.value = true
    try {
      const list = await get<CaseList>('/cases', {q: q.value, sort: sort.value, limit: PAGE, cursor: next.value})
      if (turn !== asked) return
      learnRows(list.items)
      const have = new Set(rows.value.map((r) => r.number))
      rows.value = [...rows.value, ...list.items.filter((r) => !have.has(r.number))]
      next.value = list.next
    } catch (e) {
      if (turn === asked) failure.value = problemText(e)
    } finally {
      if (turn === asked) loading.value = false
    }
  }

  /** All changes since the last picture, at once. */
  function flush(): void {
    frame = undefined
    const change = applied(rows.value, [...puts.values()], [...gone], sort.value, next.value === null)
    puts = new Map()
    gone = new Set()
    rows.value = change.rows
    marks.value = new Map([...marks.value, ...change.marks])
    if (change.added + change.dropped > 0) said.value = tell(change.added, change.dropped)
    const left = [...change.marks].filter(([, m]) => m === 'gone').map(([n]) => n)
    if (left.length > 0) after(LEAVING_MS, () => { rows.value = rows.value.filter((r) => !left.includes(r.number) || marks.value.get(r.number) !== 'gone') })
    const shown = [...change.marks.keys()]
    after(SHOWN_MS, () => {
      const rest = new Map(marks.value)
      shown.forEach((n) => rest.delete(n))
      marks.value = rest
    })
    countLater()
  }
  function soon(): void { frame ??= setTimeout(flush, 16) }

  function follow(since: number): void {
    end = feed(q.value, {
      put: (r) => { gone.delete(r.number); puts.set(r.number, r); soon() },
      gone: (n) => { puts.delete(n); gone.add(n); soon() },
      reset: () => void load(),
      state: (open) => { live.value = open; if (open && unread) void load() },
    }, since)
  }
  function unfollow(): void {
    end?.()
    end = null
  }
  watch(q, unfollow)
  watch([q, sort], () => void load(), {immediate: true})
  onBeforeUnmount(() => {
    asked++ // an answer that is still on its way opens no feed
    unfollow()
    clearTimeout(frame)
    clearTimeout(counting)
    timers.forEach(clearTimeout)
  })
  return {rows, marks, total, failure, loading, live, more: computed(() => next.value !== null), said, load, loadMore}
}
