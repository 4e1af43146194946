/** One case on the screen: loaded, kept fresh while others work on it, acted on with the version that was seen. */
import {onBeforeUnmount, ref, shallowRef, watch, type Ref} from 'vue'
import {get, newKey, Problem} from '@/shared/api'
import {feed} from '@/shared/feed'
import {problemText} from '@/shared/problem'
import {t} from '@/shared/words'
import type {Case, HistoryLine, Offer} from '@/shared/types'
import {act as send, type Values} from '@/ui/form'

/** What others did between the version that was seen and now. */
export interface Conflict { lines: HistoryLine[]; state: string; offered: boolean; label: string }

const sameOffer = (a: Offer, b: Offer): boolean => a.action === b.action && a.task === b.task

export interface OpenCase {
  kase: Ref<Case | null>; failure: Ref<string>; said: Ref<string>; conflict: Ref<Conflict | null>; left: Ref<boolean>
  load(): Promise<void>; act(offer: Offer, values: Values): Promise<void>
}

/** in: number, '' for none; done: called after an action of this person went through. */
export function useCase(number: Ref<string>, done?: (offer: Offer, kase: Case | null) => void): OpenCase {
  const kase = shallowRef<Case | null>(null), failure = ref(''), said = ref(''), conflict = shallowRef<Conflict | null>(null), left = ref(false)
  let key = {for: '', key: ''}

  async function load(): Promise<void> {
    const asked = number.value
    if (!asked) return
    try {
      const c = await get<Case>('/cases/' + encodeURIComponent(asked))
      if (asked !== number.value) return
      kase.value = c
      failure.value = ''
    } catch (e) {
      if (asked !== number.value) return
      kase.value = null
      failure.value = problemText(e)
    }
  }

  /** The same attempt keeps its key, so that it counts once when only the answer was lost. */
  function keyOf(attempt: string): string {
    if (key.for !== attempt) key = {for: attempt, key: newKey()}
    return key.key
  }

  async function explain(offer: Offer, seen: number): Promise<void> {
    await load()
    const now = kase.value
    if (!now) return
    conflict.value = {lines: now.history.filter((l) => l.n > seen), state: now.state_label, offered: now.actions.some((o) => sameOffer(o, offer)), label: offer.label}
  }

  async function act(offer: Offer, values: Values): Promise<void> {
    const seen = kase.value
    if (!seen) return
    conflict.value = null
    const attempt = `${seen.number}/${seen.version}/${offer.action}/${offer.task ?? ''}/${JSON.stringify(values)}`
    try {
      const reply = await send<Case & {gone?: boolean}>(seen.number, offer, values, {version: seen.version, key: keyOf(attempt)})
      key = {for: '', key: ''}
      said.value = t('action.done', {action: offer.label})
      if (reply.gone) left.value = true
      else if (number.value === reply.number) kase.value = reply
      done?.(offer, reply.gone ? null : reply)
    } catch (e) {
      if (e instanceof Problem && e.code === 'version') await explain(offer, seen.version)
      throw e
    }
  }

  watch(number, () => {
    kase.value = null
    failure.value = said.value = ''
    conflict.value = null
    left.value = false
    void load()
  }, {immediate: true})

  // the stream of all open cases is there anyway, for the notices
  const touched = (n: string, version: number): void => {
    if (n !== number.value || !kase.value || version <= kase.value.version) return
    said.value = t('case.refreshed')
    void load()
  }
  const end = feed('status:open', {
    put: (r) => touched(r.number, r.version), gone: (n) => { if (kase.value?.ended === null) touched(n, Number.MAX_SAFE_INTEGER) }, reset: () => void load(),
  })
  onBeforeUnmount(end)
  return {kase, failure, said, conflict, left, load, act}
}
