/** Who is logged in. The cookie is the session; this keeps what the server says of its holder. */
import {computed, shallowRef} from 'vue'
import {configure, get, post, Problem, remove} from './api'
import type {Session} from './types'

export const session = shallowRef<Session | null>(null)
export const mayCount = computed(() => session.value?.rights?.stats ?? false)
export const mayAudit = computed(() => (session.value?.rights?.audit || session.value?.rights?.admin) ?? false)
export const mayRoute = computed(() => session.value?.posts?.includes('centre') ?? false)
/** Who has a desk to keep: the centre, units on duty and who watches over them; not a screen on a wall or an auditor. */
export const mayKeep = computed(() => session.value?.posts?.some((p) => ['centre', 'supervisor', 'lead', 'unit'].includes(p)) ?? false)

function take(s: Session | null): Session | null {
  session.value = s
  configure({csrf: s?.csrf ?? ''})
  return s
}

/** The session of the cookie, or null. Without the mark that the login leaves, nobody is asked, so that a first visit is no
 * refusal in the browser's log. in: kept = there was a session. errors: Problem when the server is not there. */
export async function resume(kept = false): Promise<Session | null> {
  if (!kept && !/(^|;\s*)yiwang_open=1/.test(document.cookie)) return take(null)
  try {
    return take(await get<Session>('/session'))
  } catch (e) {
    if (e instanceof Problem && e.status === 401) return take(null)
    throw e
  }
}

/** Takes over a session that was kept for work without a network. */
export function restore(s: Session): void { take(s) }

export async function login(name: string, password: string): Promise<Session> {
  return take(await post<Session>('/session', {login: name, password})) as Session
}

export async function logout(): Promise<void> {
  try {
    await remove('/session')
  } finally {
    take(null)
  }
}
